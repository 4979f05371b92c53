"""Holds in words: why changes were withheld and what a district does about it, for a registrar.

The cures are the district's part and name no command. Whether an approval can resolve a hold too is data
(`can_be_approved`): the next steps of a report (`next_steps.py`) tell who asks whom for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.report.model import Hold
from pipeline.report.words import many_of, records, records_of


@dataclass(frozen=True)
class HoldWords:
    """The title, message and cure of a hold; message and cure are formatted with the hold's figures."""

    title: str
    message: str
    cure: str
    can_be_approved: bool = True


_SEND_AGAIN = " Then fix the export and send the files again."

HOLD_WORDS = {
    "archive_limit": HoldWords(
        "Too many records are missing from the files",
        "{of_base} {are} missing from the files. The limit is {allowed}, so {they} {were} not archived.",
        "Check whether the export lost a school, a grade or a term, or whether a filter was set." + _SEND_AGAIN,
    ),
    "school_limit": HoldWords(
        "Too many records of one school are missing from the files",
        "{of_base} of {school} {are} missing from the files. The limit for one school is {allowed}, so {they} {were} "
        "not archived.",
        "Check whether the export lost part of this school." + _SEND_AGAIN,
    ),
    "school_vanished": HoldWords(
        "A school would be left empty",
        "{school} would be left without students or without classes. {counted} {are} missing from the files and "
        "{were} not archived.",
        "Check whether the school is still selected in the export." + _SEND_AGAIN,
    ),
    "grade_vanished": HoldWords(
        "A grade would be left empty",
        "Grade {grade} would be left without students. {counted} {are} missing from the files and {were} not archived.",
        "Check whether a filter leaves out this grade." + _SEND_AGAIN,
    ),
    "all_vanished": HoldWords(
        "All records of one kind are missing from the files",
        "No {words} would be left. {counted} {are} missing from the files and {were} not archived.",
        "Check whether a filter leaves out all {words}." + _SEND_AGAIN,
    ),
    "update_limit": HoldWords(
        "Too many records would change",
        "{of_base} would change. The limit is {allowed}, so {they} {were} not changed.",
        "Compare the old and new values in the report: a shifted column or a different kind of id is easy to see "
        "there." + _SEND_AGAIN,
    ),
    "column_limit": HoldWords(
        "One column would change in too many records",
        "The column {field} would change for {of_base}. The limit is {allowed}, so {they} {were} not changed.",
        "Compare the old and new values in the report: two columns may have been swapped, or a format changed."
        + _SEND_AGAIN,
    ),
    "add_limit": HoldWords(
        "Too many records would be added",
        "{counted} would be added to {base}. The limit is {allowed}, so {they} {were} not added.",
        "Check whether the export covers more schools or years than it should." + _SEND_AGAIN,
    ),
    "turnover": HoldWords(
        "Most records of one kind would be replaced",
        "Most {words} would be replaced by others in one night. One part of that change is withheld, so the other part "
        "waits with it: {counted}.",
        "Check whether these are the right files: of this district, and of this school year or term. If a new year or "
        "term has begun, ask for the approval of both parts.",
    ),
    "school_emptied": HoldWords(
        "Most of a school would move to other schools",
        "{of_base} of {school} would move to other schools, so {they} {were} not changed.",
        "Check the school ids in the export: the same school may be written in every row. If the school really closes "
        "or merges, ask for an approval.",
    ),
    "identity_changed": HoldWords(
        "An id seems to belong to another person now",
        "Under the known id of {counted}, the files now name someone else: the names differ, and too little else is "
        "the same. Nothing that the files say about {them} was applied.",
        "Check in the student information system whether an id was given to another person. If it is the same person "
        "with a new name, ask for an approval.",
    ),
    "id_exchanged": HoldWords(
        "Ids seem to have been exchanged",
        "{counted} would get the name, and the number, email or mobile, of another active record. Nothing that the "
        "files say about {them} was applied.",
        "Check the ids of these people in the student information system: two rows may have been mixed up."
        + _SEND_AGAIN,
    ),
    "column_slipped": HoldWords(
        "The values of a column moved to other rows",
        "The column {field} would change for {counted}, to values that belonged to other records or to other columns. "
        "Nothing that the files say about {them} was applied.",
        "Check whether one column of the export was sorted, shifted or swapped." + _SEND_AGAIN,
    ),
    "id_moved": HoldWords(
        "The same person seems to come under a new id",
        "{counted} {are} new by id, but share a name, a number, an address or a family with records whose ids are no "
        "longer in the files. The new records were not added, and the old ones were kept.",
        "Check whether ids were reassigned in the student information system. Send the old ids again, or ask for an "
        "approval: then each record keeps its history under the new id.",
    ),
    "older_content": HoldWords(
        "These files are from an earlier night",
        "These files are identical to an earlier delivery, but not to the last one. {counted} would have gone back to "
        "older data and {were} not changed.",
        "Check whether the export wrote an old file again. Then send current files.",
    ),
    "undone_content": HoldWords(
        "These files were undone before",
        "These files are the ones that were undone. Their changes to {counted} were not made again.",
        "Fix the export and send new files.",
    ),
    "file_cut_off": HoldWords(
        "A file is cut off",
        "A file ends in the middle of a row, so the delivery may be incomplete. {counted} that {are} not in it {were} "
        "kept.",
        "Send the complete file again.",
        can_be_approved=False,
    ),
    "still_named": HoldWords(
        "Other rows still refer to missing records",
        "{counted} {have} no row anymore, but other rows of the delivery still refer to {them}. {They} {were} not "
        "archived.",
        "Export all three files on the same night, for the same schools and term.",
        can_be_approved=False,
    ),
    "column_absent": HoldWords(
        "A column or file about guardians is missing",
        "The delivery no longer has a column or file that guardians were based on. {counted} that it used to support "
        "{were} kept.",
        "Bring it back into the export: agentSourcedIds, relationship or legalGuardian in users.csv, contacts.csv or "
        "guardians.csv.",
    ),
    "weaker_evidence": HoldWords(
        "Guardians would be added without the usual column or file",
        "The delivery no longer has a column or file that guardians were based on. From what is left, {counted} would "
        "be added; {they} {were} not.",
        "Bring it back into the export: agentSourcedIds, relationship or legalGuardian in users.csv, contacts.csv or "
        "guardians.csv.",
    ),
    "key_unreadable": HoldWords(
        "A row has no readable id",
        "At least one row has no readable id, so it is unclear whose row it is. {counted} that {are} not in the file "
        "{were} kept.",
        "Fix the rows without an id and those with the wrong number of values.",
        can_be_approved=False,
    ),
}


def title_of_hold(code: str) -> str:
    """Return the title of a kind of hold; of a code that only an older or newer Rollcall knows, its words."""
    words = HOLD_WORDS.get(code)
    return words.title if words else code.replace("_", " ").capitalize()


def can_be_approved(hold: Hold) -> bool:
    """Return whether an approval resolves a hold, and not only other files."""
    words = HOLD_WORDS.get(hold.code)
    return words is None or words.can_be_approved


def hold_in_words(row: dict[str, Any]) -> Hold:
    """Return a hold of the gate from its row of report/holds."""
    words = HOLD_WORDS[row["code"]]
    values = row | hold_values(row)
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
        cure=words.cure.format(**values),
    )


def hold_values(row: dict[str, Any]) -> dict[str, str]:
    """Return the figures of a hold as its words use them, each verb and pronoun in the right number."""
    changes, base, record_type = row["changes"], row["base"], row["record_type"]
    verbs = ("is", "was", "has", "it", "it") if changes == 1 else ("are", "were", "have", "they", "them")
    are, were, have, they, them = verbs
    return {
        "changes": f"{changes:,}",
        "base": f"{base:,}",
        "allowed": f"{row['allowed']:,}" if row["allowed"] is not None else "",
        "counted": records(changes, record_type),
        "of_base": records_of(changes, base, record_type),
        "words": many_of(record_type),
        "school": f"{row['school_name']} ({row['school_id']})" if row["school_name"] else str(row["school_id"] or ""),
        "are": are,
        "were": were,
        "have": have,
        "they": they,
        "them": them,
        "They": they.capitalize(),
    }
