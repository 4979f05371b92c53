"""What a run of the tests does where a program is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

TWO_TESTS = """
import pytest

@pytest.mark.chromium
def test_in_a_browser():
    pass

def test_of_a_function():
    pass
"""


@pytest.fixture
def without_programs(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Give a folder with two tests, on a machine where no program is found."""
    pytester.makepyfile(TWO_TESTS)
    pytester.makeini("[pytest]\nmarkers =\n    chromium: needs Chromium\n")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PATH", str(pytester.mkdir("empty")))
    monkeypatch.delenv("CI", raising=False)
    return pytester


def test_tests_of_a_missing_program_are_left_out_and_one_line_says_so(without_programs: pytest.Pytester) -> None:
    ran = without_programs.runpytest_subprocess("-q", "-p", "tests.support.programs")
    ran.assert_outcomes(passed=1, skipped=1)
    ran.stdout.fnmatch_lines(
        ["Tests left out: 1 marked chromium: Chromium is not installed (Debian package chromium)."]
    )


def test_in_ci_a_missing_program_is_a_failure(
    without_programs: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    ran = without_programs.runpytest_subprocess("-q", "-p", "tests.support.programs")
    ran.assert_outcomes(passed=1, errors=1)
    ran.stdout.fnmatch_lines(["*Chromium is not installed*In CI all tests must run.*"])


def test_every_test_that_is_marked_slow_says_why(request: pytest.FixtureRequest) -> None:
    slow = [(item.nodeid, mark.args) for item in request.session.items for mark in item.iter_markers("slow")]
    assert [name for name, why in slow if len(why) != 1 or not isinstance(why[0], str)] == []


def test_without_the_right_to_install_the_script_does_nothing_and_does_not_fail(tmp_path: Path) -> None:
    """As a user who is not root, on a machine with apt-get and without sudo."""
    for name in ("bash", "env", "id"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    (tmp_path / "apt-get").write_text("#!/usr/bin/env bash\necho called\n", encoding="ascii")
    (tmp_path / "apt-get").chmod(0o755)
    tmp_path.chmod(0o755)
    ran = subprocess.run(
        [str(shutil.which("bash")), "install_test_programs"],
        cwd=ROOT / ".ci",
        env={"PATH": str(tmp_path)},
        user=65534 if os.geteuid() == 0 else None,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
