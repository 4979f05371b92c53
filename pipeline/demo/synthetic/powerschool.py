"""Writes users.csv, classes.csv and enrollments.csv as PowerSchool's Data Export Manager does.

Belongs here: that dialect (CR after each row, no quotes, columns in alphabetical order, labels with the name
of the table in front, an extra dcid), and the two ways of exporting contacts: with roles already worked out,
as the vendor's plug-in does, or with the relationship and the legal-guardian flag of each pair. Lists of more
than one element carry their own quotes, as the queries of the plug-in write them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import polars as pl

from pipeline.demo.synthetic import frames

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.demo.synthetic.world import World

_USERS = (
    "agentSourcedIds",
    "dcid",
    "email",
    "familyName",
    "givenName",
    "grades",
    "identifier",
    "language",
    "orgSourcedIds",
    "phone",
    "role",
    "sms",
    "sourcedId",
    "username",
)


def write_powerschool(world: World, folder: Path, *, prefix: bool, contacts: Literal["roles", "relationships"]) -> None:
    """Writes the three files into an existing folder."""
    users = _users_with_roles(world) if contacts == "roles" else _users_with_relationships(world)
    _write(users, folder / "users.csv", "USERS." if prefix else "")
    classes = frames.classes(world).select(
        "sourcedId",
        "title",
        _list("grades"),
        "location",
        "schoolSourcedId",
        _list("periods"),
        (pl.col("position") + 1).alias("dcid"),
    )
    _write(classes, folder / "classes.csv", "SECTIONS." if prefix else "")
    enrollments = frames.enrollments(world).select(
        "classSourcedId", "schoolSourcedId", "userSourcedId", "role", (pl.col("position") + 1).alias("dcid")
    )
    _write(enrollments, folder / "enrollments.csv", "CC." if prefix else "")


def _users_with_roles(world: World) -> pl.DataFrame:
    links = frames.links(world, with_role_only=True)
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
    columns = _columns()
    return pl.concat([part.select(columns) for part in (*_students_and_staff(world, links), contacts)])


def _users_with_relationships(world: World) -> pl.DataFrame:
    links = frames.links(world, with_role_only=False)
    # One row per contact and what it is to the students of the row.
    grain = ["contact_position", "relationship", "legalGuardian"]
    contacts = (
        frames.contacts(world, world.contacts_in_system())
        .drop("orgSourcedIds", "role")
        .join(
            frames.agents_and_schools(world, links, grain),
            left_on="position",
            right_on="contact_position",
            maintain_order="left_right",
        )
        .with_columns(
            pl.lit(None, pl.String).alias("role"),
            pl.when("legalGuardian").then(pl.lit("true")).otherwise(pl.lit("false")).alias("legalGuardian"),
        )
    )
    blank = [pl.lit(None, pl.String).alias(name) for name in ("relationship", "legalGuardian")]
    others = [frame.with_columns(blank) for frame in _students_and_staff(world, links)]
    columns = [*_columns(), pl.col("relationship"), pl.col("legalGuardian")]
    return pl.concat([part.select(columns) for part in (*others, contacts)])


def _students_and_staff(world: World, links: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Student rows with the contacts of these links; staff rows."""
    no_agents = pl.lit(None, pl.String).alias("agentSourcedIds")
    return frames.with_agents(frames.students(world), links), frames.staff(world).with_columns(no_agents)


def _columns() -> list[pl.Expr]:
    """The columns of users.csv, lists with their own quotes. A dcid is unique within one kind of people."""
    written = [
        _list(name) if name in {"agentSourcedIds", "orgSourcedIds", "grades"} else pl.col(name)
        for name in _USERS
        if name != "dcid"
    ]
    return [*written, (pl.col("position") + 1).alias("dcid")]


def _list(name: str) -> pl.Expr:
    """A list value: in quotes when it has more than one element."""
    value = pl.col(name)
    return (
        pl.when(value.str.contains(",", literal=True))
        .then(pl.lit('"') + value + pl.lit('"'))
        .otherwise(value)
        .alias(name)
    )


def _write(frame: pl.DataFrame, path: Path, prefix: str) -> None:
    order = sorted(frame.columns, key=str.lower)
    frame.select(pl.col(name).alias(prefix + name) for name in order).write_csv(
        path, quote_style="never", line_terminator="\r", null_value=""
    )
