"""The tables of a synthetic student information system: what is kept of people, classes and enrollments.

Belongs here: the columns and how rows are added. A row's position is its identity for ever; rows of those who
left stay, so that they can come back. Names, phones and words are kept as positions in the lists of `names`
and `families`: integers are quick to draw and to change; `frames` turns them into text.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

# A phone or mail address that a person does not have; the day on which something that still stands ended.
NONE = -1


@dataclass
class Table:
    """Columns of equal length."""

    @classmethod
    def empty(cls) -> Self:
        """A table without rows."""
        columns: dict[str, Any] = {
            field.name: np.empty(0, dtype=np.bool_ if "Flags" in str(field.type) else np.int64) for field in fields(cls)
        }
        return cls(**columns)

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))

    def append(self, rows: Self) -> Ints:
        """Adds rows at the end; returns their positions."""
        before = len(self)
        for field in fields(self):
            column = np.concatenate([getattr(self, field.name), getattr(rows, field.name)])
            setattr(self, field.name, column)
        return np.arange(before, len(self))


@dataclass
class Students(Table):
    """One row per student ever enrolled in the district."""

    given: Ints
    surname: Ints
    language: Ints
    grade: Ints  # 0 = kindergarten … 12
    school: Ints
    has_mail: Flags
    sms: Ints
    left: Ints  # the day of leaving; NONE = here


@dataclass
class Contacts(Table):
    """One row per contact of any student, guardian or not."""

    given: Ints
    surname: Ints
    language: Ints
    mail_of: Ints  # the contact whose address this one uses: itself, the other half of a couple, or NONE
    sms: Ints
    phone: Ints
    role: Ints  # towards the students who are here: the strongest role of any link
    was_guardian: Flags  # has been in the roster on this or an earlier day


@dataclass
class Links(Table):
    """One row per pair of contact and student: relationship and legal-guardian flag belong to the pair."""

    contact: Ints
    student: Ints
    relationship: Ints
    legal: Flags


@dataclass
class Staff(Table):
    """One row per employee."""

    given: Ints
    surname: Ints
    role: Ints  # position in frames.STAFF_ROLES
    school: Ints
    second_school: Ints
    mail_version: Ints
    phone: Ints


@dataclass
class Classes(Table):
    """One row per class. The classes of the first day come ordered by school, period, grades and section."""

    school: Ints
    period: Ints
    lowest_grade: Ints
    highest_grade: Ints
    section: Ints
    subject: Ints
    title_version: Ints
    teacher: Ints
    room: Ints
    two_periods: Flags
    homeroom: Flags


@dataclass
class Enrollments(Table):
    """One row per class, user and role in the class."""

    class_: Ints
    user: Ints  # a student or, where `teaches`, one of the staff
    teaches: Flags
    ended: Ints  # the day of ending; NONE = in force
