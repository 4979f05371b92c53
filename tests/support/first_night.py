from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.district import FIRST, District, Rows, small_district


@pytest.fixture
def district(tmp_path: Path) -> District:
    """A district whose roster is empty."""
    return District(tmp_path)


@pytest.fixture
def rows() -> Rows:
    return small_district()


@pytest.fixture(scope="session")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a district that took the small district's rows."""
    folder = tmp_path_factory.mktemp("first-night")
    assert District(folder).sync(small_district(), FIRST).outcome == "applied"
    return folder


@pytest.fixture
def running(first_night: Path, tmp_path: Path) -> District:
    """A district that took the small district's rows on FIRST."""
    shutil.copytree(first_night, tmp_path, dirs_exist_ok=True)
    return District(tmp_path)
