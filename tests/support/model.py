"""A model of what a roster must be after a night: plain Python, written from docs/ and not from the SQL.

`plan_night` takes the roster as the model knows it and tonight's delivery as a person reads it, and says what each
record is to be when all is applied, which links wait for an absent file, and who is still named by other rows.
`settled` takes back what the gate has withheld: which of the losses it must withhold is `owed_to_a_person`.

The rule that everything follows from: nothing is lost, gained or unbarred because something was not said. Each thing
that is known has its *support*, the sources that said it. Said tonight, it stays; said by none, it goes once one source
of its support is complete tonight; else it stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

USERS, CONTACTS, GUARDIANS = "users.csv", "contacts.csv", "guardians.csv"
CLASSES, ENROLLMENTS = "classes.csv", "enrollments.csv"
OF_FAMILIES = (USERS, CONTACTS, GUARDIANS)
"""The files that speak of contacts, the strongest first."""

DETAILS = ("email", "sms", "phone", "language")
NAMES = ("givenName", "familyName")
OWN_COLUMNS = (*NAMES, "identifier", "grades", *DETAILS)

ROLES = ("guardian", "parent", "relative")
STAFF_ROLES = ("teacher", "aide", "administrator")

UNREADABLE = frozenset({"no address", "12", "perhaps"})
"""Cells that cannot be read where an address, a number or a flag is to stand."""

Row = Mapping[str, str]
Pair = tuple[str, str]
Place = tuple[str, str, str]
Kind = Literal["students", "staff", "guardians"]
Change = tuple[str, str, str]


@dataclass(frozen=True)
class Sheet:
    """A file as it came: its columns and rows; `cut`: the half of a row in which it ends, not among the rows."""

    columns: tuple[str, ...]
    rows: list[dict[str, str]]
    cut: str = ""


Delivery = Mapping[str, Sheet]


@dataclass
class Person:
    kind: Kind
    role: str
    values: dict[str, str]
    schools: frozenset[str] = frozenset()
    active: bool = True
    absent_since: date | None = None
    record: frozenset[str] = frozenset()
    """The files that named a guardian."""
    support: dict[str, frozenset[str]] = field(default_factory=dict)
    """By column: the files that said a guardian's value."""


@dataclass
class Link:
    role: str
    named: frozenset[tuple[str, str]]
    """The file and the side that named the two."""
    strength: int
    tested: frozenset[str]
    """The columns by which the rule gave the role."""
    file: str
    active: bool = True
    absent_since: date | None = None


@dataclass
class Thing:
    """A class or an enrollment."""

    values: dict[str, str]
    active: bool = True
    absent_since: date | None = None


@dataclass
class Roster:
    people: dict[str, Person] = field(default_factory=dict)
    classes: dict[str, Thing] = field(default_factory=dict)
    enrollments: dict[Place, Thing] = field(default_factory=dict)
    links: dict[Pair, Link] = field(default_factory=dict)
    bars: set[tuple[str, str, str, str]] = field(default_factory=set)
    """Contact, student, no_contact or custody, and the file that said it."""
    told: set[tuple[str, str]] = field(default_factory=set)
    """Each file and column that has told something."""


@dataclass(frozen=True)
class Rule:
    role: str
    relationship: tuple[str, ...] = ()
    legal: bool | None = None
    sent: tuple[str, ...] = ()
    custody: bool | None = None

    @property
    def tested(self) -> frozenset[str]:
        asked = {"relationship": self.relationship, "role": self.sent}
        flags = {"legalGuardian": self.legal, "custody": self.custody}
        return frozenset([c for c, words in asked.items() if words] + [c for c, f in flags.items() if f is not None])

    def holds(self, row: Row) -> bool:
        return (
            (not self.relationship or row.get("relationship", "").lower() in self.relationship)
            and (self.legal is None or flag(row, "legalGuardian") is self.legal)
            and (not self.sent or row.get("role", "") in self.sent)
            and (self.custody is None or flag(row, "custody") is self.custody)
        )


DEFAULT_RULES = (
    Rule("guardian", legal=True),
    Rule("parent", relationship=("mother", "father")),
    Rule("as_sent", sent=ROLES),
)


@dataclass(frozen=True)
class Terms:
    """The settings that a plan is made by."""

    schools: frozenset[str]
    rules: tuple[Rule, ...] = DEFAULT_RULES
    manage_guardians: bool = True
    update_contact_details: bool = True
    update_language: bool = True
    restore_archived_classes: bool = True
    by_number: bool = False
    archive_after_days: int = 0
    ended: str = "keep"
    future: str = "keep"
    blocked: frozenset[Pair] = frozenset()
    retired: frozenset[str] = frozenset()
    """Files of which a person has said that they come no more."""


@dataclass
class Plan:
    """What the roster is to be once all is applied."""

    roster: Roster
    rejected: bool = False
    waiting: set[Pair] = field(default_factory=set)
    """Links that wait for an absent file: nobody can approve them. So does a role that would be a stronger one."""
    still_named: set[Change] = field(default_factory=set)
    """Archives that other rows of the delivery speak against."""
    nameless: set[str] = field(default_factory=set)
    """Files in which a row names nobody."""
    follows: set[Change] = field(default_factory=set)
    """Archives that follow from another, or from a date that was known: they are not judged by themselves."""
    barred: set[Pair] = field(default_factory=set)


def flag(row: Row, column: str) -> bool | None:
    said = row.get(column, "")
    return True if said in {"1", "true", "yes"} else False if said in {"0", "false", "no"} else None


def unreadable(row: Row, column: str) -> bool:
    return row.get(column, "") in UNREADABLE


@dataclass
class Tonight:
    """The delivery as it is read: what each row says, and about whom its files say nothing."""

    delivery: Delivery
    terms: Terms
    own: dict[str, list[Row]] = field(default_factory=dict)
    """The good rows of students and staff."""
    contacts: dict[str, dict[str, list[Row]]] = field(default_factory=lambda: {file: {} for file in OF_FAMILIES})
    """By file and contact: the good rows."""
    left_out: dict[str, set[str]] = field(default_factory=dict)
    """By file: whom rows that cannot be used name."""
    wrong_pairs: set[Pair] = field(default_factory=set)
    elsewhere: set[str] = field(default_factory=set)
    nameless: set[str] = field(default_factory=set)
    numbers: dict[str, str] = field(default_factory=dict)

    def there(self, file: str) -> bool:
        sheet = self.delivery.get(file)
        return sheet is not None and bool(sheet.rows)

    def there_or_retired(self, file: str) -> bool:
        return self.there(file) or file in self.terms.retired

    def says(self, file: str, column: str) -> bool:
        """Whether the column is in tonight's file, or all of the file is retired."""
        return (self.there(file) and column in self.delivery[file].columns) or (
            not self.there(file) and file in self.terms.retired
        )

    def complete(self, file: str, *people: str) -> bool:
        """Whether the file's silence about these people says something."""
        if not self.there(file):
            return file in self.terms.retired
        return not self.delivery[file].cut and not self.left_out.get(file, set()) & set(people)

    def leave_out(self, file: str, *ids: str) -> None:
        self.left_out.setdefault(file, set()).update(one for one in ids if one)


def read(delivery: Delivery, terms: Terms) -> Tonight:
    night = Tonight(delivery, terms)
    if terms.by_number:
        night.numbers = {
            row["sourcedId"]: row.get("identifier", "")
            for row in delivery[USERS].rows
            if row.get("role") == "student" and row["sourcedId"]
        }
    for sent in delivery[USERS].rows:
        row = dict(sent)
        if terms.by_number and row.get("role") == "student":
            row["sourcedId"] = row.get("identifier", "")
        key, role = row.get("sourcedId", ""), row.get("role", "")
        if not key:
            night.nameless.add(USERS)
            continue
        is_own = role == "student" or role in STAFF_ROLES
        is_contact = role in ROLES or (not role and bool(row.get("relationship") or row.get("legalGuardian")))
        schools = {one for one in row.get("orgSourcedIds", "").split(",") if one}
        has_name = bool(row.get("givenName") or row.get("familyName"))
        if not (is_own or is_contact) or not has_name or (is_own and not schools):
            night.leave_out(USERS, key)
        elif is_own and not schools & terms.schools:
            night.elsewhere.add(key)
        elif is_own:
            night.own.setdefault(key, []).append(row)
        else:
            night.contacts[USERS].setdefault(key, []).append(row)
            if unreadable(row, "legalGuardian"):
                night.leave_out(USERS, key)
    for file, column in ((CONTACTS, "contactSourcedId"), (GUARDIANS, "guardianSourcedId")):
        for sent in delivery[file].rows if night.there(file) else ():
            student = night.numbers.get(sent["studentSourcedId"], sent["studentSourcedId"])
            row = {**sent, "studentSourcedId": student, column: night.numbers.get(sent[column], sent[column])}
            if not row[column] and not student:
                night.nameless.add(file)
            elif not row[column] or not student:
                night.leave_out(file, row[column] or student)
            elif unreadable(row, "noContact"):
                night.leave_out(file, row[column])
                night.wrong_pairs.add((row[column], student))
            else:
                night.contacts[file].setdefault(row[column], []).append(row)
                if unreadable(row, "legalGuardian"):
                    night.leave_out(file, row[column])
    return night


def plan_night(known: Roster, delivery: Delivery, today: date, terms: Terms) -> Plan:
    """Return what the roster is to be after tonight, when all is applied."""
    plan = Plan(deepcopy(known))
    required = [delivery.get(file) for file in (USERS, CLASSES, ENROLLMENTS)]
    if any(sheet is None or sheet.cut for sheet in required) or not all(s and s.rows for s in required[:2]):
        plan.rejected = True
        return plan
    night = read(delivery, terms)
    plan.nameless = night.nameless
    _remember_sources(plan.roster, delivery, night)
    _own_people(plan, night, today)
    _classes(plan, night, today)
    _enrollments(plan, known, night, today)
    _families(plan, known, night, today)
    return plan


def _remember_sources(roster: Roster, delivery: Delivery, night: Tonight) -> None:
    for file, sheet in delivery.items():
        if night.there(file):
            # a column about families tells something once a cell of it does
            quiet = {"relationship", "legalGuardian", "noContact", "custody", "priority"}
            columns = [c for c in sheet.columns if c not in quiet or any(row.get(c) for row in sheet.rows)]
            roster.told |= {(file, column) for column in columns}


def _gone(thing: Person | Thing | Link, today: date, terms: Terms, *, at_once: bool = False) -> bool:
    """Note that a thing is missing; archive it where it has been missing for as long as the setting waits."""
    if not thing.active:
        return False
    thing.absent_since = thing.absent_since or today
    if at_once or (today - thing.absent_since).days >= terms.archive_after_days:
        thing.active = False
        return True
    return False


def _own_people(plan: Plan, night: Tonight, today: date) -> None:
    """Students and staff: users.csv alone speaks of them."""
    terms, people = night.terms, plan.roster.people
    for key, rows in night.own.items():
        row, before = rows[0], people.get(key)
        kind: Kind = "students" if row["role"] == "student" else "staff"
        values = {}
        for column in OWN_COLUMNS:
            is_said = night.says(USERS, column) and not unreadable(row, column)
            values[column] = row.get(column, "") if is_said else before.values[column] if before else ""
        if before:
            _keep(values, before, terms)
        schools = {one for row in rows for one in row["orgSourcedIds"].split(",")} & terms.schools
        if before and before.active and key in night.left_out.get(USERS, set()):
            schools |= before.schools
        support = before.support if before else {}
        people[key] = Person(kind, row["role"], values, frozenset(schools), support=support)
    named = {row.get("userSourcedId", "") for row in night.delivery[ENROLLMENTS].rows}
    named |= {night.numbers.get(one, one) for one in named}
    for key, person in people.items():
        if person.kind == "guardians" or key in night.own or key in night.left_out.get(USERS, set()):
            continue
        if _gone(person, today, terms) and key in named and key not in night.elsewhere:
            plan.still_named.add((person.kind, "archive", key))


def _keep(values: dict[str, str], before: Person, terms: Terms) -> None:
    """Leave alone what a setting leaves alone, of people who are in the roster."""
    if not terms.update_contact_details:
        values.update({column: before.values[column] for column in ("email", "sms", "phone")})
    if not terms.update_language:
        values["language"] = before.values["language"]


def _classes(plan: Plan, night: Tonight, today: date) -> None:
    sent: dict[str, Row] = {}
    for row in night.delivery[CLASSES].rows:
        key, school = row.get("sourcedId", ""), row.get("schoolSourcedId", "")
        if not key:
            night.nameless.add(CLASSES)
        elif not row.get("title") or not school:
            night.leave_out(CLASSES, key)
        elif school not in night.terms.schools:
            night.elsewhere.add(key)
        else:
            sent[key] = row
    for key, row in sent.items():
        before = plan.roster.classes.get(key)
        if before and not before.active and not night.terms.restore_archived_classes:
            continue
        values = {c: row.get(c, "") for c in ("title", "schoolSourcedId")}
        is_said = night.says(CLASSES, "location")
        values["location"] = row.get("location", "") if is_said else before.values["location"] if before else ""
        plan.roster.classes[key] = Thing(values)
    named = {row.get("classSourcedId") for row in night.delivery[ENROLLMENTS].rows}
    for key, thing in plan.roster.classes.items():
        is_silent = key in sent or key in night.left_out.get(CLASSES, set())
        if not is_silent and _gone(thing, today, night.terms) and key in named - night.elsewhere:
            plan.still_named.add(("classes", "archive", key))


def _turn(row: Row, today: str) -> tuple[int, str]:
    """How soon a stint counts: the one that is under way, else the next, else the last."""
    begin, end = row.get("beginDate", ""), row.get("endDate", "")
    if begin <= today and (not end or end > today):
        return 0, ""
    return (1, begin) if begin > today else (2, "".join(chr(255 - ord(letter)) for letter in end))


def _enrollments(plan: Plan, known: Roster, night: Tonight, today: date) -> None:
    terms, text = night.terms, today.isoformat()
    people = {key for key, person in plan.roster.people.items() if key in night.own and person.kind != "guardians"}
    sheet = night.delivery[ENROLLMENTS]
    said: dict[Place, Row] = {}
    spared_pairs: set[tuple[str, str]] = set()
    spared_halves: set[str] = set()
    for row in sheet.rows:
        user = night.numbers.get(row["userSourcedId"], row["userSourcedId"])
        class_id, role = row["classSourcedId"], row["role"]
        is_open = class_id in plan.roster.classes and any(
            one.get("sourcedId") == class_id for one in night.delivery[CLASSES].rows
        )
        if not class_id and not user:
            night.nameless.add(ENROLLMENTS)
        elif not class_id or not user:
            spared_halves.add(class_id or user)
        elif class_id in night.elsewhere or (user in night.elsewhere and user not in people):
            pass
        elif (
            role not in {"student", *STAFF_ROLES}
            or not is_open
            or user not in people
            or class_id in night.left_out.get(CLASSES, set())
        ):
            spared_pairs.add((class_id, user))
        elif (terms.ended == "keep" or not row.get("endDate") or row["endDate"] > text) and (
            terms.future == "keep" or row.get("beginDate", "") <= text
        ):
            place = (class_id, user, role)
            if place not in said or _turn(row, text) < _turn(said[place], text):
                said[place] = row
    for place, row in said.items():
        before = plan.roster.enrollments.get(place)
        if not (before and before.active) and not plan.roster.classes[place[0]].active:
            continue  # nobody is enrolled in a class that stays archived
        values = {}
        for column in ("primary", "beginDate", "endDate"):
            is_said = night.says(ENROLLMENTS, column)
            values[column] = row.get(column, "") if is_said else before.values[column] if before else ""
        plan.roster.enrollments[place] = Thing(values)
    for place, thing in plan.roster.enrollments.items():
        if place in said or not thing.active:
            continue
        class_id, user, _ = place
        hangs_on = plan.roster.people[user].active and plan.roster.classes[class_id].active
        silent = (
            not sheet.rows
            or (class_id, user) in spared_pairs
            or bool({class_id, user} & spared_halves)
            or user in night.left_out.get(USERS, set())
            or class_id in night.left_out.get(CLASSES, set())
        )
        if not hangs_on:
            thing.active, thing.absent_since = False, None
            plan.follows.add(("enrollments", "archive", "|".join(place)))
        elif not silent and _gone(thing, today, terms):
            end = known.enrollments[place].values["endDate"] if terms.ended == "leave_out" else ""
            if end and end <= text:
                plan.follows.add(("enrollments", "archive", "|".join(place)))


@dataclass(frozen=True)
class Word:
    """What one row says of a contact and a student. The strength is that of docs/guardians.md: 3 is the strongest."""

    strength: int
    file: str
    side: str
    row: Row
    counts: bool = True


def _words(night: Tonight) -> dict[Pair, list[Word]]:
    words: dict[Pair, list[Word]] = {}
    managed = night.terms.manage_guardians

    def has_facts(row: Row) -> bool:
        return bool(row.get("relationship")) or flag(row, "legalGuardian") is not None

    def add(contact: str, student: str, word: Word) -> None:
        words.setdefault((contact, student), []).append(word)

    for contact, rows in night.contacts[USERS].items():
        for row in rows:
            for one in filter(None, row.get("agentSourcedIds", "").split(",")):
                strength = 4 if has_facts(row) else 7 if row.get("role") else 11
                add(contact, night.numbers.get(one, one), Word(strength, USERS, "contact", row, managed))
    for student, rows in night.own.items():
        for row in rows if rows[0]["role"] == "student" else ():
            for sent in filter(None, row.get("agentSourcedIds", "").split(",")):
                contact = night.numbers.get(sent, sent)
                facts = [
                    {c: one.get(c, "") for c in ("relationship", "legalGuardian", "role")}
                    for one in night.contacts[USERS].get(contact, [])
                ]
                # a contact's rows speak for a pair that they do not name only where they all say the same
                same = bool(facts) and all(one == facts[0] for one in facts)
                if not same or contact in night.left_out.get(USERS, set()):
                    add(contact, student, Word(12, USERS, "student", {}, managed))
                else:
                    strength = 5 if has_facts(facts[0]) else 8 if facts[0]["role"] else 12
                    add(contact, student, Word(strength, USERS, "student", facts[0], managed))
    for contact, rows in night.contacts[CONTACTS].items():
        for row in rows:
            add(contact, row["studentSourcedId"], Word(3 if has_facts(row) else 9, CONTACTS, "", row, managed))
    students = {
        night.numbers.get(r["sourcedId"], r["sourcedId"]) for r in night.delivery[USERS].rows if r["role"] == "student"
    }
    for contact, rows in night.contacts[GUARDIANS].items():
        for sent_row in rows:
            # a student is nobody's guardian by a role
            row = {**sent_row, "role": ""} if contact in students else sent_row
            strength = 6 if has_facts(row) or row.get("role") else 10
            add(contact, row["studentSourcedId"], Word(strength, GUARDIANS, "", row))
    return words


def _judged(words: Iterable[Word], terms: Terms) -> tuple[Word, str, frozenset[str]] | None:
    """Return the word that decides, the role by the first rule that holds for it, and the columns of that rule."""
    counting = [word for word in words if word.counts]
    if not counting:
        return None
    strongest = min(word.strength for word in counting)
    for rule in terms.rules:
        for word in counting:
            if word.strength == strongest and rule.holds(word.row):
                role = word.row["role"] if rule.role == "as_sent" else rule.role
                return word, "" if role == "excluded" else role, rule.tested
    return next(word for word in counting if word.strength == strongest), "", frozenset()


def _silent_from(roster: Roster, night: Tonight, terms: Terms) -> int:
    """Return from which strength on rows link nobody: a source that spoke, and is stronger, is absent."""
    found = [99]
    asks_custody = any(rule.custody is not None for rule in terms.rules)
    for file, column in roster.told:
        if night.says(file, column):
            continue
        bears = column in {"relationship", "legalGuardian", "role", "noContact"} or (
            column == "custody" and asks_custody
        )
        if file in {CONTACTS, GUARDIANS} and (bears or not night.there(file)):
            found.append(3 if file == CONTACTS else 6)
        elif file == USERS and column in {"relationship", "legalGuardian"}:
            found.append(4)
        elif file == USERS and column == "role":
            found.append(7)
    for file, strength in ((CONTACTS, 3), (GUARDIANS, 6)):
        if night.there(file) and night.delivery[file].cut:
            found.append(strength)
    return min(found)


def _bars(roster: Roster, words: Mapping[Pair, list[Word]], terms: Terms) -> None:
    """Set the bars that tonight's rows set, and end those about which the file that set them says no."""
    asks_custody = any(rule.custody is not None for rule in terms.rules)
    for (contact, student), said in words.items():
        for file in (CONTACTS, GUARDIANS):
            rows = [word.row for word in said if word.file == file]
            for kind, column, barring in (("no_contact", "noContact", True), ("custody", "custody", False)):
                flags = {flag(row, column) for row in rows} - {None}
                bar = (contact, student, kind, file)
                if barring in flags:
                    # custody bars where the rules ask for it, and none makes a guardian of the contact
                    judged = _judged(said, terms)
                    if kind == "no_contact" or (asks_custody and (judged is None or not judged[1])):
                        roster.bars.add(bar)
                elif flags and barring not in flags:
                    roster.bars.discard(bar)


def _families(plan: Plan, known: Roster, night: Tonight, today: date) -> None:
    terms, roster = night.terms, plan.roster
    words = _words(night)
    _bars(roster, words, terms)
    barred = {(contact, student) for contact, student, *_ in roster.bars} | set(terms.blocked)
    plan.barred = barred
    silent_from = _silent_from(roster, night, terms)
    speaks = terms.manage_guardians or night.there(GUARDIANS)
    known_contacts = {c for file in OF_FAMILIES for c in night.contacts[file]}
    contact_names = {
        c for c in known_contacts if c not in night.left_out.get(USERS, set()) or c in night.contacts[USERS]
    } | night.own.keys()
    for pair in words.keys() | {p for p, link in roster.links.items() if link.active}:
        contact, student = pair
        link = roster.links.get(pair)
        is_active = link is not None and link.active
        student_is_there = student in night.own and roster.people[student].kind == "students"
        judged = _judged(words.get(pair, []), terms)
        usable = student_is_there and contact in contact_names and pair not in night.wrong_pairs and judged is not None
        said_role = judged[1] if usable and judged is not None else ""
        if pair in barred:
            if is_active and link:
                link.active, link.absent_since = False, None
            continue
        if said_role and judged is not None and (speaks or is_active):
            word, role, tested = judged
            named = frozenset((one.file, one.side) for one in words[pair] if one.counts and one.strength < 99)
            if link is not None and is_active:
                if not speaks:
                    link.absent_since = None
                    continue
                link.absent_since = None
                carried = frozenset(one for one in link.named if not _source_is_complete(night, one, contact, student))
                link.named = named | carried
                if not (_role_is_silent(night, link, contact, student) and word.strength >= link.strength):
                    if word.strength >= silent_from and ROLES.index(role) < ROLES.index(link.role):
                        plan.waiting.add(pair)
                    link.role, link.strength, link.tested, link.file = role, word.strength, tested, word.file
            else:
                roster.links[pair] = Link(role, named, word.strength, tested, word.file)
                if word.strength >= silent_from:
                    plan.waiting.add(pair)
            continue
        if not is_active or link is None:
            continue
        if student in roster.people and not roster.people[student].active:
            link.active, link.absent_since = False, None
            plan.follows.add(("guardian_links", "archive", "|".join(pair)))
        elif not speaks:
            pass
        elif usable and judged is not None:
            # the files name the two, and no rule makes a guardian of the contact
            if not (_role_is_silent(night, link, contact, student) and judged[0].strength >= link.strength):
                _gone(link, today, terms)
        elif (
            judged is None
            and pair not in night.wrong_pairs
            and any(_source_is_complete(night, one, contact, student) for one in link.named)
        ):
            _gone(link, today, terms)
    _guardians(plan, known, night, today, speaks=speaks)


def _source_is_complete(night: Tonight, source: tuple[str, str], contact: str, student: str) -> bool:
    """Whether the silence of a source about these two says something."""
    file, side = source
    if file == USERS:
        who = contact if side == "contact" else student
        return night.complete(USERS, who) and night.says(USERS, "agentSourcedIds")
    return night.complete(file, contact, student)


def _role_is_silent(night: Tonight, link: Link, contact: str, student: str) -> bool:
    """Whether what gave the role cannot speak tonight."""
    if not night.complete(link.file, contact, student):
        return True
    return any(not night.says(link.file, column) for column in link.tested)


def _guardians(plan: Plan, known: Roster, night: Tonight, today: date, *, speaks: bool) -> None:
    terms, roster = night.terms, plan.roster
    students_named = {
        one
        for rows in night.own.values()
        for row in rows
        for one in row.get("agentSourcedIds", "").split(",")
        if row["role"] == "student"
    }
    contacts = {contact for contact, _ in roster.links}
    for contact in contacts:
        before = known.people.get(contact)
        files = frozenset(file for file in OF_FAMILIES if contact in night.contacts[file])
        links = {pair: link for pair, link in roster.links.items() if pair[0] == contact}
        active = [link for link in links.values() if link.active]
        if contact in roster.people and roster.people[contact].kind != "guardians":
            # a student or a staff member, whose record is that of users.csv
            if contact in night.own and before is not None and (active or roster.people[contact].support):
                _settle_own(roster.people[contact], before, contact, night)
            elif contact in night.own and before is None and active:
                for column in DETAILS:
                    person = roster.people[contact]
                    person.values[column], person.support[column] = _said(night, contact, column)
            continue
        if before is None or not before.active:
            if active:
                roster.people[contact] = _guardian(files, contact, night)
                if before is not None:
                    _keep(roster.people[contact].values, before, terms)
        else:
            person = roster.people[contact]
            complete = {file for file in OF_FAMILIES if night.complete(file, contact)}
            if not speaks:
                pass  # no file speaks of guardians tonight: they stay as they are
            elif files and active and all(link.absent_since for link in active):
                pass  # all links are to go in some days, and the guardian with them: nothing changes meanwhile
            elif files:
                person.record = files | (person.record - complete)
                person.absent_since = None
                if contact not in night.left_out.get(USERS, set()) or contact in night.contacts[USERS]:
                    _settle_values(person, files, contact, night)
            elif speaks and terms.manage_guardians and person.record & complete and _gone(person, today, terms):
                for pair, link in links.items():
                    link.active, link.absent_since = False, None
                    plan.follows.add(("guardian_links", "archive", "|".join(pair)))
                if contact in students_named:
                    plan.still_named.add(("guardians", "archive", contact))
            if person.active and not any(link.active for link in links.values()):
                # without anybody, a guardian goes too
                person.active, person.absent_since = False, None
    for contact in contacts:
        links_now = [link for (one, _), link in roster.links.items() if one == contact and link.active]
        if links_now and contact in roster.people and roster.people[contact].kind == "guardians":
            roster.people[contact].role = min((link.role for link in links_now), key=ROLES.index)


def _said(night: Tonight, contact: str, column: str) -> tuple[str, frozenset[str]]:
    """Return what the strongest file says of a contact's detail, and the files that say just this."""
    by_file = {}
    for file in OF_FAMILIES:
        rows = (
            night.own[contact][:1] if file == USERS and contact in night.own else night.contacts[file].get(contact, [])
        )
        values = [r.get(column, "") for r in rows if not unreadable(r, column)]
        by_file[file] = next(iter(sorted(filter(None, values))), "")
    said = next(filter(None, by_file.values()), "")
    return said, frozenset(file for file, value in by_file.items() if said and value == said)


def _guardian(files: frozenset[str], contact: str, night: Tonight) -> Person:
    own = next(night.contacts[file][contact][0] for file in OF_FAMILIES if file in files)
    values = dict.fromkeys(OWN_COLUMNS, "")
    values |= {column: own.get(column, "") for column in NAMES}
    person = Person("guardians", "", values, record=files)
    for column in DETAILS:
        values[column], person.support[column] = _said(night, contact, column)
    return person


def _settle_own(person: Person, before: Person, contact: str, night: Tonight) -> None:
    """Settle the details of a student or staff member who is a guardian too."""
    person.values |= {column: before.values[column] for column in DETAILS}
    if not before.active:
        person.support = {}
    person.support = {c: person.support.get(c) or frozenset({USERS}) for c in DETAILS if person.values[c]}
    _settle_details(person, contact, night)


def _settle_values(person: Person, files: frozenset[str], contact: str, night: Tonight) -> None:
    own = next(night.contacts[file][contact][0] for file in OF_FAMILIES if file in files)
    person.values |= {column: own.get(column, "") for column in NAMES}
    _settle_details(person, contact, night)


def _settle_details(person: Person, contact: str, night: Tonight) -> None:
    terms = night.terms
    for column in DETAILS:
        kept = not terms.update_language if column == "language" else not terms.update_contact_details
        said, by = _said(night, contact, column)
        before, support = person.values[column], person.support.get(column, frozenset())
        silent = frozenset(
            file
            for file in support
            if not night.complete(file, contact)
            or not night.says(file, column)
            or any(unreadable(row, column) for row in night.contacts[file].get(contact, []))
            or (file == USERS and any(unreadable(row, column) for row in night.own.get(contact, [])))
        )
        after, by_now = said, by
        if before and said == before:
            by_now = by | silent
        elif before and support == silent:
            # all who said it are silent: it stays, unless a stronger one speaks
            strongest = min(OF_FAMILIES.index(file) for file in support) if support else 99
            if not said or strongest < min(OF_FAMILIES.index(file) for file in by):
                after, by_now = before, support
        if not kept:
            person.values[column], person.support[column] = after, by_now


def changes(before: Roster, after: Roster) -> dict[Change, bool]:
    """Return what leads from one roster to the other: record type, operation and key."""
    found: dict[Change, bool] = {}

    def compare(kind: str, key: str, old: Person | Thing | Link | None, new: Person | Thing | Link) -> None:
        was, now = old is not None and old.active, new.active
        if now and not was:
            found[kind, "add" if old is None else "restore", key] = True
        elif was and not now:
            found[kind, "archive", key] = True

    for key, person in after.people.items():
        compare(person.kind, key, before.people.get(key), person)
    for key, thing in after.classes.items():
        compare("classes", key, before.classes.get(key), thing)
    for place, thing in after.enrollments.items():
        compare("enrollments", "|".join(place), before.enrollments.get(place), thing)
    for pair, link in after.links.items():
        compare("guardian_links", "|".join(pair), before.links.get(pair), link)
    return found


def settled(before: Roster, plan: Plan, withheld: Iterable[Change]) -> Roster:
    """Return the roster as it must be where these changes were withheld: each of these records is as it was."""
    roster = deepcopy(plan.roster)
    stay: set[str] = set()
    for kind, operation, key in withheld:
        was: dict[str, object] = {
            "classes": before.classes,
            "enrollments": before.enrollments,
            "guardian_links": before.links,
        }.get(kind, before.people)  # type: ignore[assignment]
        now: dict[object, object] = {
            "classes": roster.classes,
            "enrollments": roster.enrollments,
            "guardian_links": roster.links,
        }.get(kind, roster.people)  # type: ignore[assignment]
        place: object = tuple(key.split("|")) if kind in {"enrollments", "guardian_links"} else key
        absent_since = getattr(now.get(place), "absent_since", None)
        if place in was:
            now[place] = deepcopy(was[place])  # type: ignore[index]
            if operation == "archive":
                now[place].absent_since = absent_since  # type: ignore[attr-defined]
        else:
            now.pop(place, None)
        if kind == "guardians" and operation == "update":
            stay.add(key)
    for contact, person in roster.people.items():
        roles = [link.role for (one, _), link in roster.links.items() if one == contact and link.active]
        if person.kind == "guardians" and roles and contact not in stay:
            person.role = min(roles, key=ROLES.index)
    return roster


def unlinked(roster: Roster, contact: str, student: str) -> Roster:
    """Return the roster after a block: without the link, and what only the link supported."""
    roster = deepcopy(roster)
    roster.links[contact, student].active = False
    roles = [link.role for (one, _), link in roster.links.items() if one == contact and link.active]
    if contact not in roster.people or roster.people[contact].kind != "guardians":
        return roster
    if roles:
        roster.people[contact].role = min(roles, key=ROLES.index)
    else:
        roster.people[contact].active = False
    return roster


def owed_to_a_person(before: Roster, plan: Plan) -> set[Change]:
    """Return the archives that are more than half of a type, and so never made without a person's word."""
    archives = [one for one in changes(before, plan.roster) if one[1] == "archive" and one not in plan.follows]
    base = {
        "classes": sum(one.active for one in before.classes.values()),
        "enrollments": sum(one.active for one in before.enrollments.values()),
        **{kind: sum(p.active and p.kind == kind for p in before.people.values()) for kind in ("students", "staff")},
    }
    owed: set[Change] = set()
    for kind, size in base.items():
        of_kind = [one for one in archives if one[0] == kind]
        if size and len(of_kind) > size / 2:
            owed.update(of_kind)
    return owed


def rests_on_nameless(before: Roster, plan: Plan) -> set[Change]:
    """Return the losses that rest on a file in which a row names nobody: it may be about any of them."""
    files = plan.nameless
    by_file = {USERS: ("students", "staff"), CLASSES: ("classes",), ENROLLMENTS: ("enrollments",)}
    types = {kind for file in files for kind in by_file.get(file, ())}
    found: set[Change] = set()
    for change in changes(before, plan.roster):
        kind, operation, key = change
        if operation != "archive" or change in plan.follows:
            continue
        pair = tuple(key.split("|"))
        if kind in types or (
            kind == "guardian_links"
            and pair not in plan.barred
            and {file for file, _ in before.links[pair].named} & files  # type: ignore[index]
        ):
            found.add(change)
    for key, person in plan.roster.people.items():
        was = before.people.get(key)
        if was is None or not was.active or not person.active:
            continue
        cleared = [c for c in DETAILS if was.values[c] and not person.values[c]]
        if person.kind == "guardians" and any(was.support.get(c, frozenset()) & files for c in cleared):
            found.add((person.kind, "update", key))
        if person.kind != "guardians" and USERS in files and was.schools - person.schools:
            found.add((person.kind, "update", key))
    return found
