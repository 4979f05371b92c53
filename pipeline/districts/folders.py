"""Where data lives: one place that knows every path below ROLLCALL_HOME and ROLLCALL_DISTRICTS.

A district is one folder, so that moving, backing up or erasing it is one operation.
"""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

PRIVATE_FOLDER = 0o700
"""Rosters are children's data: nobody but the account that runs Rollcall may look into a folder of theirs."""


@dataclass(frozen=True)
class DistrictFolder:
    """The paths of one district's data."""

    root: Path

    @property
    def state(self) -> Path:
        """What commands changed: enabled, paused."""
        return self.root / "state.json"

    @property
    def lock(self) -> Path:
        """The file that one run at a time holds locked."""
        return self.root / "run.lock"

    @property
    def landing(self) -> Path:
        """The deliveries as received, never changed."""
        return self.root / "landing"

    @property
    def roster(self) -> Path:
        """The roster with its history: the truth."""
        return self.root / "roster.duckdb"

    @property
    def ledger(self) -> Path:
        """The list of all syncs, hash-chained: it notices a roster that is lost, damaged or older than it should be."""
        return self.root / "ledger.jsonl"

    @property
    def decisions(self) -> Path:
        """What people decided, with who and why; hash-chained."""
        return self.root / "decisions.jsonl"

    @property
    def previews(self) -> Path:
        """Looks at older dates and dry runs."""
        return self.root / "previews"

    def day(self, sync_date: str) -> Path:
        """Return the day database of `sync_date`, made again from landing at any time."""
        return self.root / "days" / f"{sync_date}.duckdb"

    def report(self, sync_date: str, sync_number: int) -> Path:
        """Return the folder of one sync's report."""
        return self.root / "reports" / sync_date / str(sync_number)

    def make(self) -> DistrictFolder:
        """Create the folders and return self."""
        # The home and its districts too: the mode of a parent that mkdir makes on the way is not ours.
        above = (self.root.parent.parent, self.root.parent)
        for folder in (*above, self.root, self.landing, self.root / "days", self.root / "reports", self.previews):
            folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        return self


LEFTOVERS = ("previews/.look-*", "previews/.export-*", "reports/*/.report-*", ".spill/*")
"""What a killed process leaves behind in a district's folder."""

LEFTOVER_AFTER = 24 * 60 * 60
"""Seconds after which nobody can still be working on it."""


def remove_leftovers(folder: DistrictFolder) -> None:
    """Remove what killed processes left behind more than a day ago. For the holder of the district's lock."""
    before = time.time() - LEFTOVER_AFTER
    for pattern in LEFTOVERS:
        for path in folder.root.glob(pattern):
            # Only what is really here: a link is not followed.
            if path.lstat().st_mtime >= before:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Home:
    """ROLLCALL_HOME: all data of all districts, and Dagster's own."""

    root: Path

    @classmethod
    def from_environment(cls) -> Home:
        """Return the home that ROLLCALL_HOME names, `./var` without it."""
        return cls(Path(os.environ.get("ROLLCALL_HOME") or "var").resolve())

    @property
    def dagster(self) -> Path:
        """DAGSTER_HOME: runs, events, schedules."""
        return self.root / "dagster"

    def district(self, district: str) -> DistrictFolder:
        """Return the folder of one district."""
        return DistrictFolder(self.root / "districts" / district)


def settings_folder() -> Path:
    """Return where the districts' YAML files are: ROLLCALL_DISTRICTS, `./districts` without it."""
    return Path(os.environ.get("ROLLCALL_DISTRICTS") or "districts").resolve()
