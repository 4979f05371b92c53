"""The documents: what README tells a stranger is what there is."""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path

import pytest
import typer.main
from dagster import AssetKey

from pipeline.cli.main import app
from pipeline.definitions import defs
from pipeline.districts.registry import read_settings
from pipeline.districts.settings import DistrictSettings
from pipeline.oneroster.findings import CATALOGUE
from pipeline.report.model import SyncReport

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"


def commands() -> list[str]:
    found = []
    for name, command in typer.main.get_group(app).commands.items():
        below = getattr(command, "commands", {})
        found += [f"{name} {part}" for part in below] if below else [name]
    return found


ASSETS = sorted(key.to_user_string() for key in defs.resolve_asset_graph().get_all_asset_keys())


@pytest.fixture(scope="module")
def readme() -> str:
    return README.read_text(encoding="utf-8")


@pytest.mark.parametrize("command", commands())
def test_readme_names_every_command(readme: str, command: str) -> None:
    assert f"`rollcall {command}`" in readme


def test_readme_names_no_command_that_is_not_there(readme: str) -> None:
    named = re.findall(r"^\| `rollcall ([a-z ]+)`", readme, flags=re.MULTILINE)
    assert sorted(named) == sorted(commands())


@pytest.mark.parametrize("asset", ASSETS)
def test_readme_names_every_asset(readme: str, asset: str) -> None:
    assert re.search(rf"\b{asset}\b", readme)


def test_every_file_that_readme_links_to_is_there(readme: str) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", readme)
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_asset_lives_in_the_module_that_readers_look_into() -> None:
    modules = {path.stem for path in (ROOT / "assets").glob("*.py")} - {"__init__"}
    assert modules == {"delivery", "raw", "oneroster", "guardians", "sync_diff", "roster", "sync_report"}
    for name in ASSETS:
        module = defs.resolve_assets_def(AssetKey(name)).op.compute_fn.decorated_fn.__module__  # type: ignore[union-attr]
        assert module.removeprefix("assets.") in modules


def test_the_picture_of_the_dag_is_the_real_graph(readme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    graph = importlib.import_module("graph")
    assert graph.with_diagram(readme) == readme, "run `python docs/graph.py`"


def test_the_published_schema_is_that_of_the_report() -> None:
    published = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
    assert published == SyncReport.model_json_schema()


def test_the_settings_page_shows_settings_that_load_and_all_defaults(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    least, everything = (tmp_path / name for name in ("least.yaml", "everything.yaml"))
    for path, text in zip((least, everything), re.findall(r"```yaml\n(.*?)```", page, re.DOTALL), strict=True):
        path.write_text(text, encoding="utf-8")
    with_defaults = read_settings(least).model_dump(exclude={"sftp": {"host_keys"}})
    assert read_settings(everything).model_dump(exclude={"sftp": {"host_keys"}}) == with_defaults
    named = set(re.findall(r"^( *)([a-z_]+):", everything.read_text(encoding="utf-8"), re.MULTILINE))
    assert {key for indent, key in named if not indent} == set(DistrictSettings.model_fields)


@pytest.mark.parametrize(("page", "made_by"), [("findings.md", "findings_page"), ("oneroster.md", "standard_page")])
def test_the_pages_of_findings_and_of_the_standard_are_those_of_the_program(
    page: str, made_by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    made = getattr(importlib.import_module("catalogue"), made_by)()
    assert (ROOT / "docs" / page).read_text(encoding="utf-8") == made, "run `python docs/catalogue.py`"


def test_every_code_that_a_stage_reports_has_its_entry() -> None:
    """Codes stand as literals in Python and SQL: each must be in the catalogue, and so on the page."""
    python = [*(ROOT / "pipeline" / "csvfile").glob("*.py"), *(ROOT / "pipeline" / "oneroster").glob("*.py")]
    said = set()
    for path in python:
        text = path.read_text(encoding="utf-8")
        said |= set(re.findall(r'(?:Refusal\(|SetFinding\(|found\.add\()\s*"([a-z_0-9]+)"', text))
        said |= set(re.findall(r'(?:_report\(db, file, |package\.add\([^,()]+(?:\.name)?, )"([a-z_0-9]+)"', text))
    for path in (
        path for stage in ("raw", "oneroster", "guardians", "check") for path in (ROOT / "sql" / stage).iterdir()
    ):
        said |= set(re.findall(r"'([a-z][a-z_0-9]+)'\s+as code\b", path.read_text(encoding="utf-8")))
        said |= set(re.findall(r"code := '([a-z_0-9]+)'", path.read_text(encoding="utf-8")))
    assert len(said) > 60
    assert sorted(said - set(CATALOGUE)) == []
