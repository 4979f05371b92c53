"""The state of a synthetic district and its first day.

Belongs here: the tables together, families that arrive, and enrolling. What a later day changes is in `days`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from pipeline.demo.synthetic.families import Families, draw_families, draw_phones, roles
from pipeline.demo.synthetic.names import GIVEN_NAMES
from pipeline.demo.synthetic.schools import GRADES, Schools, Timetable, draw_schools, open_schools
from pipeline.demo.synthetic.tables import (
    NONE,
    Classes,
    Contacts,
    Enrollments,
    Flags,
    Ints,
    Links,
    Staff,
    Students,
)

# Young children have no address or phone of their own.
_MAIL_FROM_GRADE = 3
_SMS_FROM_GRADE = 9
_STUDENTS_WITH_SMS = 0.4


@dataclass
class World:
    """Everything that the student information system knows. `day` counts from 0, the first day."""

    rng: np.random.Generator
    school_year: int
    schools: Schools
    timetable: Timetable = field(init=False)
    students: Students = field(default_factory=Students.empty)
    contacts: Contacts = field(default_factory=Contacts.empty)
    links: Links = field(default_factory=Links.empty)
    staff: Staff = field(default_factory=Staff.empty)
    classes: Classes = field(default_factory=Classes.empty)
    enrollments: Enrollments = field(default_factory=Enrollments.empty)
    day: int = 0

    def link_in_force(self) -> Flags:
        """Per link: its student is here."""
        here: Flags = self.students.left[self.links.student] == NONE
        return here

    def link_roles(self) -> Ints:
        """Per link: the true role of the pair."""
        return roles(self.links.relationship, self.links.legal)

    def strongest_roles(self, contacts: Ints) -> Ints:
        """The strongest role that each of these contacts has towards a student who is here."""
        wanted = np.zeros(len(self.contacts), dtype=np.bool_)
        wanted[contacts] = True
        counts = wanted[self.links.contact] & self.link_in_force()
        strongest = np.zeros(len(self.contacts), dtype=np.int64)
        np.maximum.at(strongest, self.links.contact[counts], self.link_roles()[counts])
        return strongest[contacts]

    def contacts_in_system(self) -> Flags:
        """Per contact: has a student who is here, as whatever relationship."""
        known = np.zeros(len(self.contacts), dtype=np.bool_)
        known[self.links.contact[self.link_in_force()]] = True
        return known

    def arrive(self, students: int) -> Ints:
        """New families with this many students in all; returns the positions of these. No classes yet."""
        families = draw_families(self.rng, students)
        family = np.repeat(np.arange(len(families.children)), families.children)
        home = self.rng.random(len(families.children))[family]
        grade = self.rng.integers(0, GRADES, students)
        arrived = self.students.append(
            Students(
                given=self.rng.integers(0, len(GIVEN_NAMES), students),
                surname=families.surname[family],
                language=families.language[family],
                grade=grade,
                school=self.schools.for_grade(grade, home),
                has_mail=grade >= _MAIL_FROM_GRADE,
                sms=np.where(grade >= _SMS_FROM_GRADE, draw_phones(self.rng, students, _STUDENTS_WITH_SMS), NONE),
                left=np.full(students, NONE),
            )
        )
        families.links.student += arrived[0]
        self.add_contacts(families)
        return arrived

    def add_contacts(self, families: Families) -> Ints:
        """Takes in the contacts and links of families whose links already name positions of students."""
        contacts = families.contacts
        first = len(self.contacts)
        contacts.mail_of = np.where(contacts.mail_of == NONE, NONE, contacts.mail_of + first)
        added = self.contacts.append(contacts)
        families.links.contact += first
        self.links.append(families.links)
        self.contacts.role[added] = self.strongest_roles(added)
        self.contacts.was_guardian[added] = self.contacts.role[added] > 0
        return added

    def enroll(self, students: Ints, classes: Ints) -> tuple[Ints, Ints]:
        """Enrolls pairs of student and class; returns the new enrollments and those that came back."""
        before = self.enrollments
        ended = np.flatnonzero((before.ended != NONE) & ~before.teaches)
        # One number for the pair. Positions stay far below 2^31.
        known = (before.class_[ended] << 32) | before.user[ended]
        order = np.argsort(known, kind="stable")
        wanted = (classes << 32) | students
        place = np.searchsorted(known, wanted, sorter=order)
        found = np.zeros(len(wanted), dtype=np.bool_)
        if len(known):
            at = order[np.minimum(place, len(known) - 1)]
            found = known[at] == wanted
            self.enrollments.ended[ended[at[found]]] = NONE
            back = ended[at[found]]
        else:
            back = np.empty(0, dtype=np.int64)
        fresh = int((~found).sum())
        new = self.enrollments.append(
            Enrollments(
                class_=classes[~found],
                user=students[~found],
                teaches=np.zeros(fresh, dtype=np.bool_),
                ended=np.full(fresh, NONE),
            )
        )
        return new, back

    def give_teachers(self, classes: Ints) -> Ints:
        """Enrolls the teacher of each of these classes; returns the enrollments."""
        return self.enrollments.append(
            Enrollments(
                class_=classes,
                user=self.classes.teacher[classes],
                teaches=np.ones(len(classes), dtype=np.bool_),
                ended=np.full(len(classes), NONE),
            )
        )


def first_day(*, seed: int, students: int, school_year: int, first_school_id: int) -> World:
    """A district on its first day."""
    rng = np.random.Generator(np.random.PCG64(seed))
    world = World(rng, school_year, draw_schools(rng, students, first_school_id))
    arrived = world.arrive(students)
    opened = open_schools(rng, world.schools, world.students)
    world.timetable = opened.timetable
    world.staff.append(opened.staff)
    world.give_teachers(world.classes.append(opened.classes))
    world.enroll(np.repeat(arrived, opened.taken.shape[1]), opened.taken.ravel())
    return world
