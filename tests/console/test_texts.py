"""Every text of the console goes through gettext, so that a catalog of another language needs no code."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONSOLE = ROOT / "pipeline" / "console"

UNTRANSLATED = {"Rollcall", "sourcedId", "UTC", "DOCTYPE", "doctype", "html"}
"""Names, and what the standard calls a column."""


def test_the_list_of_texts_is_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    texts = importlib.import_module("texts")
    assert texts.CATALOG.read_text("utf-8") == texts.catalog(), "run `python docs/texts.py`"


@pytest.mark.parametrize("path", sorted(CONSOLE.rglob("*.html")), ids=lambda path: path.stem)
def test_no_word_of_a_page_is_written_into_it(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", path.read_text("utf-8"), flags=re.DOTALL)
    text = re.sub(r"<[^>]*>|&\w+;", " ", text)
    assert set(re.findall(r"[A-Za-z]{2,}", text)) - UNTRANSLATED == set()
