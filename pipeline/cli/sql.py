"""SQL on a district's databases: one query, or a prompt. Read-only, and limited to the two databases."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer
from rich.table import Table

from pipeline.cli.console import DistrictArgument, Format, FormatOption, err, folder_of, out, registry
from pipeline.districts.folders import DistrictFolder
from pipeline.errors import RollcallError, UsageError
from pipeline.report.cells import without_control_characters

if TYPE_CHECKING:
    from pipeline.warehouse.query import Answer
    from pipeline.warehouse.sessions import Database

MOST_ROWS = 100
"""What a table shows unless asked for more: a few screens. JSON has all rows."""

_HELP = """\
A statement ends with ; and may have several lines. Table names are database.schema.table, such as book.roster.users.
.tables         the tables of both databases
.schema NAME    the columns of a table, each explained
.quit           leave (or Ctrl-D)"""

_TABLES = """
select database_name || '.' || schema_name || '.' || table_name as "table"
from duckdb_tables()
where database_name in ('day', 'book')
union all
select database_name || '.' || schema_name || '.' || view_name
from duckdb_views()
where database_name in ('day', 'book') and not internal
order by 1"""


def sql(
    district: DistrictArgument,
    query: Annotated[
        str | None,
        typer.Argument(help="One statement. Default: standard input; at a terminal, a prompt.", show_default=False),
    ] = None,
    day: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="The sync date. Default: the newest.", show_default=False),
    ] = None,
    most: Annotated[int, typer.Option("--most", min=1, help="The most rows that a table shows.")] = MOST_ROWS,
    seconds: Annotated[float, typer.Option("--seconds", min=1, help="How long an answer may take.")] = 300,
    output: FormatOption = Format.text,
) -> None:
    """Query a district's databases in SQL: book is its roster, day the newest or another day. Changes nothing."""
    registry()[district]
    with _databases(folder_of(district), district, day.date() if day else None) as db:
        if query is None and sys.stdin.isatty():
            _prompt(db, Shown(most, output, seconds))
        else:
            _show(db, sys.stdin.read() if query is None else query, Shown(most, output, seconds))


@contextmanager
def _databases(folder: DistrictFolder, district: str, asked: date | None) -> Iterator[Database]:
    from pipeline.roster.history import tables_of  # noqa: PLC0415
    from pipeline.warehouse.sessions import session  # noqa: PLC0415

    book = folder.roster if folder.roster.exists() else None
    found = tables_of(folder, district, asked)
    if book is None and found is None:
        raise UsageError(f"{district} has no databases yet.", f"`rollcall sync {district}` creates them.")
    if found is not None and found.repeats:
        err.print(f"{found.asked} had the same files and settings as {found.day}: showing the tables of {found.day}.")
    with session(folder.root, day=found.file if found else None, book=book, files=False) as db:
        yield db


@dataclass(frozen=True)
class Shown:
    """How answers are shown, and what they may take."""

    most: int
    output: Format
    seconds: float


def _show(db: Database, text: str, shown: Shown) -> None:
    from pipeline.warehouse.query import answer  # noqa: PLC0415

    with answer(db, text, seconds=shown.seconds) as found:
        if shown.output is Format.json:
            _print_json(found)
        else:
            _print_table(found, shown.most)


def _print_table(found: Answer, most: int) -> None:
    table = Table(*map(_shown, found.columns), box=None)
    count = 0
    for row in islice(found.rows, most):
        table.add_row(*map(_shown, row))
        count += 1
    left_out = sum(1 for _ in found.rows)
    out.print(table)
    total = count + left_out
    words = f"{total:,} row" if total == 1 else f"{total:,} rows"
    err.print(f"{words}, {left_out:,} of them not shown: --most {total} shows all." if left_out else f"{words}.")


def _print_json(found: Answer) -> None:
    # Row by row: an answer may be larger than the memory.
    sys.stdout.write("[")
    for number, row in enumerate(found.rows):
        values = dict(zip(found.columns, map(_plain, row), strict=True))
        sys.stdout.write(("," if number else "") + "\n  " + json.dumps(values, ensure_ascii=False))
    sys.stdout.write("\n]\n")


def _shown(value: Any) -> str:
    """Return a value for a terminal, on one line: an empty text is not null."""
    if value is None:
        return "null"
    plain = _plain(value)
    return without_control_characters(plain if isinstance(plain, str) else str(plain))


def _plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    plain = value
    match value:
        case date() | datetime() | time():
            plain = value.isoformat()
        case bytes():
            plain = value.hex()
        case Decimal() | UUID() | timedelta():
            plain = str(value)
        case float() if not math.isfinite(value):
            plain = str(value)
        case dict():
            plain = {str(_plain(key)): _plain(part) for key, part in value.items()}
        case list() | tuple():
            plain = [_plain(part) for part in value]
    return plain


def _prompt(db: Database, shown: Shown) -> None:
    """Answer statements until the end; a mistake in one is shown, and the next can be asked."""
    with suppress(ImportError):
        import readline  # noqa: PLC0415

        # Lines can be edited, but none is remembered: they may name people.
        readline.set_auto_history(False)
    err.print("Type `.help` for help, `.quit` to leave.")
    asked = ""
    while True:
        try:
            line = input("rollcall> " if not asked else "     ...> ")
        except EOFError:
            err.print()
            return
        except KeyboardInterrupt:
            err.print()
            asked = ""
            continue
        if not asked and line.strip().startswith("."):
            if line.strip() in {".quit", ".exit"}:
                return
            _command(db, line.strip())
            continue
        asked = f"{asked}\n{line}" if asked else line
        if not asked.strip():
            asked = ""
        elif _is_whole(asked):
            _answer_or_explain(db, asked, shown)
            asked = ""


def _is_whole(asked: str) -> bool:
    from pipeline.warehouse.query import is_unfinished  # noqa: PLC0415

    return asked.rstrip().endswith(";") and not is_unfinished(asked)


def _answer_or_explain(db: Database, asked: str, shown: Shown) -> None:
    try:
        _show(db, asked, shown)
    except RollcallError as failure:
        err.print(str(failure))
    except KeyboardInterrupt:
        err.print("Stopped.")


def _command(db: Database, line: str) -> None:
    name, _, argument = line.partition(" ")
    argument = argument.strip().rstrip(";")
    if name == ".tables":
        _show(db, _TABLES, Shown(1000, Format.text, 300))
    elif name == ".schema" and argument:
        _print_schema(argument)
    else:
        err.print(_HELP)


def _print_schema(name: str) -> None:
    """Print how a table is made: sql/schema explains every column."""
    from pipeline.warehouse.statements import schema_tables, statement  # noqa: PLC0415

    found = [
        made
        for database in ("book", "day")
        for _, made in schema_tables(database)
        if f".{database}.{Path(made).name}".endswith(f".{name}")
    ]
    for made in found:
        out.print(statement(made).strip() + "\n")
    if not found:
        err.print(f"There is no table {name}. `.tables` lists all tables.")
