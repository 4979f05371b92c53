"""Which files of a drop folder a district's settings mean.

Belongs here: from names in a listing to the standard's names. Does not belong here: when the files are taken
(`pipeline.sources.collect`), what they hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date

from pipeline.districts.settings import DistrictSettings
from pipeline.oneroster.findings import ELSEWHERE
from pipeline.oneroster.sets import Candidate, SetFinding, choose_files, names_missing
from pipeline.sftp.errors import AmbiguousNameError, NotRegularFileError
from pipeline.sftp.listing import Listing, RemoteFile, Subfolder, Untold

CheckDates = Callable[[Collection[date]], None]
"""Gets the dates of files that are wanted, and raises where they must not be read."""


class WantedFiles:
    """Chooses the district's files from a listing: the standard's name -> the file.

    Names, dates in names and ZIPs mean what `pipeline.oneroster.sets` says. Two files whose names differ by capital
    letters alone, and something that has a wanted name and cannot be taken, are refused: AmbiguousNameError,
    NotRegularFileError. `said` is what the last choice has to say, such as of a file that another one stood in for,
    or of a folder of a date that lies where no file does.
    With `only_whole`, nothing is wanted until all required files are there; from then on, what is left of them: some
    servers remove what was read. `check_dates` is asked once, when files are wanted for the first time.
    """

    def __init__(
        self, settings: DistrictSettings, *, only_whole: bool = False, check_dates: CheckDates | None = None
    ) -> None:
        self.said: tuple[SetFinding, ...] = ()
        self._only_whole = only_whole
        self._check_dates = check_dates
        self._refuse = named_files(settings.files.by_file())
        self._patterns = settings.files.patterns()
        self._format = settings.files.format

    def __call__(self, listing: Listing) -> dict[str, RemoteFile]:
        """Return what is wanted of a listing: the standard's name -> the file."""
        self._refuse(listing)
        files = {file.name: file for file in listing}
        candidates = [Candidate(f.name, f.size, f.modified_at) for f in listing]
        chosen = choose_files(candidates, self._patterns, format_sent=self._format)
        if self._only_whole and not chosen.is_whole:
            return {}
        self._only_whole = False
        if self._check_dates is not None and chosen.files:
            self._check_dates([files[candidate.name].modified_at.date() for candidate in chosen.files.values()])
            self._check_dates = None
        self.said = chosen.findings if chosen.files else (*chosen.findings, *_dated_folder(listing))
        return {local: files[candidate.name] for local, candidate in chosen.files.items()}

    def missing(self, chosen: Collection[str]) -> list[str]:
        """Return the files that a set lacks, of which `chosen` are there."""
        return names_missing(chosen, self._format)


_DATED = re.compile(r"(19|20)\d\d([-_. ]?)\d\d\2\d\d|\d\d([-_. ]?)\d\d\3(19|20)\d\d")
"""How the folders of a day are called: 2026-11-28, 20261128, 11-28-2026."""


def _dated_folder(listing: Listing) -> Iterator[SetFinding]:
    """Yield the newest folder of a date: some exports write each night's files into one of its own."""
    dated = [other.name for other in listing.others if isinstance(other, Subfolder) and _DATED.search(other.name)]
    if dated:
        yield SetFinding(ELSEWHERE, "the drop folder", max(dated, key=_by_date))


def _by_date(name: str) -> str:
    """Return the digits of the date in a name, the year first."""
    found = _DATED.search(name)
    digits = re.sub(r"\D", "", found[0]) if found else ""
    return digits if found is None or found[1] else digits[4:] + digits[:4]


def named_files(names: Mapping[str, str]) -> Callable[[Listing], dict[str, RemoteFile]]:
    """Return what chooses files by their names, upper and lower case alike; `names`: local name -> name there.

    A file that is not there is not chosen. What is chosen raises AmbiguousNameError where two files have one name,
    NotRegularFileError where something has the name and cannot be taken.
    """

    def choose(listing: Listing) -> dict[str, RemoteFile]:
        found = {local: _named(listing, name) for local, name in names.items()}
        return {local: file for local, file in found.items() if file is not None}

    return choose


def _named(listing: Listing, name: str) -> RemoteFile | None:
    matches = [file for file in listing if file.name.casefold() == name.casefold()]
    if len(matches) > 1:
        raise AmbiguousNameError(
            f"{_capital(listing.where)} has {' and '.join(file.name for file in matches)}. Rollcall cannot tell which "
            "one to use.",
            "Ask the district to remove one of them.",
        )
    if matches:
        return matches[0]
    # It is there and cannot be taken: that is not the same as not delivered.
    for other in listing.others:
        if other.name.casefold() == name.casefold():
            raise NotRegularFileError(
                f"{other.name} in {listing.where} cannot be used: {other.reason}.",
                "Ask the district to allow this account to ask about its files (SFTP: LSTAT)."
                if isinstance(other, Untold)
                else "Ask the district to upload the file itself.",
            )
    return None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
