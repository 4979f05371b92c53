"""The delivery stage: takes a district's files for a date into landing, from SFTP or from somebody's hand.

Belongs here: the ways in and the rule which delivery counts.
Does not belong here: where files come from (`pipeline/sources`), what landing guarantees (`archive.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from pipeline.districts.folders import DistrictFolder
from pipeline.districts.settings import DistrictSettings
from pipeline.districts.state import read_state, refuse_paused
from pipeline.errors import UsageError
from pipeline.landing.archive import Landing
from pipeline.landing.delivery import Delivery
from pipeline.oneroster.sets import Candidate, SetFinding, choose_files
from pipeline.sources.check import SourceCheck
from pipeline.sources.choice import CheckDates, WantedFiles
from pipeline.sources.folder import open_drop_folder
from pipeline.sources.source import source_of
from pipeline.sources.upload import find_files


def fetch_delivery(
    district: str,
    settings: DistrictSettings,
    folder: DistrictFolder,
    sync_date: date,
    *,
    refetch: bool = False,
    only_whole: bool = False,
    check_dates: CheckDates | None = None,
) -> tuple[Delivery | None, tuple[SetFinding, ...]]:
    """Fetch the files that are in the district's drop folder now, and return the delivery in force for the date.

    Beside it, what the drop folder has to say of them. The delivery is None where the source has none of the files and
    landing holds nothing for the date; with `only_whole`, where the source lacks any of the required files.
    `check_dates` gets the dates of the wanted files before the first is read, and raises where none may be. The errors
    are those of `pipeline.sources.collect.collect`; UsageError for a district that is paused, however the run was
    started: nobody logs in then.
    """
    refuse_paused(district, read_state(folder.state))
    source = source_of(district, settings, folder)
    landing = Landing(folder.landing, district)
    day = sync_date.isoformat()
    with landing.receive(day, source.kind, source.label, refetch=refetch) as incoming:
        choose = WantedFiles(settings, only_whole=only_whole, check_dates=check_dates)
        for file, found in source.fetch(choose, incoming.folder).items():
            incoming.take(found, file=file)
        incoming.say(choose.said)
    delivery = landing.in_force(day)
    if delivery is not None and not incoming.is_new:
        landing.check_whole(delivery)
    return delivery, choose.said


def check_source(district: str, settings: DistrictSettings, folder: DistrictFolder) -> SourceCheck:
    """Look at the district's source as a sync would, and tell what is there. Fetches nothing."""
    return source_of(district, settings, folder).check(WantedFiles(settings))


def landed_delivery(district: str, folder: DistrictFolder, sync_date: date) -> Delivery | None:
    """Return the delivery in force for a date from landing alone. LandingError where it is not as it was received."""
    landing = Landing(folder.landing, district)
    delivery = landing.in_force(sync_date.isoformat())
    if delivery is not None:
        landing.check_whole(delivery)
    return delivery


def upload_delivery(
    district: str, settings: DistrictSettings, folder: DistrictFolder, sync_date: date, paths: Sequence[Path]
) -> Delivery:
    """Take files by hand into landing and return the delivery in force, which is this one. A ZIP lands as it is.

    Raises:
        UsageError: a path is not there, or none of the three files is among them.
    """
    found = find_files(paths, settings.files.patterns(), format_sent=settings.files.format)
    landing = Landing(folder.landing, district)
    with landing.receive(sync_date.isoformat(), "upload", "upload") as incoming:
        for file, path in found.paths.items():
            # A link that a person hands over is followed; after that, the checks are those of every other way in.
            real = path.resolve()
            with open_drop_folder(real.parent) as place:
                taken = place.take(place.one(real.name), incoming.folder / file, None)
            incoming.take(replace(taken, name=path.name, owner=None), file=file)
        incoming.say(found.findings)
    delivery = landing.in_force(sync_date.isoformat())
    if delivery is None:
        raise UsageError("Nothing was uploaded.")
    return delivery


def delivered_paths(district: str, folder: DistrictFolder, delivery: Delivery | None) -> dict[str, Path]:
    """Return where each file of a delivery is (a ZIP as `delivery.zip`); none where nothing was delivered."""
    if delivery is None:
        return {}
    landing = Landing(folder.landing, district)
    return {landed.file: landing.path(delivery, landed.file) for landed in delivery.files}


def landed_findings(settings: DistrictSettings, delivery: Delivery | None) -> tuple[SetFinding, ...]:
    """Return what the names and dates of a delivery's files say of the set, such as a file of another night.

    What was said when they were chosen among others is part of it.
    """
    if delivery is None:
        return ()
    candidates = [Candidate(file.name, file.size, file.modified_at) for file in delivery.files]
    said = (SetFinding(said.code, said.file, said.value) for said in delivery.said)
    chosen = choose_files(candidates, settings.files.patterns(), format_sent=settings.files.format)
    return tuple(dict.fromkeys([*said, *chosen.findings]))
