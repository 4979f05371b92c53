"""A disk that refuses a write, a rename or an open at any moment: told in words, and nothing is half done.

The command that failed is run again on the disk that works, and all is as if nothing had happened.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from pipeline.districts.decisions import read_decisions
from pipeline.files.hash_chain import append_line, read_chain
from pipeline.files.writing import NotWrittenError
from pipeline.roster.history import roster_as_of
from pipeline.roster.ledger import read_ledger
from tests.support.matrices import WHOLE
from tests.support.nights import preserved_environment
from tests.support.parts import NIGHTS, Made, rows, send
from tests.support.refusals import refusing

pytestmark = pytest.mark.dagster_run

BY = ("--by", "Kim Lee", "--reason", "A test.")


def standing(made: Made) -> dict[str, Any]:
    """What must be the same in the end, however often a command was refused on the way."""
    return {
        "records": roster_as_of(made.folder, "alpha").records,
        "outcomes": [(sync.kind, sync.outcome, str(sync.sync_date)) for sync in read_ledger(made.folder).syncs],
        "decisions": [(one.kind, one.contact_id) for one in read_decisions(made.folder.decisions)],
    }


def commands(made: Made) -> dict[str, list[str]]:
    held = json.loads(made.run("holds", "alpha", "--format", "json").out)
    return {
        "block": ["block", "alpha", "S1", "S2", *BY],
        "approve": ["approve", "alpha", NIGHTS[2], held[0]["hold_digest"], *BY],
        "undo": ["undo", "alpha", "--to-sync", "1", *BY],
        "sync": ["sync", "alpha", "--date", "2026-11-26"],
    }


COMMANDS = {"approve": 20, "block": 3, "sync": 40, "undo": 20}
"""Of each, every so many-th point is tried; every one where the lists are whole (`make soak`).

In November 2026 an approval had 64 such points, a block 19, a sync 45 and an undo 66; the sample has 4, 7, 2 and 4 of
them.
"""


@pytest.mark.slow("a command for every point at which the disk can refuse")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_disk_that_refuses_anywhere_is_told_in_words_and_nothing_is_half_done(
    made_once: Made, tmp_path: Path, command: str
) -> None:
    good = made_once.copy(tmp_path / "good")
    asked = commands(good)[command]
    send(good.root, rows(22))
    if command == "sync":
        good.right("upload", "alpha", good.root / "sent", "--date", "2026-11-26")
    start = good.copy(tmp_path / "start")
    code = good.run(*asked).code
    wanted = standing(good)
    for at in count(1, 1 if WHOLE else COMMANDS[command]):
        made = start.copy(tmp_path / f"at-{at}")
        with refusing(made.folder.root.parent, at) as refusal:
            ran = made.run(*asked)
        if not refusal.done:
            break
        assert "Traceback" not in ran.out + ran.err, refusal.what
        if ran.code != code:
            assert ran.code == 1, (refusal.what, ran.words)
            assert "could not be" in ran.words, (refusal.what, ran.words)
        again = made.run(*asked)
        assert "Traceback" not in again.out + again.err
        found = standing(made)
        assert found["records"] == wanted["records"], refusal.what
        # Told that it failed, a person asks once more: what was recorded all the same is there twice at most.
        assert set(found["decisions"]) == set(wanted["decisions"]), refusal.what
        assert found["outcomes"][: len(wanted["outcomes"])] == wanted["outcomes"], refusal.what
        doctor = made.run("doctor")
        assert not [line for line in doctor.out.splitlines() if line.startswith("wrong district alpha")], refusal.what


def test_a_line_that_the_disk_takes_in_part_is_written_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os  # noqa: PLC0415

    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, content: write(handle, bytes(content)[:7]))
    append_line(tmp_path / "chain.jsonl", {"what": "a court order"}, after=[])
    assert [line["what"] for line in read_chain(tmp_path / "chain.jsonl")] == ["a court order"]


@pytest.mark.parametrize("size", [0, 40])
def test_a_line_for_which_there_is_no_room_is_refused_and_leaves_nothing(tmp_path: Path, size: int) -> None:
    path = tmp_path / "chain.jsonl"
    append_line(path, {"n": 1}, after=[])
    before = path.read_bytes()
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + size, limit[1]))
    try:
        with pytest.raises(NotWrittenError) as told:
            append_line(path, {"n": 2}, after=read_chain(path))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert str(path) in told.value.message
    assert "ulimit -f" in told.value.cure
    assert path.read_bytes() == before


LIMITED = """
import resource, sys
from pipeline.cli.main import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2)
main()
"""

LIMITS = [0, 1 << 10, 1 << 14, 1 << 17, 1 << 20, 1 << 21] if WHOLE else [1 << 12]


@pytest.mark.slow("a process for each limit")
@pytest.mark.parametrize("most", LIMITS)
def test_a_sync_under_a_limit_on_the_size_of_files_ends_in_words_and_the_next_one_is_whole(
    made: Made, most: int
) -> None:
    made.right("upload", "alpha", send(made.root, rows(22)), "--date", "2026-11-26")
    before = standing(made)
    with preserved_environment():
        os.environ |= {"ROLLCALL_HOME": str(made.home.root), "ROLLCALL_DISTRICTS": str(made.root / "settings")}
        ran = subprocess.run(
            [sys.executable, "-c", LIMITED, str(most), "sync", "alpha", "--date", "2026-11-26"],
            check=False, capture_output=True, text=True,
        )  # fmt: skip
    words = ran.stdout + ran.stderr
    assert ran.returncode == 1, words
    assert "Traceback" not in words
    assert "Error: " in words
    assert standing(made) == before
    made.right("sync", "alpha", "--date", "2026-11-26")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a small file system of its own; where none may be mounted, the limit above has to do."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=200m,mode=700", "tmpfs", folder], check=False, capture_output=True
    )
    if mount.returncode:
        pytest.skip("no file system may be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.mark.slow("two syncs")
@pytest.mark.parametrize("left", [64 << 10, 1 << 20, 4 << 20] if WHOLE else [1 << 20])
def test_a_sync_on_a_disk_that_fills_up_ends_in_words_and_the_next_one_is_whole(
    made: Made, small_disk: Path, left: int
) -> None:
    made.right("upload", "alpha", send(made.root, rows(22)), "--date", "2026-11-26")
    small = made.copy(small_disk)
    before = standing(small)
    used = shutil.disk_usage(small_disk).used
    subprocess.run(["mount", "-o", f"remount,size={used + left}", small_disk], check=True)
    ran = small.run("sync", "alpha", "--date", "2026-11-26")
    assert ran.code == 1, ran.words
    assert "Traceback" not in ran.out + ran.err
    assert "space left on device" in ran.words or "Check that the disk has room" in ran.words
    assert standing(small) == before
    subprocess.run(["mount", "-o", "remount,size=200m", small_disk], check=True)
    small.right("sync", "alpha", "--date", "2026-11-26")
