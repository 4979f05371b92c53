"""Holds in words: what the gate saw, and what would settle it, for a registrar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.report.model import Hold

RECORD_WORDS = {
    "students": "students",
    "staff": "staff",
    "guardians": "guardians",
    "classes": "classes",
    "enrollments": "enrollments",
    "guardian_links": "guardian links",
}

APPROVAL = (
    "If this is right, approve it: `rollcall approve` applies just what is withheld here, once, and the limit stays "
    "as it is."
)
"""How every hold can be settled that is not a mistake in the export."""


@dataclass(frozen=True)
class HoldWords:
    """The message of a hold and its cure; both are formatted with the hold's figures."""

    message: str
    cure: str
    asks_for_approval: bool = True


HOLD_WORDS = {
    "archive_limit": HoldWords(
        "{changes:,} of {base:,} {words} are not in the files; the limit allows to archive {allowed:,}. "
        "None of them was archived.",
        "Look whether the export lost a school, a grade or a term, or whether a filter was set.",
    ),
    "school_limit": HoldWords(
        "{changes:,} of {base:,} {words} of {school} are not in the files; the limit for one school allows to archive "
        "{allowed:,}. None of them was archived.",
        "Look whether the export lost a part of this school.",
    ),
    "school_vanished": HoldWords(
        "{school} would be left without students or without classes. Its {changes:,} {words} that are not in the "
        "files were not archived.",
        "Look whether the school is still selected in the export.",
    ),
    "grade_vanished": HoldWords(
        "No student of grade {grade} would be left. The {changes:,} who are not in the files were not archived.",
        "Look whether a filter leaves the grade out.",
    ),
    "all_vanished": HoldWords(
        "No {words} would be left. The {changes:,} that are not in the files were not archived.",
        "Look whether the export was filtered to nothing for this kind of record.",
    ),
    "update_limit": HoldWords(
        "{changes:,} of {base:,} {words} would change; the limit allows {allowed:,}. None of them was changed.",
        "Look at the changes in the report: a shifted column or another sort of id shows there at once.",
    ),
    "column_limit": HoldWords(
        "The column {field} would change for {changes:,} of {base:,} {words}; the limit allows {allowed:,}. These "
        "{words} were not changed.",
        "Look at the values before and after in the report: two columns may have been swapped, or a format changed.",
    ),
    "add_limit": HoldWords(
        "{changes:,} {words} would be added to {base:,}; the limit allows {allowed:,}. None of them was added.",
        "Look whether the export holds more schools or years than it should.",
    ),
    "renumbered": HoldWords(
        "{changes:,} of the {base:,} {words} that are not in the files come again under another id, with the same name "
        "at the same school. Neither were the old ones archived nor the new ones added.",
        "Ask the district whether ids were given anew. If so, sending the old ids again keeps every history; approving "
        "makes them new {words}.",
    ),
    "older_content": HoldWords(
        "These files are the same as an earlier delivery, but not the last one. The {changes:,} changes to {words} "
        "that would lead back were not made.",
        "Look whether the export wrote an old file again.",
    ),
    "undone_content": HoldWords(
        "These files are the ones that were undone. Their {changes:,} changes to {words} were not made again.",
        "Send files that are mended.",
    ),
    "file_cut_off": HoldWords(
        "A file ends in the middle of a row, so what is missing from this delivery says nothing: "
        "{changes:,} {words} that are not in it stay.",
        "Send the whole file again.",
        asks_for_approval=False,
    ),
    "still_named": HoldWords(
        "{changes:,} {words} have no row of their own any more, but other rows of the delivery still name them. "
        "They were not archived.",
        "Export all three files from the same night, school and term.",
        asks_for_approval=False,
    ),
    "column_absent": HoldWords(
        "users.csv lost a column, or the delivery a file, that guardians were worked out from, so {changes:,} {words} "
        "that no longer follow from it stay as they are.",
        "Bring it back into the export: agentSourcedIds, relationship or legalGuardian of users.csv, contacts.csv or "
        "guardians.csv. Where it is gone on purpose, approving once settles it.",
        asks_for_approval=False,
    ),
    "weaker_evidence": HoldWords(
        "users.csv lost a column, or the delivery a file, that guardians were worked out from. By what is left "
        "{changes:,} {words} would be added; none of them was.",
        "Bring it back into the export. Where it is gone on purpose, approving once settles it.",
        asks_for_approval=False,
    ),
    "key_unreadable": HoldWords(
        "A row does not say whose it is: {changes:,} {words} that are not in the file stay.",
        "Mend the rows without an id or with a wrong number of cells.",
        asks_for_approval=False,
    ),
}


def hold_in_words(row: dict[str, Any]) -> Hold:
    """Return a hold of the gate from its row of report/holds."""
    words = HOLD_WORDS[row["code"]]
    school = f"{row['school_name']} ({row['school_id']})" if row["school_name"] else row["school_id"]
    values = {**row, "words": RECORD_WORDS[row["record_type"]], "school": school}
    cure = words.cure.format(**values)
    return Hold(
        record_type=row["record_type"],
        code=row["code"],
        operation=row["operation"],
        school_id=row["school_id"],
        grade=row["grade"],
        column=row["field"],
        changes=row["changes"],
        archives=row["changes"] if row["operation"] == "archive" else 0,
        allowed=row["allowed"],
        active=row["base"],
        message=words.message.format(**values),
        cure=f"{cure} {APPROVAL}" if words.asks_for_approval else cure,
    )
