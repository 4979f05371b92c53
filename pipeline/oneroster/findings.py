"""The catalogue of findings: for each code its severity, its title, what is wrong, and what to do about it.

A finding is a problem with a row or a file. Its message may use {value}, {field}, {file} and {sourced_id}. The title
and the cure are for the district: short, without commands. `operator` is what the person who runs Rollcall can do.
`refuses`: the whole delivery is rejected, and the current roster is kept.
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
    title: str
    message: str
    cure: str
    refuses: bool = False
    operator: str = ""
    """What the person who runs Rollcall can do about it, with the command; never shown to a district."""


ELSEWHERE = "files_in_dated_folder"
"""The finding of a night without files that says where they may be."""

NO_ACTION = "No action needed."
"""The whole cure of a finding that is only for the record."""

_CODES = (
    # the delivery
    FindingCode(
        "file_missing",
        "error",
        "File is missing",
        "{file} is missing.",
        "Send all three files every night: users.csv, classes.csv and enrollments.csv.",
        refuses=True,
    ),
    # the file
    FindingCode(
        "file_empty",
        "error",
        "File is empty",
        "{file} is empty (0 bytes).",
        "Check the export job for this file: it ran but wrote nothing.",
        refuses=True,
    ),
    FindingCode(
        "header_only",
        "error",
        "File has no rows",
        "{file} has a header but no rows.",
        "Check the school and the filters that the export job uses: nothing matched them.",
        refuses=True,
    ),
    FindingCode(
        "no_rows",
        "warning",
        "File has no rows yet",
        "{file} has a header but no rows. Nothing was changed because of it.",
        "Nothing to do while schedules are still being built, or if you do not use this file. Otherwise check the "
        "school and the filters that the export job uses.",
    ),
    FindingCode(
        "not_csv",
        "error",
        "File is not a CSV file",
        "{file} is not a CSV file: {value}.",
        "Export it again as comma-separated text with a header row.",
        refuses=True,
    ),
    FindingCode(
        "line_above_header",
        "error",
        "Header is not on the first line",
        "In {file}, {value}.",
        "Remove the lines above the header, or turn titles off in the export. The first line must have the column "
        "names.",
        refuses=True,
    ),
    FindingCode(
        "file_misnamed",
        "error",
        "File has another name",
        "{file} may have been sent under another name: {value}.",
        "Name it exactly {file}.",
    ),
    FindingCode(
        "label_unknown",
        "warning",
        "Column has another name",
        "{file} has no column {field}, but a column {value}, which may be meant. It was not read.",
        "Name the column {field} in the export.",
    ),
    FindingCode(
        "quotation_mark_open",
        "error",
        "Quotation mark is not closed",
        "A quotation mark in this row is never closed, or is where none may be: {value}, so its values cannot be "
        "matched to the columns.",
        "Close the quotation mark, or remove it. Within a value, write it twice.",
    ),
    FindingCode(
        "not_utf8",
        "error",
        "File is not UTF-8 text",
        "{file} is not UTF-8 text. The first invalid byte is {value}.",
        "Set the export's character set to UTF-8.",
        refuses=True,
    ),
    FindingCode(
        "column_missing",
        "error",
        "Required column is missing",
        "{file} has no column {field}. Its columns are: {value}.",
        "Add the column to the export, with this name as its label.",
        refuses=True,
    ),
    FindingCode(
        "column_twice",
        "error",
        "Two columns mean the same thing",
        "{file} has two columns that both mean {field}: {value}.",
        "Remove one of them from the export.",
        refuses=True,
    ),
    FindingCode(
        "delta_read",
        "notice",
        "File has only changes",
        "{file} is a delta: {value}. What it does not name stays as it is.",
        NO_ACTION,
    ),
    FindingCode(
        "delta_first",
        "error",
        "Changes came before the whole roster",
        "{file} has only changes (a delta), and there is no roster yet that they could be applied to.",
        "Send the whole roster once (bulk). Changes can follow from then on.",
        refuses=True,
    ),
    FindingCode(
        "changes_only",
        "error",
        "File may have only changes, not the whole roster",
        "Every row of {file} has a status and a date of change, as a delta file has them, and the file has {value}. Is "
        "it the whole roster, or only what changed?",
        "Say which of the two it is. A delta should have a manifest.csv that says so.",
        refuses=True,
        operator="`reading.mode` in the district's settings says it: `bulk` (the whole roster) or `delta` (changes).",
    ),
    FindingCode(
        "manifest_delta",
        "error",
        "Manifest announces changes only",
        "{file} says that this delivery has only changes ({value}), and the settings say that it is the whole roster.",
        "Export the whole roster every night (bulk), or ask for the setting to be changed.",
        refuses=True,
        operator="`reading.mode: auto` in the district's settings believes the manifest.",
    ),
    FindingCode(
        "format_not_read",
        "error",
        "Files are in a format that is not read",
        "These files cannot be read: {value}.",
        "The finding says what to export instead.",
        refuses=True,
    ),
    FindingCode(
        "format_read",
        "notice",
        "Files are in another format",
        "The files are {value}.",
        NO_ACTION,
    ),
    FindingCode(
        "role_user_unknown",
        "warning",
        "Role of an unknown person",
        "The person {value} is not in users.csv, so this role was ignored.",
        "Export users.csv and roles.csv together.",
    ),
    FindingCode(
        "contacts_not_chosen",
        "notice",
        "Contacts were left out",
        "Some contacts are of types or relationships that the settings leave out: {value}.",
        NO_ACTION,
        operator="`guardians: {contact_types: [...], contact_relationships: [...]}` in the settings chooses others.",
    ),
    FindingCode(
        "ids_apart",
        "warning",
        "One id belongs to several people",
        "Some ids are in several files, for people who were taken as different: {value}.",
        "No action needed. The same person under one id in both files would be two people here.",
    ),
    FindingCode(
        "version_not_read",
        "warning",
        "Files are of another version of OneRoster",
        "{file} says that these files are OneRoster {value}. The files look like version 1.1, and were read as that.",
        "Choose OneRoster 1.1 in the export, or 1.2 with roles.csv.",
    ),
    FindingCode(
        "no_school_matches",
        "error",
        "No school matches",
        "None of the schools in {file} takes part ({value}).",
        "Compare the school ids in the export with those in the district's settings. They must be identical, leading "
        "zeros included.",
        refuses=True,
    ),
    FindingCode(
        "zeros_missing",
        "error",
        "Leading zeros of the school ids are missing",
        "None of the schools in {file} takes part, because the ids have lost their leading zeros ({value}).",
        "Send the export as it comes out of the student information system. A spreadsheet, such as Excel, removes the "
        "zeros: do not open the export in one.",
        refuses=True,
    ),
    FindingCode(
        "no_row_accepted",
        "error",
        "File has no usable rows",
        "{file} has no usable rows.",
        "Fix the errors that are listed for its rows.",
        refuses=True,
    ),
    FindingCode(
        "no_student_usable",
        "error",
        "No student can be used",
        "None of the students in {file} can be used.",
        "Fix the errors that are listed for their rows.",
        refuses=True,
    ),
    FindingCode(
        "most_rows_unusable",
        "error",
        "Most people cannot be used",
        "{value} in {file} cannot be used. A file of which more than half is missing is no roster.",
        "Fix the errors that are listed for its rows.",
        refuses=True,
    ),
    FindingCode(
        "file_cut_off",
        "error",
        "File is cut off",
        "{file} ends in the middle of this row ({value}), so the upload was probably interrupted.",
        "Send the whole file again. Half a file says nothing about the people and classes that are missing from it.",
        refuses=True,
    ),
    FindingCode(
        "further_file_cut_off",
        "error",
        "Optional file is cut off",
        "{file} ends in the middle of this row ({value}), so the upload was probably interrupted.",
        "Send the whole file again. Its rows were used; nothing is removed because it is missing from the file.",
    ),
    FindingCode(
        "end_without_line_end",
        "warning",
        "Last line has no line end",
        "The last line of {file} has no line end.",
        "No action needed if the export never writes one. Otherwise check that its last row is complete.",
    ),
    FindingCode(
        "column_unknown",
        "notice",
        "Column is not used",
        "{file} has a column that is not used: {value}.",
        NO_ACTION,
    ),
    FindingCode(
        "guardians_not_linked",
        "warning",
        "Contacts cannot be linked to students",
        "{file} has no column {field}, so contacts cannot be linked to students.",
        "Add the column to the export.",
    ),
    FindingCode(
        "password_dropped",
        "warning",
        "File has a password column",
        "{file} has a password column. It was not read.",
        "Remove the column from the export. Passwords are not needed here.",
    ),
    # the row
    FindingCode(
        "field_count",
        "error",
        "Row has the wrong number of values",
        "This row has {value}, so its values cannot be matched to the columns.",
        "A value probably contains a comma or a stray quotation mark. Remove it, or export with quotes around values.",
    ),
    FindingCode(
        "row_too_long",
        "error",
        "Row is too long",
        "This row has {value}.",
        "A quotation mark is probably never closed, so that the rows that follow are taken for one value. Close it.",
    ),
    FindingCode(
        "line_break_in_value",
        "warning",
        "Value continues on the next line",
        "A value in quotes continues on the next line.",
        "Remove the line break from the value. If there is none, this row has one quotation mark too many.",
    ),
    FindingCode(
        "key_missing",
        "error",
        "Row has no sourcedId",
        "This row has no sourcedId.",
        "Give every person and every class an id.",
    ),
    FindingCode(
        "id_repeated",
        "error",
        "Same id in more than one row",
        "The {field} {value} appears in more than one row.",
        "Give each record its own id. Until then, the record that already has this id is left unchanged.",
    ),
    FindingCode(
        "row_repeated",
        "warning",
        "Row is a duplicate",
        "This row repeats another one.",
        "It was counted once. Check the export for a join that duplicates rows.",
    ),
    FindingCode(
        "rows_differ",
        "warning",
        "Rows of one person differ",
        "The rows of this person say different things: {value}.",
        "They were read as one person, with the schools of all rows. Where they differ, the row with the most values "
        "counts. Make the rows the same in the student information system.",
    ),
    FindingCode(
        "role_missing", "error", "Role is blank", "This row has no role.", "Add a role such as student or teacher."
    ),
    FindingCode(
        "role_unknown",
        "error",
        "Role is not recognized",
        'The role "{value}" is not recognized.',
        "In users.csv, use student, parent, guardian, relative, teacher, aide, proctor or administrator. "
        "In enrollments.csv, use student, teacher, aide, proctor or administrator.",
    ),
    FindingCode(
        "flag_unknown",
        "warning",
        "A flag of a contact cannot be read",
        'The value "{value}" of {field} cannot be read.',
        "Use true or false, and a number for priority. Until then, existing links of the contact are kept.",
    ),
    FindingCode(
        "name_missing",
        "error",
        "Person has no name",
        "This person has neither a given name nor a family name.",
        "Enter the person's name, or remove the contact.",
    ),
    FindingCode(
        "school_missing",
        "error",
        "School is blank",
        "This row does not name a school.",
        "Fill in {field}. If a single school sends these files, ask for the district's scope to be set to school.",
    ),
    FindingCode(
        "status_inactive",
        "warning",
        "Status is not active",
        'The status of this row is "{value}", so its record counts as no longer in the files.',
        "No action needed if that is so. A whole roster need not have the row at all.",
    ),
    FindingCode(
        "status_unknown",
        "error",
        "Status is not recognized",
        'The status "{value}" is not recognized.',
        "Use active, inactive or tobedeleted, or leave the column out. Until then, the record is left unchanged.",
    ),
    FindingCode(
        "not_active",
        "warning",
        "Enrollments of people or classes that are not active",
        "Some enrollments were left out, because the row of their person or class says that it is not active: {value}.",
        "Leave them out of the export, or correct the status.",
    ),
    FindingCode(
        "school_unreadable",
        "error",
        "List of schools cannot be read",
        "The list of schools in {field} cannot be read.",
        "Write school ids with commas between them. Until then, the person who already has this id is left unchanged.",
    ),
    FindingCode(
        "title_made",
        "warning",
        "Classes have no title",
        "Some classes have no title and were named after their course, their code, or their teacher and grade: "
        "{value}.",
        "No action needed. To choose the names yourself, give the classes titles.",
    ),
    FindingCode(
        "dates_turned",
        "warning",
        "Enrollments end before they begin",
        "Some enrollments have an end date before their begin date: {value}.",
        "Correct the dates in the student information system.",
    ),
    FindingCode(
        "class_missing", "error", "Class is blank", "This row does not name a class.", "Fill in classSourcedId."
    ),
    FindingCode(
        "user_missing", "error", "Person is blank", "This row does not name a person.", "Fill in userSourcedId."
    ),
    FindingCode(
        "class_unknown",
        "error",
        "Class is not in classes.csv",
        "The class {value} is not in classes.csv.",
        "Export classes.csv and enrollments.csv for the same schools, year and term.",
    ),
    FindingCode(
        "user_unknown",
        "error",
        "Person is not in users.csv",
        "The person {value} is not in users.csv.",
        "Export users.csv and enrollments.csv for the same schools, year and term.",
    ),
    FindingCode(
        "class_rejected",
        "error",
        "The class has an error in classes.csv",
        "The class {value} was rejected because its row in classes.csv has an error.",
        "Fix the row of the class in classes.csv. Its enrollments will then be accepted.",
    ),
    FindingCode(
        "user_rejected",
        "error",
        "The person has an error in users.csv",
        "The person {value} was rejected because their row in users.csv has an error.",
        "Fix the row of the person in users.csv. Their enrollments will then be accepted.",
    ),
    FindingCode(
        "user_is_contact",
        "error",
        "A contact is enrolled in a class",
        "{value} is a parent, guardian or relative in users.csv and cannot be enrolled in a class.",
        "Correct the role in users.csv, or remove the enrollment.",
    ),
    FindingCode(
        "agent_student_unknown",
        "warning",
        "Contact's student is not in users.csv",
        "The student {value} of this contact is not in users.csv.",
        "Export contacts of current students only.",
    ),
    FindingCode(
        "agent_contact_unknown",
        "warning",
        "Student's contact is not in users.csv",
        "The contact {value} of this student is not in users.csv.",
        "Export contacts together with their students.",
    ),
    # guardians
    FindingCode(
        "links_one_way",
        "notice",
        "Contact and student are linked from one side only",
        "Some contacts and students are linked from one side only: {value}.",
        "No action needed: one side is enough. To clean this up, export agentSourcedIds for contacts and for students.",
    ),
    FindingCode(
        "bar_unknown",
        "error",
        "No-contact flag is not yes or no",
        'The no-contact flag "{value}" is neither yes nor no.',
        "Use true or false. Until then, this row links no one, and an existing link is kept.",
    ),
    FindingCode(
        "contact_barred",
        "notice",
        "Contact is barred from a student",
        "This contact is never linked to the student {value}.",
        "No action needed. If this is wrong, remove the no-contact or custody flag in the student information system.",
        operator="If someone blocked the two by hand, `rollcall unblock` ends that block.",
    ),
    FindingCode(
        "contact_is_oneself",
        "notice",
        "A student is named as the student's own contact",
        "This student is named as a contact of {value}, who is the same person, so no link was made.",
        "No action needed.",
    ),
    FindingCode(
        "bar_not_matched",
        "error",
        "No-contact flag names an unknown student",
        "The no-contact flag is about the student {value}, who is not in users.csv, so it has no effect.",
        "Correct the student's id in the student information system today: the flag does not protect anyone yet.",
        operator="Until the files are right, `rollcall block` with the ids of users.csv keeps the two apart.",
    ),
    FindingCode(
        "barred_twin",
        "error",
        "Guardian may be a barred contact",
        "This guardian has a name near that of a contact who is barred from the student, or the same email or mobile "
        "number: {value}.",
        "Check today whether the two are the same person. If they are, set the no-contact flag for this id too.",
        operator="`rollcall block` bars this id at once, without waiting for the files. If they are two people, "
        "`rollcall unblock` with the ids of this guardian and the student says so.",
    ),
    FindingCode(
        "guardian_unreachable",
        "warning",
        "Guardian has no email or phone number",
        "This guardian has neither an email address nor a phone number.",
        "Add one in the student information system. Until then, this person cannot be reached.",
    ),
    FindingCode(
        "student_without_guardian",
        "notice",
        "Student without a guardian",
        "This student has no guardian.",
        "Check the student's contacts in the student information system. The Guardians section of the report lists "
        "why contacts were not linked.",
        operator="`rollcall trace` shows why each contact of a student is not a guardian.",
    ),
    FindingCode(
        "guardians_many",
        "warning",
        "Student has many guardians",
        "This student has {value}.",
        "Check whether all of them are guardians.",
        operator="`guardians.most_per_student` in the district's settings keeps only the first ones.",
    ),
    FindingCode(
        "contact_shared",
        "notice",
        "Guardians share contact details",
        "Some guardians share the same {field}: {value}.",
        "No action needed: families may share them.",
    ),
    FindingCode(
        "same_person",
        "notice",
        "Probably the same person under two ids",
        "This contact is probably the same person as {value}.",
        "If so, merge the two contacts in the student information system.",
    ),
    FindingCode(
        "staff_is_guardian",
        "notice",
        "Probably both staff and guardian",
        "This person is probably both a staff member and a guardian. The other id is {value}.",
        "No action needed: both records are kept. Name, email and phone should be the same in both.",
    ),
    # the comparison with the roster
    FindingCode(
        "id_moved",
        "warning",
        "A known person has a new id",
        "{sourced_id} is the person who had the id {value}: the name, the number or address, and the family are the "
        "same. The record was kept and now has the new id.",
        "No action needed if the id was changed on purpose. Otherwise send the old id again.",
    ),
    FindingCode(
        "newcomer_known",
        "warning",
        "A new id of a person who is probably known",
        "{sourced_id} is probably the person with the id {value}, which is missing from the files. The new record was "
        "not added, and the old one was kept.",
        "Send the old id again. If the id was changed on purpose, say so.",
    ),
    FindingCode(
        "identity_changed",
        "warning",
        "A known id with another person's name",
        "Under the id {sourced_id}, the file names someone else than before. Nothing that the files say about this id "
        "was applied.",
        "Check whether the id was given to another person, or say that it is the same person with a new name.",
    ),
    FindingCode(
        "id_exchanged",
        "warning",
        "A known id with the data of another record",
        "Under the id {sourced_id}, the file has the name and other data of the person with the id {value}. Nothing "
        "that the files say about this id was applied.",
        "Check the ids of these two people.",
    ),
    FindingCode(
        "name_changed",
        "warning",
        "A known person has an entirely new name",
        "{sourced_id} has another given name and another family name than before, but the number, an address or the "
        "family is the same. The new name was applied.",
        "Check that the id was not given to another person.",
    ),
    # the set
    FindingCode(
        "archive_refused",
        "error",
        "ZIP cannot be opened",
        "{file} cannot be opened: {value}.",
        "Send a plain ZIP that contains only the CSV files and has no password.",
        refuses=True,
    ),
    FindingCode(
        "archive_ignored",
        "warning",
        "ZIP was ignored",
        "{file} was ignored because the three CSV files were also sent separately. Those were used.",
        "Send either the ZIP or the separate files.",
    ),
    FindingCode(
        "several_matches",
        "warning",
        "Several files could be the same one",
        "More than one file could be {file}: {value}.",
        "Leave only one of them in the folder, or ask for a file name pattern in the district's settings (files).",
    ),
    FindingCode(
        "pattern_shared",
        "warning",
        "A file name fits two patterns",
        "{value}. It was taken for {file}.",
        "Ask for file name patterns in the district's settings (files) that fit one file each.",
    ),
    FindingCode(
        "file_older",
        "warning",
        "File is from an earlier night",
        "{file} is from an earlier night: {value}.",
        "Check that its export job still runs. All files of a delivery should come from the same night.",
    ),
    FindingCode(
        "file_kept",
        "notice",
        "File is not used",
        "{file} was received and stored. It is not used.",
        NO_ACTION,
    ),
    FindingCode(
        "file_in_subfolder",
        "warning",
        "File is in a folder inside the ZIP",
        "{file} is in a folder inside the ZIP ({value}).",
        "Put the files at the top level of the ZIP.",
    ),
    FindingCode(
        ELSEWHERE,
        "warning",
        "Files may be in a folder of their own",
        "None of the files is in the drop folder, but it has a folder {value}: they may be in that.",
        "Upload the files into the drop folder itself, under the same names every night.",
    ),
    # the text of a file, where it is forgiven
    FindingCode(
        "encoding_not_utf8",
        "warning",
        "File is not UTF-8 and was converted",
        "{file} is not UTF-8 text. It was read as {value}.",
        "Set the export's character set to UTF-8, and check that names with accents look right.",
    ),
    FindingCode(
        "invisible_characters",
        "warning",
        "Characters that cannot be seen",
        "Some cells of {file} contain characters that cannot be seen, such as zero-width spaces or tabs: {value}.",
        "No action needed: they were removed. To clean this up, remove what adds them to the export.",
    ),
    FindingCode(
        "opened_in_spreadsheet",
        "warning",
        "File was opened and saved in a spreadsheet",
        "{file} was opened and saved in a spreadsheet, such as Excel, which changes values: {value}.",
        "Send the export as it comes out of the student information system, without opening it in a spreadsheet. What "
        "was only marked was read without the marks. What was changed was ignored, and what is known was kept.",
    ),
    FindingCode(
        "decimals_removed",
        "warning",
        "Whole numbers end with .0",
        "Some whole numbers in {file} end with .0, as pandas and other programs write a column with blank cells: "
        "{value}.",
        "No action needed: the .0 was removed. To clean this up, let the program that writes the file take ids and "
        "numbers as text.",
    ),
    FindingCode(
        "backslashes_read",
        "warning",
        "Quotation marks with a backslash",
        "Some cells of {file} have a backslash before a quotation mark: {value}.",
        "No action needed: the backslashes were removed. In CSV, a quotation mark within a value is written twice.",
    ),
    FindingCode(
        "line_ends_mixed",
        "notice",
        "Line ends are mixed",
        "Some lines of {file} end with LF and some with CR LF.",
        NO_ACTION,
    ),
    FindingCode(
        "labels_mapped",
        "notice",
        "Column names recognized",
        "Some column names in {file} differ from the standard and were recognized: {value}.",
        "No action needed. To clean this up, remove the prefixes from the labels in the export.",
    ),
    FindingCode(
        "file_not_usable",
        "warning",
        "Optional file cannot be used",
        "{file} cannot be used: {value}.",
        "Send it again. The rest of the delivery was used without it.",
    ),
    FindingCode(
        "row_mended",
        "warning",
        "Comma without quotes was repaired",
        "A value of {field} contains a comma but has no quotes around it. The row could be read in only one way: "
        "{value}.",
        "Remove the comma, or export with quotes around values.",
    ),
    FindingCode(
        "empty_field_at_end",
        "warning",
        "Rows end with an extra delimiter",
        "{file} has one extra empty value at the end of its rows.",
        "Remove the delimiter at the end of the rows.",
    ),
    FindingCode(
        "blank_cells_at_end",
        "warning",
        "Rows end with blank values too many or too few",
        "Some rows of {file} have too many or too few blank values at their end: {value}.",
        "No action needed: the rows were read. A spreadsheet writes such rows; send the export as it comes out of the "
        "student information system.",
    ),
    FindingCode(
        "line_break_kept",
        "notice",
        "Line break kept as part of a value",
        "A value contains a line break. It was kept as part of the value.",
        NO_ACTION,
    ),
    FindingCode(
        "quotation_marks_kept",
        "warning",
        "Value starts with a quotation mark",
        "Some values start with a quotation mark and do not end with one. They were kept as sent: {value}.",
        "If the mark is not part of the value, set the export to put quotes around every value, or around none.",
    ),
    # leniencies of the profile connect, counted once per kind and file
    FindingCode(
        "values_padded",
        "warning",
        "Extra spaces around values",
        "Some values have extra spaces around them: {value}.",
        "No action needed: the spaces were removed.",
    ),
    FindingCode(
        "words_in_other_case",
        "warning",
        "Roles in capital letters",
        "Some roles are written with capital letters: {value}.",
        "No action needed: they were read in lower case, as the standard has them.",
    ),
    FindingCode(
        "placeholders_blank",
        "warning",
        "Placeholders read as blank",
        "Some cells contain a placeholder such as -- or Not Set: {value}.",
        "No action needed: they were read as blank. It is better to leave such cells empty in the export.",
    ),
    FindingCode(
        "flags_mapped",
        "warning",
        "Flags not written as true or false",
        "Some flags are not written as true or false: {value}.",
        "No action needed: 1, Y, yes and TRUE were read as true; 0, N, no and FALSE as false.",
    ),
    FindingCode(
        "letters_garbled",
        "warning",
        "Letters are garbled",
        "Some names seem to have lost letters, such as JosÃ© for José, Jos? or O&#39;Brien for O'Brien: {value}.",
        "Set the export's character set to UTF-8. A name that is already known was kept; others were taken as sent.",
    ),
    FindingCode(
        "users_disabled",
        "warning",
        "People are marked as not enabled",
        "Some people are marked as not enabled (enabledUser): {value}.",
        "They were read like all others. Leave out of the export whoever must not have access.",
    ),
    FindingCode(
        "answers_unknown",
        "warning",
        "Values are neither yes nor no",
        "Some values of {field} are neither yes nor no: {value}.",
        "Use true or false. Until then, existing values are kept.",
    ),
    FindingCode(
        "dates_mapped",
        "warning",
        "Dates in another format",
        "Some dates are not written as YYYY-MM-DD: {value}.",
        "No action needed if they were read right. Otherwise write dates as YYYY-MM-DD.",
    ),
    FindingCode(
        "date_unknown",
        "warning",
        "Dates cannot be read",
        "Some values are not dates and were ignored: {value}.",
        "Write dates as YYYY-MM-DD.",
    ),
    FindingCode(
        "grades_mapped",
        "warning",
        "Grades in another format",
        "Some grades are not written as in the standard: {value}.",
        "No action needed: they were converted to the standard's codes (KG, 01 to 12 and so on).",
    ),
    FindingCode(
        "grades_unknown",
        "notice",
        "Grades are not standard codes",
        "Some grades are not among the standard's codes: {value}.",
        "No action needed: they were kept as sent.",
    ),
    FindingCode(
        "quotes_doubled",
        "warning",
        "Lists have two layers of quotes",
        "Some lists have two layers of quotation marks: {value}.",
        "No action needed: both were removed. Let either the export or the query add the quotes, not both.",
    ),
    FindingCode(
        "lists_mapped",
        "warning",
        "Lists are not separated by commas",
        "Some lists of ids are not written with commas between the ids: {value}.",
        "No action needed: they were read. The standard has a comma between two ids, and the whole list in quotes.",
    ),
    FindingCode(
        "list_unknown",
        "warning",
        "Lists of contacts cannot be read",
        "Some lists of ids cannot be read, and what they link is kept as it is: {value}.",
        "Write a comma between two ids, and the whole list in quotes.",
    ),
    FindingCode(
        "emails_mapped",
        "warning",
        "Email addresses with something around them",
        "Some email addresses have marks, a name or mailto: around them: {value}.",
        "No action needed: the addresses alone were read.",
    ),
    FindingCode(
        "other_stints",
        "warning",
        "Several enrollments of a person in a class",
        "Some people have more than one enrollment in a class, with other dates: {value}.",
        "No action needed: the enrollment of today counts, else the next, else the last.",
    ),
    FindingCode(
        "enrollments_dropped",
        "warning",
        "Dropped enrollments ignored",
        "Enrollments with a negative class or id are dropped enrollments. They were ignored: {value}.",
        "No action needed. It is better to leave dropped enrollments out of the export.",
    ),
    FindingCode(
        "email_wrong",
        "warning",
        "Email addresses are not valid",
        "Some values are not valid email addresses and were ignored: {value}. Existing addresses are kept.",
        "Correct the addresses in the student information system.",
    ),
    FindingCode(
        "phone_wrong",
        "warning",
        "Phone numbers are not valid",
        "Some values are not valid phone numbers and were ignored: {value}. Existing numbers are kept.",
        "Correct the numbers in the student information system. Include the area code.",
    ),
    FindingCode(
        "language_unknown",
        "notice",
        "Languages are not recognized",
        "Some languages are not recognized and were kept as sent: {value}.",
        NO_ACTION,
    ),
    FindingCode(
        "school_twin",
        "warning",
        "School id is almost the same as another one",
        "School {value}.",
        "Send the school ids as the student information system has them, leading zeros included. A spreadsheet removes "
        "the zeros: do not open the export in one.",
    ),
    FindingCode(
        "school_aside",
        "notice",
        "School does not take part",
        "School {value}.",
        "No action needed, unless this school should take part. Then ask to have it added to the settings.",
    ),
    FindingCode(
        "school_removed",
        "warning",
        "School is no longer in the settings",
        "School {value}.",
        "If the school no longer takes part, ask for an approval: its people and classes are then archived. Otherwise "
        "ask to have it put back into the settings.",
        operator="A school that takes part is listed under `schools` in the district's settings.",
    ),
    FindingCode(
        "school_silent",
        "warning",
        "School of the settings is not in the files",
        "School {value}.",
        "Check whether the school is still selected in the export. If it no longer takes part, ask to have it taken "
        "out of the settings.",
    ),
    FindingCode(
        "further_key_missing",
        "error",
        "Contact or student is blank",
        "This row does not name both a contact and a student.",
        "Fill in the ids of the contact or guardian and of the student.",
    ),
    FindingCode(
        "class_missing_for_many",
        "error",
        "A missing class affects many rows",
        "The class {value}.",
        "Fix this first: export classes.csv and enrollments.csv for the same schools, year and term. If only leading "
        "zeros are missing, a spreadsheet removed them: do not open the export in one.",
    ),
    FindingCode(
        "ids_differ",
        "error",
        "Ids differ only in leading zeros or capital letters",
        "Some ids in {field} are those of another file but for leading zeros or the case of letters: {value}.",
        "Fix this first: send all files as they come out of the student information system. A spreadsheet, such as "
        "Excel, removes leading zeros: do not open an export in one.",
    ),
    FindingCode(
        "user_missing_for_many",
        "error",
        "A missing person affects many rows",
        "The person {value}.",
        "Fix this first: export users.csv and enrollments.csv for the same schools, year and term. If only leading "
        "zeros are missing, a spreadsheet removed them: do not open the export in one.",
    ),
    # profile oneroster-1.1: the package
    FindingCode(
        "manifest_missing",
        "error",
        "manifest.csv is missing",
        "manifest.csv is missing.",
        "Add it. Every OneRoster 1.1 package has one that says for each file whether it is absent, bulk or delta.",
    ),
    FindingCode(
        "file_unknown",
        "error",
        "Not a OneRoster file",
        "{value} is not a OneRoster 1.1 file.",
        "Remove it from the package, or rename it exactly as in the standard.",
    ),
    FindingCode("file_ignored", "notice", "File was ignored", "{value} is not a CSV file and was ignored.", NO_ACTION),
    FindingCode(
        "file_name_case",
        "error",
        "File name has the wrong capital letters",
        "{file} must be named {value}.",
        "Write file names exactly as in the standard, capital letters included.",
    ),
    FindingCode(
        "file_in_folder",
        "error",
        "File is in a folder",
        "{value} is in a folder.",
        "Put all files at the top level of the package.",
    ),
    FindingCode(
        "file_repeated",
        "error",
        "File is in the package twice",
        "{file} is in the package twice.",
        "Remove one of the two.",
    ),
    FindingCode(
        "archive_name",
        "warning",
        "ZIP has no .zip in its name",
        "{file} is a ZIP, but its name does not end with .zip.",
        "Add .zip to its name.",
    ),
    FindingCode(
        "file_not_listed",
        "error",
        "File is marked absent but was sent",
        "{file} was sent, but the manifest says that it is absent.",
        "Write bulk or delta for it in the manifest, or do not send the file.",
    ),
    FindingCode(
        "listed_not_there",
        "error",
        "Manifest lists a file that is missing",
        "The manifest says {value}, but the file is missing.",
        "Add the file, or write absent in the manifest.",
    ),
    FindingCode(
        "there_not_listed",
        "error",
        "Manifest marks a file absent that was sent",
        "The manifest says that {value} is absent, but it was sent.",
        "Write bulk or delta in the manifest, or do not send the file.",
    ),
    FindingCode(
        "rostering_set_incomplete",
        "error",
        "Bulk rostering set is incomplete",
        "{file} is missing from the package. A bulk rostering set needs it (the package has: {value}).",
        "Add the file. A bulk set has academicSessions, classes, courses, enrollments, orgs and users.",
    ),
    FindingCode(
        "property_missing",
        "error",
        "Manifest row is missing",
        "The manifest has no row {value}.",
        "Add the row.",
    ),
    FindingCode(
        "property_repeated",
        "error",
        "Manifest row appears twice",
        "The manifest has two rows {value}.",
        "Remove one of them.",
    ),
    FindingCode(
        "property_unknown",
        "error",
        "Manifest row is not in the standard",
        "{value} is not a property of a OneRoster 1.1 manifest.",
        "Remove the row, or write the name exactly as in the standard.",
    ),
    FindingCode(
        "property_value",
        "error",
        "Manifest value is not allowed",
        "{value}.",
        "Write the value exactly as in the standard.",
    ),
    FindingCode(
        "mode_differs",
        "warning",
        "Manifest and rows disagree about bulk or delta",
        "The manifest says {value}. The rows were believed.",
        "Leave status and dateLastModified blank in every row of a bulk file, or write delta for the file in the "
        "manifest. References in a delta file are not checked, because the rows they name were sent before.",
    ),
    # profile oneroster-1.1: the text of a file
    FindingCode(
        "header_missing",
        "error",
        "Header is missing",
        "{file} has no header: its first line has none of the standard's column names.",
        "Turn on the header row in the export.",
    ),
    FindingCode(
        "delimiter_not_comma",
        "error",
        "Values are not separated by commas",
        "{file} has {value} between its values.",
        "Use commas, as the standard requires.",
    ),
    FindingCode(
        "column_repeated", "error", "Column appears twice", "The column {field} appears twice.", "Remove one of them."
    ),
    FindingCode(
        "column_not_standard",
        "error",
        "Column is not in the standard",
        "The standard's {file} has no column {value}.",
        "Write column names exactly as in the standard. Name your own columns metadata.… and put them last.",
    ),
    FindingCode(
        "extension_not_last",
        "error",
        "Added column comes too early",
        "The column {field} comes before a column of the standard.",
        "Put columns named metadata.… to the right of all others.",
    ),
    FindingCode(
        "standard_column_missing",
        "error",
        "Column of the standard is missing",
        "The column {field} is missing.",
        "Add it. Every column of the standard is required; the cells of optional columns may be blank.",
    ),
    FindingCode(
        "column_order",
        "error",
        "Columns are in the wrong order",
        "The columns are not in the standard's order: {value}.",
        "Put them in the order of the standard.",
    ),
    FindingCode(
        "quotation_mark_stray",
        "error",
        "Stray quotation mark",
        "A value without quotes contains a quotation mark, or a quotation mark is never closed.",
        "Put the whole value in quotes and write each quotation mark in it twice (RFC 4180).",
    ),
    FindingCode(
        "line_break_in_field",
        "error",
        "Line break inside a value",
        "A value contains a line break.",
        "Remove the line break: the standard does not allow one in a value.",
    ),
    FindingCode(
        "control_character",
        "error",
        "Control character in a value",
        "A value contains a control character.",
        "Remove it.",
    ),
    FindingCode(
        "byte_not_utf8",
        "error",
        "Value is not UTF-8 text",
        "A value contains bytes that are not UTF-8.",
        "Set the export's character set to UTF-8.",
    ),
    FindingCode(
        "blank_line", "error", "Blank line", "This line is blank.", "Remove it: every line must be a row of data."
    ),
    FindingCode(
        "blank_line_at_end", "warning", "Blank lines at the end", "The file ends with blank lines.", "Remove them."
    ),
    # profile oneroster-1.1: rows and values
    FindingCode(
        "value_missing",
        "error",
        "Required value is blank",
        "{field} is blank.",
        "Fill it in: the standard requires it.",
    ),
    FindingCode(
        "not_blank_in_bulk",
        "error",
        "Value must be blank in a bulk file",
        "{field} is filled in, but this is a bulk file.",
        "Leave status and dateLastModified blank in a bulk file. A file is either all bulk or all delta.",
    ),
    FindingCode(
        "blank_in_delta",
        "error",
        "Value is required in a delta file",
        "{field} is blank, but this is a delta file.",
        "Fill in status and dateLastModified in every row of a delta file. A file is either all bulk or all delta.",
    ),
    FindingCode(
        "list_element_blank",
        "error",
        "List has an empty entry or extra spaces",
        "The list in {field} has an empty entry, or spaces around an entry.",
        "Separate the entries with a comma and nothing else.",
    ),
    FindingCode(
        "guid_wrong",
        "error",
        "Id is not valid",
        '"{value}" is not a valid id.',
        "Use up to 255 letters, digits and the characters . - _ / @, without spaces.",
    ),
    FindingCode("date_wrong", "error", "Date is not valid", '"{value}" is not a date.', "Write it as YYYY-MM-DD."),
    FindingCode(
        "datetime_wrong",
        "error",
        "Date and time are not valid",
        '"{value}" is not a date and time in the standard\'s format.',
        "Write it in UTC with milliseconds and a Z: 2026-09-01T18:25:43.511Z.",
    ),
    FindingCode(
        "year_wrong",
        "error",
        "Year is not valid",
        '"{value}" is not a year.',
        "Write the year in which the school year ends, as YYYY.",
    ),
    FindingCode(
        "float_wrong",
        "error",
        "Number is not valid",
        '"{value}" is not a number.',
        "Write it with digits and a decimal point.",
    ),
    FindingCode(
        "integer_wrong",
        "error",
        "Whole number is not valid",
        '"{value}" is not a whole number.',
        "Write it with digits only.",
    ),
    FindingCode(
        "user_id_wrong",
        "error",
        "Entry in userIds is not valid",
        '"{value}" is not a valid entry of userIds.',
        "Write each entry as {{type:id}}. Separate several with commas, and put the cell in quotes.",
    ),
    FindingCode(
        "word_unknown",
        "error",
        "Value is not one of the standard's words",
        '"{value}" is not allowed in {field}.',
        "Use one of the standard's words exactly, capital letters included.",
    ),
    FindingCode(
        "reference_unknown",
        "error",
        "Id refers to a row that is missing",
        "{value}.",
        "Add the missing row, or correct the id. A bulk set contains everything that it refers to.",
    ),
    FindingCode(
        "reference_type",
        "error",
        "Id refers to a row of the wrong type",
        "{value}.",
        "Refer to a row of the right type.",
    ),
    FindingCode(
        "reference_role",
        "error",
        "Result is not a student's",
        "{value}, but a result must be a student's.",
        "Refer to a student.",
    ),
    FindingCode(
        "reference_unusual",
        "warning",
        "Id refers to an unusual row",
        "{value}.",
        "Check that this is the row you meant.",
    ),
    FindingCode(
        "subjects_differ",
        "error",
        "Subjects and subject codes do not match",
        "The two lists have different lengths: {value}.",
        "If you send both, give one code for each subject, in the same order.",
    ),
    FindingCode(
        "end_not_after_begin",
        "error",
        "End is not after the beginning",
        "The end is not after the beginning: {value}.",
        "Correct the dates.",
    ),
    FindingCode(
        "outside_the_terms",
        "error",
        "Enrollment is outside the class's terms",
        "{field} is {value}.",
        "Correct the dates: an enrollment must lie within the terms of its class.",
    ),
    FindingCode(
        "primary_not_teacher",
        "error",
        "Primary is set for someone who is not a teacher",
        "primary is true for the role {value}.",
        "Set primary to true for teachers only.",
    ),
    FindingCode(
        "primary_twice",
        "error",
        "Class has two primary teachers",
        "The class {value} has another primary teacher at this time.",
        "Mark only one teacher of a class as primary.",
    ),
    FindingCode(
        "value_long",
        "warning",
        "Value is very long",
        "{field} has {value}.",
        "Shorten it: some systems cut values off after 255 characters.",
    ),
    FindingCode(
        "school_year_differs",
        "warning",
        "schoolYear and end date disagree",
        "schoolYear is {value}.",
        "Set schoolYear to the year in which the school year ends.",
    ),
)

LABEL_CODES = frozenset({"labels_mapped", "column_unknown"})
"""Notices about column names, the same every night: a report shows them once, until the names change."""

CATALOGUE = {finding.code: finding for finding in _CODES}
"""Every code that a stage may report."""


def title_of(code: str) -> str:
    """Return the title of a kind of finding; of a code that only an older or newer Rollcall knows, its words."""
    found = CATALOGUE.get(code)
    return found.title if found else code.replace("_", " ").capitalize()
