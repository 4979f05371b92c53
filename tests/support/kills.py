"""Killing a night at any point of it: each statement, each file that is written, renamed, copied or brought to disk.

The night runs in a process of its own, forked when everything is loaded, and kills itself with SIGKILL at the point
that is asked for: nothing is closed, rolled back or removed. Below Dagster, so that a hundred kills take a minute.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.roster.ledger import read_ledger
from pipeline.warehouse.sessions import Database
from tests.support.district import District
from tests.support.lives import links, standing
from tests.support.nights import Nights

FILE_EVENTS = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.copyfile", "os.link", "os.truncate"}
"""What Python tells an audit hook of before it happens."""


ONE_RUN = """
import sys, time
from datetime import date
from pathlib import Path
import dagster as dg
from pipeline.errors import BusyError
from pipeline.partitions import DistrictDay
from pipeline.resources import Clock, Districts
from pipeline.runs import sync_day
import pipeline.definitions
home, settings, district, day, at, ready, go = sys.argv[1:]
with dg.DagsterInstance.ephemeral() as instance:
    Path(ready).touch()
    while not Path(go).exists():
        time.sleep(0.01)
    try:
        report, _ = sync_day(
            DistrictDay(district, date.fromisoformat(day)), instance=instance,
            districts=Districts(home=home, settings=settings), clock=Clock(fixed=at),
        )
        print(report.outcome)
    except BusyError:
        print("busy")
"""
"""A run of a district's day, recorded in Dagster, in a process that says when all is loaded and waits to be let go."""


def start_run(nights: Nights, day: date, ready: Path, go: Path) -> subprocess.Popen[str]:
    """Start a run of `day` at eight in the morning; it makes `ready` when it is loaded and waits for `go`."""
    arguments = [str(nights.home.root), str(nights.registry.folder), nights.district, day.isoformat()]
    return subprocess.Popen(
        [sys.executable, "-c", ONE_RUN, *arguments, f"{day}T08:00:00+00:00", str(ready), str(go)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def points_of(night: Callable[[], object]) -> list[str]:
    """The points of a night, by name, in the order in which it comes to them."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        names: list[str] = []
        _watch(names.append)
        night()
        with os.fdopen(write, "w") as out:
            json.dump(names, out)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as out:
        names = json.load(out)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    return names


def killed_at(point: int, night: Callable[[], object]) -> bool:
    """Run a night that is killed when it comes to its n-th point; False where it ended before."""
    pid = os.fork()
    if pid == 0:
        seen = 0

        def kill(_: str) -> None:
            nonlocal seen
            if seen == point:
                os.kill(os.getpid(), signal.SIGKILL)
            seen += 1

        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        _watch(kill)
        night()
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert code in {0, -signal.SIGKILL}
    return code != 0


def _watch(reached: Callable[[str], None]) -> None:
    """Call `reached` with the name of every point that this process comes to, before what happens there."""
    execute, fsync = Database._execute, os.fsync

    def watched_execute(self: Database, name: str, text: str, values: dict[str, Any]) -> None:
        reached(f"before {name}")
        execute(self, name, text, values)
        if name in {"commit", "roster/checkpoint"}:
            reached(f"after {name}")

    def watched_fsync(handle: int) -> None:
        reached("before fsync")
        fsync(handle)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        writes = event == "open" and isinstance(arguments[1], str) and arguments[1][0] in "wax"
        if event in FILE_EVENTS or writes:
            reached(f"before {event}")

    Database._execute = watched_execute  # type: ignore[method-assign]
    os.fsync = watched_fsync
    sys.addaudithook(hook)


def state_of(district: District, syncs: int) -> dict[str, Any]:
    """All that must be as if nothing had happened: the roster, its changes, and the first `syncs` syncs' reports."""
    ledger = read_ledger(district.folder)
    reports = {}
    for sync in ledger.syncs[:syncs]:
        folder = district.folder.report(sync.sync_date.isoformat(), sync.number)
        reports[sync.number] = {
            str(path.relative_to(folder)): _content(path) for path in sorted(folder.rglob("*")) if path.is_file()
        }
    return {
        "roster": standing(district),
        "links": links(district),
        "flaws": district.flaws(),
        "syncs": [sync.model_dump(exclude={"recorded_at"}) for sync in ledger.syncs[:syncs]],
        "changes": district.query(
            f"select * from book.sync.changes where sync_number <= {syncs} order by all"  # noqa: S608 - a number
        ),
        "reports": reports,
    }


def _content(path: Path) -> bytes:
    return path.read_bytes()
