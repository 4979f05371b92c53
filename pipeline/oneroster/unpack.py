"""A set as loose files: a ZIP is unpacked into a scratch folder while it is read; what landed never changes.

With it, which of its files have only changes (a delta): the manifest says so, or the district's settings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Literal

from pipeline.files.scratch import scratch_folder
from pipeline.oneroster.files import KEPT_FILES, MANIFEST, ROSTER_FILES, USED_FILES, USERS
from pipeline.oneroster.package import ArchiveRefusal, Member, unpack
from pipeline.oneroster.sets import ARCHIVE, Candidate, FormatChoice, SetFinding, choose_files

_MOST_LINES = 200
"""Of a manifest; the standard has seventeen."""

_KEPT = frozenset(file.name for file in KEPT_FILES) - {MANIFEST.name}

Mode = Literal["auto", "bulk", "delta"]
"""What the files of a set are by the settings: the whole roster, only changes, or what the manifest says."""


@dataclass(frozen=True)
class OpenedSet:
    """The files of a set by their canonical names, what is to be said of it, and a folder for what is made of them."""

    paths: dict[str, Path]
    findings: tuple[SetFinding, ...]
    scratch: Path
    deltas: frozenset[str] = frozenset()
    """The files that have only changes; a file that is not sent is among them where it would have none."""


@contextmanager
def opened_set(
    paths: Mapping[str, Path],
    parent: Path,
    *,
    patterns: Mapping[str, str] | None = None,
    findings: Sequence[SetFinding] = (),
    format_sent: FormatChoice = "auto",
    mode: Mode = "auto",
) -> Iterator[OpenedSet]:
    """Give the set's files, those of a ZIP unpacked below `parent`; they are gone after the block.

    A ZIP that is refused is a finding. `findings` are those that the choice of the files gave.
    """
    with scratch_folder(parent, ".set-") as scratch:
        loose = {name: path for name, path in paths.items() if name != ARCHIVE}
        said = list(findings)
        if ARCHIVE in paths:
            loose |= _unpacked(paths[ARCHIVE], scratch, patterns or {}, said, format_sent)
        modes: dict[str, tuple[str, int]] = {}
        if MANIFEST.name in loose:
            modes, found = read_manifest(loose[MANIFEST.name])
            said += found
        changes = [f"file.{Path(name).stem} on line {line}" for name, (word, line) in modes.items() if word == "delta"]
        if changes and mode == "bulk":
            said.append(SetFinding("manifest_delta", MANIFEST.name, ", ".join(changes)))
        said += [SetFinding("file_kept", name) for name in sorted(loose) if name in _KEPT]
        yield OpenedSet(loose, tuple(said), scratch, _deltas(loose, modes, mode))


def _deltas(paths: Mapping[str, Path], modes: Mapping[str, tuple[str, int]], mode: Mode) -> frozenset[str]:
    """Return the files that have only changes.

    In a set with changes a required file that is missing has none. contacts.csv and the other optional files are what
    users.csv is: OneRoster has no word about them.
    """
    roster_files = [file.name for file in ROSTER_FILES]
    if mode == "delta":
        deltas = set(roster_files)
    else:
        deltas = {name for name in roster_files if modes.get(name, ("", 0))[0] == "delta"}
    if deltas and any(name in paths for name in roster_files):
        deltas |= {name for name in roster_files if name not in paths}
    if USERS.name in deltas:
        deltas |= {file.name for file in USED_FILES if file.name in paths}
    return frozenset(deltas) if mode != "bulk" else frozenset()


def read_manifest(path: Path) -> tuple[dict[str, tuple[str, int]], list[SetFinding]]:
    """Return what a manifest says of each roster file (`users.csv` -> its word and line), and what there is to tell."""
    wanted = {f"file.{file.stem}".casefold(): file.name for file in ROSTER_FILES}
    modes: dict[str, tuple[str, int]] = {}
    findings = []
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        for line, text in enumerate(islice(file, _MOST_LINES), start=1):
            name, _, value = (part.strip(" \"'\r\n").casefold() for part in text.replace(";", ",").partition(","))
            if name in wanted:
                modes[wanted[name]] = (value, line)
            if name == "oneroster.version" and value not in {"", "1.1"}:
                findings.append(SetFinding("version_not_read", MANIFEST.name, f"{value[:10]} on line {line}"))
    return modes, findings


def _unpacked(
    path: Path, scratch: Path, patterns: Mapping[str, str], said: list[SetFinding], format_sent: FormatChoice
) -> dict[str, Path]:
    try:
        archive = unpack(path, scratch)
    except ArchiveRefusal as refusal:
        said.append(SetFinding("archive_refused", "the ZIP", refusal.reason))
        return {}
    members: dict[str, Member] = {}
    for member in archive.members:
        if members.setdefault(member.name, member) is not member:
            said.append(SetFinding("archive_refused", "the ZIP", f"it contains {member.name[:60]} twice"))
            return {}
    candidates = [Candidate(m.name, m.size, m.modified_at) for m in members.values() if not m.name.endswith(".zip")]
    chosen = choose_files(candidates, patterns, format_sent=format_sent)
    said += chosen.findings
    for name, candidate in chosen.files.items():
        folder = str(PurePosixPath(candidate.name).parent)
        if folder != ".":
            said.append(SetFinding("file_in_subfolder", name, folder))
    return {name: members[candidate.name].path for name, candidate in chosen.files.items()}
