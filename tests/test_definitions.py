"""What Dagster loads, and what it keeps of a run: counts and columns, and never a value of a person."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg
import pytest

from pipeline.definitions import defs
from pipeline.dev import WORKSPACE
from pipeline.errors import RollcallError
from pipeline.instance import open_instance
from tests.support.nights import FIRST_NIGHT, Nights, new_nights, preserved_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.demo.sftp_server import EmbeddedSftpServer

ROOT = Path(__file__).parents[1]

CANARY = b"canary"
"""Stands in every planted value of a person, in whatever case."""

TABLES = {
    "delivery": ("meta.files", {"file", "name", "size", "sha256"}),
    "sync_diff": ("sync.plan", {"record_type", "operation", "roster_id", "withheld"}),
    "sync_report": ("meta.findings", {"file", "line", "code", "severity"}),
    "raw_users": ("raw.users", {"line", "sourced_id", "given_name"}),
    "raw_classes": ("raw.classes", {"line", "sourced_id", "title"}),
    "raw_enrollments": ("raw.enrollments", {"line", "user_sourced_id"}),
    "users": ("oneroster.users", {"sourced_id", "role", "given_name", "family_name"}),
    "classes": ("oneroster.classes", {"sourced_id", "title"}),
    "enrollments": ("oneroster.enrollments", {"class_sourced_id", "user_sourced_id", "role"}),
    "guardians": ("guardians.guardians", {"contact_id", "role", "reason"}),
    "roster": ("roster.users", {"roster_id", "since_sync", "until_sync", "state"}),
}


def test_dagster_loads_the_workspace(tmp_path: Path) -> None:
    home = tmp_path / "dagster"
    home.mkdir()
    validated = subprocess.run(
        [Path(sys.executable).with_name("dagster"), "definitions", "validate", "-w", WORKSPACE],
        check=False,
        cwd=ROOT,
        env={**os.environ, "DAGSTER_HOME": str(home), "ROLLCALL_DISTRICTS": str(tmp_path / "districts")},
        capture_output=True,
        text=True,
    )
    assert validated.returncode == 0, validated.stderr
    assert "Validation successful for code location rollcall" in validated.stdout + validated.stderr


def test_nothing_in_pyproject_hides_the_workspace() -> None:
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    assert not {"dagster", "dg"} & tools.keys()


def test_the_definitions_are_sound() -> None:
    dg.Definitions.validate_loadable(defs)
    assert defs.executor is dg.in_process_executor


# --- what is kept of runs -----------------------------------------------------------------------------------------


@dataclass
class Recorded:
    """Runs of one district in a DAGSTER_HOME on disk: a good one, bad ones, faults."""

    nights: Nights
    outcomes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def dagster_home(self) -> Path:
        return self.nights.home.dagster

    def latest(self, asset: str) -> dict[str, dg.MetadataValue]:
        """Return the metadata of the good night's materialization."""
        key = dg.AssetKey(asset)
        partition = f"{FIRST_NIGHT}|{self.nights.district}"
        (record,) = self.nights.instance.fetch_materializations(
            dg.AssetRecordsFilter(asset_key=key, asset_partitions=[partition]), limit=1
        ).records
        assert record.asset_materialization is not None
        return dict(record.asset_materialization.metadata)


def plant(users: Path) -> None:
    """Put canaries into users.csv: a good student and a good contact, and rows with every kind of mistake."""
    lines = users.read_bytes().decode().removesuffix("\r").split("\r")
    header = lines[0].split(",")

    def changed(line: str, **cells: str) -> str:
        row = line.split(",")
        for name, value in cells.items():
            row[header.index(name)] = value
        return ",".join(row)

    person = {
        "givenName": "CanaryGiven",
        "familyName": "CanaryFamily",
        "email": "canary.mail@example.org",
        "phone": "555-CANARY",
        "sms": "556-CANARY",
    }
    plain = [number for number, line in enumerate(lines) if number and '"' not in line]
    role = header.index("role")
    student = next(number for number in plain if lines[number].split(",")[role] == "student")
    contact = next(number for number in plain if lines[number].split(",")[role] == "parent")
    twin = changed(lines[student], sourcedId="twin-1", **person)
    for number in (student, contact):
        lines[number] = changed(lines[number], **person)
    lines += [
        changed(twin, sourcedId=""),
        changed(twin, sourcedId="other-2", role="CanaryRole"),
        changed(twin, sourcedId="other-3", givenName="", familyName="", identifier="Canary"),
        changed(twin, sourcedId="other-4", orgSourcedIds=""),
        changed(twin, sourcedId="other-5") + ",CanaryOneCellTooMany",
        twin,
        changed(twin, givenName="CanaryTwin"),
    ]
    users.write_bytes("\r".join([*lines, ""]).encode())


def without_header(drop: Path) -> None:
    users = drop / "users.csv"
    users.write_bytes(users.read_bytes().partition(b"\r")[2])


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory, drop_server: EmbeddedSftpServer) -> Iterator[Recorded]:
    root = tmp_path_factory.mktemp("recorded")
    with preserved_environment():
        os.environ.pop("DAGSTER_HOME", None)
        nights = new_nights(root, drop_server, dg.DagsterInstance.ephemeral())
        nights.instance.dispose()
        with open_instance(nights.home) as instance:
            nights.instance = instance
            recorded = Recorded(nights)

            def bad_files(drop: Path) -> None:
                (drop / "users.csv").write_bytes(b"%PDF-1.7 CanaryGiven CanaryFamily\n" * 50)

            spoils: list[Callable[[Path], None]] = [lambda _: None, bad_files, without_header]
            for number, spoil in enumerate(spoils):
                nights.deliver()
                plant(nights.drop / "users.csv")
                spoil(nights.drop)
                recorded.outcomes.append(nights.sync(nights.night(number)).outcome)

            def faulty(number: int) -> None:
                with pytest.raises(RollcallError) as failed:
                    nights.sync(nights.night(number))
                recorded.faults.append(str(failed.value))

            password = root / "password"
            password.write_text("canary-password")
            faulty(3)
            password.write_text("right-password")
            whole = nights.folder.roster.read_bytes()
            nights.folder.roster.write_bytes(b"CanaryGiven" * 5000)
            faulty(4)
            nights.folder.roster.write_bytes(whole)
            nights.folder.day(nights.night(5).isoformat()).mkdir()
            faulty(5)
            yield recorded


def test_every_table_is_recorded_with_its_row_count_columns_and_name(recorded: Recorded) -> None:
    for asset, (table, columns) in TABLES.items():
        metadata = recorded.latest(asset)
        assert metadata["dagster/row_count"].value > 0, asset
        assert metadata["dagster/table_name"].value == table
        definition = defs.resolve_assets_def(dg.AssetKey(asset)).metadata_by_key[dg.AssetKey(asset)]
        schema = definition["dagster/column_schema"]
        assert columns <= {column.name for column in schema.columns}, asset
        assert all(column.type for column in schema.columns), asset


def test_the_row_counts_are_those_of_the_files(recorded: Recorded) -> None:
    landed = recorded.nights.folder.landing / FIRST_NIGHT.isoformat() / "1"
    for name in ("users", "classes", "enrollments"):
        rows = (landed / f"{name}.csv").read_bytes().count(b"\r") - 1
        metadata = recorded.latest(f"raw_{name}")
        unreadable = metadata["unreadable rows"].value
        assert metadata["dagster/row_count"].value + unreadable == rows, name
    assert recorded.latest("delivery")["dagster/row_count"].value == 3
    assert recorded.latest("delivery")["bytes"].value == sum(file.stat().st_size for file in landed.glob("*.csv"))


def test_the_plan_and_the_report_are_recorded_with_their_outcome(recorded: Recorded) -> None:
    assert recorded.latest("sync_diff")["outcome"].value == "applied"
    assert recorded.latest("sync_diff")["dagster/row_count"].value > 0
    report = recorded.latest("sync_report")
    assert report["outcome"].value == "applied"
    assert Path(str(report["report"].value)).exists()


def test_an_outcome_is_data_and_only_a_fault_fails_a_run(recorded: Recorded) -> None:
    assert recorded.outcomes == ["applied", "rejected", "rejected"]
    runs = sorted(recorded.nights.instance.get_run_records(), key=lambda run: run.create_timestamp)
    assert [run.dagster_run.status.value for run in runs] == ["SUCCESS"] * 3 + ["FAILURE"] * 3
    for run in runs:
        assert run.dagster_run.tags["dagster/partition/district"] == recorded.nights.district
    steps = recorded.nights.instance.get_run_step_stats(runs[1].dagster_run.run_id)
    assert [step.step_key for step in sorted(steps, key=lambda step: step.start_time or 0)] == [
        "delivery",
        "raw",
        "oneroster",
        "guardians",
        "sync_diff",
        "roster",
        "sync_report",
    ], "a rejected delivery is explained to the end"


def test_the_check_shows_the_verdict_of_each_night(recorded: Recorded) -> None:
    key = dg.AssetCheckKey(dg.AssetKey("sync_report"), "outcome")
    history = recorded.nights.instance.event_log_storage.get_asset_check_execution_history(key, limit=10)
    verdicts = [record.status.value for record in reversed(history)]
    assert verdicts[:3] == ["SUCCEEDED", "FAILED", "FAILED"]
    assert set(verdicts[3:]) == {"PLANNED"}, "after a fault there is nothing to judge"


def test_faults_are_told_in_words(recorded: Recorded) -> None:
    login, roster, _ = recorded.faults
    assert "refused the login" in login
    assert "roster.duckdb" in roster
    for words in recorded.faults:
        assert "Traceback" not in words
        assert CANARY not in words.lower().encode()


def test_no_io_manager_and_no_compute_log_leaves_files(recorded: Recorded) -> None:
    storage = recorded.dagster_home / "storage"
    assert [path for path in storage.rglob("*") if path.is_file()] == []
    assert not list(recorded.dagster_home.rglob("*.out")) + list(recorded.dagster_home.rglob("*.err"))


def test_no_value_of_a_person_is_anywhere_in_dagsters_home(recorded: Recorded) -> None:
    reports = [path for path in (recorded.nights.folder.root / "reports").rglob("*") if path.is_file()]
    assert any(CANARY in path.read_bytes().lower() for path in reports), "the district's own report may name it"
    searched = 0
    for path in recorded.dagster_home.rglob("*"):
        if path.is_file():
            content = path.read_bytes().lower()
            searched += len(content)
            where = content.find(CANARY)
            assert where < 0, f"{path}: {content[max(where - 300, 0) : where + 60]!r}"
    assert searched > 100_000, "the runs were recorded here"


def test_only_the_account_itself_may_look_into_the_home(recorded: Recorded) -> None:
    for path in (recorded.dagster_home, recorded.nights.folder.root, *recorded.nights.folder.root.rglob("*")):
        if path != recorded.nights.folder.day(recorded.nights.night(5).isoformat()):
            assert path.stat().st_mode & 0o077 == 0, path
