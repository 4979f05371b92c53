"""The causes for which changes are withheld: their words, what resolves them, and whether a person may approve them.

The one table of causes: reports, mails, commands and docs/reports.md are made from it. Belongs here: words with places
for figures, and the answers that a cause takes. Does not belong here: what is held (sql/gate/), which holds are one
cause (sql/gate/origins.sql), filling in the figures (`pipeline.report.holds`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class CauseKind:
    """A kind of cause. Title, message and advice are formatted with the figures of its holds.

    Title and advice may use {file}, and the advice {words}; the message may use all figures. The advice is the
    district's part, comes first, and names no command. `answers` say what an approval means; without any the cause
    cannot be approved: other files resolve it, or the command that `otherwise` says.
    """

    title: str
    message: str
    advice: str
    answers: tuple[str, ...] = ("The changes are right: apply exactly these, once.",)
    otherwise: str = "This cannot be approved: only other files resolve it."
    instead: str = ""
    """Of a cause that can be approved: the command that resolves it better, in words."""

    @property
    def can_be_approved(self) -> bool:
        """Whether an approval resolves it."""
        return bool(self.answers)

    def command(self, district: str, sync_date: date, digest: str) -> str:
        """Return in words with what command a person resolves it, where there is one."""
        if self.can_be_approved:
            approval = f"To apply it: rollcall approve {district} {sync_date} {digest} --by NAME --reason TEXT"
            return f"{approval}. {self.instead.format(district=district)}" if self.instead else approval
        return self.otherwise.format(district=district)


NO_ANSWER: tuple[str, ...] = ()
"""Of a cause that no one can approve: what the files say contradicts itself, or is not said at all."""

ID_ANSWERS = (
    "It is the same person: apply what the files say.",
    "It is another person (`--as-new-person`): the id is a newcomer's from now on, and the former record is archived.",
)
"""Of an id that may mean another person than it did."""

_SEND_AGAIN = " Then fix the export and send the files again."

CAUSES: Mapping[str, CauseKind] = {
    "older_content": CauseKind(
        "These files are from an earlier night",
        "These files are identical to an earlier delivery, but not to the last one. {counted} would have gone back to "
        "older data and {were} not changed.",
        "Check whether the export wrote an old file again. Then send current files.",
    ),
    "undone_content": CauseKind(
        "These files were undone before",
        "These files are the ones that were undone. Their changes to {counted} were not made again.",
        "Fix the export and send new files.",
    ),
    "source_absent": CauseKind(
        "A file or column is missing",
        "A file or a column that says who a student's guardians are, or who is barred, is missing from the delivery. "
        "The other files alone add no link and make no role a stronger one, so {counted} {were} not {made}.",
        "Bring the file or column back into the export.",
        NO_ANSWER,
    ),
    "school_removed": CauseKind(
        "A school is no longer in the settings",
        "{school} is no longer in the settings, so its rows are not used. {counted} of it {were} not archived.",
        "If the school no longer takes part, ask for an approval. Otherwise ask to have it put back into the settings.",
    ),
    "barred_twin": CauseKind(
        "A new guardian may be a person who is barred",
        "A contact who would be linked to a student has a name near that of a contact who is barred from the student, "
        "or the student seems to be a child under a new id from whom the contact is barred. The two were not linked.",
        "Check today whether they are the same person. If they are, set the no-contact flag for this id too; if they "
        "are two people, say so, and it is remembered.",
        NO_ANSWER,
        "This is not approved. If they are two people: rollcall unblock {district} CONTACT STUDENT --by NAME "
        "--reason TEXT",
    ),
    "ids_renumbered": CauseKind(
        "Most students come under other ids",
        "{of_base} are missing from the files under their ids, and come under others with the same student number. No "
        "student was added or archived.",
        "Say whether everyone was given a new id: then all keep history, links and enrollments under the new id. "
        "Otherwise send the old ids again.",
        NO_ANSWER,
        "To give everybody the new id, first as a preview: rollcall renumber {district} --match identifier --by NAME "
        "--reason TEXT",
    ),
    "column_slipped": CauseKind(
        "The values of a column moved to other rows",
        "The column {field} would change for {counted}, to values that belonged to other records or to other columns. "
        "Nothing that the files say about {them} was applied.",
        "Check whether one column of the export was sorted, shifted or swapped." + _SEND_AGAIN,
    ),
    "id_exchanged": CauseKind(
        "Ids seem to have been exchanged",
        "{counted} would get the name, and the number, email or mobile, of another active record. Nothing that the "
        "files say about {them} was applied.",
        "Check the ids of these people in the student information system: two rows may have been mixed up."
        + _SEND_AGAIN,
        ID_ANSWERS,
    ),
    "identity_changed": CauseKind(
        "An id seems to belong to another person now",
        "Under the known id of {counted}, the files now name someone else: the names differ, and too little else is "
        "the same. Nothing that the files say about {them} was applied.",
        "Check in the student information system whether an id was given to another person, and say which it is: the "
        "same person with a new name, or another person.",
        ID_ANSWERS,
    ),
    "id_moved": CauseKind(
        "The same person seems to come under a new id",
        "{counted} {are} new by id, but share a name, a number, an address or a family with records whose ids are no "
        "longer in the files. The new records were not added, and the old ones were kept.",
        "Check whether ids were reassigned in the student information system. Send the old ids again, or say which it "
        "is: the same person under a new id, or another person.",
        ID_ANSWERS,
    ),
    "all_vanished": CauseKind(
        "All records of one kind are missing from {file}",
        "No {none_of} would be left. {counted} {are} missing from the files and {were} not archived.",
        "Check whether a filter leaves out all {words}." + _SEND_AGAIN,
    ),
    "archive_limit": CauseKind(
        "Too many records are missing from {file}",
        "{of_base} {are} missing from the files. The {limit} {limit_is} {allowed}, so {they} {were} not archived.",
        "Check whether the export lost a school, a grade or a term, or whether a filter was set." + _SEND_AGAIN,
    ),
    "school_vanished": CauseKind(
        "A school would be left empty",
        "{school} would be left without students or without classes. {counted} {are} missing from the files and "
        "{were} not archived.",
        "Check whether the school is still selected in the export." + _SEND_AGAIN,
    ),
    "school_limit": CauseKind(
        "Too many records of one school are missing from the files",
        "{of_base} of {school} {are} missing from the files. The {limit} for one school {limit_is} {allowed}, so "
        "{they} {were} not archived.",
        "Check whether the export lost part of this school." + _SEND_AGAIN,
    ),
    "grade_vanished": CauseKind(
        "A grade would be left empty",
        "{grades} would be left without students. {counted} {are} missing from the files and {were} not archived.",
        "Check whether a filter leaves out this grade." + _SEND_AGAIN,
    ),
    "ids_moved": CauseKind(
        "Most records come under new ids",
        "{of_base} would change, most of them because they come under new ids: the names, the numbers or addresses, "
        "and the families are the same. The {limit} {limit_is} {allowed}, so {they} {were} not changed.",
        "Say whether everyone was given a new id: then all keep history, links and enrollments under the new id. "
        "Otherwise send the old ids again.",
        instead="To give everybody the new id at once, first as a preview: rollcall renumber {district} --match "
        "identifier --by NAME --reason TEXT. Without student numbers: --match email",
    ),
    "update_limit": CauseKind(
        "Too many records would change",
        "{of_base} would change. The {limit} {limit_is} {allowed}, so {they} {were} not changed.",
        "Compare the old and new values in the report: a shifted column or a different kind of id is easy to see "
        "there." + _SEND_AGAIN,
    ),
    "column_limit": CauseKind(
        "One column would change in too many records",
        "The column {field} would change for {of_base}. The {limit} {limit_is} {allowed}, so {they} {were} not "
        "changed.",
        "Compare the old and new values in the report: two columns may have been swapped, or a format changed."
        + _SEND_AGAIN,
    ),
    "values_lost": CauseKind(
        "Too many records would lose what one column says",
        "{of_base} that have a value in the column {field} would lose it, or a part of it. The limit is {allowed}, so "
        "{they} {were} not changed.",
        "Check whether the export still fills the column {field}." + _SEND_AGAIN,
    ),
    "left_without_classes": CauseKind(
        "Too many students would be left without a class",
        "{counted} {are} missing from {file}, and the students in them would have no other class. {They} {were} not "
        "archived.",
        "Check whether the export lost a term or some of the sections." + _SEND_AGAIN,
    ),
    "add_limit": CauseKind(
        "Too many records would be added",
        "{counted} would be added to {base}. The {limit} {limit_is} {allowed}, so {they} {were} not added.",
        "Check whether the export covers more schools or years than it should." + _SEND_AGAIN,
    ),
    "turnover": CauseKind(
        "Most records of {file} would be replaced",
        "Most {words} would be replaced by others in one night. One part of that change is withheld, so the other part "
        "waits with it: {counted}.",
        "Check whether these are the right files: of this district, and of this school year or term. If a new year or "
        "term has begun, ask for an approval.",
    ),
    "school_emptied": CauseKind(
        "Most of a school would move to other schools",
        "{of_base} of {school} would move to other schools, so {they} {were} not changed.",
        "Check the school ids in the export: the same school may be written in every row. If the school really closes "
        "or merges, ask for an approval.",
    ),
    "still_named": CauseKind(
        "Other rows still refer to missing records",
        "{counted} {have} no row anymore, but other rows of the delivery still refer to {them}. {They} {were} not "
        "archived.",
        "Export all three files on the same night, for the same schools and term.",
        NO_ANSWER,
    ),
    "key_unreadable": CauseKind(
        "A row of {file} has no readable id",
        "At least one row of {file} has no readable id, so it is unclear whose row it is. {counted} {were} kept as "
        "before.",
        "Fix the rows without an id and those with the wrong number of values. A line with totals at the end of the "
        "file belongs in no export.",
        ("These rows are no one's, tonight and on later nights: whoever is missing from the file has left.",),
    ),
}
"""By code; where holds of several codes are one cause, it is told as the first of them here."""


def kind_of(code: str) -> CauseKind:
    """Return the kind of a cause; of a code that only an older or newer Rollcall knows, one that says its words."""
    return CAUSES.get(code) or CauseKind(code.replace("_", " ").capitalize(), "", "")
