"""The documents: what README and the other pages tell a reader is what there is."""

from __future__ import annotations

import importlib
import json
import re
import shlex
from pathlib import Path

import pytest
import typer.main
from dagster import AssetKey
from typer.exceptions import TyperException

from pipeline.cli.main import app
from pipeline.definitions import defs
from pipeline.districts.registry import read_settings
from pipeline.districts.settings import DistrictSettings
from pipeline.oneroster.findings import CATALOGUE
from pipeline.report.model import SyncReport

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
COMMANDS = ROOT / "docs" / "commands.md"
DEVELOPING = ROOT / "docs" / "developing.md"
PAGES = (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")))


def commands() -> list[str]:
    found = []
    for name, command in typer.main.get_group(app).commands.items():
        below = getattr(command, "commands", {})
        found += [f"{name} {part}" for part in below] if below else [name]
    return found


def without_fences(text: str) -> str:
    return re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", without_fences(page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands_shown(text: str) -> list[tuple[str, bool]]:
    """The command lines of a page: those in sentences, and those in blocks, which are whole; no output."""
    inline = re.findall(r"`(rollcall [^`]+)`", without_fences(text))
    blocks = "\n".join(re.findall(r"^ *```\w*\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)).replace("\\\n", " ")
    lines = re.findall(r"^\s*(?:\$ )?(?:\.venv/bin/)?(rollcall .+)$", blocks, re.MULTILINE)
    cut = [" ".join(re.split(r"\s#\s| [|<>] ", line)[0].split()) for line in lines]
    return [(" ".join(line.split()), False) for line in inline] + [(line, True) for line in cut]


def mistake_in(line: str, *, whole: bool) -> str | None:
    """What is wrong with a command line of a page: no such command, no such option; of a whole one, anything."""
    command = typer.main.get_command(app)
    words = shlex.split(line.replace(" DATE", " 2026-11-20"))[1:]
    while words and (below := getattr(command, "commands", {})):
        name = words.pop(0)
        if name not in below:
            return f"there is no command {name}"
        command = below[name]
    try:
        if words or whole:
            command.make_context(line, words)
    except typer.BadParameter as wrong:
        # In a sentence a command goes without what it needs.
        return wrong.format_message() if whole else None
    except TyperException as wrong:
        return wrong.format_message()
    return None


ASSETS = sorted(key.to_user_string() for key in defs.resolve_asset_graph().materializable_asset_keys)


@pytest.fixture(scope="module")
def developing() -> str:
    return DEVELOPING.read_text(encoding="utf-8")


def test_readme_is_read_in_a_few_minutes_and_begins_with_a_picture() -> None:
    lines = README.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 140
    assert any(re.match(r"!\[.{20,}\]\(docs/images/", line) for line in lines[:10])


def test_readme_leads_to_every_page() -> None:
    linked = {
        (page.parent / link.partition("#")[0]).resolve()
        for page in (README, *sorted((ROOT / "docs" / "decisions").glob("*.md")))
        for link in re.findall(r"\]\((?!https?:)([^)\s]+)", page.read_text(encoding="utf-8"))
    }
    assert [page.name for page in PAGES if page != README and page.resolve() not in linked] == []


def test_where_things_are_names_what_is_there() -> None:
    table = README.read_text(encoding="utf-8").split("## Where things are")[1].split("\n## ")[0]
    named = re.findall(r"`(\w+)` in \[[^]]+\]\(([^)]+)\)", table)
    assert len(named) >= 4
    assert [name for name, path in named if name not in (ROOT / path).read_text(encoding="utf-8")] == []


def test_the_page_of_commands_names_every_command_and_no_other() -> None:
    named = re.findall(r"^\| `rollcall ([a-z -]+)`", COMMANDS.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert sorted(named) == sorted(commands())


@pytest.mark.parametrize("asset", ASSETS)
def test_the_page_for_developers_says_where_every_asset_is(developing: str, asset: str) -> None:
    rows = [line for line in developing.splitlines() if line.startswith("| `") and f"`{asset}`" in line]
    assert len(rows) == 1
    assert "](../assets/" in rows[0]


def test_the_functions_that_a_night_goes_through_are_in_the_modules_that_the_page_names(developing: str) -> None:
    night = developing.split("## A night in code")[1].split("\n## ", maxsplit=1)[0]
    steps = re.split(r"^\d+\. ", night, flags=re.MULTILINE)[1:]
    assert len(steps) == 8
    for step in steps:
        modules = re.findall(r"\]\(\.\./([^)]+\.py)\)", step)
        code = "\n".join((ROOT / module).read_text(encoding="utf-8") for module in modules)
        assert [name for name in re.findall(r"`(\w+)`", step) if not re.search(rf"\b{name}\b", code)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file_and_a_heading_that_are_there(page: Path) -> None:
    dead = []
    for link in re.findall(r"\]\((?!https?:)([^)\s]+)", without_fences(page.read_text(encoding="utf-8"))):
        file, _, anchor = link.partition("#")
        target = page.parent / file if file else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    assert dead == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_is_shown_can_be_given(page: Path) -> None:
    shown = commands_shown(page.read_text(encoding="utf-8"))
    assert [f"{line}: {mistake}" for line, whole in shown if (mistake := mistake_in(line, whole=whole))] == []


@pytest.mark.parametrize("wrong", ["rollcall aprove maple-valley", "rollcall undo maple-valley --too 2026-11-19"])
def test_a_command_that_cannot_be_given_is_noticed(wrong: str) -> None:
    shown = commands_shown(f"Give `{wrong}`.\n```\n$ .venv/bin/{wrong}   # why\n```\n")
    assert shown == [(wrong, False), (wrong, True)]
    assert all(mistake_in(line, whole=whole) for line, whole in shown)


def test_every_asset_lives_in_the_module_that_readers_look_into() -> None:
    modules = {path.stem for path in (ROOT / "assets").glob("*.py")} - {"__init__"}
    assert modules == {"delivery", "raw", "oneroster", "guardians", "sync_diff", "roster", "sync_report"}
    for name in ASSETS:
        module = defs.resolve_assets_def(AssetKey(name)).op.compute_fn.decorated_fn.__module__  # type: ignore[union-attr]
        assert module.removeprefix("assets.") in modules


def test_the_picture_of_the_dag_is_the_real_graph(developing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    graph = importlib.import_module("graph")
    assert "```mermaid" in developing
    assert graph.with_diagram(developing) == developing, "run `python docs/graph.py`"


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


@pytest.mark.parametrize("page", ["operating.md", "reports.md"])
def test_the_tables_of_the_pages_for_people_are_in_the_words_of_the_program(
    page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    assert "made by `python docs/pages.py`" in text
    assert importlib.import_module("pages").with_tables(text) == text, "run `python docs/pages.py`"


def test_every_code_that_a_stage_reports_has_its_entry() -> None:
    """Codes stand as literals in Python and SQL: each must be in the catalogue, and so on the page."""
    packages = ("conformance", "csvfile", "oneroster")
    python = [path for package in packages for path in (ROOT / "pipeline" / package).glob("*.py")]
    said = set()
    for path in python:
        text = path.read_text(encoding="utf-8")
        said |= set(re.findall(r'(?:Refusal\(|SetFinding\(|found\.add\()\s*"([a-z_0-9]+)"', text))
        said |= set(re.findall(r'\breport(?:_rows)?\((?:self\._)?db, (?:self\._)?file, "([a-z_0-9]+)"', text))
        said |= set(re.findall(r'package\.add\([^,()]+(?:\.name)?, "([a-z_0-9]+)"', text))
    for path in (
        path for stage in ("raw", "oneroster", "guardians", "check") for path in (ROOT / "sql" / stage).iterdir()
    ):
        said |= set(re.findall(r"'([a-z][a-z_0-9]+)'\s+as code\b", path.read_text(encoding="utf-8")))
        said |= set(re.findall(r"code := '([a-z_0-9]+)'", path.read_text(encoding="utf-8")))
    assert len(said) > 60
    assert sorted(said - set(CATALOGUE)) == []
