"""Families: which contacts a student has, and what they are to each of the children.

Belongs here: the kinds of family, the words for relationships, and the draw of whole families. The true role
of a pair of contact and student follows the product's rule: legal-guardian flag, else mother or father.
No contact is guardian of one child and parent of another: users.csv has one role per person, so such a
contact could not come out the same from an export with roles and from one with relationships.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.demo.synthetic.names import FAMILY_NAMES, FEMALE_NAMES, GIVEN_NAMES, LANGUAGE_WEIGHTS, PHONES
from pipeline.demo.synthetic.tables import NONE, Contacts, Flags, Ints, Links

NO_ROLE, PARENT, GUARDIAN = range(3)
ROLES = (None, "parent", "guardian")


@dataclass(frozen=True)
class Slot:
    """A place for a contact in a family: the relationship and legal-guardian flag to the children."""

    relationship: str
    legal: bool = False
    # To the other children, where it differs from the first child. An empty word: no contact of theirs.
    to_others: tuple[str, bool] | None = None
    same_name: bool = True
    same_home: bool = True


_BOTH = (Slot("Mother", legal=True), Slot("Father", legal=True))

# Weight and contacts of each kind of family.
KINDS: tuple[tuple[float, tuple[Slot, ...]], ...] = (
    (0.34, _BOTH),
    (0.09, (Slot("Mother"), Slot("Father"))),
    (0.14, (Slot("Mother", legal=True, same_name=False), Slot("Father", legal=True, same_home=False))),
    (0.10, (Slot("Mother", legal=True),)),
    (0.06, (Slot("Mother"),)),
    (0.04, (Slot("Father", legal=True),)),
    (0.06, (Slot("Mother", legal=True), Slot("Stepfather", same_name=False))),
    (0.02, (Slot("Mother", legal=True), Slot("Mother", legal=True, same_name=False))),
    (0.03, (Slot("Grandmother", legal=True, same_name=False),)),
    (0.02, (Slot("Foster Parent", legal=True, same_name=False),)),
    # Two parents who each brought children along: mother of the first, stepmother of the others, and so on.
    (
        0.04,
        (
            Slot("Mother", legal=True, to_others=("Stepmother", False)),
            Slot("Stepfather", to_others=("Father", True), same_name=False),
        ),
    ),
    (0.02, (Slot("Mother", to_others=("Stepmother", False)), Slot("Father"))),
    # A relationship called legal guardian is not the flag.
    (0.02, (Slot("Mother"), Slot("Legal Guardian", same_name=False))),
    (0.01, (Slot("Mother"), Slot("Grandmother", legal=True, to_others=("Grandmother", False)))),
    # A student without any guardian.
    (0.01, (Slot("Aunt", same_name=False),)),
)

# Contacts beyond the family, without the flag; how many a family has.
EXTRAS = (
    Slot("Uncle", same_home=False),
    Slot("Aunt", same_name=False, same_home=False),
    Slot("Grandmother", same_home=False),
    Slot("Neighbor", same_name=False, same_home=False),
    Slot("Neighbor", to_others=("", False), same_name=False, same_home=False),
    Slot("Stepfather", same_name=False, same_home=False),
    Slot("Stepmother", same_name=False, same_home=False),
    Slot("Emergency", same_name=False, same_home=False),
    Slot("Emergency", to_others=("", False), same_name=False, same_home=False),
    Slot("Legal Guardian", same_name=False, same_home=False),
)
EXTRAS_WEIGHTS = (0.22, 0.38, 0.27, 0.13)

# Contacts that a student gains later.
LATER = (
    Slot("Father", same_home=False),
    Slot("Grandmother", legal=True, same_home=False),
    Slot("Stepfather", same_name=False),
    Slot("Mother", legal=True, same_name=False, same_home=False),
    Slot("Aunt", same_name=False, same_home=False),
    Slot("Emergency", same_name=False, same_home=False),
)
CHILDREN_WEIGHTS = (0.55, 0.31, 0.11, 0.03)

# The same words as people type them. A pair has one of these now and then.
VARIANTS = {
    "Mother": (" mother", "MOTHER", "mother"),
    "Father": ("FATHER", "Father ", "father"),
    "Stepmother": ("Step Mother", "StepMother", "step-mother"),
    "Stepfather": ("Step Father", "StepFather", "stepfather "),
}

# Shares of contacts.
_VARIANT_SHARE = 0.06
_SHARED_MAIL = 0.1
_WITHOUT_MAIL = 0.13
_SPEAKS_ENGLISH_TOO = 0.08
_WITH_SMS = 0.85
_WITH_HOME_PHONE = 0.5
_WITH_OTHER_PHONE = 0.3

_SLOTS = [slot for _, kind in KINDS for slot in kind] + [*EXTRAS, *LATER]
_EXTRAS_AT = sum(len(kind) for _, kind in KINDS)
_LATER_AT = _EXTRAS_AT + len(EXTRAS)
_PLAIN_WORDS = sorted({slot.relationship for slot in _SLOTS})
RELATIONSHIPS = [*_PLAIN_WORDS, *(word for variants in VARIANTS.values() for word in variants)]
_CODE = {word: code for code, word in enumerate(RELATIONSHIPS)} | {"": NONE}
IS_MOTHER_OR_FATHER = np.array([word.strip().casefold() in {"mother", "father"} for word in RELATIONSHIPS])

_FEMALE = {"Mother", "Stepmother", "Grandmother", "Aunt"}
_MALE = {"Father", "Stepfather", "Uncle"}


def _to_others(slot: Slot) -> tuple[str, bool]:
    return slot.to_others if slot.to_others is not None else (slot.relationship, slot.legal)


_FIRST_WORD = np.array([_CODE[slot.relationship] for slot in _SLOTS])
_FIRST_LEGAL = np.array([slot.legal for slot in _SLOTS])
_OTHER_WORD = np.array([_CODE[_to_others(slot)[0]] for slot in _SLOTS])
_OTHER_LEGAL = np.array([_to_others(slot)[1] for slot in _SLOTS])
_SAME_NAME = np.array([slot.same_name for slot in _SLOTS])
_SAME_HOME = np.array([slot.same_home for slot in _SLOTS])
# Given names are women's names first, then men's: the range to draw from.
_GIVEN_FROM = np.array([len(FEMALE_NAMES) if slot.relationship in _MALE else 0 for slot in _SLOTS])
_GIVEN_TO = np.array([len(FEMALE_NAMES) if slot.relationship in _FEMALE else len(GIVEN_NAMES) for slot in _SLOTS])
_VARIANTS_FROM = np.full(len(RELATIONSHIPS), NONE)
for _word, _forms in VARIANTS.items():
    _VARIANTS_FROM[_CODE[_word]] = _CODE[_forms[0]]
_FORMS = 3


@dataclass
class Families:
    """Families as drawn, before they have positions in the tables: positions count from zero here."""

    surname: Ints
    language: Ints
    home_phone: Ints
    children: Ints  # how many
    contacts: Contacts
    links: Links


def roles(relationship: Ints, legal: Flags) -> Ints:
    """The true role of each pair: the flag makes a guardian, else mother or father makes a parent."""
    return np.where(legal, GUARDIAN, np.where(IS_MOTHER_OR_FATHER[relationship], PARENT, NO_ROLE))


def weighted(rng: np.random.Generator, weights: tuple[float, ...], size: int) -> Ints:
    """Positions drawn with these weights."""
    edges = np.cumsum(weights)
    return np.searchsorted(edges[:-1] / edges[-1], rng.random(size), side="right").astype(np.int64)


def draw_phones(rng: np.random.Generator, size: int, share: float) -> Ints:
    """Phones for this share of people, none for the others."""
    return np.where(rng.random(size) < share, rng.integers(0, len(PHONES), size), NONE)


def draw_families(rng: np.random.Generator, students: int) -> Families:
    """Families with exactly this many children in all."""
    children = weighted(rng, CHILDREN_WEIGHTS, students) + 1
    ends = np.cumsum(children)
    families = int(np.searchsorted(ends, students)) + 1
    children = children[:families]
    children[-1] -= int(ends[families - 1]) - students
    surname = rng.integers(0, len(FAMILY_NAMES), families)
    language = weighted(rng, LANGUAGE_WEIGHTS, families)
    home_phone = draw_phones(rng, families, _WITH_HOME_PHONE)

    kind = weighted(rng, tuple(weight for weight, _ in KINDS), families)
    core = np.array([len(slots) for _, slots in KINDS])
    core_at = np.concatenate([[0], np.cumsum(core)[:-1]])
    extras = weighted(rng, EXTRAS_WEIGHTS, families)
    family = np.repeat(np.arange(families), core[kind] + extras)
    position = _positions(core[kind] + extras)
    slot = np.where(
        position < core[kind][family],
        core_at[kind][family] + position,
        _EXTRAS_AT + rng.integers(0, len(EXTRAS), len(family)),
    )
    contacts = _draw_contacts(rng, slot, surname[family], language[family], home_phone[family])
    # Some couples use one address: that of the one listed first.
    shares = rng.random(len(slot)) < _SHARED_MAIL
    couple = shares & (position == 1) & (core[kind][family] > 1) & _SAME_HOME[slot]
    contacts.mail_of[couple] = contacts.mail_of[np.flatnonzero(couple) - 1]

    pairs = children[family]
    contact = np.repeat(np.arange(len(slot)), pairs)
    child = _positions(pairs)
    first_child = np.concatenate([[0], np.cumsum(children)[:-1]])
    links = _draw_links(rng, contact, first_child[family][contact] + child, slot[contact], child == 0)
    return Families(surname, language, home_phone, children, contacts, links)


def draw_later_contacts(
    rng: np.random.Generator, student: Ints, surname: Ints, language: Ints, first_kind: int
) -> Families:
    """One new contact for each of these students; the kinds of contact take turns from the first on."""
    slot = _LATER_AT + (first_kind + np.arange(len(student))) % len(LATER)
    contacts = _draw_contacts(rng, slot, surname, language, draw_phones(rng, len(student), _WITH_HOME_PHONE))
    links = _draw_links(rng, np.arange(len(student)), student, slot, np.ones(len(student), dtype=np.bool_))
    return Families(surname, language, contacts.phone, np.ones_like(student), contacts, links)


def _positions(counts: Ints) -> Ints:
    """0, 1, 2 … for each group of this size."""
    ends = np.cumsum(counts)
    return np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - counts, counts)


def _draw_contacts(rng: np.random.Generator, slot: Ints, surname: Ints, language: Ints, home_phone: Ints) -> Contacts:
    size = len(slot)
    return Contacts(
        given=rng.integers(_GIVEN_FROM[slot], _GIVEN_TO[slot]),
        surname=np.where(_SAME_NAME[slot], surname, rng.integers(0, len(FAMILY_NAMES), size)),
        language=np.where(rng.random(size) < _SPEAKS_ENGLISH_TOO, 0, language),
        mail_of=np.where(rng.random(size) < _WITHOUT_MAIL, NONE, np.arange(size)),
        sms=draw_phones(rng, size, _WITH_SMS),
        phone=np.where(_SAME_HOME[slot], home_phone, draw_phones(rng, size, _WITH_OTHER_PHONE)),
        role=np.full(size, NO_ROLE),
        was_guardian=np.zeros(size, dtype=np.bool_),
    )


def _draw_links(rng: np.random.Generator, contact: Ints, student: Ints, slot: Ints, first: Flags) -> Links:
    word = np.where(first, _FIRST_WORD[slot], _OTHER_WORD[slot])
    legal = np.where(first, _FIRST_LEGAL[slot], _OTHER_LEGAL[slot])
    typed = (_VARIANTS_FROM[word] != NONE) & (rng.random(len(word)) < _VARIANT_SHARE)
    word = np.where(typed, _VARIANTS_FROM[word] + rng.integers(0, _FORMS, len(word)), word)
    known = word != NONE
    return Links(contact[known], student[known], word[known], legal[known])
