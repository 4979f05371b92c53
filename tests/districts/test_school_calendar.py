"""The school calendar: which dates have no school, from dates and from iCalendar, and what is said of a bad file."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.districts.editing import change_settings
from pipeline.districts.registry import Registry
from pipeline.districts.school_calendar import CalendarError, check_calendar, no_school, no_school_or_unknown
from pipeline.districts.settings import DistrictSettings
from pipeline.errors import UsageError

SETTINGS = """name: Synthetic District
time_zone: America/Chicago
schools: [{id: "1", name: School}]
folder: {path: /nowhere}
"""


def district(folder: Path, calendar: str) -> DistrictSettings:
    (folder / "maple.yaml").write_text(f"{SETTINGS}calendar: {calendar}\n", encoding="utf-8")
    return Registry(folder)["maple"]


def event(*lines: str) -> str:
    return "\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT"])


def ics(*events: str) -> str:
    return "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y//EN", *events, "END:VCALENDAR", ""])


def of_ics(folder: Path, *events: str, **more: Any) -> DistrictSettings:
    (folder / "maple.ics").write_text(ics(*events), encoding="utf-8")
    words = f", words: {more['words']}" if more else ""
    return district(folder, f"{{file: maple.ics{words}}}")


def closed(settings: DistrictSettings, first: str, last: str) -> list[str]:
    day, until = date.fromisoformat(first), date.fromisoformat(last)
    found = []
    while day <= until:
        if no_school(settings, day) is not None:
            found.append(f"{day:%m-%d}")
        day += timedelta(days=1)
    return found


def test_without_a_calendar_every_night_is_a_night(tmp_path: Path) -> None:
    assert closed(district(tmp_path, "{}"), "2026-11-23", "2026-11-29") == []


def test_weekends_are_off_where_the_settings_say_so(tmp_path: Path) -> None:
    for word in ("off", "'off'", "false"):
        assert closed(district(tmp_path, f"{{weekends: {word}}}"), "2026-11-23", "2026-11-30") == ["11-28", "11-29"]


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-26\n2026-12-21 to 2026-12-23 Winter break\n",
        "# School year 2026-27\n- 2026-11-26\n- 2026-12-21 to 2026-12-23: Winter break\n",
        "\ufeff2026-11-26, Thanksgiving\r\n\r\n2026-12-21 - 2026-12-23 # Winter break\r\n",
        '---\n- "2026-11-26"\n- 2026-12-21/2026-12-23\n',
    ],
)
def test_a_file_of_dates_and_ranges(tmp_path: Path, text: str) -> None:
    (tmp_path / "maple.txt").write_bytes(text.encode())
    settings = district(tmp_path, "{file: maple.txt}")
    assert closed(settings, "2026-11-20", "2026-12-31") == ["11-26", "12-21", "12-22", "12-23"]


def test_dates_may_stand_in_the_settings(tmp_path: Path) -> None:
    settings = district(tmp_path, "{dates: [2026-11-26, 2026-12-21 to 2027-01-03 Winter break]}")
    assert no_school(settings, date(2027, 1, 3)) == "Winter break"
    assert no_school(settings, date(2027, 1, 4)) is None
    with pytest.raises(UsageError, match=r"line 5, calendar\.dates\.1: the last date is before the first"):
        district(tmp_path, "{dates: [2026-11-26 to 2026-11-25]}")


def test_whole_days_of_a_calendar_and_no_meeting(tmp_path: Path) -> None:
    settings = of_ics(
        tmp_path,
        event("UID:1", "DTSTART;VALUE=DATE:20261126", "DTEND;VALUE=DATE:20261128", "SUMMARY:Thanksgiving"),
        event("UID:2", "DTSTART;VALUE=DATE:20261109", "SUMMARY:No school: teachers' day"),
        event("UID:3", "DTSTART;TZID=America/Chicago:20261117T180000", "DTEND;TZID=America/Chicago:20261117T200000"),
        event("UID:4", "DTSTART;VALUE=DATE:20261118", "STATUS:CANCELLED", "SUMMARY:Called off"),
        event("UID:5", "DTSTART;VALUE=DATE:20261119", "DURATION:P2D", "SUMMARY:Flood"),
    )
    assert closed(settings, "2026-11-01", "2026-11-30") == ["11-09", "11-19", "11-20", "11-26", "11-27"]
    assert no_school(settings, date(2026, 11, 27)) == "Thanksgiving"


def test_midnight_to_midnight_is_a_whole_day_where_the_district_is(tmp_path: Path) -> None:
    settings = of_ics(
        tmp_path,
        # Central time is six hours behind in November, five in October.
        event("UID:1", "DTSTART:20261123T060000Z", "DTEND:20261125T060000Z", "SUMMARY:In UTC"),
        event("UID:2", "DTSTART:20261005T050000Z", "DTEND:20261006T045900Z", "SUMMARY:To the last minute"),
        event("UID:3", "DTSTART;TZID=America/New_York:20261012T000000", "DTEND;TZID=America/New_York:20261013T000000"),
        event("UID:4", "DTSTART:20261019T000000", "DTEND:20261020T000000", "SUMMARY:No zone"),
    )
    assert closed(settings, "2026-10-01", "2026-11-30") == ["10-05", "10-19", "11-23", "11-24"]


def test_recurrences_with_exceptions_end_and_moved_days(tmp_path: Path) -> None:
    settings = of_ics(
        tmp_path,
        event(
            "UID:1", "DTSTART;VALUE=DATE:20261106", "RRULE:FREQ=WEEKLY;BYDAY=FR;UNTIL=20261204",
            "EXDATE;VALUE=DATE:20261113", "RDATE;VALUE=DATE:20261111", "SUMMARY:Work day",
        ),
        event("UID:1", "RECURRENCE-ID;VALUE=DATE:20261120", "DTSTART;VALUE=DATE:20261118", "SUMMARY:Work day, moved"),
        event("UID:2", "DTSTART;VALUE=DATE:20200525", "RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO", "SUMMARY:Memorial Day"),
        event("UID:3", "DTSTART:20261101T000000", "RRULE:FREQ=SECONDLY", "SUMMARY:A mistake without end"),
    )  # fmt: skip
    assert closed(settings, "2026-11-01", "2026-12-31") == ["11-06", "11-11", "11-18", "11-27", "12-04"]
    assert closed(settings, "2027-05-01", "2027-05-31") == ["05-31"]


def test_a_break_over_the_new_year_is_whole(tmp_path: Path) -> None:
    settings = of_ics(tmp_path, event("UID:1", "DTSTART;VALUE=DATE:20261230", "DTEND;VALUE=DATE:20270103"))
    assert closed(settings, "2026-12-28", "2027-01-05") == ["12-30", "12-31", "01-01", "01-02"]


def test_only_events_with_the_words_count_and_a_check_names_the_others(tmp_path: Path) -> None:
    events = (
        event("UID:1", "DTSTART;VALUE=DATE:20261126", "SUMMARY:NO SCHOOL"),
        event("UID:2", "DTSTART;VALUE=DATE:20261120", "SUMMARY:Picture day"),
    )
    settings = of_ics(tmp_path, *events, words="[no school, break]")
    assert closed(settings, "2026-11-01", "2026-11-30") == ["11-26"]
    found = check_calendar(settings, date(2026, 11, 1))
    assert [one.name for one in found.days] == ["NO SCHOOL"]
    assert found.others == ("Picture day",)


GOOD = event("UID:1", "DTSTART;VALUE=DATE:20261126", "SUMMARY:Good")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("c.txt", b"2026-11-26\n11/27/2026\n", "line 2: these are no dates: write 2026-11-26"),
        ("c.yaml", b"- 2026-02-30\n", "line 1: there is no such date"),
        ("c.txt", b"\n2026-11-26 to 2026-11-20", "line 2: the last date is before the first"),
        ("c.txt", b"\xff\xfe2\0", "is not UTF-8 text"),
        ("c.ics", b"", "is empty"),
        ("c.ics", b"\n<html>Sign in</html>", "line 2: this is not an iCalendar file"),
        ("c.ics", ics(GOOD).encode()[:-14], r"line 1: BEGIN:VCALENDAR has no END:VCALENDAR; .* after line \d"),
        ("c.ics", ics(GOOD).replace("END:VEVENT\n", "").encode(), r"line \d: END:VCALENDAR ends what BEGIN:VEVENT"),
        ("c.ics", ics(GOOD, event("UID:2")).encode(), "begins on line 9 has no DTSTART"),
        ("c.ics", ics(GOOD, event("DTSTART:2026-11-26")).encode(), "DTSTART of the event that begins on line 9"),
        ("c.ics", ics(GOOD.replace("SUMMARY", "RRULE:FREQ=WEAKLY\nSUMMARY")).encode(), "RRULE of the event .* line 4"),
    ],
)
def test_a_bad_file_is_told_with_its_line(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(content)
    settings = district(tmp_path, f"{{file: {name}}}")
    with pytest.raises(CalendarError, match=told):
        no_school(settings, date(2026, 11, 26))
    assert no_school_or_unknown(settings, date(2026, 11, 26)) is None, "the alarm rings"


def test_a_file_that_is_not_there_is_told_when_it_is_set_and_nothing_is_written(tmp_path: Path) -> None:
    district(tmp_path, "{}")
    before = (tmp_path / "maple.yaml").read_bytes()
    with pytest.raises(CalendarError, match=r"maple\.ics cannot be read"):
        change_settings(Registry(tmp_path), "maple", {"calendar.file": "maple.ics"}).write()
    assert (tmp_path / "maple.yaml").read_bytes() == before


def test_a_file_that_changes_counts_at_once(tmp_path: Path) -> None:
    settings = of_ics(tmp_path, GOOD)
    assert closed(settings, "2026-11-25", "2026-11-27") == ["11-26"]
    of_ics(tmp_path, GOOD.replace("20261126", "20261127").replace("Good", "Good too"))
    assert closed(settings, "2026-11-25", "2026-11-27") == ["11-27"]
