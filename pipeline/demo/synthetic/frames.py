"""The tables as text: the frames from which the truth and the files are made.

Belongs here: ids, names, addresses, phones and titles as they are written. A frame holds what exists today.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from pipeline.demo.synthetic.families import RELATIONSHIPS, ROLES
from pipeline.demo.synthetic.names import (
    FAMILY_NAMES,
    GIVEN_NAMES,
    LANGUAGES,
    PHONES,
    SUBJECTS,
    TITLE_ENDINGS,
    plain,
)
from pipeline.demo.synthetic.schools import GRADES, STAFF_ROLES
from pipeline.demo.synthetic.tables import NONE

if TYPE_CHECKING:
    from pipeline.demo.synthetic.tables import Flags, Ints
    from pipeline.demo.synthetic.world import World

# The numbers of students, contacts and staff do not meet, so mail addresses that end in them are unique.
_FIRST_STUDENT, _FIRST_CONTACT, _FIRST_STAFF, _FIRST_CLASS = 100_001, 5_000_001, 10_001, 300_001

_GIVEN = pl.Series(GIVEN_NAMES)
_FAMILY = pl.Series(FAMILY_NAMES)
_GIVEN_PLAIN = pl.Series([plain(name) for name in GIVEN_NAMES])
_FAMILY_PLAIN = pl.Series([plain(name) for name in FAMILY_NAMES])
_PHONES = pl.Series([*PHONES, None])
_LANGUAGES = pl.Series(LANGUAGES)
_SUBJECTS = pl.Series(SUBJECTS)
_ENDINGS = pl.Series(TITLE_ENDINGS)
_RELATIONSHIPS = pl.Series(RELATIONSHIPS)
_ROLES = pl.Series(ROLES, dtype=pl.String)
_STAFF_ROLES = pl.Series(STAFF_ROLES)
_GRADE_CODES = ["KG", *(f"{grade:02d}" for grade in range(1, GRADES))]
_GRADES = pl.Series(_GRADE_CODES)
_GRADE_LABELS = pl.Series(["K", *(str(grade) for grade in range(1, GRADES))])
# The list for each lowest and highest grade, at lowest * 13 + highest.
_GRADE_LISTS = pl.Series([",".join(_GRADE_CODES[low : high + 1]) for low in range(GRADES) for high in range(GRADES)])


def words(values: pl.Series, positions: Ints, name: str = "") -> pl.Series:
    """The words at these positions; the last one for NONE."""
    return values.gather(pl.Series(np.where(positions == NONE, len(values) - 1, positions))).alias(name)


def ids(prefix: str, first: int, positions: Ints, name: str = "") -> pl.Series:
    """Ids such as S100001."""
    return pl.select((pl.lit(prefix) + pl.Series(positions + first).cast(pl.String)).alias(name)).to_series()


def student_ids(positions: Ints, name: str = "sourcedId") -> pl.Series:
    """The sourcedIds of these students."""
    return ids("S", _FIRST_STUDENT, positions, name)


def contact_ids(positions: Ints, name: str = "sourcedId") -> pl.Series:
    """The sourcedIds of these contacts."""
    return ids("C", _FIRST_CONTACT, positions, name)


def staff_ids(positions: Ints, name: str = "sourcedId") -> pl.Series:
    """The sourcedIds of these staff."""
    return ids("T", _FIRST_STAFF, positions, name)


def class_ids(positions: Ints, name: str = "sourcedId") -> pl.Series:
    """The sourcedIds of these classes."""
    return ids("K", _FIRST_CLASS, positions, name)


def link_keys(world: World, positions: Ints) -> pl.Series:
    """Keys of links: "contact|student"."""
    contact = contact_ids(world.links.contact[positions])
    return contact + "|" + student_ids(world.links.student[positions])


def enrollment_keys(world: World, positions: Ints) -> pl.Series:
    """Keys of enrollments: "class|user|role"."""
    frame = enrollments(world, positions)
    return frame["classSourcedId"] + "|" + frame["userSourcedId"] + "|" + frame["role"]


def students(world: World) -> pl.DataFrame:
    """The students who are here."""
    table = world.students
    here = np.flatnonzero(table.left == NONE)
    return _people(table.given[here], table.surname[here], ids("", _FIRST_STUDENT, here)).select(
        pl.Series("position", here),
        student_ids(here),
        pl.lit("student").alias("role"),
        "givenName",
        "familyName",
        pl.when(pl.Series(table.has_mail[here])).then(pl.col("username") + "@example.org").alias("email"),
        words(_PHONES, table.sms[here], "sms"),
        pl.lit(None, pl.String).alias("phone"),
        words(_LANGUAGES, table.language[here], "language"),
        words(_GRADES, table.grade[here], "grades"),
        words(pl.Series(world.schools.ids), table.school[here], "orgSourcedIds"),
        pl.col("number").alias("identifier"),
        "username",
    )


def staff(world: World) -> pl.DataFrame:
    """All staff; those at two schools have both ids, ascending, joined by a comma."""
    table = world.staff
    everyone = np.arange(len(table))
    one = np.where(table.second_school == NONE, table.school, np.minimum(table.school, table.second_school))
    two = np.maximum(table.school, table.second_school)
    school_ids = pl.Series(world.schools.ids)
    return _people(table.given, table.surname, ids("", _FIRST_STAFF, everyone)).select(
        pl.Series("position", everyone),
        staff_ids(everyone),
        words(_STAFF_ROLES, table.role, "role"),
        "givenName",
        "familyName",
        (
            pl.col("username")
            + pl.when(pl.Series(table.mail_version > 0))
            .then("." + (pl.Series(table.mail_version) + 1).cast(pl.String))
            .otherwise(pl.lit(""))
            + "@example.org"
        ).alias("email"),
        pl.lit(None, pl.String).alias("sms"),
        words(_PHONES, table.phone, "phone"),
        pl.lit(None, pl.String).alias("language"),
        pl.lit(None, pl.String).alias("grades"),
        pl.when(pl.Series(one == two))
        .then(words(school_ids, one))
        .otherwise(words(school_ids, one) + "," + words(school_ids, two))
        .alias("orgSourcedIds"),
        pl.col("number").alias("identifier"),
        "username",
    )


def contacts(world: World, which: Flags) -> pl.DataFrame:
    """These contacts, with the strongest role that they have; null where they are nobody's guardian."""
    table = world.contacts
    here = np.flatnonzero(which)
    owner = table.mail_of[here]
    address = np.where(owner == NONE, here, owner)
    mail = _people(table.given[address], table.surname[address], ids("", _FIRST_CONTACT, address))["username"]
    return _people(table.given[here], table.surname[here], ids("", _FIRST_CONTACT, here)).select(
        pl.Series("position", here),
        contact_ids(here),
        words(_ROLES, table.role[here], "role"),
        "givenName",
        "familyName",
        pl.when(pl.Series(owner != NONE)).then(mail + "@example.org").alias("email"),
        words(_PHONES, table.sms[here], "sms"),
        words(_PHONES, table.phone[here], "phone"),
        words(_LANGUAGES, table.language[here], "language"),
        pl.lit(None, pl.String).alias("grades"),
        pl.lit(None, pl.String).alias("orgSourcedIds"),
        pl.lit(None, pl.String).alias("identifier"),
        "username",
    )


def links(world: World, *, with_role_only: bool) -> pl.DataFrame:
    """The links of the students who are here, by contact; all of them or those that make a guardian."""
    table = world.links
    role = world.link_roles()
    chosen = world.link_in_force() & ((role > 0) | (not with_role_only))
    here = np.flatnonzero(chosen)
    here = here[np.lexsort((table.student[here], table.contact[here]))]
    return pl.select(
        pl.Series("contact_position", table.contact[here]),
        pl.Series("student_position", table.student[here]),
        contact_ids(table.contact[here], "contact"),
        student_ids(table.student[here], "student"),
        words(_RELATIONSHIPS, table.relationship[here], "relationship"),
        pl.Series("legalGuardian", table.legal[here]),
        words(_ROLES, role[here], "role"),
        pl.Series("school_position", world.students.school[table.student[here]]),
    )


def classes(world: World) -> pl.DataFrame:
    """All classes; lists are joined by a comma."""
    table = world.classes
    low, high = table.lowest_grade, table.highest_grade
    label = words(_GRADE_LABELS, low)
    label = pl.select(
        pl.when(pl.Series(low == high)).then(label).otherwise(label + "/" + words(_GRADE_LABELS, high))
    ).to_series()
    period = pl.Series(table.period + 1).cast(pl.String)
    return pl.select(
        pl.Series("position", np.arange(len(table))),
        class_ids(np.arange(len(table))),
        (
            words(_SUBJECTS, table.subject)
            + " "
            + label
            + "-"
            + pl.Series(table.section).cast(pl.String)
            + words(_ENDINGS, _ending(table.title_version))
        ).alias("title"),
        words(_GRADE_LISTS, low * GRADES + high, "grades"),
        words(pl.Series(world.schools.ids), table.school, "schoolSourcedId"),
        pl.when(pl.Series(table.two_periods))
        .then(period + "," + pl.Series(table.period + 2).cast(pl.String))
        .otherwise(period)
        .alias("periods"),
        (pl.lit("Room ") + pl.Series(table.room).cast(pl.String)).alias("location"),
    )


def enrollments(world: World, positions: Ints | None = None) -> pl.DataFrame:
    """The enrollments in force, or those at these positions."""
    table = world.enrollments
    here = np.flatnonzero(table.ended == NONE) if positions is None else positions
    teaches = pl.Series(table.teaches[here])
    return pl.select(
        pl.Series("position", here),
        class_ids(table.class_[here], "classSourcedId"),
        pl.when(teaches)
        .then(staff_ids(table.user[here]))
        .otherwise(student_ids(table.user[here]))
        .alias("userSourcedId"),
        pl.when(teaches).then(pl.lit("teacher")).otherwise(pl.lit("student")).alias("role"),
        words(pl.Series(world.schools.ids), world.classes.school[table.class_[here]], "schoolSourcedId"),
    )


def joined(frame: pl.DataFrame, by: list[str], value: str) -> pl.DataFrame:
    """One row per group, in the order in which they come: its values joined by a comma."""
    return frame.group_by(by, maintain_order=True).agg(pl.col(value).str.join(","))


def agents_and_schools(world: World, links: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """One row per group of links: its students as agentSourcedIds, their schools as orgSourcedIds."""
    school = words(pl.Series(world.schools.ids), links["school_position"].to_numpy(), "orgSourcedIds")
    schools = links.with_columns(school).sort(*by, "school_position")
    return joined(
        links.select(*by, "student_position", agentSourcedIds="student").sort(*by, "student_position"),
        by,
        "agentSourcedIds",
    ).join(
        joined(schools.unique([*by, "school_position"], maintain_order=True), by, "orgSourcedIds"),
        on=by,
        maintain_order="left",
    )


def with_agents(people: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """The students with agentSourcedIds: the contacts of these links, each once."""
    agents = joined(
        links.select("student_position", "contact_position", agentSourcedIds="contact").sort(
            "student_position", "contact_position"
        ),
        ["student_position"],
        "agentSourcedIds",
    )
    return people.join(agents, left_on="position", right_on="student_position", how="left", maintain_order="left")


def _ending(version: Ints) -> Ints:
    # Endings take turns without the empty one, so that a title always changes.
    return np.where(version == 0, 0, (version - 1) % (len(TITLE_ENDINGS) - 1) + 1)


def _people(given: Ints, surname: Ints, number: pl.Series) -> pl.DataFrame:
    return pl.select(
        words(_GIVEN, given, "givenName"),
        words(_FAMILY, surname, "familyName"),
        number.alias("number"),
        (words(_GIVEN_PLAIN, given) + "." + words(_FAMILY_PLAIN, surname) + number).alias("username"),
    )
