"""Messy inputs, each with its exact outcome: the rows that are read, the codes that are told, or the refusal.

From what exports and people really do (PowerSchool's Data Export Manager, spreadsheets, other systems). Every input is
read with CR, LF and CR LF.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pipeline.csvfile.load import read_delivery
from pipeline.warehouse.sessions import session
from tests.support.district import empty_day
from tests.support.mutations import OpenReader, Outcome, opened_reader, read_alone

Read = Callable[[bytes], Outcome]

HEADER = "sourcedId,orgSourcedIds,role,givenName,familyName,agentSourcedIds"
ANN = ["1", "N", "student", "Ann", "Pupil", ""]
BO = ["2", "N", "student", "Bo", "Pupil", "P1"]
PLAIN = f"{HEADER}|1,N,student,Ann,Pupil,|2,N,student,Bo,Pupil,P1|"


@dataclass(frozen=True)
class Messy:
    """A file, `|` for its line ends, and what comes of it."""

    text: str | bytes
    rows: list[list[str]] = field(default_factory=lambda: [ANN, BO])
    codes: tuple[str, ...] = ()
    lines: dict[str, int] = field(default_factory=dict)

    def content(self, line_end: str) -> bytes:
        text = self.text if isinstance(self.text, bytes) else self.text.encode()
        return text.replace(b"|", line_end.encode())


def refused(text: str | bytes, code: str) -> Messy:
    return Messy(text, [], (code,))


def header(*names: str) -> str:
    return PLAIN.replace(HEADER, ",".join(names))


NAMES = HEADER.split(",")

MESSY: dict[str, Messy] = {
    # bytes
    "plain": Messy(PLAIN),
    "a byte order mark": Messy(b"\xef\xbb\xbf" + PLAIN.encode()),
    "windows-1252": Messy(
        PLAIN.replace("Ann", "Zoë").encode("cp1252"),
        [["1", "N", "student", "Zoë", "Pupil", ""], BO],
        ("encoding_not_utf8",),
    ),
    "curly quotation marks of windows-1252": Messy(
        PLAIN.replace("Ann", "\u201cAnn\u201d").encode("cp1252"),
        [["1", "N", "student", "\u201cAnn\u201d", "Pupil", ""], BO],
        ("encoding_not_utf8",),
    ),
    "two encodings in one file": refused(PLAIN.replace("Ann", "Zoë").encode() + b"3,N,student,Jos\xe9,X,|", "not_utf8"),
    "a byte that no encoding has": refused(PLAIN.encode().replace(b"Ann", b"A\x81n"), "not_utf8"),
    "UTF-16 with a mark": refused(PLAIN.encode("utf-16"), "not_csv"),
    "UTF-16 without a mark": refused(PLAIN.encode("utf-16-le"), "not_csv"),
    "gzip": refused(b"\x1f\x8b\x08\x00and so on", "not_csv"),
    "an Excel workbook": refused(b"PK\x03\x04and so on", "not_csv"),
    "a web page": refused("<!DOCTYPE html>|<html><body>Please log in</body></html>|", "not_csv"),
    "an error in XML": refused('<?xml version="1.0"?>|<error/>|', "not_csv"),
    "an error in words": refused("Unable to execute the query operation due to an invalid parameter|", "not_csv"),
    "nothing": refused("", "file_empty"),
    "blank lines alone": refused("|||", "file_empty"),
    "a header alone": refused(HEADER + "|", "header_only"),
    "a header without a line end": refused(HEADER, "header_only"),
    "no header": refused("1,N,student,Ann,Pupil,|2,N,student,Bo,Pupil,P1|", "not_csv"),
    "NUL bytes at the end": refused(PLAIN.encode() + b"\0" * 64, "not_csv"),
    # the header
    "capital letters": Messy(header(*(name.upper() for name in NAMES)), codes=("labels_mapped",)),
    "blanks around": Messy(header(*(f" {name} " for name in NAMES))),
    "a zero-width space": Messy(header("\u200bsourcedId", *NAMES[1:]), codes=("labels_mapped",)),
    "a no-break space": Messy(header("sourcedId\u00a0", *NAMES[1:])),
    "the table in all labels": Messy(header(*(f"USERS.{name}" for name in NAMES)), codes=("labels_mapped",)),
    "the table in some labels": Messy(header("USERS.sourcedId", *NAMES[1:]), codes=("labels_mapped",)),
    "a table with digits": Messy(header(*(f"U_DEF_EXT2.{name}" for name in NAMES)), codes=("labels_mapped",)),
    "letters to sort by": Messy(
        header(*(f"{letter}_{name}" for letter, name in zip("abcdef", NAMES, strict=True))), codes=("labels_mapped",)
    ),
    "numbers to sort by": Messy(header("01_sourcedId", *NAMES[1:]), codes=("labels_mapped",)),
    "sourceId": Messy(header("sourceId", *NAMES[1:]), codes=("labels_mapped",)),
    "labels in quotes": Messy(header(*(f'"{name}"' for name in NAMES))),
    "another order": Messy(
        "role,sourcedId,familyName,givenName,agentSourcedIds,orgSourcedIds|student,1,Pupil,Ann,,N|"
        "student,2,Pupil,Bo,P1,N|"
    ),
    "dcid": Messy(f"dcid,{HEADER}|9,1,N,student,Ann,Pupil,|8,2,N,student,Bo,Pupil,P1|", codes=("column_unknown",)),
    "a nameless column": Messy(f"{HEADER},|1,N,student,Ann,Pupil,,|2,N,student,Bo,Pupil,P1,|"),
    "one name under two labels": Messy(
        f"{HEADER},USERS.role|1,N,student,Ann,Pupil,,x|2,N,student,Bo,Pupil,P1,y|",
        [],
        ("column_twice", "labels_mapped"),
    ),
    "a name twice": refused(f"{HEADER},role|1,N,student,Ann,Pupil,,x|2,N,student,Bo,Pupil,P1,y|", "column_twice"),
    "a typo in a needed name": Messy(PLAIN.replace("role", "rolle"), [], ("column_missing", "column_unknown")),
    # the dialect
    "tabs": Messy(PLAIN.replace(",", "\t")),
    "semicolons": Messy(PLAIN.replace(",", ";")),
    "quotes around everything": Messy(
        "|".join(",".join(f'"{cell}"' for cell in row) for row in (NAMES, ANN, BO)) + "|"
    ),
    "no line end at the end": Messy(PLAIN.removesuffix("|"), codes=("end_without_line_end",)),
    "blank lines between": Messy(PLAIN.replace("|2", "|||2")),
    "blank lines at the end": Messy(PLAIN + "||"),
    "a comma at the end of every row": Messy(
        f"{HEADER}|1,N,student,Ann,Pupil,,|2,N,student,Bo,Pupil,P1,|", codes=("empty_field_at_end",)
    ),
    "Ctrl-Z at the end": Messy(PLAIN + "\x1a"),
    "Ctrl-Z on a line at the end": Messy(PLAIN + "\x1a|"),
    "Ctrl-Z in place of the last line end": Messy(PLAIN.removesuffix("|") + "\x1a", codes=("end_without_line_end",)),
    "Ctrl-Z twice": Messy(PLAIN + "|\x1a\x1a"),
    "Ctrl-Z in windows-1252": Messy(
        PLAIN.replace("Ann", "Zoë").encode("cp1252") + b"\x1a",
        [["1", "N", "student", "Zoë", "Pupil", ""], BO],
        ("encoding_not_utf8",),
    ),
    # cells
    "a list in quotes": Messy(
        PLAIN.replace("Pupil,P1", 'Pupil,"P1,P2"'), [ANN, ["2", "N", "student", "Bo", "Pupil", "P1,P2"]]
    ),
    "a list in two layers of quotes": Messy(
        PLAIN.replace("Pupil,P1", 'Pupil,"""P1,P2"""'), [ANN, ["2", "N", "student", "Bo", "Pupil", '"P1,P2"']]
    ),
    "a nickname in quotes": Messy(
        PLAIN.replace("Bo,", '"AJ" Bo,'),
        [ANN, ["2", "N", "student", '"AJ" Bo', "Pupil", "P1"]],
        ("quotation_marks_kept",),
    ),
    "a mark behind a name": Messy(PLAIN.replace("Bo,", 'Bud",'), [ANN, ["2", "N", "student", 'Bud"', "Pupil", "P1"]]),
    "a mark before a name": Messy(
        PLAIN.replace("Bo,", '"Bo,'),
        [ANN, ["2", "N", "student", '"Bo', "Pupil", "P1"]],
        ("quotation_marks_kept",),
    ),
    "leading zeros": Messy(PLAIN.replace("|2,", "|002,"), [ANN, ["002", "N", "student", "Bo", "Pupil", "P1"]]),
    "an exponent": Messy(PLAIN.replace("|2,", "|1E5,"), [ANN, ["1E5", "N", "student", "Bo", "Pupil", "P1"]]),
    "a hash at the start": Messy(PLAIN.replace("|2,", "|#2,"), [ANN, ["#2", "N", "student", "Bo", "Pupil", "P1"]]),
    "a formula": Messy(PLAIN.replace("Bo,", "=1+1,"), [ANN, ["2", "N", "student", "=1+1", "Pupil", "P1"]]),
    "NULL in words": Messy(PLAIN.replace("Bo,", "NULL,"), [ANN, ["2", "N", "student", "NULL", "Pupil", "P1"]]),
    "a backslash": Messy(PLAIN.replace("Bo,", "B\\o,"), [ANN, ["2", "N", "student", "B\\o", "Pupil", "P1"]]),
    "blanks around values": Messy(PLAIN.replace("Bo,", " Bo ,"), [ANN, ["2", "N", "student", " Bo ", "Pupil", "P1"]]),
    "another script": Messy(PLAIN.replace("Bo,", "李,"), [ANN, ["2", "N", "student", "李", "Pupil", "P1"]]),
    "a direction mark": Messy(PLAIN.replace("Bo,", "Bo\u200f,"), codes=("invisible_characters",)),
    # rows
    "a cell too few": Messy(PLAIN.replace("Bo,Pupil,P1", "Bo,P1"), [ANN], ("field_count",), {"field_count": 3}),
    "a cell too few, which may be any": Messy(
        PLAIN.replace("Ann,Pupil,", "Ann,Pupil"), [BO], ("field_count",), {"field_count": 2}
    ),
    "blank cells too many": Messy(
        PLAIN.replace(HEADER, HEADER + ",grades").replace("Pupil,|", "Pupil,,05|").replace("P1|", "P1,06,,,|"),
        codes=("blank_cells_at_end",),
    ),
    "a blank cell too many, which may be any": Messy(
        PLAIN.replace("P1|", "P1,|"), [ANN], ("field_count",), {"field_count": 3}
    ),
    "blank cells too many and too few": Messy(
        PLAIN.replace(HEADER, HEADER + ",grades,language,email").replace("P1|", "P1,05,en,,,|"),
        codes=("blank_cells_at_end",),
        lines={"blank_cells_at_end": 2},
    ),
    "nameless columns": Messy(PLAIN.replace(HEADER, HEADER + ",,"), codes=("blank_cells_at_end",)),
    "blanks alone in cells too many": Messy(
        PLAIN.replace(HEADER, HEADER + ",grades").replace("Pupil,|", "Pupil,,05|").replace("P1|", "P1,06, , |"),
        codes=("blank_cells_at_end",),
    ),
    "a row short of a cell beside one broken in two": Messy(
        PLAIN.replace("Ann,Pupil,", "Ann,Pupil").replace("Bo,Pupil,P1", "B|o,Pupil,P1"),
        [], ("field_count",),
    ),
    "a comma in one of two names": Messy(
        PLAIN.replace("Ann,Pupil", "Ann,Pupil, Jr."), [BO], ("field_count",), {"field_count": 2}
    ),
    "a list without quotes": Messy(PLAIN.replace("P1|", "P1,P2|"), [ANN], ("field_count",), {"field_count": 3}),
    "a row that breaks off": Messy(
        PLAIN.removesuffix(",Pupil,P1|"), [ANN], ("file_cut_off",), {"file_cut_off": 3}
    ),
    "a quote that breaks off": Messy(
        PLAIN.removesuffix("P1|") + '"P1,P', [ANN], ("file_cut_off",), {"file_cut_off": 3}
    ),
    "a row twice": Messy(PLAIN + "1,N,student,Ann,Pupil,|", [ANN, BO, ANN]),
    "a blank row of commas": Messy(PLAIN + ",,,,,|", [ANN, BO, ["", "", "", "", "", ""]]),
}  # fmt: skip


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Read]:
    root: Path = tmp_path_factory.mktemp("messy").resolve()
    with opened_reader(root) as db:
        yield OpenReader(root, db).read


def test_there_are_sixty_of_them_at_least() -> None:
    assert len(MESSY) >= 60


@pytest.mark.parametrize("line_end", ["\r", "\n", "\r\n"], ids=["CR", "LF", "CRLF"])
@pytest.mark.parametrize("kind", MESSY)
def test_a_messy_file_is_read_as_it_was_meant_or_refused(read: Read, kind: str, line_end: str) -> None:
    messy = MESSY[kind]
    found: Outcome = read(messy.content(line_end))
    assert found.rows == messy.rows
    assert tuple(sorted(set(found.codes))) == messy.codes
    for code, line in messy.lines.items():
        assert [f["line"] for f in found.findings if f["code"] == code] == [line]


CLASSES = "sourcedId,title,grades,schoolSourcedId,periods"


def test_a_comma_in_the_only_free_text_column_is_mended_with_a_warning(tmp_path: Path) -> None:
    path = tmp_path.resolve() / "classes.csv"
    path.write_text(f"{CLASSES}\nC1,Algebra,09,N,1\nC2,Art, Honors,10,N,2\nC3,Music,10,M,3\n", encoding="utf-8")
    with opened_reader(tmp_path.resolve()) as db:
        read_alone(db, path)
        rows = db._connection.execute("select line, title, grades from day.raw.classes order by line").fetchall()
        findings = db.rows("report/findings", file="classes.csv", most=None)
    assert rows == [(2, "Algebra", "09"), (3, "Art, Honors", "10"), (4, "Music", "10")]
    assert [(f["code"], f["line"], f["field"], f["value"]) for f in findings] == [
        ("row_mended", 3, "title", "Art, Honors")
    ]


ENCODINGS = {
    "curly marks": ("\u201cAnn\u201d".encode("cp1252"), "\u201cAnn\u201d", "windows-1252, for it has characters that"),
    "an apostrophe": ("O\u2019Neil".encode("cp1252"), "O\u2019Neil", "windows-1252, for it has characters that"),
    "a dash": ("Ann\u2013Li".encode("cp1252"), "Ann\u2013Li", "windows-1252, for it has characters that"),
    "a caron": ("\u017dana".encode("cp1252"), "\u017dana", "windows-1252, for it has characters that"),
    "an umlaut": ("Z\u00f6e".encode("latin-1"), "Z\u00f6e", "iso-8859-1 (1 character affected)"),
}


@pytest.mark.parametrize("kind", ENCODINGS)
def test_a_file_that_is_called_iso_8859_1_is_windows_1252_where_it_has_its_marks(tmp_path: Path, kind: str) -> None:
    sent, name, said = ENCODINGS[kind]
    path = tmp_path.resolve() / "users.csv"
    path.write_bytes(PLAIN.replace("|", "\n").encode().replace(b"Ann", sent))
    day = tmp_path.resolve() / "day.duckdb"
    empty_day(day, tmp_path.resolve())
    with session(tmp_path.resolve(), day=day, write="day") as db:
        read_delivery(db, {"users.csv": path}, scope="district", found=(), encoding="iso-8859-1", scratch=path.parent)
        assert db._connection.execute("select given_name from day.raw.users where line = 2").fetchone() == (name,)
        value = db._connection.execute("select value from day.raw.findings where code = 'encoding_not_utf8'").fetchone()
        assert value is not None
        assert said in value[0]
    assert not list(tmp_path.glob(".utf8-*")) + list(tmp_path.glob(".ended-*"))
