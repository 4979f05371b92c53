"""Nights that are not done at their start, as Dagster runs them: they wait, are tried again, and are missing once."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import dagster as dg
import pytest

import pipeline.sources.collect
from pipeline.definitions import build_defs
from pipeline.districts.state import DistrictState, write_state
from pipeline.heartbeat import HEARTBEAT, beat, looked_at
from pipeline.landing.archive import Landing
from pipeline.mail.night import due_mails
from pipeline.partitions import register
from pipeline.resources import Clock, Districts
from pipeline.roster.ledger import read_ledger
from pipeline.run_tags import DISTRICT, OUTCOME, SYNC
from pipeline.starting import nights_to_start
from pipeline.status.attempts import read_attempt
from pipeline.status.clock import slot_start
from pipeline.status.districts import district_statuses, exit_code, night_results
from pipeline.status.pages import write_overview
from tests.support.nights import Nights

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Daemon:
    """Looks at the nights as Dagster's daemon does, at times that a test chooses, and runs what is asked for."""

    def __init__(self, nights: Nights, night: date) -> None:
        self.nights = nights
        self.night = night
        self.start = slot_start(nights.settings, night)
        self.districts = Districts(home=str(nights.home.root), settings=str(nights.registry.folder))

    def asked(self, at: datetime) -> list[dg.RunRequest]:
        """Return the runs that are asked for: at the start of the night by its schedule, later by the sensor."""
        if at == self.start:
            register(self.nights.instance, [self.nights.district])
            slot = (self.nights.settings.time_zone, self.nights.settings.start_time)
            return [run.request for run in nights_to_start(self.nights.instance, self.districts, at, slot=slot)]
        defs = build_defs(districts=self.districts, clock=Clock(fixed=at.isoformat()))
        sensor = defs.resolve_sensor_def("unfinished_nights")
        with dg.build_sensor_context(
            instance=self.nights.instance, resources={"districts": self.districts, "clock": Clock(fixed=at.isoformat())}
        ) as context:
            found = sensor(context)
        return list(found.run_requests or []) if isinstance(found, dg.SensorResult) else []

    def look(self, at: datetime) -> list[str]:
        """Look, run what is asked for, and return the outcome that each run carries."""
        return [self.run(request, at) for request in self.asked(at)]

    def run(self, request: dg.RunRequest, at: datetime) -> str:
        job = build_defs(districts=self.districts, clock=Clock(fixed=at.isoformat())).resolve_job_def("daily_sync")
        result = job.execute_in_process(
            instance=self.nights.instance, partition_key=request.partition_key, run_config=dict(request.run_config),
            tags=dict(request.tags), raise_on_error=False,
        )  # fmt: skip
        run = self.nights.instance.get_run_by_id(result.run_id)
        assert run is not None
        assert run.tags[DISTRICT] == self.nights.district
        return run.tags.get(OUTCOME, "") if result.success else "failed"

    @property
    def syncs(self) -> list[tuple[date, str]]:
        return [(sync.sync_date, sync.outcome) for sync in read_ledger(self.nights.folder).syncs]

    def status(self, at: datetime) -> tuple[str, str]:
        """Return the state of the district, and the one by which mails go out."""
        enabled = [(self.nights.district, self.nights.settings, DistrictState(enabled=True))]
        (minute,) = district_statuses(self.nights.home, at, self.nights.registry)
        (result,) = night_results(enabled, self.nights.home, at)
        return minute.state, result.state


@pytest.fixture
def daemon(nights: Nights, tmp_path: Path) -> Iterator[Daemon]:
    """Give a daemon before the second night of a district, whose files have not come."""
    write_state(nights.folder.state, DistrictState(enabled=True))
    nights.world.advance()
    for file in nights.drop.iterdir():
        file.unlink()
    (tmp_path / "dagster").mkdir()
    with dg.DagsterInstance.local_temp(str(tmp_path / "dagster")) as instance:
        yield Daemon(replace(nights, instance=instance), nights.night(1))


def arrive(daemon: Daemon, at: datetime) -> None:
    daemon.nights.deliver()
    for file in daemon.nights.drop.iterdir():
        os.utime(file, (at.timestamp() - 120,) * 2)


@pytest.mark.slow("five runs in Dagster")
def test_a_night_waits_for_its_files_and_takes_them_when_they_are_whole(daemon: Daemon) -> None:
    before = sorted(path for path in daemon.nights.folder.root.rglob("*") if "reports" in path.parts)
    assert daemon.look(daemon.start) == ["waiting"]
    arrive(daemon, daemon.start)
    enrollments = daemon.nights.drop / "enrollments.csv"
    late = enrollments.read_bytes()
    enrollments.unlink()
    assert daemon.look(daemon.start + 3 * HOUR) == ["waiting"], "two of three files are no whole set"
    assert daemon.syncs == [(daemon.nights.night(0), "applied")]
    assert Landing(daemon.nights.folder.landing, daemon.nights.district).in_force(str(daemon.night)) is None
    assert sorted(path for path in daemon.nights.folder.root.rglob("*") if "reports" in path.parts) == before
    assert daemon.status(daemon.start + 3 * HOUR) == ("waiting", "applied"), "nobody is mailed: the night before counts"
    enrollments.write_bytes(late)
    arrive(daemon, daemon.start + 3 * HOUR)
    assert daemon.look(daemon.start + 3 * HOUR + 15 * MINUTE) == ["applied"]
    assert daemon.syncs[1:] == [(daemon.night, "applied")]
    assert daemon.look(daemon.start + 5 * HOUR) == []
    (run,) = daemon.nights.instance.get_runs(dg.RunsFilter(tags={OUTCOME: "applied"}))
    assert run.tags[SYNC] == "2"
    assert [run.is_success for run in daemon.nights.instance.get_runs()] == [True] * 3


@pytest.mark.slow("three runs in Dagster")
def test_at_the_cut_off_a_night_without_files_is_missing_once(daemon: Daemon) -> None:
    daemon.nights.settings_file.write_text(
        daemon.nights.settings_file.read_text(encoding="utf-8") + 'fetch_until: "03:00"\nmail: {to: [it@example.org]}\n'
    )
    enabled = [(daemon.nights.district, daemon.nights.settings, DistrictState(enabled=True))]
    assert daemon.look(daemon.start + 30 * MINUTE) == ["waiting"]
    assert due_mails(enabled, daemon.nights.home, daemon.start + 31 * MINUTE, ()) == []
    assert daemon.look(daemon.start + HOUR) == ["missing"]
    assert [daemon.look(daemon.start + hours * HOUR) for hours in (2, 3, 20)] == [[], [], []]
    assert daemon.syncs[1:] == [(daemon.night, "missing")]
    (mail,) = due_mails(enabled, daemon.nights.home, daemon.start + 2 * HOUR, ())
    assert mail.mail.subject.endswith("missing")


@pytest.mark.slow("three runs in Dagster")
def test_without_school_a_night_without_files_is_no_alarm_and_one_with_files_is_synced(daemon: Daemon) -> None:
    district, home = daemon.nights.district, daemon.nights.home
    with daemon.nights.settings_file.open("a", encoding="utf-8") as settings:
        settings.write(f"calendar: {{dates: [{daemon.night} Fall break]}}\nmail: {{to: [it@example.org]}}\n")
    enabled = [(district, daemon.nights.settings, DistrictState(enabled=True))]
    assert daemon.look(daemon.start) == ["waiting"]
    late = daemon.start + 4 * HOUR
    assert daemon.look(late) == ["no school"]
    assert [daemon.asked(late + hours * HOUR) for hours in (1, 2, 10)] == [[], [], []]
    assert daemon.syncs == [(daemon.nights.night(0), "applied")]
    assert daemon.status(late + HOUR) == ("no_school", "no_school")
    (status,) = district_statuses(home, late + HOUR, daemon.nights.registry)
    assert (status.why, status.to_do, exit_code([status])) == ("Fall break", None, 0)
    assert due_mails(enabled, home, late + HOUR, ("operator@example.org",)) == []
    assert "no school today" in write_overview(home, late + HOUR, daemon.nights.registry).read_text(encoding="utf-8")
    arrive(daemon, late)
    assert daemon.nights.sync(daemon.night, at=late + HOUR).outcome == "applied"
    assert daemon.status(late + HOUR) == ("applied", "applied")


@pytest.mark.slow("a run in Dagster")
def test_a_sync_by_hand_says_missing_at_once(daemon: Daemon) -> None:
    assert daemon.nights.sync(daemon.night).outcome == "missing"
    assert daemon.look(daemon.start + 20 * MINUTE) == []


@pytest.mark.slow("three runs in Dagster")
def test_a_line_that_broke_is_tried_again_and_a_password_that_is_not_there_is_not(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline.sources.collect, "TRIES", 1)
    text = daemon.nights.settings_file.read_text(encoding="utf-8")
    port = next(line for line in text.splitlines() if line.startswith("  port:"))
    daemon.nights.change_settings(port, "  port: 9")
    assert daemon.look(daemon.start) == ["failed"]
    note_what_failed(daemon, daemon.start)
    attempt = read_attempt(daemon.nights.folder)
    assert attempt is not None
    assert (attempt.ended, attempt.may_pass) == ("failed", True)
    assert daemon.status(daemon.start + MINUTE)[0] == "failed"
    daemon.nights.change_settings("  port: 9", port)
    daemon.nights.change_settings("/password", "/no-such-password")
    second = daemon.start + 15 * MINUTE
    assert daemon.look(second) == ["failed"]
    note_what_failed(daemon, second)
    assert daemon.status(second) == ("failed", "failed")
    daemon.nights.change_settings("/no-such-password", "/password")
    assert [daemon.look(daemon.start + hours * HOUR) for hours in (1, 5)] == [[], []], "a person has to act"
    arrive(daemon, daemon.start + 5 * HOUR)
    assert daemon.nights.sync(daemon.night, at=daemon.start + 6 * HOUR).outcome == "applied"


def note_what_failed(daemon: Daemon, at: datetime) -> None:
    """Do what the sensor of failed runs does for the newest run."""
    instance = daemon.nights.instance
    run = instance.get_runs(limit=1)[0]
    failed = next(
        entry.dagster_event
        for entry in instance.all_logs(run.run_id)
        if entry.dagster_event and entry.dagster_event.event_type is dg.DagsterEventType.RUN_FAILURE
    )
    defs = build_defs(districts=daemon.districts, clock=Clock(fixed=at.isoformat()))
    sensor = defs.resolve_sensor_def("failed_runs")
    context = dg.build_run_status_sensor_context(
        sensor_name="failed_runs", dagster_event=failed, dagster_instance=instance, dagster_run=run,
        resources={"districts": daemon.districts},
    ).for_run_failure()  # fmt: skip
    sensor(context)
    failed_run = instance.get_run_by_id(run.run_id)
    assert failed_run is not None
    assert failed_run.tags[OUTCOME] == "failed"


@pytest.mark.slow("two runs in Dagster")
def test_two_runs_of_one_night_make_one_sync(daemon: Daemon) -> None:
    (request,) = daemon.asked(daemon.start)
    arrive(daemon, daemon.start)
    assert daemon.run(request, daemon.start) == "applied"
    # The daemon that was started again asked for it too.
    assert daemon.run(request, daemon.start + MINUTE) == "synced before"
    assert daemon.syncs[1:] == [(daemon.night, "applied")]


@pytest.mark.slow("three runs in Dagster")
def test_a_run_that_was_killed_before_its_report_is_finished_and_one_after_it_is_not_repeated(daemon: Daemon) -> None:
    arrive(daemon, daemon.start)
    summary = daemon.nights.folder.root / "reports" / "newest.json"
    before = summary.read_bytes()
    assert daemon.nights.sync(daemon.night).outcome == "applied"
    after = summary.read_bytes()
    summary.write_bytes(before)
    assert daemon.look(daemon.start + HOUR) == ["synced before"]
    assert summary.read_bytes() == after
    summary.write_bytes(before)
    (daemon.nights.folder.report(str(daemon.night), 2) / "report.json").unlink()
    assert daemon.look(daemon.start + 2 * HOUR) == ["applied"]
    assert daemon.syncs[1:] == [(daemon.night, "applied")]


# --- the heartbeat ------------------------------------------------------------------------------------------------


def test_each_look_is_noted_and_said_to_an_address(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Switch(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Switch) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv(HEARTBEAT, f"http://127.0.0.1:{server.server_port}/ping/secret-canary")
        daemon.asked(daemon.start - HOUR)
        server.shutdown()
        thread.join()
    assert asked == ["/ping/secret-canary"]
    assert looked_at(daemon.nights.home) == daemon.start - HOUR
    assert "secret-canary" not in beat(daemon.nights.home, daemon.start)
    assert "did not answer" in beat(daemon.nights.home, daemon.start)
    monkeypatch.setenv(HEARTBEAT, "file:///etc/passwd")
    assert "http" in beat(daemon.nights.home, daemon.start)
    heartbeat = json.loads((daemon.nights.home.root / "heartbeat.json").read_text())
    assert datetime.fromisoformat(heartbeat["looked_at"]) == daemon.start


def test_the_first_minutes_of_a_night_are_its_schedules(daemon: Daemon) -> None:
    """A schedule asks for the runs of all its districts one after another, and the sensor may look meanwhile."""
    page = daemon.nights.home.root / "reports" / "index.html"
    page.unlink()
    arrive(daemon, daemon.start)
    assert [daemon.asked(daemon.start + minutes * MINUTE) != [] for minutes in (2, 9, 10)] == [False, False, True]
    assert daemon.nights.district in page.read_text(encoding="utf-8"), "each look writes the page of all districts"
