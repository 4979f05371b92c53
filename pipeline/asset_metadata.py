"""What is known of each asset before any run: columns with their meaning and lineage, and the code that makes them.

What a run finds out (row counts, outcome) is `pipeline/metadata.py`'s.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dagster as dg

from pipeline.lineage.columns import ASSET_TABLES, AssetColumn, asset_columns
from pipeline.warehouse.statements import SQL_FOLDER, TABLES


def described(assets: Sequence[dg.AssetsDefinition]) -> list[dg.AssetsDefinition]:
    """Return the assets with column schema, column lineage and code references in their definitions.

    In the definition and not in each materialization: all of it follows from the code, and 60 kB in every run's events
    would say nothing new.
    """
    return [_described(asset) for asset in assets]


def _described(asset: dg.AssetsDefinition) -> dg.AssetsDefinition:
    function = asset.op.compute_fn.decorated_fn  # type: ignore[union-attr]

    def with_metadata(spec: dg.AssetSpec) -> dg.AssetSpec:
        name = spec.key.to_user_string()
        return spec.merge_attributes(metadata={**_columns(name), **_code(name, function)})

    return asset.map_asset_specs(with_metadata)


def _columns(asset: str) -> dict[str, Any]:
    columns = asset_columns(asset)
    return {
        "dagster/column_schema": dg.TableSchema(
            columns=[dg.TableColumn(part.name, part.column.type.lower(), _meaning(part)) for part in columns]
        ),
        "dagster/column_lineage": dg.TableColumnLineage(
            {
                part.name: [dg.TableColumnDep(asset_key=source, column_name=name) for source, name in part.sources]
                for part in columns
                if part.sources
            }
        ),
    }


def _meaning(column: AssetColumn) -> str:
    """Return what a column means and where it comes from, for readers whose page shows no lineage."""
    sources = ", ".join(f"{asset}.{name}" for asset, name in column.sources) or column.declared
    return ". ".join(part for part in (column.column.about, f"From: {sources}" if sources else "") if part)


def _code(asset: str, function: Any) -> dict[str, Any]:
    _, line = inspect.getsourcelines(function)
    with warnings.catch_warnings():
        # Code references have been beta since Dagster 1.7; without them no page leads to the SQL.
        warnings.simplefilter("ignore", dg.BetaWarning)
        references: list[Any] = [
            dg.LocalFileCodeReference(file_path=str(inspect.getsourcefile(function)), line_number=line, label="Python")
        ]
        references += [
            dg.LocalFileCodeReference(file_path=str(path), line_number=1, label=f"SQL: {path.stem}")
            for table in ASSET_TABLES[asset]
            for path in sql_of(table)
        ]
        return {"dagster/code_references": dg.CodeReferencesMetadataValue(code_references=references)}


def sql_of(table: str) -> list[Path]:
    """Return the SQL files that fill a table and that explain it."""
    database, schema, name = table.split(".")
    of_several = [made for made, tables in TABLES.items() if table in tables and made.startswith(f"{schema}/")]
    names = (f"{schema}/{name}", *of_several, f"schema/{database}/{schema}.{name}")
    return [path for path in (SQL_FOLDER / f"{name}.sql" for name in names) if path.exists()]
