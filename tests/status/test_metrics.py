"""What a monitor reads: figures for Prometheus in a file and over HTTP, and the log of nights in lines of JSON."""

from __future__ import annotations

import json
import stat
import subprocess
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from pipeline.errors import RollcallError
from pipeline.heartbeat import beat
from pipeline.logs import LOG, log_line
from pipeline.status.metrics import metrics_text
from tests.support.nights import FIRST_NIGHT, Nights, Terminal
from tests.support.webserver import PROGRAMS, environment

Figures = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def figures(text: str) -> Figures:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_figures_are_those_of_status(nights: Nights) -> None:
    now = datetime(2026, 9, 8, 12, tzinfo=UTC)
    beat(nights.home, now)
    found = figures(metrics_text(nights.home, nights.registry, now))
    district = ("district", nights.district)
    assert found["rollcall_districts", (("state", "off"),)] == 1
    assert found["rollcall_districts", (("state", "held"),)] == 0
    assert found["rollcall_district_state", (district, ("state", "off"))] == 1
    midnight = datetime.combine(FIRST_NIGHT, datetime.min.time(), tzinfo=UTC).timestamp()
    assert found["rollcall_newest_sync_date_seconds", (district,)] == midnight
    assert found["rollcall_newest_sync_records", (("change", "added"), district)] > 100
    assert found["rollcall_exit_code", ()] == 0
    assert found["rollcall_daemon_looked_at_seconds", ()] == now.timestamp()


def test_a_file_for_a_monitor_may_be_read_by_it(nights: Nights, rollcall: Terminal, tmp_path: Path) -> None:
    target = tmp_path / "rollcall.prom"
    assert rollcall("metrics", "--to", target).code == 0
    assert stat.S_IMODE(target.stat().st_mode) == 0o644
    in_file, shown = target.read_text(encoding="utf-8"), rollcall("metrics").out
    assert figures(in_file) == figures(shown)
    assert nights.district in in_file
    assert "is not a folder" in rollcall.refused("metrics", "--to", tmp_path / "nowhere" / "x.prom")


@pytest.mark.slow("a process that serves")
def test_figures_are_served_on_the_loopback_address(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir(mode=0o700)
    with subprocess.Popen(
        [PROGRAMS / "rollcall", "metrics", "--port", "19464"], env=environment(tmp_path), cwd=tmp_path,
        stderr=subprocess.PIPE, text=True,
    ) as served:  # fmt: skip
        try:
            assert served.stderr is not None
            assert "Serving http://127.0.0.1:19464/metrics" in served.stderr.readline()
            with urllib.request.urlopen("http://127.0.0.1:19464/metrics", timeout=30) as answer:
                found = figures(answer.read().decode())
            assert found["rollcall_districts", (("state", "failed"),)] == 0
        finally:
            served.terminate()


# --- the log of nights --------------------------------------------------------------------------------------------


def test_each_run_leaves_one_line_without_anybody(
    nights: Nights, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    log = tmp_path / "nights.jsonl"
    monkeypatch.setenv(LOG, str(log))
    nights.sync(nights.night(1))
    nights.change_settings("/password", "/no-such-password")
    with pytest.raises(RollcallError) as failed:
        nights.sync(nights.night(2))
    good, bad = (json.loads(line) for line in log.read_text(encoding="utf-8").splitlines())
    assert (good["event"], good["district"], good["date"]) == ("run ended", nights.district, str(nights.night(1)))
    assert (good["outcome"], good["sync"]) == ("unchanged", "2")
    assert datetime.fromisoformat(good["at"]) > datetime.now(UTC) - timedelta(minutes=5)
    assert (bad["outcome"], bad["date"], bad["why"]) == ("failed", str(nights.night(2)), str(failed.value))
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert good.keys() == {"event", "district", "date", "run", "outcome", "sync", "at"}


def test_a_log_that_cannot_be_written_stops_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(LOG, str(tmp_path / "no" / "such" / "folder.jsonl"))
    log_line("run ended", district="maple-valley")
    monkeypatch.delenv(LOG)
    log_line("run ended", district="maple-valley")
    assert list(tmp_path.iterdir()) == []
