"""Living on: one day's events and their true list of changes.

Belongs here: what happens in a district from one night to the next. The changes are written down as the
events happen, never found by comparing two days; the tests compare. No event touches a person or class that
another one touched the same day, so each thing has one change at most.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from pipeline.demo.synthetic import frames
from pipeline.demo.synthetic.families import IS_MOTHER_OR_FATHER, draw_later_contacts
from pipeline.demo.synthetic.names import NEW_CLASS_SUBJECTS, PHONES, SUBJECTS
from pipeline.demo.synthetic.schools import EXTRA_PERIOD, HIGH, LEVEL_OF_GRADE, TEACHER
from pipeline.demo.synthetic.tables import NONE, Classes

if TYPE_CHECKING:
    from pipeline.demo.synthetic.tables import Flags, Ints
    from pipeline.demo.synthetic.world import World

# Shares of what there is that an event touches in a day: together about 1 % of all records. Archives stay far
# below the 10 % at which a sync is held, in a district of 200 as in one of a million.
_ARRIVING = 0.0025
_RETURNING = 0.001
_MOVING = 0.0015
_NEW_CONTACTS = 0.002
_CHANGED_FLAGS = 0.0005
_CHANGED_PHONES = 0.008
_CHANGED_MAIL = 0.005
_RENAMED_CLASSES = 0.003

# Most come back to the classes they had.
_SAME_CLASSES = 0.7
_CLEARED_PHONES = 0.05
# users.csv may list at most six contacts on a student.
_MOST_CONTACTS = 6
_FIRST_DAY_OF_RETURN = 3
_SMALL_CLASS_SHARE = 8
_EVERYTHING_DAILY_FROM = 150

_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "record_type": pl.String,
    "operation": pl.String,
    "key": pl.String,
    "columns": pl.List(pl.String),
}


@dataclass
class Changes:
    """The changes of one day, in the order in which they were written down."""

    parts: list[pl.DataFrame] = field(default_factory=list)

    def add(self, record_type: str, operation: str, keys: pl.Series, *columns: str) -> None:
        """Writes down one change for each key; `columns` are those that an update changed."""
        if len(keys) == 0:
            return
        changed = pl.Series("columns", [sorted(columns)], dtype=pl.List(pl.String))
        part = pl.DataFrame([keys.alias("key"), changed.new_from_index(0, len(keys))])
        self.parts.append(
            part.select(
                pl.lit(record_type).alias("record_type"),
                pl.lit(operation).alias("operation"),
                "key",
                "columns",
            )
        )

    def frame(self) -> pl.DataFrame:
        """All changes of the day."""
        return pl.concat([pl.DataFrame(schema=_SCHEMA), *self.parts])


class Day:
    """One day of a district: the events in order, and who has been touched by one."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rng = world.rng
        self.changes = Changes()
        self.touched_students = np.zeros(len(world.students), dtype=np.bool_)
        self.touched_contacts = np.zeros(len(world.contacts), dtype=np.bool_)

    def live(self) -> pl.DataFrame:
        """Lives the day; returns its true changes."""
        world = self.world
        world.day += 1
        here = int((world.students.left == NONE).sum())
        arriving = _some(here, _ARRIVING)
        gone = np.flatnonzero((world.students.left != NONE) & (world.day >= _FIRST_DAY_OF_RETURN))
        returning = self._pick(gone, _some(here, _RETURNING))
        if here < _EVERYTHING_DAILY_FROM and len(returning):
            # A very small district has a new student one day and a returning one the next.
            arriving = world.day % 2
            returning = returning[arriving:]
        # As many leave as come, so that a district keeps its size over a year.
        leaving = self._pick_students(arriving + len(returning))
        # The two may be siblings: what becomes of their contacts is known after both.
        contacts = self._contacts_of(np.concatenate([leaving, returning]))
        self._leave(leaving)
        self._return(returning)
        self._settle_guardians(contacts)
        self._move(_some(here, _MOVING))
        self._arrive(arriving)
        self._add_contacts(_some(here, _NEW_CONTACTS))
        self._open_class()
        self._change_flags(_some(here, _CHANGED_FLAGS))
        self._change_phones()
        self._change_mail()
        self._rename_classes()
        return self.changes.frame()

    def _pick(self, candidates: Ints, count: int) -> Ints:
        return np.sort(self.rng.permutation(candidates)[:count])

    def _pick_students(self, count: int, among: Flags | None = None) -> Ints:
        """Students who are here and whom nothing has happened to today; they count as touched from now on."""
        free = (self.world.students.left == NONE) & ~self.touched_students
        picked = self._pick(np.flatnonzero(free if among is None else free & among), count)
        self.touched_students[picked] = True
        return picked

    def _contacts_of(self, students: Ints) -> Ints:
        """The contacts of these students, each once; they count as touched from now on."""
        chosen = np.zeros(len(self.world.students), dtype=np.bool_)
        chosen[students] = True
        contacts = np.unique(self.world.links.contact[chosen[self.world.links.student]])
        self.touched_contacts[contacts] = True
        return contacts

    def _links_of(self, students: Ints) -> Ints:
        """The links of these students that make a guardian."""
        chosen = np.zeros(len(self.world.students), dtype=np.bool_)
        chosen[students] = True
        return np.flatnonzero(chosen[self.world.links.student] & (self.world.link_roles() > 0))

    def _end_enrollments(self, students: Ints) -> None:
        enrollments = self.world.enrollments
        chosen = np.zeros(max(len(self.world.students), len(self.world.staff)), dtype=np.bool_)
        chosen[students] = True
        ending = np.flatnonzero(chosen[enrollments.user] & ~enrollments.teaches & (enrollments.ended == NONE))
        enrollments.ended[ending] = self.world.day
        self.changes.add("enrollments", "archive", frames.enrollment_keys(self.world, ending))

    def _enroll(self, students: Ints, classes: Ints) -> None:
        new, back = self.world.enroll(students, classes)
        self.changes.add("enrollments", "add", frames.enrollment_keys(self.world, new))
        self.changes.add("enrollments", "restore", frames.enrollment_keys(self.world, back))

    def _enroll_by_timetable(self, students: Ints) -> None:
        table = self.world.students
        classes = self.world.timetable.draw_classes(self.rng, table.school[students], table.grade[students])
        self._enroll(np.repeat(students, classes.shape[1]), classes.ravel())

    def _settle_guardians(self, contacts: Ints) -> None:
        """Writes down what became of these contacts' roles: called once a day for each of them."""
        table = self.world.contacts
        before, after = table.role[contacts], self.world.strongest_roles(contacts)
        came, known = (before == 0) & (after > 0), table.was_guardian[contacts]
        for operation, chosen in (
            ("add", came & ~known),
            ("restore", came & known),
            ("archive", (before > 0) & (after == 0)),
        ):
            self.changes.add("guardians", operation, frames.contact_ids(contacts[chosen]))
        changed = (before > 0) & (after > 0) & (before != after)
        self.changes.add("guardians", "update", frames.contact_ids(contacts[changed]), "role")
        table.role[contacts] = after
        table.was_guardian[contacts] |= after > 0

    def _leave(self, students: Ints) -> None:
        """Students leave: they, their enrollments and their links go."""
        links = self._links_of(students)
        self._end_enrollments(students)
        self.world.students.left[students] = self.world.day
        self.changes.add("students", "archive", frames.student_ids(students))
        self.changes.add("guardian_links", "archive", frames.link_keys(self.world, links))

    def _return(self, students: Ints) -> None:
        """Earlier leavers come back to the same contacts, most of them to the same classes."""
        world = self.world
        self.touched_students[students] = True
        same = self.rng.random(len(students)) < _SAME_CLASSES
        left_on = np.full(max(len(world.students), len(world.staff)), NONE)
        left_on[students[same]] = world.students.left[students[same]]
        world.students.left[students] = NONE
        self.changes.add("students", "restore", frames.student_ids(students))
        self.changes.add("guardian_links", "restore", frames.link_keys(world, self._links_of(students)))
        table = world.enrollments
        left_open = left_on[table.user]
        held = np.flatnonzero((left_open != NONE) & (table.ended == left_open) & ~table.teaches)
        self._enroll(table.user[held], table.class_[held])
        self._enroll_by_timetable(students[~same])

    def _move(self, count: int) -> None:
        """Students move to another school of their level; where there is none, up to the next level."""
        schools, table = self.world.schools, self.world.students
        if len(schools.ids) == 1:
            return
        level = LEVEL_OF_GRADE[table.grade]
        has_other = schools.count_of_level[level] > 1
        goes_up = ~has_other & (level < HIGH) & (LEVEL_OF_GRADE[np.minimum(table.grade + 1, 12)] > level)
        students = self._pick_students(count, has_other | goes_up)
        up = goes_up[students]
        self._end_enrollments(students)
        level = level[students] + up
        first, number = schools.first_of_level[level], schools.count_of_level[level]
        away = self.rng.integers(1, np.maximum(number, 2))
        table.school[students] = first + np.where(up, away, table.school[students] - first + away) % number
        table.grade[students] += up
        self.changes.add("students", "update", frames.student_ids(students[~up]), "orgSourcedIds")
        self.changes.add("students", "update", frames.student_ids(students[up]), "orgSourcedIds", "grades")
        self._enroll_by_timetable(students)

    def _arrive(self, count: int) -> None:
        """New families move in."""
        if count == 0:
            return
        world = self.world
        first_contact, first_link = len(world.contacts), len(world.links)
        students = world.arrive(count)
        self._grow()
        self.touched_students[students] = True
        self.changes.add("students", "add", frames.student_ids(students))
        self._welcome(first_contact, first_link)
        self._enroll_by_timetable(students)

    def _add_contacts(self, count: int) -> None:
        """Students gain a contact, guardian or not."""
        world = self.world
        first_contact, first_link = len(world.contacts), len(world.links)
        room = np.bincount(world.links.student, minlength=len(world.students)) < _MOST_CONTACTS
        students = self._pick_students(count, room)
        world.add_contacts(
            draw_later_contacts(
                self.rng,
                students,
                world.students.surname[students],
                world.students.language[students],
                first_kind=world.day,
            )
        )
        self._grow()
        self._welcome(first_contact, first_link)

    def _grow(self) -> None:
        """Rows added today are marked as touched."""
        for name, size in (
            ("touched_students", len(self.world.students)),
            ("touched_contacts", len(self.world.contacts)),
        ):
            marks: Flags = getattr(self, name)
            setattr(self, name, np.pad(marks, (0, size - len(marks)), constant_values=True))

    def _welcome(self, first_contact: int, first_link: int) -> None:
        """Writes down the guardians and links among the rows added from these positions on."""
        world = self.world
        contacts = np.arange(first_contact, len(world.contacts))
        links = np.arange(first_link, len(world.links))
        guardians = contacts[world.contacts.role[contacts] > 0]
        self.changes.add("guardians", "add", frames.contact_ids(guardians))
        linked = links[world.link_roles()[links] > 0]
        self.changes.add("guardian_links", "add", frames.link_keys(world, linked))

    def _open_class(self) -> None:
        """A school opens a class beyond the timetable for about 25 students."""
        world = self.world
        school = int(self.rng.integers(0, len(world.schools.ids)))
        there = (world.students.school == school) & (world.students.left == NONE) & ~self.touched_students
        size = min(int(self.rng.integers(23, 28)), max(1, int(there.sum()) // _SMALL_CLASS_SHARE))
        students = self._pick(np.flatnonzero(there), size)
        teachers = np.flatnonzero((world.staff.school == school) & (world.staff.role == TEACHER))
        teacher = int(self.rng.permutation(teachers)[0])
        grades = world.students.grade[students]
        subject = NEW_CLASS_SUBJECTS[int(self.rng.integers(0, len(NEW_CLASS_SUBJECTS)))]
        opened = world.classes.append(
            Classes(
                school=np.array([school]),
                period=np.array([EXTRA_PERIOD]),
                lowest_grade=np.array([grades.min()]),
                highest_grade=np.array([grades.max()]),
                section=np.array([world.day]),
                subject=np.array([SUBJECTS.index(subject)]),
                title_version=np.array([0]),
                teacher=np.array([teacher]),
                room=np.array([101 + int(self.rng.integers(0, len(teachers)))]),
                two_periods=np.array([False]),
                homeroom=np.array([False]),
            )
        )
        self.changes.add("classes", "add", frames.class_ids(opened))
        taught = world.give_teachers(opened)
        self.changes.add("enrollments", "add", frames.enrollment_keys(world, taught))
        self._enroll(students, np.repeat(opened, len(students)))

    def _change_flags(self, count: int) -> None:
        """Mothers and fathers gain or lose the legal-guardian flag, for all of their children at once."""
        world, table = self.world, self.world.links
        of_parent = IS_MOTHER_OR_FATHER[table.relationship]
        is_parent = np.zeros(len(world.contacts), dtype=np.bool_)
        is_parent[table.contact[of_parent & world.link_in_force()]] = True
        contacts = self._pick(np.flatnonzero(is_parent & ~self.touched_contacts), count)
        self.touched_contacts[contacts] = True
        chosen = np.zeros(len(world.contacts), dtype=np.bool_)
        chosen[contacts] = True
        # Links to children who left change too, without a trace until they come back.
        links = np.flatnonzero(of_parent & chosen[table.contact])
        table.legal[links] = ~table.legal[links]
        seen = links[world.link_in_force()[links]]
        self.changes.add("guardian_links", "update", frames.link_keys(world, seen), "role")
        self._settle_guardians(contacts)

    def _change_phones(self) -> None:
        """Contacts change their mobile number; some give up theirs. Only guardians are in the roster."""
        world, table = self.world, self.world.contacts
        known = world.contacts_in_system()
        free = np.flatnonzero(known & ~self.touched_contacts)
        contacts = self._pick(free, _some(int(known.sum()), _CHANGED_PHONES))
        # Another number than before: a step of less than a full round through the list.
        other = (table.sms[contacts] + self.rng.integers(1, len(PHONES), len(contacts))) % len(PHONES)
        cleared = (self.rng.random(len(contacts)) < _CLEARED_PHONES) & (table.sms[contacts] != NONE)
        table.sms[contacts] = np.where(cleared, NONE, other)
        guardians = contacts[table.role[contacts] > 0]
        self.changes.add("guardians", "update", frames.contact_ids(guardians), "sms")

    def _change_mail(self) -> None:
        """Staff get another mail address."""
        table = self.world.staff
        staff = self._pick(np.arange(len(table)), _some(len(table), _CHANGED_MAIL))
        table.mail_version[staff] += 1
        self.changes.add("staff", "update", frames.staff_ids(staff), "email")

    def _rename_classes(self) -> None:
        """Classes get another title; today's new class keeps its first."""
        table = self.world.classes
        classes = self._pick(np.arange(len(table) - 1), _some(len(table), _RENAMED_CLASSES))
        table.title_version[classes] += 1
        self.changes.add("classes", "update", frames.class_ids(classes), "title")


def _some(of: int, share: float) -> int:
    """How many this share of so many is, one at least."""
    return max(1, round(of * share))
