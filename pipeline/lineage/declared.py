"""What no SQL file says: tables that Python fills, columns of files, and columns that hold a constant.

Each entry says where the values come from. `tests/lineage/test_lineage.py` holds that every column has sources or
stands here, and that nothing stands here that has sources.
"""

from __future__ import annotations

FROM_FILES = "a column of the file of the delivery, as sent"
"""These are followed to the asset `delivery`."""

TABLES = {
    "book.meta.district": "the name of the district's folder",
    "book.meta.version": "this program's version of the roster's schema",
    "book.sync.counts": "the counts of the day's plan, by pipeline/roster/ledger.py",
    "book.sync.syncs": "the day's verdict, by pipeline/roster/ledger.py",
    "day.guardians.lifted": "the decisions that end a bar, by pipeline/guardians/derive.py",
    "day.guardians.rules": "the district's setting guardians.rules",
    "day.guardians.sources": "the list in sql/schema/day/guardians.sources.sql",
    "day.meta.codes": "the catalogue of findings, pipeline/oneroster/findings.py",
    "day.meta.criteria": "the ledger, the settings and the decisions when the day began, by pipeline/plan/criteria.py",
    "day.meta.delivery": "delivery.json in landing",
    "day.meta.files": "delivery.json in landing",
    "day.meta.repeats": "the ledger of syncs: the earlier sync with the same files and settings",
    "day.meta.version": "this program's version of the day's schema",
    "day.oneroster.cleaned_users": "the column of raw.users of the same name",
    "day.raw.classes": FROM_FILES,
    "day.raw.columns": FROM_FILES,
    "day.raw.contacts": FROM_FILES,
    "day.raw.deltas": "manifest.csv, or the district's setting reading.mode",
    "day.raw.enrollments": FROM_FILES,
    "day.raw.findings": FROM_FILES,
    "day.raw.guardians": FROM_FILES,
    "day.raw.student_attributes": FROM_FILES,
    "day.raw.lookups": FROM_FILES,
    "day.raw.unreadable": FROM_FILES,
    "day.raw.turns": "dates of the set in another format, by pipeline/formats/adapt.py",
    "day.raw.users": FROM_FILES,
    "day.sync.limits": "the district's setting limits",
    "day.sync.nameless_rows": "the rows of raw without an id, and the causes that a person has approved",
    "day.sync.record_types": "the record types, pipeline/plan/plan.py",
    "day.sync.verdict": "the gate's verdict, by pipeline/plan/plan.py",
    "day.transition.renumbered": "the ids that a person gives, by pipeline/corrections/renumber.py",
}
"""Tables that no statement fills, or whose columns no statement names."""

_SYNC = "the number of the sync that writes or closes the row"
_STATE = "active or archived, by what the plan does"
_FILE = "the name of the file that the rows are of"
_GATE = "false; set to true where the gate withholds the change"

COLUMNS = {
    **{
        f"book.roster.{table}.{column}": _SYNC
        for table in (
            *("absences", "bars", "classes", "enrollments", "guardian_links", "guardian_support", "ids"),
            *("link_support", "sources", "users"),
        )
        for column in ("since_sync", "until_sync")
    },
    **{f"book.roster.{table}.state": _STATE for table in ("classes", "enrollments", "guardian_links", "users")},
    **{f"book.sync.{table}.sync_number": _SYNC for table in ("causes", "changes", "holds")},
    "day.guardians.barred_twins.is_linked": "true where the roster has the link",
    "day.guardians.contact_rows.file": _FILE,
    "day.oneroster.known.file": _FILE,
    "day.guardians.same_persons.evidence": "the kind of likeness that the statement looks for",
    "day.meta.findings.stage": "the stage whose findings they are",
    "day.oneroster.cell_states.file": _FILE,
    "day.oneroster.cell_states.state": "what the statement looks for",
    "day.oneroster.further_values.files": "the files that name the person, by where its rows are",
    "day.oneroster.users.file": _FILE,
    "day.raw.origins.file": _FILE,
    "day.oneroster.words.kind": "what the word is of: phone, grades, language, date, role",
    "book.roster.absences.absent_since": "the date of the first sync without it",
    "day.transition.barred.is_twin": "what the statement looks at",
    "day.transition.same.kind": "what the statement looks at",
    "day.sync.bars.change": "begins or ends, by what the statement looks for",
    "day.sync.claims.cause": "what the statement looks for",
    "day.sync.claims.cycle": "how many ids changed places, counted",
    "day.sync.claims.field": "the column that the statement looks at",
    "day.sync.matched_users.is_replaced": "true of who had an id that is a newcomer's now",
    "day.sync.renamed.relatives": "same, other or unknown, by links in common",
    "day.sync.rollover.classes_coming": "the added classes of the school, counted",
    "day.sync.causes.changes": "the rows of day.sync.stopped with this origin, counted",
    "day.sync.classes.consequence": "false: no class is archived because another thing is",
    "day.sync.classes.withheld": _GATE,
    "day.sync.enrollments.withheld": _GATE,
    "day.sync.guardian_links.withheld": _GATE,
    "day.oneroster.left_out.is_key": "whether the row named the id as its key, or in any cell",
    "day.sync.users.withheld": _GATE,
}
"""Columns that hold a constant in every row that a statement writes."""


def declared(table: str, column: str) -> str | None:
    """Return where the values of a column come from that has no sources in SQL; None where it is not declared."""
    return COLUMNS.get(f"{table}.{column}") or TABLES.get(table)
