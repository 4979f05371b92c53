"""Starting nights: which runs the clock asks Dagster for. The schedules and the sensor both ask here.

Belongs here: what is known of a night, from the districts' folders and from Dagster's runs, and the request for a run.
Does not belong here: the rule (`pipeline/status/nights.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import dagster as dg

from pipeline.districts.folders import DistrictFolder
from pipeline.districts.state import read_state
from pipeline.errors import RollcallError
from pipeline.partitions import DistrictDay
from pipeline.resources import Districts
from pipeline.roster.ledger import read_ledger
from pipeline.run_tags import ATTEMPT, DISTRICT, is_preview
from pipeline.status.attempts import read_attempt
from pipeline.status.clock import Slot, local_date, slot_start
from pipeline.status.districts import read_summary
from pipeline.status.nights import APART, Begun, next_run, unfinished_night


@dataclass(frozen=True)
class NightRun:
    """A run that is asked for."""

    district: str
    night: date
    number: int

    @property
    def request(self) -> dg.RunRequest:
        """The request; Dagster fulfills one with the same key once."""
        return dg.RunRequest(
            run_key=f"{self.district}:{self.night}:{self.number}",
            partition_key=DistrictDay(self.district, self.night).partition_key,
            run_config={"ops": {"delivery": {"config": {"by_the_clock": True}}}},
            tags={ATTEMPT: str(self.number), DISTRICT: self.district},
        )


def nights_to_start(
    instance: dg.DagsterInstance, districts: Districts, now: datetime, *, slot: Slot | None = None
) -> list[NightRun]:
    """Return the runs of unfinished nights that may begin now; with `slot`, of the districts that start then.

    One district's mistake stops no other's night: `Districts.unreadable` names it.
    """
    found = []
    for district in districts.registry().ids() if slot is None else districts.at_slot(slot):
        try:
            night = _unfinished(districts, district, now, slot)
        except (RollcallError, OSError):
            continue
        if night is None:
            continue
        settings = districts.settings_of(district)
        runs = list(_runs(instance, DistrictDay(district, night)))
        attempt = read_attempt(districts.at_home().district(district))
        number = next_run(settings, night, runs, attempt, now)
        if number is not None:
            found.append(NightRun(district, night, number))
    return found


def _unfinished(districts: Districts, district: str, now: datetime, slot: Slot | None) -> date | None:
    """Return the date of a district's unfinished night, as `unfinished_night`."""
    folder = districts.at_home().district(district)
    state = read_state(folder.state)
    if not state.runs_nightly:
        return None
    summary = read_summary(folder)
    # Settings take 10 ms to read: most of the day, what the last sync left says enough.
    if slot is None and summary is not None and summary.sync_date >= local_date(summary, now):
        return None
    attempt = read_attempt(folder)
    is_over = attempt is not None and attempt.ended == "no school"
    # Without a sync, and without another look.
    if slot is None and attempt and is_over and summary is not None and attempt.sync_date >= local_date(summary, now):
        return None
    settings = districts.settings_of(district)
    if slot is not None and (settings.time_zone, settings.start_time) != slot:
        return None
    newest = summary.sync_date if summary is not None else newest_day(folder)
    night = unfinished_night(settings, state, newest, now)
    # Its first minutes are the schedule's, which asks for the runs of all its districts one after another.
    if slot is None and night is not None and now < slot_start(settings, night) + APART:
        return None
    return night


def newest_day(folder: DistrictFolder) -> date | None:
    """Return the date of the newest sync of a day; None where there is none."""
    return max((sync.sync_date for sync in read_ledger(folder).syncs if sync.kind == "day"), default=None)


def _runs(instance: dg.DagsterInstance, day: DistrictDay) -> Iterator[Begun]:
    of_the_day = dg.RunsFilter(tags={"dagster/partition": str(day.partition_key)})
    for record in instance.get_run_records(of_the_day):
        run = record.dagster_run
        if is_preview(run.tags):
            continue
        yield Begun(
            at=record.create_timestamp,
            is_over=run.is_finished,
            by_the_clock=ATTEMPT in run.tags,
            is_canceled=run.status is dg.DagsterRunStatus.CANCELED,
        )
