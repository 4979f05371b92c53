"""A district's folder: what killed processes left in it goes away, and nothing else does."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from pipeline.districts.folders import LEFTOVER_AFTER, DistrictFolder, leftovers, remove_leftovers
from pipeline.files.scratch import scratch_folder

if TYPE_CHECKING:
    from pathlib import Path

LOCKED = [".set-a", "previews/.look-a", "previews/.export-a", "reports/2026-09-01/.report-a", "landing/.incoming-a"]
"""Folders in which whoever works holds a lock."""

AGED = [".spill/1-a"]
KEPT = ["previews/2026-09-01/x", "reports/2026-09-01/1", "landing/2026-09-01/1", "days/.look-a"]


def put(folder: DistrictFolder, name: str, age: float) -> Path:
    path = folder.root / name
    path.mkdir(parents=True)
    (path / "users.csv").write_text("x")
    os.utime(path, (time.time() - age,) * 2)
    return path


def test_what_killed_processes_left_is_named_and_removed_and_nothing_else(tmp_path: Path) -> None:
    folder = DistrictFolder(tmp_path / "maple-valley").make()
    old = [put(folder, name, 60) for name in LOCKED] + [put(folder, name, LEFTOVER_AFTER + 60) for name in AGED]
    kept = [put(folder, name, LEFTOVER_AFTER + 60) for name in KEPT]
    kept += [put(folder, f"{name}-new", LEFTOVER_AFTER - 60) for name in AGED]
    assert leftovers(folder) == sorted(old)
    remove_leftovers(folder)
    assert not [path for path in old if path.exists()]
    assert all((path / "users.csv").exists() for path in kept)


def test_a_folder_in_which_somebody_works_is_no_leftover(tmp_path: Path) -> None:
    folder = DistrictFolder(tmp_path / "maple-valley").make()
    with scratch_folder(folder.previews, ".look-") as work:
        remove_leftovers(folder)
        assert leftovers(folder) == []
        assert work.is_dir()
    assert list(folder.previews.iterdir()) == []


def test_a_link_among_the_leftovers_leads_nowhere(tmp_path: Path) -> None:
    folder = DistrictFolder(tmp_path / "maple-valley").make()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    link = folder.previews / ".look-link"
    link.symlink_to(elsewhere)
    os.utime(link, (0, 0), follow_symlinks=False)
    remove_leftovers(folder)
    assert not link.is_symlink()
    assert (elsewhere / "kept").exists()
