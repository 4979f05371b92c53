"""users, classes, enrollments: normalized OneRoster tables; a row that was left out is a finding."""

from collections.abc import Iterator

import dagster as dg

from pipeline.checks import audited, audits_of
from pipeline.metadata import failures_in_words, repeated_metadata, table_metadata
from pipeline.oneroster.normalize import normalize
from pipeline.partitions import DISTRICT_DAYS, DistrictDay
from pipeline.resources import Districts, RunLock
from pipeline.warehouse.sessions import session

_TABLES = {
    "users": (["raw_users"], "People of the schools that take part, and all contacts, one row per person."),
    "classes": (["raw_classes"], "Classes of the schools that take part."),
    "enrollments": (
        ["raw_enrollments", "raw_users", "raw_classes"],
        "Who is in which class, as what; the key is class, user and role.",
    ),
}


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            table,
            deps=deps,
            description=description,
            group_name="oneroster",
            kinds={"duckdb", "sql"},
            owners=["team:roster-data"],
        )
        for table, (deps, description) in _TABLES.items()
    ],
    check_specs=audits_of(*_TABLES),
    partitions_def=DISTRICT_DAYS,
)
def oneroster(
    context: dg.AssetExecutionContext, districts: Districts, run_lock: RunLock
) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
    """Normalize the raw tables by the statements in sql/oneroster/."""
    day = DistrictDay.of(context)
    with failures_in_words():
        folder = districts.folder_of(day.district)
        file = folder.day(day.date.isoformat())
        with session(folder.root, day=file, write="day") as db:
            if repeated := repeated_metadata(db):
                yield from (
                    dg.MaterializeResult(asset_key=table, metadata=repeated, check_results=audited(db, table))
                    for table in _TABLES
                )
                return
            settings = districts.settings_of(day.district)
            normalize(
                db,
                scope=settings.scope,
                reading=settings.reading,
                sync_date=day.date,
                student_id=settings.sync.student_id,
            )
            results: list[dg.MaterializeResult[None]] = [
                dg.MaterializeResult(
                    asset_key=table,
                    metadata={
                        **table_metadata(db, f"day.oneroster.{table}", file),
                        "rows in": db.count(f"day.raw.{table}"),
                    },
                    check_results=audited(db, table),
                )
                for table in _TABLES
            ]
    yield from results
