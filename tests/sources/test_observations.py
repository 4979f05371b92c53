"""The memory of our looks: it knows a file again only when it is the same one in the same place, and never lies."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pipeline.sftp.listing import RemoteFile
from pipeline.sources.observations import Observations

if TYPE_CHECKING:
    from pathlib import Path

FILE = RemoteFile("users.csv", 10, datetime(2026, 9, 1, tzinfo=UTC))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "looks.json"


def back(path: Path, seconds: float) -> None:
    """Let the looks have happened so long ago."""
    memory = json.loads(path.read_text())
    for file in memory["files"]:
        file["first_seen"] = (datetime.fromisoformat(file["first_seen"]) - timedelta(seconds=seconds)).isoformat()
    path.write_text(json.dumps(memory))


def test_a_file_seen_long_ago_has_rested(path: Path) -> None:
    assert not Observations(path, "here").has_rested(FILE, 0)
    Observations(path, "here").saw([FILE])
    assert not Observations(path, "here").has_rested(FILE, 60)
    back(path, 61)
    assert Observations(path, "here").has_rested(FILE, 60)
    Observations(path, "here").saw([FILE])
    assert Observations(path, "here").has_rested(FILE, 60), "a further look does not begin anew"
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "other",
    [
        RemoteFile("users.csv", 11, FILE.modified_at),
        RemoteFile("users.csv", 10, FILE.modified_at + timedelta(seconds=1)),
        RemoteFile("classes.csv", 10, FILE.modified_at),
    ],
)
def test_another_file_has_not_rested(path: Path, other: RemoteFile) -> None:
    Observations(path, "here").saw([FILE])
    back(path, 61)
    looks = Observations(path, "here")
    assert not looks.has_rested(other, 60)
    looks.saw([other])
    assert not Observations(path, "here").has_rested(FILE, 60), "what was gone meanwhile is new"


def test_a_file_of_another_server_has_not_rested(path: Path) -> None:
    Observations(path, "here").saw([FILE])
    back(path, 61)
    assert not Observations(path, "elsewhere").has_rested(FILE, 60)


def test_within_a_run_our_clock_may_be_set_and_nothing_has_rested_by_that(path: Path) -> None:
    looks = Observations(path, "here")
    looks.saw([FILE])
    assert not looks.has_rested(FILE, 0), "the monotonic clock of the run decides"


def test_a_file_that_was_another_one_meanwhile_has_not_rested(path: Path) -> None:
    Observations(path, "here").saw([FILE])
    back(path, 61)
    looks = Observations(path, "here")
    looks.saw([RemoteFile("users.csv", 11, FILE.modified_at)])
    assert not looks.has_rested(FILE, 60)


def test_a_clock_that_was_put_back_lets_nothing_rest(path: Path) -> None:
    Observations(path, "here").saw([FILE])
    back(path, -3600)
    assert not Observations(path, "here").has_rested(FILE, 60)


@pytest.mark.parametrize("text", ["", "{}", "no json", '{"origin": "here", "files": [{"name": "users.csv"}]}'])
def test_a_memory_that_cannot_be_read_is_none(path: Path, text: str) -> None:
    path.write_text(text)
    looks = Observations(path, "here")
    assert not looks.has_rested(FILE, 0)
    looks.saw([FILE])
    assert Observations(path, "here").has_rested(FILE, 0)
