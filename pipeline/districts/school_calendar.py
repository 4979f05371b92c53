"""A district's school calendar: on which dates there is no school, and why.

Belongs here: reading the file that the settings name, and the answer for a date. Does not belong here: what follows
from a day without school (`pipeline/status`), what the settings may say (`settings.py`).

Two kinds of file. One of dates: text or a YAML list, an entry a line. And iCalendar (RFC 5545), which every calendar
program writes; there only what lasts whole days counts, from midnight to midnight: a meeting in the evening closes no
school. Recurrences, exceptions and time zones are icalendar's and recurring-ical-events'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pipeline.districts.date_ranges import DateRange, date_range
from pipeline.districts.settings import DistrictSettings
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from icalendar import Calendar

MOST_BYTES = 4 << 20
"""Of a calendar: ten years of a large district's are some hundred KB."""

WEEKEND = "weekend"

_SATURDAY = 5

_TOO_OFTEN = {"SECONDLY", "MINUTELY", "HOURLY"}
"""Recurrences that no day without school has, and that would be endless to work out."""


class CalendarError(UsageError):
    """The file cannot be read as a calendar."""


def no_school(settings: DistrictSettings, day: date) -> str | None:
    """Return why a district has no school on a date, such as `Winter break`; None where it has, or nothing says.

    Raises:
        CalendarError: the calendar's file is not there, or has a mistake.
    """
    calendar = settings.calendar
    if calendar.weekends == "off" and day.weekday() >= _SATURDAY:
        return WEEKEND
    named = next((found for found in calendar.ranges if day in found), None)
    if named is None and calendar.file is not None:
        days = _days_of_file(Path(calendar.file), settings.zone, calendar.words, day.year)
        named = next((found for found in days if day in found), None)
    return (named.name or "no school") if named is not None else None


def no_school_or_unknown(settings: DistrictSettings, day: date) -> str | None:
    """Return what `no_school` does; None, as on a school day, where the calendar cannot be read."""
    try:
        return no_school(settings, day)
    except CalendarError:
        return None


@dataclass(frozen=True)
class CalendarCheck:
    """What a calendar says, for a person who checks it."""

    days: tuple[DateRange, ...]
    """The days without school from a date on, weekends aside, in order."""
    others: tuple[str, ...]
    """Names of whole-day events that are not taken for days without school, as none of the words is in them."""


def check_calendar(settings: DistrictSettings, first: date, *, years: int = 1) -> CalendarCheck:
    """Return what the calendar says from a date on, for so many years.

    Raises:
        CalendarError: the calendar's file is not there, or has a mistake.
    """
    calendar, last = settings.calendar, first.replace(year=first.year + years, day=min(first.day, 28))
    found, others = set(calendar.ranges), set[str]()
    if calendar.file is not None:
        for year in range(first.year, last.year + 1):
            everything = _days_of_file(Path(calendar.file), settings.zone, (), year)
            counted = _days_of_file(Path(calendar.file), settings.zone, calendar.words, year)
            found |= set(counted)
            others |= {one.name for one in set(everything) - set(counted)}
    days = sorted((one for one in found if one.last >= first and one.first <= last), key=lambda one: one.first)
    return CalendarCheck(tuple(days), tuple(sorted(others)))


# --- the two kinds of file ------------------------------------------------------------------------------------------


def _days_of_file(path: Path, zone: ZoneInfo, words: tuple[str, ...], year: int) -> tuple[DateRange, ...]:
    try:
        mark = path.stat()
    except OSError as failure:
        raise CalendarError(
            f"The school calendar {path} cannot be read: {failure.strerror}.",
            "Put it there, or change calendar.file in the settings.",
        ) from None
    if mark.st_size > MOST_BYTES:
        raise CalendarError(f"The school calendar {path} has more than {MOST_BYTES:,} bytes.")
    return _read_days(path, mark.st_mtime_ns, mark.st_size, zone, words, year)


@lru_cache(maxsize=512)
def _read_days(
    path: Path, modified: int, size: int, zone: ZoneInfo, words: tuple[str, ...], year: int
) -> tuple[DateRange, ...]:
    """Return the days of a year as the file says, as it is by its date and size."""
    del modified, size
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as failure:
        raise CalendarError(f"The school calendar {path} cannot be read: {failure.strerror}.") from None
    except UnicodeDecodeError:
        raise CalendarError(f"The school calendar {path} is not UTF-8 text.", "Save it as UTF-8.") from None
    is_calendar = path.suffix.casefold() in {".ics", ".ical", ".ifb"} or text.lstrip().startswith("BEGIN:VCALENDAR")
    days = _of_ics(path, text, zone, year) if is_calendar else _of_dates(path, text)
    sought = [word.casefold() for word in words]
    return tuple(one for one in days if not sought or any(word in one.name.casefold() for word in sought))


def _of_dates(path: Path, text: str) -> Iterator[DateRange]:
    for number, line in enumerate(text.splitlines(), start=1):
        entry = line.split("#", 1)[0].strip() if line.lstrip().startswith("#") else line.strip()
        entry = re.sub(r"^[-*•]\s+", "", entry)
        entry = entry[1:-1] if len(entry) > 1 and entry[0] == entry[-1] and entry[0] in "\"'" else entry
        if not entry or entry in {"---", "..."}:
            continue
        try:
            yield date_range(entry)
        except ValueError as wrong:
            raise CalendarError(
                f"The school calendar {path}, line {number}: {wrong}.", "Correct that line, or take it out."
            ) from None


def _of_ics(path: Path, text: str, zone: ZoneInfo, year: int) -> Iterator[DateRange]:
    import recurring_ical_events  # noqa: PLC0415 - takes a while to load

    calendar = _parsed(path, text)
    first = datetime(year, 1, 1, tzinfo=zone) - timedelta(days=1)
    last = datetime(year + 1, 1, 1, tzinfo=zone) + timedelta(days=1)
    try:
        found = recurring_ical_events.of(calendar).between(first, last)
        for event in found:
            days = _whole_days(event.start, event.end, zone)
            if days is not None:
                yield DateRange(*days, " ".join(str(event.get("SUMMARY", "")).split()))
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        raise CalendarError(
            f"The school calendar {path} has an event whose recurrence cannot be worked out.",
            "Export the calendar again, or write the dates into a text file.",
        ) from None


def _parsed(path: Path, text: str) -> Calendar:
    """Return the calendar, without what is canceled or no event of days; CalendarError with the line of a mistake."""
    from icalendar import Calendar  # noqa: PLC0415 - takes a while to load

    lines = _begin_lines(path, text)
    try:
        calendar = Calendar.from_ical(text)
    except (ValueError, TypeError, KeyError, IndexError):
        raise CalendarError(
            f"The school calendar {path} is not a calendar that can be read.",
            "Export it again as iCalendar (.ics), or write the dates into a text file.",
        ) from None
    kept = []
    events = iter(lines)
    for part in calendar.subcomponents:
        if part.name != "VEVENT":
            kept.append(part)
            continue
        line = next(events, 1)
        _check_event(path, line, part)
        rules = part.get("RRULE", [])
        too_often = any(
            _TOO_OFTEN & {str(word).upper() for word in rule.get("FREQ", [])}
            for rule in (rules if isinstance(rules, list) else [rules])
        )
        if str(part.get("STATUS", "")).upper() != "CANCELLED" and not too_often:
            kept.append(part)
    calendar.subcomponents = kept
    return calendar


def _begin_lines(path: Path, text: str) -> list[int]:
    """Return the line on which each event begins; CalendarError where the blocks of the file are not whole."""
    found: list[int] = []
    open_blocks: list[tuple[str, int]] = []
    number = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        word, _, name = line.strip().upper().partition(":")
        if not open_blocks and (word, name) != ("BEGIN", "VCALENDAR"):
            told = "it must begin with BEGIN:VCALENDAR" if not found else "nothing may be behind END:VCALENDAR"
            raise CalendarError(
                f"The school calendar {path}, line {number}: this is not an iCalendar file; {told}.",
                "Export the calendar again as iCalendar (.ics).",
            )
        if word == "BEGIN":
            if name == "VEVENT":
                found.append(number)
            open_blocks.append((name, number))
        elif word == "END":
            begun, begun_on = open_blocks.pop()
            if begun != name:
                raise CalendarError(
                    f"The school calendar {path}, line {number}: END:{name} ends what BEGIN:{begun} began on line "
                    f"{begun_on}.",
                    "Export the calendar again.",
                )
    if open_blocks:
        name, begun_on = open_blocks[-1]
        raise CalendarError(
            f"The school calendar {path}, line {begun_on}: BEGIN:{name} has no END:{name}; the file is cut off after "
            f"line {number}.",
            "Export the calendar again.",
        )
    if not number:
        raise CalendarError(f"The school calendar {path} is empty.", "Export the calendar again.")
    return found


def _check_event(path: Path, line: int, event: Any) -> None:
    wrong = next((name for name, _ in event.errors if name), None)
    if wrong is None and event.errors:
        wrong = "a line"
    if wrong is None and "DTSTART" not in event:
        raise CalendarError(
            f"The school calendar {path}: the event that begins on line {line} has no DTSTART, so no one knows when it "
            "is.",
            "Correct it in the calendar, and export it again.",
        )
    if wrong is not None:
        raise CalendarError(
            f"The school calendar {path}: {wrong} of the event that begins on line {line} cannot be read.",
            "Correct it in the calendar, and export it again.",
        )


def _whole_days(start: date, end: date, zone: ZoneInfo) -> tuple[date, date] | None:
    """Return the first and last date of an event of whole days; None for one that begins or ends within a day."""
    if not isinstance(start, datetime):
        last = (end.date() if isinstance(end, datetime) else end) - timedelta(days=1)
        return start, max(start, last)
    begins, ends = _local(start, zone), _local(end if isinstance(end, datetime) else start, zone)
    # Some programs end a day at its last minute.
    ends += timedelta(minutes=1) if ends.time() >= time(23, 59) else timedelta()
    is_whole = begins.time() == time() and ends.time().replace(second=0) == time() and ends > begins
    return (begins.date(), ends.date() - timedelta(days=1)) if is_whole else None


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return a moment on the clocks of the district; one without a time zone is meant there."""
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
