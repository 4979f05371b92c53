"""Runs that people ask for on a page: Dagster's daemon finds them, starts each once, and forgets it."""

from __future__ import annotations

from datetime import timedelta

import dagster as dg

from pipeline.asked import ask_for_run, asked_runs
from pipeline.definitions import build_defs
from pipeline.resources import Clock, Districts
from pipeline.run_tags import DISTRICT
from pipeline.status.clock import slot_start
from tests.support.nights import FIRST_NIGHT, Nights


def test_a_run_that_is_asked_for_is_started_once(nights: Nights) -> None:
    districts = Districts(home=str(nights.home.root), settings=str(nights.registry.folder))
    now = slot_start(nights.settings, FIRST_NIGHT) + timedelta(hours=8)
    clock = Clock(fixed=now.isoformat())
    defs = build_defs(districts=districts, clock=clock)

    def look() -> list[dg.RunRequest]:
        with dg.build_sensor_context(
            instance=nights.instance, resources={"districts": districts, "clock": clock}
        ) as context:
            found = defs.resolve_sensor_def("asked_runs")(context)
        return list(found.run_requests or []) if isinstance(found, dg.SensorResult) else []

    assert look() == []
    before = nights.syncs()
    asked = ask_for_run(nights.home, nights.district, FIRST_NIGHT, fetch=False, at=now)
    (nights.home.asked / "asked-nonsense.json").write_text("{}", encoding="utf-8")
    (request,) = look()
    assert (request.run_key, request.tags[DISTRICT]) == (asked.key, nights.district)
    result = defs.resolve_job_def("daily_sync").execute_in_process(
        instance=nights.instance, partition_key=request.partition_key, run_config=dict(request.run_config),
        tags={**request.tags, "dagster/run_key": asked.key},
    )  # fmt: skip
    assert result.success
    assert nights.syncs() == before + 1
    assert look() == []
    assert asked_runs(nights.home) == []
