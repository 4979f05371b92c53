"""Where each enabled district stands after the newest night: its outcome, or that the night is overdue.

The standing check and the mails ask here, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from pipeline.districts.folders import Home
from pipeline.districts.settings import DistrictSettings
from pipeline.districts.state import DistrictState
from pipeline.errors import RollcallError
from pipeline.sync.due import FIRST_DATE, is_overdue, local_date
from pipeline.sync.ledger import Sync, read_ledger

State = Literal["applied", "unchanged", "held", "rejected", "missing", "overdue", "unreadable"]

SETTLED: frozenset[State] = frozenset({"applied", "unchanged"})
"""Nobody has to do anything."""


@dataclass(frozen=True)
class Standing:
    """One district after its newest night."""

    district: str
    name: str
    state: State
    night: date
    """Of an overdue district the night that should have been; of any other that of its newest sync."""
    sync: Sync | None
    """The newest sync of a day; None where there is none, or none can be read."""

    @property
    def needs_attention(self) -> bool:
        """Whether somebody has to look."""
        return self.state not in SETTLED


def standings(
    districts: Iterable[tuple[str, DistrictSettings, DistrictState]], home: Home, now: datetime
) -> list[Standing]:
    """Return where each district stands that the nightly schedule takes up. Reads only."""
    return [_standing(home, district, settings, now) for district, settings, state in districts if state.runs_nightly]


def last_night(settings: DistrictSettings, now: datetime) -> date:
    """Return the newest date whose sync should be done by now."""
    day = local_date(settings, now)
    while not is_overdue(settings, day, now):
        day -= timedelta(days=1)
    return day


def _standing(home: Home, district: str, settings: DistrictSettings, now: datetime) -> Standing:
    night = last_night(settings, now)
    try:
        syncs = [sync for sync in read_ledger(home.district(district)).syncs if sync.kind == "day"]
    except (RollcallError, OSError):
        return Standing(district, settings.name, "unreadable", night, None)
    newest = syncs[-1] if syncs else None
    if newest is None or newest.sync_date < night:
        # Before the first date that there is, nothing can be overdue.
        state: State = "overdue" if night >= FIRST_DATE else "unchanged"
        return Standing(district, settings.name, state, night, newest)
    return Standing(district, settings.name, newest.outcome, newest.sync_date, newest)
