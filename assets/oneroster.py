"""users, classes, enrollments: normalized OneRoster tables; a row that was left out is a finding."""

from collections.abc import Iterator

import dagster as dg

from pipeline.checks import audited, audits_of
from pipeline.day.stages import normalize_rows
from pipeline.metadata import failures_in_words, repeated_metadata, table_metadata
from pipeline.partitions import DISTRICT_DAYS, DistrictDay
from pipeline.resources import DayRun

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
def oneroster(context: dg.AssetExecutionContext, day_run: DayRun) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
    """Normalize the raw tables by the statements in sql/oneroster/."""
    with failures_in_words():
        db, day = day_run.of(DistrictDay.of(context))
        repeated = repeated_metadata(context, db, *_TABLES)
        if not repeated:
            normalize_rows(db, day)
        results: list[dg.MaterializeResult[None]] = [
            dg.MaterializeResult(
                asset_key=table,
                metadata=repeated.get(table)
                or {
                    **table_metadata(db, f"day.oneroster.{table}", day.database),
                    "rows in": db.count(f"day.raw.{table}"),
                },
                check_results=audited(db, table),
            )
            for table in _TABLES
        ]
    yield from results
