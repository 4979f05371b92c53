"""What tonight's ids claim: who is held, who is told, who moves, and the ordinary life that nobody asks about."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.identity import Claim, Person, claims_of, guardian, held, staff, student

ANA = student("S1", "Ana", "Lopez", number="4711", email="ana@example.org")
MOTHER = guardian("P1", "Rosa", "Lopez", "S1", email="rosa@example.org", sms="+12025550101")
FATHER = guardian("P2", "Juan", "Lopez", "S1", email="juan@example.org", sms="+12025550102")
TEACHER = staff("T1", "Ruth", "Kaplan", number="900", email="rkaplan@example.org")
FAMILY = (ANA, MOTHER, FATHER, TEACHER)

NAMES = [
    *(("Ada", "Arden"), ("Ben", "Bishop"), ("Cleo", "Calder"), ("Dev", "Dalton"), ("Emil", "Ember")),
    *(("Fay", "Farrow"), ("Gus", "Grove"), ("Hal", "Hill"), ("Ida", "Innes"), ("Joy", "Judd")),
]


def family(*changed: Person, without: str = "") -> list[Person]:
    """The family, with these people in place of those with the same id."""
    now = {person.id: person for person in (*FAMILY, *changed)}
    return [person for person in now.values() if person.id not in without.split()]


def grade(school: str = "N", first: int = 0) -> list[Person]:
    return [
        student(f"{school}{n}", given, name, number=str(5000 + n + first), email=f"{school}.{n}@example.org".lower(),
                username=f"user{school}{n}", school=school)
        for n, (given, name) in enumerate(NAMES)
    ]  # fmt: skip


LIFE = {
    "nothing": [],
    "a mother marries and has a new e-mail": [MOTHER.but(family="Smith", email="rsmith@example.org")],
    "a mother marries, and e-mail and mobile are new": [
        MOTHER.but(family="Smith", email="rsmith@example.org", sms="+12025550199")
    ],
    "typing errors corrected in both names": [ANA.but(given="Anna", family="López")],
    "an adoption": [ANA.but(family="Whitfield")],
    "a preferred name": [ANA.but(given="Marisol")],
    "another alphabet's spelling": [ANA.but(given="Anya", family="Lopes")],
    "a middle name that a child goes by": [ANA.but(given="Marisol", middle="Ana")],
    "given and family name in each other's place": [ANA.but(given="Lopez", family="Ana")],
    "a second family name": [ANA.but(family="Lopez de la Cruz")],
    "a family name cut to its last part": [ANA.but(given="Ana M.", family="LOPEZ Jr.")],
    "a new number after a merger": [ANA.but(number="880011")],
    "a new e-mail domain": [person.but(email=(person.email or "").replace(".org", ".net")) for person in FAMILY],
    "a name that was blank": [MOTHER.but(given=None)],
    "a teacher marries": [TEACHER.but(family="Moore", email="rmoore@example.org")],
    "a brother with his sister's phone and name comes": [
        student("S2", "Leo", "Lopez", number="4712"), MOTHER.but(children=("S1", "S2")),
    ],
    "a twin whose name is near comes": [student("S2", "Anna", "Lopez", number="4712", email="anna@example.org")],
    "an uncle with the family's e-mail comes": [
        guardian("P3", "Carlos", "Lopez", "S1", email="rosa@example.org"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("changed", LIFE.values(), ids=LIFE.keys())
def test_ordinary_life_is_no_claim(changed: list[Person]) -> None:
    assert claims_of(FAMILY, family(*changed)) == []


def test_a_mother_in_whose_place_the_father_comes_with_the_familys_address_is_no_move() -> None:
    alone = [ANA, MOTHER]
    tonight = [ANA, guardian("P9", "Juan", "Lopez", "S1", email=MOTHER.email, sms=MOTHER.sms)]
    assert claims_of(alone, tonight) == []


@pytest.mark.parametrize("name", [("Vacant", "Position 3"), ("TBD", "TBD"), ("New", "Teacher")])
def test_a_placeholder_claims_nothing(name: tuple[str, str]) -> None:
    given, last = name
    vacant = TEACHER.but(given=given, family=last, email="post@example.org", number=None)
    assert claims_of(FAMILY, family(vacant)) == []
    assert claims_of(family(vacant), FAMILY) == []


TAKEN = {
    "a student's id, with a new number": ANA.but(given="Zora", family="Kowalski", number="7777"),
    "a student's id, whose number is the id": ANA.but(given="Zora", family="Kowalski", number="S1", email=None),
    "a student's id, with the old e-mail": ANA.but(given="Zora", family="Kowalski", number="7777"),
    "a guardian's id": MOTHER.but(given="Mina", family="Farrow", email="mina@example.org", sms=None),
    "a guardian's id, by a namesake's family": MOTHER.but(
        given="Mina", email="mina@example.org", sms="+12025550107", children=("S2",)
    ),
    "a guardian's id, by somebody with the given name": MOTHER.but(
        family="Farrow", email="mina@example.org", sms="+12025550107", children=("S2",)
    ),
    "a teacher's id": TEACHER.but(given="Omar", family="Haddad", email="oh@example.org", number="901"),
}


@pytest.mark.parametrize("taken", TAKEN.values(), ids=TAKEN.keys())
def test_an_id_given_to_another_person_is_held(taken: Person) -> None:
    tonight = family(MOTHER.but(children=()), FATHER.but(children=()), student("S2", "Tariq", "Haddad"), taken)
    assert held(claims_of(FAMILY, tonight)) == {"identity_changed": {taken.id}}


def test_an_id_that_comes_back_as_another_person_is_held() -> None:
    left = ANA.but(archived_on=date(2026, 9, 20))
    claims = claims_of([left], [ANA.but(given="Zora", family="Kowalski", number="7777")])
    assert held(claims) == {"identity_changed": {"S1"}}


def test_a_wholly_new_name_that_all_else_speaks_for_is_told_and_applied() -> None:
    claims = claims_of(FAMILY, family(ANA.but(given="Zora", family="Kowalski")))
    assert claims == [Claim("identity_changed", "S1", False, None, None, None, None, None)]


def test_mother_and_father_in_each_others_place_are_an_exchange() -> None:
    swapped = [
        MOTHER.but(given=FATHER.given, email=FATHER.email, sms=FATHER.sms),
        FATHER.but(given=MOTHER.given, email=MOTHER.email, sms=MOTHER.sms),
    ]
    claims = [claim for claim in claims_of(FAMILY, family(*swapped)) if claim.cause == "id_exchanged"]
    assert [(claim.id, claim.other, claim.cycle) for claim in claims] == [("P1", "P2", 2), ("P2", "P1", 2)]


def test_twins_in_each_others_place_are_an_exchange_though_their_names_are_near() -> None:
    anna = student("S2", "Anna", "Lopez", number="4712", email="anna@example.org")
    twins = (*FAMILY, anna)
    tonight = [*family(), ANA.but(given="Anna", number="4712"), anna.but(given="Ana", number="4711")][1:]
    assert held(claims_of(twins, tonight)) == {"id_exchanged": {"S1", "S2"}}


def test_the_same_father_listed_twice_whose_names_are_made_one_is_no_exchange() -> None:
    twice = guardian("P3", "Juan", "Lopes", "S1", email=FATHER.email, sms=FATHER.sms)
    assert claims_of((*FAMILY, twice), [*FAMILY, twice.but(family="Lopez")]) == []


def test_names_a_row_too_low_in_one_school_slipped_there() -> None:
    slipped, others = grade("N"), grade("M", 100)
    tonight = [
        person.but(given=slipped[n - 1].given, family=slipped[n - 1].family, number=slipped[n - 1].number)
        for n, person in enumerate(slipped)
    ]
    claims = [claim for claim in claims_of(slipped + others, tonight + others) if claim.cause == "column_slipped"]
    assert {claim.id for claim in claims} == {person.id for person in slipped}
    assert {claim.field for claim in claims} == {"names", "identifier"}


def test_a_slip_in_one_school_is_found_among_a_districts_other_changes() -> None:
    slipped, others = grade("N"), grade("M", 100) + grade("O", 200)
    tonight = [person.but(email=slipped[n - 1].email) for n, person in enumerate(slipped)]
    new = [person.but(email=f"new.{person.email}") for person in others]
    claims = claims_of(slipped + others, tonight + new)
    assert held(claims) == {"column_slipped": {person.id for person in slipped}}
    assert {(claim.field, claim.school) for claim in claims} == {("email", "N")}


def test_addresses_of_guardians_a_family_too_low_slipped_in_their_childrens_school() -> None:
    children = grade("N")
    parents = [guardian(f"P{n}", "Kim", child.family, child.id, email=f"kim{n}@example.org", sms=f"+1202555010{n}")
               for n, child in enumerate(children)]  # fmt: skip
    tonight = [person.but(email=parents[n - 1].email, sms=parents[n - 1].sms) for n, person in enumerate(parents)]
    claims = claims_of(children + parents, children + tonight)
    assert held(claims) == {"column_slipped": {person.id for person in parents}}
    assert {claim.field for claim in claims} == {"email", "sms"}


def test_two_columns_in_each_others_place_slipped() -> None:
    people = grade()
    tonight = [person.but(email=person.username, username=person.email) for person in people]
    assert held(claims_of(people, tonight)) == {"column_slipped": {person.id for person in people}}
    turned = [person.but(given=person.family, family=person.given) for person in people]
    assert held(claims_of(people, turned)) == {"column_slipped": {person.id for person in people}}


def test_what_is_only_copied_has_not_slipped() -> None:
    people = grade()
    assert claims_of(people, [person.but(username=person.email) for person in people]) == []
    assert claims_of(people, [person.but(email=people[0].email) for person in people]) == []
    shared = [person.but(email=people[0].email) for person in people[1:]]
    assert claims_of(people, [people[0].but(email="new@example.org"), *shared]) == []


def test_four_are_too_few_for_a_slip() -> None:
    people = grade()[:4]
    tonight = [person.but(email=people[n - 1].email) for n, person in enumerate(people)]
    assert claims_of(people, tonight) == []


def test_a_child_under_a_new_id_with_name_number_and_guardian_moves_at_once() -> None:
    moved = family(ANA.but(id="S9"), MOTHER.but(children=("S9",)), FATHER.but(children=("S9",)), without="S1")
    assert claims_of(FAMILY, moved) == [Claim("id_moved", "S9", False, "S1", None, None, None, 3)]


def test_a_guardian_under_a_new_id_moves_with_a_changed_name() -> None:
    moved = family(FATHER.but(id="P9", given="Juan Carlos", sms=None), without="P2")
    assert claims_of(FAMILY, moved) == [Claim("id_moved", "P9", False, "P2", None, None, None, 3)]


def test_two_facts_are_held_until_someone_says_that_they_are_one_person() -> None:
    moved = family(
        ANA.but(id="S9", number=None), MOTHER.but(children=("S9",)), FATHER.but(children=("S9",)), without="S1"
    )
    assert claims_of(FAMILY, moved) == [Claim("id_moved", "S9", True, "S1", None, None, None, 2)]
    assert held(claims_of(FAMILY, moved, approved=["S9"])) == {}


def test_a_family_all_of_whose_ids_are_new_moves_together() -> None:
    moved = [ANA.but(id="S9"), MOTHER.but(id="P8", children=("S9",)), FATHER.but(id="P9", children=("S9",)), TEACHER]
    claims = claims_of(FAMILY, moved)
    assert {(c.cause, c.id, c.other, c.is_held) for c in claims} == {
        ("id_moved", "S9", "S1", False), ("id_moved", "P8", "P1", False), ("id_moved", "P9", "P2", False),
    }  # fmt: skip


def test_twins_whose_names_are_near_each_move_to_their_own_new_id() -> None:
    anna = student("S2", "Anna", "Lopez", number="4712")
    known = [ANA, anna, MOTHER.but(children=("S1", "S2"))]
    for number in ("4712", None):
        tonight = [ANA.but(id="S8"), anna.but(id="S9", number=number), MOTHER.but(children=("S8", "S9"))]
        claims = claims_of(known, tonight)
        assert {(c.id, c.other, c.is_held) for c in claims} == {("S8", "S1", False), ("S9", "S2", number is None)}


def test_children_without_a_number_all_of_whose_family_is_new_are_held() -> None:
    moved = [ANA.but(id="S9", number=None), MOTHER.but(id="P8", children=("S9",), email=None, sms=None), TEACHER]
    assert held(claims_of(FAMILY, moved)) == {"id_moved": {"S9", "P8"}}


def test_one_who_left_within_thirty_days_is_known_again_and_later_is_not() -> None:
    for left, expected in ((date(2026, 9, 1), {"id_moved": {"S9"}}), (date(2026, 8, 30), {})):
        tonight = [ANA.but(id="S9", number="4711")]
        mother = MOTHER.but(archived_on=left)
        claims = claims_of([ANA.but(archived_on=left), mother], [*tonight, MOTHER.but(children=("S9",))])
        assert held(claims) | {c.cause: {c.id} for c in claims if not c.is_held} == expected


def test_nobody_is_taken_for_one_who_is_here() -> None:
    tonight = family(ANA.but(id="S9"), MOTHER.but(children=("S1", "S9")))
    assert claims_of(FAMILY, tonight) == []


def test_two_newcomers_who_could_be_the_same_person_are_both_new() -> None:
    tonight = family(ANA.but(id="S8"), ANA.but(id="S9"), MOTHER.but(children=("S8", "S9")), without="S1")
    assert claims_of(FAMILY, tonight) == []
