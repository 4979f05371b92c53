"""Dagster's real daemon on one machine: one district's trouble is no other's, and a daemon that was down goes on."""

from __future__ import annotations

import math
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.scheduler.instigation import SensorInstigatorData

from pipeline.instance import SETTINGS
from pipeline.roster.ledger import read_ledger
from pipeline.status.attempts import read_attempt
from tests.support.installation import Installation, end, wait_for
from tests.support.nights import preserved_environment

ENDS_WITHIN = 240
"""Seconds for what is waited for."""

PIN = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"


@pytest.fixture
def silent_server() -> Iterator[int]:
    """Give the port of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


def times(instance: dg.DagsterInstance, district: str) -> tuple[float, float]:
    """Return when the first run of a district began and ended; one that goes on ends at the end of time."""
    found = instance.get_run_records(dg.RunsFilter(tags={"dagster/partition/district": district}), ascending=True)
    return found[0].start_time or math.inf, found[0].end_time or math.inf


@pytest.mark.slow("six nights by the real daemon, which is started twice")
@pytest.mark.timeout(600)
def test_one_districts_trouble_is_no_others_and_a_daemon_that_was_down_syncs_each_once(
    tmp_path: Path, silent_server: int
) -> None:
    installation = Installation(tmp_path, SETTINGS)
    home = installation.home
    # In the order of their names: those in trouble are asked for first.
    installation.add("a-large", students=2_000)
    password = tmp_path / "password"
    password.write_text("unused")
    installation.add(
        "a-silent", host="127.0.0.1", user="x", port=silent_server, password=f"file:{password}", host_keys=[PIN]
    )
    installation.add("a-wrong", folder=str(tmp_path / "no-such-folder"))
    good = ["b-good", "c-good"]
    for name in good:
        installation.add(name)
    with preserved_environment():
        os.environ.update(installation.environment)
        with dg.DagsterInstance.get() as instance:
            daemon = installation.start("rollcall-daemon.service")
            try:
                wait_for(
                    "the nights of the others", installation, ENDS_WITHIN,
                    lambda: installation.syncs() == dict.fromkeys(["a-large", *good], 1),
                )  # fmt: skip
                assert times(instance, "b-good")[0] < times(instance, "a-silent")[1], "it has not waited for it"
                wait_for(
                    "why one failed", installation, ENDS_WITHIN,
                    lambda: read_attempt(home.district("a-wrong")) is not None,
                )  # fmt: skip
            finally:
                end(daemon, signal.SIGTERM)
            assert "no-such-folder" in str(read_attempt(home.district("a-wrong")))
            installation.add("d-late")
            an_hour_ago(instance)
            daemon = installation.start("rollcall-daemon.service")
            try:
                wait_for(
                    "the night that began while the daemon was down", installation, ENDS_WITHIN,
                    lambda: "d-late" in installation.syncs(),
                )  # fmt: skip
            finally:
                end(daemon, signal.SIGTERM)
    for name in ("a-large", *good, "d-late"):
        assert [sync.outcome for sync in read_ledger(home.district(name)).syncs] == ["applied"], name


def an_hour_ago(instance: dg.DagsterInstance) -> None:
    """Put the last look at unfinished nights back, as if the daemon had been down since."""
    (state,) = [one for one in instance.all_instigator_state() if one.name == "unfinished_nights"]
    data = state.instigator_data
    assert isinstance(data, SensorInstigatorData)
    assert data.last_tick_timestamp
    back = data._replace(
        last_tick_timestamp=data.last_tick_timestamp - 3600,
        last_tick_start_timestamp=(data.last_tick_start_timestamp or data.last_tick_timestamp) - 3600,
    )
    instance.update_instigator_state(state.with_data(back))
