"""What people decide: holds, approve, reject, undo."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from pipeline.cli.console import (
    ByOption,
    DistrictArgument,
    Format,
    FormatOption,
    ReasonOption,
    check_not_paused,
    emit,
    folder_of,
    out,
    print_json,
    record_event,
    registry,
    run_sync,
    spinner,
)
from pipeline.districts.lock import district_lock
from pipeline.errors import RollcallError, UsageError

if TYPE_CHECKING:
    from pipeline.districts.decisions import Decision
    from pipeline.plan.approvals import OpenHold

DayArgument = Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="The sync date.", show_default=False)]
DigestsArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="DIGEST…",
        help="What is withheld: the digest of one cause or several, or their first 8 or more characters.",
        show_default=False,
    ),
]


def holds(
    district: Annotated[str | None, typer.Argument(help="Only this district.", show_default=False)] = None,
    output: FormatOption = Format.text,
) -> None:
    """List what is withheld in the newest sync of each district, cause by cause, and how to resolve it."""
    from pipeline.plan.approvals import open_hold  # noqa: PLC0415

    found, unreadable = [], []
    for name in [district] if district else registry().ids():
        try:
            registry()[name]
            hold = open_hold(folder_of(name), name)
        except RollcallError as failure:
            if district:
                raise
            unreadable.append(f"{name}: {failure}")
            continue
        if hold is not None:
            found.append(hold)
    if output is Format.json:
        print_json([_hold_json(hold) for hold in found])
        return
    if not found:
        out.print("Nothing is withheld.")
    for hold in found:
        _print_hold(hold)
    for words in unreadable:
        out.print(f"Not checked: {words}", style="yellow")


def approve(
    district: DistrictArgument,
    day: DayArgument,
    digests: DigestsArgument,
    by: ByOption,
    reason: ReasonOption,
    until: Annotated[
        datetime | None,
        typer.Option(
            "--until",
            formats=["%Y-%m-%d"],
            help="The last sync date on which the approval counts. Default: today.",
            show_default=False,
        ),
    ] = None,
    as_new_person: Annotated[
        bool,
        typer.Option(
            "--as-new-person",
            help="The ids in doubt are other people's from now on: these are added, and the former ones archived.",
        ),
    ] = False,
    output: FormatOption = Format.text,
) -> None:
    """Approve exactly what a sync withheld for a cause. It is applied at once if the date is the newest.

    A change that waits for several causes is applied when each of them is approved.
    """
    from pipeline.plan.approvals import approve as record_approval  # noqa: PLC0415
    from pipeline.roster.history import open_history  # noqa: PLC0415
    from pipeline.status.clock import local_date  # noqa: PLC0415

    settings = registry()[district]
    check_not_paused(district)
    folder = folder_of(district)
    now = datetime.now(UTC)
    last = until.date() if until else max(local_date(settings, now), day.date())
    with district_lock(folder):
        sync, causes = record_approval(
            folder, district, day.date(), digests,
            by=by, why=reason, until=last, at=now, as_new_person=as_new_person,
        )  # fmt: skip
    record_event(district, sync.sync_date, kind="approve", sync=sync.number)
    newest = open_history(folder, district).newest
    if newest is not None and newest.sync_date == sync.sync_date and not settings.sync.observe_only:
        run_sync(district, sync.sync_date, fetch=False, refetch=False, output=output)
        return
    titles = "; ".join(cause.title for cause in causes)
    out.print(
        f"Approved: what sync {sync.number} of {sync.sync_date} withheld ({titles}). {sync.sync_date} is not the "
        f"newest date, so the next sync that withholds the same changes applies them, until {last}."
    )


def reject(
    district: DistrictArgument,
    day: DayArgument,
    digests: DigestsArgument,
    by: ByOption,
    reason: ReasonOption,
) -> None:
    """Reject what a sync withheld for a cause, so that it is not applied. An approval of it ends."""
    from pipeline.plan.approvals import reject as record_rejection  # noqa: PLC0415

    registry()[district]
    folder = folder_of(district)
    with district_lock(folder):
        rejected = record_rejection(folder, district, day.date(), digests, by=by, why=reason, at=datetime.now(UTC))
    sync, titles = rejected.sync, "; ".join(cause.title for cause in rejected.causes)
    if rejected.is_open:
        out.print(
            f"Rejected: what sync {sync.number} of {sync.sync_date} withheld ({titles}) is not applied. "
            "It is withheld again every night until the files change."
        )
    elif (applied := rejected.applied_by) is not None:
        out.print(
            f"Rejected, but too late: sync {applied.number} of {applied.sync_date} has applied it already ({titles}), "
            f"and that stays. The approval has ended. `rollcall undo {district} --to-sync "
            f"{applied.number - 1}` restores the roster before it.",
        )
    else:
        out.print(
            f"Rejected: what was withheld on {sync.sync_date} ({titles}) is not applied if it comes again. "
            "Nothing of it is withheld now."
        )


def undo(
    district: DistrictArgument,
    by: ByOption,
    reason: ReasonOption,
    to: Annotated[
        datetime | None,
        typer.Option(
            "--to", formats=["%Y-%m-%d"], help="The roster as of the last sync of this date.", show_default=False
        ),
    ] = None,
    to_sync: Annotated[
        int | None, typer.Option("--to-sync", help="The roster as of this sync. `rollcall history` lists the syncs.")
    ] = None,
    output: FormatOption = Format.text,
) -> None:
    """Restore the roster of an earlier sync. History is kept, and the district is paused."""
    from pipeline.corrections.undo import undo as undo_to  # noqa: PLC0415
    from pipeline.report.text import report_text  # noqa: PLC0415
    from pipeline.status.clock import local_date  # noqa: PLC0415

    if (to is None) == (to_sync is None):
        raise UsageError("Which roster should be restored?", "Give either --to DATE or --to-sync NUMBER.")
    settings = registry()[district]
    folder = folder_of(district)
    now = datetime.now(UTC)
    with district_lock(folder.make()), spinner("restoring the roster"):
        report, page = undo_to(
            folder, district, settings,
            to_date=to.date() if to else None, to_sync=to_sync, by=by, why=reason,
            today=local_date(settings, now), at=now,
        )  # fmt: skip
    record_event(district, report.sync_date, kind="undo", sync=report.sync_number or 0)
    emit(
        report,
        output,
        report_text(report),
        f"{district} is paused, so later deliveries are not applied again. "
        f"`rollcall district resume {district} --by NAME --reason TEXT` ends that.",
        f"Page: {page}",
    )


def _hold_json(hold: OpenHold) -> dict[str, Any]:
    report = _report_of(hold)
    decisions = {cause.digest: cause.decision for cause in hold.causes}
    return {
        "district": hold.district,
        "sync_date": hold.sync.sync_date.isoformat(),
        "sync_number": hold.sync.number,
        "hold_digest": hold.sync.hold_digest,
        "withheld": hold.withheld,
        "holds": [
            found.model_dump(mode="json") | {"decision": _decision_json(decisions.get(found.digest or ""))}
            for found in (report.holds if report else [])
        ],
        "decision": _decision_json(hold.decision),
    }


def _decision_json(decision: Decision | None) -> dict[str, Any] | None:
    return decision.model_dump(mode="json") if decision else None


def _print_hold(hold: OpenHold) -> None:
    """Print what is withheld cause by cause: what happened, what the district does, what was or can be decided."""
    from pipeline.plan.approvals import written_by_older  # noqa: PLC0415
    from pipeline.report.holds import people_lines, waiting_words  # noqa: PLC0415

    out.print(f"{hold.district}, {hold.sync.sync_date}, sync {hold.sync.number}", style="bold")
    table = Table("records", "add", "update", "restore", "archive", box=None)
    for record_type, counts in hold.withheld.items():
        cells = (f"{counts.get(name, 0):,}" for name in ("add", "update", "restore", "archive"))
        table.add_row(record_type.replace("_", " "), *cells)
    out.print(table)
    report = _report_of(hold)
    said = {found.digest: found for found in (report.holds if report else [])}
    if not hold.causes:
        out.print(f"  An older version of Rollcall withheld it. {written_by_older(hold.district, hold.sync.sync_date)}")
        return
    about = f"{hold.district} {hold.sync.sync_date}"
    for cause in hold.causes:
        digest = cause.digest[:16]
        out.print(f"  {cause.title} ({digest})", style="bold")
        if (found := said.get(cause.digest)) is not None:
            out.print(f"    {' '.join([found.message, *found.also, found.cure])}")
            for line in people_lines(found):
                out.print(f"    {line}")
            out.print(f"    Waiting, with what depends on it: {waiting_words(found)}.")
        if cause.decision is not None:
            out.print(f"    {_decided(cause.decision)}")
        out.print(f"    {cause.kind.command(hold.district, hold.sync.sync_date, digest)}", style="dim")
        if cause.kind.answers:
            out.print(f"    That says: {' '.join(cause.kind.answers)}", style="dim")
    approvable = sum(cause.kind.can_be_approved for cause in hold.causes)
    if approvable > 1:
        whole = (hold.sync.hold_digest or "")[:16]
        all_of_it = "all of it" if approvable == len(hold.causes) else "all that can be approved"
        out.print(f"  To apply {all_of_it}: rollcall approve {about} {whole} --by NAME --reason TEXT", style="dim")
    out.print(f"  To keep the roster as it is: rollcall reject {about} DIGEST --by NAME --reason TEXT", style="dim")


def _decided(decision: Decision) -> str:
    until = f" until {decision.until}" if decision.until else ""
    past = {"approve": "Approved", "reject": "Rejected"}.get(decision.kind, decision.kind)
    return f"{past} by {decision.by} on {decision.at:%Y-%m-%d}{until}: {decision.why}"


def _report_of(hold: OpenHold) -> Any:
    from pipeline.report.archive import read_report  # noqa: PLC0415

    return read_report(folder_of(hold.district), hold.sync)
