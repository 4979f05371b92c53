"""Which nights are unfinished, and whether another run of one may begin now.

Belongs here: the rule, as functions of the settings, the clock and what is known of the night. Does not belong here:
the runs themselves, which the schedules and the sensor ask Dagster for (`pipeline/starting.py`), what a run does when
the files are not there (`assets/delivery.py`).

Only the newest night can be finished: after the next one has begun, the server holds its files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipeline.districts.settings import DistrictSettings
from pipeline.districts.state import DistrictState
from pipeline.status.attempts import Attempt
from pipeline.status.clock import FIRST_DATE, HasSlot, cut_off, newest_night, slot_start

LOOK_EVERY = timedelta(minutes=15)
"""How often unfinished nights are looked at: a file that is late is taken soon, and a server sees few logins."""

APART = timedelta(minutes=10)
"""Between the beginnings of two runs of one night: less than `LOOK_EVERY`, for looks are not evenly spaced."""

LAST_TRIES = 3
"""Runs of a night that may begin after its cut-off: each ends it, unless the server is down or a process is lost."""


@dataclass(frozen=True)
class Begun:
    """A run of a night, as Dagster knows it."""

    at: datetime
    is_over: bool
    by_the_clock: bool
    """It was started for the night, not by a person."""
    is_canceled: bool = False


def unfinished_night(
    settings: DistrictSettings, state: DistrictState, newest: date | None, now: datetime
) -> date | None:
    """Return the date of the night that has begun and has no sync; None where there is none.

    `newest` is the date of the newest sync of a day, or of the newest preview where a district is only observed.
    """
    if not state.runs_nightly:
        return None
    night = newest_night(settings, now)
    if not is_owed(settings, night, state.nightly_since) or (newest is not None and newest >= night):
        return None
    return night


def is_owed(settings: HasSlot, night: date, since: datetime | None) -> bool:
    """Return whether a district owes the sync of a night: not of one that began before the district did."""
    return night >= FIRST_DATE and (since is None or slot_start(settings, night) >= since)


def next_run(
    settings: DistrictSettings, night: date, runs: Sequence[Begun], attempt: Attempt | None, now: datetime
) -> int | None:
    """Return the number of the run that may begin now for an unfinished night, from 1; None where none may.

    One run at a time, `APART` from each other. What cannot pass by itself, and what a person has canceled, is left to a
    person, and after the cut-off a night is tried `LAST_TRIES` times at most.
    """
    if any(not run.is_over or (run.is_canceled and run.by_the_clock) for run in runs):
        return None
    started = [run.at for run in runs if run.by_the_clock]
    if started:
        newest = max(started)
        is_over = attempt is not None and attempt.sync_date == night and attempt.at >= newest and not attempt.may_pass
        # A run that seems to begin later than now is from before the clock was put back.
        if is_over or newest <= now < newest + APART:
            return None
        if sum(at >= cut_off(settings, night) for at in started) >= LAST_TRIES:
            return None
    return len(started) + 1
