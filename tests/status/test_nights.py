"""Unfinished nights: which are due, when another run may begin, and that each date gets exactly one sync.

Nights are simulated here with the rule alone, for Dagster runs none of them: `tests/test_unfinished_nights.py` does.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from pipeline.districts.settings import DistrictSettings
from pipeline.districts.state import DistrictState, pause
from pipeline.status.attempts import Attempt
from pipeline.status.clock import cut_off, local_date, slot_start
from pipeline.status.nights import LAST_TRIES, LOOK_EVERY, Begun, next_run, unfinished_night

ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
    "America/Anchorage", "America/Adak", "Pacific/Honolulu", "America/Puerto_Rico", "Pacific/Pago_Pago",
    "Pacific/Guam", "America/Indiana/Indianapolis", "America/Detroit", "America/Boise",
)  # fmt: skip
STARTS = ("00:00", "00:30", "01:00", "01:30", "02:00", "02:30", "03:00", "23:30")

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

MONDAY = date(2026, 11, 23)


def settings(zone: str = "America/Chicago", start: str = "02:00", **more: object) -> DistrictSettings:
    return DistrictSettings.model_validate(
        {
            "name": "Maple Valley",
            "time_zone": zone,
            "start_time": start,
            "schools": [{"id": "1", "name": "Cedar Elementary"}],
            "folder": {"path": "/nowhere"},
            **more,
        }
    )


@dataclass
class World:
    """A district whose runs end as the test says: `synced`, `waiting` until the cut-off, `down`, `broken`, `lost`."""

    settings: DistrictSettings
    state: DistrictState = field(default_factory=lambda: DistrictState(enabled=True))
    newest: date | None = None
    ends: Iterator[str] = field(default_factory=lambda: iter(()))
    attempt: Attempt | None = None
    runs: dict[date, list[Begun]] = field(default_factory=dict)
    synced: list[tuple[date, datetime]] = field(default_factory=list)

    def look(self, now: datetime) -> int | None:
        """Look at the night as the sensor does; return the number of the run that begins."""
        night = unfinished_night(self.settings, self.state, self.newest, now)
        if night is None:
            return None
        runs = self.runs.setdefault(night, [])
        number = next_run(self.settings, night, runs, self.attempt, now)
        if number is not None:
            self.run(night, now)
        return number

    def run(self, night: date, now: datetime) -> None:
        runs = self.runs.setdefault(night, [])
        runs.append(Begun(at=now, is_over=True, by_the_clock=True))
        end = next(self.ends, "synced")
        if end == "lost":
            return
        if end == "synced" or (end == "waiting" and now >= cut_off(self.settings, night)):
            self.synced.append((night, now))
            self.newest = max(night, self.newest or night)
            return
        failed: dict[str, object] = {"ended": "waiting" if end == "waiting" else "failed", "may_pass": end != "broken"}
        self.attempt = Attempt.model_validate({"sync_date": night, "at": now, "words": end, **failed})

    def looks(self, first: datetime, last: datetime, every: timedelta = LOOK_EVERY) -> list[datetime]:
        """Look at these times; return those at which a run began."""
        found = []
        while first <= last:
            if self.look(first) is not None:
                found.append(first)
            first += every
        return found


def night_of(world: World, day: date = MONDAY) -> datetime:
    return slot_start(world.settings, day).astimezone(UTC)


def forever(end: str) -> Iterator[str]:
    while True:
        yield end


# --- a year -------------------------------------------------------------------------------------------------------


def moments(first: datetime, last: datetime) -> Iterator[datetime]:
    """Every half hour around the changes of the clocks, else every six hours."""
    changes = (datetime(2026, 11, 1, 12, tzinfo=UTC), datetime(2027, 3, 14, 12, tzinfo=UTC))
    while first < last:
        yield first
        first += HOUR / 2 if any(abs(first - change) < 1.5 * DAY for change in changes) else 6 * HOUR


def accidents(seed: int) -> Iterator[str]:
    """How runs end: mostly in a sync, and never three in a row without."""
    rng = random.Random(seed)
    while True:
        yield from rng.choice([["synced"]] * 12 + [["waiting"], ["down", "lost"], ["lost"], ["down"]])
        yield "synced"


@pytest.mark.slow("two hundred districts for a year")
def test_a_year_of_nights_in_every_zone_gives_each_district_one_sync_for_each_date() -> None:
    first, last = datetime(2026, 7, 15, tzinfo=UTC), datetime(2027, 7, 15, tzinfo=UTC)
    every = [settings(zone, start) for zone in ZONES for start in STARTS]
    state = DistrictState(enabled=True, nightly_since=first)
    times = list(moments(first, last))
    for number in range(200):
        world = World(every[number % len(every)], state, ends=accidents(number))
        for now in times:
            world.look(now)
        where = f"{world.settings.time_zone} {world.settings.start_time}"
        begins = local_date(world.settings, first)
        begins += timedelta(days=slot_start(world.settings, begins) < first)
        dates = [day for day, _ in world.synced]
        assert dates == [begins + timedelta(days=n) for n in range(len(dates))], where
        assert len(dates) in {364, 365}, where
        assert all(slot_start(world.settings, day) <= now < slot_start(world.settings, day + DAY)
                   for day, now in world.synced), where  # fmt: skip


# --- a daemon that was down, a clock that jumped ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("down_from", "down_for", "expected"),
    [
        pytest.param(-5 * MINUTE, 20 * MINUTE, [MONDAY], id="minutes over the start"),
        pytest.param(-30 * MINUTE, HOUR, [MONDAY], id="an hour over the start"),
        pytest.param(-HOUR, 9 * HOUR, [MONDAY], id="until after the cut-off"),
        pytest.param(-HOUR, 2 * DAY, [MONDAY + DAY, MONDAY + 2 * DAY], id="two nights"),
        pytest.param(HOUR, HOUR, [MONDAY], id="after the night"),
    ],
)
def test_a_daemon_that_was_down_finishes_the_newest_night_once(
    down_from: timedelta, down_for: timedelta, expected: list[date]
) -> None:
    world = World(settings(), newest=MONDAY - DAY)
    start = night_of(world)
    world.looks(start - 3 * HOUR, start + down_from)
    world.looks(start + down_from + down_for, max(start + down_from + down_for, start) + 10 * HOUR)
    assert [day for day, _ in world.synced] == expected


def test_a_clock_that_jumps_gives_no_date_two_syncs() -> None:
    world = World(settings(), newest=MONDAY - DAY)
    start = night_of(world)
    world.looks(start - HOUR, start + HOUR)
    # An hour back, a day ahead, and back again.
    world.looks(start - MINUTE, start + 2 * HOUR)
    world.looks(start + DAY, start + DAY + HOUR)
    world.looks(start + 3 * HOUR, start + 4 * DAY)
    counts = Counter(day for day, _ in world.synced)
    assert counts == {MONDAY + timedelta(days=n): 1 for n in range(5)}


def test_a_clock_put_back_does_not_block_what_is_to_be_tried_again() -> None:
    world = World(settings(), newest=MONDAY - DAY, ends=iter(["down"]))
    start = night_of(world)
    world.look(start + 3 * HOUR)
    assert world.look(start + HOUR) == 2


# --- which nights are owed ----------------------------------------------------------------------------------------


def test_a_district_that_was_just_enabled_owes_no_night_before() -> None:
    start = slot_start(settings(), MONDAY)
    for since, owed in ((start - MINUTE, MONDAY), (start, MONDAY), (start + MINUTE, None)):
        state = DistrictState(enabled=True, nightly_since=since)
        assert unfinished_night(settings(), state, None, start + HOUR) == owed
    later = DistrictState(enabled=True, nightly_since=start + HOUR)
    assert unfinished_night(settings(), later, None, start + DAY) == MONDAY + DAY


def test_nobody_is_started_who_is_paused_or_not_enabled_or_has_the_date() -> None:
    now = slot_start(settings(), MONDAY) + HOUR
    enabled = DistrictState(enabled=True)
    for state in (DistrictState(), pause(enabled, why="Summer.", by="Kim")):
        assert unfinished_night(settings(), state, None, now) is None
    assert unfinished_night(settings(), enabled, MONDAY - DAY, now) == MONDAY
    for newest in (MONDAY, MONDAY + DAY):
        assert unfinished_night(settings(), enabled, newest, now) is None
    early = slot_start(settings(), date(2026, 6, 30)) + HOUR
    assert unfinished_night(settings(), enabled, None, early) is None, "before the first date there is"


def test_a_start_that_is_moved_into_the_past_is_a_night_to_begin() -> None:
    now = slot_start(settings(), MONDAY) + HOUR
    world = World(settings(start="23:00"), newest=MONDAY - DAY)
    assert world.look(now) is None
    world.settings = settings(start="01:00")
    assert world.look(now) == 1
    world.settings = settings(start="23:00")
    world.looks(now, now + DAY)
    assert [day for day, _ in world.synced] == [MONDAY], "and not a second time at the new start"


# --- another run of a night ---------------------------------------------------------------------------------------


def test_a_night_waits_every_quarter_of_an_hour_and_is_missing_once() -> None:
    world = World(settings(), newest=MONDAY - DAY, ends=forever("waiting"))
    start = night_of(world)
    began = world.looks(start, start + 12 * HOUR)
    assert began == [start + n * LOOK_EVERY for n in range(17)]
    assert world.synced == [(MONDAY, start + 4 * HOUR)]


def test_a_server_that_is_down_is_tried_until_it_answers() -> None:
    world = World(settings(), newest=MONDAY - DAY, ends=iter(["down", "lost", "down", "down"]))
    start = night_of(world)
    assert len(world.looks(start, start + 12 * HOUR)) == 5
    assert world.synced == [(MONDAY, start + HOUR)]


def test_a_server_that_stays_down_is_left_after_the_cut_off() -> None:
    world = World(settings(fetch_until="03:00"), newest=MONDAY - DAY, ends=forever("down"))
    start = night_of(world)
    began = world.looks(start, start + 20 * HOUR)
    assert len([at for at in began if at >= start + HOUR]) == LAST_TRIES
    assert world.synced == []
    assert world.look(start + DAY) == 1, "the next night is its own"


def test_what_cannot_pass_by_itself_is_left_to_a_person() -> None:
    world = World(settings(), newest=MONDAY - DAY, ends=iter(["broken"]))
    start = night_of(world)
    assert world.looks(start, start + 20 * HOUR) == [start]


def test_a_failure_before_the_night_began_does_not_stop_it() -> None:
    start = slot_start(settings(), MONDAY)
    broken = Attempt(sync_date=MONDAY, at=start - HOUR, ended="failed", words="x", may_pass=False)
    assert next_run(settings(), MONDAY, [], broken, start) == 1


def by_clock(at: datetime, *, is_over: bool = True, by_the_clock: bool = True, is_canceled: bool = False) -> Begun:
    return Begun(at, is_over, by_the_clock, is_canceled)


@pytest.mark.parametrize(
    ("runs", "number"),
    [
        ([], 1),
        ([by_clock(slot_start(settings(), MONDAY), is_over=False)], None),
        ([by_clock(slot_start(settings(), MONDAY), is_over=False, by_the_clock=False)], None),
        ([by_clock(slot_start(settings(), MONDAY), by_the_clock=False)], 1),
        ([by_clock(slot_start(settings(), MONDAY) + 51 * MINUTE)], None),
        ([by_clock(slot_start(settings(), MONDAY) + 50 * MINUTE)], 2),
        ([by_clock(slot_start(settings(), MONDAY), is_canceled=True)], None),
        ([by_clock(slot_start(settings(), MONDAY), is_canceled=True, by_the_clock=False)], 1),
    ],
    ids=["none yet", "one goes on", "a person's goes on", "a person's is over", "9 minutes ago", "10 minutes ago",
         "canceled by a person", "a person's, canceled"],
)  # fmt: skip
def test_one_run_at_a_time_ten_minutes_apart(runs: Iterable[Begun], number: int | None) -> None:
    now = slot_start(settings(), MONDAY) + HOUR
    assert next_run(settings(), MONDAY, list(runs), None, now) == number


# --- the cut-off --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "until", "day", "expected"),
    [
        ("02:00", None, MONDAY, "2026-11-23T06:00:00-06:00"),
        ("02:00", "05:30", MONDAY, "2026-11-23T05:30:00-06:00"),
        ("23:00", "03:00", MONDAY, "2026-11-24T03:00:00-06:00"),
        ("02:00", "01:59", MONDAY, "2026-11-24T01:59:00-06:00"),
        ("01:00", None, date(2027, 3, 14), "2027-03-14T06:00:00-05:00"),
        ("01:00", "02:30", date(2027, 3, 14), "2027-03-14T03:00:00-05:00"),
        ("01:30", "03:00", date(2026, 11, 1), "2026-11-01T03:00:00-06:00"),
    ],
)
def test_a_night_waits_four_hours_or_until_the_time_in_the_settings(
    start: str, until: str | None, day: date, expected: str
) -> None:
    found = settings(start=start, fetch_until=until) if until else settings(start=start)
    assert cut_off(found, day).isoformat() == expected
    assert slot_start(found, day) < cut_off(found, day) <= slot_start(found, day + DAY)
