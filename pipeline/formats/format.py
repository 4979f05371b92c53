"""What a format is: the files that its sets have, and what is made from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.oneroster.files import Column, RosterFile


@dataclass(frozen=True)
class Format:
    """A format that is read.

    `needed` are the files without which a set is refused, `further` those that may be there. `made_from` says in words
    which sent files stand for one of ours, `becomes` for each sent file which of ours its rows become. `headers` has
    the header of a column where a sent file stands for several of ours: (sent file, our file, field) -> header.
    """

    name: str
    title: str
    needed: tuple[RosterFile, ...]
    further: tuple[RosterFile, ...]
    made_from: Mapping[str, str]
    becomes: Mapping[str, tuple[str, ...]]
    headers: Mapping[tuple[str, str, str], str] = field(default_factory=dict)

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


@dataclass(frozen=True)
class Made:
    """A file that is made: by which statement, without which of its columns."""

    file: RosterFile
    statement: str
    without: tuple[str, ...]


def ignored(*headers: str) -> tuple[Column, ...]:
    """Return columns that a format has and nobody needs: they are neither kept nor told of."""
    return tuple(Column(header, header.lower(), standard=False, stored=False, ignored=True) for header in headers)
