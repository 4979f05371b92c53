"""Small random districts: what happens in them each day, what their exports lose, and the files that come of it.

`World` is what is so; `World.delivery` is what a good export says of it; `damaged` is what arrives. All of it follows
from one seed, and every step is told in `story`, so that a week that fails can be read.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.support.district import CLASS_COLUMNS, ENROLLMENT_COLUMNS, USER_COLUMNS, csv_bytes
from tests.support.families import CONTACT_COLUMNS, GUARDIAN_COLUMNS
from tests.support.model import CLASSES, CONTACTS, ENROLLMENTS, GUARDIANS, USERS, Delivery, Sheet

ATTRIBUTES = "student_attributes.csv"
SCHOOLS = ("N", "M")
FLAGS = ("", "0", "1")

_SYLLABLES = [one + two for one in "bdfgklmnprstvz" for two in ("a", "e", "i", "o", "u")]


@dataclass
class Pair:
    """What the district knows of a contact and a student, and which of its rows say so."""

    relationship: str = "Mother"
    legal: str = ""
    no_contact: str = ""
    custody: str = ""
    priority: str = "1"
    in_contacts: bool = True
    on_contact: bool = True
    on_student: bool = False
    guardians_role: str = ""
    """In guardians.csv; blank: no row there."""


@dataclass
class Contact:
    key: str
    given: str
    family: str
    role: str
    """In users.csv; "-": no row there."""
    details: dict[str, dict[str, str]]
    """By file and column."""
    pairs: dict[str, Pair] = field(default_factory=dict)


@dataclass
class Student:
    key: str
    given: str
    family: str
    number: str
    schools: list[str]
    grade: str
    details: dict[str, str]


@dataclass
class Stint:
    begin: str = ""
    end: str = ""
    primary: str = ""


@dataclass
class World:
    """A district as it is."""

    rng: random.Random
    today: date
    students: dict[str, Student] = field(default_factory=dict)
    staff: dict[str, Student] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    classes: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    """Title, school, room."""
    enrollments: dict[tuple[str, str, str], list[Stint]] = field(default_factory=dict)
    gone: list[tuple[Student, dict[str, Pair], list[tuple[str, str, str]]]] = field(default_factory=list)
    columns: dict[str, list[str]] = field(default_factory=dict)
    """Those that the export has."""
    has_capacities: bool = False
    """Whether staff and students become guardians too."""
    files: set[str] = field(default_factory=set)
    story: list[str] = field(default_factory=list)
    count: int = 0

    def number(self) -> int:
        self.count += 1
        return self.count

    def name(self) -> str:
        return "".join(self.rng.sample(_SYLLABLES, 5)).capitalize()

    def pick(self, items: Sequence[str]) -> str:
        return self.rng.choice(list(items))

    def tell(self, text: str) -> None:
        self.story.append(text)

    # --- how it begins

    def found(self) -> None:
        rng = self.rng
        self.columns = {
            USERS: list(USER_COLUMNS), CLASSES: list(CLASS_COLUMNS), ENROLLMENTS: list(ENROLLMENT_COLUMNS),
            CONTACTS: list(CONTACT_COLUMNS), GUARDIANS: list(GUARDIAN_COLUMNS),
        }  # fmt: skip
        self.columns[CONTACTS].append("middleName")
        self.files = {USERS, CLASSES, ENROLLMENTS}
        self.files |= {
            file for file, odds in ((CONTACTS, 0.8), (GUARDIANS, 0.4), (ATTRIBUTES, 0.3)) if rng.random() < odds
        }
        for number in range(1, 5):
            self.classes[f"C{number}"] = (f"Class {number}", SCHOOLS[number % 2], f"R{number}")
        for number in range(3):
            self.add_staff(SCHOOLS[number % 2])
        for _ in range(rng.randint(8, 14)):
            self.add_student()
        for _ in range(rng.randint(5, 10)):
            self.add_contact()

    def add_staff(self, school: str) -> None:
        key = f"T{self.number()}"
        self.staff[key] = Student(
            key, self.name(), self.name(), "", [school], "", {"email": f"{key.lower()}@school.example"}
        )
        for class_id, (_, at, _) in self.classes.items():
            if at == school:
                self.enrollments[class_id, key, "teacher"] = [Stint(primary=self.pick(("", "true")))]

    def add_student(self) -> str:
        n = self.number()
        key, school = f"S{n}", self.pick(SCHOOLS)
        details = {"email": self.pick(("", f"{key.lower()}@home.example")), "language": self.pick(("", "es"))}
        self.students[key] = Student(
            key, self.name(), self.name(), f"9{n:03}", [school], self.pick(("04", "05")), details
        )
        for class_id, (_, at, _) in self.classes.items():
            if at == school and self.rng.random() < 0.7:
                self.enrollments[class_id, key, "student"] = [Stint()]
        return key

    def add_contact(self, child: str | None = None) -> str:
        rng, n = self.rng, self.number()
        key = f"P{n}"
        child = child or self.pick(list(self.students))
        role = self.pick(("", "", "parent", "relative", "-" if CONTACTS in self.files else ""))
        details = {
            file: {
                "email": self.pick(("", f"{key.lower()}@example.org")),
                "sms": self.pick(("", f"+1202555{n:04}")),
                "phone": self.pick(("", "", f"+1303555{n:04}")),
                "language": self.pick(("", "", "es")),
            }
            for file in (USERS, CONTACTS, GUARDIANS)
        }
        family = self.students[child].family if rng.random() < 0.5 else self.name()
        contact = Contact(key, self.name(), family, role, details)
        for one in dict.fromkeys([child, self.pick(list(self.students))] if rng.random() < 0.4 else [child]):
            contact.pairs[one] = self.pair(role)
        self.contacts[key] = contact
        return key

    def pair(self, role: str) -> Pair:
        rng = self.rng
        only_contacts = role == "-"
        return Pair(
            relationship=self.pick(("Mother", "Father", "Mother", "Uncle", "")),
            legal=self.pick(FLAGS),
            no_contact=self.pick(("", "", "0", "0", "1")),
            custody=self.pick(("", "1", "1", "0")),
            in_contacts=only_contacts or rng.random() < 0.7,
            on_contact=not only_contacts and rng.random() < 0.9,
            on_student=not only_contacts and rng.random() < 0.4,
            guardians_role=self.pick(("", "", "parent", "guardian")) if GUARDIANS in self.files else "",
        )

    # --- what happens in a day

    def live(self, day: date) -> None:
        self.today = day
        for _ in range(self.rng.choice((0, 1, 1, 2, 3))):
            happening = self.rng.choice([*HAPPENINGS, *(CAPACITIES if self.has_capacities else ())])
            happening(self)

    def is_of_two(self, key: str) -> bool:
        """Whether a student or a staff member is a guardian too: such people stay, with their rows."""
        return key in self.contacts and (key in self.students or key in self.staff)

    def someone_is_a_guardian_too(self) -> None:
        rng = self.rng
        key = self.pick([*self.staff, *self.students])
        child = self.pick([one for one in self.students if one != key])
        if CONTACTS not in self.files or key in self.contacts or "X" in {**self.students, **self.staff}[key].schools:
            return
        person = {**self.students, **self.staff}[key]
        details = {
            file: {
                "email": self.pick(("", f"{key.lower()}@example.org")),
                "sms": self.pick(("", f"+1202556{self.number():04}")),
                "phone": "",
                "language": self.pick(("", "es")),
            }
            for file in (USERS, CONTACTS, GUARDIANS)
        }
        pair = self.pair("-")
        pair.on_student = rng.random() < 0.4
        self.contacts[key] = Contact(key, person.given, person.family, "-", details, {child: pair})
        self.tell(f"{key} is a guardian too: {child}, {pair}")

    def a_student_leaves(self) -> None:
        if len(self.students) < 5:
            return
        key = self.pick(list(self.students))
        if self.is_of_two(key):
            return
        student = self.students.pop(key)
        pairs = {c.key: c.pairs.pop(key) for c in self.contacts.values() if key in c.pairs}
        places = [place for place in self.enrollments if place[1] == key]
        for place in places:
            del self.enrollments[place]
        self.gone.append((student, pairs, places))
        self.tell(f"{key} leaves")

    def a_student_returns(self) -> None:
        if not self.gone:
            return
        student, pairs, places = self.gone.pop(self.rng.randrange(len(self.gone)))
        self.students[student.key] = student
        for key, pair in pairs.items():
            if key in self.contacts:
                self.contacts[key].pairs[student.key] = pair
        for place in places:
            if place[0] in self.classes:
                self.enrollments[place] = [Stint()]
        self.tell(f"{student.key} returns")

    def a_student_comes(self) -> None:
        key = self.add_student()
        if self.rng.random() < 0.7:
            self.tell(f"{key} comes with {self.add_contact(key)}")
        else:
            self.tell(f"{key} comes")

    def a_student_changes(self) -> None:
        key = self.pick(list(self.students))
        student = self.students[key]
        what = self.pick(
            ("grade", "email", "no email", "language", "school", "second school", "one school", "elsewhere")
        )
        if what == "grade":
            student.grade = self.pick(("03", "06", ""))
        elif what == "email":
            student.details["email"] = f"{key.lower()}.{self.number()}@home.example"
        elif what == "no email":
            student.details["email"] = ""
        elif what == "language":
            student.details["language"] = self.pick(("", "es", "en"))
        elif what == "second school":
            student.schools = list(SCHOOLS)
        elif what == "elsewhere" and not self.is_of_two(key):
            student.schools = ["X"]
        else:
            student.schools = [self.pick(SCHOOLS)]
        self.tell(f"{key} changes: {what}")

    def a_class_changes(self) -> None:
        what = self.pick(("new", "gone", "room", "back"))
        if what == "new" or (what == "gone" and len(self.classes) < 3):
            key = f"C{self.number()}"
            self.classes[key] = (f"Class {key}", self.pick(SCHOOLS), "R")
            for student in self.rng.sample(list(self.students), 2):
                self.enrollments[key, student, "student"] = [Stint()]
        elif what == "gone":
            key = self.pick(list(self.classes))
            del self.classes[key]
            self.enrollments = {place: stints for place, stints in self.enrollments.items() if place[0] != key}
        elif what == "back":
            key = f"C{self.rng.randint(1, 4)}"
            self.classes.setdefault(key, (f"Class {key}", "N", "R"))
        else:
            key = self.pick(list(self.classes))
            title, school, _ = self.classes[key]
            self.classes[key] = (title, school, self.pick(("", "R7", "R8")))
        self.tell(f"class {key}: {what}")

    def an_enrollment_changes(self) -> None:
        what = self.pick(("drop", "add", "ends", "stints", "future", "primary"))
        if what == "add" or not self.enrollments:
            place = (self.pick(list(self.classes)), self.pick(list(self.students)), "student")
            self.enrollments[place] = [Stint()]
        else:
            place = self.rng.choice(list(self.enrollments))
            dates = {n: (self.today + timedelta(days=n)).isoformat() for n in (-30, -9, 1, 2, 60)}
            if what == "drop":
                del self.enrollments[place]
            elif what == "ends":
                self.enrollments[place] = [Stint(begin=dates[-30], end=dates[self.rng.choice((-9, 1, 2))])]
            elif what == "future":
                self.enrollments[place] = [Stint(begin=dates[self.rng.choice((1, 2))])]
            elif what == "primary":
                self.enrollments[place] = [Stint(primary=self.pick(("", "true", "false")))]
            else:
                self.enrollments[place] = [
                    Stint(dates[-30], dates[-9]),
                    Stint(dates[self.rng.choice((-9, 2))], dates[60]),
                ]
        self.tell(f"enrollment {'|'.join(place)}: {what}")

    def a_contact_comes(self) -> None:
        self.tell(f"{self.add_contact()} comes")

    def a_contact_goes(self) -> None:
        if len(self.contacts) > 3:
            key = self.pick(list(self.contacts))
            del self.contacts[key]
            self.tell(f"{key} goes")

    def a_pair_changes(self) -> None:
        contact = self.contacts[self.pick(list(self.contacts))]
        if not contact.pairs:
            contact.pairs[self.pick(list(self.students))] = self.pair(contact.role)
            self.tell(f"{contact.key} has a child again: {list(contact.pairs)}")
            return
        student = self.pick(list(contact.pairs))
        pair = contact.pairs[student]
        what = self.pick(
            (
                "relationship",
                "legal",
                "no_contact",
                "custody",
                "in_contacts",
                "on_contact",
                "on_student",
                "guardians",
                "end",
            )
        )
        if what == "relationship":
            pair.relationship = self.pick(("Mother", "Uncle", ""))
        elif what == "legal":
            pair.legal = self.pick(FLAGS)
        elif what == "no_contact":
            pair.no_contact = self.pick(("", "0", "1"))
        elif what == "custody":
            pair.custody = self.pick(("", "0", "1"))
        elif what == "in_contacts":
            pair.in_contacts = not pair.in_contacts
        elif what == "on_contact":
            pair.on_contact = not pair.on_contact
        elif what == "on_student":
            pair.on_student = not pair.on_student
        elif what == "guardians":
            pair.guardians_role = self.pick(("", "parent", "guardian"))
        else:
            del contact.pairs[student]
        self.tell(f"{contact.key}-{student}: {what}, {pair}")

    def a_contact_changes(self) -> None:
        contact = self.contacts[self.pick(list(self.contacts))]
        file = self.pick((USERS, CONTACTS, GUARDIANS))
        column = self.pick(("email", "sms", "phone", "language"))
        new = {"email": f"{contact.key.lower()}.{self.number()}@example.org", "language": "fr"}
        said = self.pick(("", new.get(column, f"+1404555{self.number():04}")))
        contact.details[file][column] = said
        self.tell(f"{contact.key}: {column} in {file} is now {said!r}")

    # --- what a good export says of it

    def delivery(self) -> dict[str, Sheet]:
        users: list[dict[str, str]] = []
        for key, student in {**self.students, **self.staff}.items():
            agents = ",".join(c.key for c in self.contacts.values() if key in c.pairs and c.pairs[key].on_student)
            row = {
                "sourcedId": key, "role": "student" if key in self.students else "teacher", "givenName": student.given,
                "familyName": student.family, "identifier": student.number, "grades": student.grade,
                "agentSourcedIds": agents, **student.details,
            }  # fmt: skip
            if len(student.schools) > 1 and self.count % 2:
                users += [{**row, "orgSourcedIds": school} for school in student.schools]
            else:
                users.append({**row, "orgSourcedIds": ",".join(student.schools)})
        of_contacts: list[dict[str, str]] = []
        of_guardians: list[dict[str, str]] = []
        for contact in self.contacts.values():
            names = {"givenName": contact.given, "familyName": contact.family}
            if contact.role != "-":
                users += self.contact_rows(contact, names)
            for student_id, pair in contact.pairs.items():
                facts = {"relationship": pair.relationship, "legalGuardian": pair.legal}
                if pair.in_contacts:
                    of_contacts.append(
                        {
                            "contactSourcedId": contact.key, "studentSourcedId": student_id, **facts, **names,
                            "noContact": pair.no_contact, "custody": pair.custody, "priority": pair.priority,
                            **contact.details[CONTACTS],
                        }
                    )  # fmt: skip
                if pair.guardians_role:
                    of_guardians.append(
                        {
                            "guardianSourcedId": contact.key, "studentSourcedId": student_id, **names,
                            "role": pair.guardians_role, **contact.details[GUARDIANS],
                        }
                    )  # fmt: skip
        classes = [
            {"sourcedId": key, "title": title, "schoolSourcedId": school, "location": room, "periods": "1"}
            for key, (title, school, room) in self.classes.items()
        ]
        enrollments = [
            {
                "classSourcedId": class_id, "userSourcedId": user, "role": role,
                "primary": stint.primary, "beginDate": stint.begin, "endDate": stint.end,
            }
            for (class_id, user, role), stints in self.enrollments.items()
            for stint in stints
        ]  # fmt: skip
        attributes = [{"studentSourcedId": key, "attribute": "bus", "value": "7"} for key in self.students]
        tables = {
            USERS: users, CLASSES: classes, ENROLLMENTS: enrollments, CONTACTS: of_contacts, GUARDIANS: of_guardians,
            ATTRIBUTES: attributes,
        }  # fmt: skip
        columns = {**self.columns, ATTRIBUTES: ["studentSourcedId", "attribute", "value"]}
        return {
            file: Sheet(tuple(columns[file]), [{c: row.get(c, "") for c in columns[file]} for row in rows])
            for file, rows in tables.items()
            if file in self.files
        }

    def contact_rows(self, contact: Contact, names: dict[str, str]) -> list[dict[str, str]]:
        """One row for all children of whom the district says the same, as exports have it."""
        rows: dict[tuple[str, str], list[str]] = {}
        for student, pair in contact.pairs.items():
            of = rows.setdefault((pair.relationship, pair.legal), [])
            if pair.on_contact:
                of.append(student)
        return [
            {
                "sourcedId": contact.key, "role": contact.role, "relationship": relationship, "legalGuardian": legal,
                "agentSourcedIds": ",".join(students), **names, **contact.details[USERS],
            }
            for (relationship, legal), students in rows.items()
        ]  # fmt: skip


HAPPENINGS: list[Callable[[World], None]] = [
    World.a_student_leaves,
    World.a_student_returns,
    World.a_student_comes,
    World.a_student_changes,
    World.a_student_changes,
    World.a_class_changes,
    World.an_enrollment_changes,
    World.an_enrollment_changes,
    World.a_contact_comes,
    World.a_contact_goes,
    World.a_pair_changes,
    World.a_pair_changes,
    World.a_pair_changes,
    World.a_contact_changes,
    World.a_contact_changes,
]

CAPACITIES: list[Callable[[World], None]] = [World.someone_is_a_guardian_too] * 4

DROPPED_COLUMNS = {
    USERS: (
        "email",
        "sms",
        "phone",
        "language",
        "agentSourcedIds",
        "relationship",
        "legalGuardian",
        "identifier",
        "grades",
    ),
    CLASSES: ("location",),
    ENROLLMENTS: ("primary", "beginDate", "endDate"),
    CONTACTS: ("email", "sms", "language", "relationship", "legalGuardian", "noContact", "custody", "priority"),
    GUARDIANS: ("email", "role", "noContact"),
}
"""Columns that an export may lose."""


@dataclass
class Losses:
    """What an export does not have for some nights."""

    files: dict[str, int] = field(default_factory=dict)
    columns: dict[tuple[str, str], int] = field(default_factory=dict)

    def age(self) -> None:
        self.files = {file: nights - 1 for file, nights in self.files.items() if nights > 1}
        self.columns = {column: nights - 1 for column, nights in self.columns.items() if nights > 1}


def damaged(world: World, losses: Losses, delivery: dict[str, Sheet], *, by_number: bool) -> dict[str, Sheet]:
    """Return what arrives of a delivery."""
    rng, tell = world.rng, world.tell
    losses.age()
    if rng.random() < 0.3:
        file = rng.choice((CONTACTS, GUARDIANS, ATTRIBUTES))
        losses.files[file] = rng.randint(1, 3)
    if rng.random() < 0.3:
        file = rng.choice(list(DROPPED_COLUMNS))
        column = rng.choice(DROPPED_COLUMNS[file])
        if not (by_number and column == "identifier"):
            losses.columns[file, column] = rng.randint(1, 3)
    for file in losses.files:
        if delivery.pop(file, None):
            tell(f"{file} is lost")
    for file, column in losses.columns:
        if file in delivery:
            sheet = delivery[file]
            columns = tuple(one for one in sheet.columns if one != column)
            delivery[file] = Sheet(columns, [{c: row[c] for c in columns} for row in sheet.rows])
            tell(f"{file} has no column {column}")
    for _ in range(rng.choice((0, 0, 1, 1, 2))):
        file = rng.choice(
            [
                one
                for one in (USERS, CLASSES, ENROLLMENTS, ENROLLMENTS, CONTACTS, CONTACTS, GUARDIANS)
                if one in delivery
            ]
        )
        delivery[file] = _harmed(world, file, delivery[file])
    for sheet in delivery.values():
        if rng.random() < 0.2:
            rng.shuffle(sheet.rows)
    return delivery


KEYS = {
    USERS: ("sourcedId",), CLASSES: ("sourcedId",), ENROLLMENTS: ("classSourcedId", "userSourcedId"),
    CONTACTS: ("contactSourcedId", "studentSourcedId"), GUARDIANS: ("guardianSourcedId", "studentSourcedId"),
}  # fmt: skip


def _harmed(world: World, file: str, sheet: Sheet) -> Sheet:
    rng, rows = world.rng, [dict(row) for row in sheet.rows]
    if not rows:
        return sheet
    what = rng.choice(
        ("left out", "left out", "cut at a line end", "cut", "header", "rejected", "rejected", "unreadable", "keyless")
    )
    row = rng.choice(rows)
    if (
        file == USERS
        and what in {"left out", "cut at a line end"}
        and any(world.is_of_two(one["sourcedId"]) for one in rows)
    ):
        return sheet
    if what == "left out":
        rows = [one for one in rows if one is not row]
    elif what == "cut at a line end":
        rows = rows[: -rng.randint(1, 3)] or rows
    elif what == "cut":
        if file in {USERS, CLASSES, ENROLLMENTS} and rng.random() < 0.7:
            return sheet
        world.tell(f"{file}: cut in the middle of its last row")
        whole = csv_bytes(sheet.columns, rows[-1:]).decode().splitlines()[1].split(",")
        return Sheet(sheet.columns, rows[:-1], cut=",".join(whole[: rng.randint(2, len(whole) - 2)]))
    elif what == "header":
        if file in {USERS, CLASSES} and rng.random() < 0.8:
            return sheet
        rows = []
    elif what == "rejected":
        _spoil(rng, file, row)
    elif what == "unreadable":
        column = rng.choice([c for c in ("email", "sms", "phone", "legalGuardian") if c in row] or [""])
        if not column or not row[column]:
            return sheet
        row[column] = {"email": "no address", "legalGuardian": "perhaps"}.get(column, "12")
        if file == USERS and row["role"] == "teacher" and column == "legalGuardian":
            return sheet
    elif what == "keyless":
        rows.append(dict.fromkeys(sheet.columns, "") | _total(file))
    world.tell(f"{file}: {what} {tuple(row[c] for c in KEYS[file]) if what not in ('header', 'keyless') else ''}")
    return Sheet(sheet.columns, rows)


def _spoil(rng: random.Random, file: str, row: dict[str, str]) -> None:
    """Give a row an error for which it is left out."""
    if file == USERS:
        row |= {"givenName": "", "familyName": ""}
    elif file == CLASSES:
        row["title"] = ""
    elif file == ENROLLMENTS:
        row.update(rng.choice(({"role": "pupil"}, {"userSourcedId": ""}, {"classSourcedId": ""})))
    elif file == CONTACTS and "noContact" in row:
        row["noContact"] = "perhaps"
    elif file == CONTACTS:
        row["studentSourcedId"] = ""
    else:
        row.update(rng.choice(({"studentSourcedId": ""}, {"noContact": "perhaps"})))


def _total(file: str) -> dict[str, str]:
    if file == USERS:
        return {"role": "student", "givenName": "Total", "familyName": "Total", "orgSourcedIds": "N"}
    if file == CLASSES:
        return {"title": "Total", "schoolSourcedId": "N"}
    if file == ENROLLMENTS:
        return {"role": "student"}
    return {"givenName": "Total", "familyName": "Total"}


def as_files(delivery: Delivery) -> dict[str, bytes]:
    """Return the bytes of the files."""
    made = {}
    for file, sheet in delivery.items():
        content = csv_bytes(sheet.columns, sheet.rows)
        if sheet.cut:
            content += sheet.cut.encode()
        made[file] = content
    return made
