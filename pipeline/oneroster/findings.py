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
        "The sourcedId {value} stands in several rows.",
        "An id belongs to one record. Correct the ids; what a roster has under them was left alone.",
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
    # guardians
    FindingCode(
        "links_one_way",
        "notice",
        "Pairs of contact and student are named from one side only: {value}.",
        "Nothing to do: one side is enough. To be tidy, export agentSourcedIds on both.",
    ),
    FindingCode(
        "bar_unknown",
        "error",
        'The no-contact flag "{value}" is neither yes nor no.',
        "Write true or false. Until then nobody is linked by this row, and a link that stands is left alone.",
    ),
    FindingCode(
        "contact_barred",
        "notice",
        "This contact is never linked to the student {value}.",
        "Nothing to do. If it is wrong, take the flag out in the student information system, or use "
        "`rollcall unblock` where a person decided it.",
    ),
    FindingCode(
        "bar_not_matched",
        "error",
        "The no-contact flag is about the student {value}, who is not in users.csv: it bars nobody.",
        "Correct the student's id in the student information system, or use `rollcall block` with the ids of "
        "users.csv.",
    ),
    FindingCode(
        "barred_twin",
        "error",
        "This guardian has the name, e-mail or mobile number of a contact who is barred from the student: {value}.",
        "Look at once whether the two are one person. If so, bar this id too: `rollcall block`.",
    ),
    FindingCode(
        "guardian_unreachable",
        "warning",
        "This guardian has neither an e-mail address nor a telephone number.",
        "Add one in the student information system: nothing can be sent to this person.",
    ),
    FindingCode(
        "student_without_guardian",
        "notice",
        "This student has no guardian.",
        "Look at the student's contacts: `rollcall trace` says of each why it is not a guardian.",
    ),
    FindingCode(
        "guardians_many",
        "warning",
        "This student has {value}.",
        "Look whether all of them are guardians; `guardians.most_per_student` in the settings keeps the first ones.",
    ),
    FindingCode(
        "contact_shared",
        "notice",
        "Guardians share their {field}: {value}.",
        "Nothing to do: families may share them.",
    ),
    FindingCode(
        "same_person",
        "notice",
        "This contact is probably the same person as {value}.",
        "If so, make one contact of the two in the student information system.",
    ),
    FindingCode(
        "staff_is_guardian",
        "notice",
        "This person is probably both staff and a guardian: the other id is {value}.",
        "Nothing to do: both stay. Name, e-mail and number should be the same in both.",
    ),
    # the set
    FindingCode(
        "archive_refused",
        "error",
        "{file} cannot be opened: {value}.",
        "Send a plain ZIP of the CSV files, without a password and with nothing else in it.",
        refuses=True,
    ),
    FindingCode(
        "archive_ignored",
        "warning",
        "{file} was not opened: the three files are there as loose files, and those count.",
        "Send either the ZIP or the loose files.",
    ),
    FindingCode(
        "several_matches",
        "warning",
        "Several files could be {file}: {value}.",
        "Leave one of them there, or name the pattern in the district's settings (files).",
    ),
    FindingCode(
        "file_older",
        "warning",
        "{file} is of another night: {value}.",
        "Look whether its export job still runs: the files of a delivery belong together.",
    ),
    FindingCode(
        "file_kept",
        "notice",
        "{file} was received. It is kept as sent, and not used.",
        "Nothing to do.",
    ),
    FindingCode(
        "file_in_subfolder",
        "warning",
        "{file} stands in a folder of the ZIP ({value}).",
        "Put the files at the root of the ZIP.",
    ),
    # the text of a file, where it is forgiven
    FindingCode(
        "encoding_not_utf8",
        "warning",
        "{file} is not UTF-8 text. It was read as {value}.",
        "Set the character set of the export to UTF-8, and look whether names with accents are right.",
    ),
    FindingCode(
        "line_ends_mixed",
        "notice",
        "Some lines of {file} end with LF and some with CR LF.",
        "Nothing to do.",
    ),
    FindingCode(
        "labels_mapped",
        "notice",
        "Column names of {file} are not written as in the standard, and were understood: {value}.",
        "Nothing to do; to be tidy, take the prefixes out of the labels in the export.",
    ),
    FindingCode(
        "file_not_usable",
        "warning",
        "{file} cannot be used: {value}.",
        "Send it again; the roster does not depend on it.",
    ),
    FindingCode(
        "row_mended",
        "warning",
        "A value of {field} holds a comma without quotes around it; only one reading of the row is possible: {value}.",
        "Take the comma out, or export with quotes around values.",
    ),
    FindingCode(
        "empty_field_at_end",
        "warning",
        "{file} has an empty field too many at the end of its rows.",
        "Leave the delimiter at the end of the rows out.",
    ),
    FindingCode(
        "line_break_kept",
        "notice",
        "A line feed within a value was kept as part of it.",
        "Nothing to do.",
    ),
    FindingCode(
        "quotation_marks_kept",
        "warning",
        "Values begin with a quotation mark and end with none, and were read as they stand: {value}.",
        "Where the mark is none of the value's, let the export put each value in marks as a whole, or in none.",
    ),
    # leniencies of the profile connect, counted once per kind and file
    FindingCode(
        "values_padded",
        "warning",
        "Values have blanks around them: {value}.",
        "Nothing to do: they were read without the blanks.",
    ),
    FindingCode(
        "words_in_other_case",
        "warning",
        "Roles are written with capital letters: {value}.",
        "Nothing to do: they were read in small letters, as the standard has them.",
    ),
    FindingCode(
        "placeholders_blank",
        "warning",
        "Placeholders such as -- or Not Set were read as blank: {value}.",
        "Nothing to do; better leave such cells blank in the export.",
    ),
    FindingCode(
        "flags_mapped",
        "warning",
        "Flags are not written true or false: {value}.",
        "Nothing to do: 1, Y, yes and TRUE were read as true, 0, N, no and FALSE as false.",
    ),
    FindingCode(
        "dates_mapped",
        "warning",
        "Dates are not written YYYY-MM-DD: {value}.",
        "Nothing to do: they were read month first, as in 9/1/2026.",
    ),
    FindingCode(
        "date_unknown",
        "warning",
        "Values are no dates: {value}.",
        "Write dates as YYYY-MM-DD. The values were left out.",
    ),
    FindingCode(
        "grades_mapped",
        "warning",
        "Grades are not written as the standard has them: {value}.",
        "Nothing to do: they were mapped to the standard's codes (KG, 01 to 12 and so on).",
    ),
    FindingCode(
        "grades_unknown",
        "notice",
        "Grades are none of the standard's codes: {value}.",
        "Nothing to do: they were kept as sent.",
    ),
    FindingCode(
        "quotes_doubled",
        "warning",
        "Lists stand in two layers of quotation marks: {value}.",
        "Nothing to do: both were taken off. Either the export or the query should put quotes around values, not both.",
    ),
    FindingCode(
        "enrollments_dropped",
        "warning",
        "Enrollments with a negative class or id are dropped ones, and were left aside: {value}.",
        "Nothing to do; better leave dropped enrollments out of the export.",
    ),
    FindingCode(
        "email_wrong",
        "warning",
        "Values are no e-mail addresses, and were left out: {value}.",
        "Correct the addresses in the student information system.",
    ),
    FindingCode(
        "phone_wrong",
        "warning",
        "Values are no telephone numbers that can be called, and were left out: {value}.",
        "Correct the numbers in the student information system, area code included.",
    ),
    FindingCode(
        "language_unknown",
        "notice",
        "Values are no languages that we know, and were kept as sent: {value}.",
        "Nothing to do.",
    ),
    FindingCode(
        "school_twin",
        "warning",
        "School {value}.",
        "Make the ids in the district's settings the same as in the files, leading zeros included.",
    ),
    FindingCode(
        "school_aside",
        "notice",
        "School {value}.",
        "Nothing to do, unless this school should take part: then add it to the district's settings.",
    ),
    FindingCode(
        "further_key_missing",
        "error",
        "This row does not name both people.",
        "Fill in the ids of the contact or guardian and of the student.",
    ),
    FindingCode(
        "class_missing_for_many",
        "error",
        "The class {value}.",
        "Mend this one first: export classes.csv and enrollments.csv from the same school, year and term.",
    ),
    FindingCode(
        "user_missing_for_many",
        "error",
        "The person {value}.",
        "Mend this one first: export users.csv and enrollments.csv from the same school, year and term.",
    ),
    # profile oneroster-1.1: the package
    FindingCode(
        "manifest_missing",
        "error",
        "There is no manifest.csv.",
        "Every package of OneRoster 1.1 has one; it says of each file whether it is absent, bulk or delta.",
    ),
    FindingCode(
        "file_unknown",
        "error",
        "{value} is no file of OneRoster 1.1.",
        "Leave it out of the package; file names are written exactly as in the standard.",
    ),
    FindingCode("file_ignored", "notice", "{value} is no CSV file, and was not looked at.", "Nothing to do."),
    FindingCode(
        "file_name_case",
        "error",
        "{file} must be written {value}.",
        "File names are written exactly as in the standard, capital letters included.",
    ),
    FindingCode(
        "file_in_folder",
        "error",
        "{value} stands in a folder.",
        "Put all files at the root of the package.",
    ),
    FindingCode("file_repeated", "error", "{file} is in the package twice.", "Each file may be there once."),
    FindingCode(
        "archive_name",
        "warning",
        "{file} is a ZIP, and its name does not end with .zip.",
        "Name it so.",
    ),
    FindingCode(
        "file_not_listed",
        "error",
        "{file} is there, and the manifest says that it is absent.",
        "Say bulk or delta in the manifest, or leave the file out.",
    ),
    FindingCode(
        "listed_not_there",
        "error",
        "The manifest says {value}, and the file is not there.",
        "Add the file, or say absent.",
    ),
    FindingCode(
        "there_not_listed",
        "error",
        "The manifest says that {value} is absent, and it is there.",
        "Say bulk or delta, or leave the file out.",
    ),
    FindingCode(
        "rostering_set_incomplete",
        "error",
        "{file} is not part of the package, and a bulk rostering set needs it (there are: {value}).",
        "A bulk set has academicSessions, classes, courses, enrollments, orgs and users.",
    ),
    FindingCode("property_missing", "error", "The manifest has no row {value}.", "Add the row."),
    FindingCode("property_repeated", "error", "The manifest has two rows {value}.", "Leave one of them."),
    FindingCode(
        "property_unknown",
        "error",
        "{value} is no property of a manifest of OneRoster 1.1.",
        "Take the row out, or write the name exactly as in the standard.",
    ),
    FindingCode("property_value", "error", "{value}.", "Write the value exactly as in the standard."),
    FindingCode(
        "mode_differs",
        "warning",
        "The manifest says {value}. The rows win.",
        "Leave status and dateLastModified blank in every row of a bulk file, or call the file delta in the manifest. "
        "What the rows of a delta refer to is not looked for, for it was sent before.",
    ),
    # profile oneroster-1.1: the text of a file
    FindingCode(
        "header_missing",
        "error",
        "{file} has no header: its first line names no column of the standard.",
        "Switch the header row on in the export.",
    ),
    FindingCode(
        "delimiter_not_comma",
        "error",
        "{file} has {value} between its values.",
        "The standard wants commas.",
    ),
    FindingCode("column_repeated", "error", "The column {field} is there twice.", "Leave one of them."),
    FindingCode(
        "column_not_standard",
        "error",
        "There is no column {value} in the standard's {file}.",
        "Header names are written exactly as in the standard; columns of your own are named metadata.… and stand last.",
    ),
    FindingCode(
        "extension_not_last",
        "error",
        "The column {field} stands before a column of the standard.",
        "Columns named metadata.… stand to the right of all others.",
    ),
    FindingCode(
        "standard_column_missing",
        "error",
        "The column {field} is not there.",
        "All columns of the standard are there, the optional ones too; their cells may be blank.",
    ),
    FindingCode(
        "column_order",
        "error",
        "The columns are not in the order of the standard: {value}.",
        "Put them in the order of the standard.",
    ),
    FindingCode(
        "quotation_mark_stray",
        "error",
        "A quotation mark stands in a value that is not in quotes, or is never closed.",
        "Put the whole value in quotes and write each mark in it twice (RFC 4180).",
    ),
    FindingCode(
        "line_break_in_field",
        "error",
        "A value goes on over a line break.",
        "Take the line break out: the standard allows none within a value.",
    ),
    FindingCode("control_character", "error", "A value holds a control character.", "Take it out."),
    FindingCode(
        "byte_not_utf8",
        "error",
        "A value holds bytes that are no UTF-8.",
        "Set the character set of the export to UTF-8.",
    ),
    FindingCode("blank_line", "error", "This line is blank.", "Take it out: every line is a row."),
    FindingCode("blank_line_at_end", "warning", "The file ends with blank lines.", "Take them out."),
    # profile oneroster-1.1: rows and values
    FindingCode("value_missing", "error", "{field} is blank.", "The standard wants a value here."),
    FindingCode(
        "not_blank_in_bulk",
        "error",
        "{field} is filled in, and this is a bulk file.",
        "Leave status and dateLastModified blank in a bulk file; a file holds one mode only.",
    ),
    FindingCode(
        "blank_in_delta",
        "error",
        "{field} is blank, and this is a delta file.",
        "Fill in status and dateLastModified in every row of a delta file; a file holds one mode only.",
    ),
    FindingCode(
        "list_element_blank",
        "error",
        "The list in {field} has an empty element, or blanks around one.",
        "Write the elements with a comma between them and nothing else.",
    ),
    FindingCode(
        "guid_wrong",
        "error",
        '"{value}" is no id as the standard has it.',
        "Up to 255 letters, digits and the characters . - _ / @, without blanks.",
    ),
    FindingCode("date_wrong", "error", '"{value}" is no date.', "Write it as YYYY-MM-DD."),
    FindingCode(
        "datetime_wrong",
        "error",
        '"{value}" is no time as the standard has it.',
        "Write it in UTC with milliseconds and a Z: 2026-09-01T18:25:43.511Z.",
    ),
    FindingCode("year_wrong", "error", '"{value}" is no year.', "Write the year in which the school year ends: YYYY."),
    FindingCode("float_wrong", "error", '"{value}" is no number.', "Write it with digits and a point."),
    FindingCode("integer_wrong", "error", '"{value}" is no whole number.', "Write it with digits alone."),
    FindingCode(
        "user_id_wrong",
        "error",
        '"{value}" is no element of userIds.',
        "Write each as {{type:id}}; several with commas between them, and the cell in quotes.",
    ),
    FindingCode(
        "word_unknown",
        "error",
        '"{value}" is no value that {field} may have.',
        "Write one of the standard's words exactly; capital and small letters count.",
    ),
    FindingCode(
        "reference_unknown",
        "error",
        "{value}.",
        "Add the row that is meant, or correct the id. A bulk set holds everything that it refers to.",
    ),
    FindingCode("reference_type", "error", "{value}.", "Refer to a row of that type."),
    FindingCode("reference_role", "error", "{value}, and a result is a student's.", "Refer to a student."),
    FindingCode("reference_unusual", "warning", "{value}.", "Look whether the right row is meant."),
    FindingCode(
        "subjects_differ",
        "error",
        "The two lists differ in length: {value}.",
        "Where both are given, each subject has its code at the same place.",
    ),
    FindingCode(
        "end_not_after_begin",
        "error",
        "The end is not after the beginning: {value}.",
        "Correct the dates.",
    ),
    FindingCode(
        "outside_the_terms",
        "error",
        "{field} is {value}.",
        "An enrollment lies within the terms of its class.",
    ),
    FindingCode(
        "primary_not_teacher",
        "error",
        "primary is true for the role {value}.",
        "It is for teachers alone.",
    ),
    FindingCode(
        "primary_twice",
        "error",
        "The class {value} has another primary teacher at this time.",
        "One teacher of a class is the primary one.",
    ),
    FindingCode("value_long", "warning", "{field} has {value}.", "A system may cut what goes beyond 255."),
    FindingCode(
        "school_year_differs",
        "warning",
        "schoolYear is {value}.",
        "It is the year in which the school year ends.",
    ),
)

CATALOGUE = {finding.code: finding for finding in _CODES}
"""Every code that a stage may report."""
