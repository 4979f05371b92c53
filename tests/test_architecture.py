"""Which way imports run: no circle of packages, and nothing imports the commands."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def package_of(module: str) -> str:
    """The package of a module: `assets`, or what is right below `pipeline`, a folder or a module."""
    parts = module.split(".")
    return parts[0] if parts[0] == "assets" else ".".join(parts[:2])


def imported_by(path: Path) -> Iterator[str]:
    """The modules of ours that a file imports, at its top and within functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import, which this test does not follow"
            # `from pipeline import errors` names the module behind the import.
            whole = node.module == "pipeline"
            names = [f"pipeline.{alias.name}" for alias in node.names] if whole else [node.module or ""]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] in {"assets", "pipeline"})


def imports(root: Path) -> dict[str, set[str]]:
    """Package -> the other packages that it imports, of the code below `root`."""
    found: dict[str, set[str]] = {}
    for path in sorted([*root.glob("pipeline/**/*.py"), *root.glob("assets/**/*.py")]):
        parts = path.relative_to(root).with_suffix("").parts
        own = package_of(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
        found.setdefault(own, set()).update(package_of(name) for name in imported_by(path))
        found[own].discard(own)
    return found


def circle(graph: dict[str, set[str]]) -> list[str]:
    """A circle of packages, each importing the one before it; empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_packages_import_each_other_in_a_circle() -> None:
    graph = imports(ROOT)
    assert len(graph) > 30, "the packages were found"
    assert circle(graph) == []


def test_nothing_imports_the_commands() -> None:
    found = {package for package, others in imports(ROOT).items() if "pipeline.cli" in others}
    assert found == {"pipeline.__main__"}, "which is the command itself"


@pytest.mark.parametrize(
    "back",
    ["from pipeline.b.deep import thing", "import pipeline.b", "from pipeline import b", "def f(): import pipeline.b"],
)
def test_a_circle_that_appears_is_noticed(tmp_path: Path, back: str) -> None:
    for folder in ("a", "b"):
        (tmp_path / "pipeline" / folder).mkdir(parents=True)
    (tmp_path / "pipeline" / "a" / "module.py").write_text(f"{back}\n", encoding="utf-8")
    (tmp_path / "pipeline" / "b" / "deep.py").write_text("import os\n", encoding="utf-8")
    assert circle(imports(tmp_path)) == []
    (tmp_path / "pipeline" / "b" / "__init__.py").write_text("from pipeline.a import module\n", encoding="utf-8")
    assert set(circle(imports(tmp_path))) == {"pipeline.a", "pipeline.b"}


def test_the_page_for_developers_lists_every_package_below_what_it_imports() -> None:
    page = (ROOT / "docs" / "developing.md").read_text(encoding="utf-8")
    table = page.split("## The packages")[1].split("## The asset graph")[0]
    rows = [line for line in table.splitlines() if line.startswith("| [")]
    folders = {f"pipeline.{path.parent.name}" for path in (ROOT / "pipeline").glob("*/__init__.py")} | {"assets"}
    graph = imports(ROOT)
    row_of = {
        package: number
        for number, row in enumerate(rows)
        for package in folders
        if f"](../{package.replace('.', '/')})" in row.split(" | ")[0]
    }
    assert sorted(folders - set(row_of)) == []
    wrong = [
        f"{package} imports {other}"
        for package in row_of
        for other in graph[package] & set(row_of)
        if row_of[other] >= row_of[package]
    ]
    assert wrong == []
