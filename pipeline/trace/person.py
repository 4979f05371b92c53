"""One person as the roster has them now, by the roster's own number: who, in which classes, with which family."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from pipeline.districts.folders import DistrictFolder
from pipeline.roster.history import open_history
from pipeline.trace.find import FoundPerson
from pipeline.warehouse.sessions import session


class PersonClass(BaseModel):
    """A class that the person is in."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    roster_id: int
    title: str
    class_code: str | None
    school_id: str
    role: str
    begin_date: str | None
    end_date: str | None


class Relative(BaseModel):
    """A guardian of the person, or a student whose guardian the person is."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    roster_id: int
    is_guardian: bool
    """Of the person; else the person is this one's."""
    given_name: str | None
    family_name: str | None
    role: str
    rule: str
    relationship: str | None


class Person(FoundPerson):
    """A person with what the roster knows now."""

    email: str | None
    sms: str | None
    phone: str | None
    language: str | None
    classes: tuple[PersonClass, ...] = ()
    family: tuple[Relative, ...] = ()


def person_of(folder: DistrictFolder, district: str, roster_id: int) -> Person | None:
    """Return the person who has this number in the roster; None where it is no person's.

    Raises:
        UsageError: nothing has been synced yet.
    """
    open_history(folder, district)
    with session(folder.root, book=folder.roster) as db:
        rows = db.rows("trace/person", roster_id=roster_id)
        if not rows:
            return None
        return Person(
            **rows[0],
            classes=tuple(PersonClass(**row) for row in db.rows("trace/person_classes", roster_id=roster_id)),
            family=tuple(Relative(**row) for row in db.rows("trace/person_family", roster_id=roster_id)),
        )
