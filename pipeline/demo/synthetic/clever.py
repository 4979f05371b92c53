"""Writes Clever's CSV set: schools, students with their contacts, teachers, sections, enrollments, staff.

Belongs here: the files as Clever's instructions print them. A student has a row for each contact, and one without a
contact where there is none; other employees than teachers stand in staff.csv.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.demo.synthetic import frames

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.demo.synthetic.world import World

_GRADE_WORDS = {"KG": "Kindergarten", **{f"{grade:02d}": str(grade) for grade in range(1, 13)}}


def write_clever(world: World, folder: Path) -> None:
    """Writes the files of a set into an existing folder."""
    for name, frame in {
        "schools": pl.DataFrame({"School_id": world.schools.ids, "School_name": world.schools.names}),
        "students": _students(world),
        "teachers": _employees(world, "Teacher", teaches=True),
        "staff": _employees(world, "Staff", teaches=False),
        "sections": _sections(world),
        "enrollments": frames.enrollments(world)
        .filter(pl.col("role") == "student")
        .select(School_id="schoolSourcedId", Section_id="classSourcedId", Student_id="userSourcedId"),
    }.items():
        frame.write_csv(folder / f"{name}.csv", quote_style="necessary", line_terminator="\r\n", null_value="")


def _students(world: World) -> pl.DataFrame:
    links = frames.links(world, with_role_only=True)
    contacts = frames.contacts(world, world.contacts.role > 0).select(
        pl.col("position").alias("contact_position"),
        (pl.col("givenName") + " " + pl.col("familyName")).alias("Contact_name"),
        pl.col("email").alias("Contact_email"),
        "sms",
        "phone",
        pl.col("sourcedId").alias("Contact_sis_id"),
    )
    named = links.join(contacts, on="contact_position", maintain_order="left").select(
        "student_position",
        # what the role of a file of OneRoster says, in Clever's words
        pl.col("role").replace({"parent": "Parent", "guardian": "Guardian", "relative": "Grandparent"})
        .alias("Contact_relationship"),
        pl.when(pl.col("role") == "relative").then(pl.lit("Family")).otherwise(pl.lit("Parent/Guardian"))
        .alias("Contact_type"),
        "Contact_name",
        "sms",
        "phone",
        "Contact_email",
        "Contact_sis_id",
    )  # fmt: skip
    mobile = named.filter(pl.col("sms").is_not_null() | pl.col("phone").is_null()).with_columns(
        pl.col("sms").alias("Contact_phone"), pl.lit("Cell").alias("Contact_phone_type"), pl.lit(0).alias("turn")
    )
    other = named.filter(pl.col("phone").is_not_null()).with_columns(
        pl.col("phone").alias("Contact_phone"), pl.lit("Home").alias("Contact_phone_type"), pl.lit(1).alias("turn")
    )
    rows = pl.concat([mobile, other]).sort("student_position", "Contact_sis_id", "turn")
    return (
        frames.students(world)
        .join(rows, left_on="position", right_on="student_position", how="left", maintain_order="left_right")
        .select(
            School_id="orgSourcedIds",
            Student_id="sourcedId",
            Student_number="identifier",
            Last_name="familyName",
            First_name="givenName",
            Grade=pl.col("grades").replace(_GRADE_WORDS),
            Home_language="language",
            Student_email="email",
            Contact_relationship="Contact_relationship",
            Contact_type="Contact_type",
            Contact_name="Contact_name",
            Contact_phone="Contact_phone",
            Contact_phone_type="Contact_phone_type",
            Contact_email="Contact_email",
            Contact_sis_id="Contact_sis_id",
            Username="username",
        )
    )


def _employees(world: World, word: str, *, teaches: bool) -> pl.DataFrame:
    """Teachers or the others, with a row for each school."""
    return (
        frames.staff(world)
        .filter((pl.col("role") == "teacher") == teaches)
        .with_columns(pl.col("orgSourcedIds").str.split(","))
        .explode("orgSourcedIds")
        .select(
            pl.col("orgSourcedIds").alias("School_id"),
            pl.col("sourcedId").alias(f"{word}_id"),
            *([pl.col("identifier").alias("Teacher_number")] if teaches else []),
            pl.col("email").alias(f"{word}_email"),
            pl.col("givenName").alias("First_name"),
            pl.col("familyName").alias("Last_name"),
            pl.col("username").alias("Username"),
        )
    )


def _sections(world: World) -> pl.DataFrame:
    teachers = (
        frames.enrollments(world)
        .filter(pl.col("role") == "teacher")
        .group_by("classSourcedId", maintain_order=True)
        .agg(pl.col("userSourcedId"))
        .select(
            pl.col("classSourcedId").alias("sourcedId"),
            pl.col("userSourcedId").list.get(0, null_on_oob=True).alias("Teacher_id"),
            pl.col("userSourcedId").list.get(1, null_on_oob=True).alias("Teacher_2_id"),
        )
    )
    return (
        frames.classes(world)
        .join(teachers, on="sourcedId", how="left", maintain_order="left")
        .select(
            School_id="schoolSourcedId",
            Section_id="sourcedId",
            Teacher_id="Teacher_id",
            Teacher_2_id="Teacher_2_id",
            Name="title",
            Grade="grades",
            Period="periods",
        )
    )
