"""Purging: what was delivered, and what was made from it, goes for good; what went, when and by whom stays written.

Belongs here: finding what is too old or all of it, removing it, the record of that. Does not belong here: the roster's
own history (`pipeline/roster`), which a purge by age leaves as it is.
For the holder of the district's lock.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

from pipeline.districts.folders import DistrictFolder
from pipeline.files.hash_chain import append_line, read_chain
from pipeline.files.writing import sync_to_disk
from pipeline.landing.archive import locked
from pipeline.landing.delivery import checked_date

KINDS = ("landing", "days", "reports", "previews")
"""The folders of a district that hold one entry for each date."""

PURGED = ".purged-"
"""What is about to be removed is moved here first: it is gone for everybody at once."""


@dataclass(frozen=True)
class Purge:
    """What a purge would remove. The paths are below the district's folder."""

    district: str
    scope: Literal["older", "everything"]
    before: date | None = None
    """What is of dates before this one goes; None where everything goes."""
    paths: tuple[Path, ...] = ()
    dates: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Kind of data -> the dates of which it goes."""
    files: int = 0
    bytes: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return what goes as plain data: dates and counts, nothing of anybody."""
        return {
            "district": self.district,
            "scope": self.scope,
            "before": self.before.isoformat() if self.before else None,
            "dates": {kind: list(dates) for kind, dates in self.dates.items()},
            "files": self.files,
            "bytes": self.bytes,
        }


KEEP_NIGHTS = 7
"""Retention leaves so many of the newest nights, whatever their dates say: a clock may have been wrong."""


def older_than(folder: DistrictFolder, district: str, before: date, *, keep: int = 0) -> Purge:
    """Return what of a district is of dates before `before`: deliveries, day databases, reports, looks.

    Of each kind the `keep` newest dates stay.
    """
    dated = {kind: list(_by_date(folder.root / kind)) for kind in KINDS}
    newest = {kind: set(sorted({day for day, _ in part})[-keep:]) if keep else set() for kind, part in dated.items()}
    found = {
        kind: [path for day, path in part if day < before and day not in newest[kind]] for kind, part in dated.items()
    }
    paths = [path for kind in KINDS for path in found[kind]] + list(folder.root.glob(f"{PURGED}*"))
    dates = {kind: tuple(sorted({path.name[:10] for path in part})) for kind, part in found.items() if part}
    return Purge(district, "older", before, tuple(paths), dates, *_size(paths))


def everything(folder: DistrictFolder, district: str) -> Purge:
    """Return all that there is of a district: its whole folder."""
    dates = {kind: tuple(sorted({path.name[:10] for _, path in _by_date(folder.root / kind)})) for kind in KINDS}
    left = folder.root.parent.glob(f"{PURGED}????????-{district}")
    head = (folder.head,) if folder.head is not None and folder.head.exists() else ()
    paths = (*((folder.root,) if folder.root.exists() else ()), *head, *left)
    return Purge(district, "everything", None, paths, {k: d for k, d in dates.items() if d}, *_size(paths))


def carry_out(purge: Purge, folder: DistrictFolder, record: Path, *, by: str) -> None:
    """Remove what `purge` names, and write so into `record`, once before and once after.

    A purge that was cut off shows as one that began and did not end; the next one ends it.
    """
    if not purge.paths:
        return
    entry = {"by": by, **purge.as_json()}
    _write_down(record, {"event": "purge begun", "at": _now(), **entry})
    within = folder.root.parent if purge.scope == "everything" else folder.root
    gone = within / f"{PURGED}{secrets.token_hex(4)}-{purge.district}"
    gone.mkdir(mode=0o700)
    for number, path in enumerate(purge.paths):
        path.rename(gone / str(number))
    sync_to_disk(gone.parent)
    shutil.rmtree(gone)
    sync_to_disk(gone.parent)
    _write_down(record, {"event": "purge done", "at": _now(), **entry})


def apply_retention(folder: DistrictFolder, district: str, *, before: date) -> None:
    """Remove what is older than the district's settings allow."""
    purge = older_than(folder, district, before, keep=KEEP_NIGHTS)
    carry_out(purge, folder, folder.purges, by="retention_days")


def _write_down(record: Path, entry: dict[str, Any]) -> None:
    """Add a line to the record, which shows when a line of it was changed. Two purges do not write at once."""
    with locked(record.parent):
        append_line(record, entry, after=read_chain(record))


def _by_date(folder: Path) -> Iterator[tuple[date, Path]]:
    """Yield date and path of each entry of a folder that is of a date."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        try:
            yield date.fromisoformat(checked_date(path.name.split(".", 1)[0])), path
        except ValueError:
            continue


def _size(paths: list[Path] | tuple[Path, ...]) -> tuple[int, int]:
    """Return how many files there are at `paths` and below, and their bytes."""
    files = [file for path in paths for file in (path, *path.rglob("*")) if file.is_file() and not file.is_symlink()]
    return len(files), sum(file.stat().st_size for file in files)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
