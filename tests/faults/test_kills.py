"""A night that is killed anywhere and run again ends as one that was not killed: nothing lost, doubled or invented."""

from __future__ import annotations

import os
import random
import shutil
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.roster.history import roster_as_of
from pipeline.roster.ledger import read_ledger
from tests.support.district import District, Rows, contact, enrollment, small_district, student
from tests.support.kills import killed_at, points_of, start_run, state_of
from tests.support.nights import FIRST_NIGHT, Nights

SECOND = date(2026, 9, 2)

KILLS = int(os.environ.get("ROLLCALL_KILLS", "12"))
"""How many nights are killed; `make soak` asks for a thousand."""


def second_night() -> Rows:
    rows = small_district().without_user("S3")
    rows.users += [student("S9"), contact("P9", "S9")]
    rows.enrollments.append(enrollment("C1", "S9"))
    rows.user("S1")["grades"] = "06"
    return rows


def night(root: Path) -> None:
    """The second night, as a nightly run does it, without the checks of the tests."""
    district = District(root)
    district.plan(second_night(), SECOND)
    district.apply(SECOND)
    district.report(SECOND)


@pytest.fixture(scope="module")
def unharmed(first_night: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What a night that nobody kills comes to."""
    folder = tmp_path_factory.mktemp("unharmed")
    shutil.copytree(first_night, folder, dirs_exist_ok=True)
    night(folder)
    return state_of(District(folder), 2)


@pytest.mark.slow("runs every killed night again")
def test_a_night_killed_at_any_point_and_run_again_is_as_if_it_had_not_been(
    first_night: Path, unharmed: dict[str, object], tmp_path: Path
) -> None:
    shutil.copytree(first_night, tmp_path / "counted")
    points = points_of(lambda: night(tmp_path / "counted"))
    # All that touch the roster, the ledger and the report; of the others as many as there is time for.
    chance = random.Random(KILLS)
    from_roster = next(number for number, name in enumerate(points) if name == "before roster/close_users")
    chosen = list(range(len(points)))
    chance.shuffle(chosen)
    chosen.sort(key=lambda number: number < from_roster)
    killed = 0
    for turn, point in enumerate((chosen * (KILLS // len(chosen) + 1))[:KILLS]):
        folder = tmp_path / str(turn)
        shutil.copytree(first_night, folder)
        killed += killed_at(point, lambda folder=folder: night(folder))  # type: ignore[misc]
        # A reader sees a whole sync, the old or the new one, before anybody has run again.
        assert roster_as_of(District(folder).folder, "synthetic").sync_number in {1, 2}
        if turn % 4 == 0:
            # A second fault, in the run that mends the first.
            killed += killed_at(chance.randrange(len(points)), lambda folder=folder: night(folder))  # type: ignore[misc]
        night(folder)
        district = District(folder)
        assert state_of(district, 2) == unharmed, f"killed before point {point}, {points[point]}"
        # What follows a report that was there already is a night that found nothing new.
        assert {sync.outcome for sync in read_ledger(district.folder).syncs[2:]} <= {"unchanged"}
        shutil.rmtree(folder)
        if turn % 100 == 99:
            print(f"{killed} nights were killed, and run again as if they had not been")  # noqa: T201
    # The last of the points may lie beyond the end: not every run opens just as many files.
    assert killed > KILLS * 0.9
    print(f"\n{killed} nights were killed at {len(set(chosen[:KILLS]))} of {len(points)} points")  # noqa: T201


@pytest.mark.slow("every run is a process of its own, which loads Dagster")
def test_whole_runs_killed_at_random_and_run_again_are_as_if_they_had_not_been(nights: Nights, tmp_path: Path) -> None:
    nights.world.advance()
    nights.deliver()
    day = FIRST_NIGHT + timedelta(days=1)
    chance = random.Random(KILLS)
    untouched = tmp_path / "untouched"
    shutil.copytree(nights.home.root, untouched)
    expected: tuple[object, ...] | None = None
    for turn in range(1 + max(4, KILLS // 50)):
        shutil.rmtree(nights.home.root)
        shutil.copytree(untouched, nights.home.root)
        ready, go = tmp_path / f"ready-{turn}", tmp_path / f"go-{turn}"
        if expected is not None:
            run = start_run(nights, day, ready, go)
            while not ready.exists():
                time.sleep(0.05)
            go.touch()
            time.sleep(chance.uniform(0, 3))
            run.kill()
            run.communicate()
        nights.sync(day)
        came = read_ledger(nights.folder).sync(2)
        report = (nights.folder.report(day.isoformat(), 2) / "changes.csv").read_bytes()
        found = (nights.standing(), came.outcome, came.counts, came.hold_digest, report)
        assert expected in (None, found)
        expected = found
