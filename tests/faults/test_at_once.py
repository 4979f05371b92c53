"""Several at once: runs of one district, and readers of its roster while it is replaced."""

from __future__ import annotations

import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.roster.history import open_history, roster_as_of
from pipeline.roster.ledger import read_ledger
from tests.support.district import District, Rows, student
from tests.support.kills import start_run
from tests.support.lives import day_of
from tests.support.matrices import WHOLE
from tests.support.nights import FIRST_NIGHT, Nights

SYNCS = 50 if WHOLE else 15

SECOND_NIGHT = FIRST_NIGHT + timedelta(days=1)

RUNS = 8


@pytest.mark.slow("eight runs in processes of their own, the first of which waits 20 s for the files to rest")
def test_of_eight_runs_at_once_one_works_and_seven_are_busy(nights: Nights, tmp_path: Path) -> None:
    # Long enough for all of them to come while the first one waits for the files to rest.
    nights.change_settings("settle_seconds: 0", "settle_seconds: 20")
    go = tmp_path / "go"
    started = [start_run(nights, SECOND_NIGHT, tmp_path / f"ready-{number}", go) for number in range(RUNS)]
    waited_until = time.monotonic() + 200
    while len(list(tmp_path.glob("ready-*"))) < RUNS and time.monotonic() < waited_until:
        time.sleep(0.1)
    go.touch()
    said = Counter(process.communicate(timeout=120)[0].strip() for process in started)
    assert said in ({"unchanged": 1, "busy": 7}, {"applied": 1, "busy": 7})
    assert [sync.number for sync in read_ledger(nights.folder).syncs] == [1, 2]


@pytest.mark.slow("a sync after the other")
def test_a_reader_in_a_loop_during_many_syncs_always_sees_a_whole_one(running: District, rows: Rows) -> None:
    done = threading.Event()
    seen: list[tuple[int, int]] = []
    failures: list[Exception] = []

    def look() -> None:
        while not done.is_set():
            try:
                found = roster_as_of(running.folder, running.name)
                ledger = open_history(running.folder, running.name)
            except Exception as failure:  # noqa: BLE001 - whatever it is, it is what the test is about
                failures.append(failure)
                return
            time.sleep(0.02)
            seen.append((found.sync_number, found.records["students"]))
            assert len(ledger.syncs) >= found.sync_number

    reader = threading.Thread(target=look)
    reader.start()
    for number in range(1, SYNCS + 1):
        rows.users.append(student(f"N{number}"))
        running.plan(rows, day_of(number))
        assert running.apply(day_of(number)) == number + 1
    done.set()
    reader.join()
    assert failures == []
    # Each sync added one student: what was seen is the roster of that very sync, and never goes back.
    assert {students - sync for sync, students in seen} == {5}
    assert seen == sorted(seen)
    assert len({sync for sync, _ in seen}) > 5
    assert len(read_ledger(running.folder).syncs) == SYNCS + 1
