"""A source: where a district's files come from. One module for each kind of source, all behind this protocol.

A new kind of source is a module beside `sftp.py` with a class like this, a section of the settings, and a line in
`source_of`. Does not belong here: which delivery counts (`pipeline/landing`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Protocol

from pipeline.districts.folders import DistrictFolder
from pipeline.districts.settings import DistrictSettings
from pipeline.sftp.fetch import FetchedFile
from pipeline.sources.check import SourceCheck
from pipeline.sources.choice import WantedFiles
from pipeline.sources.folder import FolderSource
from pipeline.sources.sftp import SftpSource


class Source(Protocol):
    """Where a district's files come from."""

    @property
    def kind(self) -> Literal["sftp", "folder"]:
        """What the record of a delivery calls this kind of source."""

    @property
    def label(self) -> str:
        """Where the files come from, in one line without a secret."""

    def check(self, choose: WantedFiles) -> SourceCheck:
        """Look as a sync would, and tell what is there. Fetches nothing."""

    def fetch(self, choose: WantedFiles, into: Path) -> dict[str, FetchedFile]:
        """Bring the wanted files into the folder `into`, whole or not at all; return them by the standard's names."""


def source_of(district: str, settings: DistrictSettings, folder: DistrictFolder) -> Source:
    """Return the source that a district's settings name."""
    if settings.sftp is not None:
        return SftpSource(district, settings.sftp, folder)
    assert settings.folder is not None  # noqa: S101 - one of the two is there: a rule of the settings
    return FolderSource(settings.folder, folder)
