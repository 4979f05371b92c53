"""A district's account, as the machine has it: the user, its folder, its key."""

from __future__ import annotations

import grp
import hashlib
import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import PermanentError, UsageError

ACCOUNTS = "rollcall-sftp"
"""The group of all accounts: sshd's Match Group."""

INTAKE = "rollcall-intake"
"""The group that reads what arrives: of the service account, never of a district's."""

_COMMENT = "Rollcall drop of "

_LONGEST_USER = 32
"""Characters of a user name that Linux takes."""

OPEN = 0o2350
"""Of the upload folder: the district may write and not list; the intake's group, which files inherit, may read."""

LOCKED = 0o2050
"""While the folder is beyond its bound: the district can do nothing in it."""


@dataclass(frozen=True)
class Places:
    """Where accounts have their folders and keys; sshd's configuration names the same."""

    folders: Path = Path("/srv/sftp")
    keys: Path = Path("/etc/ssh/rollcall-keys")


@dataclass(frozen=True)
class Account:
    """The account of one district."""

    district: str
    user: str
    places: Places

    @property
    def chroot(self) -> Path:
        """The folder that the account cannot leave; it belongs to root."""
        return self.places.folders / self.user

    @property
    def upload(self) -> Path:
        """The folder that files are put into; the account sees it as /upload."""
        return self.chroot / "upload"

    @property
    def key(self) -> Path:
        """The public keys that log in; no file where a password does."""
        return self.places.keys / self.user

    @property
    def exists(self) -> bool:
        """Whether the machine has the user. UsageError where it is somebody else's."""
        try:
            found = pwd.getpwnam(self.user)
        except KeyError:
            return False
        if found.pw_gecos != comment_of(self.district):
            raise UsageError(
                f"The user {self.user} exists on this machine and is not the account of {self.district}.",
                "Remove that user, or name the district in another way.",
            )
        return True

    @property
    def is_locked(self) -> bool:
        """Whether nothing can be put into the folder, because it is beyond its bound."""
        return stat.S_IMODE(self.upload.stat().st_mode) == LOCKED


@dataclass(frozen=True)
class Contents:
    """What a folder holds."""

    files: int
    size: int
    """Bytes."""


def account_of(district: str, places: Places) -> Account:
    """Return the account that a district has, or would have; a long id is cut and told apart by a digest."""
    user = f"rc-{district}"
    if len(user) > _LONGEST_USER:
        user = f"{user[:24].rstrip('-')}-{hashlib.sha256(district.encode()).hexdigest()[:7]}"
    return Account(district, user, places)


def comment_of(district: str) -> str:
    """Return the comment by which an account of ours is known."""
    return f"{_COMMENT}{district}"


def accounts(places: Places) -> list[Account]:
    """Return the accounts of this machine, by district."""
    found = [
        Account(entry.pw_gecos.removeprefix(_COMMENT), entry.pw_name, places)
        for entry in pwd.getpwall()
        if entry.pw_gecos.startswith(_COMMENT)
    ]
    return sorted(found, key=lambda account: account.district)


def existing(district: str, places: Places) -> Account:
    """Return a district's account. UsageError where it has none."""
    account = account_of(district, places)
    if not account.exists:
        raise UsageError(
            f"{district} has no account on this machine.", f"`rollcall sftp-account add {district}` makes one."
        )
    return account


def contents(account: Account) -> Contents:
    """Return how much is in an account's folder; links and folders count as files without bytes.

    Raises:
        PermanentError: the folder is gone, or this user may not list it.
    """
    files = size = 0
    try:
        with os.scandir(account.upload) as entries:
            for entry in entries:
                files += 1
                found = entry.stat(follow_symlinks=False)
                size += found.st_size if stat.S_ISREG(found.st_mode) else 0
    except OSError as failure:
        raise PermanentError(f"{account.upload} cannot be listed ({failure.strerror}).", "Run this as root.") from None
    return Contents(files, size)


def has_group(name: str) -> bool:
    """Return whether the machine has a group."""
    try:
        grp.getgrnam(name)
    except KeyError:
        return False
    return True
