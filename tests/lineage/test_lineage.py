"""Column lineage: worked out from every SQL file, kept beside the code, and shown on the assets."""

from __future__ import annotations

import importlib
from pathlib import Path

import dagster as dg
import pytest

from pipeline.definitions import defs
from pipeline.lineage.columns import ASSET_TABLES, COLUMNS_FILE, asset_columns, tables
from pipeline.lineage.declared import COLUMNS, TABLES, declared

ROOT = Path(__file__).parents[2]


def metadata(asset: str, key: str) -> object:
    found = defs.resolve_assets_def(dg.AssetKey(asset)).metadata_by_key[dg.AssetKey(asset)][key]
    return getattr(found, "value", found)


def test_the_kept_lineage_and_the_page_are_those_of_the_sql_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new SQL file that cannot be followed fails here, too."""
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    data = importlib.import_module("data")
    made = data.described()
    assert COLUMNS_FILE.read_text(encoding="utf-8") == data.columns_json(made), "run `python docs/data.py`"
    page = data.PAGE.read_text(encoding="utf-8")
    assert data.with_tables(page, made) == page, "run `python docs/data.py`"


def test_every_column_of_every_table_has_its_sources_or_is_declared() -> None:
    untold = [
        f"{table}.{name}"
        for table, columns in tables().items()
        for name, column in columns.items()
        if not column.sources and not declared(table, name)
    ]
    assert untold == []


def test_nothing_is_declared_that_is_not_there_or_has_sources() -> None:
    for name in COLUMNS:
        table, _, column = name.rpartition(".")
        assert tables()[table][column].sources == (), name
    for table in TABLES:
        assert not any(column.sources for column in tables()[table].values()), table


def test_every_source_is_a_column() -> None:
    for table, columns in tables().items():
        for name, column in columns.items():
            for source in column.sources:
                above, _, part = source.rpartition(".")
                assert part in tables()[above], f"{table}.{name}"


@pytest.mark.parametrize(
    ("asset", "column", "source"),
    [
        ("raw_users", "given_name", ("delivery", "file")),
        ("users", "given_name", ("raw_users", "given_name")),
        ("users", "school_ids", ("raw_users", "org_sourced_ids")),
        ("users", "line", ("raw_users", "line")),
        ("classes", "title", ("raw_classes", "title")),
        ("enrollments", "begin_date", ("raw_enrollments", "begin_date")),
        ("guardians", "relationship", ("raw_users", "relationship")),
        ("sync_diff", "users.given_name", ("users", "given_name")),
        ("sync_diff", "guardian_links.rule", ("guardians", "reason")),
        ("roster", "given_name", ("sync_diff", "users.given_name")),
        ("roster", "guardian_links.role", ("sync_diff", "guardian_links.role")),
        ("sync_report", "line", ("raw_users", "line")),
    ],
)
def test_a_column_is_followed_to_the_asset_before(asset: str, column: str, source: tuple[str, str]) -> None:
    found = {part.name: part.sources for part in asset_columns(asset)}
    assert source in found[column]
    lineage = metadata(asset, "dagster/column_lineage")
    assert isinstance(lineage, dg.TableColumnLineage)
    deps = [(dep.asset_key.to_user_string(), dep.column_name) for dep in lineage.deps_by_column[column]]
    assert source in deps


def test_lineage_leads_backward_only_to_columns_that_the_asset_shows() -> None:
    order = list(ASSET_TABLES)
    shown = {asset: {part.name for part in asset_columns(asset)} for asset in order}
    for asset in order:
        for part in asset_columns(asset):
            for source, name in part.sources:
                assert order.index(source) < order.index(asset)
                assert name in shown[source], f"{asset}.{part.name}"


@pytest.mark.parametrize("asset", ASSET_TABLES)
def test_an_asset_leads_to_its_python_and_its_sql(asset: str) -> None:
    references = metadata(asset, "dagster/code_references")
    assert isinstance(references, dg.CodeReferencesMetadataValue)
    paths = [Path(reference.file_path) for reference in references.code_references]  # type: ignore[union-attr]
    assert all(path.is_file() for path in paths)
    assert {path.suffix for path in paths} == {".py", ".sql"}
    assert paths[0].parent.name == "assets"
