"""Which of many findings and changes a page shows: the first few thousand, the gravest first."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Generic, TypeVar

from pipeline.report.cells import as_it_was
from pipeline.report.model import Change, ReportedFinding
from pipeline.report.page import MOST_ROWS

# Python's own limit for a cell is 128 KiB; what was written has none.
csv.field_size_limit(1 << 30)

RANKS = {"error": 0, "warning": 1, "notice": 2}

T = TypeVar("T", ReportedFinding, Change)


class Kept(Generic[T]):
    """Rows in the order of their ranks, as many as a page shows, and how many there were."""

    def __init__(self) -> None:
        self.count = 0
        self._by_rank: dict[int, list[T]] = {}

    def add(self, row: T, rank: int) -> None:
        """Take a row in; of one rank never more than a page shows."""
        self.count += 1
        rows = self._by_rank.setdefault(rank, [])
        if len(rows) < MOST_ROWS:
            rows.append(row)

    @property
    def rows(self) -> list[T]:
        """The rows for the page."""
        return list(islice(chain.from_iterable(self._by_rank[rank] for rank in sorted(self._by_rank)), MOST_ROWS))


def written_findings(path: Path, file: str) -> Iterator[ReportedFinding]:
    """Yield the findings of a CSV that an earlier report wrote."""
    with path.open(encoding="utf-8", newline="") as written:
        for row in csv.DictReader(written):
            yield ReportedFinding(
                file=file,
                line=int(row["rowNumber"]) if row["rowNumber"] else None,
                column=row["column"] or None,
                code=row["code"],
                severity=row["status"],
                sourced_id=_as_it_was(row["sourcedId"]),
                message=row["message"],
            )


def _as_it_was(cell: str) -> str | None:
    """Take the apostrophe off that keeps a spreadsheet from a formula."""
    return as_it_was(cell) or None
