"""When a set of files has arrived in a drop folder: all that are needed are there, and nobody writes any more."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from pipeline.districts.folders import DistrictFolder
from pipeline.districts.settings import DistrictSettings, FolderSettings
from pipeline.files.atomic import replace_whole
from pipeline.roster.ledger import read_ledger
from pipeline.sftp.listing import RemoteFile
from pipeline.sources.choice import WantedFiles
from pipeline.sources.folder import FolderSource
from pipeline.sources.observations import Observations

SET_RESTS = 15 * 60.0
"""Seconds after the last file of a set in which no other came. AutoSend has a schedule for each file, minutes apart."""

OTHERS_FOLLOW = 2 * 60 * 60.0
"""The same where some files are those of the last set: they are probably still to come."""


@dataclass(frozen=True)
class Arrival:
    """A set that has arrived."""

    files: Mapping[str, RemoteFile]
    """By the standard's names."""
    digest: str
    """Of names, sizes and dates: the same set is told once."""


class ArrivalRecord(BaseModel):
    """The last set that was told, so that it is told once."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    digest: str = ""
    told_at: AwareDatetime | None = None
    files: tuple[str, ...] = ()
    """Name, size and date of each."""


def awaits_first_sync(folder: DistrictFolder) -> bool:
    """Return whether nothing of the district was synced yet. Later, each night's report tells what arrived."""
    return not read_ledger(folder).syncs


def arrived(
    settings: DistrictSettings, folder: DistrictFolder, *, rests: float = SET_RESTS, follow: float = OTHERS_FOLLOW
) -> Arrival | None:
    """Return the set in the district's drop folder that has arrived and was not told yet; None where there is none.

    A look only: it keeps what it saw, so that the next one knows how long files have rested. The errors are those of
    a night's fetch.
    """
    if settings.folder is None:
        return None
    source = FolderSource(settings.folder, folder)
    choose = WantedFiles(settings)
    with source.opened() as place:
        files = choose(place.look())
    memory = Observations(folder.arrival_looks, source.label)
    record = read_arrival(folder.arrival)
    told = [_line(file) in record.files for file in files.values()]
    wait = max(settings.folder.settle_seconds, follow if any(told) and not all(told) else rests)
    has_rested = [memory.has_rested(file, wait) for file in files.values()]
    memory.saw(list(files.values()))
    arrival = Arrival(files, _digest(files))
    if not files or choose.missing(files) or not all(has_rested) or arrival.digest == record.digest:
        return None
    return arrival


def take(settings: FolderSettings, folder: DistrictFolder, arrival: Arrival, into: Path) -> dict[str, Path]:
    """Copy the files of an arrival to the folder `into`, each as it was seen; return where they are.

    Raises:
        FileChangedError: someone writes to one of them again.
    """
    with FolderSource(settings, folder).opened() as place:
        return {name: place.take(file, into / name, None).path for name, file in arrival.files.items()}


def read_arrival(path: Path) -> ArrivalRecord:
    """Return the record in `path`; an empty one where it is missing or damaged: then a set may be told once more."""
    try:
        return ArrivalRecord.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return ArrivalRecord()


def note_told(path: Path, arrival: Arrival, at: datetime) -> None:
    """Keep that an arrival was told."""
    files = tuple(_line(file) for file in arrival.files.values())
    record = ArrivalRecord(digest=arrival.digest, told_at=at, files=files)
    replace_whole(path, record.model_dump_json(indent=2) + "\n")


def _line(file: RemoteFile) -> str:
    return f"{file.name} {file.size} {file.modified_at.isoformat()}"


def _digest(files: Mapping[str, RemoteFile]) -> str:
    lines = sorted(f"{name} {_line(file)}" for name, file in files.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
