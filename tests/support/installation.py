"""An installation of Rollcall whose programs run as deploy/ starts them, for as long as a test needs it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pipeline.demo.synthetic import SyntheticDistrict
from pipeline.districts.adding import NewDistrict, add_district
from pipeline.districts.folders import Home
from pipeline.districts.registry import Registry
from pipeline.districts.state import DistrictState, write_state
from pipeline.roster.ledger import read_ledger
from tests.support.services import ROOT, command_of


class Installation:
    """An installation of Rollcall as deploy/ describes it, in a folder of its own."""

    def __init__(self, root: Path, dagster: Path, **more: str) -> None:
        self.root, self.home = root, Home(root / "var")
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("ROLLCALL_")} | {
            "ROLLCALL_HOME": str(self.home.root),
            "ROLLCALL_DISTRICTS": str(root / "districts"),
            "DAGSTER_HOME": str(self.home.dagster),
            "ROLLCALL_SCHEDULES": "running",
            **more,
        }
        self.home.root.mkdir(mode=0o700)
        self.home.dagster.mkdir(mode=0o700)
        shutil.copyfile(dagster, self.home.dagster / "dagster.yaml")
        self.registry = Registry(root / "districts")

    def add_districts(self, count: int) -> list[str]:
        """Give each of them the same files, and a night that began while nothing ran."""
        names = [f"district-{number:02}" for number in range(count)]
        for name in names:
            self.add(name)
        return names

    def add(self, name: str, *, students: int = 50, **source: Any) -> None:
        """Add a district whose night began while nothing ran; its files are those of a folder, unless told else."""
        begun = datetime.now(UTC) - timedelta(minutes=30)
        drop = self.root / f"drop-{students}"
        if not drop.exists():
            drop.mkdir()
            self.world = SyntheticDistrict(seed=5, students=students)
            self.world.write_powerschool(drop, prefix=False, contacts="roles")
        new = NewDistrict(
            name=name.title(),
            time_zone="Etc/UTC",
            start_time=f"{begun:%H:%M}",
            schools=self.world.schools,
            settle_seconds=0,
            **(source or {"folder": str(drop)}),
        )
        add_district(self.registry, name, new)
        state = DistrictState(enabled=True, nightly_since=begun - timedelta(hours=1))
        write_state(self.home.district(name).state, state)

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


def wait_for(what: str, of: Installation, seconds: float, holds: object) -> None:
    """Wait until `holds()` is true, or fail with what the programs wrote."""
    until = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < until, f"{what} within {seconds} s\n{of.syncs()}\n{of.logs()}"
        time.sleep(0.5)
