"""Districts: add, list, show, check, set, pin, enable, review, pause, resume, remove."""

from __future__ import annotations

import getpass
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from pipeline.cli.changing import ChangingCommand
from pipeline.cli.console import (
    ByOption,
    DistrictArgument,
    Format,
    FormatOption,
    ReasonOption,
    checked_reason,
    folder_of,
    out,
    print_json,
    registry,
    spinner,
)
from pipeline.districts.begun import note_begun
from pipeline.districts.decisions import record_decision
from pipeline.districts.folders import settings_folder
from pipeline.districts.pausing import pause_district, resume_district
from pipeline.districts.settings import CalendarSettings, DistrictSettings
from pipeline.districts.state import DistrictState, read_state, write_state
from pipeline.errors import RollcallError, UsageError
from pipeline.outcomes import EXIT_CODES

if TYPE_CHECKING:
    from pipeline.districts.editing import Edit
    from pipeline.sources.check import FoundFile, SourceCheck

MOST_OTHERS = 10
"""Names of a calendar's other events that are shown."""

district_app = typer.Typer(
    no_args_is_help=True, help="Add, show, check, change, enable, pause, resume and remove districts."
)


@district_app.command("add", cls=ChangingCommand)
def district_add(
    district: DistrictArgument,
    name: Annotated[str, typer.Option(help="The district's name, as reports show it.", show_default=False)],
    time_zone: Annotated[str, typer.Option(help="The time zone, such as America/Chicago.", show_default=False)],
    school: Annotated[
        list[str],
        typer.Option(help='A school that takes part: "0412=Cedar Elementary". One per school.', show_default=False),
    ],
    host: Annotated[str | None, typer.Option(help="The SFTP server's host name.", show_default=False)] = None,
    user: Annotated[str | None, typer.Option(help="The SFTP user name.", show_default=False)] = None,
    folder: Annotated[
        str | None,
        typer.Option(help="Instead of a server: the full path of a drop folder on this machine.", show_default=False),
    ] = None,
    password: Annotated[
        str | None, typer.Option(help="The SFTP password, as a reference: env:NAME or file:PATH.", show_default=False)
    ] = None,
    private_key: Annotated[
        str | None, typer.Option(help="The SSH private key, as a reference: env:NAME or file:PATH.", show_default=False)
    ] = None,
    host_key: Annotated[
        list[str] | None, typer.Option(help="The server's fingerprint, SHA256:…", show_default=False)
    ] = None,
    port: Annotated[int, typer.Option(help="The SFTP server's port.")] = 22,
    path: Annotated[str, typer.Option(help="The folder on the server.")] = ".",
    start_time: Annotated[str, typer.Option(help="When the nightly sync starts, in local time.")] = "02:00",
    scope: Annotated[str, typer.Option(help="district, or school for a single school's files.")] = "district",
    settle_seconds: Annotated[
        float | None,
        typer.Option(
            help="Seconds that a file must stay unchanged before it is fetched. Default: 60.", show_default=False
        ),
    ] = None,
) -> None:
    """Create the settings of a new district. Nothing runs until it is enabled."""
    from pipeline.districts.adding import NewDistrict, add_district  # noqa: PLC0415

    if folder is None and (host is None or user is None):
        raise UsageError("Where do the files come from?", "Give --host and --user, or --folder.")
    if folder is not None and (host is not None or user is not None):
        raise UsageError("Files come from only one place.", "Give --host and --user, or --folder, but not both.")
    new = NewDistrict(
        name=name,
        time_zone=time_zone,
        host=host,
        user=user,
        folder=folder,
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
    written = add_district(registry(), district, new)
    out.print(f"Written: {written}\nNext: `rollcall district check {district}`")


@district_app.command("list")
def district_list(output: FormatOption = Format.text) -> None:
    """List the districts with their time zone, start time and state."""
    rows = []
    for district in registry().ids():
        try:
            settings = registry()[district]
            state = _state_words(read_state(folder_of(district).state))
            rows.append((district, settings.name, settings.time_zone, f"{settings.start_time:%H:%M}", state))
        except RollcallError:
            rows.append((district, "", "", "", "settings have a mistake: see rollcall doctor"))
    names = ("district", "name", "time_zone", "start_time", "state")
    if output is Format.json:
        print_json([dict(zip(names, row, strict=True)) for row in rows])
        return
    if not rows:
        out.print(
            f"There are no districts in {settings_folder()} yet. `rollcall district add --help` shows how to add one."
        )
        return
    table = Table(*(name.replace("_", " ") for name in names), box=None)
    for row in rows:
        table.add_row(*row)
    out.print(table)


@district_app.command("show")
def district_show(district: DistrictArgument, output: FormatOption = Format.text) -> None:
    """Show all settings of a district, defaults included, and its state. Secrets are not shown."""
    settings = registry()[district]
    state = read_state(folder_of(district).state)
    if output is Format.json:
        print_json({"settings": settings.model_dump(mode="json"), "state": _state_data(state)})
        return
    out.print(f"{registry().path(district)}")
    _print_settings(settings)
    out.print(f"state: {_state_words(state)}")


@district_app.command("check")
def district_check(district: DistrictArgument, output: FormatOption = Format.text) -> None:
    """Connect to the district's server and list its files. Fetches and changes nothing."""
    from pipeline.landing.intake import check_source  # noqa: PLC0415 - paramiko takes a while to load

    settings = registry()[district]
    with spinner("listing the drop folder"):
        found = check_source(district, settings, folder_of(district))
    if output is Format.json:
        print_json(found.as_json())
    else:
        if found.host_key is not None and settings.sftp is not None:
            out.print(f"{settings.sftp.host}:{settings.sftp.port} presents the {found.host_key.type} host key")
            out.print(f"    {found.host_key.fingerprint}")
        if found.listing is None:
            out.print(
                "No host key is pinned, so nothing was sent to this server. Compare the fingerprint with the one that "
                f"the district gave you. If they are the same, run `rollcall district pin {district}` and check again.",
            )
        else:
            if found.host_key is not None:
                out.print("    It matches the pinned key.")
            _print_listing(found, found.listing, settings)
        if settings.calendar != CalendarSettings():
            _print_calendar(settings)
    if found.listing is None:
        raise typer.Exit(UsageError.exit_code)
    raise typer.Exit(EXIT_CODES["missing"] if found.missing else 0)


@district_app.command("set", cls=ChangingCommand)
def district_set(
    district: DistrictArgument,
    key: Annotated[
        str | None,
        typer.Argument(help="The setting, such as sftp.port or schools.2.name.", show_default=False),
    ] = None,
    value: Annotated[
        str | None, typer.Argument(help="Its value, as in the settings file: 22, true, [a, b].", show_default=False)
    ] = None,
    unset: Annotated[
        list[str] | None,
        typer.Option(help="A setting to take out of the file, so that its default counts.", show_default=False),
    ] = None,
) -> None:
    """Change one setting of a district in its file. Shows the change; comments and everything else stay."""
    from pipeline.districts.editing import change_settings  # noqa: PLC0415

    if (key is None and not unset) or (key is not None and value is None):
        raise UsageError(
            "Which setting, and what value?",
            f"Give both, as in: rollcall district set {district} sftp.port 22. "
            f"`rollcall district show {district}` lists all settings.",
        )
    edit = change_settings(registry(), district, {key: value} if key and value is not None else {}, unset=unset or ())
    edit.write()
    _print_edit(edit)
    if key is not None and key.split(".")[0] == "calendar":
        _print_calendar(edit.settings)


@district_app.command("pin", cls=ChangingCommand)
def district_pin(
    district: DistrictArgument,
    fingerprint: Annotated[
        str | None,
        typer.Option(
            help="The fingerprint that the district gave you, SHA256:…: pinned if its server has that key.",
            show_default=False,
        ),
    ] = None,
    only: Annotated[bool, typer.Option("--only", help="In the place of all keys that are pinned now.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether the fingerprint is the right one.")] = False,
) -> None:
    """Show the host key of the district's server, ask whether it is the right one, and pin it in the settings."""
    from pipeline.districts.editing import fingerprint_of, pin_host_key  # noqa: PLC0415
    from pipeline.sftp.errors import HostKeyMismatchError  # noqa: PLC0415
    from pipeline.sftp.host_keys import presented_host_keys  # noqa: PLC0415 - paramiko takes a while to load

    sftp = registry()[district].sftp
    if sftp is None:
        raise UsageError(f"{district} has no SFTP server: its files come from a folder.")
    wanted = fingerprint_of(fingerprint) if fingerprint is not None else None
    server = f"{sftp.host}:{sftp.port}"
    with spinner("asking the server for its host key"):
        presented = []
        for key in presented_host_keys(sftp.host, sftp.port):
            presented.append(key)
            if wanted in {None, key.fingerprint}:
                break
    found = presented[-1]
    if wanted not in {None, found.fingerprint}:
        raise HostKeyMismatchError(
            f"{server} does not have that host key. It presents "
            f"{' and '.join(f'{key.fingerprint} ({key.type})' for key in presented)}.",
            "Nothing was pinned, and nothing was sent to it. Ask the district: someone may be intercepting the "
            "connection.",
        )
    edit = pin_host_key(registry(), district, found.fingerprint, only=only)
    shown = f"{server} presents the {found.type} host key\n    {found.fingerprint}"
    if edit.changes_something and wanted is None and not yes:
        _make_sure_of(shown, found.fingerprint)
    else:
        out.print(shown)
    if not edit.changes_something:
        out.print("It is pinned already.")
        return
    edit.write()
    _print_edit(edit)
    out.print(f"Next: `rollcall district check {district}`")


@district_app.command("remove", cls=ChangingCommand)
def district_remove(district: DistrictArgument, by: ByOption, reason: ReasonOption) -> None:
    """Take a district out of service: its settings are put aside, its data stays until it is purged."""
    from pipeline.districts.removal import remove_district  # noqa: PLC0415

    folder = folder_of(district)
    kept = remove_district(registry(), folder, by=by, why=reason)
    out.print(f"{district} is removed: it is not synced any more. Its settings are now in {kept}.")
    out.print(
        f"Its data stays, with its roster: {folder.root}. "
        f"`rollcall purge {district} --everything --by NAME` removes all of it for good.\n"
        f"To take the district back, move the settings to {registry().path(district)} and run "
        f"`rollcall district enable {district}`."
    )


@district_app.command("enable", cls=ChangingCommand)
def district_enable(district: DistrictArgument) -> None:
    """Sync this district every night."""
    settings = registry()[district]
    if settings.sftp is not None and not settings.sftp.host_keys:
        raise UsageError(
            f"{district} has no pinned host key, so every nightly sync would fail.",
            f"`rollcall district pin {district}` shows the key and pins it.",
        )
    folder = folder_of(district)
    state = read_state(folder.state)
    if settings.sync.review_initial and not state.reviewed:
        raise UsageError(
            f"The first sync of {district} must be reviewed first (sync.review_initial in its settings).",
            f"Run `rollcall sync {district}`, read the report, then run `rollcall district review {district}`.",
        )
    if not state.enabled:
        write_state(folder.state, state.model_copy(update={"enabled": True, "nightly_since": datetime.now(UTC)}))
    note_begun(settings_folder(), folder)
    out.print(
        f"{district} is synced every night at {settings.start_time:%H:%M} {settings.time_zone}, "
        "as long as Dagster's daemon runs with ROLLCALL_SCHEDULES=running."
    )
    if state.paused:
        out.print(
            f"It is still paused: {state.paused.why}. `rollcall district resume {district}` ends the pause.",
        )


@district_app.command("pause", cls=ChangingCommand)
def district_pause(
    district: DistrictArgument,
    reason: ReasonOption,
    by: ByOption,
) -> None:
    """Stop syncing this district until it is resumed. Its roster is kept."""
    registry()[district]
    pause_district(folder_of(district), by=by, why=reason, at=datetime.now(UTC))
    out.print(f"{district} is paused. `rollcall district resume {district}` ends the pause.")


@district_app.command("review", cls=ChangingCommand)
def district_review(
    district: DistrictArgument,
    by: ByOption,
    reason: Annotated[
        str, typer.Option(help="What was checked.", show_default=False, callback=checked_reason)
    ] = "The first report is correct.",
) -> None:
    """Confirm that the report of the first sync was reviewed and is correct. The nightly sync can then be enabled."""
    from pipeline.roster.history import open_history  # noqa: PLC0415

    registry()[district]
    folder = folder_of(district)
    if not any(sync.initial and sync.outcome in {"applied", "held"} for sync in open_history(folder, district).syncs):
        raise UsageError(f"{district} has no first sync to review yet.", f"`rollcall sync {district}` runs it.")
    write_state(folder.state, read_state(folder.state).model_copy(update={"reviewed": True}))
    record_decision(folder.decisions, "review", by=by, why=reason, at=datetime.now(UTC))
    out.print(f"{district} is reviewed. Next: `rollcall district enable {district}` to sync it every night.")


@district_app.command("resume", cls=ChangingCommand)
def district_resume(
    district: DistrictArgument,
    reason: Annotated[str | None, typer.Option(help="Why. Required after an undo.", show_default=False)] = None,
    by: Annotated[str | None, typer.Option(help="Who. Required after an undo.", show_default=False)] = None,
) -> None:
    """End a pause."""
    registry()[district]
    folder = folder_of(district)
    state = read_state(folder.state)
    if state.paused is None:
        out.print(f"{district} is not paused.")
        return
    who = by if state.paused.needs_reason else by or getpass.getuser()
    ended = resume_district(folder, district, by=who, why=reason, at=datetime.now(UTC))
    out.print(f"{district} is no longer paused. It had been paused since {ended.since:%Y-%m-%d}: {ended.why}")


def _print_listing(found: SourceCheck, listing: list[FoundFile], settings: DistrictSettings) -> None:
    table = Table("file", "bytes", "dated (UTC)", "read as", box=None)
    for entry in listing:
        table.add_row(
            entry.name,
            f"{entry.size:,}",
            f"{entry.modified_at:%Y-%m-%d %H:%M:%S}",
            entry.read_as or "",
        )
    out.print(table)
    for name in found.missing:
        out.print("Missing:", style="yellow", end=" ")
        out.print(f"{settings.files.by_file().get(name, name)} ({name})")
    for problem in found.problems:
        out.print(problem)


def _print_calendar(settings: DistrictSettings) -> None:
    """Print what the school calendar says of the year to come: whether the right dates were read is for a person."""
    from pipeline.districts.school_calendar import check_calendar  # noqa: PLC0415

    found = check_calendar(settings, datetime.now(settings.zone).date())
    out.print("No school in the next twelve months:" if found.days else "The calendar names no days without school.")
    for one in found.days:
        last = f" to {one.last}" if one.last != one.first else ""
        out.print(f"    {one.first}{last} {one.name}".rstrip())
    if settings.calendar.weekends == "off":
        out.print("    Saturdays and Sundays")
    if found.others:
        out.print(
            f"Not counted, for calendar.words are not in their names: {', '.join(found.others[:MOST_OTHERS])}"
            f"{', …' if len(found.others) > MOST_OTHERS else ''}."
        )


def _print_edit(edit: Edit) -> None:
    if not edit.changes_something:
        out.print(f"{edit.path} says so already. Nothing was changed.")
        return
    for line in edit.diff.splitlines():
        out.print(line, style={"+": "green", "-": "red"}.get(line[:1]))


def _make_sure_of(shown: str, fingerprint: str) -> None:
    """Return if a person confirms the key; UsageError otherwise."""
    if not sys.stdin.isatty():
        raise UsageError(
            f"{shown}\nNothing was pinned.",
            f"Compare the fingerprint with the one that the district gave you, then add --fingerprint {fingerprint}",
        )
    out.print(shown)
    if not typer.confirm("Is it the one that the district gave you?", err=True):
        raise UsageError("Nothing was pinned.", "Ask the district for its fingerprint.")


def _print_settings(settings: DistrictSettings) -> None:
    from ruamel.yaml import YAML  # noqa: PLC0415

    YAML().dump(settings.model_dump(mode="json", exclude_none=True), sys.stdout)


def _state_data(state: DistrictState) -> dict[str, Any]:
    """Return the state as plain data; refused logins only where there are some."""
    return state.model_dump(mode="json", exclude=set() if state.logins_refused else {"logins_refused"})


def _state_words(state: DistrictState) -> str:
    if state.paused:
        return f"paused by {state.paused.by} since {state.paused.since:%Y-%m-%d}: {state.paused.why}"
    return "enabled" if state.enabled else "not enabled"


def _school(text: str) -> tuple[str, str]:
    school_id, equals, name = text.partition("=")
    if not equals or not school_id.strip() or not name.strip():
        raise UsageError(f'"{text}" is not a school.', 'Write it as --school "0412=Cedar Elementary".')
    return school_id.strip(), name.strip()
