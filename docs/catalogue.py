"""Writes docs/findings.md and docs/oneroster.md from the program's own data: `python docs/catalogue.py`.

A test holds the two pages against what this makes of them.
"""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.oneroster.files import (
    CONTACTS,
    GUARDIANS,
    MANIFEST_OPTIONAL,
    MANIFEST_VALUES,
    ROSTER_FILES,
    STANDARD_FILES,
    STUDENT_ATTRIBUTES,
    Column,
    RosterFile,
)
from pipeline.oneroster.findings import CATALOGUE

DOCS = Path(__file__).parent

_WHAT = {"value": "…", "field": "COLUMN", "file": "FILE", "sourced_id": "ID"}


def findings_page() -> str:
    """Return docs/findings.md."""
    lines = [
        "# Findings",
        "",
        "Every finding that a report, a CSV of findings or `rollcall validate` can contain, and what to do about it.",
        "An error rejects the row, or the whole delivery where the last column says so; a warning rejects nothing; a",
        "notice is for the record. Written by `python docs/catalogue.py` from `pipeline/oneroster/findings.py`.",
        "",
        "| finding | code | severity | message | what the district does | what the operator can do | rejects all |",
        "|---|---|---|---|---|---|---|",
    ]
    for finding in sorted(CATALOGUE.values(), key=lambda finding: finding.code):
        message, cure = (_plain(text.format(**_WHAT)) for text in (finding.message, finding.cure))
        cells = (
            *(finding.title, f"`{finding.code}`", finding.severity, message, cure, finding.operator),
            "yes" if finding.refuses else "",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def standard_page() -> str:
    """Return docs/oneroster.md."""
    lines = [
        "# The files and their columns",
        "",
        "OneRoster 1.1 as `rollcall validate --profile oneroster-1.1` checks it, and what Rollcall needs of it",
        "(profile connect). Written by `python docs/catalogue.py` from `pipeline/oneroster/files.py`.",
        "",
        "*filled in*: no cell may be blank. *bulk blank*: blank in a bulk file, filled in in a delta file. *connect*:",
        "without this column Rollcall rejects the file. All columns of the standard are required, in this order;",
        "only columns named `metadata.…` may be added, to their right.",
        "",
    ]
    for file in STANDARD_FILES:
        lines += _file(file)
    lines += ["## Properties of manifest.csv", "", "| property | value |", "|---|---|"]
    lines += [
        f"| `{name}` | {', '.join(f'`{value}`' for value in values)} |" for name, values in MANIFEST_VALUES.items()
    ]
    lines += [f"| `{name}` | any; the row is optional |" for name in MANIFEST_OPTIONAL]
    lines += ["", "## What exports add", "", "Read by profile connect in addition to the standard's columns.", ""]
    for file in (*ROSTER_FILES, CONTACTS, GUARDIANS, STUDENT_ATTRIBUTES):
        added = [column for column in file.columns if not column.standard]
        if added:
            names = "; ".join(
                f"`{c.header}`" + (f" (also {', '.join(c.also_known)})" if c.also_known else "") for c in added
            )
            lines.append(f"- **{file.name}**: {names}")
    return "\n".join(lines) + "\n"


def _file(file: RosterFile) -> list[str]:
    lines = [f"## {file.name}", "", "| column | type | cells | connect |", "|---|---|---|---|"]
    for column in file.standard_columns:
        need = "filled in" if column.mandatory else ""
        if column.header in {"status", "dateLastModified"} and file.name != "manifest.csv":
            need = "bulk blank"
        connect = "" if not column.required or file not in ROSTER_FILES else "needed"
        if connect and not column.required_at_school_level:
            connect = "needed at district level"
        lines.append(f"| `{column.header}` | {_type(column)} | {need} | {connect} |")
    return [*lines, ""]


def _type(column: Column) -> str:
    text = {"user_id": "`{type:id}`", "guid": "id", "id": "identifier", "enum": "word"}.get(column.kind, column.kind)
    if column.is_list:
        text = f"list of {text}"
    if column.references:
        text += f" of {column.references}.csv"
    if column.target_types:
        text += f" (type {', '.join(column.target_types)})"
    if column.vocabulary:
        text += ": " + ", ".join(f"`{word}`" for word in column.vocabulary)
    return text


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|")


def main() -> None:
    """Write both pages."""
    (DOCS / "findings.md").write_text(findings_page(), encoding="utf-8")
    (DOCS / "oneroster.md").write_text(standard_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
