"""The past: report, roster, history, trace, rerun."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from pipeline.cli.console import (
    DistrictArgument,
    Format,
    FormatOption,
    counting,
    emit,
    err,
    folder_of,
    out,
    print_json,
    record_event,
    registry,
    spinner,
)
from pipeline.districts.folders import Home
from pipeline.districts.lock import district_lock
from pipeline.districts.settings import DistrictSettings
from pipeline.errors import PermanentError, UsageError
from pipeline.report.words import counted

if TYPE_CHECKING:
    from dagster import DagsterInstance

    from pipeline.partitions import DistrictDay
    from pipeline.report.model import SyncReport
    from pipeline.resources import Districts


SUMS = ("added", "updated", "restored", "archived", "withheld")

POLL_SECONDS = 1

WHERE = "Dagster's page of the backfill shows which, and why."


class Layout(StrEnum):
    """How the roster is written as files."""

    oneroster = "oneroster-1.1"
    connect = "connect"


def report(
    district: DistrictArgument,
    day: Annotated[
        datetime | None,
        typer.Argument(formats=["%Y-%m-%d"], help="A sync date. Default: the newest sync.", show_default=False),
    ] = None,
    output: FormatOption = Format.text,
) -> None:
    """Show the report of a district's newest sync, or of the newest one of a date."""
    from pipeline.report.archive import newest_report  # noqa: PLC0415
    from pipeline.report.model import SyncReport  # noqa: PLC0415
    from pipeline.report.text import report_text  # noqa: PLC0415

    registry()[district]
    folder = newest_report(folder_of(district), district, day.date() if day else None)
    if not (folder / "report.json").exists():
        raise UsageError(
            f"The report {folder} does not exist: it was purged, or the run ended before it was written.",
            f"`rollcall sync {district} --date {folder.parent.name}` reads what is still stored for that date.",
        )
    found = SyncReport.model_validate_json((folder / "report.json").read_bytes())
    emit(found, output, report_text(found), f"Page: {folder / 'index.html'}")


def roster(
    district: DistrictArgument,
    on: Annotated[
        datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help="The roster as of this date's last sync.", show_default=False),
    ] = None,
    out_folder: Annotated[
        Path | None,
        typer.Option("--out", help="Write the roster as files to this folder.", show_default=False),
    ] = None,
    layout: Annotated[
        Layout,
        typer.Option("--as", help="With --out: a whole set of OneRoster 1.1, or only the files that Rollcall reads."),
    ] = Layout.oneroster,
    output: FormatOption = Format.text,
) -> None:
    """Show how many active records the roster has, or export them as OneRoster files."""
    from pipeline.report.words import RECORD_WORDS  # noqa: PLC0415
    from pipeline.roster.history import roster_as_of  # noqa: PLC0415

    settings = registry()[district]
    with spinner("reading the roster"):
        found = roster_as_of(
            folder_of(district),
            district,
            on.date() if on else None,
            out_folder,
            whole_set_of=settings if layout is Layout.oneroster else None,
        )
    if output is Format.json:
        print_json(
            {
                "district": district,
                "sync_number": found.sync_number,
                "sync_date": found.sync_date.isoformat(),
                "records": found.records,
                "out": str(out_folder) if out_folder else None,
            }
        )
        return
    out.print(f"{district}, as of sync {found.sync_number} on {found.sync_date}:")
    for record_type, words in RECORD_WORDS.items():
        out.print(f"{found.records.get(record_type, 0):>12,} {words}")
    if out_folder:
        out.print(f"Written to {out_folder}.")


def history(district: DistrictArgument, output: FormatOption = Format.text) -> None:
    """List the syncs of a district, newest first: date, kind, outcome, what changed."""
    from pipeline.roster.history import open_history  # noqa: PLC0415

    registry()[district]
    ledger = open_history(folder_of(district), district)
    if output is Format.json:
        print_json([sync.model_dump(mode="json") for sync in reversed(ledger.syncs)])
        return
    table = Table("sync", "date", "kind", "outcome", "added", "updated", "restored", "archived", "withheld", box=None)
    for sync in reversed(ledger.syncs):
        counts = sync.counts.values()
        sums = [sum(getattr(c, name) for c in counts) for name in ("added", "updated", "restored", "archived")]
        withheld = sum(c.withheld_add + c.withheld_update + c.withheld_restore + c.withheld_archive for c in counts)
        kind = f"{sync.kind} to {sync.target_sync}" if sync.kind == "undo" else sync.kind
        table.add_row(
            str(sync.number), str(sync.sync_date), kind, sync.outcome, *(f"{figure:,}" for figure in [*sums, withheld])
        )
    out.print(table)


def trace(
    district: DistrictArgument,
    sourced_id: Annotated[str, typer.Argument(help="A person's or class's id, as in the files.", show_default=False)],
    page: Annotated[
        Path | None, typer.Option("--html", help="Write the history as a page to this file.", show_default=False)
    ] = None,
    output: FormatOption = Format.text,
) -> None:
    """Show the history of one person or class over all days: file, line, rule, change, sync."""
    from pipeline.trace.page import trace_text, write_trace_page  # noqa: PLC0415
    from pipeline.trace.trace import trace as find_trace  # noqa: PLC0415

    registry()[district]
    with spinner("searching all syncs"):
        found = find_trace(folder_of(district), district, sourced_id)
    if page is not None:
        if page.is_dir():
            raise UsageError(f"{page} is a folder.", "Give a file name for the page, such as history.html.")
        write_trace_page(found, page)
    emit(found, output, trace_text(found), f"Page: {page}" if page else None)


def find(
    district: DistrictArgument,
    text: Annotated[
        str,
        typer.Argument(help="A name, an id, a student number, an email address or a phone.", show_default=False),
    ],
    output: FormatOption = Format.text,
) -> None:
    """List the people of the roster, past ones too, who have this name, id, number, email address or phone."""
    from pipeline.trace.find import find_people  # noqa: PLC0415

    registry()[district]
    found = find_people(folder_of(district), district, text)
    if output is Format.json:
        print_json([person.model_dump(mode="json") for person in found])
        return
    if not found:
        out.print("No one was found. Names are found by whole words, in any order.")
        return
    table = Table("id", "name", "what", "state", "number", "grade", "schools", box=None)
    for person in found:
        table.add_row(
            person.sourced_id,
            f"{person.given_name or ''} {person.family_name or ''}".strip(),
            person.role,
            person.state,
            person.identifier or "",
            person.grades or "",
            ", ".join(person.school_ids),
        )
    out.print(table)
    out.print(f"`rollcall trace {district} ID` shows the history of one of them.", style="dim")


def rerun(
    districts: Annotated[
        list[str] | None, typer.Argument(help="The districts' ids.", show_default=False, metavar="DISTRICT...")
    ] = None,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The first date.", show_default=False)
    ] = None,
    last: Annotated[
        datetime | None,
        typer.Option("--to", formats=["%Y-%m-%d"], help="The last date. Default: the newest.", show_default=False),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All districts.")] = False,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Wait for the previews that Dagster runs, and show them.")
    ] = True,
    cancel: Annotated[
        str | None,
        typer.Option("--cancel", metavar="ID", help="Cancel what has not begun of a rerun.", show_default=False),
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Apply the result as one replay sync. Requires --by and --reason.")
    ] = False,
    by: Annotated[str | None, typer.Option("--by", help="Who made this decision.", show_default=False)] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Why.", show_default=False)] = None,
    approve: Annotated[
        str | None,
        typer.Option(
            "--approve",
            metavar="DIGEST",
            help="With --apply: archive as many records as a held replay reported, by its digest.",
            show_default=False,
        ),
    ] = None,
    output: FormatOption = Format.text,
) -> None:
    """Preview older dates with today's settings, in Dagster's queue. With --apply, replay them into the roster."""
    if cancel is not None:
        _cancel(cancel)
        return
    names = _rerun_districts(districts or [], every=every)
    if first is None:
        raise UsageError("From which date on?", "Give --from DATE, and --to DATE where it is not the newest.")
    start, end = first.date(), last.date() if last else date.max
    if end < start:
        raise UsageError(f"--to {end} is before --from {start}.")
    if not apply:
        _preview_again(names, start, end, output, wait=wait)
        return
    if len(names) != 1:
        raise UsageError("A replay is of one district.", "Name one with --apply.")
    _replay_from(names[0], start, last.date() if last else None, by, reason, approve, output)


def _rerun_districts(districts: list[str], *, every: bool) -> list[str]:
    if every == bool(districts):
        raise UsageError("Which districts?", "Name them, or give --all.")
    for district in districts:
        registry()[district]
        folder_of(district)
    return list(dict.fromkeys(districts)) or registry().ids()


def _cancel(rerun_id: str) -> None:
    from pipeline.instance import open_instance  # noqa: PLC0415 - Dagster takes a while to load
    from pipeline.reruns import cancel_rerun  # noqa: PLC0415

    with open_instance(Home.from_environment()) as instance:
        canceled = cancel_rerun(instance, rerun_id)
    out.print(
        f"The rerun {rerun_id} is being canceled. What has run stays."
        if canceled
        else f"The rerun {rerun_id} is over already."
    )


def _preview_again(names: list[str], start: date, end: date, output: Format, *, wait: bool) -> None:
    from pipeline.instance import open_instance  # noqa: PLC0415 - Dagster takes a while to load
    from pipeline.reruns import has_daemon, landed_days, reports_of, start_rerun  # noqa: PLC0415
    from pipeline.resources import Districts  # noqa: PLC0415

    found = Districts()
    days = landed_days(found, names, start, end)
    if not days:
        until = f" to {end}" if end != date.max else ""
        raise UsageError(f"No deliveries of {', '.join(names)} are stored from {start}{until}.")
    with open_instance(Home.from_environment()) as instance:
        if not has_daemon(instance):
            here = [_preview_here(instance, found, day) for day in days]
            _show_previews(sorted(here, key=lambda one: (one[0].district, one[0].sync_date)), output)
            return
        started = start_rerun(instance, found, days)
        err.print(f"Rerun {started}: {len(days)} dates, in Dagster's queue behind the runs of the night.")
        if not wait:
            out.print(started)
            return
        failed = _follow(instance, started, len(days))
        _show_previews(list(reports_of(instance, started)), output)
    if failed:
        raise PermanentError(f"{counted(failed, 'date')} failed or {'was' if failed == 1 else 'were'} canceled.", WHERE)


def _preview_here(instance: DagsterInstance, districts: Districts, day: DistrictDay) -> tuple[SyncReport, Path]:
    from pipeline.resources import Clock  # noqa: PLC0415
    from pipeline.runs import sync_day  # noqa: PLC0415

    with spinner(f"previewing {day.date} of {day.district}"):
        return sync_day(day, instance=instance, districts=districts, clock=Clock(), fetch=False, preview=True)


def _follow(instance: DagsterInstance, rerun_id: str, total: int) -> int:
    """Show how far a rerun is until it is over; return how many of its dates failed or were canceled."""
    from pipeline.reruns import progress  # noqa: PLC0415

    try:
        with counting("previewing", total) as show:
            while not (state := progress(instance, rerun_id, total)).is_over:
                show(state.done)
                time.sleep(POLL_SECONDS)
    except KeyboardInterrupt:
        err.print(f"The rerun goes on in Dagster. `rollcall rerun --cancel {rerun_id}` cancels it.")
        raise
    return state.failed + (state.total - state.done)


def _show_previews(previews: list[tuple[SyncReport, Path]], output: Format) -> None:
    from pipeline.report.text import report_text  # noqa: PLC0415

    if output is Format.json:
        print_json([report.model_dump(mode="json") for report, _ in previews])
        return
    if len({report.district for report, _ in previews}) == 1:
        for report, page in previews:
            out.print(report_text(report))
            out.print(f"Page: {page}\n")
        return
    table = Table("district", "date", "outcome", *SUMS, box=None)
    table.add_column("page", overflow="fold")
    for report, page in previews:
        counts = report.records.values()
        sums = [sum(getattr(count, name) for count in counts) for name in SUMS[:-1]]
        withheld = sum(count.withheld.total for count in counts)
        table.add_row(
            report.district, str(report.sync_date), report.outcome, *(f"{n:,}" for n in [*sums, withheld]), str(page)
        )
    out.print(table)


def _replay_from(
    district: str,
    start: date,
    end: date | None,
    by: str | None,
    reason: str | None,
    approved: str | None,
    output: Format,
) -> None:
    from pipeline.roster.history import open_history  # noqa: PLC0415

    if not by or not reason:
        raise UsageError("A replay changes the roster.", "Give who asks for it and why: --by NAME --reason TEXT.")
    newest = open_history(folder_of(district), district).syncs[-1].sync_date
    if end is not None and end < newest:
        raise UsageError(
            f"A replay that ends on {end} would lose the syncs up to {newest}.",
            "Leave out --to, so that the later days are replayed too.",
        )
    _replay(district, registry()[district], start, by, reason, approved, output)


def _replay(
    district: str,
    settings: DistrictSettings,
    start: date,
    by: str,
    reason: str,
    approved: str | None,
    output: Format,
) -> None:
    from pipeline.corrections.replay import replay  # noqa: PLC0415
    from pipeline.report.text import report_text  # noqa: PLC0415
    from pipeline.status.clock import local_date  # noqa: PLC0415

    folder, now = folder_of(district), datetime.now(UTC)
    with district_lock(folder), spinner("replaying the days"):
        report, page = replay(
            folder, district, settings,
            first=start, by=by, why=reason, today=local_date(settings, now), at=now, approved=approved,
        )  # fmt: skip
    record_event(district, report.sync_date, kind="replay", sync=report.sync_number or 0)
    emit(report, output, report_text(report), f"Page: {page}")
