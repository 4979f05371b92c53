"""Two stray quotation marks must not swallow the rows between them."""

from __future__ import annotations

import time

import pytest

from pipeline.csvfile.records import Record, read_records


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_rows_between_two_stray_quotation_marks_are_not_taken_for_a_value(end: str) -> None:
    text = end.join(["id,name,note", 'S1,"Bud Smith,x', "S2,Ann,y", 'S3,Al Jones",z', "S4,Eve,w", ""])
    rows = list(read_records(text.encode(), line_end=end, delimiter=",", width=3))  # type: ignore[arg-type]
    swallowed = ["S1", '"Bud Smith', "x", "S2", "Ann", "y", "S3", 'Al Jones"', "z"]
    assert rows[1:] == [
        Record(2, swallowed, closed=True, spans=True),
        Record(5, ["S4", "Eve", "w"], closed=True),
    ]


def test_a_value_with_a_line_break_is_one_value_and_is_pointed_out() -> None:
    text = 'id,name,note\nS1,"12 Main St\nSpringfield",x\nS2,Ann,y\n'
    rows = list(read_records(text.encode(), line_end="\n", delimiter=",", width=3))
    assert rows[1:] == [
        Record(2, ["S1", "12 Main St\nSpringfield", "x"], closed=True, spans=True),
        Record(4, ["S2", "Ann", "y"], closed=True),
    ]


@pytest.mark.parametrize("between", [["", "S2,Ann,y"], ["S2,Ann,y", "S5,a,b,c,d"], [""], ["S5,a,b,c,d"]])
@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_a_blank_or_a_long_line_between_two_stray_marks_hides_no_rows(end: str, between: list[str]) -> None:
    text = end.join(["id,name,note", 'S1,"Bud Smith,x', *between, 'S3,Al Jones",z', "S4,Eve,w", ""])
    rows = list(read_records(text.encode(), line_end=end, delimiter=",", width=3))  # type: ignore[arg-type]
    swallowed = ["S1", '"Bud Smith', "x", *",".join(between).split(","), "S3", 'Al Jones"', "z"]
    assert rows[1].cells == swallowed
    assert len(swallowed) > 3
    assert rows[2].cells == ["S4", "Eve", "w"]


def test_a_row_between_two_stray_marks_is_seen_though_the_lines_of_the_marks_do_not_fit() -> None:
    text = 'id,name,note\nS1,"Bud\nS2,Ann,y\nJones",z\nS4,Eve,w\n'
    rows = list(read_records(text.encode(), line_end="\n", delimiter=",", width=3))
    assert [row.cells for row in rows[1:]] == [["S1", '"Bud', "S2", "Ann", "y", 'Jones"', "z"], ["S4", "Eve", "w"]]


def test_a_value_of_many_lines_that_are_no_rows_is_one_value() -> None:
    text = 'id,name,note\nS1,"12 Main St\n\nSpringfield, IL\nUSA",x\nS2,Ann,y\n'
    rows = list(read_records(text.encode(), line_end="\n", delimiter=",", width=3))
    assert [row.cells for row in rows[1:]] == [["S1", "12 Main St\n\nSpringfield, IL\nUSA", "x"], ["S2", "Ann", "y"]]


def test_a_stray_mark_before_many_doubled_ones_takes_no_time() -> None:
    rows = [f'S{n},"",y' for n in range(20_000)]
    text = "\n".join(["id,name,note", 'S,"Skip Pupil,x', *rows, ""])
    started = time.monotonic()
    found = [record.cells for record in read_records(text.encode(), line_end="\n", delimiter=",", width=3)]
    assert time.monotonic() - started < 10
    assert found[1] == ["S", '"Skip Pupil', "x"]
    assert found[2:] == [[f"S{n}", "", "y"] for n in range(20_000)]


def test_many_stray_marks_take_no_time() -> None:
    rows = [f'S{n},"Bud "" Smith,y' if n % 2 else f'S{n},"AJ" Smith,""' for n in range(20_000)]
    started = time.monotonic()
    found = list(read_records("\n".join(rows).encode(), line_end="\n", delimiter=",", width=3))
    assert time.monotonic() - started < 10
    assert len(found) == 20_000


def test_a_quoted_value_of_a_million_doubled_marks_is_one_value() -> None:
    text = 'id,name\nS1,"' + '""' * 1_000_000 + '"\n'
    rows = list(read_records(text.encode(), line_end="\n", delimiter=",", width=2))
    assert rows[1].cells == ["S1", '"' * 1_000_000]


@pytest.mark.parametrize(
    ("last", "open_quote"),
    [
        ('S2,Ann,"N', True),
        ('S2,Ann,"N,M', True),
        ('S2,Ann,"', True),
        ('S2,"say ""hi', True),
        ('S2,Ann,"N,M"', False),
        ('S2,Ann,"""hi"', False),
        ('S2,"AJ" Ann,y', False),
        ('S2,Bud",y', False),
        ('S2,Ann,"N\n', False),
    ],
)
def test_a_last_record_says_whether_a_quotation_mark_in_it_is_open(last: str, open_quote: bool) -> None:
    text = "id,name,note\nS1,Eve,w\n" + last
    rows = list(read_records(text.encode(), line_end="\n", delimiter=",", width=3))
    assert [row.open_quote for row in rows] == [False, False, open_quote]
