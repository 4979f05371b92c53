"""A town whose people marry, are renamed, corrected and renumbered in a year, and takeovers planted in it.

Belongs here: what ordinary life does to names, numbers and addresses, at yearly rates that are higher than a school
office sees, so that a few hundred people meet each of them. What is claimed of it: tests/plan/test_identity_life.py and
bench/identity_life.py.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

from pipeline.demo.synthetic.names import FAMILY_NAMES, FEMALE_NAMES, GIVEN_NAMES, MALE_NAMES
from tests.support.identity import Person

MONTHS = 12

SPELLINGS = {"y": "i", "k": "c", "ph": "f", "sh": "sch", "ou": "u", "é": "e", "í": "i", "ñ": "n", "z": "s"}


def mistyped(rng: random.Random, name: str) -> str:
    """The name with one letter wrong, missing, doubled or in its neighbor's place."""
    if len(name) < 3:
        return name + name[-1]
    at = rng.randrange(1, len(name) - 1)
    return rng.choice([
        name[:at] + name[at + 1 :],
        name[:at] + name[at] + name[at:],
        name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        name[:at] + rng.choice("aeiorstn") + name[at + 1 :],
    ])  # fmt: skip


def respelled(name: str) -> str:
    """The name as another alphabet's clerk writes it."""
    found = name.lower()
    for old, new in SPELLINGS.items():
        found = found.replace(old, new)
    return found.title()


def plain(name: str) -> str:
    """The name in small letters, without accents and punctuation."""
    letters = unicodedata.normalize("NFD", name.lower().replace("-", " "))
    return "".join(letter for letter in letters if letter.isalpha() or letter == " ")


@cache
def edits(one: str, other: str) -> int:
    """Return how many letters make one name of the other."""
    if not one or not other:
        return len(one) + len(other)
    if one[0] == other[0]:
        return edits(one[1:], other[1:])
    return 1 + min(edits(one[1:], other), edits(one, other[1:]), edits(one[1:], other[1:]))


def are_alike(one: str, other: str) -> bool:
    """Whether two names have a part in common, or parts that nearly are one, as the checks mean it."""
    return any(
        edits(a, b) <= (2 if min(len(a), len(b)) >= 6 else 1) for a in plain(one).split() for b in plain(other).split()
    )


@dataclass
class Town:
    """Families with their children, and staff. `people` are those of tonight, by id."""

    rng: random.Random
    people: dict[str, Person] = field(default_factory=dict)
    numbers_are_ids: bool = False
    _next: int = 1

    @classmethod
    def of(cls, seed: int, students: int, *, schools: int = 3, numbers_are_ids: bool = False) -> Town:
        """A town with so many students."""
        town = cls(random.Random(seed), numbers_are_ids=numbers_are_ids)
        while sum(person.kind == "students" for person in town.people.values()) < students:
            town.family(f"school{town.rng.randrange(schools)}")
        for _ in range(students // 15):
            town.hire()
        return town

    def key(self, letter: str) -> str:
        self._next += 1
        return f"{letter}{100000 + self._next}"

    def add(self, person: Person) -> None:
        self.people[person.id] = person

    def family(self, school: str) -> None:
        """One to three children, two parents who may share an address, twins and juniors among them."""
        rng, name = self.rng, self.rng.choice(FAMILY_NAMES)
        mother_name = name if rng.random() < 0.6 else rng.choice(FAMILY_NAMES)
        mother, father = rng.choice(FEMALE_NAMES), rng.choice(MALE_NAMES)
        children = []
        for _ in range(rng.choice([1, 1, 2, 2, 3])):
            given = f"{father}" if rng.random() < 0.04 else rng.choice(GIVEN_NAMES)
            last = f"{name} Jr" if given == father else name
            children.append(self.child(given, last, school))
        if rng.random() < 0.05:
            children.append(self.child(mistyped(rng, children[0].given or ""), name, school))
        home = f"home{self._next}@example.org" if rng.random() < 0.15 else None
        ids = tuple(child.id for child in children)
        for given, last in ((mother, mother_name), (father, name)):
            key = self.key("P")
            email = home or (f"{given}{self._next}@mail.example".lower() if rng.random() < 0.8 else None)
            sms = self.mobile() if rng.random() < 0.85 else None
            self.add(Person(key, given, last, kind="guardians", children=ids, email=email, sms=sms))

    def mobile(self) -> str:
        return f"+120255501{self.rng.randrange(10**6):06}"

    def child(self, given: str, family: str, school: str) -> Person:
        key = self.key("S")
        number = key if self.numbers_are_ids else str(400000 + self._next * 7)
        email = (
            f"{key.lower()}@students.example"
            if self.rng.random() < 0.5
            else (f"{given[0]}{family}{self._next}@students.example".lower() if self.rng.random() < 0.7 else None)
        )
        child = Person(key, given, family, number=number, email=email, school=school)
        self.add(child)
        return child

    def hire(self) -> None:
        given, last, key = self.rng.choice(GIVEN_NAMES), self.rng.choice(FAMILY_NAMES), self.key("T")
        email = f"{given}.{last}@staff.example".lower()
        self.add(Person(key, given, last, kind="staff", number=str(800000 + self._next), email=email))

    def year(self) -> Iterator[tuple[str, list[Person], list[Person]]]:
        """Yield each month's night: what is special about it, the roster and tonight's people."""
        special: dict[int, tuple[str, Callable[[], None]]] = {
            2: ("preferred names for a whole grade", self.preferred_names),
            5: ("a new e-mail domain for everybody", self.new_domain),
            8: ("student numbers given anew", self.new_numbers),
        }
        for month in range(MONTHS):
            known = list(self.people.values())
            self.month()
            name, event = special.get(month, ("ordinary", lambda: None))
            event()
            yield name, known, list(self.people.values())

    def month(self) -> None:
        for person in list(self.people.values()):
            events = {"students": STUDENTS, "guardians": GUARDIANS, "staff": STAFF}[person.kind]
            for event, rate in events.items():
                # Who went with somebody else this month is here no longer.
                if person.id in self.people and self.rng.random() < rate / MONTHS:
                    event(self, self.people[person.id])
                    break

    def change(self, person: Person, **values: object) -> None:
        self.people[person.id] = person.but(**values)

    def leave(self, person: Person) -> None:
        """A child moves away; parents without another child go with it."""
        del self.people[person.id]
        for other in list(self.people.values()):
            if person.id in other.children:
                left = tuple(child for child in other.children if child != person.id)
                self.change(other, children=left)
                if not left:
                    del self.people[other.id]
        self.family(person.school)

    def correct(self, person: Person) -> None:
        self.change(
            person, given=mistyped(self.rng, person.given or "x"), family=mistyped(self.rng, person.family or "x")
        )

    def respell(self, person: Person) -> None:
        self.change(person, given=respelled(person.given or ""), family=respelled(person.family or ""))

    def nickname(self, person: Person) -> None:
        self.change(person, given=self.rng.choice(GIVEN_NAMES))

    def new_family_name(self, person: Person) -> None:
        """An adoption, or a parent's marriage: a new family name; an address made of the name goes with it."""
        name = self.rng.choice(FAMILY_NAMES)
        email = person.email
        if email and not email.startswith(person.id.lower()):
            email = f"{person.given}{name}{self._next}@{email.split('@')[1]}".lower()
        self.change(person, family=name, email=email)

    def second_name(self, person: Person) -> None:
        self.change(person, family=f"{person.family}-{self.rng.choice(FAMILY_NAMES)}")

    def marry(self, person: Person) -> None:
        name, sms = self.rng.choice(FAMILY_NAMES), self.mobile() if self.rng.random() < 0.3 else person.sms
        self.change(person, family=name, email=f"{person.given}.{name}{self._next}@mail.example".lower(), sms=sms)

    def new_address(self, person: Person) -> None:
        self._next += 1
        self.change(person, email=f"box{self._next}@mail.example")

    def new_mobile(self, person: Person) -> None:
        self.change(person, sms=self.mobile())

    def replace_guardian(self, person: Person) -> None:
        """Another person takes a guardian's part, under an id of their own; some with the family's address."""
        del self.people[person.id]
        shared = self.rng.random() < 0.3
        self.add(Person(
            self.key("P"), self.rng.choice(GIVEN_NAMES), person.family, kind="guardians", children=person.children,
            email=person.email if shared else f"other{self._next}@mail.example", sms=person.sms if shared else None,
        ))  # fmt: skip

    def resign(self, person: Person) -> None:
        del self.people[person.id]
        self.hire()

    def vacate(self, person: Person) -> None:
        self.change(person, given="Vacant", family="Position", email=None)

    def preferred_names(self) -> None:
        for person in [p for p in self.people.values() if p.kind == "students" and p.school == "school0"][::4]:
            self.nickname(person)

    def new_domain(self) -> None:
        for person in list(self.people.values()):
            if person.email and person.kind != "guardians":
                self.change(person, email=person.email.replace(".example", ".district.example"))

    def new_numbers(self) -> None:
        for n, person in enumerate(list(self.people.values())):
            if person.kind == "students" and not self.numbers_are_ids:
                self.change(person, number=str(7000000 + n * 13))

    def takeovers(self, kind: str, share: int) -> tuple[list[Person], set[str], set[str]]:
        """Give every `share`-th id of a kind to another person: a stranger from another town.

        Return tonight's people, the ids of strangers who have neither name in common with whom they follow, and the
        others' ids.
        """
        rng, tonight = self.rng, dict(self.people)
        strangers: set[str] = set()
        alike: set[str] = set()
        for person in [p for p in self.people.values() if p.kind == kind][::share]:
            given, last = rng.choice(GIVEN_NAMES), rng.choice(FAMILY_NAMES)
            if rng.random() < 0.15:
                last = person.family or last
            self._next += 1
            of_id = person.email is not None and person.email.startswith(person.id.lower())
            tonight[person.id] = person.but(
                given=given, family=last,
                number=person.number if person.number in (None, person.id) else str(9000000 + self._next),
                email=person.email if of_id else f"{given}{last}{self._next}@mail.example".lower(),
                sms=self.mobile() if person.sms else None,
            )  # fmt: skip
            if kind == "students":
                for other in list(tonight.values()):
                    if person.id in other.children:
                        tonight[other.id] = other.but(children=tuple(c for c in other.children if c != person.id))
            elif kind == "guardians":
                tonight[person.id] = tonight[person.id].but(children=tuple(rng.sample(self.students(), 1)))
            is_alike = are_alike(f"{given} {last}", f"{person.given} {person.family}")
            (alike if is_alike else strangers).add(person.id)
        return list(tonight.values()), strangers, alike

    def students(self) -> list[str]:
        return [person.id for person in self.people.values() if person.kind == "students"]


STUDENTS: dict[Callable[[Town, Person], None], float] = {
    Town.leave: 0.06, Town.correct: 0.02, Town.respell: 0.01, Town.nickname: 0.04, Town.new_family_name: 0.01,
    Town.second_name: 0.02, Town.new_address: 0.02,
}  # fmt: skip
GUARDIANS: dict[Callable[[Town, Person], None], float] = {
    Town.marry: 0.03, Town.correct: 0.02, Town.respell: 0.01, Town.second_name: 0.01, Town.nickname: 0.01,
    Town.new_address: 0.08, Town.new_mobile: 0.08, Town.replace_guardian: 0.02,
}  # fmt: skip
STAFF: dict[Callable[[Town, Person], None], float] = {
    Town.resign: 0.10, Town.marry: 0.03, Town.correct: 0.02, Town.vacate: 0.05,
}  # fmt: skip
