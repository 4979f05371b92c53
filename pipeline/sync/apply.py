"""The roster stage: the allowed part of the plan becomes history, and roster.duckdb is replaced as a whole."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from pipeline.errors import PermanentError
from pipeline.warehouse.schema import replacing
from pipeline.warehouse.sessions import session

_CHANGE = (
    "roster/close_users",
    "roster/users",
    "roster/close_classes",
    "roster/classes",
    "roster/close_enrollments",
    "roster/enrollments",
    "roster/close_guardian_links",
    "roster/guardian_links",
    "roster/ids",
    "roster/changes",
)
_RECORD = ("roster/sync", "roster/counts", "roster/holds")


def apply_plan(root: Path, *, day: Path, book: Path, sync_date: date, recorded_at: datetime) -> int | None:
    """Apply the plan in the day database `day` and return the sync's number; None for a look, which changes nothing.

    A rejected or missing delivery changes nothing either, and is recorded as a sync all the same.

    Raises:
        PermanentError: another sync was recorded since the plan was made.
    """
    with session(root, day=day) as db:
        verdict = db.rows("sync/verdict")[0]
    if verdict["is_look"]:
        return None
    with replacing(book, root, day=day) as db:
        newest = db.value("roster/newest_sync")
        if newest != verdict["baseline_sync"]:
            raise PermanentError(
                f"The plan was made against sync {verdict['baseline_sync']}; sync {newest} has been recorded since.",
                "Sync the date again: the plan is made anew.",
            )
        number = int(newest) + 1
        values = {
            "sync": number,
            "delivery_sha256": db.value("roster/delivery_sha256"),
            "sync_date": sync_date,
            "recorded_at": recorded_at,
        }
        for name in (*_CHANGE, *_RECORD):
            db.run(name, **values)
    return number
