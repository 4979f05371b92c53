"""The fast reader: DuckDB's, told exactly what the file looks like, and held against counts of our own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.csvfile.dialect import Dialect
from pipeline.csvfile.header import HeaderCell
from pipeline.csvfile.split import LONGEST_LINE
from pipeline.oneroster.files import RosterFile
from pipeline.warehouse.sessions import Database, WarehouseError


def read_fast(
    db: Database,
    file: RosterFile,
    path: Path,
    dialect: Dialect,
    header: Sequence[HeaderCell],
    *,
    apart: Sequence[int] = (),
) -> bool:
    """Read a file in which every line is a row; False (and nothing read) where DuckDB disagrees with what we saw.

    `apart` are the lines that only keep the place of rows that are read otherwise.
    """
    names = [cell.column.field if cell.column and cell.column.stored else f"extra_{cell.position}" for cell in header]
    how = {
        "path": str(path),
        "columns": dict.fromkeys(names, "VARCHAR"),
        "names": names,
        "delimiter": dialect.delimiter,
        "quote": '"' if dialect.quotes else "",
        "line_end": {"\r": "\\r", "\n": "\\n", "\r\n": "\\r\\n"}[dialect.line_end],
        "longest_line": LONGEST_LINE,
    }
    try:
        with db.transaction():
            table = f"day.raw.{file.table}"
            db.run("raw/rows", table=table, **how, apart=list(apart))
            if db.count(table) != dialect.lines - 1 - len(apart):
                raise _CountsDiffer  # noqa: TRY301 - rolls the insert back
            # DuckDB passes over blank cells at the end of a row that is too long, such as one with a comma in a name
            within_values = db.value("raw/delimiters_within_values", **how) if dialect.quotes else 0
            if dialect.delimiters != dialect.lines * (len(header) - 1) + within_values:
                raise _CountsDiffer  # noqa: TRY301 - the same
    except (WarehouseError, _CountsDiffer):
        return False
    return True


class _CountsDiffer(Exception):  # noqa: N818 - never leaves this module
    pass
