"""raw_users, raw_classes, raw_enrollments: each CSV as sent, as text, with source line numbers."""

from collections.abc import Iterator

import dagster as dg

from pipeline.csvfile.load import read_delivery
from pipeline.landing.intake import closed_before, delivered_paths, landed_delivery, landed_findings
from pipeline.metadata import failures_in_words, repeated_metadata, table_metadata
from pipeline.oneroster.files import ROSTER_FILES
from pipeline.oneroster.unpack import opened_set
from pipeline.partitions import DISTRICT_DAYS, DistrictDay
from pipeline.resources import Districts, RunLock
from pipeline.warehouse.sessions import session


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
def raw(context: dg.AssetExecutionContext, districts: Districts, run_lock: RunLock) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
    """Read the three files of the delivery in force; a file that cannot be read becomes a finding."""
    day = DistrictDay.of(context)
    with failures_in_words():
        folder = districts.folder_of(day.district)
        file = folder.day(day.date.isoformat())
        with session(folder.root, day=file, write="day") as db:
            if repeated := repeated_metadata(db):
                yield from (
                    dg.MaterializeResult(asset_key=f"raw_{part.table}", metadata=repeated) for part in ROSTER_FILES
                )
                return
            # The delivery that the day began with, even if another has landed since.
            paths = delivered_paths(day.district, folder, day.date, db.value("raw/delivery_number"))
            settings = districts.settings_of(day.district)
            said = landed_findings(settings, landed_delivery(day.district, folder, day.date))
            with opened_set(paths, folder.root, patterns=settings.files.patterns(), findings=said) as opened:
                found = read_delivery(
                    db,
                    opened.paths,
                    scope=settings.scope,
                    closed_before=closed_before(day.district, folder, day.date),
                    said=opened.findings,
                    encoding=settings.reading.encoding,
                    scratch=opened.scratch,
                )
            read = {part.file: part for part in found}
            results: list[dg.MaterializeResult[None]] = [
                dg.MaterializeResult(
                    asset_key=f"raw_{part.table}",
                    metadata={
                        **table_metadata(db, f"day.raw.{part.table}", file),
                        "unreadable rows": read[part.name].unreadable if part.name in read else 0,
                    },
                )
                for part in ROSTER_FILES
            ]
    yield from results
