"""Connecting: one login, one SFTP session, held to its deadlines.

Belongs here: what is needed to log in, the login, the session that `listing.py` and `fetch.py` work with.
Does not belong here: host keys (`host_keys.py`), trying again (`pipeline/sources/collect.py`).
No agent and no key file of the machine is ever offered: a server counts each as a failed login.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from paramiko.ssh_exception import AuthenticationException, SSHException

from pipeline.sftp.client import SftpClient
from pipeline.sftp.deadlines import DEFAULT_DEADLINES, Deadlines
from pipeline.sftp.errors import (
    IncompatibleServerError,
    LoginRefusedError,
    in_words,
    where,
)
from pipeline.sftp.host_keys import BEHIND_THE_WATCHDOG, open_trusted_line
from pipeline.sftp.keys import private_key
from pipeline.sftp.login import log_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paramiko import PKey

    from pipeline.sftp.deadlines import Watchdog
    from pipeline.sftp.host_keys import Line

# paramiko logs a traceback from its own thread for every failure that we tell in words, and file names at
# DEBUG.
logging.getLogger("paramiko").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class SftpServer:
    """What is needed to connect. Its repr shows no secret."""

    host: str
    port: int
    user: str
    password: str | None = field(default=None, repr=False)
    private_key: str | None = field(default=None, repr=False)
    """The text of the private key: see `keys.py`."""
    passphrase: str | None = field(default=None, repr=False)
    host_keys: tuple[str, ...] = ()
    """Pinned fingerprints, "SHA256:…" without "="."""


@dataclass(frozen=True)
class SftpSession:
    """An open session, as `connect` gives it. One thread at a time."""

    server: SftpServer
    client: SftpClient
    _deadlines: Deadlines
    _watchdog: Watchdog

    @contextmanager
    def asking(self, doing: str) -> Iterator[None]:
        """Bound and translate the requests within the block; `doing` completes "while …" in a message.

        Local work does not belong into the block: a full disk is not the server's fault, and the clock runs.
        """
        self._watchdog.bound("answer", self._deadlines.stall)
        try:
            with in_words(self.server.host, self.server.port, self._watchdog, doing):
                yield
        finally:
            self._watchdog.lift("answer")

    def heard(self, count: int = 0) -> None:
        """Say within `asking` that the server has answered, with `count` bytes of a file: a stall starts anew."""
        self._watchdog.received(count)
        self._watchdog.bound("answer", self._deadlines.stall)

    @contextmanager
    def one_listing(self) -> Iterator[None]:
        """Bound a listing as a whole."""
        self._watchdog.bound("listing", self._deadlines.listing)
        try:
            yield
        finally:
            self._watchdog.lift("listing")

    @contextmanager
    def one_file(self) -> Iterator[None]:
        """Bound the reading of one file as a whole, and hold it to the lowest rate."""
        self._watchdog.bound("file", self._deadlines.file)
        self._watchdog.watch_rate()
        try:
            yield
        finally:
            self._watchdog.lift("file", "rate")

    @property
    def where(self) -> str:
        """How messages name the server: host and port."""
        return where(self.server.host, self.server.port)

    @property
    def at(self) -> str:
        """How messages say where a file lies."""
        return f"on the SFTP server {self.where}"


@contextmanager
def connect(server: SftpServer, *, deadlines: Deadlines = DEFAULT_DEADLINES) -> Iterator[SftpSession]:
    """Give an open SFTP session; the connection is closed after the block.

    The host key is checked before anything is sent. One login attempt is made, never more. Raises a
    PermanentError for what somebody must change (host name, host key, login, key file) and a TransientError
    for what may pass (host down, no answer, connection lost); see `errors.py`.
    """
    key = _private_key(server)
    with open_trusted_line(server.host, server.port, server.host_keys, deadlines) as line:
        line.watchdog.bound("answer", deadlines.login)
        with in_words(server.host, server.port, line.watchdog, "logging in"):
            _log_in(server, key, line)
        line.watchdog.bound("answer", deadlines.channel)
        with in_words(server.host, server.port, line.watchdog, "opening the SFTP session"):
            client = _open_sftp(server, line, deadlines)
        line.watchdog.lift("connect", "answer")
        yield SftpSession(server, client, deadlines, line.watchdog)


def _log_in(server: SftpServer, key: PKey | None, line: Line) -> None:
    try:
        log_in(line.transport, server.user, server.password or "", key, where(server.host, server.port))
    except AuthenticationException:
        if line.transport.is_active() or line.watchdog.reason is not None:
            raise
        # Some servers refuse a login by hanging up. Whether this one did, or the line broke in this very
        # moment, nobody can know; a further try could be the one that locks the account.
        raise LoginRefusedError(
            f"The SFTP server {where(server.host, server.port)} hung up instead of answering the login.",
            "Many servers refuse a wrong user name, password or key this way: check all three with the district. "
            "Rollcall does not try again on its own, so the account is not locked.",
        ) from None


def _open_sftp(server: SftpServer, line: Line, deadlines: Deadlines) -> SftpClient:
    # By hand and not with open_sftp(), which waits for the first reply without any time-out.
    channel = line.transport.open_session(timeout=deadlines.connect + BEHIND_THE_WATCHDOG)
    channel.settimeout(max(deadlines.stall, deadlines.channel) + BEHIND_THE_WATCHDOG)
    try:
        channel.invoke_subsystem("sftp")
    except SSHException:
        if not line.transport.is_active():
            raise
        raise IncompatibleServerError(
            f"The server {where(server.host, server.port)} accepted the login but does not offer SFTP.",
            "Ask the district to turn on SFTP for this account.",
        ) from None
    return SftpClient(channel)


def _private_key(server: SftpServer) -> PKey | None:
    """Return the key for the login, None when the login goes by password."""
    if server.private_key is None:
        return None
    login = f"the login {server.user} at {where(server.host, server.port)}"
    return private_key(server.private_key, server.passphrase, login)
