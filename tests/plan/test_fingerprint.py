from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.errors import PermanentError
from pipeline.plan.fingerprint import code_version, digest_of_code

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code that may be edited."""
    root = tmp_path_factory.mktemp("code")
    for folder in ("assets", "pipeline", "sql"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return root


def edited(root: Path, name: str) -> str:
    """The digest while one file has a comment more."""
    file = root / name
    before = file.read_text(encoding="utf-8")
    file.write_text(before + "\n# edited\n", encoding="utf-8")
    try:
        return digest_of_code(root)
    finally:
        file.write_text(before, encoding="utf-8")


def test_a_copy_of_the_code_has_the_same_digest_wherever_it_is(code: Path) -> None:
    assert digest_of_code(code) == code_version()


@pytest.mark.parametrize(
    "name",
    [
        "assets/raw.py",
        "pipeline/landing/intake.py",
        "pipeline/sources/choice.py",
        "pipeline/plan/plan.py",
        "pipeline/roster/apply.py",
        "pipeline/oneroster/normalize.py",
        "pipeline/districts/settings.py",
        "sql/oneroster/user_rows.sql",
    ],
)
def test_an_edit_of_code_that_a_plan_depends_on_changes_it(code: Path, name: str) -> None:
    assert edited(code, name) != digest_of_code(code)


@pytest.mark.parametrize(
    "name", ["pipeline/cli/main.py", "pipeline/demo/story.py", "pipeline/mail/server.py", "pipeline/report/text.py"]
)
def test_an_edit_of_code_that_only_shows_things_does_not(code: Path, name: str) -> None:
    assert edited(code, name) == digest_of_code(code)


@pytest.mark.parametrize("folder", ["assets", "pipeline", "sql"])
def test_a_folder_that_is_missing_is_refused(code: Path, folder: str) -> None:
    (code / folder).rename(code / "elsewhere")
    try:
        with pytest.raises(PermanentError, match=f"The folder {folder} of Rollcall's code is missing"):
            digest_of_code(code)
    finally:
        (code / "elsewhere").rename(code / folder)
