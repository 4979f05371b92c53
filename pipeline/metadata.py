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
from pipeline.warehouse.sessions import Database

EXIT_CODE = "exit code"
"""Under this name a failed step says what a command ends with."""

TRANSIENT = "transient"
"""Under this name a failed step says whether trying again can help."""


def table_metadata(db: Database, table: str, file: Path) -> dict[str, Any]:
    """Return row count and name of `database.schema.table`, which is kept in `file`."""
    return {
        "dagster/row_count": db.count(table),
        "dagster/table_name": table.split(".", 1)[1],
        "database": dg.MetadataValue.path(str(file)),
    }


def repeated_metadata(db: Database) -> dict[str, Any]:
    """Return what a table's materialization says of a day that repeats an earlier one; nothing of any other day."""
    repeats = db.rows("meta/repeats")
    if not repeats:
        return {}
    return {
        "repeats sync": int(repeats[0]["sync_number"]),
        "rows": f"as on {repeats[0]['sync_date']}, in that day's database: the delivery and the settings are the same",
    }


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
