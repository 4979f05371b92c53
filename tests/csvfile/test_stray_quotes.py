"""Two stray quotation marks must not swallow the rows between them."""

from __future__ import annotations

import pytest

from pipeline.csvfile.records import Record, read_records


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_rows_between_two_stray_quotation_marks_are_not_taken_for_a_value(end: str) -> None:
    text = end.join(["id,name,note", 'S1,"Bud Smith,x', "S2,Ann,y", 'S3,Al Jones",z', "S4,Eve,w", ""])
    rows = list(read_records(text, line_end=end, delimiter=",", width=3))  # type: ignore[arg-type]
    swallowed = ["S1", '"Bud Smith', "x", "S2", "Ann", "y", "S3", 'Al Jones"', "z"]
    assert rows[1:] == [
        Record(2, swallowed, closed=True, spans=True),
        Record(5, ["S4", "Eve", "w"], closed=True),
    ]


def test_a_value_with_a_line_break_is_one_value_and_is_pointed_out() -> None:
    text = 'id,name,note\nS1,"12 Main St\nSpringfield",x\nS2,Ann,y\n'
    rows = list(read_records(text, line_end="\n", delimiter=",", width=3))
    assert rows[1:] == [
        Record(2, ["S1", "12 Main St\nSpringfield", "x"], closed=True, spans=True),
        Record(4, ["S2", "Ann", "y"], closed=True),
    ]
