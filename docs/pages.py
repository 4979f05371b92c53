"""Fills the tables of docs/operating.md and docs/reports.md from the program's own words: `python docs/pages.py`.

A test holds the pages against what this makes of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from pipeline.outcomes import EXIT_CODES
from pipeline.report.holds import HOLD_WORDS
from pipeline.report.model import SUMMARIES
from pipeline.report.write import CHANGES_HEADER, CSV_HEADER
from pipeline.status.districts import TO_DO, WORDS

PAGES = tuple(Path(__file__).with_name(name) for name in ("operating.md", "reports.md"))

PLACE = re.compile(r"(<!-- (\w+): made by `python docs/pages.py`.*?-->\n).*?(<!-- /\2 -->)", re.DOTALL)

LINE = "the physical line of the file, as a text editor shows it: the header is line 1"

FINDING_COLUMNS = {
    "rowNumber": f"{LINE}; blank: the file as a whole",
    "sourcedId": "the id in that row; of a row whose id cannot be read, blank",
    "column": "the column that is meant, as in the standard",
    "status": "`error`, `warning` or `notice`",
    "code": "what kind of finding it is: [findings.md](findings.md) lists all of them with their cures",
    "message": "what is wrong, in words",
}

CHANGE_COLUMNS = {
    "recordType": "students, staff, guardians, classes, enrollments or guardian_links",
    "operation": "`add`, `update`, `restore` or `archive`",
    "sourcedId": "the id; of an enrollment `class\\|person\\|role`, of a guardian link `contact\\|student`",
    "column": "of an update: one line for each column that changes",
    "before": "its value in the roster until now",
    "after": "its value in the file",
    "status": "`applied` or `withheld`",
    "rowNumber": "the line of the file that says so; blank for an archive: it is not in the file",
    "name": "whom it is about, as far as the district's setting shows it",
}

_STAND_FOR = {"changes": "*n*", "base": "*m*", "allowed": "*limit*", "words": "records", "school": "*school*"}
"""What stands in the words of a hold where a report has its figures."""


def outcomes() -> list[str]:
    """Return the table of outcomes, with what a report says of each."""
    rows = [f"| `{outcome}` | {words} | {EXIT_CODES[outcome]} |" for outcome, words in SUMMARIES.items()]
    return ["| outcome | what the report says | exit code of a command |", "|---|---|---|", *rows]


def states() -> list[str]:
    """Return the table of how a district may stand, what needs somebody first."""
    example = {"district": "DISTRICT", "day": "DATE"}
    rows = [
        f"| {words} | {TO_DO[state].format(**example) if state in TO_DO else ''} |" for state, words in WORDS.items()
    ]
    return ["| state | what to do |", "|---|---|", *rows]


def holds() -> list[str]:
    """Return the table of what may be withheld, and what resolves it."""
    rows = [f"| `{code}` | {_general(words.message)} | {_general(words.cure)} |" for code, words in HOLD_WORDS.items()]
    return ["| hold | what the report says | what resolves it |", "|---|---|---|", *rows]


def findings_csv() -> list[str]:
    """Return the table of the columns of the CSV of findings."""
    return _columns(CSV_HEADER, FINDING_COLUMNS)


def changes_csv() -> list[str]:
    """Return the table of the columns of changes.csv."""
    return _columns(CHANGES_HEADER, CHANGE_COLUMNS)


MADE: dict[str, Callable[[], list[str]]] = {
    made.__name__: made for made in (outcomes, states, holds, findings_csv, changes_csv)
}


def with_tables(page: str) -> str:
    """Return a page with its tables as they are now."""
    return PLACE.sub(lambda found: found[1] + "\n".join(MADE[found[2]]()) + "\n" + found[3], page)


def _columns(header: tuple[str, ...], meanings: dict[str, str]) -> list[str]:
    return ["| column | what it holds |", "|---|---|", *(f"| `{name}` | {meanings[name]} |" for name in header)]


def _general(words: str) -> str:
    """Return the words of a hold for any figures."""
    return re.sub(r"\{(\w+)(?::,)?\}", lambda found: _STAND_FOR.get(found[1], f"*{found[1]}*"), words)


if __name__ == "__main__":
    for path in PAGES:
        path.write_text(with_tables(path.read_text(encoding="utf-8")), encoding="utf-8")
