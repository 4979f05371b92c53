"""Fills the tables of docs/operating.md and docs/reports.md from the program's own words: `python docs/pages.py`.

A test compares the pages with what this makes of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from pipeline.outcomes import EXIT_CODES
from pipeline.plan.causes import CAUSES
from pipeline.report.holds import hold_values
from pipeline.report.model import SUMMARIES
from pipeline.report.write import CHANGES_HEADER, CSV_HEADER
from pipeline.status.districts import TO_DO, WORDS

PAGES = tuple(Path(__file__).with_name(name) for name in ("operating.md", "reports.md"))

PLACE = re.compile(r"(<!-- (\w+): made by `python docs/pages.py`.*?-->\n).*?(<!-- /\2 -->)", re.DOTALL)

LINE = "the physical line of the file, as a text editor shows it: the header is line 1"

FINDING_COLUMNS = {
    "rowNumber": f"{LINE}; blank: the file as a whole",
    "sourcedId": "the id in that row; blank if it cannot be read",
    "column": "the column concerned, as in the standard",
    "status": "`error`, `warning` or `notice`",
    "code": "the kind of finding: [findings.md](findings.md) lists all of them, with what to do",
    "message": "what is wrong, in words",
}

CHANGE_COLUMNS = {
    "recordType": "students, staff, guardians, classes, enrollments or guardian_links",
    "operation": "`add`, `update`, `restore` or `archive`",
    "sourcedId": "the id; of an enrollment `class\\|person\\|role`, of a guardian link `contact\\|student`",
    "column": "of an update or a restore: one line for each column that changes",
    "before": "its value in the roster until now",
    "after": "its value in the file",
    "status": "`applied` or `withheld`",
    "rowNumber": "the line of the file; blank for an archive, which is not in the file",
    "name": "the person concerned, as far as the district's setting shows it",
    "school": "the schools concerned",
}

_PLACEHOLDERS = hold_values(
    [
        {
            "operation": "add",
            "changes": 2,
            "base": 2,
            "allowed": 2,
            "record_type": "students",
            "school_id": None,
            "school_name": None,
            "grade": None,
            "field": None,
            "file": None,
        }
    ]
) | {
    "base": "*m*",
    "counted": "*n* records",
    "of_base": "*n* of *m* records",
    "allowed": "*limit*",
    "words": "records",
    "none_of": "records",
    "school": "*school*",
    "grades": "Grade *grade*",
    "field": "*column*",
    "file": "*file*",
}
"""What the words of a hold show here in place of a report's figures."""


def outcomes() -> list[str]:
    """Return the table of outcomes, with what a report says of each."""
    rows = [f"| `{outcome}` | {words} | {EXIT_CODES[outcome]} |" for outcome, words in SUMMARIES.items()]
    return ["| outcome | what the report says | exit code of a command |", "|---|---|---|", *rows]


def states() -> list[str]:
    """Return the table of a district's states, the most urgent first."""
    example = {"district": "DISTRICT", "day": "DATE", "goal": "NUMBER"}
    rows = [
        f"| {words} | {TO_DO[state].format(**example) if state in TO_DO else ''} |" for state, words in WORDS.items()
    ]
    return ["| state | what to do |", "|---|---|", *rows]


def holds() -> list[str]:
    """Return the table of causes for which changes are withheld: advice first, then what an approval says."""
    rows = [
        f"| {kind.title.format(**_PLACEHOLDERS)} (`{code}`) | {kind.message.format(**_PLACEHOLDERS)} "
        f"| {kind.advice.format(**_PLACEHOLDERS)} | {' '.join(kind.answers) or 'cannot be approved'} |"
        for code, kind in CAUSES.items()
    ]
    return [
        "| cause | what the report says | what the district does | what an approval says |",
        "|---|---|---|---|",
        *rows,
    ]


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


if __name__ == "__main__":
    for path in PAGES:
        path.write_text(with_tables(path.read_text(encoding="utf-8")), encoding="utf-8")
