"""A set as loose files: a ZIP is unpacked into a scratch folder while it is read; what landed never changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath

from pipeline.files.scratch import scratch_folder
from pipeline.oneroster.files import KEPT_FILES, MANIFEST, ROSTER_FILES
from pipeline.oneroster.package import ArchiveRefusal, Member, unpack
from pipeline.oneroster.sets import ARCHIVE, Candidate, FormatChoice, SetFinding, choose_files

_MOST_LINES = 200
"""Of a manifest; the standard has seventeen."""

_KEPT = frozenset(file.name for file in KEPT_FILES)


@dataclass(frozen=True)
class OpenedSet:
    """The files of a set by their canonical names, what is to be said of it, and a folder for what is made of them."""

    paths: dict[str, Path]
    findings: tuple[SetFinding, ...]
    scratch: Path


@contextmanager
def opened_set(
    paths: Mapping[str, Path],
    parent: Path,
    *,
    patterns: Mapping[str, str] | None = None,
    findings: Sequence[SetFinding] = (),
    format_sent: FormatChoice = "auto",
) -> Iterator[OpenedSet]:
    """Give the set's files, those of a ZIP unpacked below `parent`; they are gone after the block.

    A ZIP that is refused is a finding. `findings` are those that the choice of the files gave.
    """
    with scratch_folder(parent, ".set-") as scratch:
        loose = {name: path for name, path in paths.items() if name != ARCHIVE}
        said = list(findings)
        if ARCHIVE in paths:
            loose |= _unpacked(paths[ARCHIVE], scratch, patterns or {}, said, format_sent)
        if MANIFEST.name in loose:
            said += manifest_findings(loose[MANIFEST.name])
        said += [SetFinding("file_kept", name) for name in sorted(loose) if name in _KEPT]
        yield OpenedSet(loose, tuple(said), scratch)


def manifest_findings(path: Path) -> list[SetFinding]:
    """Return what a manifest says against a set: that files hold only changes, or are of another version."""
    wanted = {f"file.{file.stem}".casefold() for file in ROSTER_FILES}
    deltas, findings = [], []
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        for line, text in enumerate(islice(file, _MOST_LINES), start=1):
            name, _, value = (part.strip(" \"'\r\n").casefold() for part in text.replace(";", ",").partition(","))
            if name in wanted and value == "delta":
                deltas.append(f"{name} is delta on line {line}")
            if name == "oneroster.version" and value not in {"", "1.1"}:
                findings.append(SetFinding("version_not_read", MANIFEST.name, f"{value[:10]} on line {line}"))
    if deltas:
        findings.append(SetFinding("manifest_delta", MANIFEST.name, ", ".join(deltas)))
    return findings


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
