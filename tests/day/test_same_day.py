"""A night that Dagster runs and a preview of the same files make the same day database, whatever the settings are."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest
from pydantic import BaseModel

from pipeline.day.preview import copied, previewed_day
from pipeline.districts.folders import Home
from pipeline.districts.registry import Registry
from pipeline.districts.settings import (
    MEASURES,
    DistrictSettings,
    FileNames,
    GuardianSettings,
    Limits,
    ReadingSettings,
    ReportSettings,
    SyncSettings,
)
from pipeline.landing.delivery import Delivery
from pipeline.landing.intake import upload_delivery
from pipeline.partitions import DistrictDay
from pipeline.plan.criteria import Content
from pipeline.resources import Clock, Districts
from pipeline.runs import sync_day
from pipeline.sources.upload import find_files
from pipeline.warehouse.statements import schema_tables
from tests.support.district import csv_bytes, enrollment, school_class, student, teacher
from tests.support.families import GUARDIAN_COLUMNS, guarded

FIRST = date(2026, 9, 8)
NAMES = {
    "users": "people-*.csv",
    "classes": "sections.csv",
    "enrollments": "rosters.csv",
    "contacts": "kin.csv",
    "guardians": "family.csv",
    "student_attributes": "more.csv",
    "students": "pupils.csv",
    "teachers": "faculty.csv",
    "staff": "others.csv",
    "sections": "courses.csv",
    "format": "oneroster",
}
SETTINGS: dict[str, Any] = {
    "files": NAMES,
    "reading": {
        "country": "CA",
        "encoding": "mac-roman",
        "mobile": "phone",
        "ended_enrollments": "leave_out",
        "future_enrollments": "leave_out",
        "mode": "bulk",
    },
    "guardians": {
        "rules": [{"relationship": ["aunt"], "role": "guardian"}, {"role_sent": ["parent"], "role": "relative"}],
        "most_per_student": 1,
        "contact_types": ["Primary"],
        "contact_relationships": ["Aunt"],
        "same_person": "off",
    },
    "limits": {measure: {"students": {"percent": 1, "at_least": 1}} for measure in MEASURES}
    | {"windows": [{"first": "2026-09-01", "last": "2026-09-30", "why": "New boundaries."}]},
    "rollover": [{"kind": "year", "first": "2026-09-01", "last": "2026-09-30", "name": "School year 2026-27"}],
    "sync": {
        "manage_guardians": False,
        "restore_archived_classes": False,
        "update_contact_details": False,
        "update_language": False,
        "student_id": "identifier",
        "archive_after_days": 2,
        "observe_only": True,
        "review_initial": True,
    },
    "reports": {"names": "full"},
}
"""Every setting that says what becomes of the files, away from its default."""


def settings(*, second: bool) -> dict[str, Any]:
    """The settings of a night: the second one only observes, and has only changes (`reading.mode: delta`)."""
    return {
        "name": "Synthetic District",
        "time_zone": "America/Chicago",
        "scope": "school",
        "schools": [{"id": "N", "name": "School N"}],
        "folder": {"path": "/nowhere"},
        **SETTINGS,
        "reading": SETTINGS["reading"] | {"mode": "delta" if second else "bulk"},
        "sync": SETTINGS["sync"] | {"observe_only": second},
    }


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("files", FileNames),
        ("reading", ReadingSettings),
        ("guardians", GuardianSettings),
        ("limits", Limits),
        ("sync", SyncSettings),
        ("reports", ReportSettings),
    ],
)
def test_every_setting_is_away_from_its_default(name: str, model: type[BaseModel]) -> None:
    given, usual = model.model_validate(SETTINGS[name]), model()
    same = {field for field in model.model_fields if getattr(given, field) == getattr(usual, field)}
    assert same == set()


def write_files(folder: Path, *, second: bool) -> None:
    """What the district sends: a name in Mac Roman, numbers of Canada, enrollments ended and to come, two guardians."""
    grade = "06" if second else "05"
    users = [
        student("S1", identifier="901", familyName="José", grades=grade, phone="604-555-0143"),
        student("S2", identifier="902", language="French"),
        *([] if second else [student("S3", identifier="903")]),
        teacher("T1"),
    ]
    classes = [school_class("C1"), school_class("C2")]
    enrollments = [
        enrollment("C1", "T1", "teacher"),
        enrollment("C1", "S1"),
        enrollment("C2", "S1", endDate="2026-09-01"),
        enrollment("C2", "S2", beginDate="2026-12-01"),
    ]
    guardians = [guarded("G1", "S1", "parent", relationship="aunt"), guarded("G2", "S1", "parent")]
    columns = ["sourcedId", "orgSourcedIds", "role", "givenName", "familyName", "identifier", "phone", "grades"]
    made = {
        "people-1.csv": csv_bytes([*columns, "language", "email", "sms", "agentSourcedIds"], users),
        "sections.csv": csv_bytes(list(classes[0]), classes),
        "rosters.csv": csv_bytes(["classSourcedId", "userSourcedId", "role", "beginDate", "endDate"], enrollments),
        "family.csv": csv_bytes(GUARDIAN_COLUMNS, guardians),
        "more.csv": csv_bytes(
            ["studentSourcedId", "attribute", "value"],
            [{"studentSourcedId": "S2", "attribute": "language", "value": "fr"}],
        ),
    }
    folder.mkdir(exist_ok=True)
    for name, content in made.items():
        (folder / name).write_bytes(content.decode().encode("mac-roman"))


def tables_of(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of every table of a day database, but where and when the files were sent."""
    tables = [name.rsplit("/", 1)[1] for _, name in schema_tables("day")]
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as day (read_only)")
        return {
            table: connection.execute(f"select * from day.{table} order by all").fetchall()  # noqa: S608
            for table in tables
            if table not in {"meta.delivery", "meta.files"}
        }


@pytest.mark.dagster_run
@pytest.mark.slow("two nights in Dagster and a preview")
def test_a_night_in_dagster_and_a_preview_come_to_the_same_day_database(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    home, registry = Home(tmp_path / "home"), Registry(tmp_path / "settings")
    registry.folder.mkdir()
    folder, sent = home.district("maple").make(), tmp_path / "sent"
    for number, second in ((0, False), (1, True)):
        registry.path("maple").write_text(json.dumps(settings(second=second)), encoding="utf-8")
        day = FIRST + timedelta(days=number)
        write_files(sent, second=second)
        upload_delivery("maple", registry["maple"], folder, day, [sent])
        now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        sync_day(
            DistrictDay("maple", day),
            instance=instance,
            districts=Districts(home=str(home.root), settings=str(registry.folder)),
            clock=Clock(fixed=now.isoformat()),
            fetch=False,
        )
    found: DistrictSettings = registry["maple"]
    files = find_files([sent], found.files.patterns())
    content = Content(Delivery.digest_of(files.paths), by_hand=True)
    with copied(files.paths, folder.previews) as (scratch, copies):
        with previewed_day("maple", found, folder, day, scratch, copies, content, findings=files.findings) as (
            _,
            report,
        ):
            assert report.records["guardian_links"].active_before == 1
        preview = tables_of(scratch / "day.duckdb")
    night = tables_of(folder.day(day.isoformat()))
    assert {table for table in night if night[table] != preview[table]} == set()
    assert night["sync.plan"]
    assert {file for (file,) in night["raw.deltas"]} >= {"users.csv", "classes.csv", "enrollments.csv"}
    assert what_the_settings_did(folder.day(day.isoformat())) == {
        "the name as it was meant in Mac Roman, and the number of the phone column as one of Canada": [
            ("José", "+16045550143")
        ],
        "enrollments of today alone, students by their number": [("C1", "901"), ("C1", "T1")],
        "one guardian of the student, by the district's rule": [("G1", "901", "guardian")],
    }


def what_the_settings_did(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as day (read_only)")
        return {
            about: connection.execute(query).fetchall()
            for about, query in {
                "the name as it was meant in Mac Roman, and the number of the phone column as one of Canada": (
                    "select family_name, sms from day.oneroster.users where sourced_id = '901'"
                ),
                "enrollments of today alone, students by their number": (
                    "select class_sourced_id, user_sourced_id from day.oneroster.enrollments order by all"
                ),
                "one guardian of the student, by the district's rule": (
                    "select contact_id, student_id, role from day.guardians.guardians where role is not null"
                ),
            }.items()
        }
