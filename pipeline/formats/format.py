"""What a format is: the files that its sets have, and what is made from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pipeline.oneroster.files import Column, RosterFile
from pipeline.oneroster.sets import SetFinding
from pipeline.warehouse.sessions import Database


@dataclass(frozen=True)
class Made:
    """A file that is made: by which statement, without which of its columns."""

    file: RosterFile
    statement: str
    without: tuple[str, ...]


def _nothing(_: Database) -> list[SetFinding]:
    return []


def _never(_: Database, __: date) -> None:
    return None


@dataclass(frozen=True)
class Format:
    """A format that is read.

    `needed` are the files without which a set is refused, `further` those that may be there. `made_from` says in words
    which sent files stand for one of ours, `becomes` for each sent file which of ours its rows become. `headers` has
    the header of a column where a sent file stands for several of ours: (sent file, our file, field) -> header.

    `make` prepares the rows and returns the statements of the files; it takes the fields that each sent file has, and
    the values of the settings. `tell` returns what is to be said of the whole set, `turn` the first date after one on
    which the same set means something else.
    """

    name: str
    title: str
    needed: tuple[RosterFile, ...]
    further: tuple[RosterFile, ...]
    made_from: Mapping[str, str]
    becomes: Mapping[str, tuple[str, ...]]
    make: Callable[[Database, Mapping[str, set[str]], dict[str, Any]], list[Made]]
    headers: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    tell: Callable[[Database], list[SetFinding]] = _nothing
    turn: Callable[[Database, date], date | None] = _never

    @property
    def files(self) -> tuple[RosterFile, ...]:
        """All files of the format that are read."""
        return (*self.needed, *self.further)

    def header(self, sent_file: str, file: str, name: str) -> str | None:
        """Return the header under which a sent file has a field of one of our files."""
        found = self.headers.get((sent_file, file, name))
        if found is not None:
            return found
        columns = next((known.columns for known in self.files if known.name == sent_file), ())
        return next((column.header for column in columns if column.field == name), None)


def ignored(*headers: str) -> tuple[Column, ...]:
    """Return columns that a format has and nobody needs: they are neither kept nor told of."""
    return tuple(Column(header, header.lower(), standard=False, stored=False, ignored=True) for header in headers)
