"""The synthetic district as others use it: live a day, ask for the truth, write the files.

Belongs here: the public class and the shape of the truth. How a district comes to be is in `world`, what
happens on a day in `days`, how files look in `powerschool`, `oneroster` and `clever`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pipeline.demo.synthetic import frames
from pipeline.demo.synthetic.clever import write_clever
from pipeline.demo.synthetic.days import Day
from pipeline.demo.synthetic.oneroster import write_oneroster
from pipeline.demo.synthetic.powerschool import write_powerschool
from pipeline.demo.synthetic.world import first_day

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

_PEOPLE = (
    "sourcedId",
    "role",
    "givenName",
    "familyName",
    "email",
    "sms",
    "phone",
    "language",
    "grades",
    "orgSourcedIds",
)


class SyntheticDistrict:
    """A made-up school district of 50 to 1,000,000 students, the same one for the same seed.

    `schools` are pairs of id (with leading zeros, counted from `first_school_id`) and name. `school_year` is
    the year in which the school year ends.
    """

    schools: list[tuple[str, str]]

    def __init__(self, *, seed: int, students: int, school_year: int = 2027, first_school_id: int = 401) -> None:
        self._world = first_day(seed=seed, students=students, school_year=school_year, first_school_id=first_school_id)
        self.schools = list(zip(self._world.schools.ids, self._world.schools.names, strict=True))

    def advance(self) -> pl.DataFrame:
        """Lives one day on; returns the true changes of that day.

        Columns: record_type; operation (add, update, archive, restore); key (people and classes: sourcedId,
        enrollments: "class|user|role", links: "contact|student"); columns (what an update changed, sorted).
        A thing has one change at most. What was there on an earlier day, went and is back is a restore.
        """
        return Day(self._world).live()

    def truth(self) -> dict[str, pl.DataFrame]:
        """The roster that stands after either export of today has been read, one frame per record type.

        Lists are joined by commas. The schools of guardians are null: they follow from their students.
        A OneRoster 1.1 set holds no language; the languages here apply to the PowerSchool export only.
        """
        world = self._world
        links = frames.links(world, with_role_only=True)
        return {
            "students": frames.students(world).select(_PEOPLE),
            "staff": frames.staff(world).select(_PEOPLE),
            "guardians": frames.contacts(world, world.contacts.role > 0).select(_PEOPLE),
            "classes": frames.classes(world).select(
                "sourcedId", "title", "grades", "schoolSourcedId", "periods", "location"
            ),
            "enrollments": frames.enrollments(world).select("classSourcedId", "userSourcedId", "role"),
            "guardian_links": links.select("contact", "student", "role"),
        }

    def write_powerschool(
        self, folder: Path, *, prefix: bool = True, contacts: Literal["roles", "relationships"] = "roles"
    ) -> None:
        """Writes users.csv, classes.csv and enrollments.csv as PowerSchool's Data Export Manager does.

        `prefix`: labels as the export proposes them (USERS.email), or as administrators clean them (email).
        `contacts`: "roles" as the vendor's plug-in exports them, guardians and parents only; "relationships"
        with every contact, its relationship and legal-guardian flag, and no role.
        """
        folder.mkdir(parents=True, exist_ok=True)
        write_powerschool(self._world, folder, prefix=prefix, contacts=contacts)

    def write_oneroster(self, folder: Path, *, version: Literal["1.1", "1.2"] = "1.1") -> None:
        """Writes a OneRoster bulk set: manifest, sessions, orgs, courses, classes, users, enrollments; in 1.2 roles.

        `language` is not a column of the standard and left out.
        """
        folder.mkdir(parents=True, exist_ok=True)
        write_oneroster(self._world, folder, version=version)

    def write_clever(self, folder: Path) -> None:
        """Writes Clever's CSV set, with the contacts that are guardians, under the same ids."""
        folder.mkdir(parents=True, exist_ok=True)
        write_clever(self._world, folder)
