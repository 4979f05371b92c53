"""The catalogue of findings: every code with its severity, what a registrar is told, and what to do.

A finding is a problem with a row or a file. Its message may use {value}, {field}, {file} and {sourced_id}.
`refuses`: the whole delivery is rejected for it, and the last good roster stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "notice"]


@dataclass(frozen=True)
class FindingCode:
    """One kind of finding."""

    code: str
    severity: Severity
    message: str
    cure: str
    refuses: bool = False


_CODES = (
    # the delivery
    FindingCode(
        "file_missing",
        "error",
        "{file} is not there.",
        "Send all three files every night: users.csv, classes.csv and enrollments.csv.",
        refuses=True,
    ),
    # the file
    FindingCode(
        "file_empty",
        "error",
        "{file} is empty (0 bytes).",
        "Look at the export job of this file: it ran, and wrote nothing.",
        refuses=True,
    ),
    FindingCode(
        "header_only",
        "error",
        "{file} has its header and no rows.",
        "Look at the school and the filter that the export job runs under: nothing matched them.",
        refuses=True,
    ),
    FindingCode(
        "not_csv",
        "error",
        "{file} is not a CSV file: {value}.",
        "Export it again as comma-separated text with a header row.",
        refuses=True,
    ),
    FindingCode(
        "not_utf8",
        "error",
        "{file} is not UTF-8 text: the first byte that does not fit is {value}.",
        "Set the character set of the export to UTF-8.",
        refuses=True,
    ),
    FindingCode(
        "column_missing",
        "error",
        "{file} has no column {field}. It has: {value}.",
        "Add the column to the export, with this name in its label.",
        refuses=True,
    ),
    FindingCode(
        "column_twice",
        "error",
        "{file} has two columns that both mean {field}: {value}.",
        "Leave one of them out of the export.",
        refuses=True,
    ),
    FindingCode(
        "delta_set",
        "error",
        "{file} is a delta file (it has rows with status tobedeleted).",
        "Export the whole roster every night (bulk): a delta cannot be compared with what is missing from it.",
        refuses=True,
    ),
    FindingCode(
        "no_school_matches",
        "error",
        "None of the schools in {file} takes part ({value}).",
        "Make the ids in the district's settings the same as in the files, leading zeros included.",
        refuses=True,
    ),
    FindingCode(
        "no_row_accepted",
        "error",
        "Not one row of {file} can be used.",
        "Mend the errors that are listed for its rows.",
        refuses=True,
    ),
    FindingCode(
        "file_cut_off",
        "error",
        "{file} ends in the middle of this row: the upload was cut off.",
        "Send the file again. Until then nothing is archived for being absent.",
    ),
    FindingCode(
        "end_without_line_end",
        "warning",
        "The last line of {file} has no line end.",
        "Nothing to do if the export never writes one. Otherwise the upload was cut off: send the file again.",
    ),
    FindingCode(
        "column_unknown",
        "notice",
        "{file} has a column that is not used: {value}.",
        "Nothing to do.",
    ),
    FindingCode(
        "guardians_not_linked",
        "warning",
        "{file} has no column {field}: no contact can be linked to a student.",
        "Add the column to the export.",
    ),
    FindingCode(
        "password_dropped",
        "warning",
        "{file} has a column of passwords. It was not read.",
        "Leave the column out of the export: nobody here needs it.",
    ),
    # the row
    FindingCode(
        "field_count",
        "error",
        "This row has {value}: its cells cannot be told apart.",
        "A value probably holds a comma or a lone quotation mark. Take it out, or export with quotes around values.",
    ),
    FindingCode(
        "line_break_in_value",
        "warning",
        "A value in quotes goes on over the next line.",
        "Take the line break out of the value; if there is none, a quotation mark too many stands in this row.",
    ),
    FindingCode(
        "key_missing",
        "error",
        "This row has no sourcedId.",
        "Give every person and class an id.",
    ),
    FindingCode(
        "id_repeated",
        "error",
        "The sourcedId {value} stands in several rows that say different things.",
        "An id belongs to one person or class. What stands in the roster for it was left alone.",
    ),
    FindingCode(
        "row_repeated",
        "warning",
        "This row says the same as an earlier one.",
        "It was counted once. Look at the export for a join that repeats rows.",
    ),
    FindingCode("role_missing", "error", "This row has no role.", "Give a role such as student, teacher or parent."),
    FindingCode(
        "role_unknown",
        "error",
        'There is no role "{value}".',
        "In users.csv: student, parent, guardian, relative, teacher, aide, proctor or administrator. "
        "In enrollments.csv: student, teacher, aide, proctor or administrator.",
    ),
    FindingCode(
        "flag_unknown",
        "warning",
        'The legal-guardian flag "{value}" is neither yes nor no.',
        "Write true or false. It counts as not given, and the contact is not archived for that.",
    ),
    FindingCode(
        "name_missing",
        "error",
        "This person has neither a given name nor a family name.",
        "Give the person a name, or remove the contact.",
    ),
    FindingCode(
        "school_missing",
        "error",
        "This row names no school.",
        "Fill in {field}, or set the district's scope to school.",
    ),
    FindingCode("title_missing", "error", "This class has no title.", "Give the class a title."),
    FindingCode("class_missing", "error", "This row names no class.", "Fill in classSourcedId."),
    FindingCode("user_missing", "error", "This row names no person.", "Fill in userSourcedId."),
    FindingCode(
        "class_unknown",
        "error",
        "The class {value} is not in classes.csv.",
        "Export both files from the same school, year and term.",
    ),
    FindingCode(
        "user_unknown",
        "error",
        "The person {value} is not in users.csv.",
        "Export both files from the same school, year and term.",
    ),
    FindingCode(
        "class_rejected",
        "error",
        "The class {value} was left out for an error of its own.",
        "Mend the row of the class in classes.csv.",
    ),
    FindingCode(
        "user_rejected",
        "error",
        "The person {value} was left out for an error of their own.",
        "Mend the row of the person in users.csv.",
    ),
    FindingCode(
        "user_is_contact",
        "error",
        "{value} is a parent, guardian or relative in users.csv, and cannot be in a class.",
        "Correct the role in users.csv.",
    ),
    FindingCode(
        "agent_student_unknown",
        "warning",
        "The student {value} of this contact is not in users.csv.",
        "Export contacts of current students only.",
    ),
    FindingCode(
        "agent_contact_unknown",
        "warning",
        "The contact {value} of this student is not in users.csv.",
        "Export the contacts along with their students.",
    ),
)

CATALOGUE = {finding.code: finding for finding in _CODES}
"""Every code that a stage may report."""
