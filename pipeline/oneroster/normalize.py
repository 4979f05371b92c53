"""The oneroster stage: raw text becomes normalized people, classes and enrollments; rows left out become findings."""

from __future__ import annotations

from pipeline.warehouse.sessions import Database

_PEOPLE_AND_CLASSES = (
    "oneroster/user_rows",
    "oneroster/user_findings",
    "oneroster/users",
    "oneroster/class_rows",
    "oneroster/class_findings",
    "oneroster/classes",
)
_ENROLLMENTS = (
    "oneroster/enrollment_rows",
    "oneroster/enrollment_findings",
    "oneroster/enrollments",
    "oneroster/set_findings",
)


def normalize(db: Database, *, scope: str) -> None:
    """Fill the tables of the oneroster schema from the raw ones; `scope` is district or school.

    Where a file could not be read at all, enrollments are not judged: every row would seem to name somebody unknown.
    """
    db.clear("oneroster")
    refused = bool(db.rows("sync/refusals"))
    for name in (
        *_PEOPLE_AND_CLASSES,
        *(("oneroster/unjudged_enrollment_rows",) if refused else _ENROLLMENTS),
    ):
        db.run(name, scope=scope)
