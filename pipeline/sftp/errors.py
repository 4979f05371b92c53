"""What can go wrong with a district's SFTP server, in words that its administrator understands.

Belongs here: one type per failure, and the translation of what paramiko and the network raise.
Does not belong here: deciding that something is wrong (the module that does the work raises), trying again
(`pipeline/sources/collect.py`). No message holds a password, a key or a byte of a file; the server's own error
texts are left out for that.
"""

from __future__ import annotations

import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

from paramiko.ssh_exception import (
    AuthenticationException,
    BadAuthenticationType,
    ChannelException,
    IncompatiblePeer,
)

from pipeline.errors import PermanentError, RollcallError, TransientError
from pipeline.sftp.client import ProtocolError, StatusError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.sftp.deadlines import Watchdog


class HostNameUnknownError(PermanentError):
    """No such host name."""


class HostDownError(TransientError):
    """Nothing answers at the host and port, or the network does not lead there."""


class NoAnswerError(TransientError):
    """The server took longer than a deadline allows."""


class ConnectionLostError(TransientError):
    """The connection ended before the work was done."""


class ServerFailureError(TransientError):
    """The server answered a request with a failure that it does not explain."""


class IncompatibleServerError(PermanentError):
    """The server and Rollcall share no safe algorithm, or the server offers no SFTP."""


class HostKeyNotPinnedError(PermanentError):
    """The district's settings do not say which host key is the right one."""


class HostKeyMismatchError(PermanentError):
    """The server presents another host key than the pinned ones."""


class PrivateKeyError(PermanentError):
    """The private key for the login cannot be used as it is."""


class LoginRefusedError(PermanentError):
    """The server does not accept the login. Never tried again by itself: servers lock accounts out."""


class FolderNotFoundError(PermanentError):
    """The folder does not exist on the server."""


class FolderNotReadableError(PermanentError):
    """The account may not list the folder."""


class FolderOverBoundError(PermanentError):
    """A drop folder of this machine holds more than its settings allow."""


class TooManyEntriesError(PermanentError):
    """The folder holds more than anyone would call a drop folder."""


class AmbiguousNameError(PermanentError):
    """Two files on the server differ in upper and lower case only, and both match."""


class FileNotReadableError(PermanentError):
    """The account may not read the file."""


class NotRegularFileError(PermanentError):
    """The name stands for a link, a folder or something else that is not a file."""


class FileTooLargeError(PermanentError):
    """The file is larger than Rollcall reads."""


class NoRoomError(PermanentError):
    """Our own disk has no room for the files."""


class FileChangedError(TransientError):
    """The file was changed, replaced or removed while it was read, or is still being uploaded."""


class StillUploadingError(FileChangedError):
    """The files did not come to rest as long as we may wait."""


class ChecksumUnreadableError(FileChangedError):
    """The checksum file beside a file holds no checksum, or not yet."""


class ChecksumMismatchError(FileChangedError):
    """The file is not the one that the checksum file beside it is about."""


class FileCutShortError(TransientError):
    """The server sent fewer bytes than it had promised."""


def where(host: str, port: int) -> str:
    """Return how messages name a server."""
    return f"{host}, port {port}"


@contextmanager
def in_words(host: str, port: int, watchdog: Watchdog, doing: str) -> Iterator[None]:
    """Turn what paramiko and the network raise within the block into the types above.

    `doing` completes "while …" in the message. What is raised in other words already (RollcallError) passes.
    FileNotFoundError and PermissionError pass too: only the caller knows which file or folder they are about.
    """
    server = where(host, port)
    try:
        yield
    except RollcallError:
        raise
    # Everything: paramiko hands on whatever its own thread met in the server's bytes, of any type, with the
    # server's text in it.
    except Exception as error:
        # Whatever a cut connection raises, the reason is that the watchdog cut it.
        if watchdog.reason is not None:
            raise NoAnswerError(
                f"The SFTP server {server} {watchdog.reason} while {doing}.",
                "This is often temporary. If it happens again, ask the district whether the server is overloaded.",
            ) from None
        if isinstance(error, (FileNotFoundError, PermissionError)):
            raise
        raise _translated(error, server, doing) from None


def _translated(  # noqa: PLR0911 (one return for each failure)
    error: Exception, server: str, doing: str
) -> PermanentError | TransientError:
    match error:
        case BadAuthenticationType():
            kinds = ", ".join(sorted(str(kind) for kind in error.allowed_types)) or "none"
            return LoginRefusedError(
                f"The SFTP server {server} does not offer this kind of login; it offers: {kinds}.",
                "Ask the district whether the account uses a password or a key. Set password or private_key to match.",
            )
        case AuthenticationException():
            return LoginRefusedError(
                f"The SFTP server {server} refused the login.",
                "Check the user name and the password or key with the district. Rollcall does not try again "
                "on its own, so the account is not locked.",
            )
        case IncompatiblePeer():
            return IncompatibleServerError(
                f"The SFTP server {server} and Rollcall have no secure algorithm in common.",
                "Ask the district to offer aes256-ctr or aes256-gcm, hmac-sha2-256, ecdh-sha2-nistp256 or "
                "diffie-hellman-group16-sha512, and a host key of type ed25519, ecdsa or rsa with SHA-2.",
            )
        case ChannelException():
            return IncompatibleServerError(
                f"The server {server} accepted the login but did not open a session.",
                "Ask the district to allow SFTP for this account.",
            )
        case TimeoutError():
            return NoAnswerError(
                f"The SFTP server {server} did not answer in time while {doing}.",
                "This is often temporary. If it happens again, ask the district whether the server is overloaded.",
            )
        case StatusError():
            return ServerFailureError(
                f"The SFTP server {server} reported a failure while {doing}.",
                "If it happens again, ask the district to check the server's log.",
            )
        case ProtocolError():
            return ServerFailureError(
                f"The SFTP server {server} sent an answer that is not SFTP while {doing}.",
                "If it happens again, ask the district which SFTP server software it runs, and whether it prints a "
                "message at login.",
            )
        case _:
            return ConnectionLostError(
                f"The connection to the SFTP server {server} was lost while {doing}.",
                "This is often temporary. If it happens again, check the network, and that an SFTP server (not FTP "
                "or a web server) runs on this port.",
            )


def host_name_failure(error: socket.gaierror, host: str, port: int) -> PermanentError | TransientError:
    """Return the failure for a host name that could not be looked up."""
    if error.errno == socket.EAI_AGAIN:
        return HostDownError(
            f"The host name {host} (SFTP server {where(host, port)}) could not be looked up: "
            "the DNS server did not answer.",
            "Check the network of the machine that runs Rollcall.",
        )
    return HostNameUnknownError(
        f"The host name {host} (SFTP server {where(host, port)}) does not exist.",
        "Check sftp.host in the district's settings.",
    )
