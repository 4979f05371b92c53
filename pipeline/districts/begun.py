"""Which districts have begun in which home, noted beside their settings: an empty home is then no new one.

A home that is empty may be a disk that is not mounted. Nothing in it can say so; the folder of the settings can.
Belongs here: the note, and refusing a district that would begin anew without a person's word. Does not belong here:
beginning again (`pipeline.roster.restore`).
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date
from pathlib import Path

from pipeline.districts.decisions import read_decisions
from pipeline.districts.folders import DistrictFolder
from pipeline.districts.head import PartLostError, begin_words
from pipeline.errors import RollcallError
from pipeline.files.atomic import replace_whole

BEGUN = ".begun"
"""The folder of the notes, within that of the settings."""


def note_begun(settings: Path, folder: DistrictFolder) -> None:
    """Note that the district has begun in this home. Where the settings cannot be written, nothing is noted."""
    home = str(folder.root.parent.parent)
    homes = _homes(settings, folder)
    if home in homes or not settings.is_dir():
        return
    with suppress(OSError, RollcallError):
        (settings / BEGUN).mkdir(mode=0o700, exist_ok=True)
        replace_whole(_note(settings, folder), json.dumps({"homes": [*homes, home]}, indent=2) + "\n")


def forget_begun(settings: Path, folder: DistrictFolder) -> None:
    """Forget the district in this home: all its data was removed on purpose."""
    left = [home for home in _homes(settings, folder) if home != str(folder.root.parent.parent)]
    with suppress(OSError, RollcallError):
        if left:
            replace_whole(_note(settings, folder), json.dumps({"homes": left}, indent=2) + "\n")
        else:
            _note(settings, folder).unlink(missing_ok=True)


def check_begun(settings: Path, folder: DistrictFolder) -> None:
    """Refuse a district of which this home holds nothing, though it has begun in it.

    Raises:
        PartLostError: with what to do.
    """
    parts = (folder.ledger, folder.roster, folder.state, folder.head)
    if any(path is not None and path.exists() for path in parts):
        return
    home = str(folder.root.parent.parent)
    if home not in _homes(settings, folder):
        return
    raise PartLostError(
        f"{home} holds nothing of {folder.root.name}, though this district had been enabled or synced in it.",
        f"If the home is on a disk of its own, mount it. Otherwise restore it from the newest backup. "
        f"{begin_words(folder)}",
    )


def check_first(folder: DistrictFolder, sync_date: date) -> None:
    """Refuse a first sync where deliveries of earlier dates lie in landing: the roster that they made is lost.

    Raises:
        PartLostError: with what to do.
    """
    if folder.ledger.exists() or folder.roster.exists() or not folder.landing.is_dir():
        return
    earlier = sorted(
        path.name for path in folder.landing.iterdir() if path.name[:1] != "." and path.name < str(sync_date)
    )
    if not earlier or _began_again(folder):
        return
    raise PartLostError(
        f"{folder.landing} holds deliveries from {earlier[0]} on, but there is no roster and no ledger of "
        f"{folder.root.name}.",
        f"If there were syncs, restore the whole folder {folder.root} from the newest backup. {begin_words(folder)}",
    )


def _began_again(folder: DistrictFolder) -> bool:
    return any(decision.kind == "begin_again" for decision in read_decisions(folder.decisions))


def _note(settings: Path, folder: DistrictFolder) -> Path:
    return settings / BEGUN / f"{folder.root.name}.json"


def _homes(settings: Path, folder: DistrictFolder) -> list[str]:
    try:
        return [str(home) for home in json.loads(_note(settings, folder).read_bytes())["homes"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []
