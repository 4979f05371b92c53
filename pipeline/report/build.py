"""Builds the report's model from a day database whose plan has been made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from pipeline.districts.settings import NamesShown, Rollover
from pipeline.formats.adapt import FORMATS
from pipeline.formats.format import Format
from pipeline.oneroster.files import ROSTER_FILES, USED_FILES, roster_file
from pipeline.oneroster.findings import CATALOGUE
from pipeline.report.cells import without_control_characters
from pipeline.report.holds import holds_in_words
from pipeline.report.model import (
    Cause,
    Change,
    ChangedValue,
    ColumnChange,
    ContactCount,
    DeliveredFile,
    Exclusion,
    FileCounts,
    FindingCount,
    GuardianCounts,
    PersonInDoubt,
    PersonShown,
    RecordCounts,
    ReportedFinding,
    RolloverCounts,
    SchoolCounts,
    SyncReport,
    Withheld,
)
from pipeline.report.names import shown_name, shown_value, shown_words
from pipeline.report.words import counted
from pipeline.warehouse.sessions import Database

MOST_FINDINGS = 100
"""Of each code and file in the page and the JSON; the CSV of a file holds them all."""

TELL_AFTER = 14
"""Nights after which an absent file or column is a decision to make."""

MOST_CHANGES = 50
"""Of each record type and operation in the page and the JSON; changes.csv holds them all."""

MOST_PEOPLE = 20
"""Of each cause whose ids are in doubt, in the page and the JSON; people_in_doubt.csv holds them all."""

_INVISIBLE = re.compile("[\u00a0\u00ad\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]")
"""Blanks and joints that look like a plain blank or like nothing; spreadsheets and web pages leave them behind."""

_HEADERS = {
    (file.name, column.field): column.header for file in (*ROSTER_FILES, *USED_FILES) for column in file.columns
}


def build_report(
    db: Database,
    *,
    district: str,
    district_name: str,
    sync_date: date,
    sync_number: int | None,
    window: str | None = None,
    rollover: Rollover | None = None,
    most_findings: int | None = MOST_FINDINGS,
    names: NamesShown = "initials",
) -> SyncReport:
    """Return the report of the day database that `db` has attached; `sync_number` is None for a preview.

    `most_findings` of each code and file are listed; None lists them all.
    """
    verdict = db.rows("sync/verdict")[0]
    delivery_number, delivered = delivered_files(db)
    counted = {row["file"]: row for row in db.rows("report/file_counts")}
    schools = counted_schools(db)
    school_names = names_of_schools(schools)
    nothing = {"received": 0, "accepted": 0, "rejected": 0, "excluded": 0}
    return SyncReport(
        district=district,
        district_name=district_name,
        sync_date=sync_date,
        sync_number=sync_number,
        outcome=verdict["outcome"],
        initial=verdict["initial"],
        baseline_sync=verdict["baseline_sync"],
        hold_digest=verdict["hold_digest"],
        observe_only=verdict["observe_only"],
        window=window,
        rollover=rollover_counts(db, rollover) if rollover else None,
        names=names,
        delivery=delivery_number,
        delivered=delivered,
        files={
            file.name: FileCounts(**_without(counted.get(file.name, nothing), "file"))
            for file in (*ROSTER_FILES, *USED_FILES)
            if file in ROSTER_FILES or file.name in counted
        },
        records={row["record_type"]: _record_counts(row) for row in db.rows("report/counts")},
        schools=schools,
        columns=_column_changes(db, sync_date, baseline=verdict["baseline_sync"], initial=verdict["initial"]),
        changes=[]
        if verdict["initial"]
        else [change_of(row, names, school_names) for row in db.rows("report/changes", most=MOST_CHANGES)],
        holds=holds_in_words(
            [_shown(row) for row in db.rows("report/holds")],
            [_shown(row) for row in db.rows("report/withheld")],
            people_in_doubt(db, names, school_names, most=MOST_PEOPLE),
        ),
        causes=[Cause(**row, cure=_cure(row["code"], row["file"])) for row in db.rows("report/causes")],
        finding_counts=[
            FindingCount(**row, cure=_cure(row["code"], row["file"])) for row in db.rows("report/finding_counts")
        ],
        findings=[
            reported(row, names, school_names) for row in db.rows("report/findings", file=None, most=most_findings)
        ],
        exclusions=[Exclusion(**_shown(row)) for row in db.rows("report/exclusions")],
        contacts=[ContactCount(**_shown(row)) for row in db.rows("report/contacts")],
        guardians=guardian_counts(db),
    )


def people_in_doubt(
    db: Database, names: NamesShown, school_names: Mapping[str, str], *, most: int | None
) -> dict[str, list[PersonInDoubt]]:
    """Return both sides of each id that may mean another person, by the origin of the cause that it waits for.

    At most `most` of each cause; None for all.
    """
    if not db.count("day.sync.held_ids"):
        return {}
    sides: dict[tuple[str, str, str], dict[str, PersonShown]] = {}
    for row in db.rows("report/people_in_doubt", most=most):
        key = (row["origin"], row["record_type"], row["sourced_id"])
        sides.setdefault(key, {})[row["side"]] = _person_shown(row, names, school_names)
    found: dict[str, list[PersonInDoubt]] = {}
    for (origin, record_type, _), both in sides.items():
        pair = PersonInDoubt(record_type=record_type, roster=both.get("roster"), files=both.get("files"))
        found.setdefault(origin, []).append(pair)
    return found


def _person_shown(row: dict[str, Any], names: NamesShown, school_names: Mapping[str, str]) -> PersonShown:
    relatives = [
        shown_name(_text(one["given_name"]), _text(one["family_name"]), names) or str(_text(one["sourced_id"]))
        for one in row["relatives"]
    ]
    return PersonShown(
        sourced_id=str(_text(row["id"]) or ""),
        name=shown_name(_text(row["given_name"]), _text(row["family_name"]), names),
        schools=_school_names(row, school_names),
        school_ids=list(row["school_ids"]),
        grade=_text(row["grades"]),
        number=_text(row["identifier"]),
        email=shown_value("email", _text(row["email"]), names),
        mobile=shown_value("sms", _text(row["sms"]), names),
        relatives=relatives,
    )


def rollover_counts(db: Database, rollover: Rollover) -> RolloverCounts:
    """Return what a night within the dates of a rollover did."""
    return RolloverCounts(
        name=rollover.name,
        first=rollover.first,
        last=rollover.last,
        **db.rows("report/rollover")[0],
        problems=[_rollover_problem(_shown(row)) for row in db.rows("report/rollover_problems")],
    )


_ROLLOVER_PROBLEMS = {
    "students": "only {part:,} of {whole:,} students who are expected to stay are in the files and at this school.",
    "grades_year": (
        "{part:,} of {whole:,} students would be one grade up from their grade before it. In a new year nearly all are."
    ),
    "grades_term": "{part:,} of {whole:,} students would change grade. In a new term grades stay the same.",
    "classes": "{whole:,} of its classes are missing from the files, and {part:,} are new.",
    "schedules": "its students would have {part:,} enrollments, and {whole:,} before the rollover.",
    "again": "{part:,} of {whole:,} classes that are new since the rollover began are missing from the files again.",
}
"""By what does not fit. `whole` is what `part` is compared with."""


def _rollover_problem(row: dict[str, Any]) -> str:
    return f"{row['name']} does not fit the rollover: {_ROLLOVER_PROBLEMS[row['problem']].format_map(row)}"


def guardian_counts(db: Database) -> GuardianCounts | None:
    """Return what the rules made of the contacts; None where there are none."""
    return GuardianCounts(**db.rows("report/guardians")[0]) if db.count("day.guardians.guardians") else None


def counted_schools(db: Database) -> list[SchoolCounts]:
    """Return the counts per school and record type."""
    return [SchoolCounts(**_shown(row)) for row in db.rows("report/schools")]


def contacts_of_schools(db: Database) -> dict[str, list[ContactCount]]:
    """Return what the rules made of the contacts of each school's students."""
    found: dict[str, list[ContactCount]] = {}
    for row in db.rows("report/school_contacts"):
        found.setdefault(row["school_id"], []).append(ContactCount(**_shown(_without(row, "school_id"))))
    return found


def delivered_files(db: Database) -> tuple[int | None, list[DeliveredFile]]:
    """Return the number of the delivery and its files; None and nothing where nothing was delivered."""
    rows = db.rows("report/delivery")
    return (
        int(rows[0]["number"]) if rows else None,
        [DeliveredFile(**_shown(_without(row, "number"))) for row in rows],
    )


def names_of_schools(schools: Iterable[SchoolCounts]) -> dict[str, str]:
    """Return the name of each school by its id."""
    return {counts.school_id: counts.name for counts in schools}


_FREE_TEXT = frozenset({"flag_unknown", "bar_unknown"})
"""Findings about cells in which people write what they like."""


def reported(
    row: dict[str, Any], names: NamesShown = "ids", school_names: Mapping[str, str] | None = None
) -> ReportedFinding:
    """Return a finding's row with its message in words, and without control characters."""
    row = _shown(row)
    finding = CATALOGUE[row["code"]]
    field = _header(row)
    value, sourced_id = _seen(row["value"]), _seen(row["sourced_id"])
    if value and finding.code in _FREE_TEXT:
        value = shown_words(value, names)
    text = _as_sent(finding.message, _format_of(row["file"], row.get("made_file")))
    text = text.format(file=row["file"], field=field, value=value, sourced_id=sourced_id)
    return ReportedFinding(
        file=row["file"],
        line=row["line"],
        column=field,
        code=row["code"],
        severity=row["severity"],
        sourced_id=row["sourced_id"],
        message=text if row["line"] is None else f"Line {row['line']}: {text}",
        name=shown_name(row.get("given_name"), row.get("family_name"), names),
        schools=_school_names(row, school_names or {}),
    )


def _header(row: Mapping[str, Any]) -> str | None:
    """Return the header of the column that a finding is about, as it stands in the file that was sent."""
    file: str = row["file"]
    field: str | None = row["field"]
    made: str | None = row.get("made_file")
    if field is None:
        return None
    found = _format_of(file, made)
    if made is not None and found is not None:
        ours = next((c.field for c in roster_file(made).columns if field in (c.field, c.header)), field)
        return found.header(file, made, ours) or _HEADERS.get((made, field), field)
    return _HEADERS.get((file, field), field)


def _format_of(sent: str, made: str | None) -> Format | None:
    """Return the format in which a file was sent from whose rows one of ours was made."""
    found = (known for known in FORMATS.values() if made in known.becomes.get(sent, ()))
    return next(found, None) if made is not None else None


def _as_sent(text: str, found: Format | None) -> str:
    """Return a text that names our files with the names of those that were sent."""
    if found is not None:
        for ours, sent in found.made_from.items():
            text = text.replace(ours, sent) if ours not in found.becomes else text
    return text


def _school_names(row: dict[str, Any], names: Mapping[str, str]) -> list[str]:
    return [names[school] for school in row.get("school_ids") or () if school in names]


def _cure(code: str, file: str) -> str:
    return CATALOGUE[code].cure.format(file=file, field="the school's column")


def change_of(row: dict[str, Any], names: NamesShown, school_names: Mapping[str, str]) -> Change:
    """Return a change of the plan from its row of report/changes."""
    people = (
        shown_name(_text(row["given_name"]), _text(row["family_name"]), names),
        shown_name(_text(row["student_given_name"]), _text(row["student_family_name"]), names),
    )
    return Change(
        record_type=row["record_type"],
        operation=row["operation"],
        key=_text(row["key"]),
        line=row["line"],
        withheld=row["withheld"],
        consequence=row["consequence"],
        values=[
            ChangedValue(
                column=value["field"],
                before=shown_value(value["field"], _text(value["before"]), names),
                after=shown_value(value["field"], _text(value["after"]), names),
            )
            for value in row["changed_values"]
        ],
        name=" / ".join(person for person in people if person) or None,
        schools=_school_names(row, school_names),
    )


def _column_changes(db: Database, sync_date: date, *, baseline: int, initial: bool) -> list[ColumnChange]:
    """Return the columns that appeared, and one line for each file or column that is absent."""
    rows = db.rows("sync/columns")
    absent = [row for row in rows if row["state"] == "absent"]
    kept: dict[tuple[str, str], int] = {}
    if absent:
        found = db.rows("sync/values_kept", baseline=baseline)
        kept = {(row["file"], row["field"]): row["kept"] for row in found}
    changes = [_appeared(row) for row in rows if row["is_new"] and not initial]
    there = {row["file"] for row in rows if row["state"] != "absent"}
    for file, columns in groupby(absent, key=itemgetter("file")):
        group = list(columns)
        if file in there:
            changes += [_silent(file, [row], kept, sync_date) for row in group]
        else:
            changes.append(_silent(file, group, kept, sync_date))
    return changes


def _appeared(row: dict[str, Any]) -> ColumnChange:
    column = _HEADERS.get((row["file"], row["field"]), row["field"])
    message = f"{row['file']} has a column {column} that earlier files did not have."
    return ColumnChange(file=row["file"], column=column, change="appeared", message=message)


def _silent(
    file: str, rows: list[dict[str, Any]], kept: Mapping[tuple[str, str], int], sync_date: date
) -> ColumnChange:
    """Return that a column is absent, or where there is more than one, that the file is."""
    since: date = min(row["silent_since"] for row in rows)
    nights = (sync_date - since).days + 1
    values = sum(kept.get((file, row["field"]), 0) for row in rows)
    column = _HEADERS.get((file, rows[0]["field"]), rows[0]["field"]) if len(rows) == 1 else None
    what = f"{file} no longer has the column {column}." if column else f"{file} is missing."
    if nights > 1:
        what = f"{what[:-1]}, for {nights} nights now."
    told = f"{what} What it said before is kept"
    told += f": {counted(values, 'value')}." if values else "."
    if nights > TELL_AFTER:
        told += " Decide whether it comes again: if it does not, it can be retired."
    return ColumnChange(
        file=file, column=column, change="vanished" if nights == 1 else "silent", since=since, values_kept=values,
        message=told,
    )  # fmt: skip


def _record_counts(row: dict[str, Any]) -> RecordCounts:
    plain = ("added", "updated", "unchanged", "restored", "archived", "kept", "filled", "waiting", "not_reported")
    active = ("active_before", "active_after")
    return RecordCounts(
        **{name: row[name] for name in (*plain, *active)},
        withheld=Withheld(**{name: row[f"withheld_{name}"] for name in ("add", "update", "restore", "archive")}),
    )


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """Replace every control character of a district's text by U+FFFD."""
    return {key: _text(value) for key, value in row.items()}


def _text(value: Any) -> Any:
    # Nearly every value is printable, and seeing that takes a tenth of the time.
    return without_control_characters(value) if isinstance(value, str) and not value.isprintable() else value


def _seen(value: Any) -> Any:
    """Name the characters of a value that nobody sees: a message that quotes them would look wrong."""
    if not isinstance(value, str) or value.isprintable():
        return value
    return _INVISIBLE.sub(lambda found: f"<U+{ord(found.group()):04X}>", value)


def _without(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}
