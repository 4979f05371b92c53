"""No cell of ours becomes a formula, and no two schools share a page."""

from __future__ import annotations

import pytest

from pipeline.report.cells import as_it_was, safe_cell, without_control_characters
from pipeline.report.schools import school_file


@pytest.mark.parametrize("front", ["", "\ufeff", "\u200b", " ", "\u2060\u00ad", "\u202e"])
@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_a_sign_behind_what_nobody_sees_is_defused(front: str, sign: str) -> None:
    text = f"{front}{sign}cmd()"
    assert safe_cell(text) == f"'{text}"
    assert as_it_was(safe_cell(text)) == text


@pytest.mark.parametrize("text", ["O'Neil", "a=b", "", "'twas", "1-2"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert as_it_was(safe_cell(text)) == safe_cell(text) == text


def test_marks_that_turn_a_text_around_are_not_obeyed() -> None:
    assert without_control_characters("a\u202eb\u2066c\u200fd") == "a\ufffdb\ufffdc\ufffdd"


def test_an_id_that_looks_like_another_school_s_page_gets_one_of_its_own() -> None:
    ids = ["N 1", "n-1-a84f7771", "n-1", "N-1"]
    assert school_file("N 1") == "n-1-a84f7771"
    assert len({school_file(school_id) for school_id in ids}) == len(ids)
