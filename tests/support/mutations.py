"""Valid files with bytes changed at random, and a reader of them that shares nothing with ours.

What must hold for every change: the file is refused with a code, or what was read equals what the other reader sees. No
crash, no exception, no cell of the file in what is said.
"""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.csvfile.load import FileRead, read_delivery
from pipeline.oneroster.findings import CATALOGUE
from pipeline.warehouse.sessions import Database, session
from tests.support.district import empty_day

HEADER = ["sourcedId", "orgSourcedIds", "role", "givenName", "familyName", "agentSourcedIds"]
FIELDS = ["sourced_id", "org_sourced_ids", "role", "given_name", "family_name", "agent_sourced_ids"]
ROWS = [
    ["0412", "N", "student", "Zoë", "O'Neil", ""],
    ["7", "N,M", "student", "Ann", "Pupil", "P1,P2"],
    ["007", "M", "teacher", "李", 'The "Oak"', "P1"],
    ["P1", "", "parent", "Bo Ann", "Kin", "7,007"],
]
PIECES = [b'"', b'""', b",", b"\r", b"\n", b"\r\n", b"\t", b";", b"\0", b"\xff", b"\xc3", b"\xef\xbb\xbf", b"#", b"\\"]


@dataclass(frozen=True)
class Outcome:
    """What our reader made of a file: rows as they stand in the table, how many it left out, and the codes."""

    rows: list[list[str]]
    left_out: int
    codes: list[str]
    findings: list[dict[str, Any]]

    @property
    def is_refused(self) -> bool:
        return any(CATALOGUE[code].refuses for code in self.codes)


def seeds() -> list[bytes]:
    """Return whole files in several dialects."""
    made = []
    for line_end in ("\r\n", "\n", "\r"):
        for delimiter, quoting in ((",", csv.QUOTE_MINIMAL), (",", csv.QUOTE_ALL), ("\t", csv.QUOTE_MINIMAL)):
            out = io.StringIO()
            csv.writer(out, lineterminator=line_end, delimiter=delimiter, quoting=quoting).writerows([HEADER, *ROWS])
            made.append(out.getvalue().encode())
    return made


def mutated(content: bytes, choose: random.Random) -> bytes:
    """Change one to three places: a bit, a piece put in, cut out, written twice, or cut off."""
    for _ in range(choose.randint(1, 3)):
        place = choose.randrange(len(content) + 1)
        kind = choose.randrange(6)
        if kind == 0 and place < len(content):
            changed = content[place] ^ (1 << choose.randrange(8))
            content = content[:place] + bytes([changed]) + content[place + 1 :]
        elif kind == 1:
            content = content[:place] + choose.choice(PIECES) + content[place:]
        elif kind == 2:
            content = content[:place] + content[place + choose.randint(1, 12) :]
        elif kind == 3:
            content = content[:place] + content[place - choose.randint(0, 20) :]
        elif kind == 4:
            content = content.replace(choose.choice(PIECES), choose.choice(PIECES), choose.randint(1, 3))
        elif choose.random() < 0.3:
            content = content[:place]
    return content


def read_alone(db: Database, path: Path, *, scope: str = "district") -> list[FileRead]:
    """Read one file by itself, under the settings that a district has by default."""
    return read_delivery(
        db, {path.name: path}, scope=scope, found=(), encoding="windows-1252",
        scratch=path.parent,
    )  # fmt: skip


class OpenReader:
    """Our reader, with one session for many files."""

    def __init__(self, root: Path, db: Database) -> None:
        self.path = root / "users.csv"
        self.db = db

    def read(self, content: bytes) -> Outcome:
        self.path.write_bytes(content)
        read = read_alone(self.db, self.path)
        table = self.db._connection.execute(f"select {', '.join(FIELDS)} from day.raw.users order by line").fetchall()  # noqa: S608
        # Not the report's statement: over the findings of all stages it takes longer than the reading.
        found = self.db._connection.execute(
            "select code, line from day.raw.findings where file = 'users.csv'"
        ).fetchall()
        findings = [{"code": code, "line": line} for code, line in found]
        rows = [["" if cell is None else cell for cell in row] for row in table]
        return Outcome(rows, read[0].unreadable, [f["code"] for f in findings], findings)


def opened_reader(root: Path) -> Any:
    """Return a session over a new day database below `root`."""
    day = root / "day.duckdb"
    empty_day(day, root)
    return session(root, day=day, write="day")


def seen_by_another(content: bytes, outcome: Outcome) -> list[list[str]] | None:  # noqa: PLR0911 - each says why not
    """Return the rows that Python's csv module sees; None where it cannot say (stray marks, mixed line ends).

    It reads strictly, from lines that were split by hand; columns go by the names in the header.
    """
    encoding = "cp1252" if "encoding_not_utf8" in outcome.codes else "utf-8"
    text = content.removeprefix(b"\xef\xbb\xbf").decode(encoding)
    first = min((place for place in (text.find("\r"), text.find("\n")) if place >= 0), default=-1)
    if first < 0:
        return None
    end = "\r\n" if text[first : first + 2] == "\r\n" else text[first]
    lines = text.split(end)
    if any("\r" in line or "\n" in line for line in lines):
        return None
    delimiter = max(",\t;|", key=lines[0].count)
    if any(line.count('"') % 2 for line in lines):
        return None
    rows = []
    try:
        for line in lines:
            rows += csv.reader([line], strict=True, delimiter=delimiter)
    except csv.Error:
        return None
    if any('"' in cell for row in rows for cell in row) or '"' in lines[0]:
        quoted_right = all(_quoted_right(line, delimiter) for line in lines)
        if not quoted_right:
            return None
    header, width = [name.strip().casefold() for name in rows[0]], len(rows[0])
    places = {name.casefold(): header.index(name.casefold()) for name in HEADER if name.casefold() in header}
    if len(places) < len(HEADER):
        return None
    whole = [row for row in rows[1:] if len(row) == width]
    return [[row[places[name.casefold()]] for name in HEADER] for row in whole]


def _quoted_right(line: str, delimiter: str) -> bool:
    """Say whether every cell of a line is quoted as a whole or holds no mark at all."""
    inside, start = False, True
    place = 0
    while place < len(line):
        character = line[place]
        if character == '"':
            if not inside and not start:
                return False
            if inside and line[place + 1 : place + 2] == '"':
                place += 1
            elif inside:
                if line[place + 1 : place + 2] not in {"", delimiter}:
                    return False
                inside = False
            else:
                inside = True
        start = character == delimiter and not inside
        place += 1
    return not inside


def _without_end_mark(content: bytes) -> bytes:
    """Return the content up to the Ctrl-Z with which DOS ends a text."""
    text = content.rstrip(b"\x1a\r\n")
    mark = content.find(b"\x1a", len(text))
    return content if mark < 0 else content[:mark]


def wrong_with(content: bytes, outcome: Outcome) -> str | None:
    """Return what is wrong with an outcome; None where nothing is."""
    for finding in outcome.findings:
        said = CATALOGUE.get(finding["code"])
        if said is None:
            return f"an unknown code {finding['code']}"
    if {
        "blank_cells_at_end",
        "file_cut_off",
        "invisible_characters",
        "opened_in_spreadsheet",
        "backslashes_read",
    } & set(outcome.codes):
        return None
    if outcome.is_refused:
        return "rows of a refused file" if outcome.rows else None
    if "row_mended" in outcome.codes or "empty_field_at_end" in outcome.codes:
        return None
    expected = seen_by_another(_without_end_mark(content), outcome)
    if expected is not None and [row for row in outcome.rows if any(row)] != [row for row in expected if any(row)]:
        return "another table than the other reader sees"
    return None
