"""Metadata of materializations: counts and names. Never a value of a row.

Columns and their lineage are the same in every run: `pipeline/asset_metadata.py`.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg

from pipeline.errors import RollcallError, TransientError
from pipeline.files.writing import failure_in_words
from pipeline.partitions import DistrictDay
from pipeline.warehouse.sessions import Database

ROW_COUNT = "dagster/row_count"

EXIT_CODE = "exit code"
"""Under this name a failed step says what a command ends with."""

TRANSIENT = "transient"
"""Under this name a failed step says whether trying again can help."""


def table_metadata(db: Database, table: str, file: Path) -> dict[str, Any]:
    """Return row count and name of `database.schema.table`, which is kept in `file`."""
    return {
        ROW_COUNT: db.count(table),
        "dagster/table_name": table.split(".", 1)[1],
        "database": dg.MetadataValue.path(str(file)),
    }


def repeated_metadata(context: dg.AssetExecutionContext, db: Database, *assets: str) -> dict[str, dict[str, Any]]:
    """Return what each asset's materialization says of a day that repeats an earlier one; nothing of any other day.

    The rows are counted as on that day, where Dagster still has its record.
    """
    repeats = db.rows("meta/repeats")
    if not repeats:
        return {}
    day = DistrictDay(DistrictDay.of(context).district, repeats[0]["sync_date"])
    said = {
        "repeats sync": int(repeats[0]["sync_number"]),
        "rows": f"as on {day.date}, in that day's database: the delivery and the settings are the same",
    }
    return {asset: {**_row_count(context.instance, asset, day), **said} for asset in assets}


def _row_count(instance: dg.DagsterInstance, asset: str, day: DistrictDay) -> dict[str, Any]:
    of_that_day = dg.AssetRecordsFilter(asset_key=dg.AssetKey(asset), asset_partitions=[str(day.partition_key)])
    records = instance.fetch_materializations(of_that_day, limit=1).records
    there = records[0].asset_materialization if records else None
    return {ROW_COUNT: there.metadata[ROW_COUNT]} if there is not None and ROW_COUNT in there.metadata else {}


@contextmanager
def failures_in_words() -> Generator[None, None, None]:
    """Turn a failure of ours into Dagster's, with its words and without trying the step again.

    What can pass by itself was tried again where it happened (`pipeline/sources/collect.py`), and its night is again
    (`pipeline/status/nights.py`).
    """
    try:
        yield
    except RollcallError as failure:
        metadata: dict[str, Any] = {
            "kind": type(failure).__name__,
            EXIT_CODE: failure.exit_code,
            TRANSIENT: isinstance(failure, TransientError),
        }
        raise dg.Failure(str(failure), metadata=metadata, allow_retries=False) from None
    except OSError as failure:
        raise dg.Failure(str(failure_in_words(failure)), allow_retries=False) from None
