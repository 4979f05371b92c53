"""The `rollcall` command: which commands there are, and how a failure is shown.

Each command reads arguments, calls the subjects, prints. Whatever thinks is elsewhere.
Dagster is imported by the commands that need it only: it takes a second to load.
"""

from __future__ import annotations

import os
import sys

import typer

from pipeline.cli import blocks, day, decisions, districts, history, installation, keeping, mail, sql, status
from pipeline.cli.changing import ChangingCommand
from pipeline.cli.console import err
from pipeline.cli.plugin import plugin_app
from pipeline.cli.sources import source_app
from pipeline.districts.folders import Home
from pipeline.errors import RollcallError

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
    history.rerun,
    sql.sql,
    status.status,
    keeping.purge,
    mail.mail,
    installation.demo,
    installation.doctor,
):
    app.command(cls=ChangingCommand if command in _CHANGING else None)(command)
app.add_typer(districts.district_app, name="district")
app.add_typer(keeping.landing_app, name="landing")
app.add_typer(plugin_app, name="plugin")
app.add_typer(source_app, name="source")

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
        err.print("Error: ", end="", style="red")
        err.print(
            f"{failure.filename or 'A file'} cannot be read or written: {failure.strerror or type(failure).__name__}. "
            f"Rollcall keeps its data in {Home.from_environment().root} (ROLLCALL_HOME). `rollcall doctor` checks it."
        )
        sys.exit(1)
