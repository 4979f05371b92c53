"""A source that comes no more: decided by a person, judged by the gate, ended by its return, and no end of a bar."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.corrections.undo import undo
from pipeline.day.preview import preview_retirement
from pipeline.errors import UsageError
from pipeline.plan.retirements import planned_retirement, retire
from tests.guardians.test_bars import links
from tests.plan.test_silence import AT, NIGHTS, files
from tests.support.district import District, Night, contact
from tests.support.families import listed

pytestmark = pytest.mark.whole_day

ROWS = [
    listed("P1", "S1", "Mother", email="kim@example.org"),
    listed("P2", "S2", "Father"),
    listed("P9", "S3", "Father", noContact="true"),
]
USERS = [contact("P1", "S1"), contact("P9", "S3", relationship="Father")]


@pytest.fixture
def lacking(tmp_path: Path) -> District:
    """A district whose contacts.csv has not come on the second night."""
    district = District(tmp_path)
    district.sync(files(USERS, ROWS), NIGHTS[0])
    district.sync(files(USERS), NIGHTS[1])
    assert links(district) == {"P1-S1", "P2-S2"}
    return district


def retired(district: District, source: str, only: Sequence[str] = ()) -> Night:
    planned = planned_retirement(district.folder, district.name, source, only)
    retire(district.folder, planned, by="kim", why="the export has ended", at=AT)
    district.last_active = None
    return district.run(planned.on)


def test_what_only_a_retired_file_said_goes_and_no_bar_ends(lacking: District) -> None:
    night = retired(lacking, "contacts.csv")
    assert (night.outcome, links(lacking)) == ("applied", {"P1-S1"})
    assert lacking.person("P1")["email"] == ""
    assert night.report.columns == []
    assert lacking.sync(files(USERS, grade="06"), NIGHTS[2]).outcome == "applied"
    assert links(lacking) == {"P1-S1"}


def test_a_preview_of_a_retirement_changes_nothing(lacking: District) -> None:
    planned = planned_retirement(lacking.folder, lacking.name, "contacts.csv", ())
    report = preview_retirement(lacking.name, lacking.settings, lacking.folder, planned)
    assert report.records["guardians"].archived == 1
    assert links(lacking) == {"P1-S1", "P2-S2"}


def test_a_file_can_be_retired_about_one_person(lacking: District) -> None:
    assert retired(lacking, "contacts.csv", ["P2"]).outcome == "applied"
    assert (links(lacking), lacking.person("P1")["email"]) == ({"P1-S1"}, "kim@example.org")


def test_a_retirement_ends_when_the_file_comes_back(lacking: District) -> None:
    retired(lacking, "contacts.csv")
    lacking.sync(files(USERS, ROWS), NIGHTS[2])
    assert links(lacking) == {"P1-S1", "P2-S2"}
    lacking.sync(files(USERS), NIGHTS[3])
    assert links(lacking) == {"P1-S1", "P2-S2"}


def test_an_undo_to_before_a_retirement_ends_it(lacking: District) -> None:
    retired(lacking, "contacts.csv")
    undo(
        lacking.folder, lacking.name, lacking.settings,
        to_date=NIGHTS[0], by="kim", why="too early", today=NIGHTS[2], at=AT,
    )  # fmt: skip
    lacking.last_active = None
    lacking.sync(files(USERS, grade="06"), NIGHTS[3])
    assert links(lacking) == {"P1-S1", "P2-S2"}


def test_a_retired_column_of_contact_details_lets_the_values_go_and_too_many_are_held(tmp_path: Path) -> None:
    district = District(tmp_path)
    users = [contact("P1", "S1", phone="202-555-0143")]
    district.sync(files(users), NIGHTS[0])
    district.sync(files(users, without=["phone"]), NIGHTS[1])
    assert district.person("P1")["phone"] == "+12025550143"
    retired(district, "users.csv:phone")
    assert district.person("P1")["phone"] == ""


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("parents.csv", "There is no file parents.csv."),
        ("guardians.csv", "have never had guardians.csv"),
        ("users.csv", "users.csv is in the newest files"),
        ("contacts.csv:shoeSize", "contacts.csv has no column shoeSize."),
    ],
)
def test_a_source_that_is_not_absent_cannot_be_retired(lacking: District, source: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        planned_retirement(lacking.folder, lacking.name, source, ())
