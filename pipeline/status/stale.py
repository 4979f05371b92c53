"""The same content again and again: an export that still runs and reads nothing new.

Belongs here: since when a delivery, or one of its files, has been the same, and whether that is an alarm. Does not
belong here: who is told (`districts.py`, `pipeline/mail`), a delivery that repeats the last sync for one night, which
is `unchanged` (`pipeline/day/unchanged.py`).
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from datetime import date

from pipeline.districts.folders import DistrictFolder
from pipeline.districts.school_calendar import no_school_or_unknown
from pipeline.districts.settings import DistrictSettings
from pipeline.errors import RollcallError
from pipeline.landing.archive import Landing
from pipeline.landing.delivery import Delivery
from pipeline.report.model import StaleContent

MOST_NIGHTS = 400
"""Earlier nights that are looked at: more than a school year."""

_SATURDAY = 5


def stale_content(
    folder: DistrictFolder, district: str, settings: DistrictSettings, delivery: Delivery | None
) -> list[StaleContent]:
    """Return what has been the same for as many school days as the settings allow: all files, or some of them.

    A school day counts where the same content came again on it; Saturdays and Sundays never do. A night without a
    delivery, or whose delivery has been purged, counts for nothing.
    """
    if delivery is None or settings.stale.days == 0:
        return []
    landing = Landing(folder.landing, district)
    tonight = _contents(landing, delivery)
    watched: dict[str, Mapping[str, str]] = {"": tonight}
    watched |= {name: {name: tonight[name]} for name in settings.stale.files if name in tonight}
    since = dict.fromkeys(watched, date.fromisoformat(delivery.sync_date))
    days = dict.fromkeys(watched, 0)
    last = dict(since)
    going = set(watched)
    for name in [name for name in reversed(landing.dates()) if name < delivery.sync_date][:MOST_NIGHTS]:
        try:
            earlier = landing.in_force(name)
            contents = _contents(landing, earlier) if earlier is not None else {}
        except RollcallError:
            break
        for key in tuple(going):
            same = contents if not key else {one: contents[one] for one in watched[key] if one in contents}
            if same != watched[key]:
                going.discard(key)
                continue
            # The date behind the one at which it was seen before is one on which the content came again.
            days[key] += _is_school_day(settings, last[key])
            last[key] = since[key] = date.fromisoformat(name)
        if not going:
            break
    found = [key for key in watched if days[key] >= settings.stale.days]
    if "" in found:
        return [StaleContent(file=None, since=since[""], days=days[""])]
    return [StaleContent(file=key, since=since[key], days=days[key]) for key in found]


def _is_school_day(settings: DistrictSettings, day: date) -> bool:
    return day.weekday() < _SATURDAY and no_school_or_unknown(settings, day) is None


def _contents(landing: Landing, delivery: Delivery) -> dict[str, str]:
    """Return what names the content of each file; of a ZIP, of each file in it: the ZIP itself has the time in it."""
    found = {}
    for file in delivery.files:
        found[file.file] = file.sha256
        if not file.file.casefold().endswith(".zip"):
            continue
        try:
            with zipfile.ZipFile(landing.path(delivery, file.file)) as packed:
                inside = {
                    one.filename.rpartition("/")[2].casefold(): f"{one.CRC:08x} {one.file_size}"
                    for one in packed.infolist()
                    if not one.is_dir()
                }
        except (OSError, zipfile.BadZipFile):
            continue
        del found[file.file]
        found |= inside
    return found
