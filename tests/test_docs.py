"""The documents: what README tells a stranger is what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main
from dagster import AssetKey

from pipeline.cli import app
from pipeline.definitions import defs

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
