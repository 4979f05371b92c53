"""Accounts of districts on the drop server of this machine: add, list, rotate, remove, and keep within bounds."""

from __future__ import annotations

import os
import pwd
import socket
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from pipeline.cli.console import DistrictArgument, Format, FormatOption, out, print_json, registry
from pipeline.errors import RollcallError, UsageError

if TYPE_CHECKING:
    from pipeline.accounts.account import Places
    from pipeline.accounts.changes import Step

account_app = typer.Typer(
    no_args_is_help=True, help="Accounts of districts on the drop server of this machine. Run as root."
)

_FOLDERS, _KEYS = Path("/srv/sftp"), Path("/etc/ssh/rollcall-keys")

KeyOption = Annotated[
    Path | None,
    typer.Option(
        "--key", help="The district's public key (.pub): it logs in, and no password does.", show_default=False
    ),
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Show every change and make none.")]
FoldersOption = Annotated[Path, typer.Option(help="Where the accounts have their folders, as in sshd's configuration.")]
KeysOption = Annotated[Path, typer.Option(help="Where their public keys are, as in sshd's configuration.")]
HostOption = Annotated[
    str | None,
    typer.Option(help="The name under which districts reach this machine. Default: its own.", show_default=False),
]
PortOption = Annotated[int, typer.Option(help="The port under which districts reach it.")]
HostKeysOption = Annotated[Path, typer.Option(help="Where the server's host keys are.")]
PageOption = Annotated[
    Path | None,
    typer.Option(
        "--page", help="Write the page for the district into this new file, for you alone.", show_default=False
    ),
]


@account_app.command("add")
def account_add(
    district: DistrictArgument,
    key: KeyOption = None,
    host: HostOption = None,
    port: PortOption = 22,
    page: PageOption = None,
    replace_source: Annotated[
        bool, typer.Option("--replace-source", help="Read this folder from now on, in place of the district's server.")
    ] = False,
    dry_run: DryRunOption = False,
    folders: FoldersOption = _FOLDERS,
    keys: KeysOption = _KEYS,
    host_keys: HostKeysOption = Path("/etc/ssh"),
    sshd_config: Annotated[
        Path | None, typer.Option(help="sshd's configuration, if not its own.", show_default=False)
    ] = None,
) -> None:
    """Make a district's account, write its folder into the settings, and print once what the district is given."""
    from pipeline.accounts.account import account_of  # noqa: PLC0415
    from pipeline.accounts.changes import new_password, read_key, steps_to_add  # noqa: PLC0415
    from pipeline.districts.editing import change_settings  # noqa: PLC0415

    settings = registry()[district]
    account = account_of(district, _places(folders, keys))
    if account.exists:
        raise UsageError(
            f"{district} has an account already: {account.user}.",
            f"`rollcall sftp-account rotate {district}` gives it a new password or key.",
        )
    if settings.sftp is not None and not replace_source:
        raise UsageError(
            f"{district} has a server in its settings ({settings.sftp.host}), which would no longer be asked.",
            "Add --replace-source if the district sends here from now on.",
        )
    unset = ["sftp"] if settings.sftp is not None else []
    edit = change_settings(registry(), district, {"folder.path": str(account.upload)}, unset=unset)
    public = read_key(key) if key else None
    password = None if public else new_password()
    reader = edit.path.stat()
    _check_root(dry_run=dry_run)
    _check_new(page)
    steps = steps_to_add(
        account, reader=pwd.getpwuid(reader.st_uid).pw_name, password=password, key=public, config=sshd_config
    )
    _take(steps, dry_run=dry_run)
    if dry_run:
        out.print(edit.diff)
        return
    edit.write()
    os.chown(edit.path, reader.st_uid, reader.st_gid)
    out.print(f"{edit.path} now has the folder. Restart Rollcall's services once, if their user is new in its group.")
    _hand_over(district, account.user, password, host, port, host_keys, page)


@account_app.command("list")
def account_list(
    folders: FoldersOption = _FOLDERS, keys: KeysOption = _KEYS, output: FormatOption = Format.text
) -> None:
    """List the accounts: how they log in, what is in their folders, and whether one is locked."""
    from pipeline.accounts.account import accounts, contents  # noqa: PLC0415

    rows = []
    for account in accounts(_places(folders, keys)):
        found = contents(account)
        rows.append(
            {
                "district": account.district, "user": account.user, "folder": str(account.upload),
                "login": "key" if account.key.exists() else "password", "files": found.files, "bytes": found.size,
                "locked": account.is_locked,
            }
        )  # fmt: skip
    if output is Format.json:
        print_json(rows)
        return
    if not rows:
        out.print("There is no account yet. `rollcall sftp-account add DISTRICT` makes one.")
        return
    table = Table("district", "user", "login", "files", "MB", "state", box=None)
    for row in rows:
        state = "locked: beyond its bound" if row["locked"] else "open"
        size = f"{int(str(row['bytes'])) / 1e6:,.1f}"
        table.add_row(str(row["district"]), str(row["user"]), str(row["login"]), str(row["files"]), size, state)
    out.print(table)


@account_app.command("rotate")
def account_rotate(
    district: DistrictArgument,
    key: KeyOption = None,
    host: HostOption = None,
    port: PortOption = 22,
    page: PageOption = None,
    dry_run: DryRunOption = False,
    folders: FoldersOption = _FOLDERS,
    keys: KeysOption = _KEYS,
    host_keys: HostKeysOption = Path("/etc/ssh"),
) -> None:
    """Give an account a new password, or a key. The old one ends at once, with the sessions that are open."""
    from pipeline.accounts.account import existing  # noqa: PLC0415
    from pipeline.accounts.changes import new_password, read_key, steps_to_rotate  # noqa: PLC0415

    account = existing(district, _places(folders, keys))
    public = read_key(key) if key else None
    password = None if public else new_password()
    _check_root(dry_run=dry_run)
    _check_new(page)
    _take(steps_to_rotate(account, password=password, key=public), dry_run=dry_run)
    if not dry_run:
        _hand_over(district, account.user, password, host, port, host_keys, page)


@account_app.command("remove")
def account_remove(
    district: DistrictArgument,
    dry_run: DryRunOption = False,
    folders: FoldersOption = _FOLDERS,
    keys: KeysOption = _KEYS,
) -> None:
    """Remove an account. What the district has sent stays, in its folder and in Rollcall."""
    from pipeline.accounts.account import existing  # noqa: PLC0415
    from pipeline.accounts.changes import steps_to_remove  # noqa: PLC0415

    account = existing(district, _places(folders, keys))
    _check_root(dry_run=dry_run)
    _take(steps_to_remove(account), dry_run=dry_run)
    if not dry_run:
        out.print(
            f"The account of {district} is removed. Its files stay in {account.upload}, and the settings still name "
            "that folder: pause the district, or give it another source."
        )


@account_app.command("enforce")
def account_enforce(dry_run: DryRunOption = False, folders: FoldersOption = _FOLDERS, keys: KeysOption = _KEYS) -> None:
    """Lock each folder that is beyond the bounds in its settings, and open those that are within them again."""
    from pipeline.accounts.account import accounts  # noqa: PLC0415
    from pipeline.accounts.changes import steps_to_bound  # noqa: PLC0415
    from pipeline.districts.settings import FolderSettings  # noqa: PLC0415

    _check_root(dry_run=dry_run)
    for account in accounts(_places(folders, keys)):
        try:
            bounds = registry()[account.district].folder
        except RollcallError:
            bounds = None  # settings that cannot be read are told elsewhere; the default bounds are in force
        bounds = bounds or FolderSettings(path=str(account.upload))
        steps = steps_to_bound(account, most_bytes=bounds.max_megabytes * 10**6, most_files=bounds.max_files)
        _take(steps, dry_run=dry_run)


def _places(folders: Path, keys: Path) -> Places:
    from pipeline.accounts.account import Places  # noqa: PLC0415

    return Places(folders, keys)


def _check_root(*, dry_run: bool) -> None:
    if os.geteuid() != 0 and not dry_run:
        raise UsageError("Only root can change accounts.", "Run it with sudo, or preview the changes with --dry-run.")


def _check_new(page: Path | None) -> None:
    if page is not None and page.exists():
        raise UsageError(f"{page} exists already.", "Name a file that does not.")


def _take(steps: Iterable[Step], *, dry_run: bool, tell: Callable[[str], None] = out.print) -> None:
    """Show each step, and do it."""
    for step in steps:
        tell(step.shown)
        if not dry_run:
            step.do()


def _hand_over(
    district: str, user: str, password: str | None, host: str | None, port: int, host_keys: Path, path: Path | None
) -> None:
    from pipeline.accounts.handover import Handover, fingerprints, page  # noqa: PLC0415
    from pipeline.files.atomic import replace_whole  # noqa: PLC0415

    settings = registry()[district]
    known = Handover(settings.name, host or socket.getfqdn(), port, user, password, fingerprints(host_keys))
    text = page(known, list(settings.files.by_file().values()))
    if path is not None:
        replace_whole(path, text)
        out.print(
            f"The page for the district is in {path}. It has the password: give it to the district and delete it."
        )
    else:
        out.print(text)
