"""Holding what a sync did against what really happened in a synthetic district."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import polars as pl

from pipeline.demo.synthetic import SyntheticDistrict
from pipeline.districts.folders import DistrictFolder
from pipeline.roster.history import roster_as_of
from pipeline.warehouse.sessions import session

LINK_EVIDENCE = {"rule", "relationship", "legalGuardian"}
"""Columns of a link that the synthetic truth does not know; it speaks of roles alone."""


def wrong_changes(folder: DistrictFolder, sync_date: date, truth: pl.DataFrame) -> list[str]:
    """Return the changes that the day's plan has and the truth has not, or the other way round; in words."""
    with session(folder.root, day=folder.day(sync_date.isoformat()), book=folder.roster) as db:
        planned = {
            (row["record_type"], row["operation"], row["key"]): set(row["columns"]) - LINK_EVIDENCE
            for row in db.rows("report/changes", most=None)
            if row["operation"] != "update"
            or row["record_type"] != "guardian_links"
            or set(row["columns"]) - LINK_EVIDENCE
        }
    true = {
        (row["record_type"], row["operation"], row["key"]): set(row["columns"]) for row in truth.iter_rows(named=True)
    }
    wrong = [f"planned, but not true: {' '.join(change)}" for change in sorted(planned.keys() - true.keys())]
    wrong += [f"true, but not planned: {' '.join(change)}" for change in sorted(true.keys() - planned.keys())]
    wrong += [
        f"other columns: {' '.join(change)}: planned {sorted(planned[change])}, true {sorted(true[change])}"
        for change in sorted(planned.keys() & true.keys())
        if planned[change] != true[change]
    ]
    return wrong


def wrong_archives(folder: DistrictFolder, sync_date: date, truth: pl.DataFrame) -> list[str]:
    """Return whom and what a day archived that did not really leave; in words."""
    with session(folder.root, day=folder.day(sync_date.isoformat()), book=folder.roster) as db:
        archived = {
            (row["record_type"], row["key"])
            for row in db.rows("report/changes", most=None)
            if row["operation"] == "archive" and not row["withheld"]
        }
    gone = {(row["record_type"], row["key"]) for row in truth.iter_rows(named=True) if row["operation"] == "archive"}
    return [f"archived, but not gone: {' '.join(lost)}" for lost in sorted(archived - gone)]


def wrong_records(
    folder: DistrictFolder, district: str, synthetic: SyntheticDistrict, *, with_language: bool = True
) -> list[str]:
    """Return where the roster that stands differs from the synthetic district as it is now; in words."""
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(temporary)
        roster_as_of(folder, district, out=out)
        users = _read(out / "users.csv").rename({"metadata.language": "language"})
        classes = _read(out / "classes.csv")
        enrollments = _read(out / "enrollments.csv")
    truth = synthetic.truth()
    columns = ["sourcedId", "role", "givenName", "familyName", "email", "sms", "phone", "grades"]
    columns += ["language"] if with_language else []
    people = pl.concat([truth[name].select(columns) for name in ("students", "staff", "guardians")])
    # The system writes (202) 555-0143; the roster has every number as +12025550143.
    people = people.with_columns(
        pl.concat_str(pl.lit("+1"), pl.col(c).str.replace_all(r"\D", "")).alias(c) for c in ("sms", "phone")
    )
    schools = pl.concat([truth[name].select("sourcedId", "orgSourcedIds") for name in ("students", "staff")])
    students = users.filter(pl.col("role") == "student").select("sourcedId", "agentSourcedIds")
    links = (
        students.with_columns(pl.col("agentSourcedIds").str.split(",")).explode("agentSourcedIds").drop_nulls()
        .select(contact="agentSourcedIds", student="sourcedId")
    )  # fmt: skip
    class_columns = ["sourcedId", "title", "grades", "schoolSourcedId", "periods", "location"]
    key = ["classSourcedId", "userSourcedId", "role"]
    guardians = users["role"].is_in(["parent", "guardian", "relative"])
    return [
        *_differences("people", users.select(columns), people),
        *_differences("schools of people", users.filter(~guardians).select("sourcedId", "orgSourcedIds"), schools),
        *_differences("classes", classes.select(class_columns), truth["classes"].select(class_columns)),
        *_differences("enrollments", enrollments.select(key), truth["enrollments"].select(key)),
        *_differences("guardian links", links, truth["guardian_links"].select("contact", "student")),
    ]


def _read(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False)


def _differences(what: str, found: pl.DataFrame, true: pl.DataFrame) -> list[str]:
    """Return in words how many rows the one has and the other has not; blank and null are the same."""
    text = pl.all().cast(pl.String).fill_null("")
    found, true = found.with_columns(text), true.with_columns(text)
    extra = found.join(true, on=found.columns, how="anti").height
    lacking = true.join(found, on=found.columns, how="anti").height
    if extra or lacking or found.height != true.height:
        return [f"{what}: {extra} rows stand in the roster and are not true, {lacking} are true and do not stand there"]
    return []
