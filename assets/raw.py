"""raw_users, raw_classes, raw_enrollments: each CSV as sent, as text, with source line numbers."""

from collections.abc import Iterator

import dagster as dg

from pipeline.day.stages import read_files
from pipeline.metadata import failures_in_words, repeated_metadata, table_metadata
from pipeline.oneroster.files import ROSTER_FILES
from pipeline.partitions import DISTRICT_DAYS, DistrictDay
from pipeline.resources import DayRun


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            f"raw_{file.table}",
            deps=["delivery"],
            description=f"{file.name} as sent: every cell as text, with the physical line that its row starts on.",
            group_name="raw",
            kinds={"csv", "duckdb"},
            owners=["team:roster-data"],
        )
        for file in ROSTER_FILES
    ],
    partitions_def=DISTRICT_DAYS,
)
def raw(context: dg.AssetExecutionContext, day_run: DayRun) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
    """Read the three files of the delivery in force; a file that cannot be read becomes a finding."""
    with failures_in_words():
        db, day = day_run.of(DistrictDay.of(context))
        if repeated := repeated_metadata(context, db, *(f"raw_{part.table}" for part in ROSTER_FILES)):
            yield from (dg.MaterializeResult(asset_key=name, metadata=said) for name, said in repeated.items())
            return
        read = {part.file: part for part in read_files(db, day)}
        results: list[dg.MaterializeResult[None]] = [
            dg.MaterializeResult(
                asset_key=f"raw_{part.table}",
                metadata={
                    **table_metadata(db, f"day.raw.{part.table}", day.database),
                    "unreadable rows": read[part.name].unreadable if part.name in read else 0,
                },
            )
            for part in ROSTER_FILES
        ]
    yield from results
