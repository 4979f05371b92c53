"""What every command shares: the two consoles, the arguments that many take, and how data is printed.

Belongs here: printing and looking up a district. Does not belong here: anything that decides.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel
from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.segment import Segment

from pipeline.districts.begun import check_begun
from pipeline.districts.decisions import check_asked
from pipeline.districts.folders import DistrictFolder, Home, settings_folder
from pipeline.districts.registry import Registry
from pipeline.districts.settings import DistrictSettings
from pipeline.districts.state import read_state, refuse_paused
from pipeline.outcomes import EXIT_CODES
from pipeline.report.cells import without_control_characters
from pipeline.report.model import SyncReport


class SafeConsole(Console):
    """A console that shows what a terminal would obey in a text: escapes, and marks that turn its direction."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        """Yield what is printed, each character of that kind as U+FFFD; the console's own styles stay."""
        for segment in super().render(renderable, options):
            text, style, control = segment
            if control or text.isprintable() or text == "\n":
                yield segment
            else:
                yield Segment("\n".join(map(without_control_characters, text.split("\n"))), style)


# Into a file or a pipe, a table is as wide as it needs to be.
# Without markup: names and reasons are people's own text, and a "[/b]" in them is no style.
out = SafeConsole(
    markup=False, emoji=False, highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 140
)
err = SafeConsole(stderr=True, markup=False, emoji=False, highlight=False, soft_wrap=True)


class Format(StrEnum):
    """How a command prints its data."""

    text = "text"
    json = "json"


DistrictArgument = Annotated[str, typer.Argument(help="The district's id, such as maple-valley.", show_default=False)]
FormatOption = Annotated[Format, typer.Option("--format", help="text for people, json for programs.")]
PathsArgument = Annotated[
    list[Path],
    typer.Argument(help="A folder with the CSV files, the files themselves, or a ZIP of them.", show_default=False),
]
DateOption = Annotated[
    datetime | None,
    typer.Option(
        "--date",
        formats=["%Y-%m-%d"],
        help="The district's local date. Default: today, in its time zone.",
        show_default=False,
    ),
]


def checked_name(name: str) -> str:
    """Return who decides, as it was given; UsageError where it is blank."""
    check_asked(by=name)
    return name


def checked_reason(reason: str) -> str:
    """Return the reason, as it was given; UsageError where it is blank."""
    check_asked(why=reason)
    return reason


ByOption = Annotated[
    str, typer.Option("--by", help="Who made this decision.", show_default=False, callback=checked_name)
]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why.", show_default=False, callback=checked_reason)]


def registry() -> Registry:
    """Return the registry of the settings that ROLLCALL_DISTRICTS holds."""
    return Registry(settings_folder())


def folder_of(district: str) -> DistrictFolder:
    """Return where a district's data lives below ROLLCALL_HOME.

    OpenToOthersError where others can look into it, PartLostError where it has begun there and is gone.
    """
    home = Home.from_environment()
    home.check_private(district)
    folder = home.district(district)
    check_begun(settings_folder(), folder)
    return folder


def check_not_paused(district: str) -> None:
    """Refuse a paused district; UsageError with who and why."""
    refuse_paused(district, read_state(folder_of(district).state))


def date_asked_for(settings: DistrictSettings, day: datetime | None) -> date:
    """Return the date that was given, or today where the district is; UsageError where it has not begun."""
    from pipeline.status.clock import check_date, local_date  # noqa: PLC0415

    now = datetime.now(UTC)
    sync_date = day.date() if day else local_date(settings, now)
    check_date(settings, sync_date, now)
    return sync_date


def finish(report: SyncReport, output: Format, page: Path | None = None) -> None:
    """Print a report and end with its outcome's exit code."""
    from pipeline.report.text import report_text  # noqa: PLC0415

    emit(report, output, report_text(report), f"Page: {page}" if page else None)
    raise typer.Exit(EXIT_CODES[report.outcome])


def run_sync(district: str, sync_date: date, *, fetch: bool, refetch: bool, output: Format) -> None:
    """Sync one day in this process, recorded in Dagster, print its report and end with its outcome's exit code."""
    from pipeline.definitions import ASSETS  # noqa: PLC0415
    from pipeline.instance import open_instance  # noqa: PLC0415
    from pipeline.partitions import DistrictDay  # noqa: PLC0415
    from pipeline.resources import Clock, Districts  # noqa: PLC0415
    from pipeline.runs import sync_day  # noqa: PLC0415

    with steps(len(ASSETS)) as show, open_instance(Home.from_environment()) as instance:
        found, page = sync_day(
            DistrictDay(district, sync_date),
            instance=instance,
            districts=Districts(),
            clock=Clock(),
            fetch=fetch,
            refetch=refetch,
            on_step=show,
        )
    finish(found, output, page)


def record_event(district: str, sync_date: date, *, kind: str, sync: int) -> None:
    """Record in Dagster what a command did to a roster. Where that is not possible, standard error says so."""
    from pipeline.partitions import DistrictDay  # noqa: PLC0415
    from pipeline.runs import note_correction  # noqa: PLC0415

    failure = note_correction(Home.from_environment(), DistrictDay(district, sync_date), kind=kind, sync=sync)
    if failure:
        err.print(
            f"Done, but Dagster has no event of it ({failure}). `rollcall history {district}` has it.",
            style="yellow",
        )


def emit(data: BaseModel, output: Format, *texts: Any) -> None:
    """Print `data` as JSON, or the texts that are not None."""
    if output is Format.json:
        sys.stdout.write(data.model_dump_json(indent=2) + "\n")
        return
    for text in texts:
        if text is not None:
            out.print(text)


def print_json(data: Any) -> None:
    """Print `data` as JSON on standard output."""
    sys.stdout.write(json.dumps(data, indent=2, ensure_ascii=False) + "\n")


@contextmanager
def spinner(doing: str) -> Iterator[None]:
    """Show on standard error that something is in progress."""
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    ) as progress:
        progress.add_task(doing, total=None)
        yield


@contextmanager
def counting(doing: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show on standard error how many of so many are done; yields the function to call with that number."""
    with _bar() as progress:
        task = progress.add_task(doing, total=total)
        yield lambda done: progress.update(task, completed=done)


@contextmanager
def steps(total: int) -> Iterator[Callable[[str], None]]:
    """Show on standard error how far a run is; yields the function to call with each step that starts."""
    with _bar() as progress:
        task = progress.add_task("starting", total=total)
        started = 0

        def start(step: str) -> None:
            nonlocal started
            progress.update(task, description=step, completed=started)
            started += 1

        yield start


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    )
