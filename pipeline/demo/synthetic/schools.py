"""Schools, their staff and their timetable.

Belongs here: how many schools a district of a size has, which grades they teach, how grades are grouped into
classes, and which classes a student of a grade takes. A timetable has six periods.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.demo.synthetic.families import draw_phones
from pipeline.demo.synthetic.names import (
    ELEMENTARY_SUBJECTS,
    FAMILY_NAMES,
    GIVEN_NAMES,
    HIGH_SUBJECTS,
    MIDDLE_SUBJECTS,
    PLACES_FIRST,
    PLACES_SECOND,
    SUBJECTS,
)
from pipeline.demo.synthetic.tables import NONE, Classes, Floats, Ints, Staff

if TYPE_CHECKING:
    from pipeline.demo.synthetic.tables import Students

PERIODS = 6
# A class beyond the timetable, such as a club, meets after the sixth and the double seventh period.
EXTRA_PERIOD = 7
GRADES = 13
CLASS_SIZE = 30
# Where a grade has fewer students than this, grades share classes.
_SMALLEST_GROUP = 20
_SINGLE_SCHOOL_BELOW = 300
_SECTIONS_PER_TEACHER = 5
_AT_TWO_SCHOOLS = 0.01

ELEMENTARY, MIDDLE, HIGH, ALL_LEVELS = range(4)
_LEVEL_NAMES = ("Elementary School", "Middle School", "High School", "School")
_LOWEST = np.array([0, 6, 9, 0])
_HIGHEST = np.array([5, 8, 12, 12])
_USUAL_SIZE = (500, 700, 1200)
LEVEL_OF_GRADE = np.array([ELEMENTARY] * 6 + [MIDDLE] * 3 + [HIGH] * 4)

TEACHER, AIDE, ADMINISTRATOR = range(3)
STAFF_ROLES = ("teacher", "aide", "administrator")


@dataclass
class Schools:
    """The schools of a district, ordered by level."""

    ids: list[str]
    names: list[str]
    level: Ints
    first_of_level: Ints  # where the schools that teach a grade of elementary, middle and high level start
    count_of_level: Ints

    def for_grade(self, grade: Ints, home: Floats) -> Ints:
        """The school for each student; siblings have the same `home`, 0 to 1, and so the same schools."""
        level = LEVEL_OF_GRADE[grade]
        nth = (home * self.count_of_level[level]).astype(np.int64)
        school: Ints = self.first_of_level[level] + nth
        return school


def draw_schools(rng: np.random.Generator, students: int, first_school_id: int) -> Schools:
    """Schools for a district of this size; one school for all grades where it is small."""
    shares = (6 / GRADES, 3 / GRADES, 4 / GRADES)
    if students < _SINGLE_SCHOOL_BELOW:
        level = np.array([ALL_LEVELS])
        first, count = np.zeros(3, dtype=np.int64), np.ones(3, dtype=np.int64)
    else:
        count = np.array(
            [max(1, round(students * share / size)) for share, size in zip(shares, _USUAL_SIZE, strict=True)]
        )
        first = np.cumsum(count) - count
        level = np.repeat(np.arange(3), count)
    places = [f"{one} {two}" for one in PLACES_FIRST for two in PLACES_SECOND if one != two]
    order = rng.permutation(len(places))
    # More schools than places (about a million students and more): further rounds get a number.
    names = [
        f"{places[order[at % len(order)]]}{f' No. {at // len(order) + 1}' if at >= len(order) else ''} "
        f"{_LEVEL_NAMES[kind]}"
        for at, kind in enumerate(level)
    ]
    ids = [f"{first_school_id + at:04d}" for at in range(len(level))]
    return Schools(ids, names, level, first, count)


@dataclass
class Timetable:
    """Which classes of the first day are open to which grades.

    A group is a school, a period and a range of grades; it has one or more sections, which are the classes.
    """

    lowest: Ints  # per school
    grades: Ints  # per school: how many
    groups: Ints  # per school and period: how many ranges of grades
    first_group: Ints  # per school and period
    first_class: Ints  # per group
    sections: Ints  # per group
    one_room: Ints  # per school: 1 where a section stays together all day

    def group(self, school: Ints, grade: Ints) -> Ints:
        """The group of each student in each period: one row per student, one column per period."""
        below = ((grade - self.lowest[school])[:, None] * self.groups[school]) // self.grades[school][:, None]
        return self.first_group[school] + below

    def draw_classes(self, rng: np.random.Generator, school: Ints, grade: Ints) -> Ints:
        """A class for each student and period: one row per student, one column per period."""
        group = self.group(school, grade)
        draw = rng.random(group.shape)
        draw = np.where(self.one_room[school][:, None] == 1, draw[:, :1], draw)
        return self.first_class[group] + (draw * self.sections[group]).astype(np.int64)


@dataclass
class FirstDay:
    """What schools set up for their students: staff, classes, and the class of each student and period."""

    timetable: Timetable
    staff: Staff
    classes: Classes
    taken: Ints


def open_schools(rng: np.random.Generator, schools: Schools, students: Students) -> FirstDay:
    """Groups the students into classes of about 30 and hires the staff to teach them."""
    timetable, taken = _set_timetable(rng, schools, students)
    school, period, lowest, highest, section = _class_places(timetable)
    per_school = np.bincount(school, minlength=len(schools.ids))
    # An elementary teacher has one group all day, others teach five sections.
    taught = np.where(timetable.one_room == 1, PERIODS, _SECTIONS_PER_TEACHER)
    teachers = -(-per_school // taught)
    staff, first_teacher = _hire(rng, teachers)
    place = np.arange(len(school)) - (np.cumsum(per_school) - per_school)[school]
    # Classes come by period, so taking turns never gives a teacher two classes at a time.
    turn = place % teachers[school]
    classes = Classes(
        school=school,
        period=period,
        lowest_grade=lowest,
        highest_grade=highest,
        section=section,
        subject=_subjects(lowest, period, section),
        title_version=np.zeros_like(school),
        teacher=first_teacher[school] + turn,
        room=101 + turn,
        two_periods=(period == PERIODS - 1) & (highest > lowest),
        homeroom=(period == 0) & (timetable.one_room[school] == 1),
    )
    return FirstDay(timetable, staff, classes, taken)


def _set_timetable(rng: np.random.Generator, schools: Schools, students: Students) -> tuple[Timetable, Ints]:
    size = np.bincount(students.school, minlength=len(schools.ids))
    lowest = _LOWEST[schools.level]
    grades = _HIGHEST[schools.level] - lowest + 1
    whole = np.clip(np.rint(size / _SMALLEST_GROUP).astype(np.int64), 1, grades)
    groups = np.repeat(whole[:, None], PERIODS, axis=1)
    one_room = (schools.level == ELEMENTARY).astype(np.int64)
    # The last period mixes grades, except in elementary schools.
    groups[:, -1] = np.where(one_room == 1, whole, np.maximum(1, whole // 2))
    first_group = np.cumsum(groups.ravel()).reshape(groups.shape) - groups
    no_sections = np.empty(0, dtype=np.int64)
    timetable = Timetable(lowest, grades, groups, first_group, no_sections, no_sections, one_room)
    group = timetable.group(students.school, students.grade)
    members = np.bincount(group.ravel(), minlength=int(groups.sum()))
    timetable.sections = np.maximum(1, np.rint(members / CLASS_SIZE).astype(np.int64))
    timetable.first_class = np.cumsum(timetable.sections) - timetable.sections
    taken = np.empty_like(group)
    same_all_day = rng.random(len(students))
    for period in range(PERIODS):
        of_period = group[:, period]
        draw = np.where(one_room[students.school] == 1, same_all_day, rng.random(len(students)))
        order = np.lexsort((draw, of_period))
        rank = np.empty(len(order), dtype=np.int64)
        of_group = np.bincount(of_period, minlength=len(members))
        start = np.cumsum(of_group) - of_group
        rank[order] = np.arange(len(order)) - start[of_period[order]]
        taken[:, period] = timetable.first_class[of_period] + rank * timetable.sections[of_period] // members[of_period]
    return timetable, taken


def _class_places(timetable: Timetable) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """School, period, lowest and highest grade and section number of each class of the timetable."""
    per_place = timetable.groups.ravel()
    place = np.repeat(np.arange(len(per_place)), per_place)
    school, period = place // PERIODS, place % PERIODS
    nth = np.arange(len(place)) - timetable.first_group.ravel()[place]
    grades, groups = timetable.grades[school], per_place[place]
    lowest = timetable.lowest[school] + -(-nth * grades // groups)
    highest = timetable.lowest[school] + -(-(nth + 1) * grades // groups) - 1
    group = np.repeat(np.arange(len(place)), timetable.sections)
    section = np.arange(len(group)) - timetable.first_class[group] + 1
    return school[group], period[group], lowest[group], highest[group], section


def _subjects(lowest: Ints, period: Ints, section: Ints) -> Ints:
    subject = np.empty_like(period)
    level = LEVEL_OF_GRADE[lowest]
    for kind, periods in enumerate((ELEMENTARY_SUBJECTS, MIDDLE_SUBJECTS, HIGH_SUBJECTS)):
        for number, choice in enumerate(periods):
            here = (level == kind) & (period == number)
            codes = np.array([SUBJECTS.index(name) for name in choice])
            subject[here] = codes[section[here] % len(codes)]
    return subject


def _hire(rng: np.random.Generator, teachers: Ints) -> tuple[Staff, Ints]:
    """Per school an administrator, its teachers, an aide for every ten of them; and its first teacher."""
    aides = np.maximum(1, teachers // 10)
    per_school = 1 + teachers + aides
    school = np.repeat(np.arange(len(per_school)), per_school)
    place = np.arange(len(school)) - (np.cumsum(per_school) - per_school)[school]
    second = np.full(len(school), NONE)
    if len(per_school) > 1:
        elsewhere = (school + rng.integers(1, len(per_school), len(school))) % len(per_school)
        shared = (rng.random(len(school)) < _AT_TWO_SCHOOLS) | (np.arange(len(school)) == 1)
        second = np.where(shared & (place > 0), elsewhere, NONE)
    size = len(school)
    staff = Staff(
        given=rng.integers(0, len(GIVEN_NAMES), size),
        surname=rng.integers(0, len(FAMILY_NAMES), size),
        role=np.where(place == 0, ADMINISTRATOR, np.where(place <= teachers[school], TEACHER, AIDE)),
        school=school,
        second_school=second,
        mail_version=np.zeros(size, dtype=np.int64),
        phone=draw_phones(rng, size, 0.4),
    )
    return staff, np.cumsum(per_school) - per_school + 1
