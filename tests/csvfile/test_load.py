"""From the bytes of a file to its raw table: the same table however it is written, or a refusal in words."""

from __future__ import annotations

import csv
import gzip
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.csvfile.dialect import inspect
from pipeline.csvfile.fast import read_fast
from pipeline.csvfile.header import read_header
from pipeline.csvfile.irregular import read_irregular
from pipeline.oneroster.files import USERS
from pipeline.warehouse.sessions import session
from tests.support.district import District, Rows, empty_day, school_class, small_district, student
from tests.support.mutations import read_alone

EXAMPLES = int(os.environ.get("ROLLCALL_EXAMPLES", "24"))
"""So many files are made up for a test; `make soak` asks for more."""

HEADER = ["sourcedId", "orgSourcedIds", "role", "givenName", "familyName", "agentSourcedIds"]
PEOPLE = [
    ["0412", "N", "student", "Zoë", "O'Neil", ""],
    ["7", "N,M", "student", "Ann", "Pupil", "P1,P2"],
    ["007", "M", "student", "李", "Nguyễn-Đặng", "P1"],
]


class Reader:
    """Reads users.csv alone and shows what came of it."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.day = self.root / "day.duckdb"
        empty_day(self.day, self.root)

    def read(self, content: bytes, *, scope: str = "district") -> dict[str, Any]:
        path = self.root / "users.csv"
        path.write_bytes(content)
        with session(self.root, day=self.day, write="day") as db:
            read = read_alone(db, path, scope=scope)
            table = [
                list(row)
                for row in db._connection.execute(
                    """select line, sourced_id, org_sourced_ids, role, given_name, family_name, agent_sourced_ids
                    from day.raw.users order by line"""
                ).fetchall()
            ]
            findings = db.rows("report/findings", file="users.csv", most=None)
            unreadable = db._connection.execute("select line, cells from day.raw.unreadable order by line").fetchall()
        return {
            "table": [row[1:] for row in table],
            "lines": [row[0] for row in table],
            "codes": [row["code"] for row in findings if row["severity"] != "notice"],
            "findings": findings,
            "unreadable": unreadable,
            "rows": read[0].rows,
        }


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """For the properties: each example reads its file anew."""
    return Reader(tmp_path_factory.mktemp("shared"))


def written(
    rows: list[list[str]] = PEOPLE,
    header: list[str] = HEADER,
    *,
    line_end: str = "\n",
    delimiter: str = ",",
    quoting: int = csv.QUOTE_MINIMAL,
) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=line_end, delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([header, *rows])
    return out.getvalue().encode()


def prefixed(prefix: str) -> bytes:
    return written(header=[prefix + name for name in HEADER])


def other_order() -> bytes:
    order = [5, 2, 0, 4, 1, 3]
    return written([[row[n] for n in order] for row in PEOPLE], [HEADER[n] for n in order])


WAYS: dict[str, Callable[[], bytes]] = {
    "LF": written,
    "CR": lambda: written(line_end="\r"),
    "CRLF": lambda: written(line_end="\r\n"),
    "LF with BOM": lambda: b"\xef\xbb\xbf" + written(),
    "CR with BOM": lambda: b"\xef\xbb\xbf" + written(line_end="\r"),
    "CRLF with BOM": lambda: b"\xef\xbb\xbf" + written(line_end="\r\n"),
    "no line end at the end": lambda: written().rstrip(b"\n"),
    "prefix USERS.": lambda: prefixed("USERS."),
    "prefix users.": lambda: prefixed("users."),
    "prefix of another table": lambda: prefixed("PSM_Contact."),
    "upper case": lambda: written(header=[name.upper() for name in HEADER]),
    "spaces and a no-break space in the header": lambda: written(header=[f" {name}\u00a0" for name in HEADER]),
    "zero-width space in the header": lambda: written(header=["\u200b" + name for name in HEADER]),
    "another order of columns": other_order,
    "dcid": lambda: written([[str(n), *row] for n, row in enumerate(PEOPLE)], ["USERS.dcid", *HEADER]),
    "tabs": lambda: written(delimiter="\t"),
    "semicolons": lambda: written(delimiter=";"),
    "bars": lambda: written(delimiter="|"),
    "quotes around every value": lambda: written(quoting=csv.QUOTE_ALL),
    "quotes around every value, CR": lambda: written(quoting=csv.QUOTE_ALL, line_end="\r"),
    "mixed LF and CRLF": lambda: written().replace(b"\n", b"\r\n", 2),
    "sourceId": lambda: written(header=["sourceId", *HEADER[1:]]),
    "an empty column at the end": lambda: written([[*row, ""] for row in PEOPLE], [*HEADER, ""]),
    "a delimiter at the end of every row": lambda: written([[*row, ""] for row in PEOPLE]),
    "blank lines between": lambda: written().replace(b"\n", b"\n\n"),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_same_table_is_read_however_it_is_written(reader: Reader, way: str) -> None:
    found = reader.read(WAYS[way]())
    assert found["table"] == PEOPLE
    told = {
        "no line end at the end": "end_without_line_end",
        "a delimiter at the end of every row": "empty_field_at_end",
    }
    assert found["codes"] == ([told[way]] if way in told else [])
    assert found["rows"] == 3


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n"])
def test_lines_are_counted_as_an_editor_shows_them(reader: Reader, line_end: str) -> None:
    regular = reader.read(written(line_end=line_end))
    assert regular["lines"] == [2, 3, 4]
    blank = written(line_end=line_end).decode().split(line_end)
    text = line_end.join([blank[0], "", blank[1], "", "", blank[2], blank[3], ""])
    assert reader.read(text.encode())["lines"] == [3, 6, 7]


def test_a_line_feed_in_a_value_of_a_cr_file_is_part_of_the_value_and_a_line(reader: Reader) -> None:
    rows = [["1", "N", "student", "Ann\nMarie", "Pupil", ""], ["2", "N", "student", "Bo", "Pupil", ""]]
    content = "\r".join([",".join(HEADER), *(",".join(row) for row in rows), ""]).encode()
    found = reader.read(content)
    assert found["table"] == rows
    assert found["lines"] == [2, 4]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_quoted_line_break_is_part_of_the_value_and_a_line(reader: Reader, line_end: str) -> None:
    rows = [["1", "N", "student", f"Ann{line_end}Marie", "Pupil", ""], ["2", "N", "student", "Bo", "Pupil", ""]]
    found = reader.read(written(rows, line_end=line_end))
    assert found["table"] == rows
    assert found["lines"] == [2, 4]


@pytest.mark.parametrize(
    ("given_name", "family_name", "read"),
    [
        ('"AJ" Smith', "Pupil", ['"AJ" Smith', "Pupil"]),
        ('"un', "Pupil", ['"un', "Pupil"]),
        ('Bud"', '5" tall', ['Bud"', '5" tall']),
        ('A "B" C', '"', ['A "B" C', '"']),
        ('"Bo"', "Pupil", ["Bo", "Pupil"]),
    ],
)
def test_quotation_marks_that_quote_nothing_are_kept_as_they_are(
    reader: Reader, given_name: str, family_name: str, read: list[str]
) -> None:
    lines = [",".join(HEADER), f"1,N,student,{given_name},{family_name},", "2,N,student,Ann,Pupil,", ""]
    for line_end in ("\n", "\r"):
        found = reader.read(line_end.join(lines).encode())
        assert [row[3:5] for row in found["table"]] == [read, ["Ann", "Pupil"]]
        # one that begins a value may have been meant otherwise, and is told
        opens = any(name.startswith('"') and name in read for name in (given_name, family_name))
        assert found["codes"] == (["quotation_marks_kept"] if opens else [])


def test_doubled_quotation_marks_within_quotes_are_one(reader: Reader) -> None:
    rows = [["1", "N", "student", '"AJ" Ann', 'says "hi"', 'P1,"P2"']]
    assert reader.read(written(rows))["table"] == rows


def test_lists_within_quotes_are_one_cell(reader: Reader) -> None:
    content = ",".join(HEADER).encode() + b'\r1,"N,M",student,Ann,Pupil,"P1,P2"\r'
    assert reader.read(content)["table"] == [["1", "N,M", "student", "Ann", "Pupil", "P1,P2"]]


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("quoted", [False, True])
@pytest.mark.parametrize(
    "row", ["2,N,student,Bo", "2,N,student,Bo,Pupil,P1,P2", "2,N,student,Bo,Pupil, Jr.,", "2,N,student,Bo,Pupil,,"]
)
def test_a_row_with_too_few_or_too_many_cells_is_a_finding_on_its_line(
    reader: Reader, line_end: str, row: str, quoted: bool
) -> None:
    """Also where the cell too many is blank: a comma in a name must not put values under other columns."""
    first = '1,N,student,"Ann",Pupil,""' if quoted else "1,N,student,Ann,Pupil,"
    text = line_end.join([",".join(HEADER), first, row, "3,N,student,Cy,Pupil,", ""])
    found = reader.read(text.encode())
    assert [row[0] for row in found["table"]] == ["1", "3"]
    assert found["lines"] == [2, 4]
    assert [(f["code"], f["line"]) for f in found["findings"]] == [("field_count", 3)]
    assert found["findings"][0]["value"] == f"{row.count(',') + 1} cells where the header has 6"
    assert found["unreadable"] == [(3, row.split(","))]


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n"])
def test_a_last_row_that_breaks_off_is_a_file_that_was_cut_off(reader: Reader, line_end: str) -> None:
    content = written(line_end=line_end)
    found = reader.read(content[: content.rindex(b",student")])
    assert [row[0] for row in found["table"]] == ["0412", "7"]
    assert [(f["code"], f["line"]) for f in found["findings"]] == [("file_cut_off", 4)]


OPEN_ENDS = {
    "full width": '9,N,student,Cy,Pupil,"P1',
    "full width, the mark alone": '9,N,student,Cy,Pupil,"',
    "more cells": '9,"N",student,Cy,Pupil,"P1,P2',
    "fewer cells": '9,"N,M',
    "a doubled mark": '9,"N",student,Cy,Pupil,"P1,""P2""',
}


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("regular", [True, False])
@pytest.mark.parametrize("kind", OPEN_ENDS)
def test_a_file_that_ends_within_a_quoted_list_was_cut_off(
    reader: Reader, line_end: str, regular: bool, kind: str
) -> None:
    before = written(line_end=line_end).decode()
    if not regular:
        before = before.replace(line_end, line_end * 2, 1)
    found = reader.read((before + OPEN_ENDS[kind]).encode())
    assert found["table"] == PEOPLE
    assert found["codes"] == ["file_cut_off"]
    line = 5 if regular else 6
    assert [f["line"] for f in found["findings"]] == [line]
    assert [(at, cells[0]) for at, cells in found["unreadable"]] == [(line, "9")]


def test_a_cut_off_list_does_not_hide_that_every_row_ends_with_a_delimiter(reader: Reader) -> None:
    content = WAYS["a delimiter at the end of every row"]() + b'9,N,student,Cy,Pupil,"P1,P2,P3'
    found = reader.read(content)
    assert found["table"] == PEOPLE
    assert sorted(found["codes"]) == ["empty_field_at_end", "file_cut_off"]


def test_an_open_quotation_mark_in_a_closed_last_row_is_text(reader: Reader) -> None:
    found = reader.read(written() + b'9,N,student,Cy,"Pupil,\n')
    assert found["codes"] == ["quotation_marks_kept"]
    assert found["table"][-1][4] == '"Pupil'


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("regular", [True, False])
def test_a_last_row_without_line_end_is_read_and_pointed_out(reader: Reader, line_end: str, regular: bool) -> None:
    content = written(line_end=line_end).decode().removesuffix(line_end)
    if not regular:
        content = content.replace(line_end, line_end * 2, 1)
    found = reader.read(content.encode())
    assert found["table"] == PEOPLE
    assert [(f["code"], f["severity"], f["line"]) for f in found["findings"]] == [
        ("end_without_line_end", "warning", 4 if regular else 5)
    ]


def test_a_last_row_of_an_empty_quoted_cell_alone_was_cut_off(reader: Reader) -> None:
    found = reader.read(written() + b'""')
    assert (found["table"], found["codes"]) == (PEOPLE, ["file_cut_off"])


def test_a_header_that_ends_in_cr_alone_before_rows_that_end_in_cr_lf_puts_no_line_feed_into_values(
    reader: Reader,
) -> None:
    rows = [["1", "N", "student", "Ann\nMarie", "Pupil", ""], *PEOPLE[1:]]
    header, *rest = [",".join(HEADER), "1,N,student,Ann\nMarie,Pupil,", *written().decode().split("\n")[2:4]]
    content = header + "\r" + "".join(line + "\r\n" for line in rest)
    found = reader.read(content.encode())
    assert (found["table"], found["codes"]) == (rows, [])
    assert found["lines"] == [2, 4, 5]


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("users.csv", written())
    return out.getvalue()


NOT_CSV: dict[str, tuple[bytes, str]] = {
    "ZIP": (zipped(), "it is a ZIP archive or an Excel workbook"),
    "gzip": (gzip.compress(written()), "it is compressed with gzip"),
    "HTML": (b"<!DOCTYPE html><html><body>Canary</body></html>", "it is a web page or XML"),
    "HTML after blanks": (b"\xef\xbb\xbf\r\n <html><body>Canary</body></html>", "it is a web page or XML"),
    "XML": (b'<?xml version="1.0"?><users>Canary</users>', "it is a web page or XML"),
    "UTF-16 little-endian": (written().decode().encode("utf-16"), "it is UTF-16 text; UTF-8 is required"),
    "UTF-16 big-endian": (
        b"\xfe\xff" + written().decode().encode("utf-16-be"),
        "it is UTF-16 text; UTF-8 is required",
    ),
    "UTF-16 without a mark": (written().decode().encode("utf-16-le"), "it contains bytes that are not text"),
    "NUL in a value": (written().replace(b"Ann", b"Canary\0"), "it contains bytes that are not text"),
    "NUL bytes at the end": (written() + b"\0" * 4096, "it contains bytes that are not text"),
    "no header": (b"\n".join(written().split(b"\n")[1:]), "none of the expected column names"),
    "a header of another file": (b"propertyName,value\nCanary,1\n", "none of the expected column names"),
    "JSON": (b'[{"x": "Canary"},\n{"x": "Canary"}]', "it is JSON"),
    "a line without an end": (b"Canary" * 20_000, "its first line is too long"),
}


@pytest.mark.parametrize("kind", NOT_CSV)
def test_what_is_no_csv_is_refused_without_showing_its_text(reader: Reader, kind: str) -> None:
    content, words = NOT_CSV[kind]
    found = reader.read(content)
    assert found["table"] == []
    assert found["codes"] == ["not_csv"]
    assert words in found["findings"][0]["value"]
    shown = str(found["findings"])
    assert not [text for text in ("Canary", "Zo", "Neil", "0412") if text in shown]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"\xef\xbb\xbf", "file_empty"),
        (b"\r\n \r\n", "file_empty"),
        (",".join(HEADER).encode(), "header_only"),
        (",".join(HEADER).encode() + b"\r", "header_only"),
        (",".join(HEADER).encode() + b"\r\n\r\n", "header_only"),
        (",".join(HEADER).encode() + b"\n,,,,,\n", "header_only"),
        (written([["1", "N", "student", "Jos\u00e9", "Pupil", ""]]) + b"2,N,student,Jos\xe9,Pupil,\n", "not_utf8"),
        (written([["1", "N", "student", "Ann", "P", ""]]).replace(b"Ann", b"A\x81n"), "not_utf8"),
        (written([row[:-1] for row in PEOPLE], HEADER[:-1]).replace(b"role", b"rolle", 1), "column_missing"),
        (written([[*row, row[0]] for row in PEOPLE], [*HEADER, "USERS.sourcedId"]), "column_twice"),
        (written([[*row, row[0]] for row in PEOPLE], [*HEADER, "sourceId"]), "column_twice"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_code(reader: Reader, content: bytes, code: str) -> None:
    found = reader.read(content)
    assert found["table"] == []
    assert found["codes"] == [code]


def test_a_file_that_is_not_utf8_says_on_which_line(reader: Reader) -> None:
    rows = [[str(n), "N", "student", "Ann", "Pupil", ""] for n in range(50)]
    content = written(rows, line_end="\r").replace(b"\r40,N,student,Ann", b"\r40,N,student,\x81")
    assert reader.read(content)["findings"][0]["value"] == "on line 42"


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n"])
def test_a_file_in_windows_1252_is_read_and_says_how_many_characters_that_concerns(
    reader: Reader, line_end: str
) -> None:
    rows = [["1", "N", "student", "Jos\u00e9", "\u201cPupil\u201d", ""], ["2", "N", "student", "Ann", "Pupil", ""]]
    found = reader.read(written(rows, line_end=line_end).decode().encode("cp1252"))
    assert found["table"] == rows
    assert found["codes"] == ["encoding_not_utf8"]
    assert found["findings"][0]["value"] == "windows-1252 (3 characters affected)"
    assert sorted(path.name for path in reader.root.iterdir() if not path.name.startswith(".spill")) == [
        "day.duckdb",
        "users.csv",
    ]


def test_missing_columns_are_named_all_of_them(reader: Reader) -> None:
    found = reader.read(written([[row[0], row[3]] for row in PEOPLE], ["sourcedId", "givenName"]))
    assert {f["field"] for f in found["findings"]} == {"orgSourcedIds", "role", "familyName"}
    assert set(found["codes"]) == {"column_missing"}


def test_a_school_that_sends_its_own_files_needs_no_column_of_schools(reader: Reader) -> None:
    content = written([[*row[:1], *row[2:]] for row in PEOPLE], [*HEADER[:1], *HEADER[2:]])
    assert reader.read(content)["codes"] == ["column_missing"]
    found = reader.read(content, scope="school")
    assert found["codes"] == []
    assert [row[0] for row in found["table"]] == ["0412", "7", "007"]


def test_a_column_of_passwords_that_is_blank_is_no_news(reader: Reader) -> None:
    found = reader.read(written([[*row, ""] for row in PEOPLE], [*HEADER, "password"]))
    assert (found["table"], found["codes"]) == (PEOPLE, [])


@pytest.mark.parametrize("name", ["password", "USERS.Password"])
@pytest.mark.parametrize("regular", [True, False])
def test_a_column_of_passwords_is_never_stored(tmp_path: Path, name: str, regular: bool) -> None:
    reader = Reader(tmp_path)
    content = written([[*row, f"CanarySecret{n}"] for n, row in enumerate(PEOPLE)], [*HEADER, name])
    found = reader.read(content if regular else content.replace(b"\n", b"\n\n"))
    assert found["table"] == PEOPLE
    assert found["codes"] == ["password_dropped"]
    for path in tmp_path.rglob("*.duckdb*"):
        assert b"CanarySecret" not in path.read_bytes()


def test_a_column_that_nobody_knows_is_a_notice(reader: Reader) -> None:
    found = reader.read(written([[*row, "x"] for row in PEOPLE], [*HEADER, 'x"); drop table day.raw.users; --']))
    assert found["table"] == PEOPLE
    assert [(f["code"], f["severity"]) for f in found["findings"]] == [("column_unknown", "notice")]


def test_a_long_value_is_read_whole_and_one_of_more_than_a_megabyte_is_left_out(reader: Reader) -> None:
    rows = [*PEOPLE, ["9", "N", "student", "A" * 1_000_000, "Pupil", ""]]
    assert reader.read(written(rows))["table"] == rows
    found = reader.read(written([*PEOPLE, ["9", "N", "student", "A" * 3_000_000, "Pupil", ""]]))
    assert found["table"] == PEOPLE
    assert [finding["code"] for finding in found["findings"]] == ["row_too_long"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("," * 1_000_000, "more than 10,000 cells"),
        ("3,N,student," + "a" * (1 << 24) + ",x,y", "16,777,232 bytes, and at most 16,777,216 are read"),
        (
            '3,N,student,"' + "ab\n" * 500_000 + '",x,y',
            "a value of 1,500,000 characters, and at most 1,048,576 are read",
        ),
    ],
    ids=["commas", "one long cell", "very many lines"],
)
def test_a_row_that_is_too_long_is_left_out_without_being_taken_apart(reader: Reader, row: str, said: str) -> None:
    good = [",".join(cells) for cells in ([*PEOPLE[0][:4], "Pupil", ""], [*PEOPLE[0][:4], "Other", ""])]
    text = "\n".join([",".join(HEADER), good[0], row, good[1], ""])
    found = reader.read(text.encode())
    assert [cells[4] for cells in found["table"]] == ["Pupil", "Other"]
    assert "row_too_long" in found["codes"]
    assert said in [finding["value"] for finding in found["findings"]]


def test_a_hash_or_a_backslash_at_the_start_of_a_row_is_text(reader: Reader) -> None:
    rows = [
        ["#1", "N", "student", "\\N", "NULL", ""],
        ["\\2", "N", "student", "nan", "\\tTab", ""],
        ["3", "N", "", "", " ", ""],
    ]
    assert reader.read(written(rows))["table"] == rows


def test_numbers_and_dates_stay_the_text_that_they_were(reader: Reader) -> None:
    rows = [["1E5", "00123", "1.50", "2026-09-01", "true", "1,2"], ["-0", "1_000", "0x1F", "12:00", "inf", "0"]]
    assert reader.read(written(rows))["table"] == rows


TEXT = st.text(
    # without what is removed before a file is read (test_tidy.py): control and format characters, other spaces
    st.characters(
        codec="utf-8",
        exclude_categories=["Cs", "Cc", "Cf", "Zs", "Zl", "Zp", "Mn"],
        exclude_characters="'=\\.\u2800\u3164\u115f\u1160\uffa0",
    ),
    max_size=8,
) | st.sampled_from(['"', '""', '"a"', ",", "a,b", '","', " ", "'", "#", "\\", "a\nb", "NULL", "é"])


@pytest.mark.slow("sixty made-up files")
@settings(max_examples=EXAMPLES, deadline=None)
@given(
    rows=st.lists(st.lists(TEXT, min_size=6, max_size=6), min_size=1, max_size=6),
    line_end=st.sampled_from(["\r", "\n", "\r\n"]),
    delimiter=st.sampled_from([",", "\t", ";", "|"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    mark=st.sampled_from([b"", b"\xef\xbb\xbf"]),
)
@example(rows=[["", "", "", "", "\\", ","]], line_end="\r", delimiter=",", quoting=csv.QUOTE_ALL, mark=b"")
def test_whatever_a_csv_writer_writes_is_read_back_exactly(
    shared: Reader, rows: list[list[str]], line_end: str, delimiter: str, quoting: int, mark: bytes
) -> None:
    rows = [["key", *row[1:]] for row in rows]
    found = shared.read(mark + written(rows, line_end=line_end, delimiter=delimiter, quoting=quoting))
    assert found["table"] == rows
    told = {"line_break_kept" if line_end == "\r" else "line_break_in_value"}
    has_break = any("\n" in cell for row in rows for cell in row)
    assert {finding["code"] for finding in found["findings"]} == (told if has_break else set())


PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\0\r\n\ufeff"), max_size=6)


@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(
    rows=st.lists(st.lists(PLAIN, min_size=6, max_size=6), min_size=1, max_size=5),
    line_end=st.sampled_from(["\r", "\n", "\r\n"]),
    delimiter=st.sampled_from([",", "\t", ";", "|"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    apart=st.sampled_from(["nothing", "what is not plain", "every row"]),
)
def test_the_fast_and_the_careful_reader_agree_on_a_regular_file(
    shared: Reader, rows: list[list[str]], line_end: str, delimiter: str, quoting: int, apart: str
) -> None:
    rows = [["key", *row[1:]] for row in rows]
    content = written(rows, line_end=line_end, delimiter=delimiter, quoting=quoting)
    dialect = inspect(content, USERS)
    assert dialect.regular
    header = read_header(dialect.header, USERS)
    path = shared.root / "users.csv"
    path.write_bytes(content)
    with session(shared.root, day=shared.day, write="day") as db:
        db.clear("raw")
        if apart == "nothing":
            assert read_fast(db, USERS, path, dialect, header)
        else:
            read = read_irregular(
                db,
                USERS,
                content,
                dialect,
                header,
                None if apart == "every row" else shared.root / "copy.csv",
            )
            assert read == (len(rows), 0)
        found = db._connection.execute(
            "select line, role, given_name, family_name from day.raw.users order by line"
        ).fetchall()
    lines = [line for line, _ in enumerate(rows, start=2)]
    assert found == [(line, row[2], row[3], row[4]) for line, row in zip(lines, rows, strict=True)]


@pytest.mark.slow("sixty made-up files")
@settings(max_examples=EXAMPLES, deadline=None)
@given(
    cells=st.lists(
        st.lists(st.sampled_from(["", "a", "é", '"', '"a"', '"a,b"', "a\nb", '"a\nb"', '"a""b"', '"", "']), min_size=1),
        max_size=8,
    ),
    line_end=st.sampled_from(["\r", "\n", "\r\n"]),
    closed=st.booleans(),
)
def test_what_the_two_readers_share_is_what_the_careful_one_reads_alone(
    shared: Reader, cells: list[list[str]], line_end: str, closed: bool
) -> None:
    lines = ["sourcedId,role,givenName", "k,student,Ann", *(",".join(row) for row in cells)]
    content = (line_end.join(lines) + (line_end if closed else "")).encode()
    dialect = inspect(content, USERS)
    header = read_header(dialect.header, USERS)
    seen = []
    for copy in (shared.root / "copy.csv", None):
        with session(shared.root, day=shared.day, write="day") as db:
            db.clear("raw")
            read = read_irregular(db, USERS, content, dialect, header, copy)
            assert not (shared.root / "copy.csv").exists()
            tables = [
                db._connection.table(f"day.raw.{table}").order("all").fetchall()
                for table in ("users", "unreadable", "findings")
            ]
            seen.append((read, tables))
    assert seen[0] == seen[1]


@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(data=st.binary(max_size=200), cut=st.integers(0, 80), place=st.integers(0, 200))
def test_no_bytes_at_all_end_in_anything_but_rows_or_findings(
    shared: Reader, data: bytes, cut: int, place: int
) -> None:
    whole = written()
    place = min(place, len(whole))
    found = shared.read(whole[:place] + data + whole[place + cut :])
    assert found["table"] or found["codes"]


@pytest.mark.parametrize(
    ("file", "content", "code"),
    [
        ("users.csv", b"", "file_empty"),
        ("classes.csv", b"sourcedId,title,schoolSourcedId\r", "header_only"),
        ("enrollments.csv", b"PK\x03\x04x", "not_csv"),
        ("users.csv", b"sourcedId,x\n1,\x81\n", "not_utf8"),
        ("enrollments.csv", b"sourcedId,x\n1,2\n", "column_missing"),
    ],
)
def test_a_file_that_cannot_be_used_rejects_the_delivery_and_the_roster_stands(
    tmp_path: Path, file: str, content: bytes, code: str
) -> None:
    district = District(tmp_path)
    night = district.sync(small_district().files() | {file: content})
    assert night.outcome == "rejected"
    assert code in night.codes(file)
    assert district.active() == dict.fromkeys(district.active(), 0)
    finding = next(found for found in night.report.findings if found.code == code)
    assert finding.file == file
    assert file in finding.message


def test_powerschool_labels_of_all_three_files_are_understood(tmp_path: Path) -> None:
    rows = Rows(
        [student("1"), student("2")],
        [school_class("C")],
        [{"classSourcedId": "C", "userSourcedId": "1", "role": "student"}],
    )
    files = {}
    for name, content in rows.files().items():
        prefix = {"users.csv": "USERS.", "classes.csv": "SECTIONS.", "enrollments.csv": "CC."}[name]
        header, rest = content.decode().split("\r\n", 1)
        labels = ",".join(prefix + label for label in header.split(","))
        files[name] = f"{labels}\r{rest.replace(chr(13) + chr(10), chr(13))}".encode()
    night = District(tmp_path).sync(files)
    assert night.outcome == "applied"
    assert night.codes() == {"labels_mapped": 3}
    assert night.report.records["students"].added == 2
