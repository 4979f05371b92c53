"""What making, changing and removing an account does to the machine: steps that can be shown before they are done.

A step is a line that an administrator could type. Nothing is removed that a district has sent.
"""

from __future__ import annotations

import base64
import grp
import os
import pwd
import re
import secrets
import shlex
import signal
import string
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline.accounts.account import ACCOUNTS, INTAKE, LOCKED, OPEN, Account, comment_of, contents, has_group
from pipeline.errors import PermanentError, UsageError
from pipeline.files.atomic import replace_whole

_LETTERS = "".join(sorted(set(string.ascii_letters + string.digits) - set("0O1lI")))
"""Of passwords: none that are mistaken for another when they are typed from a page."""

_GROUPS_OF_PASSWORD, _LETTERS_OF_GROUP = 5, 5
"""25 letters of 57 are 145 bits."""

_KEY = re.compile(r"(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]+={0,3}( [^\r\n]*)?")

_LEAST_RSA_BYTES = 256 + 16
"""A public RSA key of 2048 bits has at least so many."""

_WANTED = {
    "allowtcpforwarding": "no",
    "allowstreamlocalforwarding": "no",
    "allowagentforwarding": "no",
    "permittty": "no",
    "permittunnel": "no",
}
"""What sshd must say of an account."""


@dataclass(frozen=True)
class Step:
    """One change of the machine: how it is shown, and doing it."""

    shown: str
    do: Callable[[], None]


def new_password() -> str:
    """Return a password that nobody chose."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_LETTERS_OF_GROUP)) for _ in range(_GROUPS_OF_PASSWORD))
    return "-".join(groups)


def read_key(path: Path) -> str:
    """Return the public key in a file, one line. UsageError where it is none, or one that is too weak."""
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise UsageError(
            f"{path} cannot be read as a public key.", "Give the .pub file that the district sent."
        ) from None
    if "PRIVATE KEY" in text:
        raise UsageError(
            f"{path} is a private key.", "Ask the district for its public key (.pub); the private one stays with it."
        )
    if not _KEY.fullmatch(text):
        raise UsageError(
            f"{path} is not one public key in OpenSSH's form.", "It is one line, such as: ssh-ed25519 AAAA… name"
        )
    kind, blob = text.split()[:2]
    if kind == "ssh-rsa" and len(base64.b64decode(blob)) < _LEAST_RSA_BYTES:
        raise UsageError(f"The RSA key in {path} has fewer than 2048 bits.", "Ask for an ed25519 key.")
    return text


def steps_to_add(
    account: Account, *, reader: str, password: str | None, key: str | None, config: Path | None
) -> Iterator[Step]:
    """Give the steps that make an account.

    `reader` is the user that Rollcall runs as, `config` sshd's configuration, if not its own.
    """
    for group in (ACCOUNTS, INTAKE):
        if not has_group(group):
            yield _command(["groupadd", "--system", group])
    if reader != "root" and (not has_group(INTAKE) or reader not in grp.getgrnam(INTAKE).gr_mem):
        yield _command(["usermod", "--append", "--groups", INTAKE, reader])
    how = ["--gid", ACCOUNTS, "--no-user-group", "--no-create-home", "--home-dir", "/", "--shell", "/usr/sbin/nologin"]
    yield _command(["useradd", *how, "--comment", comment_of(account.district), account.user])
    yield Step(
        f"sshd -T -C user={account.user} must show the folder, internal-sftp and no forwarding",
        lambda: check(account, config),
    )
    yield _folder(account.places.folders)
    yield _folder(account.chroot)
    yield from _steps_for_uploads(account)
    yield _credential(account, password=password, key=key)


def steps_to_rotate(account: Account, *, password: str | None, key: str | None) -> Iterator[Step]:
    """Give the steps that replace what logs in; sessions that are open end."""
    yield _credential(account, password=password, key=key)
    yield _end_sessions(account)


def steps_to_remove(account: Account) -> Iterator[Step]:
    """Give the steps after which nobody logs in any more. The folder stays, and belongs to root."""
    yield _command(["usermod", "--password", "!", account.user])
    yield Step(f"rm -f {account.key}", lambda: account.key.unlink(missing_ok=True))
    yield _end_sessions(account)
    yield _command(["userdel", account.user])
    if account.upload.is_dir():
        yield _command(["chown", "--recursive", "--no-dereference", f"root:{INTAKE}", str(account.upload)])
        yield Step(f"chmod 0750 {account.upload}", lambda: account.upload.chmod(0o750))


def steps_to_bound(account: Account, *, most_bytes: int, most_files: int) -> Iterator[Step]:
    """Give the steps that lock a folder beyond its bounds, and open one that is within them again."""
    found = contents(account)
    is_over = found.size > most_bytes or found.files > most_files
    if is_over and not account.is_locked:
        yield Step(f"chmod 2050 {account.upload}", lambda: account.upload.chmod(LOCKED))
        yield _end_sessions(account)
    if account.is_locked and not is_over:
        yield Step(f"chmod 2350 {account.upload}", lambda: account.upload.chmod(OPEN))


def check(account: Account, config: Path | None) -> None:
    """Ask sshd what it would do with the account; where that is not what it must be, remove the account again.

    Raises:
        PermanentError: sshd would not keep the account in its folder.
    """
    asked = ["sshd", "-T", *(["-f", str(config)] if config else [])]
    asked += ["-C", f"user={account.user},host=localhost,addr=127.0.0.1"]
    try:
        wrong = _wrong(account, _run(asked))
    except PermanentError:
        _run(["userdel", account.user])
        raise
    if wrong:
        _run(["userdel", account.user])
        raise PermanentError(
            f"sshd would not keep the account in its folder ({', '.join(wrong)}). It was not made.",
            "Install deploy/sftp/rollcall-sftp.conf in /etc/ssh/sshd_config.d and reload sshd.",
        )


def _wrong(account: Account, said: str) -> list[str]:
    """Return what sshd says of the account that must be otherwise."""
    says = dict(line.partition(" ")[::2] for line in said.splitlines())
    wanted = _WANTED | {
        "chrootdirectory": f"{account.places.folders}/%u",
        "authorizedkeysfile": f"{account.places.keys}/%u",
    }
    wrong = [name for name, value in wanted.items() if says.get(name) != value]
    if not says.get("forcecommand", "").startswith("internal-sftp -d /upload "):
        wrong.append("forcecommand")
    return sorted(wrong)


def _steps_for_uploads(account: Account) -> Iterator[Step]:
    upload = account.upload
    yield Step(f"mkdir --parents {upload}", lambda: upload.mkdir(exist_ok=True))
    yield _command(["chown", "--recursive", "--no-dereference", f"{account.user}:{INTAKE}", str(upload)])
    yield Step(f"chmod 2350 {upload}", lambda: upload.chmod(OPEN))


def _folder(path: Path) -> Step:
    def make() -> None:
        path.mkdir(mode=0o755, parents=True, exist_ok=True)
        os.chown(path, 0, 0)
        path.chmod(0o755)

    return Step(f"install --directory --owner root --mode 0755 {path}", make)


def _credential(account: Account, *, password: str | None, key: str | None) -> Step:
    def let_in() -> None:
        if key is not None:
            _folder(account.places.keys).do()
            replace_whole(account.key, f"{key}\n", mode=0o644)
            _run(["usermod", "--password", "*", account.user])
        else:
            account.key.unlink(missing_ok=True)
            _run(["chpasswd"], said=f"{account.user}:{password}\n")

    shown = f"write the key to {account.key}, and no password" if key else f"chpasswd for {account.user}, and no key"
    return Step(shown, let_in)


def _end_sessions(account: Account) -> Step:
    def end() -> None:
        number = pwd.getpwnam(account.user).pw_uid
        for process in Path("/proc").iterdir():
            if process.name.isdigit() and number in _users_of(process):
                with suppress(ProcessLookupError):
                    os.kill(int(process.name), signal.SIGKILL)

    return Step(f"end the open sessions of {account.user}", end)


def _users_of(process: Path) -> set[int]:
    """Return the users that a process runs as; the folder below /proc belongs to root where it has changed its user."""
    try:
        lines = (process / "status").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return set()  # it has ended meanwhile
    return {int(number) for line in lines if line.startswith("Uid:") for number in line.split()[1:]}


def _command(words: Sequence[str]) -> Step:
    return Step(shlex.join(words), lambda: _discard(_run(words)))


def _discard(_: str) -> None:
    return None


def _run(words: Sequence[str], *, said: str | None = None) -> str:
    """Run a program of the system and return what it says. Neither the words nor what is said to it hold a secret."""
    searched = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    try:
        done = subprocess.run(  # noqa: S603 - words of this module
            words, input=said, capture_output=True, text=True, check=False, env={"PATH": searched, "LC_ALL": "C"}
        )
    except FileNotFoundError:
        raise PermanentError(f"{words[0]} is not on this machine.", "Install OpenSSH's server and shadow.") from None
    if done.returncode != 0:
        told = done.stderr.strip().splitlines()
        raise PermanentError(f"{words[0]} failed: {told[-1] if told else f'exit code {done.returncode}'}.")
    return done.stdout
