"""Writes a OneRoster bulk set, 1.1 or 1.2, as the standard prints it: all columns in order, CRLF, quotes where needed.

Belongs here: the seven files of a set, in which every reference resolves. `language` is no column of the
standard, so the language of the truth does not apply to a roster read from these files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import polars as pl

from pipeline.demo.synthetic import frames
from pipeline.demo.synthetic.names import SUBJECTS

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.demo.synthetic.world import World

# Columns of each file after sourcedId, status and dateLastModified (OneRoster 1.1, CSV tables, section 5).
_COLUMNS = {
    "academicSessions": "title type startDate endDate parentSourcedId schoolYear",
    "orgs": "name type identifier parentSourcedId",
    "courses": "schoolYearSourcedId title courseCode grades orgSourcedId subjects subjectCodes",
    "classes": (
        "title grades courseSourcedId classCode classType location schoolSourcedId termSourcedIds "
        "subjects subjectCodes periods"
    ),
    "users": (
        "enabledUser orgSourcedIds role username userIds givenName familyName middleName identifier "
        "email sms phone agentSourcedIds grades password"
    ),
    "enrollments": "classSourcedId schoolSourcedId userSourcedId role primary beginDate endDate",
}
_ABSENT = (
    "categories",
    "classResources",
    "courseResources",
    "demographics",
    "lineItems",
    "resources",
    "results",
)
_DISTRICT = "district"


_OF_1_2 = (
    *("userMasterIdentifier", "preferredGivenName", "preferredMiddleName", "preferredFamilyName"),
    *("primaryOrgSourcedId", "pronouns"),
)
_ABSENT_IN_1_2 = (
    *("lineItemLearningObjectiveIds", "lineItemScoreScales", "resultLearningObjectiveIds", "resultScoreScales"),
    *("scoreScales", "userProfiles", "userResources"),
)


def write_oneroster(world: World, folder: Path, *, version: Literal["1.1", "1.2"] = "1.1") -> None:
    """Writes manifest.csv and the files of a bulk rostering set into an existing folder.

    In 1.2 the roles and schools of people stand in roles.csv.
    """
    users = _users(world)
    for name, frame in {
        "academicSessions": _academic_sessions(world),
        "orgs": _orgs(world),
        "courses": _courses(world),
        "classes": _classes(world),
        "users": users,
        "enrollments": _enrollments(world),
    }.items():
        columns = ["sourcedId", "status", "dateLastModified", *_COLUMNS[name].split()]
        if name == "users" and version == "1.2":
            columns = [column for column in columns if column not in {"orgSourcedIds", "role"}] + list(_OF_1_2)
        blank = [pl.lit(None, pl.String).alias(column) for column in columns if column not in frame.columns]
        _write(frame.with_columns(*blank).select(columns), folder / f"{name}.csv")
    modes = {**dict.fromkeys(_COLUMNS, "bulk"), **dict.fromkeys(_ABSENT, "absent")}
    if version == "1.2":
        _write(_roles(users), folder / "roles.csv")
        modes |= {"roles": "bulk", **dict.fromkeys(_ABSENT_IN_1_2, "absent")}
    manifest = {
        "manifest.version": "1.0",
        "oneroster.version": version,
        **{f"file.{name}": modes[name] for name in sorted(modes, key=str.lower)},
        "source.systemName": "Synthetic Student Information System",
        "source.systemCode": "synthetic",
    }
    _write(
        pl.DataFrame({"propertyName": list(manifest), "value": list(manifest.values())}),
        folder / "manifest.csv",
    )


def _write(frame: pl.DataFrame, path: Path) -> None:
    frame.write_csv(path, quote_style="necessary", line_terminator="\r\n", null_value="")


def _terms(year: int) -> tuple[str, str]:
    return f"{year}-fall", f"{year}-spring"


def _dates(year: int) -> tuple[str, str, str]:
    """The first day of fall, the first day of spring, and the day after the last."""
    return f"{year - 1}-08-17", f"{year}-01-11", f"{year}-06-12"


def _academic_sessions(world: World) -> pl.DataFrame:
    year = world.school_year
    fall, spring = _terms(year)
    start, middle, end = _dates(year)
    return pl.DataFrame(
        [
            (str(year), f"School Year {year - 1}-{year}", "schoolYear", start, end, None, str(year)),
            (fall, f"Fall {year - 1}", "semester", start, middle, str(year), str(year)),
            (spring, f"Spring {year}", "semester", middle, end, str(year), str(year)),
        ],
        schema=["sourcedId", *_COLUMNS["academicSessions"].split()],
        orient="row",
    )


def _orgs(world: World) -> pl.DataFrame:
    schools = world.schools
    return pl.DataFrame(
        {
            "sourcedId": [_DISTRICT, *schools.ids],
            "name": ["Synthetic Unified School District", *schools.names],
            "type": ["district", *("school" for _ in schools.ids)],
            "parentSourcedId": [None, *(_DISTRICT for _ in schools.ids)],
        }
    )


def _courses(world: World) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "sourcedId": [f"course-{number}" for number in range(1, len(SUBJECTS) + 1)],
            "schoolYearSourcedId": str(world.school_year),
            "title": SUBJECTS,
            "orgSourcedId": _DISTRICT,
        }
    )


def _classes(world: World) -> pl.DataFrame:
    return frames.classes(world).with_columns(
        frames.ids("course-", 1, world.classes.subject, "courseSourcedId"),
        pl.when(pl.Series(world.classes.homeroom))
        .then(pl.lit("homeroom"))
        .otherwise(pl.lit("scheduled"))
        .alias("classType"),
        pl.lit(",".join(_terms(world.school_year))).alias("termSourcedIds"),
    )


def _users(world: World) -> pl.DataFrame:
    links = frames.links(world, with_role_only=True)
    students = frames.with_agents(frames.students(world), links)
    staff = frames.staff(world).with_columns(pl.lit(None, pl.String).alias("agentSourcedIds"))
    contacts = (
        frames.contacts(world, world.contacts.role > 0)
        .drop("orgSourcedIds")
        .join(
            frames.agents_and_schools(world, links, ["contact_position"]),
            left_on="position",
            right_on="contact_position",
            maintain_order="left",
        )
    )
    columns = staff.columns
    return pl.concat([students.select(columns), staff, contacts.select(columns)]).with_columns(
        pl.lit("true").alias("enabledUser")
    )


def _roles(users: pl.DataFrame) -> pl.DataFrame:
    """A role of each person at each of its schools; the first is the primary one."""
    return (
        users.select("sourcedId", "role", pl.col("orgSourcedIds").str.split(","))
        .explode("orgSourcedIds")
        .select(
            pl.concat_str(pl.lit("R"), pl.int_range(1, pl.len() + 1).cast(pl.String)).alias("sourcedId"),
            pl.lit(None, pl.String).alias("status"),
            pl.lit(None, pl.String).alias("dateLastModified"),
            pl.col("sourcedId").alias("userSourcedId"),
            pl.lit("primary").alias("roleType"),
            pl.col("role").replace({"administrator": "siteAdministrator"}),
            pl.lit(None, pl.String).alias("beginDate"),
            pl.lit(None, pl.String).alias("endDate"),
            pl.col("orgSourcedIds").alias("orgSourcedId"),
            pl.lit(None, pl.String).alias("userProfileSourcedId"),
        )
    )


def _enrollments(world: World) -> pl.DataFrame:
    start, _, end = _dates(world.school_year)
    teacher = pl.col("role") == "teacher"
    return frames.enrollments(world).with_columns(
        (pl.lit("E") + (pl.col("position") + 1).cast(pl.String)).alias("sourcedId"),
        pl.when(teacher).then(pl.lit("true")).alias("primary"),
        pl.lit(start).alias("beginDate"),
        pl.lit(end).alias("endDate"),
    )
