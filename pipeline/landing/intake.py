"""The delivery stage: takes a district's files for a date into landing, from SFTP or from somebody's hand.

Belongs here: the ways in and the rule which delivery counts.
Does not belong here: how bytes come over SFTP (`pipeline.sftp`), what landing guarantees (`archive.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from pipeline.csvfile.dialect import ends_with_line_end
from pipeline.districts.folders import DistrictFolder
from pipeline.districts.settings import DistrictSettings
from pipeline.districts.state import read_state, refuse_paused
from pipeline.errors import UsageError
from pipeline.landing.archive import Landing
from pipeline.landing.delivery import Delivery, Source
from pipeline.oneroster.files import FILE_NAMES
from pipeline.oneroster.sets import ARCHIVE, Candidate, SetFinding, canonical_name, choose_files
from pipeline.oneroster.unpack import opened_set
from pipeline.sftp.fetch import FetchedFile
from pipeline.sources.check import ServerCheck, check_server, listing_check
from pipeline.sources.choice import WantedFiles
from pipeline.sources.collect import collect, fetch_files
from pipeline.sources.folder import open_drop_folder
from pipeline.sources.logins import counting_logins
from pipeline.sources.observations import Looks
from pipeline.sources.server import deadlines, sftp_server


def fetch_delivery(
    district: str,
    settings: DistrictSettings,
    folder: DistrictFolder,
    sync_date: date,
    *,
    refetch: bool = False,
) -> Delivery | None:
    """Fetch the files that are in the district's drop folder now, and return the delivery in force for the date.

    None where the folder has none of the files and landing holds nothing for the date. The errors are those of
    `pipeline.sources.collect.fetch_files`; UsageError for a district that is paused, however the run was started:
    nobody logs in then.
    """
    refuse_paused(district, read_state(folder.state))
    landing = Landing(folder.landing, district)
    day, origin = sync_date.isoformat(), origin_of(settings)
    source: Source = "sftp" if settings.sftp is not None else "folder"
    with landing.receive(day, source, origin, refetch=refetch) as incoming:
        choose = WantedFiles(settings)
        for file, found in _fetched(district, settings, folder, incoming.folder, choose).items():
            incoming.take(found, file=file)
        incoming.say(choose.said)
    return landing.in_force(day)


def origin_of(settings: DistrictSettings) -> str:
    """Return where a district's files come from, in one line without a secret."""
    if settings.sftp is not None:
        return f"sftp://{settings.sftp.user}@{settings.sftp.host}:{settings.sftp.port}/{settings.sftp.path}"
    return f"folder:{settings.folder.path}" if settings.folder is not None else ""


def _fetched(
    district: str, settings: DistrictSettings, folder: DistrictFolder, into: Path, choose: WantedFiles
) -> dict[str, FetchedFile]:
    memory = Looks(folder.looks, origin_of(settings))
    if settings.sftp is not None:
        return fetch_files(
            sftp_server(district, settings.sftp),
            settings.sftp.path,
            choose,
            into,
            deadlines=deadlines(settings.sftp),
            quiet=settings.sftp.settle_seconds,
            memory=memory,
            read_twice=settings.sftp.read_twice,
            connecting=counting_logins(district, folder),
        )
    assert settings.folder is not None  # noqa: S101 - one of the two is there: a rule of the settings
    path = Path(settings.folder.path)
    return collect(lambda _: open_drop_folder(path), choose, into, quiet=settings.folder.settle_seconds, memory=memory)


def check_source(district: str, settings: DistrictSettings, folder: DistrictFolder) -> ServerCheck:
    """Look at the district's drop folder as a sync would, and tell what is there. Fetches nothing."""
    choose = WantedFiles(settings)
    if settings.sftp is not None:
        return check_server(district, folder, settings.sftp, FILE_NAMES, choose)
    assert settings.folder is not None  # noqa: S101 - one of the two is there: a rule of the settings
    with open_drop_folder(Path(settings.folder.path)) as place:
        return listing_check(None, place.look(), FILE_NAMES, choose)


def landed_delivery(district: str, folder: DistrictFolder, sync_date: date) -> Delivery | None:
    """Return the delivery in force for a date from landing alone."""
    return Landing(folder.landing, district).in_force(sync_date.isoformat())


def upload_delivery(
    district: str, settings: DistrictSettings, folder: DistrictFolder, sync_date: date, paths: Sequence[Path]
) -> Delivery:
    """Take files by hand into landing and return the delivery in force, which is this one. A ZIP lands as it is.

    Raises:
        UsageError: a path is not there, or none of the three files is among them.
    """
    found = find_files(paths, settings.files.patterns())
    landing = Landing(folder.landing, district)
    with landing.receive(sync_date.isoformat(), "upload", "upload") as incoming:
        for file, path in found.paths.items():
            # A link that a person hands over is followed; after that, the checks are those of every other way in.
            real = path.resolve()
            with open_drop_folder(real.parent) as place:
                taken = place.take(place.one(real.name), incoming.folder / file, None)
            incoming.take(replace(taken, name=path.name), file=file)
        incoming.say(found.findings)
    delivery = landing.in_force(sync_date.isoformat())
    if delivery is None:
        raise UsageError("Nothing was uploaded.")
    return delivery


def delivered_paths(district: str, folder: DistrictFolder, sync_date: date, number: int | None) -> dict[str, Path]:
    """Return where each file of a delivery is (a ZIP as `delivery.zip`); none where `number` is None."""
    landing = Landing(folder.landing, district)
    return {
        landed.file: landing.path(delivery, landed.file)
        for delivery in landing.deliveries(sync_date.isoformat())
        if delivery.number == number
        for landed in delivery.files
    }


def landed_findings(settings: DistrictSettings, delivery: Delivery | None) -> tuple[SetFinding, ...]:
    """Return what the names and dates of a delivery's files say of the set, such as a file of another night.

    What was said when they were chosen among others is part of it.
    """
    if delivery is None:
        return ()
    candidates = [Candidate(file.name, file.size, file.modified_at) for file in delivery.files]
    said = (SetFinding(said.code, said.file, said.value) for said in delivery.said)
    return tuple(dict.fromkeys([*said, *choose_files(candidates, settings.files.patterns()).findings]))


def closed_before(district: str, folder: DistrictFolder, sync_date: date) -> frozenset[str]:
    """Return the files whose delivery before `sync_date` ended with a line end.

    One that usually does and now does not was cut off, even where its last row looks whole.
    """
    landing = Landing(folder.landing, district)
    earlier = [day for day in landing.dates() if day < sync_date.isoformat()]
    delivery = landing.in_force(earlier[-1]) if earlier else None
    if delivery is None:
        return frozenset()
    paths = delivered_paths(district, folder, date.fromisoformat(delivery.sync_date), delivery.number)
    with opened_set(paths, folder.root) as opened:
        return frozenset(file for file, path in opened.paths.items() if ends_with_line_end(path))


def find_files(paths: Sequence[Path], patterns: Mapping[str, str]) -> FoundFiles:
    """Return the files of a set among `paths` (files or folders), by the rule of `pipeline.oneroster.sets`.

    `patterns` says how the district calls each of them; the standard's own name is always understood.

    Raises:
        UsageError: a path is not there or cannot be read, two files that were named are the same one, or none of the
            three and no ZIP is among them.
    """
    candidates: dict[str, Path] = {}
    for path in paths:
        if path.is_dir():
            candidates |= {str(child): child for child in sorted(path.iterdir()) if child.is_file()}
        elif path.is_file():
            candidates[str(path)] = path
        else:
            raise UsageError(f"{path} does not exist.", "Name a folder, a ZIP, or the CSV files themselves.")
    _check_named_once(paths, patterns)
    chosen = choose_files([_candidate(path) for path in candidates.values()], patterns)
    found = {file: candidates[candidate.name] for file, candidate in chosen.files.items()}
    if not {*FILE_NAMES, ARCHIVE} & set(found):
        raise UsageError(
            f"{', '.join(str(path) for path in paths)} contains none of {', '.join(FILE_NAMES)}.",
            "Name the folder that contains them, a ZIP of them, or the files themselves.",
        )
    for path in found.values():
        _check_readable(path)
    names = {str(path): path.name for path in candidates.values()}
    findings = [replace(finding, value=_short(finding.value, names)) for finding in chosen.findings]
    return FoundFiles(found, tuple(findings))


@dataclass(frozen=True)
class FoundFiles:
    """The files of a set by their canonical names, and what is to be said of the choice."""

    paths: dict[str, Path]
    findings: tuple[SetFinding, ...] = ()


def _candidate(path: Path) -> Candidate:
    stat = path.stat()
    return Candidate(str(path), stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC))


def _check_named_once(paths: Sequence[Path], patterns: Mapping[str, str]) -> None:
    """Refuse two files that were named one by one and are both, say, users.csv: nobody knows which is meant."""
    named: dict[str, Path] = {}
    for path in paths:
        file = canonical_name(path.name, patterns) if path.is_file() else None
        if file is None:
            continue
        if file in named and named[file] != path:
            raise UsageError(f"{file} was named twice: {named[file]} and {path}.", "Name only one of the two.")
        named[file] = path


def _short(text: str | None, names: Mapping[str, str]) -> str | None:
    """Put names in place of whole paths."""
    for path, name in names.items():
        text = text.replace(path, name) if text else text
    return text


def _check_readable(path: Path) -> None:
    try:
        with path.open("rb") as file:
            file.read(1)
    except OSError as failure:
        raise UsageError(
            f"{path} cannot be read ({failure.strerror}).", "Give this account read access to it."
        ) from None
