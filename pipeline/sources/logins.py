"""Logins that a server refused, counted in the district's state: the second in a row pauses the district.

Belongs here: the counting, and what follows from it. Does not belong here: the login itself (`connect.py`).
Servers lock an account after a few wrong passwords, and then the district's own people cannot upload any more.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from pipeline.districts.decisions import record_decision
from pipeline.districts.state import pause, read_state, write_state
from pipeline.sftp.connect import connect
from pipeline.sftp.deadlines import DEFAULT_DEADLINES, Deadlines
from pipeline.sftp.errors import LoginRefusedError, where

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from pipeline.districts.folders import DistrictFolder
    from pipeline.sftp.connect import SftpServer, SftpSession

# One may be the district's typing error while it changes the password; servers lock after 3 to 6.
REFUSALS_IN_A_ROW = 2

ROLLCALL = "rollcall"
"""Who pauses a district by itself."""


def counting_logins(district: str, folder: DistrictFolder) -> Callable[..., AbstractContextManager[SftpSession]]:
    """Return what connects as `connect` does, and keeps count in the district's state."""
    return partial(_connect, district, folder)


@contextmanager
def _connect(
    district: str, folder: DistrictFolder, server: SftpServer, *, deadlines: Deadlines = DEFAULT_DEADLINES
) -> Iterator[SftpSession]:
    with ExitStack() as open_until_the_end:
        try:
            session = open_until_the_end.enter_context(connect(server, deadlines=deadlines))
        except LoginRefusedError as refused:
            told = _counted(district, folder, server, refused)
        else:
            _forget(folder)
            yield session
            return
    raise told


def _forget(folder: DistrictFolder) -> None:
    state = read_state(folder.state)
    if state.logins_refused:
        write_state(folder.state, state.model_copy(update={"logins_refused": 0}))


def _counted(
    district: str, folder: DistrictFolder, server: SftpServer, refused: LoginRefusedError
) -> LoginRefusedError:
    state = read_state(folder.state)
    count = state.logins_refused + 1
    state = state.model_copy(update={"logins_refused": count})
    pausing = count >= REFUSALS_IN_A_ROW and state.paused is None
    if pausing:
        why = f"{where(server.host, server.port)} refused the login {count} times in a row"
        state = pause(state, why=why, by=ROLLCALL)
        record_decision(folder.decisions, "pause", by=ROLLCALL, why=why, at=datetime.now(UTC))
    write_state(folder.state, state)
    if not pausing:
        return refused
    return LoginRefusedError(
        refused.message,
        f"{refused.cure} The server has now refused {count} logins in a row, so {district} was paused before the "
        f"server locks the account. Correct the settings or the secret, check the login with `rollcall district check "
        f"{district}`, then run `rollcall district resume {district}`.",
    )
