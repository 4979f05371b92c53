"""What a check of a source shows: which of the files of a set lie there, and a server's host key. Fetches nothing.

Does not belong here: how a source is looked at (`sftp.py`, `folder.py`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from pipeline.errors import PermanentError
from pipeline.oneroster.findings import CATALOGUE, ELSEWHERE
from pipeline.sftp.host_keys import HostKey
from pipeline.sftp.listing import Listing
from pipeline.sources.choice import WantedFiles


@dataclass(frozen=True)
class FoundFile:
    """A file at the source, and which of a set it is read as (None: none of them)."""

    name: str
    size: int
    modified_at: datetime
    read_as: str | None


@dataclass(frozen=True)
class SourceCheck:
    """What the check found. `listing` is None where no host key is pinned yet: then nothing was sent.

    `host_key` is None for a folder on this machine.
    """

    host_key: HostKey | None
    listing: list[FoundFile] | None
    missing: list[str]
    problems: list[str]

    def as_json(self) -> dict[str, Any]:
        """Return the check as plain data."""
        return {
            "host_key": asdict(self.host_key) if self.host_key else None,
            "pinned": self.host_key is not None and self.listing is not None,
            "files": [
                {
                    "name": f.name,
                    "size": f.size,
                    "modified_at": f.modified_at.isoformat(),
                    "read_as": f.read_as,
                }
                for f in self.listing or ()
            ],
            "missing": self.missing,
            "problems": self.problems,
        }


def listing_check(
    key: HostKey | None,
    listing: Listing,
    choose: WantedFiles,
) -> SourceCheck:
    """Return what a listing shows, and which of the files that a set of its format has are wanted and missing."""
    problems = [f"Ignored: {other.name}: {other.reason}." for other in listing.others]
    try:
        chosen = {file: local for local, file in choose(listing).items()}
    except PermanentError as failure:
        chosen, problems = {}, [str(failure), *problems]
    problems += [
        CATALOGUE[ELSEWHERE].message.format(value=said.value) for said in choose.said if said.code == ELSEWHERE
    ]
    shown = sorted([*listing, *listing.markers.values()], key=lambda file: file.name)
    return SourceCheck(
        host_key=key,
        listing=[FoundFile(f.name, f.size, f.modified_at, chosen.get(f)) for f in shown],
        missing=choose.missing(chosen.values()),
        problems=problems,
    )
