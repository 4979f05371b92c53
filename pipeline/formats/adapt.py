"""A set in another format becomes the files that everything else reads: recognized, read, and written anew.

Belongs here: which format a set is in, and the order of things. Does not belong here: what a format is (its module),
which names mean something (`pipeline/oneroster/sets.py`).

The files are written below the folder in which a ZIP is unpacked, the same ones from the same set, and are gone when
they have been read; what landed never changes. Each of their rows says where it stands in the files as sent.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.csvfile.load import read_files
from pipeline.formats.clever import CLEVER
from pipeline.formats.format import Format
from pipeline.formats.oneroster_1_2 import ONEROSTER_1_2, ROLES
from pipeline.formats.unread import UNREAD
from pipeline.oneroster.findings import CATALOGUE
from pipeline.oneroster.sets import CLEVER_NAMES, SetFinding
from pipeline.oneroster.unpack import OpenedSet
from pipeline.warehouse.schema import new_formats
from pipeline.warehouse.sessions import Database, session

FORMATS: Mapping[str, Format] = {known.name: known for known in (CLEVER, ONEROSTER_1_2)}

_UNREADABLE_FROM = 1 << 40
"""Lines of rows that could not be read in a file as sent, so that they are none of the rows that were made."""

_OF_1_2 = frozenset({"usermasteridentifier", "preferredgivenname", "primaryorgsourcedid", "pronouns"})

_LONGEST_HEADER = 1 << 16


@dataclass(frozen=True)
class Unread:
    """A row of a file as sent that could not be read, under the name of the file that it would have become."""

    file: str
    line: int
    cells: list[str]


@dataclass(frozen=True)
class Adapted:
    """The files to be read, what is to be said of those that came, and rows of them that could not be read.

    `turns_on`: the first later date on which other files would be made from the same set; None: never.
    """

    paths: Mapping[str, Path]
    findings: tuple[SetFinding, ...]
    unreadable: tuple[Unread, ...] = ()
    turns_on: date | None = None


@dataclass(frozen=True)
class Choices:
    """What the settings of a district choose of a set in another format."""

    scope: str
    encoding: str
    contact_types: Collection[str]
    contact_relationships: Collection[str] | None


@contextmanager
def adapted(opened: OpenedSet, root: Path, choices: Choices, *, today: date) -> Iterator[Adapted]:
    """Give the files of a set as OneRoster 1.1 has them, whatever format it is in.

    `root` is where a session may read and write: the set and its scratch folder lie below it. A set that is in none of
    the formats that are read is refused by its name.
    """
    headers = {name: header_of(path) for name, path in opened.paths.items()}
    unread = next((known for known in UNREAD if known.shows_in(headers)), None)
    found = format_of(headers, opened)
    if found is None and unread is not None and not _is_oneroster(headers):
        said = SetFinding("format_not_read", "the files", f"{unread.title}. {unread.instead.rstrip('.')}")
        yield Adapted({}, (*_besides(opened), said))
    elif found is None:
        yield Adapted(opened.paths, opened.findings)
    else:
        yield _made(found, opened, root, choices, today)


def header_of(path: Path) -> frozenset[str]:
    """Return the headers of a file, in small letters; none where it is no text."""
    with path.open("rb") as file:
        text = file.read(_LONGEST_HEADER).decode("utf-8-sig", errors="replace")
    first = re.split(r"\r\n|\r|\n", text.lstrip(), maxsplit=1)[0]
    return frozenset(cell.strip(" \"'\ufeff\u200b").casefold() for cell in re.split(r"[,;\t|]", first)) - {""}


def format_of(headers: Mapping[str, frozenset[str]], opened: OpenedSet) -> Format | None:
    """Return the format that a set is in; None for OneRoster 1.1, and for what is not known."""
    users = headers.get("users.csv", frozenset())
    if "sourcedid" in users and "role" not in users and _says_1_2(users, headers, opened):
        return ONEROSTER_1_2
    students, sections = headers.get("students.csv", frozenset()), headers.get("sections.csv", frozenset())
    if "grade_level" in students or "short_name" in headers.get("courses.csv", frozenset()):
        return None
    is_clever = {"student_id", "school_id"} <= students or {"section_id", "school_id", "teacher_id"} <= sections
    return CLEVER if is_clever and not _is_oneroster(headers) else None


def _says_1_2(users: frozenset[str], headers: Mapping[str, frozenset[str]], opened: OpenedSet) -> bool:
    roles = headers.get(ROLES.name)
    if roles is not None:
        # Microsoft's files have that name too
        return "roletype" in roles or not {"isprimary", "sessionsourcedid", "rolestartdate"} & roles
    return bool(_OF_1_2 & users) or any(
        said.code == "version_not_read" and (said.value or "").startswith("1.2") for said in opened.findings
    )


def _is_oneroster(headers: Mapping[str, frozenset[str]]) -> bool:
    return "sourcedid" in headers.get("users.csv", ()) and {"role", "orgsourcedids"} & headers["users.csv"] != set()


def _besides(opened: OpenedSet) -> tuple[SetFinding, ...]:
    """Return the findings of a set without those that another format makes untrue."""
    return tuple(said for said in opened.findings if said.code != "version_not_read")


def _made(found: Format, opened: OpenedSet, root: Path, choices: Choices, today: date) -> Adapted:
    database = opened.scratch / "formats.duckdb"
    new_formats(database, root)
    size = sum(path.stat().st_size for path in opened.paths.values())
    with session(root, day=database, write="day", size=size) as db:
        files = [file for file in found.files if file.name in opened.paths or file in found.needed]
        read_files(
            db, files, opened.paths, scope=choices.scope, encoding=choices.encoding, scratch=opened.scratch
        )  # fmt: skip
        paths: dict[str, Path] = {}
        more: list[SetFinding] = []
        turns_on = None
        if not any(CATALOGUE[row["code"]].refuses for row in db.rows("formats/findings")):
            paths = _write(db, found, opened.scratch, choices, today)
            more = found.tell(db)
            turns_on = found.turn(db, today)
        told = _findings(db)
        rows = _unreadable(db, found)
    mine = {file.name for file in found.files}
    others = {name: path for name, path in opened.paths.items() if name not in mine}
    title = SetFinding("format_read", "the files", _in_words(found))
    listed = [SetFinding("file_kept", name) for name in sorted(others) if name in CLEVER_NAMES]
    said = (title, *_besides(opened), *listed, *told, *more)
    if any(CATALOGUE[finding.code].refuses for finding in said):
        return Adapted({}, said)
    return Adapted(others | paths, said, rows, turns_on)


def _write(db: Database, found: Format, scratch: Path, choices: Choices, today: date) -> dict[str, Path]:
    columns: dict[str, set[str]] = {}
    for row in db.rows("formats/columns"):
        columns.setdefault(row["file"], set()).add(row["field"])
    chosen = choices.contact_relationships
    values: dict[str, Any] = {
        "today": today,
        "contact_types": sorted(word.strip().casefold() for word in choices.contact_types),
        "has_relationships": chosen is not None,
        "contact_relationships": sorted(word.strip().casefold() for word in chosen or ()),
    }
    paths = {}
    for made in found.make(db, columns, values):
        path = scratch / f"made-{made.file.name}"
        db.copy_out(made.statement, path, without=made.without, **values)
        paths[made.file.name] = path
    return paths


def _findings(db: Database) -> list[SetFinding]:
    return [
        SetFinding(row["code"], row["file"], row["value"], row["line"], row["field"], row["sourced_id"])
        for row in db.rows("formats/findings")
    ]


def _unreadable(db: Database, found: Format) -> tuple[Unread, ...]:
    """Return the rows that could not be read: what they name stays, whatever they would have become."""
    rows = []
    keys = {row["file"]: row["position"] for row in db.rows("formats/key_columns")}
    for number, row in enumerate(db.rows("formats/unreadable")):
        cells: Sequence[str] = row["cells"]
        place = keys.get(row["file"], 1) - 1
        # the id goes first, as in the files that are made
        first = [cells[place]] if place < len(cells) else []
        ordered = [*first, *(cell for position, cell in enumerate(cells) if position != place)]
        rows += [
            Unread(file, _UNREADABLE_FROM + number, ordered)
            for file in found.becomes.get(row["file"], ())
        ]  # fmt: skip
    return tuple(rows)


def _in_words(found: Format) -> str:
    made = "; ".join(f"{ours} is made from {theirs}" for ours, theirs in found.made_from.items() if ours != theirs)
    return f"{found.title}: {made}"
