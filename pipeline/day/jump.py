"""A clock that jumps: noticed before anything is dated by it, by what is outside of this machine.

Belongs here: whether a date that comes from the clock fits what else is known. Does not belong here: which dates may be
synced at all (`pipeline.status.clock`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from pipeline.districts.decisions import read_decisions
from pipeline.districts.folders import DistrictFolder
from pipeline.districts.head import read_head
from pipeline.errors import PermanentError, RollcallError
from pipeline.landing.archive import Landing
from pipeline.landing.delivery import Delivery
from pipeline.roster.ledger import Ledger, read_ledger

NEAR = timedelta(days=3)
"""A weekend between two nights, and a day more."""


class ClockJumpedError(PermanentError):
    """Nothing outside agrees with the date that the clock gives."""


def check_jump(
    folder: DistrictFolder, ledger: Ledger, sync_date: date, dates: Collection[date], *, today: date
) -> None:
    """Refuse a date far from the newest sync's where no file and no other district of the home is near it.

    `dates` are those of the files. A week without files or a break stops nobody: the files that come then have dates of
    then. Nor does a date before yesterday: it did not come from the clock.

    Raises:
        ClockJumpedError: until a person confirms the date.
    """
    newest = ledger.newest
    if newest is None or sync_date <= newest.sync_date + NEAR or sync_date < today - timedelta(days=1):
        return
    if any(_near(day, sync_date) for day in (*dates, *_others(folder))):
        return
    if any(one.kind == "confirm_date" and one.sync_date == sync_date for one in read_decisions(folder.decisions)):
        return
    raise ClockJumpedError(
        f"The clock of this machine says that it is {sync_date}, but the newest sync is of {newest.sync_date}, and "
        f"{'no file of the district' if dates else 'no file and no other district'} has a date near that.",
        f"If the clock is wrong, correct it. If the date is right, run `rollcall sync {folder.root.name} "
        "--confirm-date --by NAME --reason TEXT`.",
    )


def check_jump_unread(
    folder: DistrictFolder, landing: Landing, sync_date: date, dates: Collection[date], *, today: date
) -> None:
    """Refuse as `check_jump`, by the dates of files that lie at the source and have not been read.

    A server may give each file once, or remove what was read: nothing is taken for a date that would be refused. What
    was uploaded for the date by hand counts too.
    """
    if not any(_near(day, sync_date) for day in dates):
        dates = [*dates, *dates_of(landing.in_force(sync_date.isoformat()))]
        check_jump(folder, read_ledger(folder), sync_date, dates, today=today)


def dates_of(delivery: Delivery | None) -> list[date]:
    """Return the dates of a delivery's files; none where nothing was delivered."""
    return [file.modified_at.date() for file in delivery.files] if delivery else []


def agreed_outside(folder: DistrictFolder, today: date) -> bool:
    """Return whether another district of the home was synced within three days of a date, with files of then."""
    return any(_near(day, today) for day in _others(folder))


def retention_from(ledger: Ledger, today: date) -> date:
    """Return the date from which retention counts back: today, or soon after the night before where that is long ago.

    `ledger` is as before tonight. A clock that has jumped removes nothing, and after a long break one night goes by.
    """
    newest = ledger.newest
    return today if newest is None else min(today, newest.sync_date + NEAR)


def _near(one: date, other: date) -> bool:
    return abs(one - other) <= NEAR


def _others(folder: DistrictFolder) -> Iterator[date]:
    """Yield the dates of the newest syncs of the home's other districts."""
    if folder.head is None or not folder.head.parent.is_dir():
        return
    for path in folder.head.parent.glob("*.json"):
        if path == folder.head:
            continue
        try:
            head = read_head(DistrictFolder(folder.root.parent / path.stem))
        except RollcallError:
            continue
        if head is not None and head.sync_date is not None:
            yield head.sync_date
