"""What our looks at a district's drop folder saw, kept from run to run: a file seen long ago as it is now has rested.

Belongs here: the memory. Does not belong here: what follows from it (`pipeline.sources.collect`).
It holds names, sizes and dates of files. Losing it costs a wait, never a file: one that cannot be read is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from pipeline.files.atomic import replace_whole
from pipeline.sftp.listing import RemoteFile


class _Seen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    size: int
    modified_at: AwareDatetime
    first_seen: AwareDatetime
    """By our own clock."""


class _Memory(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    origin: str
    """The server and folder that the files lie in: those of another one are other files."""
    files: tuple[_Seen, ...] = ()


class Observations:
    """The memory of one district's drop folder, in the file `path`."""

    def __init__(self, path: Path, origin: str) -> None:
        self._path = path
        self._origin = origin
        self._earlier = {file.name: file for file in self._read()}
        """What earlier runs saw and no look of this one has seen otherwise. Within a run the monotonic clock counts
        (`pipeline.sources.collect`): this one may be set meanwhile."""
        self._seen = dict(self._earlier)

    def has_rested(self, remote: RemoteFile, seconds: float) -> bool:
        """Return whether a look at least so long ago saw the file as it is now.

        By our own clock: should that have been put back meanwhile, no time has passed.
        """
        known = _same(self._earlier, remote)
        return known is not None and (datetime.now(UTC) - known.first_seen).total_seconds() >= seconds

    def saw(self, files: list[RemoteFile]) -> None:
        """Keep what a look of now saw, in place of the last one."""
        now = datetime.now(UTC)
        self._earlier = {file.name: known for file in files if (known := _same(self._earlier, file)) is not None}
        self._seen = {
            file.name: _same(self._seen, file)
            or _Seen(name=file.name, size=file.size, modified_at=file.modified_at, first_seen=now)
            for file in files
        }
        memory = _Memory(origin=self._origin, files=tuple(self._seen.values()))
        replace_whole(self._path, memory.model_dump_json(indent=2) + "\n")

    def _read(self) -> tuple[_Seen, ...]:
        try:
            memory = _Memory.model_validate_json(self._path.read_bytes())
        except (OSError, ValidationError):
            return ()
        return memory.files if memory.origin == self._origin else ()


def _same(seen: Mapping[str, _Seen], remote: RemoteFile) -> _Seen | None:
    """Return what was seen of the file when it is still the same."""
    known = seen.get(remote.name)
    same = known is not None and (known.size, known.modified_at) == (remote.size, remote.modified_at)
    return known if same else None
