"""A small district that lives through school years: two schools, their grades, a term's classes, families.

Elm has kindergarten to grade 05, Oak has 06 to 12. Every student has a mother and some classes of the grade. Made-up
people only.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tests.support.district import Rows, contact, enrollment, school_class, student, teacher

ELM, OAK = "ELM", "OAK"

GRADES = ("KG", *(f"{n:02}" for n in range(1, 13)))

SCHOOL_OF = {grade: OAK if "06" <= grade <= "12" else ELM for grade in GRADES}

SUBJECTS = ("Homeroom", "Reading", "Mathematics")


@dataclass(frozen=True)
class Pupil:
    """A student: `number` for ever, and where he or she is in school year `year`."""

    number: int
    grade: str
    school: str
    year: int


@dataclass(frozen=True)
class SchoolDistrict:
    """What the student information system of a district knows. Each step returns the district after it."""

    pupils: tuple[Pupil, ...] = ()
    terms: dict[str, str] = field(default_factory=lambda: dict.fromkeys((ELM, OAK), "fall-2026"))
    """The term whose classes each school has."""
    year: int = 2026
    next_number: int = 0

    def arrives(self, count: int, grade: str = "KG") -> SchoolDistrict:
        """So many new students come."""
        first = self.next_number
        new = tuple(Pupil(first + n, grade, SCHOOL_OF[grade], self.year) for n in range(count))
        return replace(self, pupils=self.pupils + new, next_number=first + count)

    def leaves(self, *numbers: int) -> SchoolDistrict:
        """These students leave."""
        return replace(self, pupils=tuple(pupil for pupil in self.pupils if pupil.number not in numbers))

    def year_begins(self, year: int, *schools: str, term: str) -> SchoolDistrict:
        """Who is in these schools, or in both, moves up: grade 12 leaves, grade 05 goes on to Oak."""
        schools = schools or (ELM, OAK)
        pupils = []
        for pupil in self.pupils:
            if pupil.school not in schools or pupil.year == year:
                pupils.append(pupil)
            elif pupil.grade != "12":
                grade = GRADES[GRADES.index(pupil.grade) + 1]
                school = SCHOOL_OF[grade] if SCHOOL_OF[grade] != SCHOOL_OF[pupil.grade] else pupil.school
                pupils.append(replace(pupil, grade=grade, school=school, year=year))
        return replace(self, pupils=tuple(pupils), year=year).term_begins(term, *schools)

    def term_begins(self, term: str, *schools: str) -> SchoolDistrict:
        """These schools, or both, have the classes of another term."""
        return replace(self, terms=self.terms | dict.fromkeys(schools or tuple(self.terms), term))

    def closes(self, school: str, into: str | None = None) -> SchoolDistrict:
        """A school is no more. Its students go on in another one, or leave the district."""
        pupils = [pupil for pupil in self.pupils if pupil.school != school]
        pupils += [replace(pupil, school=into) for pupil in self.pupils if into and pupil.school == school]
        terms = {key: term for key, term in self.terms.items() if key != school}
        return replace(self, pupils=tuple(pupils), terms=terms)

    def rows(self) -> Rows:
        """The files that the district sends."""
        rows = Rows()
        for pupil in self.pupils:
            rows.users.append(student(f"S{pupil.number:04}", pupil.school, grades=pupil.grade))
            phone = f"202-555-01{pupil.number % 100:02}"
            rows.users.append(contact(f"P{pupil.number:04}", f"S{pupil.number:04}", sms=phone))
        for school, term in self.terms.items():
            rows.users += [teacher(f"T-{school}-{n}", school) for n in range(len(SUBJECTS))]
            there = [pupil for pupil in self.pupils if pupil.school == school]
            for grade in sorted({pupil.grade for pupil in there}):
                for n, subject in enumerate(SUBJECTS):
                    key = f"{term}-{school}-{grade}-{n}"
                    rows.classes.append(school_class(key, school, title=f"{subject} {grade}"))
                    rows.enrollments.append(enrollment(key, f"T-{school}-{n}", "teacher"))
                    rows.enrollments += [enrollment(key, f"S{p.number:04}") for p in there if p.grade == grade]
        return rows


def first_year(of_each_grade: int = 6) -> SchoolDistrict:
    """The district in its first fall."""
    district = SchoolDistrict()
    for grade in GRADES:
        district = district.arrives(of_each_grade, grade)
    return district
