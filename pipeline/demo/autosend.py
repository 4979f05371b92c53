"""PowerSchool's AutoSend, simulated: it puts the files of an export on a drop server, one template after the other.

Belongs here: how it writes. Each template has a schedule and a session of its own, and overwrites the file of the night
before. Where AutoSend is told to, it writes under a temporary name first. Does not belong here: what the files hold
(`synthetic`), the server (`sftp_server.py`).
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import paramiko

from pipeline.errors import PermanentError

if TYPE_CHECKING:
    from pathlib import Path

TEMPORARY = ".filepart"
"""How a file is called until it is whole, where it is written under a temporary name."""


@dataclass(frozen=True)
class AutoSend:
    """What is typed into it: the server, the account, and the folder of the account."""

    host: str
    port: int
    user: str
    password: str
    path: str
    fingerprint: str
    """Of the server's host key, SHA256:…."""

    def send(self, file: Path, *, temporary: bool = False) -> None:
        """Put one file into the folder, over what is there.

        Raises:
            PermanentError: the server is another one.
            paramiko.SSHException, OSError: the server refuses.
        """
        with closing(paramiko.Transport((self.host, self.port))) as transport:
            transport.start_client(timeout=30)
            if transport.get_remote_server_key().fingerprint != self.fingerprint:
                raise PermanentError(f"The server at {self.host}:{self.port} has another host key.")
            transport.auth_password(self.user, self.password)
            sftp = paramiko.SFTPClient.from_transport(transport)
            if sftp is None:
                raise PermanentError(f"The server at {self.host}:{self.port} has no SFTP.")
            target = f"{self.path.rstrip('/')}/{file.name}"
            # Without a look at the size afterwards: a drop folder need not let one look.
            sftp.put(str(file), f"{target}{TEMPORARY}" if temporary else target, confirm=False)
            if temporary:
                sftp.posix_rename(f"{target}{TEMPORARY}", target)
