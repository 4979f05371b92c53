"""What spreadsheets, databases and editors leave in a file: removed before it is read, and told with its lines."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from pipeline.csvfile.tidy import tidied

HEADER = b"sourcedId,orgSourcedIds,role,givenName\n"

CASES: dict[str, tuple[bytes, list[str], str]] = {
    "a zero-width space behind an id": (
        b"00001\xe2\x80\x8b,N,x,Ann",
        ["00001", "N", "x", "Ann"],
        "invisible_characters",
    ),
    "a byte order mark in an id": (b"\xef\xbb\xbf00001,N,x,Ann", ["00001", "N", "x", "Ann"], "invisible_characters"),
    "a soft hyphen": (b"00\xc2\xad001,N,x,Ann", ["00001", "N", "x", "Ann"], "invisible_characters"),
    "a direction mark": (b"00001\xe2\x80\x8e,N,x,Ann", ["00001", "N", "x", "Ann"], "invisible_characters"),
    "a unit separator": (b"00001\x1f,N,x,Ann", ["00001", "N", "x", "Ann"], "invisible_characters"),
    "a word joiner": (b"0000\xe2\x81\xa01,N,x,Ann", ["00001", "N", "x", "Ann"], "invisible_characters"),
    "a tab before an id": (b"\t00001,N,x,Ann", [" 00001", "N", "x", "Ann"], "invisible_characters"),
    "a vertical tab between names": (b"1,N,x,Ann\x0bMarie", ["1", "N", "x", "Ann Marie"], "invisible_characters"),
    "a no-break space between names": (b"1,N,x,Ann\xc2\xa0Marie", ["1", "N", "x", "Ann Marie"], "invisible_characters"),
    "a line separator between names": (b"1,N,x,Ann\xe2\x80\xa8Li", ["1", "N", "x", "Ann Li"], "invisible_characters"),
    "a zero-width joiner beside digits": (
        b"0000\xe2\x80\x8d1\xe2\x80\x8c,N,x,Ann",
        ["00001", "N", "x", "Ann"],
        "invisible_characters",
    ),
    "an ideographic blank behind an id": (
        "00001\u3000,N,x,Ann".encode(),
        ["00001 ", "N", "x", "Ann"],
        "invisible_characters",
    ),
    "a blank of Hangul": ("1,N,x,\u115f".encode(), ["1", "N", "x", ""], "invisible_characters"),
    "a variation selector": ("1\ufe0f,N,x,Ann".encode(), ["1", "N", "x", "Ann"], "invisible_characters"),
    "a narrow space": ("1,N,x,Ann\u202fLi".encode(), ["1", "N", "x", "Ann Li"], "invisible_characters"),
    "an invisible separator": ("1\u2063,N,x,Ann".encode(), ["1", "N", "x", "Ann"], "invisible_characters"),
    "a letter of another encoding": ("1,N,x,Jos\x82".encode(), ["1", "N", "x", "Jos\ufffd"], "invisible_characters"),
    "a whole number as a fraction": (b"101.0,N,x,Ann", ["101", "N", "x", "Ann"], "decimals_removed"),
    "a quoted one": (b'1,"101.0",x,Ann', ["1", "101", "x", "Ann"], "decimals_removed"),
    "one at the end": (b"1,N,x,7.0", ["1", "N", "x", "7"], "decimals_removed"),
    "a bell": (b"1,N,x,An\x07n", ["1", "N", "x", "Ann"], "invisible_characters"),
    "a formula": (b'="00001",N,x,Ann', ["00001", "N", "x", "Ann"], "opened_in_spreadsheet"),
    "a quoted formula": (b'"=""00001""",N,x,Ann', ["00001", "N", "x", "Ann"], "opened_in_spreadsheet"),
    "a formula at the end": (b'1,N,x,="007"', ["1", "N", "x", "007"], "opened_in_spreadsheet"),
    "a formula of a list": (b'1,"=""N,M""",x,Ann', ["1", "N,M", "x", "Ann"], "opened_in_spreadsheet"),
    "an apostrophe before a number": (b"'00001,N,x,Ann", ["00001", "N", "x", "Ann"], "opened_in_spreadsheet"),
    "a quoted apostrophe": (b'"\'00001",N,x,Ann', ["00001", "N", "x", "Ann"], "opened_in_spreadsheet"),
    "escaped marks": (rb'1,N,x,"Lee \"Bo\" X"', ["1", "N", "x", 'Lee "Bo" X'], "backslashes_read"),
    "an escaped mark at the end": (rb'1,N,x,"Lee \"Bo\""', ["1", "N", "x", 'Lee "Bo"'], "backslashes_read"),
    "an escaped mark and a comma": (rb'1,N,x,"Lee \"B,o\""', ["1", "N", "x", 'Lee "B,o"'], "backslashes_read"),
    "an escaped backslash beside one": (rb'1,N,x,"a\\b \"c\""', ["1", "N", "x", r'a\b "c"'], "backslashes_read"),
}

PLAIN = {
    "nothing": b"1,N,x,Ann\n",
    "an apostrophe in a name": b"1,N,x,O'Neil\n2,N,x,'Aho\n",
    "joiners of other scripts": "1,N,x,می\u200cخواهم\n".encode(),
    "accents": "1,N,x,Zoë Ñandú\n".encode(),
    "a backslash at the end of a cell": rb'1,"C:\",x,"y"' + b"\n",
    "a backslash alone before a comma alone": rb'"1","N","\",","' + b"\n",
    "a formula that computes": b"1,N,x,=1+1\n",
    "letters of UTF-8 that were read as Latin-1": "1,N,x,GARC\xc3\x8dA\n2,N,x,Mar\xc3\xada\n".encode(),
    "numbers that are no whole ones": b"1.50,N,x,v1.0\n2,10.00,x,202.555.0\n",
    "a tab that separates": b"1,N,x,Ann\n",
}


@pytest.mark.parametrize("quoted_before", [b"", b'9,"N,M",x,"Ann ""Li"""\n'])
@pytest.mark.parametrize("kind", CASES)
def test_what_nobody_means_is_removed_and_told(tmp_path: Path, kind: str, quoted_before: bytes) -> None:
    row, cells, code = CASES[kind]
    copy = tmp_path / "copy.csv"
    (removed,) = tidied(HEADER + quoted_before + row + b"\n2,N,x,Bo\n", copy)
    line = 3 if quoted_before else 2
    assert (removed.code, removed.lines) == (code, [line])
    assert list(csv.reader(io.StringIO(copy.read_text("utf-8"))))[line - 1] == cells


@pytest.mark.parametrize("kind", PLAIN)
def test_what_is_meant_stays(tmp_path: Path, kind: str) -> None:
    assert tidied(HEADER + PLAIN[kind], tmp_path / "copy.csv") == []
    assert not (tmp_path / "copy.csv").exists()


def test_a_file_separated_by_tabs_keeps_them(tmp_path: Path) -> None:
    assert tidied(b"sourcedId\trole\n1\tx\n", tmp_path / "copy.csv") == []


@pytest.mark.parametrize("line_end", [b"\r", b"\n", b"\r\n"])
def test_the_lines_are_those_of_an_editor(tmp_path: Path, line_end: bytes) -> None:
    rows = [b"a,b", b"1,x", b"2\xe2\x80\x8b,\xe2\x80\x8bx", b"3,x", b"4\x1f,x", b""]
    (removed,) = tidied(line_end.join(rows), tmp_path / "copy.csv")
    assert removed.lines == [3, 5]
