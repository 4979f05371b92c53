"""Where data lives: one place that knows every path below ROLLCALL_HOME and ROLLCALL_DISTRICTS.

A district is one folder, so that moving, backing up or erasing it is one operation.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import PermanentError
from pipeline.files.scratch import in_use, remove_unused

PRIVATE_FOLDER = 0o700
"""Rosters are children's data: only the account that runs Rollcall may read its folders."""


OTHERS = 0o077
"""The bits of a mode by which others than the account that runs Rollcall may do something."""


class OpenToOthersError(PermanentError):
    """Other accounts can read a folder of ours."""


@contextmanager
def private_files() -> Iterator[None]:
    """Let all files and folders that are made within the block be ours alone, whoever makes them."""
    before = os.umask(OTHERS)
    try:
        yield
    finally:
        os.umask(before)


@dataclass(frozen=True)
class DistrictFolder:
    """The paths of one district's data."""

    root: Path

    @property
    def district(self) -> str | None:
        """The district whose folder it is; None for a scratch copy of one."""
        return None if self.root.name.startswith(".") else self.root.name

    @property
    def head(self) -> Path | None:
        """What the folder must hold at least, kept outside of it; None for a scratch copy."""
        if self.district is None or self.root.parent.name != DISTRICTS:
            return None
        return self.root.parent.parent / "heads" / f"{self.district}.json"

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
    def looks(self) -> Path:
        """What we saw in the drop folder, each time we listed it."""
        return self.root / "looks.json"

    @property
    def arrival(self) -> Path:
        """The last set that was told when it arrived, before the first sync."""
        return self.root / "arrival.json"

    @property
    def arrival_looks(self) -> Path:
        """What was last seen in the drop folder while a set was awaited."""
        return self.root / "arrival-looks.json"

    @property
    def purges(self) -> Path:
        """What was purged, when and by whom; only ever added to."""
        return self.root / "purges.jsonl"

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
    def settings(self) -> Path:
        """The settings of a district that was removed, put aside."""
        return self.root / "settings.yaml"

    @property
    def mail(self) -> Path:
        """What was mailed to the district's contacts."""
        return self.root / "mail.json"

    @property
    def attempt(self) -> Path:
        """How the newest run ended that left no sync."""
        return self.root / "attempt.json"

    @property
    def previews(self) -> Path:
        """Previews: older dates and dry runs."""
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


DISTRICTS = "districts"
"""The folder of a home that holds those of the districts."""

LOOK = ".look-"
"""How the folders below `previews` begin in which a state is only worked out."""

LEFTOVERS = (
    ".purged-*", ".*.json-*", ".*.jsonl-*", ".set-*", ".spill/*", "roster.next.duckdb*", "landing/.incoming-*",
    "reports/*/.report-*", "reports/.index.html-*", "reports/.newest.json-*", f"previews/{LOOK}*", "previews/.export-*",
    "previews/*/.report-*",
)  # fmt: skip
"""What a killed process leaves behind in a district's folder."""

LEFTOVER_AFTER = 24 * 60 * 60
"""Seconds after which no process can still be writing a file or spilling into a folder, neither of which is locked."""


def leftovers(folder: DistrictFolder) -> list[Path]:
    """Return what killed processes left behind in a district's folder."""
    before = time.time() - LEFTOVER_AFTER
    found = {path for pattern in LEFTOVERS for path in folder.root.glob(pattern)}
    return sorted(path for path in found if _is_left(path, before))


def remove_leftovers(folder: DistrictFolder) -> None:
    """Remove what killed processes left behind. For the holder of the district's lock."""
    for path in leftovers(folder):
        remove_unused(path)


def _is_left(path: Path, before: float) -> bool:
    """Return whether nobody works with it any more: a folder is locked as long as somebody does."""
    try:
        if path.is_dir() and path.parent.name != ".spill":
            return not in_use(path)
        return path.lstat().st_mtime < before
    except FileNotFoundError:
        return False


SCRATCH = "rollcall-"
"""How the folders in `scratch_home` are called."""


def scratch_home() -> Path:
    """Return where files are worked on that belong to no district: in the home, or in this account's cache without one.

    Never in the system's temporary folder: what lies there may be children's data.
    """
    home = Home.from_environment().root
    if home.is_dir():
        return home / "scratch"
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "rollcall"


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

    @property
    def purges(self) -> Path:
        """Which districts were erased as a whole, when and by whom; only ever added to."""
        return self.root / "purges.jsonl"

    @property
    def asked(self) -> Path:
        """The runs that people have asked for on a page, until Dagster starts them."""
        return self.root / "asked"

    @property
    def mail(self) -> Path:
        """What was mailed to the operator."""
        return self.root / "mail.json"

    def district(self, district: str) -> DistrictFolder:
        """Return the folder of one district."""
        return DistrictFolder(self.root / DISTRICTS / district)

    def check_private(self, district: str | None = None) -> None:
        """Refuse a home, or a district's folder in it, that others than this account can look into.

        Raises:
            OpenToOthersError: with the folder and the command that cures it.
        """
        check_closed(self.root)
        if district is not None:
            check_closed(self.district(district).root)


def check_closed(folder: Path) -> None:
    """Refuse a folder that others than this account can look into; what is not there yet is closed.

    Raises:
        OpenToOthersError: with the command that cures it.
    """
    if folder.exists() and stat.S_IMODE(folder.stat().st_mode) & OTHERS:
        raise OpenToOthersError(
            f"Other accounts on this machine can read {folder}, which contains children's data. Rollcall does not use "
            "it like this.",
            f"Run: chmod 700 {folder}",
        )


def settings_folder() -> Path:
    """Return where the districts' YAML files are: ROLLCALL_DISTRICTS, `./districts` without it."""
    return Path(os.environ.get("ROLLCALL_DISTRICTS") or "districts").resolve()
