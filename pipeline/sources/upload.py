"""Files from somebody's hand: which of the paths that a person named are the files of a set.

Does not belong here: taking them into landing (`pipeline/landing/intake.py`), what a set's names mean
(`pipeline/oneroster/sets.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.oneroster.files import FILE_NAMES, KEPT_FILES, USED_FILES
from pipeline.oneroster.sets import Candidate, FormatChoice, SetFinding, canonical_name, choose_files

KEPT_NAMES = frozenset(file.name for file in (*KEPT_FILES, *USED_FILES))
"""Files that make no set by themselves."""


def find_files(paths: Sequence[Path], patterns: Mapping[str, str], *, format_sent: FormatChoice = "auto") -> FoundFiles:
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
    chosen = choose_files([_candidate(path) for path in candidates.values()], patterns, format_sent=format_sent)
    found = {file: candidates[candidate.name] for file, candidate in chosen.files.items()}
    if not set(found) - KEPT_NAMES:
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
