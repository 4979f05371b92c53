"""A night on warm workers: Postgres, Redis, Dagster's daemon and two workers, started as deploy/systemd starts them."""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg
import psutil
import pytest

from pipeline.roster.ledger import read_ledger
from tests.support.installation import Installation, end, wait_for
from tests.support.nights import preserved_environment
from tests.support.services import DEPLOY, postgres, redis

if TYPE_CHECKING:
    from collections.abc import Iterator

DISTRICTS = 40
ENDS_WITHIN = 240
"""Seconds for the night of all districts."""


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """Give an installation whose Postgres and Redis run."""
    with ExitStack() as servers:
        (tmp_path / "redis").mkdir()
        root = tmp_path / "rollcall"
        root.mkdir()
        address = servers.enter_context(postgres())
        broker = servers.enter_context(redis(tmp_path / "redis"))
        yield Installation(root, DEPLOY / "workers.yaml", ROLLCALL_POSTGRES=address, ROLLCALL_BROKER=broker)


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
