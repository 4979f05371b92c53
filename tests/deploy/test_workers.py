"""A night on warm workers: Postgres, Redis, Dagster's daemon and two workers, started as deploy/systemd starts them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg
import psutil
import pytest

from pipeline.demo.synthetic import SyntheticDistrict
from pipeline.districts.adding import NewDistrict, add_district
from pipeline.districts.folders import Home
from pipeline.districts.registry import Registry
from pipeline.districts.state import DistrictState, write_state
from pipeline.roster.ledger import read_ledger
from tests.support.nights import preserved_environment
from tests.support.services import DEPLOY, ROOT, command_of, postgres, redis

if TYPE_CHECKING:
    from collections.abc import Iterator

DISTRICTS = 40
ENDS_WITHIN = 240
"""Seconds for the night of all districts."""


class Installation:
    """An installation of Rollcall as deploy/ describes it, in a folder of its own."""

    def __init__(self, root: Path, postgres: str, redis: str) -> None:
        self.root, self.home = root, Home(root / "var")
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("ROLLCALL_")} | {
            "ROLLCALL_HOME": str(self.home.root),
            "ROLLCALL_DISTRICTS": str(root / "districts"),
            "DAGSTER_HOME": str(self.home.dagster),
            "ROLLCALL_SCHEDULES": "running",
            "ROLLCALL_POSTGRES": postgres,
            "ROLLCALL_BROKER": redis,
        }
        self.home.root.mkdir(mode=0o700)
        self.home.dagster.mkdir(mode=0o700)
        shutil.copyfile(DEPLOY / "workers.yaml", self.home.dagster / "dagster.yaml")
        self.registry = Registry(root / "districts")

    def add_districts(self, count: int) -> list[str]:
        """Give each of them the same files, and a night that began while nothing ran."""
        begun = datetime.now(UTC) - timedelta(minutes=30)
        drop = self.root / "drop"
        drop.mkdir()
        world = SyntheticDistrict(seed=5, students=50)
        world.write_powerschool(drop, prefix=False, contacts="roles")
        names = [f"district-{number:02}" for number in range(count)]
        for name in names:
            new = NewDistrict(
                name=name.title(),
                time_zone="Etc/UTC",
                start_time=f"{begun:%H:%M}",
                schools=world.schools,
                folder=str(drop),
                settle_seconds=0,
            )
            add_district(self.registry, name, new)
            write_state(
                self.home.district(name).state, DistrictState(enabled=True, nightly_since=begun - timedelta(hours=1))
            )
        return names

    def start(self, unit: str, **changed: str) -> subprocess.Popen[bytes]:
        """Start what a unit starts, as it does."""
        log = (self.root / f"{unit}{len(list(self.root.glob('*.log')))}.log").open("wb")
        with log:
            return subprocess.Popen(
                command_of(unit, **changed),
                env=self.environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True, umask=0o077,
            )  # fmt: skip

    def logs(self) -> str:
        """What all of them wrote."""
        return "\n".join(
            f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}" for log in self.root.glob("*.log")
        )

    def syncs(self) -> dict[str, int]:
        """District -> how many syncs it has had."""
        ledgers = {name: self.home.district(name) for name in self.registry.ids()}
        return {name: len(read_ledger(folder).syncs) for name, folder in ledgers.items() if folder.ledger.exists()}


def end(process: subprocess.Popen[bytes], with_: signal.Signals) -> None:
    """End a program and all that it started."""
    if process.poll() is None:
        os.killpg(process.pid, with_)
        process.wait(timeout=120)


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """Give an installation whose Postgres and Redis run."""
    with ExitStack() as servers:
        (tmp_path / "redis").mkdir()
        root = tmp_path / "rollcall"
        root.mkdir()
        address = servers.enter_context(postgres())
        yield Installation(root, address, servers.enter_context(redis(tmp_path / "redis")))


def wait_for(what: str, of: Installation, seconds: float, holds: object) -> None:
    """Wait until `holds()` is true, or fail with what the programs wrote."""
    until = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < until, f"{what} within {seconds} s\n{of.syncs()}\n{of.logs()}"
        time.sleep(0.5)


@pytest.mark.services
@pytest.mark.slow("forty nights on two workers")
@pytest.mark.timeout(600)
def test_every_district_is_synced_once_though_a_worker_dies(installation: Installation) -> None:
    names = installation.add_districts(DISTRICTS)
    programs = [installation.start("rollcall-daemon.service")]
    workers = [
        installation.start("rollcall-worker.service", **{"rollcall@%h": f"rollcall-{number}@%h"}) for number in (1, 2)
    ]
    programs += workers
    try:
        wait_for("half of the nights", installation, ENDS_WITHIN, lambda: len(installation.syncs()) >= DISTRICTS // 2)
        assert len(installation.syncs()) < DISTRICTS, "one worker dies in the middle"
        at_work = psutil.Process(workers[0].pid).children()
        assert at_work
        # As when its machine loses power: nothing of it can say a word.
        end(workers[0], signal.SIGKILL)
        wait_for("all nights", installation, ENDS_WITHIN, lambda: len(installation.syncs()) == DISTRICTS)
        with preserved_environment():
            os.environ.update(installation.environment)
            with dg.DagsterInstance.get() as instance:
                wait_for(
                    "a run of each that ended well", installation, ENDS_WITHIN, lambda: ended_well(instance) == names
                )
    finally:
        for program in reversed(programs):
            end(program, signal.SIGTERM)
    for name in names:
        first, *again = (sync.outcome for sync in read_ledger(installation.home.district(name)).syncs)
        assert first == "applied", name
        # Of a run that was lost after its sync was recorded, the new one finds nothing to do.
        assert set(again) <= {"unchanged"}, name


def ended_well(instance: dg.DagsterInstance) -> list[str]:
    """Return the districts of which a run ended well."""
    runs = instance.get_runs(dg.RunsFilter(job_name="daily_sync", statuses=[dg.DagsterRunStatus.SUCCESS]))
    return sorted({run.tags["dagster/partition/district"] for run in runs})
