"""The stages of a day, in order: each takes the open databases and the Day, and nothing else.

Belongs here: which function of which subject a stage calls with which part of the Day. The assets call them one by one
every night; previews, replays, `validate` and the tests call the same ones. Does not belong here: what a stage does
(the subjects), and its record in Dagster (`assets/`).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pipeline.csvfile.findings import keep_unreadable
from pipeline.csvfile.load import FileRead, read_delivery
from pipeline.day.day import Day
from pipeline.day.publish import publish_report
from pipeline.formats.adapt import Choices, adapted
from pipeline.guardians.derive import derive_guardians
from pipeline.oneroster.normalize import normalize
from pipeline.oneroster.unpack import opened_set
from pipeline.plan.criteria import read_criteria
from pipeline.plan.plan import Verdict, make_plan
from pipeline.plan.sources import tested_columns
from pipeline.report.model import SyncReport
from pipeline.roster.apply import apply_plan
from pipeline.warehouse.sessions import Database


def read_files(db: Database, day: Day) -> list[FileRead]:
    """Read the files into the raw tables, every cell as text, and return what was read of each."""
    files, scope, encoding = day.settings.files, day.settings.scope, day.settings.reading.encoding
    choices = Choices(
        scope, encoding, day.settings.guardians.contact_types, day.settings.guardians.contact_relationships
    )
    opening = opened_set(
        day.files, day.scratch, patterns=files.patterns(), findings=day.findings, format_sent=files.format,
        mode=day.settings.reading.mode,
    )  # fmt: skip
    with opening as opened, adapted(opened, day.scratch, choices, today=day.sync_date) as made:
        read = read_delivery(
            db, made.paths, scope=scope, found=made.findings, encoding=encoding, scratch=opened.scratch,
            deltas=opened.deltas,
        )  # fmt: skip
        keep_unreadable(db, [(row.file, row.line, row.cells) for row in made.unreadable])
        if made.turns_on is not None:
            db.insert("day.raw.turns", ["turns_on"], [(made.turns_on,)])
        return read


def normalize_rows(db: Database, day: Day) -> None:
    """Turn the raw tables into people, classes and enrollments; a row that is left out becomes a finding."""
    baseline, _ = read_criteria(db, day.settings, day.sync_date)
    normalize(
        db,
        baseline=baseline.number,
        scope=day.settings.scope,
        reading=day.settings.reading,
        sync_date=day.sync_date,
        student_id=day.settings.sync.student_id,
        flags=tested_columns(day.settings.guardians),
    )


def find_guardians(db: Database, day: Day) -> None:
    """Work out who of the contacts is whose guardian, and why."""
    baseline, _ = read_criteria(db, day.settings, day.sync_date)
    derive_guardians(
        db,
        day.settings.guardians,
        blocked=day.blocked,
        unblocked=day.unblocked,
        manages=day.settings.sync.manage_guardians,
        baseline=baseline.number,
        initial=baseline.initial,
    )


def plan_changes(db: Database, day: Day) -> Verdict:
    """Compare with the roster by the criteria that the day began with, and return the verdict."""
    baseline, criteria = read_criteria(db, day.settings, day.sync_date)
    return make_plan(db, criteria=criteria, baseline=baseline)


def run_stages(db: Database, day: Day) -> tuple[list[FileRead], Verdict]:
    """Run the stages from reading to the plan; return what was read of each file, and the verdict."""
    read = read_files(db, day)
    normalize_rows(db, day)
    find_guardians(db, day)
    return read, plan_changes(db, day)


def apply_changes(db: Database, day: Day, *, recorded_at: datetime) -> int | None:
    """Apply the allowed part of the plan to the roster; return the sync's number, None where nothing may be applied."""
    return apply_plan(db, day.folder, day.sync_date, recorded_at=recorded_at)


def publish(db: Database, day: Day, *, written_at: datetime) -> tuple[SyncReport, Path]:
    """Write the report of the day, and return it with its page's path."""
    return publish_report(db, day.folder, day.district, day.settings, day.sync_date, written_at=written_at)
