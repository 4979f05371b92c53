"""A question in SQL that a person asks of a district's databases: one statement that reads, and its rows.

Belongs here: what may be asked, and how a mistake in it is told. Does not belong here: how the answer is printed
(`pipeline/cli/sql.py`), statements of our own (sql/).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Timer
from typing import Any

import duckdb

from pipeline.errors import UsageError
from pipeline.warehouse.sessions import MEMORY_LIMIT, QUESTION_SPILLS, SAYS_NO_VALUES, Database

_ROWS_AT_ONCE = 2048
"""As many as DuckDB works on at a time."""

MOST_SECONDS = 300.0
"""What an answer may take: a question about a million rows takes a second."""

_PIVOT = re.compile(r"\s*(pivot\b|from\b|select\b|with\b|\()", re.IGNORECASE)
"""How a statement begins that DuckDB runs in two steps, since it has to look first which columns there will be."""

_EXPLAIN = re.compile(r"\s*explain\b\s*(analyze\b\s*)?(\([^()]*\)\s*)?", re.IGNORECASE)

_BEFORE = re.compile(r"\A(\s|--[^\n]*\n|/\*.*?\*/)+", re.DOTALL)
"""Blanks and comments in front of a statement."""

_PLACE = re.compile(r"LINE (\d+): (.*)\n( *)\^", re.MULTILINE)

_READS_ONLY = "`rollcall sql` only reads: select, from, pivot, with, values, describe, summarize, show and explain."


class QueryError(UsageError):
    """The question cannot be answered. The message holds no value of a row."""


@dataclass(frozen=True)
class Answer:
    """What was found: the columns, each named once, and the rows, which are read as they are asked for."""

    columns: list[str]
    rows: Iterator[tuple[Any, ...]]


@contextmanager
def answer(db: Database, text: str, *, seconds: float = MOST_SECONDS) -> Iterator[Answer]:
    """Answer one statement that reads; the rows can be read within the block, which is given so many seconds.

    Raises:
        QueryError: it is none, or not one, or has a mistake.
    """
    question = check_question(text)
    with db.cursor() as cursor:
        limit = Timer(seconds, cursor.interrupt)
        limit.daemon = True
        limit.start()
        try:
            with _told(question):
                cursor.execute(question)
            yield Answer(_named_once([str(column[0]) for column in cursor.description or ()]), _rows(cursor, question))
        finally:
            limit.cancel()


def check_question(text: str) -> str:
    """Return the one statement of `text`; QueryError where there is none, more than one, or one that does not read."""
    found = _statements(text)
    if not found:
        raise QueryError("There is no SQL statement to run.", "Write one, such as: from book.roster.users")
    kinds = {_kind(statement) for statement in found}
    if not kinds <= {"SELECT", "EXPLAIN"} or not all(_explains_a_question(statement) for statement in found):
        raise QueryError("This statement changes something.", _READS_ONLY)
    if len(found) > 1:
        raise QueryError(f"There are {len(found)} statements.", "Ask one at a time.")
    return str(found[0].query)


def _kind(statement: duckdb.Statement) -> str:
    try:
        kind = str(statement.type.name)
    except ValueError:
        # A statement that this version of DuckDB's own Python does not know.
        return "OTHER"
    is_pivot = kind == "MULTI" and _PIVOT.match(_BEFORE.sub("", str(statement.query), count=1)) is not None
    return "SELECT" if is_pivot else kind


def is_unfinished(text: str) -> bool:
    """Return whether a text or name that has begun does not end, so that a `;` at the end of the line is part of it."""
    try:
        duckdb.extract_statements(text)
    except duckdb.ParserException as failure:
        return "unterminated" in str(failure)
    return False


def _statements(text: str) -> list[duckdb.Statement]:
    with _told(text):
        return list(duckdb.extract_statements(text))


def _explains_a_question(statement: duckdb.Statement) -> bool:
    """Return whether an EXPLAIN explains a statement that reads: with ANALYZE it is also run."""
    if _kind(statement) != "EXPLAIN":
        return True
    explained = _statements(_EXPLAIN.sub("", str(statement.query), count=1))
    return [_kind(part) for part in explained] == ["SELECT"]


def _rows(cursor: duckdb.DuckDBPyConnection, question: str) -> Iterator[tuple[Any, ...]]:
    while True:
        with _told(question):
            rows = cursor.fetchmany(_ROWS_AT_ONCE)
        if not rows:
            return
        yield from rows


def _named_once(names: list[str]) -> list[str]:
    """Return the names, with a number behind each that an earlier column has."""
    found: list[str] = []
    for name in names:
        free, number = name, 1
        while free in found:
            number += 1
            free = f"{name}_{number}"
        found.append(free)
    return found


@contextmanager
def _told(question: str) -> Iterator[None]:
    """Tell a mistake in DuckDB's own words where they hold no data, and always where in the question it is."""
    try:
        yield
    except duckdb.Error as failure:
        told = _in_words(question, failure)
    else:
        return
    raise told  # here, so that not even its context holds DuckDB's message


def _in_words(question: str, failure: duckdb.Error) -> QueryError:
    if isinstance(failure, duckdb.InterruptException):
        return QueryError(
            "The answer takes longer than it may.", "Ask for fewer rows, or join on ids; --seconds gives it more time."
        )
    if isinstance(failure, SAYS_NO_VALUES):
        return QueryError(str(failure))
    if isinstance(failure, duckdb.PermissionException):
        return QueryError(
            "Only the district's databases can be read here, not files.", f"Not allowed{_place(question, failure)}."
        )
    if isinstance(failure, duckdb.OutOfMemoryException):
        return QueryError(
            f"The answer needs more than a question may take: {MEMORY_LIMIT} of memory and {QUESTION_SPILLS} of disk.",
            "Ask for fewer rows or columns, or join on ids.",
        )
    kind = re.sub(r"(?<!^)(?=[A-Z])", " ", type(failure).__name__.removesuffix("Exception"))
    hint = "try_cast gives null where cast fails." if isinstance(failure, duckdb.ConversionException) else ""
    return QueryError(
        f"{kind} error{_place(question, failure)}. The value is not shown because it is people's data.", hint
    )


def _place(question: str, failure: duckdb.Error) -> str:
    """Return where in the question a mistake is: line and column, and what stands there."""
    for found in _PLACE.finditer(str(failure)):
        excerpt = found.group(2).strip(".")
        # What is not in the question was in the data.
        if excerpt and excerpt in question:
            start = len(found.group(3)) - len(f"LINE {found.group(1)}: ")
            return f' in line {found.group(1)}, at "{found.group(2)[start:].strip()[:60]}"'
    return ""
