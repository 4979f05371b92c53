"""A bar is about two people, not two ids: who comes under another id, twice, or with another child's id."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.corrections.block import apply_blocks, record_block, record_unblock
from pipeline.corrections.undo import undo
from pipeline.errors import UsageError
from tests.guardians.test_bars import WHO, blocked, files, links
from tests.support.district import FIRST, District, student, teacher
from tests.support.families import Row, listed

pytestmark = pytest.mark.whole_day

SECOND, THIRD, FOURTH, FIFTH = (FIRST + timedelta(days=n) for n in (1, 2, 3, 4))
AT = datetime(2026, 9, 4, 12, tzinfo=UTC)


def kin(key: str, of: str, given: str, family: str = "Farrow", relationship: str = "Father", **values: str) -> Row:
    return listed(key, of, relationship, givenName=given, familyName=family, **values)


MOTHER = kin("MO", "S1", "Mina", relationship="Mother")
FATHER = kin("FA", "S1", "Sami", email="sami@example.org", sms="2025550101")
FAMILY = [MOTHER, FATHER]


def twins(district: District, contacts: list[Row], day: int, users: list[Row] | None = None) -> list[str]:
    """Sync a night, and say of whom its findings tell as perhaps barred."""
    night = district.sync(files(contacts, users), FIRST + timedelta(days=day))
    return sorted(found.sourced_id or "" for found in night.report.findings if found.code == "barred_twin")


@pytest.fixture(scope="module")
def second_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a district in which a father is blocked from his child, and the night after has passed."""
    folder = tmp_path_factory.mktemp("barred")
    district = District(folder)
    district.sync(files(FAMILY))
    blocked(district)
    assert twins(district, [*FAMILY, kin("XX", "S2", "Olga", "Other")], 1) == []
    return folder


@pytest.fixture
def barred(second_night: Path, tmp_path: Path) -> District:
    """That district, for one test."""
    shutil.copytree(second_night, tmp_path, dirs_exist_ok=True)
    return District(tmp_path)


@pytest.mark.parametrize(
    "again",
    [
        kin("F2", "S1", "Sami", email="new@example.org"),
        kin("F2", "S1", "Samy", "Farrow"),
        kin("F2", "S1", "Farrow", "Sami"),
        kin("F2", "S1", "Sami", "Green", sms="2025550101"),
        kin("XX", "S1", "Sami", "Farrow"),
    ],
    ids=["the same name", "a near name", "the names exchanged", "a new family name", "another's record"],
)
def test_the_barred_person_under_another_id_is_not_linked_and_held(barred: District, again: Row) -> None:
    assert twins(barred, [*FAMILY, again], 2) == [again["contactSourcedId"]]
    assert links(barred) & {"F2-S1", "FA-S1", "XX-S1"} == set()
    assert "barred_twin" in barred.sync(files([*FAMILY, again]), FOURTH).holds()["guardian_links"]


def test_the_barred_person_in_place_of_the_first_id_is_not_linked(barred: District) -> None:
    twins(barred, [MOTHER, kin("F2", "S1", "Sami", email="sami@example.org", sms="2025550101")], 2)
    assert links(barred) == {"MO-S1"}


def test_the_child_under_a_new_id_is_the_same_child(barred: District) -> None:
    users = [student("S9", givenName="GivenS1")]
    made = files([kin("MO", "S9", "Mina"), kin("FA", "S9", "Sami")], users)
    made["users.csv"] = b"".join(line for line in made["users.csv"].splitlines(True) if not line.startswith(b"S1,"))
    made["enrollments.csv"] = made["enrollments.csv"].replace(b"S1", b"S9")
    night = barred.sync(made, THIRD)
    assert "FA-S9" not in links(barred)
    assert {"barred_twin", "newcomer_known", "contact_barred"} & {found.code for found in night.report.findings}


def test_a_shared_address_alone_is_told_and_linked(barred: District) -> None:
    uncle = kin("UN", "S1", "Otto", "Berg", sms="2025550101")
    assert twins(barred, [*FAMILY, uncle], 2) == ["UN"]
    assert links(barred) == {"MO-S1", "UN-S1"}


def test_the_other_parent_and_the_childs_other_kin_are_no_twins(barred: District) -> None:
    others = [kin("GF", "S1", "Georg"), kin("AU", "S1", "Ines", "Moreno")]
    assert twins(barred, [*FAMILY, *others], 2) == []
    assert links(barred) == {"MO-S1", "GF-S1", "AU-S1"}


def test_that_two_are_not_the_same_person_is_remembered(barred: District) -> None:
    grandfather = kin("GF", "S1", "Sami")
    assert twins(barred, [*FAMILY, grandfather], 2) == ["GF"]
    record_unblock(barred.folder, barred.name, "GF", "S1", **WHO, at=AT)
    assert twins(barred, [*FAMILY, grandfather], 3) == []
    assert links(barred) == {"MO-S1", "GF-S1"}
    assert twins(barred, [*FAMILY, {**grandfather, "phone": "2025550177"}], 4) == []
    with pytest.raises(UsageError):
        record_unblock(barred.folder, barred.name, "MO", "S2", **WHO, at=AT)


TWICE = [*FAMILY, kin("F2", "S1", "Sami", email="other@example.org")]


@pytest.fixture
def twice(tmp_path: Path) -> District:
    """A father is listed under two ids and then blocked under one of them."""
    district = District(tmp_path)
    district.sync(files(TWICE))
    assert links(district) == {"MO-S1", "FA-S1", "F2-S1"}
    record_block(district.folder, "FA", "S1", **WHO, at=AT)
    return district


def test_a_block_unlinks_at_once_who_seems_to_be_the_same_person(twice: District) -> None:
    unlinked = apply_blocks(twice.folder, twice.name, twice.settings, at=AT)
    twice.last_active = None
    assert unlinked is not None
    assert (unlinked.pairs, unlinked.twins) == ((("FA", "S1"),), (("F2", "S1"),))
    assert links(twice) == {"MO-S1"}
    assert apply_blocks(twice.folder, twice.name, twice.settings, at=AT) is None
    assert twins(twice, [*TWICE, kin("XX", "S2", "Olga", "Other")], 1) == ["F2"]
    assert links(twice) == {"MO-S1", "XX-S2"}


def test_who_is_said_to_be_another_person_before_the_night_keeps_the_link(twice: District) -> None:
    record_unblock(twice.folder, twice.name, "F2", "S1", **WHO, at=AT)
    unlinked = apply_blocks(twice.folder, twice.name, twice.settings, at=AT)
    twice.last_active = None
    assert unlinked is not None
    assert unlinked.twins == ()
    assert twins(twice, [*TWICE, kin("XX", "S2", "Olga", "Other")], 1) == []
    assert twins(twice, TWICE, 2) == []
    assert links(twice) == {"MO-S1", "F2-S1"}


@pytest.mark.parametrize("bar", ["block", "flag"])
def test_an_undo_brings_no_link_back_of_who_seems_to_be_barred(tmp_path: Path, bar: str) -> None:
    district = District(tmp_path)
    # before the flag the father himself is in no file, so that the roster does not know him
    district.sync(files(TWICE if bar == "block" else [MOTHER, TWICE[2]]))
    if bar == "block":
        blocked(district)
    other = kin("XX", "S2", "Olga", "Other")
    district.sync(files([MOTHER, {**FATHER, "noContact": "1"}, TWICE[2], other]), SECOND)
    assert links(district) == {"MO-S1", "XX-S2"}
    undo(district.folder, district.name, district.settings, to_date=FIRST, **WHO, today=SECOND, at=AT)
    assert links(district) == {"MO-S1"}


def test_on_the_first_night_nobody_who_seems_to_be_barred_is_linked(tmp_path: Path) -> None:
    district = District(tmp_path)
    told = [MOTHER, {**FATHER, "noContact": "1"}, kin("F2", "S1", "Sami")]
    assert twins(district, told, 0) == ["F2"]
    assert links(district) == {"MO-S1"}


def test_a_barred_person_who_is_hired_stays_barred(barred: District) -> None:
    hired = teacher("FA", givenName="Sami", familyName="Farrow")
    barred.sync(files(FAMILY, [hired]), THIRD)
    assert links(barred) == {"MO-S1"}


def test_what_a_bar_compares_is_kept_with_it(barred: District) -> None:
    (kept,) = barred.query("select given_name, family_name, email, sms, student_given_name from book.roster.bars")
    assert kept == ("Sami", "Farrow", "sami@example.org", "+12025550101", "GivenS1")
