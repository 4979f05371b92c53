"""The checks of an installation: versions, folders, mail, and the settings and roster of every district."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from pipeline.districts.decisions import read_decisions
from pipeline.districts.folders import Home, OpenToOthersError, check_closed
from pipeline.districts.registry import Registry
from pipeline.districts.state import read_state
from pipeline.errors import RollcallError
from pipeline.mail.pages import pages_address
from pipeline.mail.sent import read_sent
from pipeline.mail.server import server_from
from pipeline.report.contact import operator_contact
from pipeline.report.words import counted
from pipeline.roster.open import read_roster

ENOUGH_DISK = 2 << 30
"""Bytes that should be free: a large district's day takes 200 MB, and the roster is written twice."""


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
        *(_district(home, registry, district) for district in registry.ids()),
        _none_yet(registry),
        _mail(home, registry),
    ]


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


def _district(home: Home, registry: Registry, district: str) -> Examined:
    folder = home.district(district)
    try:
        check_closed(folder.root)
        settings = registry[district]
        state = read_state(folder.state)
        read_roster(folder)
        read_decisions(folder.decisions)
    except RollcallError as failure:
        return Examined(f"district {district}", sound=False, detail=str(failure))
    nightly = (
        f"nightly at {settings.start_time:%H:%M} {settings.time_zone}" if state.runs_nightly else "not synced nightly"
    )
    roster = "has a roster" if folder.roster.exists() else "no roster yet"
    if state.runs_nightly and settings.sftp is not None and not settings.sftp.host_keys:
        return Examined(
            f"district {district}",
            sound=False,
            detail="enabled, but no host key is pinned.",
        )
    return Examined(f"district {district}", sound=True, detail=f"{settings.name}, {nightly}, {roster}")


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
