"""Dagster's instance: nobody hears of it, and nothing that a step prints is kept."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from pipeline.districts.folders import Home
from pipeline.instance import open_instance, prepare_dagster_home
from tests.support.nights import preserved_environment

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_telemetry_and_compute_logs_are_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    with preserved_environment(), open_instance(Home(tmp_path / "home")) as instance:
        assert instance.telemetry_enabled is False
        assert type(instance.compute_log_manager).__name__ == "NoOpComputeLogManager"
        assert instance.get_settings("run_retries")["retry_on_asset_or_op_failure"] is False
    for path in (tmp_path / "home", *(tmp_path / "home").rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_settings_that_are_there_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    (tmp_path / "home" / "dagster").mkdir(parents=True)
    (tmp_path / "home" / "dagster" / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    with preserved_environment():
        folder = prepare_dagster_home(Home(tmp_path / "home"))
    assert (folder / "dagster.yaml").read_text() == "telemetry: {enabled: false}\n"
