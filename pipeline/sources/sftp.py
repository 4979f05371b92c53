"""A district's SFTP server as a source: as its settings describe it, with secrets read at the moment they are needed.

Does not belong here: the protocol (`pipeline/sftp`), when files are taken (`collect.py`), which ones (`choice.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pipeline.districts.folders import DistrictFolder
from pipeline.districts.secrets import read_secret
from pipeline.districts.settings import SftpSettings
from pipeline.sftp.connect import SftpServer, SftpSession, connect
from pipeline.sftp.deadlines import DEFAULT_DEADLINES, Deadlines
from pipeline.sftp.fetch import FetchedFile, digest_of, fetch, folder_read_at, known, read_note
from pipeline.sftp.host_keys import presented_host_key
from pipeline.sftp.listing import Listing, RemoteFile, list_folder
from pipeline.sources.check import SourceCheck, listing_check
from pipeline.sources.choice import WantedFiles
from pipeline.sources.collect import QUIET_SECONDS, Memory, Place, collect
from pipeline.sources.logins import counting_logins
from pipeline.sources.observations import Observations


@dataclass(frozen=True)
class SftpSource:
    """The folder on a district's server."""

    district: str
    settings: SftpSettings
    folder: DistrictFolder

    @property
    def kind(self) -> Literal["sftp"]:
        """What the record of a delivery calls this kind of source."""
        return "sftp"

    @property
    def label(self) -> str:
        """Where the files come from, in one line without a secret."""
        return f"sftp://{self.settings.user}@{self.settings.host}:{self.settings.port}/{self.settings.path}"

    def check(self, choose: WantedFiles) -> SourceCheck:
        """Connect as a sync would, and list the folder. The errors are those of `connect` and `list_folder`."""
        key = presented_host_key(self.settings.host, self.settings.port)
        if not self.settings.host_keys:
            return SourceCheck(key, None, [], [])
        connecting = counting_logins(self.district, self.folder)
        with connecting(sftp_server(self.district, self.settings)) as session:
            listing = list_folder(session, self.settings.path)
        return listing_check(key, listing, choose)

    def fetch(self, choose: WantedFiles, into: Path) -> dict[str, FetchedFile]:
        """Fetch the wanted files as `fetch_files` does, counting logins that are refused."""
        return fetch_files(
            sftp_server(self.district, self.settings),
            self.settings.path,
            choose,
            into,
            deadlines=deadlines(self.settings),
            quiet=self.settings.settle_seconds,
            memory=Observations(self.folder.looks, self.label),
            read_twice=self.settings.read_twice,
            connecting=counting_logins(self.district, self.folder),
        )


@dataclass
class SftpPlace:
    """A folder on a server, in one session."""

    session: SftpSession
    folder: str
    _clock: float | None = None

    @property
    def at(self) -> str:
        """How messages say where a file lies."""
        return self.session.at

    def look(self) -> Listing:
        """Return what lies in the folder now.

        A server notes when a folder is listed: where that date moves, it is the server's clock at this moment.
        """
        before = folder_read_at(self.session, self.folder) if self._clock is None else None
        listing = list_folder(self.session, self.folder)
        if before is not None:
            after = folder_read_at(self.session, self.folder)
            self._clock = after if after is not None and after > before else None
        return listing

    def known(self, remote: RemoteFile) -> RemoteFile:
        """Return the listed file as the server describes it when it is asked."""
        return known(self.session, self.folder, remote)

    def take(self, remote: RemoteFile, into: Path, progress: Callable[[int], None] | None) -> FetchedFile:
        """Bring the file as listed to `into`, whole or not at all."""
        return fetch(self.session, self.folder, remote, into, progress=progress)

    def digest(self, remote: RemoteFile) -> str:
        """Read the file as listed and return its sha256."""
        return digest_of(self.session, self.folder, remote)

    def note(self, remote: RemoteFile) -> bytes:
        """Return the bytes of a file of a few lines."""
        return read_note(self.session, self.folder, remote)

    def clock(self, remote: RemoteFile) -> float | None:  # noqa: ARG002 - the server has one for all its files
        """Return what the server's clock shows, None where nobody knows. No file is opened for it."""
        return self._clock


def fetch_files(
    server: SftpServer,
    folder: str,
    choose: Callable[[Listing], Mapping[str, RemoteFile]],
    into: Path,
    *,
    deadlines: Deadlines = DEFAULT_DEADLINES,
    quiet: float = QUIET_SECONDS,
    memory: Memory | None = None,
    read_twice: bool = False,
    progress: Callable[[str, int], None] | None = None,
    connecting: Callable[..., AbstractContextManager[SftpSession]] = connect,
) -> dict[str, FetchedFile]:
    """Fetch the files of a server's folder that `choose` wants; return them by their local names.

    As `collect`; and what `connect` and `list_folder` raise. `connecting` is called as `connect` is, for each session.
    """

    @contextmanager
    def opened(bounds: Deadlines) -> Iterator[Place]:
        with connecting(server, deadlines=bounds) as session:
            yield SftpPlace(session, folder)

    return collect(
        opened, choose, into, deadlines=deadlines, quiet=quiet, memory=memory, read_twice=read_twice, progress=progress
    )


def sftp_server(district: str, sftp: SftpSettings) -> SftpServer:
    """Return what is needed to connect to a district's server.

    Raises:
        UsageError: a secret cannot be read.
    """
    secrets = {
        name: read_secret(reference, district=district, setting=f"sftp.{name}")
        for name in ("password", "private_key", "passphrase")
        if (reference := getattr(sftp, name)) is not None
    }
    return SftpServer(host=sftp.host, port=sftp.port, user=sftp.user, host_keys=sftp.host_keys, **secrets)


def deadlines(sftp: SftpSettings) -> Deadlines:
    """Return the bounds for a district that may take longer than others, or must not take as long."""
    total = sftp.max_minutes * 60
    # One file may take as much of the whole as by default.
    share = DEFAULT_DEADLINES.file / DEFAULT_DEADLINES.total
    return replace(DEFAULT_DEADLINES, total=total, file=total * share)
