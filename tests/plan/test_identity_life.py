"""Ids over a year of ordinary life, in which none is held, and takeovers planted among the same people."""

from __future__ import annotations

import pytest

from tests.support.identity import claims_of, held
from tests.support.ordinary_life import Town


@pytest.mark.slow("twelve nights of a town")
@pytest.mark.parametrize("numbers_are_ids", [False, True], ids=["numbers", "numbers as ids"])
def test_a_year_of_ordinary_life_of_five_hundred_people_is_not_held(numbers_are_ids: bool) -> None:
    town = Town.of(3, 240, numbers_are_ids=numbers_are_ids)
    assert len(town.people) > 500
    renamed = 0
    for night, known, tonight in town.year():
        names = {person.id: (person.given, person.family) for person in known}
        renamed += sum(names.get(p.id, (p.given, p.family)) != (p.given, p.family) for p in tonight)
        assert held(claims_of(known, tonight)) == {}, night
    assert renamed > 40


@pytest.mark.parametrize("numbers_are_ids", [False, True], ids=["numbers", "numbers as ids"])
@pytest.mark.parametrize("kind", ["students", "guardians", "staff"])
def test_an_id_taken_by_somebody_who_shares_no_name_is_always_held(kind: str, numbers_are_ids: bool) -> None:
    town = Town.of(5, 240, numbers_are_ids=numbers_are_ids)
    known = list(town.people.values())
    tonight, strangers, _ = town.takeovers(kind, 3 if kind == "staff" else 8)
    assert len(strangers) >= 4
    assert strangers <= held(claims_of(known, tonight))["identity_changed"]
