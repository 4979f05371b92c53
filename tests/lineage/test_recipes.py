"""docs/data.md: every recipe runs as it stands there, and finds something in a district that has a night behind it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.lineage.columns import tables
from pipeline.warehouse.statements import schema_tables

if TYPE_CHECKING:
    from tests.support.nights import Nights, Terminal

PAGE = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")

RECIPES = dict(re.findall(r"^([A-Z][^\n]+):\n\n```sql\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE))

MAY_FIND_NOTHING = {"Students without a guardian", "Contacts who did not become guardians, with the reason"}


def test_all_recipes_are_found() -> None:
    assert len(RECIPES) == PAGE.count("```sql") > 5


@pytest.mark.parametrize("title", RECIPES)
def test_a_recipe_runs(rollcall: Terminal, nights: Nights, title: str) -> None:
    found = rollcall.json("sql", nights.district, RECIPES[title])
    assert found or title in MAY_FIND_NOTHING


def test_every_table_is_on_the_page() -> None:
    there = {f"{base}.{Path(name).name}" for base in ("day", "book") for _, name in schema_tables(base)}
    assert set(tables()) == there
    assert set(re.findall(r"^### ((?:day|book)\.\S+)$", PAGE, re.MULTILINE)) == there
