"""The raw stage: reads each file of a delivery into its raw table, every cell as text with its source line.

The fast reader is DuckDB's, told exactly what the file looks like (`fast.py`); its counts of records and delimiters
must equal those that we made ourselves. What does not fit is read record by record (`irregular.py`), and no more than
that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pipeline.csvfile.dialect import (
    Dialect,
    Refusal,
    first_line_not_utf8,
    inspect,
    is_utf8,
    opened,
    refuse_other_formats,
)
from pipeline.csvfile.encoding import encoding_meant, to_utf8, without_end_mark
from pipeline.csvfile.fast import read_fast
from pipeline.csvfile.findings import FINDING_COLUMNS, report, rows_in_words
from pipeline.csvfile.header import HeaderCell, read_header
from pipeline.csvfile.irregular import read_irregular
from pipeline.csvfile.lookups import read_lookups
from pipeline.csvfile.records import Data, read_records
from pipeline.csvfile.tidy import Removed, may_have_been_opened, tidied
from pipeline.oneroster.files import (
    ENROLLMENTS,
    LABELS,
    ROSTER_FILES,
    STUDENT_ATTRIBUTES,
    USED_FILES,
    Column,
    RosterFile,
)
from pipeline.oneroster.findings import CATALOGUE
from pipeline.oneroster.sets import SetFinding
from pipeline.warehouse.sessions import Database

_ROWS_FOR_PASSWORDS = 500
"""Rows that are looked at for passwords; a column of them has one in nearly every row."""

_MOST_UNKNOWN = 100
"""Columns that are not used and are told one by one: who has sent more of them has sent another file."""

_SIGNS = {"number": "numbers such as 2.17555E+09", "error": "#N/A and the like", "date": "dates such as 8/15/2026"}


@dataclass(frozen=True)
class FileRead:
    """What was read of one file: rows under the header's columns, and rows that do not fit the header."""

    file: str
    rows: int
    unreadable: int


def read_files(
    db: Database,
    files: Sequence[RosterFile],
    paths: Mapping[str, Path],
    *,
    scope: str,
    encoding: str,
    scratch: Path,
    deltas: frozenset[str] = frozenset(),
) -> list[FileRead]:
    """Read each of `files` (where it is: `paths`, by its name) into its raw table.

    A file that is not UTF-8 is read in `encoding`, from a copy in the folder `scratch`. A file that is missing or
    cannot be read at all is a finding. Nothing is raised for what a district sent.
    """

    def read(file: RosterFile) -> FileRead:
        with db.alongside() as own:
            return _read_file(own, file, paths.get(file.name), scope, encoding, scratch, file.name in deltas)

    # Numbering the rows of a file takes one core, whatever the machine has: two files are read at a time.
    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(read, files))


def read_delivery(
    db: Database,
    paths: Mapping[str, Path],
    *,
    scope: str,
    found: Sequence[SetFinding],
    encoding: str,
    scratch: Path,
    deltas: frozenset[str] = frozenset(),
) -> list[FileRead]:
    """Read the files of a delivery (`users.csv` -> where it is) into the raw tables.

    `found` are the findings about the set. Those of `deltas` have only changes: without rows, or not there, such a file
    has none. A file that is not UTF-8 is read in `encoding`, from a copy in the folder `scratch`. A file that is
    missing or cannot be read at all is a finding. Nothing is raised for what a district sent.
    """
    db.clear("raw")
    rows = [(said.file, said.line, said.field, said.code, said.sourced_id, said.value) for said in found]
    db.insert("day.raw.findings", FINDING_COLUMNS, rows)
    db.insert("day.raw.deltas", ["file"], [(name,) for name in sorted(deltas)])
    # Where the set itself could not be opened, that its files are missing is no news.
    is_refused = any(CATALOGUE[finding.code].refuses for finding in found)
    files = [file for file in ROSTER_FILES if file.name in paths or not (is_refused or file.name in deltas)]
    files += [file for file in USED_FILES if file.name in paths]
    read_lookups(db, paths)
    return read_files(db, files, paths, scope=scope, encoding=encoding, scratch=scratch, deltas=deltas)


def _read_file(
    db: Database,
    file: RosterFile,
    path: Path | None,
    scope: str,
    encoding: str,
    scratch: Path,
    is_delta: bool,
) -> FileRead:
    recoded, ended, tidy = (scratch / f".{kind}-{file.name}" for kind in ("utf8", "ended", "tidy"))
    try:
        if path is None:
            raise Refusal("file_missing")  # noqa: TRY301 - all refusals of a file end in one place
        if not is_utf8(path):
            path = _recoded(db, file, path, encoding, recoded)
        if without_end_mark(path, ended):
            path = ended
        path, marks = _tidied(db, file, path, tidy)
        with opened(path) as data:
            read = _read_text(db, file, path, data, scope, scratch)
            if marks or may_have_been_opened(data):
                _tell_spreadsheet(db, file, marks)
            return read
    except Refusal as refusal:
        _tell(db, file, refusal, is_delta)
        return FileRead(file.name, 0, 0)
    finally:
        for copy in (recoded, ended, tidy):
            copy.unlink(missing_ok=True)


def _tell(db: Database, file: RosterFile, refusal: Refusal, is_delta: bool) -> None:
    """Write down why nothing of a file was read."""
    if refusal.code == "header_only" and is_delta:
        # Nothing has changed.
        return
    if refusal.code == "header_only" and not file.rows_needed:
        # Schedules are not built yet, or an optional file is not in use: it says nothing tonight.
        report(db, file, "no_rows")
        if file is not ENROLLMENTS:
            db.run("raw/forget_columns", file=file.name)
    elif file is STUDENT_ATTRIBUTES:
        # Nothing of the roster hangs on it.
        report(db, file, "file_not_usable", value=refusal.value or refusal.code.replace("_", " "))
    else:
        report(db, file, refusal.code, field=refusal.field, value=refusal.value)


def _recoded(db: Database, file: RosterFile, path: Path, encoding: str, copy: Path) -> Path:
    """Return a copy in UTF-8 of a file that is written in `encoding`."""
    with opened(path) as data:
        refuse_other_formats(data)
        meant = encoding_meant(path, encoding)
        concerned = to_utf8(path, meant, copy)
        if concerned is None:
            raise Refusal("not_utf8", f"on line {first_line_not_utf8(data)}")
    report(
        db,
        file,
        "encoding_not_utf8",
        value=f"{meant}{f', for it has characters that {encoding} does not have' if meant != encoding else ''} "
        f"({concerned:,} {'character' if concerned == 1 else 'characters'} affected)",
    )
    return copy


def _tidied(db: Database, file: RosterFile, path: Path, copy: Path) -> tuple[Path, Removed | None]:
    """Return a copy without what spreadsheets and databases leave in a file; the file itself where it has nothing.

    With it, the marks of a spreadsheet.
    """
    with opened(path) as data:
        refuse_other_formats(data)
        removed = tidied(data, copy)
    marks = None
    for kind in removed:
        if kind.code == "opened_in_spreadsheet":
            marks = kind
        else:
            report(db, file, kind.code, line=kind.lines[0], value=rows_in_words(kind.lines))
    return copy if removed else path, marks


def _tell_spreadsheet(db: Database, file: RosterFile, marks: Removed | None) -> None:
    """Say once what shows that the file was opened and saved in a spreadsheet, with the columns and rows."""
    signs: list[str] = []
    lines: list[int] = []
    if marks is not None:
        signs.append(f'marks as in ="00001" or \'00001, {rows_in_words(marks.lines)}')
        lines += marks.lines[:1]
    found = db.rows("raw/spreadsheet_values", table=f"day.raw.{file.table}")
    if marks is None and all(row["kind"] == "date" for row in found):
        # an E+ of a name, and dates that may be the district's own
        return
    headers = {column.field: column.header for column in file.columns}
    for row in found:
        signs.append(f"{_SIGNS[row['kind']]} in {headers[row['field']]}, {rows_in_words(row['lines'], row['many'])}")
        lines += row["lines"][:1]
    report(db, file, "opened_in_spreadsheet", line=min(lines), value="; ".join(signs))


def _read_text(db: Database, file: RosterFile, path: Path, data: Data, scope: str, scratch: Path) -> FileRead:
    dialect = inspect(data, file)
    header = read_header(dialect.header, file)
    _record_header(db, file, header)
    if not _header_is_sound(db, file, header, scope):
        return FileRead(file.name, 0, 0)
    if not dialect.has_rows:
        raise Refusal("header_only")
    _tell_passwords(db, file, data, dialect, header)
    cut_off = not dialect.ends_complete and _ends_in_open_quote(data, dialect)
    if dialect.regular and not cut_off and read_fast(db, file, path, dialect, header):
        if not dialect.ends_complete:
            report(db, file, "end_without_line_end", line=dialect.lines)
        return FileRead(file.name, dialect.lines - 1, 0)
    copy = scratch / f".plain-{file.name}"
    rows, unreadable = read_irregular(db, file, data, dialect, header, copy)
    return FileRead(file.name, rows, unreadable)


def _tell_passwords(db: Database, file: RosterFile, data: Data, dialect: Dialect, header: list[HeaderCell]) -> None:
    """Tell of a column that is never stored, where the first rows have anything in it: many exports leave it blank."""
    dropped = [
        cell for cell in header if cell.column is not None and not cell.column.stored and not cell.column.ignored
    ]
    if not dropped:
        return
    records = read_records(
        data, line_end=dialect.line_end, delimiter=dialect.delimiter, width=len(header), errors="replace"
    )
    rows = list(islice(records, 1, 1 + _ROWS_FOR_PASSWORDS))
    for cell in dropped:
        if any(row.cells[cell.position - 1].strip() for row in rows if len(row.cells) == len(header)):
            report(db, file, "password_dropped", field=cell.header)


def _ends_in_open_quote(data: Data, dialect: Dialect) -> bool:
    """Say whether the last line of a regular file that no line end closes breaks off within a quoted cell."""
    if not (dialect.regular and dialect.quotes):
        return False
    end = dialect.line_end.encode()
    records = read_records(
        data,
        line_end=dialect.line_end,
        delimiter=dialect.delimiter,
        width=len(dialect.header),
        start=data.rfind(end) + len(end),
    )
    return any(record.open_quote for record in records)


def _header_is_sound(db: Database, file: RosterFile, header: list[HeaderCell], scope: str) -> bool:
    sound = True
    for column in file.columns:
        cells = [cell.header for cell in header if cell.column == column]
        if len(cells) > 1:
            report(db, file, "column_twice", field=column.header, value=" and ".join(cells))
            sound = False
        if not cells and column.is_required(scope):
            meant = _meant(column, header)
            listed = ", ".join(c.header for c in header)[:500]
            maybe = f". {meant} may be meant" if meant else ""
            report(db, file, "column_missing", field=column.header, value=f"{listed}{maybe}")
            sound = False
        elif not cells and (meant := _meant(column, header)):
            report(db, file, "label_unknown", field=column.header, value=meant)
    mapped = [cell.header for cell in header if cell.column and cell.header != cell.column.header]
    if mapped:
        report(db, file, "labels_mapped", value=", ".join(mapped)[:500])
    told = {_meant(column, header) for column in file.columns if not any(c.column == column for c in header)}
    unknown = [cell for cell in header if cell.column is None and cell.header.strip() and cell.header not in told]
    for cell in unknown[:_MOST_UNKNOWN]:
        report(db, file, "column_unknown", value=cell.header[:100])
    return sound


def _meant(column: Column, header: list[HeaderCell]) -> str | None:
    """Return the label that probably means a column which the file lacks."""
    words = LABELS.get(column.field, ())
    for cell in header:
        plain = "".join(letter for letter in cell.header.casefold() if letter.isalnum())
        if cell.column is None and (plain == column.header.casefold() or plain in words):
            return cell.header[:100]
    return None


def _record_header(db: Database, file: RosterFile, header: list[HeaderCell]) -> None:
    db.insert_columns(
        "day.raw.columns",
        {
            "file": [file.name] * len(header),
            "position": [cell.position for cell in header],
            "header": [cell.header for cell in header],
            "field": [cell.column.field if cell.column else None for cell in header],
            "state": [cell.state for cell in header],
        },
    )
