"""Where the districts stand this minute: status."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from pipeline.cli.console import Format, FormatOption, folder_of, out, print_json, registry
from pipeline.districts.folders import Home
from pipeline.districts.state import read_state
from pipeline.errors import RollcallError

if TYPE_CHECKING:
    from pipeline.status.districts import Night

COUNTS = ("added", "updated", "archived", "withheld")

OF_THE_DISTRICT = {"district", "name", "time_zone", "start_time"}
"""What a summary knows beside its sync."""


def status(
    district: Annotated[str | None, typer.Argument(help="Only this district.", show_default=False)] = None,
    output: FormatOption = Format.text,
) -> None:
    """Tell where each district stands, those first that need somebody, and what to do. Reads only."""
    from pipeline.status.districts import nights_of  # noqa: PLC0415

    home, now = Home.from_environment(), datetime.now(UTC)
    home.check_private()
    if district is not None:
        registry()[district]
    nights = [
        (night, _next_night(night.district, now))
        for night in nights_of(home, now, registry())
        if district in {None, night.district}
    ]
    if output is Format.json:
        print_json([_data(night, begins) for night, begins in nights])
        return
    if not nights:
        out.print("There is no district yet. `rollcall district add --help` tells how to add one.")
        return
    _print(nights)


def _next_night(district: str, now: datetime) -> datetime | None:
    """Return when the schedule takes the district up next; None where it does not, or its settings have a mistake."""
    from pipeline.status.clock import next_slot  # noqa: PLC0415

    try:
        settings = registry()[district]
        return next_slot(settings, now) if read_state(folder_of(district).state).runs_nightly else None
    except RollcallError:
        return None


def _data(night: Night, begins: datetime | None) -> dict[str, Any]:
    summary = night.summary
    newest = summary.model_dump(mode="json", exclude=OF_THE_DISTRICT) if summary else None
    return {
        "district": night.district,
        "name": summary.name if summary else None,
        "state": night.state,
        "due": night.due.isoformat() if night.due else None,
        "why": night.why,
        "to_do": night.to_do,
        "newest_sync": newest,
        "next_night": begins.isoformat() if begins else None,
    }


def _print(nights: list[tuple[Night, datetime | None]]) -> None:
    from pipeline.status.districts import WORDS  # noqa: PLC0415

    table = Table("district", "state", "last sync", "outcome", *COUNTS, "next night", box=None)
    for night, begins in nights:
        newest = night.summary
        cells = (
            [str(newest.sync_date), newest.outcome, *(f"{getattr(newest, name):,}" for name in COUNTS)]
            if newest
            else []
        )
        cells += [""] * (2 + len(COUNTS) - len(cells))
        table.add_row(night.district, night.state, *cells, f"{begins:%Y-%m-%d %H:%M %Z}" if begins else "none")
    out.print(table)
    for night, _ in nights:
        if night.to_do is None:
            continue
        late = f" of {night.due}" if night.lacks_sync else ""
        why = f": {night.why.rstrip('.')}" if night.why else ""
        out.print(f"{night.district}: {WORDS[night.state]}{late}{why}. {night.to_do}")
