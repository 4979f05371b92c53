"""The page that a district is given with its account: what to type into AutoSend, once, with the password on it."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import PermanentError

HOST_KEYS = "/etc/ssh"
"""Where the keys are by which clients know the server."""


@dataclass(frozen=True)
class Handover:
    """What a district must know to send its files."""

    district: str
    host: str
    port: int
    user: str
    password: str | None
    """None where a key logs in."""
    fingerprints: tuple[str, ...]


def fingerprints(folder: Path) -> tuple[str, ...]:
    """Return the fingerprints of the server's host keys: kind and SHA256:…, as clients show them.

    Raises:
        PermanentError: the folder has no host key.
    """
    found = []
    for path in sorted(folder.glob("*_key.pub")):
        shown = subprocess.run(["ssh-keygen", "-l", "-f", path], capture_output=True, text=True, check=False)  # noqa: S603, S607
        words = shown.stdout.split()
        if shown.returncode == 0 and words:
            found.append(f"{words[-1].strip('()')} {words[1]}")
    if not found:
        raise PermanentError(f"There is no host key in {folder}.", "Is OpenSSH's server installed?")
    return tuple(found)


def page(handover: Handover, files: Sequence[str]) -> str:
    """Return the page as text. It has the password, so it is for the district's own hands alone."""
    login = (
        f"Password     {handover.password}"
        if handover.password
        else "Key          the private key that belongs to the public key you sent"
    )
    keys = "\n".join(f"             {one}" for one in handover.fingerprints)
    listed = "\n".join(f"             {one}" for one in files)
    return f"""Roster files of {handover.district}: where to send them

Type this into AutoSend (PowerSchool: Data Export Manager, the schedule of each template), or into any program that
sends files by SFTP.

Protocol     SFTP (SSH file transfer), not FTP or FTPS
Host         {handover.host}
Port         {handover.port}
User         {handover.user}
{login}
Path         /upload

Host key     The first time, the program asks whether the server is the right one. It is, if it shows one of these:
{keys}

Files        Under these names, every night before the sync, all of them:
{listed}

How the server differs from others
- The folder takes files and shows none: it cannot be listed, and files cannot be read back. A program that says "sent"
  has sent. Switch off "preserve timestamps", "set permissions", "list after upload" and "create folders".
- Sending a file again under the same name replaces it.
- You get a mail when all files of a set have arrived, with what they say.

Keep this page as you keep a password: it is shown once. If anyone else has seen it, ask for a new one.
"""
