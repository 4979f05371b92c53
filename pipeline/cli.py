"""The `rollcall` command: reads arguments, calls the subjects, prints. Whatever thinks is elsewhere.

Dagster is imported by the commands that need it only: it takes a second to load.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from pipeline.districts.folders import DistrictFolder, Home, settings_folder
from pipeline.districts.registry import Registry
from pipeline.districts.settings import DistrictSettings
from pipeline.districts.state import DistrictState, pause, read_state, write_state
from pipeline.errors import RollcallError, UsageError

if TYPE_CHECKING:
    from pipeline.landing.delivery import Delivery
    from pipeline.report.model import SyncReport

app = typer.Typer(
    name="rollcall",
    help="Turns the roster files that school districts send every night into a roster that can be trusted.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
district_app = typer.Typer(no_args_is_help=True, help="Districts: add, look at, check, enable, pause, resume.")
app.add_typer(district_app, name="district")

# Into a file or a pipe, a table is as wide as it needs to be.
# Without markup: names and reasons are people's own text, and a "[/b]" in them is no style.
out = Console(markup=False, emoji=False, highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 140)
err = Console(stderr=True, markup=False, emoji=False, highlight=False, soft_wrap=True)

EXIT_CODES = {"applied": 0, "unchanged": 0, "held": 3, "rejected": 4, "missing": 5}
"""What a command ends with, by outcome (1: a fault, 2: usage, 6: busy)."""

STOPPED = 130
"""What a command that Ctrl-C stops ends with, as a shell has it."""


class Format(StrEnum):
    """How a command prints its data."""

    text = "text"
    json = "json"


DistrictArgument = Annotated[str, typer.Argument(help="The district's id, such as maple-valley.", show_default=False)]
FormatOption = Annotated[Format, typer.Option("--format", help="For people or for programs.")]
PathsArgument = Annotated[
    list[Path],
    typer.Argument(help="A folder with the CSV files, or the files themselves.", show_default=False),
]
DateOption = Annotated[
    datetime | None,
    typer.Option(
        "--date",
        formats=["%Y-%m-%d"],
        help="The district's local date. Default: its today.",
        show_default=False,
    ),
]


def main() -> None:
    """Run the command; a failure of ours is told in words and ends with its exit code."""
    os.umask(0o077)
    try:
        app()
    except RollcallError as failure:
        err.print("Error: ", style="red", end="")
        err.print(str(failure))
        sys.exit(failure.exit_code)
    except KeyboardInterrupt:
        err.print("Stopped. Nothing was half done.")
        sys.exit(STOPPED)
    except SystemExit as ended:
        # Typer ends a command that Ctrl-C stops without a word.
        if ended.code == STOPPED:
            err.print("Stopped. Nothing was half done.")
        raise
    except OSError as failure:
        err.print("Error: ", end="", style="red")
        err.print(
            f"{failure.filename or 'A file'} cannot be read or written: {failure.strerror or type(failure).__name__}. "
            f"The data is kept in ROLLCALL_HOME, {Home.from_environment().root}: `rollcall doctor` looks at it."
        )
        sys.exit(1)


# --- a district's day ---------------------------------------------------------------------------------------------


@app.command()
def sync(
    district: DistrictArgument,
    day: DateOption = None,
    refetch: Annotated[
        bool,
        typer.Option("--refetch", help="Let what is on the server now take the place of an upload by hand."),
    ] = False,
    output: FormatOption = Format.text,
) -> None:
    """Sync one district's day now: fetch, read, check, compare, apply, report. Recorded in Dagster."""
    settings = _registry()[district]
    _check_not_paused(district)
    sync_date = _sync_date(settings, day)
    _sync(district, sync_date, fetch=True, refetch=refetch, output=output)


@app.command()
def upload(
    district: DistrictArgument,
    paths: PathsArgument,
    day: DateOption = None,
    and_sync: Annotated[bool, typer.Option("--sync", help="Sync the date right away.")] = False,
    output: FormatOption = Format.text,
) -> None:
    """Bring files in by hand. They stay in force for their date, whatever the server sends."""
    from pipeline.landing.intake import upload_delivery  # noqa: PLC0415 - paramiko takes a while to load

    settings = _registry()[district]
    if and_sync:
        _check_not_paused(district)
    sync_date = _sync_date(settings, day)
    with _spinner("taking the files in"):
        delivery = upload_delivery(district, settings, _folder(district).make(), sync_date, paths)
    if and_sync:
        _sync(district, sync_date, fetch=False, refetch=False, output=output)
        return
    _emit(
        delivery,
        output,
        f"{district}, {sync_date}: delivery {delivery.number} with {', '.join(f.file for f in delivery.files)}. "
        f"`rollcall sync {district} --date {sync_date}` takes it up.",
        _still_lacking(delivery),
    )


@app.command()
def plan(district: DistrictArgument, paths: PathsArgument, output: FormatOption = Format.text) -> None:
    """Tell what a delivery would do to the roster. Changes nothing."""
    from pipeline.landing.intake import find_files  # noqa: PLC0415
    from pipeline.sync.due import local_date  # noqa: PLC0415
    from pipeline.sync.look import plan_files  # noqa: PLC0415

    settings = _registry()[district]
    files = find_files(paths, settings.files.by_file())
    with _spinner("reading and comparing"):
        report = plan_files(district, settings, _folder(district), files, local_date(settings, datetime.now(UTC)))
    _finish(report, output)


@app.command()
def validate(
    paths: PathsArgument,
    profile: Annotated[str, typer.Option(help="What to check against: connect, what the product needs.")] = "connect",
    output: FormatOption = Format.text,
) -> None:
    """Check files without any set-up: what is wrong, where, and what to do. Sends nothing anywhere."""
    from pipeline.landing.intake import find_files  # noqa: PLC0415
    from pipeline.oneroster.files import FILE_NAMES  # noqa: PLC0415
    from pipeline.report.text import validation_text  # noqa: PLC0415
    from pipeline.report.validation import validation  # noqa: PLC0415
    from pipeline.sync.look import validate_files  # noqa: PLC0415

    if profile != "connect":
        raise UsageError(f'There is no profile "{profile}".', "Allowed: connect.")
    files = find_files(paths, {name: name for name in FILE_NAMES})
    with _spinner("reading and checking"):
        report = validate_files(files, datetime.now(UTC).date())
    result = validation(report, profile)
    _emit(result, output, validation_text(report, accepted=result.accepted))
    raise typer.Exit(0 if result.accepted else EXIT_CODES["rejected"])


# --- looking back -------------------------------------------------------------------------------------------------


@app.command()
def report(
    district: DistrictArgument,
    day: Annotated[
        datetime | None,
        typer.Argument(formats=["%Y-%m-%d"], help="A sync date. Default: the newest sync.", show_default=False),
    ] = None,
    output: FormatOption = Format.text,
) -> None:
    """Show the report of a district's newest sync, or of the newest one of a date."""
    from pipeline.report.model import SyncReport  # noqa: PLC0415
    from pipeline.report.text import report_text  # noqa: PLC0415
    from pipeline.sync.history import newest_report  # noqa: PLC0415

    _registry()[district]
    folder = newest_report(_folder(district), district, day.date() if day else None)
    if not (folder / "report.json").exists():
        raise UsageError(
            f"The report {folder} is not there: the run ended before it was written.",
            f"`rollcall sync {district} --date {folder.parent.name}` writes a new one.",
        )
    found = SyncReport.model_validate_json((folder / "report.json").read_bytes())
    _emit(found, output, report_text(found), f"Page: {folder / 'index.html'}")


@app.command()
def roster(
    district: DistrictArgument,
    on: Annotated[
        datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help="As after the last sync of this date.", show_default=False),
    ] = None,
    out_folder: Annotated[
        Path | None,
        typer.Option("--out", help="Write users.csv, classes.csv, enrollments.csv there.", show_default=False),
    ] = None,
    output: FormatOption = Format.text,
) -> None:
    """Show how many active records stand in the roster, or write them out as OneRoster files."""
    from pipeline.report.build import RECORD_WORDS  # noqa: PLC0415
    from pipeline.sync.history import roster_as_of  # noqa: PLC0415

    _registry()[district]
    with _spinner("reading the roster"):
        found = roster_as_of(_folder(district), district, on.date() if on else None, out_folder)
    if output is Format.json:
        _print_json(
            {
                "district": district,
                "sync_number": found.sync_number,
                "sync_date": found.sync_date.isoformat(),
                "records": found.records,
                "out": str(out_folder) if out_folder else None,
            }
        )
        return
    out.print(f"{district}, as after sync {found.sync_number} of {found.sync_date}:")
    for record_type, words in RECORD_WORDS.items():
        out.print(f"{found.records.get(record_type, 0):>12,} {words}")
    if out_folder:
        out.print(f"Written to {out_folder}.")


# --- districts ----------------------------------------------------------------------------------------------------


@district_app.command("add")
def district_add(
    district: DistrictArgument,
    name: Annotated[str, typer.Option(help="Its name, for people.", show_default=False)],
    time_zone: Annotated[str, typer.Option(help="Such as America/Chicago.", show_default=False)],
    host: Annotated[str, typer.Option(help="The SFTP server.", show_default=False)],
    user: Annotated[str, typer.Option(help="The SFTP login.", show_default=False)],
    school: Annotated[
        list[str],
        typer.Option(help='A school that takes part: "0412=Cedar Elementary". Once for each.', show_default=False),
    ],
    password: Annotated[
        str | None, typer.Option(help="By reference: env:NAME or file:PATH.", show_default=False)
    ] = None,
    private_key: Annotated[
        str | None, typer.Option(help="By reference: env:NAME or file:PATH.", show_default=False)
    ] = None,
    host_key: Annotated[
        list[str] | None, typer.Option(help="The server's fingerprint, SHA256:…", show_default=False)
    ] = None,
    port: Annotated[int, typer.Option(help="The SFTP server's port.")] = 22,
    path: Annotated[str, typer.Option(help="The folder on the server.")] = ".",
    start_time: Annotated[str, typer.Option(help="When the nightly sync starts, local time.")] = "02:00",
    scope: Annotated[str, typer.Option(help="district, or school where one school sends its own files.")] = "district",
    settle_seconds: Annotated[
        float | None,
        typer.Option(help="How long a file must rest before it is taken. Default: 10.", show_default=False),
    ] = None,
) -> None:
    """Write the settings of a new district. Nothing runs until it is enabled."""
    from pipeline.districts.adding import NewDistrict, add_district  # noqa: PLC0415

    new = NewDistrict(
        name=name,
        time_zone=time_zone,
        host=host,
        user=user,
        schools=[_school(text) for text in school],
        start_time=start_time,
        scope=scope,
        port=port,
        path=path,
        password=password,
        private_key=private_key,
        host_keys=host_key or (),
        settle_seconds=settle_seconds,
    )
    written = add_district(_registry(), district, new)
    out.print(f"Written: {written}\nNext: `rollcall district check {district}`")


@district_app.command("list")
def district_list(output: FormatOption = Format.text) -> None:
    """List the districts with their time zone, start time and state."""
    rows = []
    for district in _registry().ids():
        try:
            settings = _registry()[district]
            state = _state_words(read_state(_folder(district).state))
            rows.append((district, settings.name, settings.time_zone, f"{settings.start_time:%H:%M}", state))
        except RollcallError:
            rows.append((district, "", "", "", "settings have a mistake: rollcall doctor"))
    names = ("district", "name", "time_zone", "start_time", "state")
    if output is Format.json:
        _print_json([dict(zip(names, row, strict=True)) for row in rows])
        return
    if not rows:
        out.print(f"No district has settings in {settings_folder()} yet. `rollcall district add --help` tells how.")
        return
    table = Table(*(name.replace("_", " ") for name in names), box=None)
    for row in rows:
        table.add_row(*row)
    out.print(table)


@district_app.command("show")
def district_show(district: DistrictArgument, output: FormatOption = Format.text) -> None:
    """Show all settings of a district, defaults included, and its state. Secrets stay references."""
    settings = _registry()[district]
    state = read_state(_folder(district).state)
    if output is Format.json:
        _print_json({"settings": settings.model_dump(mode="json"), "state": state.model_dump(mode="json")})
        return
    out.print(f"{_registry().path(district)}")
    _print_settings(settings)
    out.print(f"state: {_state_words(state)}")


@district_app.command("check")
def district_check(district: DistrictArgument, output: FormatOption = Format.text) -> None:
    """Connect to the district's server and tell what is there. Changes nothing, fetches nothing."""
    from pipeline.sftp.check import check_server  # noqa: PLC0415

    settings = _registry()[district]
    with _spinner(f"connecting to {settings.sftp.host}"):
        found = check_server(district, settings)
    if output is Format.json:
        _print_json(found.as_json())
    else:
        out.print(f"{settings.sftp.host}:{settings.sftp.port} presents the {found.key_type} host key")
        out.print(f"    {found.fingerprint}")
        if found.listing is None:
            out.print(
                "No host key is pinned, so nothing was sent to this server. Compare the fingerprint with the one that "
                f"the district gave you. If they are the same, write it under sftp.host_keys in "
                f"{_registry().path(district)} and check again.",
            )
        else:
            out.print("    It is the one that is pinned.")
            table = Table("file", "bytes", "dated (UTC)", "read as", box=None)
            for entry in found.listing:
                table.add_row(
                    entry.name,
                    f"{entry.size:,}",
                    f"{entry.modified_at:%Y-%m-%d %H:%M:%S}",
                    entry.read_as or "",
                )
            out.print(table)
            for name in found.missing:
                out.print("Not there:", style="yellow", end=" ")
                out.print(f"{settings.files.by_file()[name]} ({name})")
            for problem in found.problems:
                out.print(problem)
    if found.listing is None:
        raise typer.Exit(UsageError.exit_code)
    raise typer.Exit(EXIT_CODES["missing"] if found.missing else 0)


@district_app.command("enable")
def district_enable(district: DistrictArgument) -> None:
    """Let the nightly schedule sync this district."""
    settings = _registry()[district]
    if not settings.sftp.host_keys:
        raise UsageError(
            f"{district} has no pinned host key, so every night would fail.",
            f"`rollcall district check {district}` shows the key to pin.",
        )
    folder = _folder(district)
    state = read_state(folder.state)
    write_state(folder.state, state.model_copy(update={"enabled": True}))
    out.print(
        f"{district} is synced every night at {settings.start_time:%H:%M} {settings.time_zone}, "
        "where Dagster's daemon runs with ROLLCALL_SCHEDULES=running."
    )
    if state.paused:
        out.print(
            f"It is still paused: {state.paused.why}. `rollcall district resume {district}` ends that.",
        )


@district_app.command("pause")
def district_pause(
    district: DistrictArgument,
    reason: Annotated[str, typer.Option(help="Why.", show_default=False)],
    by: Annotated[str, typer.Option(help="Who.", show_default=False)],
) -> None:
    """Stop syncing this district until it is resumed. Its roster stands."""
    _registry()[district]
    folder = _folder(district)
    write_state(folder.state, pause(read_state(folder.state), why=reason, by=by))
    out.print(f"{district} is paused. `rollcall district resume {district}` ends that.")


@district_app.command("resume")
def district_resume(district: DistrictArgument) -> None:
    """End a pause."""
    _registry()[district]
    folder = _folder(district)
    state = read_state(folder.state)
    if state.paused is None:
        out.print(f"{district} is not paused.")
        return
    write_state(folder.state, state.model_copy(update={"paused": None}))
    out.print(
        f"{district} is no longer paused; it was since {state.paused.since:%Y-%m-%d}: {state.paused.why}",
    )


# --- the installation ---------------------------------------------------------------------------------------------


@app.command()
def demo(
    students: Annotated[int, typer.Option(min=50, max=20_000, help="Of the largest of the three districts.")] = 600,
    seed: Annotated[int, typer.Option(help="Another seed, another synthetic world.")] = 7,
    serve: Annotated[bool, typer.Option("--serve", help="Only run the demo's SFTP server, until Ctrl-C.")] = False,
) -> None:
    """Tell the whole story on three synthetic districts, an SFTP server included. Needs nothing else."""
    from pipeline.demo.story import serve_demo, tell_story  # noqa: PLC0415

    if serve:
        serve_demo(out)
    else:
        tell_story(out, students=students, seed=seed)


@app.command()
def doctor(output: FormatOption = Format.text) -> None:
    """Look whether this installation is sound: versions, folders, and the settings of every district."""
    from pipeline.doctor import examine  # noqa: PLC0415

    findings = examine(Home.from_environment(), _registry())
    if output is Format.json:
        _print_json([{"what": f.what, "sound": f.sound, "detail": f.detail} for f in findings])
    else:
        for finding in findings:
            out.print("ok   " if finding.sound else "wrong", style="green" if finding.sound else "red", end=" ")
            out.print(f"{finding.what}: {finding.detail}")
    if not all(finding.sound for finding in findings):
        raise typer.Exit(1)


# --- how things are printed ---------------------------------------------------------------------------------------


def _check_not_paused(district: str) -> None:
    state = read_state(_folder(district).state)
    if state.paused:
        raise UsageError(
            f"{district} is paused since {state.paused.since:%Y-%m-%d}: {state.paused.why}",
            f"`rollcall district resume {district}` ends that.",
        )


def _sync_date(settings: DistrictSettings, day: datetime | None) -> date:
    """Return the date that was asked for, or the district's today; UsageError where it has not begun."""
    from pipeline.sync.due import check_date, local_date  # noqa: PLC0415

    now = datetime.now(UTC)
    sync_date = day.date() if day else local_date(settings, now)
    check_date(settings, sync_date, now)
    return sync_date


def _sync(district: str, sync_date: date, *, fetch: bool, refetch: bool, output: Format) -> None:
    from pipeline.definitions import ASSETS  # noqa: PLC0415
    from pipeline.instance import open_instance  # noqa: PLC0415
    from pipeline.partitions import DistrictDay  # noqa: PLC0415
    from pipeline.resources import Clock, Districts  # noqa: PLC0415
    from pipeline.runs import sync_day  # noqa: PLC0415

    with _steps(len(ASSETS)) as show, open_instance(Home.from_environment()) as instance:
        found, page = sync_day(
            DistrictDay(district, sync_date),
            instance=instance,
            districts=Districts(),
            clock=Clock(),
            fetch=fetch,
            refetch=refetch,
            on_step=show,
        )
    _finish(found, output, page)


def _finish(report: SyncReport, output: Format, page: Path | None = None) -> None:
    from pipeline.report.text import report_text  # noqa: PLC0415

    _emit(report, output, report_text(report), f"Page: {page}" if page else None)
    raise typer.Exit(EXIT_CODES[report.outcome])


def _emit(data: BaseModel, output: Format, *texts: Any) -> None:
    if output is Format.json:
        sys.stdout.write(data.model_dump_json(indent=2) + "\n")
        return
    for text in texts:
        if text is not None:
            out.print(text)


def _print_json(data: Any) -> None:
    sys.stdout.write(json.dumps(data, indent=2, ensure_ascii=False) + "\n")


@contextmanager
def _spinner(doing: str) -> Iterator[None]:
    """Show on standard error that something is under way."""
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
def _steps(total: int) -> Iterator[Callable[[str], None]]:
    """Show on standard error how far a run is; yields what is told of each step that starts."""
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    ) as progress:
        task = progress.add_task("starting", total=total)
        started = 0

        def start(step: str) -> None:
            nonlocal started
            progress.update(task, description=step, completed=started)
            started += 1

        yield start


def _print_settings(settings: DistrictSettings) -> None:
    from ruamel.yaml import YAML  # noqa: PLC0415

    YAML().dump(settings.model_dump(mode="json", exclude_none=True), sys.stdout)


def _still_lacking(delivery: Delivery) -> str | None:
    """Return a warning where an upload lacks a file: it counts as a whole, whatever lies on the server."""
    from pipeline.oneroster.files import FILE_NAMES  # noqa: PLC0415

    lacking = [name for name in FILE_NAMES if delivery.file(name) is None]
    if not lacking:
        return None
    return (
        f"It has no {' and no '.join(lacking)}, so a sync of it will be rejected. Upload all three files together; "
        "`rollcall sync --refetch` goes back to what is on the server."
    )


def _state_words(state: DistrictState) -> str:
    if state.paused:
        return f"paused by {state.paused.by} since {state.paused.since:%Y-%m-%d}: {state.paused.why}"
    return "enabled" if state.enabled else "not enabled"


def _school(text: str) -> tuple[str, str]:
    school_id, equals, name = text.partition("=")
    if not equals or not school_id.strip() or not name.strip():
        raise UsageError(f'"{text}" is not a school.', 'Write it as --school "0412=Cedar Elementary".')
    return school_id.strip(), name.strip()


def _registry() -> Registry:
    return Registry(settings_folder())


def _folder(district: str) -> DistrictFolder:
    return Home.from_environment().district(district)
