"""The status of districts this minute: status."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from pipeline.cli.console import Format, FormatOption, err, folder_of, out, print_json, registry
from pipeline.districts.folders import Home
from pipeline.districts.state import read_state
from pipeline.errors import RollcallError

if TYPE_CHECKING:
    from pipeline.status.districts import DistrictStatus

COUNTS = ("added", "updated", "archived", "withheld")

OF_THE_DISTRICT = {"district", "name", "time_zone", "start_time", "nights", "stale"}
"""What a summary holds besides its sync."""


def status(
    district: Annotated[str | None, typer.Argument(help="Only this district.", show_default=False)] = None,
    output: FormatOption = Format.text,
) -> None:
    """Show the status of each district and what to do, the most urgent first. Changes nothing.

    Ends with 3, 4, 5 or 1 as the most urgent district is held, rejected, missing or needs you; else with 0.
    """
    from pipeline.heartbeat import looked_at, silent_since  # noqa: PLC0415
    from pipeline.status.districts import district_statuses, exit_code  # noqa: PLC0415

    home, now = Home.from_environment(), datetime.now(UTC)
    home.check_private()
    if district is not None:
        registry()[district]
    statuses = [
        (one, _next_night(one.district, now))
        for one in district_statuses(home, now, registry())
        if district in {None, one.district}
    ]
    is_nightly = any(begins is not None for _, begins in statuses)
    silent = silent_since(home, now) if is_nightly else None
    if output is Format.json:
        looked = looked_at(home)
        print_json([_data(one, begins, looked) for one, begins in statuses])
    elif not statuses:
        out.print("There are no districts yet. `rollcall district add --help` shows how to add one.")
    else:
        _print(statuses)
    if silent is not None:
        err.print(
            f"Dagster's daemon has looked at no night since {silent:%Y-%m-%d %H:%M %Z}: no night is started. "
            "Start it, or check why it hangs."
        )
    raise typer.Exit(1 if silent is not None else exit_code(one for one, _ in statuses))


def _next_night(district: str, now: datetime) -> datetime | None:
    """Return when the schedule syncs the district next; None where it does not, or its settings have a mistake."""
    from pipeline.status.clock import next_slot  # noqa: PLC0415

    try:
        settings = registry()[district]
        return next_slot(settings, now) if read_state(folder_of(district).state).runs_nightly else None
    except RollcallError:
        return None


def _data(one: DistrictStatus, begins: datetime | None, looked: datetime | None) -> dict[str, Any]:
    summary = one.summary
    newest = summary.model_dump(mode="json", exclude=OF_THE_DISTRICT) if summary else None
    return {
        "district": one.district,
        "name": summary.name if summary else None,
        "state": one.state,
        "due": one.due.isoformat() if one.due else None,
        "why": one.why,
        "to_do": one.to_do,
        "newest_sync": newest,
        "stale": [found.model_dump(mode="json") for found in summary.stale] if summary else [],
        "next_night": begins.isoformat() if begins else None,
        "daemon_looked_at": looked.isoformat() if looked else None,
    }


def _print(statuses: list[tuple[DistrictStatus, datetime | None]]) -> None:
    from pipeline.status.districts import WORDS  # noqa: PLC0415

    table = Table("district", "state", "last sync", "outcome", *COUNTS, "next night", box=None)
    for one, begins in statuses:
        newest = one.summary
        cells = (
            [str(newest.sync_date), newest.outcome, *(f"{getattr(newest, name):,}" for name in COUNTS)]
            if newest
            else []
        )
        cells += [""] * (2 + len(COUNTS) - len(cells))
        table.add_row(
            one.district, one.state.replace("_", " "), *cells, f"{begins:%Y-%m-%d %H:%M %Z}" if begins else "none"
        )
    out.print(table)
    for one, _ in statuses:
        if one.to_do is None:
            continue
        night = f", night of {one.due}" if one.lacks_sync else ""
        why = f": {one.why.rstrip('.')}" if one.why else ""
        out.print(f"{one.district}{night}: {WORDS[one.state]}{why}. {one.to_do}")
