"""Which of the files that somebody sent are meant: names, dates in names, several matches, files of different nights.

Belongs here: the meaning of names, as a pure function over (name, size, modified at).
Does not belong here: listing or fetching (`pipeline.sftp`), opening a ZIP (`package.py`), reading (`pipeline.csvfile`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Literal

from pipeline.oneroster.files import FILE_NAMES, KNOWN_NAMES

ARCHIVE = "delivery.zip"
"""The canonical name of a set that comes as one ZIP, whatever it is called."""

FAR_APART = timedelta(hours=36)
"""Files of one night are written within hours; one that is a day and a half older is from another night."""

_LONGEST_NAME = 255
"""Characters of a file's name on any file system; a member of a ZIP may have more, and means nothing."""

_NEEDED_OF_CLEVER = ("students.csv", "teachers.csv", "sections.csv", "enrollments.csv")

CLEVER_NAMES = (*_NEEDED_OF_CLEVER, "schools.csv", "staff.csv", "admins.csv")
"""The files of Clever's set; the first four are always there."""

NAMES_OF_1_2 = ("roles.csv", "userProfiles.csv")
"""What OneRoster 1.2 has besides, and is used."""

_OTHER_NAMES = (
    *("school.csv", "section.csv", "student.csv", "teacher.csv", "studentEnrollment.csv", "teacherRoster.csv"),
    *("accounts.csv", "terms.csv", "parents.csv", "rosters.csv", "cc.csv", "organizations.csv", "relationships.csv"),
)
"""Files of formats that are not read (pipeline/formats/unread.py): taken so that they are refused by their name."""

_MEANT = tuple(dict.fromkeys((*KNOWN_NAMES, *NAMES_OF_1_2, *CLEVER_NAMES, *_OTHER_NAMES)))

FormatChoice = Literal["auto", "oneroster", "clever"]

_SUFFIXES = (".csv", ".csv.txt", ".txt", "")
"""What exports and people put behind a name, the usual one first."""

_DATE = r"(?:19|20)\d{6}|(?:19|20)\d\d[-_.]\d\d[-_.]\d\d|\d\d[-_.]?\d\d[-_.]?(?:19|20)\d\d"
_DATED = re.compile(rf"(?P<stem>.*?)[-_. ]*(?P<date>{_DATE})([-_T. ]?\d{{4,6}})?")
_TOKENS = {"%Y": r"(?P<Y>\d{4})", "%y": r"(?P<y>\d\d)", "%m": r"(?P<m>\d\d)", "%d": r"(?P<d>\d\d)",
           "%H": r"\d\d", "%M": r"\d\d", "%S": r"\d\d", "%%": "%"}  # fmt: skip


@dataclass(frozen=True)
class Candidate:
    """A file that may be meant: its name (or path within an archive), bytes, and when it was written, if known."""

    name: str
    size: int
    modified_at: datetime | None = None


@dataclass(frozen=True)
class SetFinding:
    """A finding about a set: its code, the file concerned, and the value that its message shows.

    With a line where it is about a row of a file in another format.
    """

    code: str
    file: str
    value: str | None = None
    line: int | None = None
    field: str | None = None
    sourced_id: str | None = None


@dataclass(frozen=True)
class Chosen:
    """The files that are meant (canonical name -> candidate), those that were ignored, and the findings."""

    files: dict[str, Candidate]
    aside: tuple[Candidate, ...] = ()
    findings: tuple[SetFinding, ...] = field(default=())
    is_whole: bool = False
    """All files that are required are among them, or a ZIP."""


def choose_files(
    candidates: Iterable[Candidate],
    patterns: Mapping[str, str] | None = None,
    *,
    format_sent: FormatChoice = "auto",
) -> Chosen:
    """Return which candidate is which file.

    `patterns` (canonical name -> how the district calls it) may hold %Y %y %m %d %H %M %S and `*`; the standard's own
    names are always understood, in upper and lower case, with `.csv.txt`, `.txt` or nothing in place of `.csv`,
    and with a date behind them. Of several matches the newest counts: by the date in the name, else by when it was
    written. A ZIP counts where the three files are not there as loose files.

    `format_sent` says in which format the set is. Without it the files of OneRoster count where users.csv or
    classes.csv is there, and those of other formats only where neither is.
    """
    every = list(candidates)
    matches: dict[str, list[tuple[Candidate, str]]] = {}
    for candidate in every:
        known = _meaning(candidate, patterns or {})
        if known is not None:
            matches.setdefault(known[0], []).append((candidate, known[1]))
    files: dict[str, Candidate] = {}
    findings: list[SetFinding] = list(_fitting_twice(every, patterns or {}))
    archives = matches.pop(ARCHIVE, [])
    is_other = _is_of_another_format(matches, format_sent)
    needed = _NEEDED_OF_CLEVER if is_other else FILE_NAMES
    for name in (*needed, *(name for name in _names(is_other=is_other, how=format_sent) if name not in needed)):
        if name in matches:
            files[name] = _newest(name, matches[name], findings)
    if archives and not all(name in files for name in needed):
        files = {ARCHIVE: _newest(ARCHIVE, archives, findings)}
    elif archives:
        findings += [SetFinding("archive_ignored", candidate.name) for candidate, _ in archives]
    findings += _far_apart(files)
    if ARCHIVE not in files:
        findings += _misnamed([name for name in needed if name not in files], every, set(files.values()))
    chosen = set(files.values())
    is_whole = ARCHIVE in files or all(name in files for name in needed)
    aside = tuple(candidate for candidate in every if candidate not in chosen)
    return Chosen(files, aside, tuple(findings), is_whole)


def names_missing(chosen: Collection[str], format_sent: FormatChoice) -> list[str]:
    """Return the files that a set lacks, of which `chosen` are there: those of the format that it is in."""
    if ARCHIVE in chosen:
        return []
    is_clever = _is_of_another_format(chosen, format_sent) and (
        format_sent == "clever" or bool(set(CLEVER_NAMES) & set(chosen))
    )
    return [name for name in (_NEEDED_OF_CLEVER if is_clever else FILE_NAMES) if name not in chosen]


def _fitting_twice(every: Iterable[Candidate], patterns: Mapping[str, str]) -> Iterator[SetFinding]:
    """Yield the names that fit the patterns of several files: the first of these is taken."""
    for candidate in every:
        base = PurePosixPath(candidate.name).name
        if len(base) <= _LONGEST_NAME:
            fits = [name for name, pattern in patterns.items() if _date_by_pattern(base, pattern) is not None]
            if len(fits) > 1:
                yield SetFinding("pattern_shared", fits[0], f"{base} fits the patterns of {' and '.join(fits)}")


def _misnamed(missing: Iterable[str], every: Iterable[Candidate], chosen: set[Candidate]) -> Iterator[SetFinding]:
    """Yield what may be a missing file under a name that nobody understands: users (1).csv, user_export.csv."""
    for name in missing:
        stem = name.removesuffix(".csv").removesuffix("es" if name == "classes.csv" else "s")
        for candidate in every:
            words = re.findall(r"[a-z]+", PurePosixPath(candidate.name).name[:_LONGEST_NAME].casefold())
            if candidate not in chosen and {stem, name.removesuffix(".csv")} & set(words):
                yield SetFinding("file_misnamed", name, candidate.name[:_LONGEST_NAME])
                break


def _is_of_another_format(matches: Collection[str], format_sent: FormatChoice) -> bool:
    if format_sent != "auto":
        return format_sent == "clever"
    others = {*CLEVER_NAMES, *_OTHER_NAMES} - {"enrollments.csv"}
    return not {"users.csv", "classes.csv"} & set(matches) and bool(others & set(matches))


def _names(*, is_other: bool, how: FormatChoice) -> tuple[str, ...]:
    if not is_other:
        return (*KNOWN_NAMES, *NAMES_OF_1_2)
    return CLEVER_NAMES if how == "clever" else (*CLEVER_NAMES, *_OTHER_NAMES)


def canonical_name(name: str, patterns: Mapping[str, str] | None = None) -> str | None:
    """Return the file that a name means, or None."""
    known = _meaning(Candidate(name, 0), patterns or {})
    return known[0] if known else None


def _meaning(candidate: Candidate, patterns: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the canonical name and the date in the name (YYYYMMDD, or nothing); None for a name without meaning."""
    base = PurePosixPath(candidate.name).name
    if base.startswith(".") or len(base) > _LONGEST_NAME:
        return None
    for known, pattern in patterns.items():
        date = _date_by_pattern(base, pattern)
        if date is not None:
            return known, date
    if base.casefold().endswith(".zip"):
        return ARCHIVE, _date_in(base[:-4])[1]
    lowered = base.casefold().strip()
    for known in _MEANT:
        stem = known.removesuffix(".csv").casefold()
        for suffix in _SUFFIXES:
            if not lowered.endswith(suffix):
                continue
            rest = lowered.removesuffix(suffix)
            if rest == stem:
                return known, ""
            bare, date = _date_in(rest)
            if date and bare == stem:
                return known, date
    return None


def _date_by_pattern(name: str, pattern: str) -> str | None:
    seen: set[str] = set()
    first, *rest = [_expression(part, seen) for part in pattern.split("*")]
    # What stands between two stars is found where it comes first, for good: a pattern of many stars would try every
    # place with every other. Behind the last star the end of the name decides.
    middle = "".join(f"(?>.*?{part})" for part in rest[:-1])
    expression = first + middle + (f".*{rest[-1]}" if rest else "")
    found = re.fullmatch(expression, name, re.IGNORECASE)
    if found is None:
        return None
    parts_of_date = found.groupdict()
    year = parts_of_date.get("Y") or ("20" + parts_of_date["y"] if parts_of_date.get("y") else "")
    return f"{year}{parts_of_date.get('m') or ''}{parts_of_date.get('d') or ''}"


def _expression(part: str, seen: set[str]) -> str:
    """Return a part of a pattern, without stars, as a regular expression; `seen` are the tokens that have a name."""
    expression = ""
    for piece in re.split(r"(%[YymdHMS%])", part):
        token = _TOKENS.get(piece)
        if token is None:
            expression += re.escape(piece)
            continue
        expression += re.sub(r"\?P<\w>", "", token) if piece in seen else token
        seen.add(piece)
    return expression


def _date_in(stem: str) -> tuple[str, str]:
    """Return a name without the date behind it, and the date as YYYYMMDD; ('', '') apart where there is none."""
    found = _DATED.fullmatch(stem)
    if found is None:
        return stem, ""
    digits = re.sub(r"\D", "", found["date"])
    if not digits.startswith(("19", "20")) or not 1 <= int(digits[4:6]) <= 12:  # noqa: PLR2004 - months of a year
        digits = digits[4:] + digits[:4]
    return found["stem"].strip(" -_."), digits


def _newest(name: str, matches: list[tuple[Candidate, str]], findings: list[SetFinding]) -> Candidate:
    never = datetime.min.replace(tzinfo=UTC)
    ranked = sorted(matches, key=lambda match: (match[1], match[0].modified_at or never, match[0].name), reverse=True)
    if len(ranked) > 1:
        others = ", ".join(match[0].name for match in ranked[1:4])
        verb = "was" if len(ranked) == 2 else "were"  # noqa: PLR2004 - one beside the newest
        findings.append(SetFinding("several_matches", name, f"{ranked[0][0].name} was used, {others} {verb} ignored"))
    return ranked[0][0]


def _far_apart(files: Mapping[str, Candidate]) -> list[SetFinding]:
    nightly = {*FILE_NAMES, *_NEEDED_OF_CLEVER, "roles.csv"}
    times = {name: c.modified_at for name, c in files.items() if c.modified_at is not None and name in nightly}
    if len(times) < 2:  # noqa: PLR2004 - two files at least
        return []
    newest = max(times.values())
    return [
        SetFinding("file_older", name, f"{_age(newest - written)} older than the newest file of the delivery")
        for name, written in times.items()
        if newest - written > FAR_APART
    ]


def _age(span: timedelta) -> str:
    """Return a span of more than a day in words: 2 days, or 40 hours where it is less than two days."""
    hours = round(span / timedelta(hours=1))
    return f"{hours // 24} days" if hours >= 48 else f"{hours} hours"  # noqa: PLR2004 - two days
