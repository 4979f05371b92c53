"""Host keys: how we know that the server is the district's and nobody else's.

Belongs here: key exchange up to the host key, and the comparison with the pinned fingerprints.
Does not belong here: logging in (`connect.py`), reading pins from settings (`pipeline.districts`).
Nothing in this module sends a user name, a password or a key.
"""

from __future__ import annotations

import socket
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paramiko import PKey
from paramiko.ssh_exception import IncompatiblePeer

from pipeline.sftp.deadlines import DEFAULT_DEADLINES, Deadlines, Watchdog
from pipeline.sftp.errors import (
    HostDownError,
    HostKeyMismatchError,
    HostKeyNotPinnedError,
    NoAnswerError,
    host_name_failure,
    in_words,
    where,
)
from pipeline.sftp.login import LoginTransport

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Still offered by paramiko 5, and not fit for children's data: CBC modes (with encrypt-then-MAC open to the
# Terrapin attack, CVE-2023-48795), triple DES, MD5 and SHA-1.
WEAK_CIPHERS = ("3des-cbc", "aes128-cbc", "aes192-cbc", "aes256-cbc")
WEAK_MACS = ("hmac-md5", "hmac-md5-96", "hmac-sha1", "hmac-sha1-96")

# A server has one key of each type and presents the one that the client prefers. The fingerprint that a
# district sends may be of another one: so we ask for each type before we call it a mismatch. Each is checked
# against the same pins.
KEY_TYPES = {
    "ssh-ed25519": ("ssh-ed25519",),
    "ecdsa-sha2-nistp256": ("ecdsa-sha2-nistp256",),
    "ecdsa-sha2-nistp384": ("ecdsa-sha2-nistp384",),
    "ecdsa-sha2-nistp521": ("ecdsa-sha2-nistp521",),
    "ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256"),
}

# paramiko's own time-outs stand behind the watchdog, and later than it: who waits learns the watchdog's
# reason.
BEHIND_THE_WATCHDOG = 5.0


@dataclass(frozen=True)
class HostKey:
    """A host key as people compare it: its type and its fingerprint, "SHA256:…" without "="."""

    type: str
    fingerprint: str


@dataclass(frozen=True)
class Line:
    """A connection after key exchange, before any login."""

    transport: LoginTransport
    watchdog: Watchdog
    host_key: HostKey


def presented_host_key(host: str, port: int, *, deadlines: Deadlines = DEFAULT_DEADLINES) -> HostKey:
    """Return the host key that the server presents to us; nobody logs in.

    Raises the errors of an unreachable, silent or incompatible server (`errors.py`).
    """
    with open_line(host, port, deadlines) as line:
        return line.host_key


def presented_host_keys(host: str, port: int, *, deadlines: Deadlines = DEFAULT_DEADLINES) -> Iterator[HostKey]:
    """Yield the host keys that the server presents to us, one of each type, the preferred first; nobody logs in.

    Raises the errors of `presented_host_key`.
    """
    presented: list[HostKey] = []
    while len(presented) < len(KEY_TYPES):
        try:
            with open_line(host, port, deadlines, without=presented) as line:
                presented.append(line.host_key)
        except _NoOtherKeyError:
            return
        yield presented[-1]


@contextmanager
def open_trusted_line(host: str, port: int, pinned: Sequence[str], deadlines: Deadlines) -> Iterator[Line]:
    """Give a connection to the server whose host key is one of `pinned`, before any login.

    Raises HostKeyNotPinnedError without pins, HostKeyMismatchError when none of the server's keys is pinned,
    and the errors of `open_line`.
    """
    presented: list[HostKey] = []
    while True:
        try:
            with open_line(host, port, deadlines, without=presented) as line:
                presented.append(line.host_key)
                if line.host_key.fingerprint in pinned:
                    yield line
                    return
        except _NoOtherKeyError:
            break
        if not pinned or len(presented) == len(KEY_TYPES):
            break
    raise _not_trusted(host, port, presented, pinned)


@contextmanager
def open_line(host: str, port: int, deadlines: Deadlines, *, without: Sequence[HostKey] = ()) -> Iterator[Line]:
    """Give a connection after key exchange; `without` leaves out the types of these keys.

    Within the block the watchdog runs, with `deadlines.connect` counted from the first packet.
    """
    started = time.monotonic()
    # Not in `with`: the transport's thread closes it too, and closing twice does no harm.
    sock = _open_socket(host, port, deadlines)
    with sock, Watchdog(sock, deadlines) as watchdog:
        watchdog.bound("connect", deadlines.connect - (time.monotonic() - started))
        watchdog.bound("answer", deadlines.handshake)
        seen = tuple(name for key in without for name in KEY_TYPES[key.type])
        transport = LoginTransport(sock, disabled_algorithms={"ciphers": WEAK_CIPHERS, "macs": WEAK_MACS, "keys": seen})
        later = deadlines.connect + BEHIND_THE_WATCHDOG
        transport.banner_timeout = transport.handshake_timeout = later
        transport.auth_timeout = transport.channel_timeout = later
        try:
            key: PKey | None = None
            with in_words(host, port, watchdog, "securing the connection"):
                try:
                    transport.start_client(timeout=later)
                    key = transport.get_remote_server_key()
                except IncompatiblePeer:
                    if not without:
                        raise
            if key is None:
                raise _NoOtherKeyError
            watchdog.lift("answer")
            yield Line(transport, watchdog, HostKey(key.get_name(), key.fingerprint))
        finally:
            transport.close()
            # Its thread wakes by the shutdown; it never outlives the block by more than a moment.
            _hang_up(sock)
            transport.join(BEHIND_THE_WATCHDOG)


class _NoOtherKeyError(Exception):
    """The server has no host key of a type that we have not seen."""


def _open_socket(host: str, port: int, deadlines: Deadlines) -> socket.socket:
    """Return a socket connected to the first address that answers."""
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise host_name_failure(error, host, port) from None
    end = time.monotonic() + deadlines.connect
    timed_out = False
    for number, (_, _, _, _, address) in enumerate(addresses):
        # A fair share for each, so that an address that swallows packets (IPv6, often) does not use up the
        # time.
        share = (end - time.monotonic()) / (len(addresses) - number)
        try:
            sock = socket.create_connection((str(address[0]), int(address[1])), timeout=max(share, 0.1))
        except TimeoutError:
            timed_out = True
        except OSError:
            continue
        else:
            # Without it every request waits for the acknowledgement of the one before: 15 times slower
            # (measured).
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            return sock
    if timed_out:
        raise NoAnswerError(
            f"The SFTP server {where(host, port)} did not answer within {deadlines.connect:g} seconds.",
            "Check host and port. A firewall that blocks Rollcall's address would look the same.",
        )
    raise HostDownError(
        f"The SFTP server {where(host, port)} cannot be reached: it refuses the connection or is down.",
        "Check host and port, and ask the district whether the server is running.",
    )


def _hang_up(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # closed already, by the transport or by the server


def _not_trusted(
    host: str, port: int, presented: Sequence[HostKey], pinned: Sequence[str]
) -> HostKeyNotPinnedError | HostKeyMismatchError:
    shown = " or ".join(f"{key.fingerprint} ({key.type})" for key in presented)
    if not pinned:
        return HostKeyNotPinnedError(
            f"The host key of the SFTP server {where(host, port)} is not known; the server presents {shown}. "
            "Nothing was sent: no user name, no password.",
            "Ask the district for the fingerprint by phone or from its own documentation. If it is the same, pin it "
            f'with `rollcall district pin`, or in the settings: host_keys: ["{presented[0].fingerprint}"]',
        )
    return HostKeyMismatchError(
        f"The host key of the SFTP server {where(host, port)} has changed: the settings pin "
        f"{' or '.join(pinned)}, but the server presents {shown}. Nothing was sent: no user name, no password.",
        "Someone may be intercepting the connection. Ask the district whether it changed its server. Add the new "
        "fingerprint to host_keys only if the district confirms it.",
    )
