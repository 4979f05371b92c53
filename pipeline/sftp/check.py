"""The check of a district's server: its host key, and which of the three files lie there. Fetches nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.districts.settings import DistrictSettings
from pipeline.sftp.connect import connect
from pipeline.sftp.host_keys import presented_host_key
from pipeline.sftp.listing import list_folder
from pipeline.sftp.server import sftp_server


@dataclass(frozen=True)
class FoundFile:
    """A file on the server, and which of the three it is read as (None: none of them)."""

    name: str
    size: int
    modified_at: datetime
    read_as: str | None


@dataclass(frozen=True)
class ServerCheck:
    """What the check found. `listing` is None where no host key is pinned yet: then nothing was sent."""

    key_type: str
    fingerprint: str
    listing: list[FoundFile] | None
    missing: list[str]
    problems: list[str]

    def as_json(self) -> dict[str, Any]:
        """Return the check as plain data."""
        return {
            "host_key": {"type": self.key_type, "fingerprint": self.fingerprint},
            "pinned": self.listing is not None,
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


def check_server(district: str, settings: DistrictSettings) -> ServerCheck:
    """Connect as a sync would, and list the folder.

    The errors are those of `connect` and `list_folder`.
    """
    key = presented_host_key(settings.sftp.host, settings.sftp.port)
    wanted = {name.casefold(): file for file, name in settings.files.by_file().items()}
    if not settings.sftp.host_keys:
        return ServerCheck(key.type, key.fingerprint, None, [], [])
    with connect(sftp_server(district, settings)) as session:
        listing = list_folder(session, settings.sftp.path)
    files = [FoundFile(f.name, f.size, f.modified_at, wanted.get(f.name.casefold())) for f in listing]
    there = {file.read_as for file in files}
    return ServerCheck(
        key_type=key.type,
        fingerprint=key.fingerprint,
        listing=files,
        missing=[file for file in wanted.values() if file not in there],
        problems=[f"Passed over: {other.name}: {other.reason}." for other in listing.others],
    )
