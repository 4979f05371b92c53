"""The checks of an installation: versions, folders, mail, and the settings and roster of every district."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from pipeline.districts.begun import check_begun
from pipeline.districts.decisions import read_decisions
from pipeline.districts.folders import OTHERS, DistrictFolder, Home, OpenToOthersError, check_closed, leftovers
from pipeline.districts.registry import Registry
from pipeline.districts.school_calendar import check_calendar
from pipeline.districts.state import read_state
from pipeline.errors import RollcallError
from pipeline.landing.archive import Landing
from pipeline.landing.verify import missing_deliveries, unreadable_records
from pipeline.mail.pages import pages_address
from pipeline.mail.sent import read_sent
from pipeline.mail.server import server_from
from pipeline.report.contact import operator_contact
from pipeline.report.words import counted
from pipeline.roster.open import read_roster, read_whole
from pipeline.status.districts import TO_DO, last_before_the_jump
from pipeline.status.known_settings import unreadable_districts

ENOUGH_DISK = 2 << 30
"""Bytes that should be free: a large district's day takes 200 MB, and the roster is written twice."""


@dataclass(frozen=True)
class One:
    """A district that is looked at."""

    district: str
    folder: DistrictFolder
    registry: Registry


Look = Callable[[One], str]
"""Looks at one thing of a district and returns what is wrong there, in words; nothing where all is well."""

MOST_NAMED = 3
"""How many of many are named."""


@dataclass(frozen=True)
class Examined:
    """One thing that was checked."""

    what: str
    sound: bool
    detail: str


def examine(home: Home, registry: Registry) -> list[Examined]:
    """Return what was checked, in the order of reading."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("rollcall", "dagster", "duckdb", "polars", "paramiko"))
    return [
        Examined("versions", sound=True, detail=versions),
        _home(home),
        _disk(home),
        *(found for district in _districts(home, registry) for found in _district(home, registry, district)),
        _none_yet(registry),
        _mail(home, registry),
    ]


def _districts(home: Home, registry: Registry) -> list[str]:
    """Return the districts that have settings, and those that are enabled and have none."""
    return sorted({*registry.ids(), *unreadable_districts(home, registry)})


def _home(home: Home) -> Examined:
    what = "ROLLCALL_HOME"
    try:
        home.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as failure:
        return Examined(what, sound=False, detail=f"{home.root} cannot be created: {failure.strerror}.")
    if not os.access(home.root, os.W_OK):
        return Examined(what, sound=False, detail=f"this account cannot write to {home.root}.")
    try:
        home.check_private()
    except OpenToOthersError as failure:
        return Examined(what, sound=False, detail=str(failure))
    return Examined(what, sound=True, detail=str(home.root))


def _disk(home: Home) -> Examined:
    where = next(folder for folder in (home.root, *home.root.parents) if folder.exists())
    free = shutil.disk_usage(where).free
    return Examined("disk", sound=free >= ENOUGH_DISK, detail=f"{free / (1 << 30):.1f} GiB free at {where}")


def _district(home: Home, registry: Registry, district: str) -> list[Examined]:
    """Return what was found of one district: one line where all is well, else one for each thing that is wrong."""
    folder = home.district(district)
    what = f"district {district}"
    wrong = [
        words
        for look in (_settings, _calendar, _state, _folder, _roster, _decisions, _deliveries)
        if (words := _said(look, One(district, folder, registry)))
    ]
    # What one look says, another says again: the roster's vouches for the decisions.
    wrong = list(dict.fromkeys(wrong))
    if wrong:
        return [Examined(what, sound=False, detail=words) for words in wrong]
    settings, state = registry[district], read_state(folder.state)
    nightly = (
        f"nightly at {settings.start_time:%H:%M} {settings.time_zone}" if state.runs_nightly else "not synced nightly"
    )
    roster = "has a roster" if folder.roster.exists() else "no roster yet"
    left = leftovers(folder)
    named = ", ".join(str(path.relative_to(folder.root)) for path in left[:MOST_NAMED])
    kept = f"; {counted(len(left), 'leftover')} of killed runs: {named}" if left else ""
    return [Examined(what, sound=True, detail=f"{settings.name}, {nightly}, {roster}{kept}")]


def _said(look: Look, one: One) -> str:
    """Return what a look finds wrong, in words; nothing where all is well."""
    try:
        return look(one)
    except RollcallError as failure:
        return str(failure)
    except OSError as failure:
        return f"{failure.filename or one.folder.root} cannot be read: {failure.strerror}."


def _settings(one: One) -> str:
    settings = one.registry[one.district]
    runs = read_state(one.folder.state).runs_nightly
    if runs and settings.sftp is not None and not settings.sftp.host_keys:
        return "enabled, but no host key is pinned."
    return ""


def _calendar(one: One) -> str:
    settings = one.registry[one.district]
    check_calendar(settings, datetime.now(settings.zone).date())
    return ""


def _state(one: One) -> str:
    check_begun(one.registry.folder, one.folder)
    read_state(one.folder.state)
    return ""


def _folder(one: One) -> str:
    root = one.folder.root
    check_closed(root)
    is_open = [path for path in root.rglob("*") if not path.is_symlink() and stat.S_IMODE(path.stat().st_mode) & OTHERS]
    if not is_open:
        return ""
    what = counted(len(is_open), "file or folder", "files and folders")
    return f"other accounts can read {what} in {root}. Run: chmod -R go= {root}"


def _roster(one: One) -> str:
    ledger = read_roster(one.folder)
    if not one.folder.roster.exists():
        return ""
    read_whole(one.folder, ledger)
    newest, today = ledger.newest, datetime.now(one.registry[one.district].zone).date()
    if newest is not None and newest.sync_date > today:
        goal = last_before_the_jump(ledger, today)
        return f"the newest sync has the date {newest.sync_date}, which is in the future: a clock was wrong. " + TO_DO[
            "ahead"
        ].format(district=one.district, goal=goal or "NUMBER")
    return ""


def _decisions(one: One) -> str:
    read_decisions(one.folder.decisions)
    return ""


def _deliveries(one: One) -> str:
    """Look whether the records of all deliveries are there; `rollcall landing verify` reads their files too."""
    landing = Landing(one.folder.landing, one.district)
    found = [str(one) for one in (*unreadable_records(landing), *missing_deliveries(one.folder, one.district))]
    if not found:
        return ""
    more = f" And {counted(len(found) - MOST_NAMED, 'more')}." if len(found) > MOST_NAMED else ""
    return f"{' '.join(found[:MOST_NAMED])}{more} `rollcall landing verify {one.district}` checks all deliveries."


def _mail(home: Home, registry: Registry) -> Examined:
    try:
        server = server_from()
        pages_address()
        operator_contact()
    except RollcallError as failure:
        return Examined("mail", sound=False, detail=str(failure))
    if server is None:
        return Examined("mail", sound=True, detail="no mail is sent: ROLLCALL_MAIL_SERVER is not set")
    records = {"operator": home.mail} | {district: home.district(district).mail for district in registry.ids()}
    failed = [f"to {reader}: {found.failed}" for reader, path in records.items() if (found := read_sent(path)).failed]
    if failed:
        return Examined("mail", sound=False, detail=" ".join(failed))
    return Examined("mail", sound=True, detail=f"sent by {server.host}:{server.port}")


def _none_yet(registry: Registry) -> Examined:
    strays = sorted(p.name for p in Path(registry.folder).glob("*.y*ml") if p.stem not in registry.ids())
    if strays:
        return Examined(
            "settings",
            sound=False,
            detail=f"ignored because their names are not district ids: {', '.join(strays)}",
        )
    return Examined("settings", sound=True, detail=f"{counted(len(registry.ids()), 'district')} in {registry.folder}")
