"""When a district's day is: its local date, the start of its slot, until when it waits for files, when it is over.

Schedules, assets and commands all ask here, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from pipeline.districts.settings import DistrictSettings
from pipeline.errors import UsageError

_MINUTE = timedelta(minutes=1)

FIRST_DATE = date(2026, 7, 1)
"""The first sync date there is: a school year begins."""

OVERDUE_AFTER = timedelta(hours=2)
"""After the start of its slot a night is overdue, unless it waits for files: the longest fetch that a setting allows
takes 90 minutes, a large sync a few, and many districts share a slot."""

FETCH_FOR = timedelta(hours=4)
"""After the start of its slot a night without whole files is missing, where no setting says until when it waits: an
export that is late by that much has failed, and a school day has not begun."""

Slot = tuple[str, time]
"""A time zone and a local time of day: the districts of one slot start together."""


class HasSlot(Protocol):
    """What says when a district's night begins: its settings, or a summary of them."""

    @property
    def start_time(self) -> time:
        """The local time of day."""

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""


def local_date(settings: HasSlot, now: datetime) -> date:
    """Return the district's date at `now` (with a time zone)."""
    return now.astimezone(settings.zone).date()


def slot_start(settings: HasSlot, day: date) -> datetime:
    """Return when the district's sync of `day` starts.

    As Dagster's clockwork has it: where clocks skip the time, the start is the first moment after the gap; where they
    show it twice, the second of the two.
    """
    return _moment(settings.zone, day, settings.start_time)


def cut_off(settings: DistrictSettings, day: date) -> datetime:
    """Return until when the night of `day` waits for whole files: never beyond the start of the next one."""
    if settings.fetch_until is None:
        until = slot_start(settings, day).astimezone(UTC) + FETCH_FOR
    else:
        is_next_day = settings.fetch_until < settings.start_time
        until = _moment(settings.zone, day + timedelta(days=is_next_day), settings.fetch_until)
    return min(until, slot_start(settings, day + timedelta(days=1))).astimezone(settings.zone)


@lru_cache(maxsize=1 << 14)
def _moment(zone: ZoneInfo, day: date, at: time) -> datetime:
    """Return when the clocks of a zone show a time of day."""
    moment = datetime.combine(day, at.replace(fold=1), tzinfo=zone).astimezone(UTC)
    before = moment.astimezone(zone)
    if before.time() != at:
        # Skipped: from before the gap on to the minute at which the clocks are put forward.
        while moment.astimezone(zone).utcoffset() == before.utcoffset():
            moment += _MINUTE
    return moment.astimezone(zone)


def newest_night(settings: HasSlot, now: datetime) -> date:
    """Return the newest date whose night has begun."""
    today = local_date(settings, now)
    return today if slot_start(settings, today) <= now else today - timedelta(days=1)


def next_slot(settings: HasSlot, now: datetime) -> datetime:
    """Return when the district's next night begins, in its time zone."""
    today = local_date(settings, now)
    start = slot_start(settings, today)
    return start if start > now else slot_start(settings, today + timedelta(days=1))


def is_overdue(settings: HasSlot, day: date, now: datetime) -> bool:
    """Return whether the sync of `day` should be done by now."""
    return now >= slot_start(settings, day) + OVERDUE_AFTER


def may_fetch(settings: DistrictSettings, day: date, now: datetime) -> bool:
    """Return whether the files of `day` may still be fetched: until the next day's slot begins.

    After that the server holds the next day's files, and the date is read from landing only.
    """
    return now < slot_start(settings, day + timedelta(days=1))


def check_date(settings: DistrictSettings, day: date, now: datetime) -> None:
    """Raise UsageError for a sync date that has not begun where the district is, or is before the first there is."""
    if day < FIRST_DATE:
        raise UsageError(
            f"The sync date {day} is too early: the first that can be synced is {FIRST_DATE}.", "Choose a later date."
        )
    today = local_date(settings, now)
    if day > today:
        raise UsageError(
            f"The sync date {day} is in the future: at {settings.name} it is {today} ({settings.time_zone}).",
            "Choose today or an earlier date.",
        )


def slots(districts: Iterable[HasSlot]) -> list[Slot]:
    """Return the distinct slots, in the order of time zone and time."""
    return sorted({(settings.zone.key, settings.start_time) for settings in districts})
