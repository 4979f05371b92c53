"""The `rollcall` command: which commands there are, and how a failure is shown.

Each command reads arguments, calls the subjects, prints. Whatever thinks is elsewhere.
Dagster is imported by the commands that need it only: it takes a second to load.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from typing import NoReturn

import typer

from pipeline.cli import (
    blocks,
    day,
    decisions,
    districts,
    history,
    installation,
    keeping,
    mail,
    metrics,
    renumber,
    sql,
    status,
    web,
)
from pipeline.cli.changing import ChangingCommand
from pipeline.cli.console import err
from pipeline.cli.plugin import plugin_app
from pipeline.cli.sftp_account import account_app
from pipeline.cli.sources import source_app
from pipeline.districts.folders import Home
from pipeline.errors import RollcallError
from pipeline.files.writing import failure_in_words

app = typer.Typer(
    name="rollcall",
    help="Turns the roster files that school districts send every night into a roster you can trust.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
_CHANGING = (
    day.upload,
    decisions.approve,
    decisions.reject,
    decisions.undo,
    blocks.block,
    blocks.unblock,
    history.rerun,
    renumber.renumber,
    keeping.purge,
)
for command in (
    day.sync,
    day.upload,
    day.plan,
    day.validate,
    decisions.holds,
    decisions.approve,
    decisions.reject,
    decisions.undo,
    blocks.block,
    blocks.unblock,
    blocks.blocks,
    history.report,
    history.history,
    history.trace,
    history.roster,
    history.find,
    history.rerun,
    renumber.renumber,
    sql.sql,
    status.status,
    keeping.purge,
    mail.mail,
    web.console,
    metrics.metrics,
    installation.demo,
    installation.dev,
    installation.doctor,
):
    app.command(cls=ChangingCommand if command in _CHANGING else None)(command)
app.add_typer(districts.district_app, name="district")
app.add_typer(keeping.landing_app, name="landing")
app.add_typer(plugin_app, name="plugin")
app.add_typer(source_app, name="source")
app.add_typer(account_app, name="sftp-account")

TRACEBACK = "ROLLCALL_TRACEBACK"
"""Set to anything, it shows where a failure happened that nobody foresaw."""

STOPPED = 130
"""What a command that Ctrl-C stops ends with, as a shell has it."""


def main() -> None:
    """Run the command; a failure of ours is shown in words and ends with its exit code."""
    os.umask(0o077)
    try:
        app()
    except RollcallError as failure:
        err.print("Error: ", style="red", end="")
        err.print(str(failure))
        sys.exit(failure.exit_code)
    except KeyboardInterrupt:
        err.print("Stopped. No change was left half done.")
        sys.exit(STOPPED)
    except SystemExit as ended:
        # Typer ends a command that Ctrl-C stops silently.
        if ended.code == STOPPED:
            err.print("Stopped. No change was left half done.")
        raise
    except OSError as failure:
        _tell(
            f"{failure_in_words(failure)} Rollcall keeps its data in {Home.from_environment().root} (ROLLCALL_HOME). "
            "`rollcall doctor` checks it."
        )
    # Whatever else there is: a person gets words. They hold no text of the failure, which may quote data.
    except Exception as failure:
        if os.environ.get(TRACEBACK):
            raise
        _tell(_unexpected(failure))


def _tell(words: str) -> NoReturn:
    err.print("Error: ", end="", style="red")
    err.print(words)
    sys.exit(1)


def _unexpected(failure: BaseException) -> str:
    """Return what to say of a failure that nobody foresaw: what kind it is, and where it happened."""
    cause = failure
    while type(cause).__module__.partition(".")[0] == "dagster" and cause.__cause__ is not None:
        cause = cause.__cause__
    if any(kind.__module__.partition(".")[0] in {"sqlalchemy", "sqlite3"} for kind in type(cause).__mro__):
        return (
            f"Dagster's records in {Home.from_environment().dagster} cannot be read or written. Check that the disk "
            "has room and works, then run the command again: what a sync has applied is not applied twice."
        )
    if isinstance(cause, OSError):
        return str(failure_in_words(cause))
    frames = traceback.extract_tb(cause.__traceback__)
    ours = [frame for frame in frames if f"{os.sep}pipeline{os.sep}" in frame.filename] or list(frames)
    place = f" at {Path(ours[-1].filename).name}, line {ours[-1].lineno}" if ours else ""
    return (
        f"Rollcall met a failure that it does not know: {type(cause).__name__}{place}. `rollcall doctor` checks the "
        f"installation; {TRACEBACK}=1 in front of the command shows where it happened, for a report of the mistake."
    )
