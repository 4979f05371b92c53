"""Fetching the wanted files of a folder, with as many tries as are right.

Belongs here: finding the wanted names, waiting until nobody writes any more, trying again.
Does not belong here: reading one file (`fetch.py`), what a set of files means (`pipeline.landing`,
`pipeline.sync`).
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from tenacity import (
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    stop_before_delay,
    wait_exponential,
    wait_random,
)

from pipeline.errors import TransientError
from pipeline.sftp.connect import connect
from pipeline.sftp.deadlines import DEFAULT_DEADLINES, Deadlines
from pipeline.sftp.errors import AmbiguousNameError, FileChangedError, NotRegularFileError
from pipeline.sftp.fetch import fetch
from pipeline.sftp.listing import list_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pipeline.sftp.connect import SftpServer, SftpSession
    from pipeline.sftp.fetch import FetchedFile
    from pipeline.sftp.listing import RemoteFile

T = TypeVar("T")

# A dropped line or a restarting server is back within a minute; what lasts longer is for the next run.
TRIES = 3

# Seconds before the second try, doubled before the third, at most so many, and up to so many more by chance,
# so that a hundred districts on one server do not come back in the same second.
FIRST_WAIT = 2.0
LONGEST_WAIT = 30.0
JITTER = 3.0

# Seconds between two looks at the folder. A file that somebody is uploading grows between them; shorter
# misses an upload that hesitates, longer adds to every run.
SETTLE_SECONDS = 10.0


def fetch_files(
    server: SftpServer,
    folder: str,
    wanted: Mapping[str, str],
    into: Path,
    *,
    deadlines: Deadlines = DEFAULT_DEADLINES,
    settle: float = SETTLE_SECONDS,
    progress: Callable[[str, int], None] | None = None,
) -> dict[str, FetchedFile]:
    """Fetch the files of `folder` that are wanted and there; return them by their local names.

    `wanted`: local name -> name on the server, upper and lower case alike. Each file is written to `into`
    under its local name; a wanted file that the folder does not hold is absent from the result. All of them
    come from one session in which nothing wanted changed for `settle` seconds. `progress` gets the local name
    and the bytes so far.

    A TransientError is tried again, 3 tries in all and `deadlines.total` seconds together; a PermanentError
    is raised at once. What is raised: AmbiguousNameError, NotRegularFileError, and the errors of `connect`,
    `list_folder` and `fetch`.
    """

    def once(bounds: Deadlines) -> dict[str, FetchedFile]:
        with connect(server, deadlines=bounds) as session:
            found = _wanted(session, folder, wanted)
            if found and settle:
                time.sleep(settle)
                if _wanted(session, folder, wanted) != found:
                    raise FileChangedError(
                        f"Files in the folder {folder!r} on the SFTP server {session.where} are still changing.",
                        "They are probably still being uploaded; Rollcall uses no part of them.",
                    )
            return {
                local: fetch(session, folder, remote, into / local, progress=_named(progress, local))
                for local, remote in found.items()
            }

    return with_tries(once, deadlines)


def with_tries(action: Callable[[Deadlines], T], deadlines: Deadlines = DEFAULT_DEADLINES) -> T:
    """Return what `action` returns, trying again after a TransientError; the last one is raised.

    `action` gets the deadlines that are left to it: all tries share `deadlines.total`.
    """
    end = time.monotonic() + deadlines.total
    tries = Retrying(
        retry=retry_if_exception_type(TransientError),
        stop=stop_after_attempt(TRIES) | stop_before_delay(deadlines.total),
        wait=wait_exponential(multiplier=FIRST_WAIT, max=LONGEST_WAIT) + wait_random(0, JITTER),
        reraise=True,
    )
    return tries(lambda: action(replace(deadlines, total=end - time.monotonic())))


def _wanted(session: SftpSession, folder: str, wanted: Mapping[str, str]) -> dict[str, RemoteFile]:
    """Return local name -> file for each wanted name that the folder holds."""
    files = list_folder(session, folder)
    found: dict[str, RemoteFile] = {}
    for local, name in wanted.items():
        matches = [file for file in files if file.name.casefold() == name.casefold()]
        if len(matches) > 1:
            raise AmbiguousNameError(
                f"The folder {folder!r} on the SFTP server {session.where} holds "
                f"{' and '.join(file.name for file in matches)}: nobody can know which one counts.",
                "Ask the district to remove one of them.",
            )
        if matches:
            found[local] = matches[0]
            continue
        # It is there and cannot be taken: that is not the same as not delivered.
        for other in files.others:
            if other.name.casefold() == name.casefold():
                raise NotRegularFileError(
                    f"{other.name} in the folder {folder!r} on the SFTP server {session.where} cannot be taken: "
                    f"{other.reason}.",
                    "Ask the district to put the file itself there.",
                )
    return found


def _named(progress: Callable[[str, int], None] | None, local: str) -> Callable[[int], None] | None:
    if progress is None:
        return None
    return lambda done: progress(local, done)
