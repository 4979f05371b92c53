"""An SFTP server inside the process: the drop folder of the demo and of the tests.

Belongs here: accounts with a folder each, reading and writing files in it, and places to make it misbehave.
Does not belong here: the misbehaving itself (the tests subclass ServedFile, ServedFolder or Login).
It listens on 127.0.0.1 only and is no server for production: no quotas, no limits on tries.
"""

from __future__ import annotations

import errno
import hmac
import io
import logging
import os
import posixpath
import socket
import stat
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from paramiko import (
    ECDSAKey,
    Ed25519Key,
    PKey,
    RSAKey,
    ServerInterface,
    SFTPAttributes,
    SFTPHandle,
    SFTPServer,
    SFTPServerInterface,
    SubsystemHandler,
    Transport,
)
from paramiko.common import (
    AUTH_FAILED,
    AUTH_SUCCESSFUL,
    OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED,
    OPEN_SUCCEEDED,
)
from paramiko.sftp import SFTP_FAILURE, SFTP_NO_SUCH_FILE, SFTP_OK, SFTP_PERMISSION_DENIED
from paramiko.ssh_exception import SSHException

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType
    from typing import Self

# paramiko logs a traceback for every client that leaves early.
logging.getLogger("paramiko").setLevel(logging.CRITICAL)

# Seconds between two looks of the accepting thread whether it shall end.
ACCEPT_SECONDS = 0.1

# Seconds that stop() waits for each thread; they end at once when their connection is closed.
STOP_SECONDS = 5.0

# The most that one read request gets: what OpenSSH's server gives.
MAX_READ_BYTES = 255 * 1024


@dataclass(frozen=True)
class Account:
    """A login and the folder that it is confined to."""

    user: str
    folder: Path
    password: str | None = None
    public_key: str | None = None
    """As in authorized_keys: "ssh-ed25519 AAAA…"."""


class ServedFile(SFTPHandle):
    """An open file. Subclass it, and set `EmbeddedSftpServer.file_class`, for a server that misbehaves."""

    def __init__(self, descriptor: int, flags: int) -> None:
        super().__init__(flags)
        self.descriptor = descriptor

    def read(self, offset: int, length: int) -> bytes | int:
        """Return up to `length` bytes from `offset`, none at the end, or an SFTP status."""
        try:
            return os.pread(self.descriptor, min(length, MAX_READ_BYTES), offset)
        except OSError as error:
            return _status(error)

    def write(self, offset: int, data: bytes) -> int:  # type: ignore[override]  # the server always hands over bytes
        """Write all of `data` at `offset` and return an SFTP status."""
        try:
            while data:
                written = os.pwrite(self.descriptor, data, offset)
                data, offset = data[written:], offset + written
        except OSError as error:
            return _status(error)
        return SFTP_OK

    def stat(self) -> SFTPAttributes | int:
        """Return the attributes of the open file, whatever its name is by now."""
        try:
            return SFTPAttributes.from_stat(os.fstat(self.descriptor))
        except OSError as error:
            return _status(error)

    def chattr(self, attr: SFTPAttributes) -> int:
        """Set mode, times and size as asked, and return an SFTP status."""
        return _attempt(lambda: _change(self.descriptor, attr))

    def close(self) -> None:
        """Close the file; a second time does nothing."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


class ServedFolder(SFTPServerInterface):
    """One session's view of its account's folder, which is "/" to it."""

    def __init__(self, login: Login, server: EmbeddedSftpServer) -> None:
        super().__init__(login)
        self.server = server
        self.root = os.path.realpath(server.accounts[login.user].folder)

    def session_started(self) -> None:
        """Let stop() know the session's thread."""
        self.server.threads.append(threading.current_thread())

    def open(self, path: str, flags: int, attr: SFTPAttributes) -> ServedFile | int:
        """Return the open file, or an SFTP status."""
        mode = attr.st_mode if attr.st_mode is not None else 0o600
        try:
            descriptor = os.open(
                self._existing(path, or_new=True), flags | os.O_NOFOLLOW | os.O_CLOEXEC, stat.S_IMODE(mode)
            )
        except OSError as error:
            return _status(error)
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            return SFTP_FAILURE
        return self.server.file_class(descriptor, flags)

    def list_folder(self, path: str) -> list[SFTPAttributes] | int:
        """Return the entries of a folder, links as links, or an SFTP status."""
        try:
            with os.scandir(self._existing(path)) as entries:
                return [_listed(entry) for entry in entries]
        except OSError as error:
            return _status(error)

    def stat(self, path: str) -> SFTPAttributes | int:
        """Return the attributes of what `path` leads to, or an SFTP status."""
        try:
            return SFTPAttributes.from_stat(os.stat(self._existing(path)))  # noqa: PTH116 (a string)
        except OSError as error:
            return _status(error)

    def lstat(self, path: str) -> SFTPAttributes | int:
        """Return the attributes of the entry `path` itself, or an SFTP status."""
        try:
            return SFTPAttributes.from_stat(os.lstat(self._entry(path)))
        except OSError as error:
            return _status(error)

    def chattr(self, path: str, attr: SFTPAttributes) -> int:
        """Set mode, times and size as asked."""
        return _attempt(lambda: _change(self._existing(path), attr))

    def remove(self, path: str) -> int:
        """Remove a file."""
        return _attempt(lambda: os.unlink(self._entry(path)))  # noqa: PTH108 (a string)

    def rename(self, oldpath: str, newpath: str) -> int:
        """Rename a file; a file that is there already is an error, as in SFTP version 3."""
        try:
            if os.path.lexists(self._entry(newpath)):
                return SFTP_FAILURE
        except OSError as error:
            return _status(error)
        return self.posix_rename(oldpath, newpath)

    def posix_rename(self, oldpath: str, newpath: str) -> int:
        """Rename a file over what is there, at once."""
        return _attempt(lambda: os.rename(self._entry(oldpath), self._entry(newpath)))  # noqa: PTH104

    def mkdir(self, path: str, attr: SFTPAttributes) -> int:
        """Make a folder."""
        mode = attr.st_mode if attr.st_mode is not None else 0o700
        return _attempt(lambda: os.mkdir(self._entry(path), stat.S_IMODE(mode)))  # noqa: PTH102

    def rmdir(self, path: str) -> int:
        """Remove an empty folder."""
        return _attempt(lambda: os.rmdir(self._entry(path)))  # noqa: PTH106

    def _entry(self, path: str) -> str:
        """Return the local path of the entry `path`, links on the way followed, a link at its end not."""
        inside = posixpath.normpath("/" + path).lstrip("/")
        if not inside:
            return self.root
        folder, name = os.path.split(os.path.join(self.root, inside))  # noqa: PTH118
        return os.path.join(self._confined(folder), name)  # noqa: PTH118

    def _existing(self, path: str, *, or_new: bool = False) -> str:
        """Return the local path of what `path` leads to; with `or_new` it need not exist."""
        entry = self._entry(path)
        if not or_new and not os.path.lexists(entry):
            raise FileNotFoundError(errno.ENOENT, "no such file")
        return self._confined(entry)

    def _confined(self, local: str) -> str:
        """Return `local` with all links resolved; raise PermissionError when it is outside of the folder."""
        real = os.path.realpath(local)
        if real != self.root and not real.startswith(self.root + os.sep):
            raise PermissionError(errno.EACCES, "outside of the account's folder")
        return real


class Login(ServerInterface):
    """Who may log in, on one connection: each account with its own password or key."""

    def __init__(self, server: EmbeddedSftpServer) -> None:
        self.server = server
        self.user = ""

    def get_allowed_auths(self, username: str) -> str:
        """Return the kinds of login that the account has; an unknown one looks like one with a password."""
        account = self.server.accounts.get(username)
        if account is None or account.public_key is None:
            return "password"
        return "publickey" if account.password is None else "publickey,password"

    def check_auth_password(self, username: str, password: str) -> int:
        """Return whether the password is the account's."""
        self.server.login_attempts[username] += 1
        account = self.server.accounts.get(username)
        right = (
            account is not None
            and account.password is not None
            and hmac.compare_digest(account.password.encode(), password.encode())
        )
        return self._result(username, right=right)

    def check_auth_publickey(self, username: str, key: PKey) -> int:
        """Return whether the key is the account's; paramiko checks the signature."""
        self.server.login_attempts[username] += 1
        account = self.server.accounts.get(username)
        right = (
            account is not None
            and account.public_key is not None
            and account.public_key.split()[:2] == [key.get_name(), key.get_base64()]
        )
        return self._result(username, right=right)

    def check_channel_request(self, kind: str, chanid: int) -> int:  # noqa: ARG002 (paramiko's signature)
        """Allow sessions, and no forwarding of ports."""
        return OPEN_SUCCEEDED if kind == "session" else OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def _result(self, user: str, *, right: bool) -> int:
        if not right:
            return AUTH_FAILED
        self.user = user
        return AUTH_SUCCESSFUL


class EmbeddedSftpServer:
    """An SFTP server on 127.0.0.1 with a folder below `root` for each account.

    A context manager: it serves within the block, each connection on threads of its own, all ended with the
    block. `host_key` is a file with a private key, made when it does not exist; without it the key lives as
    long as the object. `port` 0 takes a free one. To misbehave, set `file_class`, `folder_class`,
    `login_class` or `subsystem_class` (the protocol itself) to a subclass.
    """

    file_class: type[ServedFile] = ServedFile
    folder_class: type[ServedFolder] = ServedFolder
    login_class: type[Login] = Login
    subsystem_class: type[SubsystemHandler] = SFTPServer

    def __init__(self, root: Path, *, host_key: Path | None = None, port: int = 0) -> None:
        self.root = root
        self.accounts: dict[str, Account] = {}
        self.login_attempts: Counter[str] = Counter()
        """User name -> passwords and keys presented so far, right or wrong."""
        self.connections = 0
        """Accepted so far."""
        self.threads: list[threading.Thread] = []
        self._host_key = _host_key(host_key)
        self._wanted_port = port
        self._listener: socket.socket | None = None
        self._transports: list[Transport] = []
        self._sockets: list[socket.socket] = []
        self.stopping = threading.Event()
        """Set when the server is told to stop: what misbehaves by waiting waits on this."""

    def add_account(self, user: str, folder: str, password: str | None = None, public_key: str | None = None) -> Path:
        """Add a login with its folder below the root, made if need be; return the folder's path."""
        path = self.root / folder
        path.mkdir(parents=True, exist_ok=True)
        self.accounts[user] = Account(user, path, password, public_key)
        return path

    @property
    def port(self) -> int:
        """The port it listens on."""
        if self._listener is None:
            raise RuntimeError("the server is not running")
        return int(self._listener.getsockname()[1])

    @property
    def fingerprint(self) -> str:
        """The host key's fingerprint, "SHA256:…" without "="."""
        return str(self._host_key.fingerprint)

    def start(self) -> None:
        """Listen, and serve on threads of its own."""
        self.stopping.clear()
        self._listener = socket.create_server(("127.0.0.1", self._wanted_port))
        self._listener.settimeout(ACCEPT_SECONDS)
        self._start_thread(self._accept, self._listener)

    def stop(self) -> None:
        """Close all connections and wait until every thread has ended."""
        self.stopping.set()
        if self._listener is None:
            return
        self.threads[0].join(STOP_SECONDS)
        self._listener.close()
        self._listener = None
        self.hang_up()
        for transport in self._transports:
            transport.close()
        for thread in [*self._transports, *self.threads]:
            thread.join(STOP_SECONDS)
        self._transports.clear()
        self._sockets.clear()
        self.threads.clear()

    def hang_up(self) -> None:
        """Cut every connection at once, as a failing network does; the server goes on."""
        for sock in self._sockets:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start_thread(self, target: Callable[..., None], *arguments: Any) -> None:
        thread = threading.Thread(target=target, args=arguments, name="sftp-demo", daemon=True)
        self.threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        while not self.stopping.is_set():
            try:
                sock, _ = listener.accept()
            except TimeoutError:
                continue
            self.connections += 1
            # Without it each reply waits for the acknowledgement of the one before: 6 ms a block (measured).
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._serve(sock)

    def _serve(self, sock: socket.socket) -> None:
        """Hand the connection to a transport; its own thread does the rest and closes the socket."""
        self._transports = [transport for transport in self._transports if transport.is_alive()]
        self._sockets = [open_sock for open_sock in self._sockets if open_sock.fileno() >= 0]
        self._sockets.append(sock)
        transport = Transport(sock)
        transport.add_server_key(self._host_key)
        transport.set_subsystem_handler("sftp", self.subsystem_class, self.folder_class, self)
        self._transports.append(transport)
        transport.start_server(event=threading.Event(), server=self.login_class(self))


def _host_key(path: Path | None) -> PKey:
    """Return the key in the file, or a new Ed25519 key, kept in the file when one is named."""
    if path is not None and path.exists():
        text = path.read_text()
        for kind in (Ed25519Key, ECDSAKey, RSAKey):
            with suppress(SSHException, ValueError, IndexError):
                return kind.from_private_key(io.StringIO(text))
        raise ValueError(f"{path} holds no private key in OpenSSH's format")
    text = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()
    if path is not None:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
    return Ed25519Key.from_private_key(io.StringIO(text))


def _listed(entry: os.DirEntry[str]) -> SFTPAttributes:
    # As bytes where it is not UTF-8, for paramiko encodes a text strictly.
    raw = os.fsencode(entry.name)
    try:
        name: str | bytes = raw.decode()
    except UnicodeDecodeError:
        name = raw
    return SFTPAttributes.from_stat(entry.stat(follow_symlinks=False), name)  # type: ignore[arg-type]  # as bytes, too


def _change(file: int | str, attr: SFTPAttributes) -> None:
    if attr.st_size is not None:
        os.truncate(file, attr.st_size)
    if attr.st_mode is not None:
        os.chmod(file, stat.S_IMODE(attr.st_mode))  # noqa: PTH101 (a descriptor or a path)
    if attr.st_atime is not None and attr.st_mtime is not None:  # SFTP sends both times or none
        os.utime(file, (attr.st_atime, attr.st_mtime))


def _attempt(action: Callable[[], object]) -> int:
    try:
        action()
    except OSError as error:
        return _status(error)
    return SFTP_OK


def _status(error: OSError) -> int:
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return SFTP_NO_SUCH_FILE
    if error.errno in (errno.EACCES, errno.EPERM, errno.ELOOP):
        return SFTP_PERMISSION_DENIED
    return SFTP_FAILURE
