"""The profile oneroster-1.1: whether a package of files conforms to the standard, to the letter.

Belongs here: the package, the manifest, and the order of the checks. Does not belong here: text rules
(`pipeline.conformance.strict_reader`), what a value may be (sql/check, over the columns of `files.py`).
All stages speak at once: a fault in one file hides nothing in another.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.conformance.strict_reader import read_to_the_letter
from pipeline.districts.folders import SCRATCH, scratch_home
from pipeline.errors import UsageError
from pipeline.files.scratch import scratch_folder, sweep
from pipeline.oneroster.files import (
    DATA_FILES,
    MANIFEST,
    MANIFEST_OPTIONAL,
    MANIFEST_VALUES,
    STANDARD_FILES,
    RosterFile,
)
from pipeline.oneroster.findings import CATALOGUE
from pipeline.oneroster.package import ArchiveRefusal, unpack
from pipeline.warehouse.schema import new_check
from pipeline.warehouse.sessions import Database, session

_NAMES = {file.name: file for file in STANDARD_FILES}
_BY_CASE = {file.name.casefold(): file for file in STANDARD_FILES}

_VALUES = (
    "check/field_counts",
    "check/cells",
)
_RULES = (
    "check/modes_differ",
    "check/row_modes",
    "check/blank_cells",
    "check/elements",
    "check/list_elements",
    "check/forms",
    "check/vocabularies",
    "check/repeated_ids",
    "check/references",
    "check/reference_types",
    "check/subjects",
    "check/periods_of_time",
    "check/enrollment_dates",
    "check/primary_teachers",
    "check/advice",
)

_FILE_IS_MISSED = ("file_missing", "rostering_set_incomplete")
"""Where one of these is said of a file, the ids that it would have had are not missed one by one."""


@dataclass
class _Package:
    """The files of a package under the standard's names, and what is wrong with it as a whole."""

    paths: dict[str, Path] = field(default_factory=dict)
    findings: list[tuple[str, int | None, str | None, str, str | None]] = field(default_factory=list)

    def add(
        self, file: str, code: str, *, line: int | None = None, column: str | None = None, value: str | None = None
    ) -> None:
        self.findings.append((file, line, column, code, value))


@dataclass(frozen=True)
class Conformance:
    """What was found: rows of each file (file, received, rejected) and the findings as rows."""

    files: list[dict[str, Any]]
    findings: list[dict[str, Any]]


def check_conformance(paths: Sequence[Path]) -> Conformance:
    """Return whether the files in `paths` (a ZIP, a folder, or files) are a package of OneRoster 1.1.

    Raises:
        UsageError: a path is not there, or there is no file at all.
    """
    sweep(scratch_home(), SCRATCH)
    with scratch_folder(scratch_home(), SCRATCH) as root, _opened(paths, root) as package:
        day = root / "check.duckdb"
        new_check(day, root)
        with session(root, day=day, write="day") as db:
            _write_standard(db)
            for name in sorted(package.paths, key=list(_NAMES).index):
                read_to_the_letter(db, _NAMES[name], package.paths[name])
            _check(db, package)
            counted = db.rows("check/file_counts")
            unread = set(package.paths) - {row["file"] for row in counted}
            counted += [{"file": name, "received": 0, "rejected": 0} for name in sorted(unread)]
            return Conformance(counted, db.rows("check/findings"))


def _check(db: Database, package: _Package) -> None:
    db.run_each(_VALUES, {})
    declared = _check_manifest(db, package)
    db.run("check/modes", files=list(declared), words=list(declared.values()))
    told = [file for file, *_, code, _ in package.findings if code in _FILE_IS_MISSED]
    db.run_each(_RULES, {"told": told, "there": list(package.paths)})
    db.insert("day.sent.findings", ["file", "line", "field", "code", "value"], package.findings)


def _write_standard(db: Database) -> None:
    columns, words = [], []
    for file in STANDARD_FILES:
        for column in file.standard_columns:
            reference = f"{column.references}.csv" if column.references else None
            columns.append(
                (
                    *(file.name, column.header, column.kind, column.is_list, column.mandatory),
                    *(bool(column.vocabulary), reference),
                )
            )
            words += [(file.name, column.header, "vocabulary", word) for word in column.vocabulary]
            words += [(file.name, column.header, "target_type", word) for word in column.target_types]
    db.insert(
        "day.standard.columns",
        ["file", "field", "kind", "is_list", "mandatory", "has_vocabulary", "reference"],
        columns,
    )
    db.insert("day.standard.words", ["file", "field", "use", "word"], words)
    db.insert("day.standard.codes", ["code", "severity"], [(f.code, f.severity) for f in CATALOGUE.values()])


def _check_manifest(db: Database, package: _Package) -> dict[str, str]:
    """Hold the manifest against its rules and the files against the manifest; return each file's declared mode."""
    name = MANIFEST.name
    if name not in package.paths:
        if not any(code == "archive_refused" for *_, code, _ in package.findings):
            package.add(name, "manifest_missing")
        _check_rostering_set({}, package)
        return {}
    said = _properties(db, package)
    # Of a manifest that cannot be read, its own finding says enough.
    is_read = bool(said) or not any(row["file"] == name for row in db.rows("check/findings"))
    for key in MANIFEST_VALUES:
        if is_read and key not in said:
            package.add(name, "property_missing", column="propertyName", value=key)
    declared = {}
    for file in DATA_FILES:
        line, word = said.get(f"file.{file.stem}", (None, ""))
        _compare(file, line, word, package)
        if word in {"bulk", "delta"}:
            declared[file.name] = word
    _check_rostering_set(declared, package)
    return declared


def _properties(db: Database, package: _Package) -> dict[str, tuple[int, str]]:
    """Return the manifest's properties with line and value, and say what is wrong with each."""
    name = MANIFEST.name
    said: dict[str, tuple[int, str]] = {}
    for row in db.rows("check/manifest"):
        key, value, line = row["name"], row["value"], row["line"]
        if key in said:
            package.add(name, "property_repeated", line=line, column="propertyName", value=key)
        elif key.strip():
            said[key] = (line, value)
            if key not in MANIFEST_VALUES and key not in MANIFEST_OPTIONAL:
                package.add(name, "property_unknown", line=line, column="propertyName", value=key)
            elif key in MANIFEST_VALUES and value not in MANIFEST_VALUES[key]:
                words = f'{key} is "{value}", not {" or ".join(MANIFEST_VALUES[key])}'
                package.add(name, "property_value", line=line, column="value", value=words)
    return said


def _compare(file: RosterFile, line: int | None, word: str, package: _Package) -> None:
    """Say where the manifest and the files that are there differ: of the file, and of the manifest's row."""
    there = file.name in package.paths
    if word in {"bulk", "delta"} and not there:
        package.add(file.name, "file_missing", value=word)
        package.add(MANIFEST.name, "listed_not_there", line=line, column="value", value=f"{file.name} {word}")
    elif word == "absent" and there:
        package.add(file.name, "file_not_listed")
        package.add(MANIFEST.name, "there_not_listed", line=line, column="value", value=file.name)


def _check_rostering_set(declared: Mapping[str, str], package: _Package) -> None:
    """A bulk rostering set is complete (the standard's appendix A)."""
    roster = [file.name for file in DATA_FILES if file.roster]
    bulk = [name for name in roster if name in package.paths and declared.get(name, "bulk") == "bulk"]
    if not bulk:
        return
    for name in roster:
        if name not in package.paths and name not in declared:
            package.add(name, "rostering_set_incomplete", value=", ".join(bulk))


@contextmanager
def _opened(paths: Sequence[Path], root: Path) -> Iterator[_Package]:
    """Give the package that `paths` are, its files copied or unpacked below `root`."""
    folder = Path(tempfile.mkdtemp(dir=root))
    package = _Package()
    archives = [path for path in paths if path.is_file() and _is_zip(path)]
    if archives and len(paths) > 1:
        raise UsageError("A ZIP cannot be combined with other files.", "Name only the ZIP, or only the files.")
    if archives:
        _open_archive(archives[0], folder, package)
    else:
        _copy_files(paths, folder, package)
    yield package


def _is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return path.suffix.casefold() == ".zip" or file.read(4) == b"PK\x03\x04"


def _open_archive(path: Path, folder: Path, package: _Package) -> None:
    if path.suffix.casefold() != ".zip":
        package.add(path.name, "archive_name")
    try:
        archive = unpack(path, folder)
    except ArchiveRefusal as refusal:
        package.add(path.name, "archive_refused", value=refusal.reason)
        return
    for litter in archive.litter:
        package.add(litter, "file_unknown", value=litter)
    for member in archive.members:
        name = PurePosixPath(member.name).name
        known = _BY_CASE.get(name.casefold())
        if known is None:
            package.add(member.name, "file_unknown", value=member.name)
            continue
        if member.name != name:
            package.add(known.name, "file_in_folder", value=member.name)
        _take(known, name, member.path, package)


def _copy_files(paths: Sequence[Path], folder: Path, package: _Package) -> None:
    candidates: list[tuple[Path, bool]] = []
    for path in paths:
        if path.is_dir():
            candidates += [(child, False) for child in sorted(path.iterdir())]
        elif path.is_file():
            candidates.append((path, True))
        else:
            raise UsageError(f"{path} does not exist.", "Name a folder, a ZIP, or the CSV files themselves.")
    if not any(path.is_file() for path, _ in candidates):
        raise UsageError("There is no file to check.", "Name a folder, a ZIP, or the CSV files themselves.")
    for path, is_named in candidates:
        _copy(path, folder, package, is_named=is_named)


def _copy(path: Path, folder: Path, package: _Package, *, is_named: bool) -> None:
    """Take one file, or say of it that it is none of the standard's."""
    known = _BY_CASE.get(path.name.casefold())
    if path.is_dir():
        if any(child.name.casefold() in _BY_CASE for child in path.iterdir()):
            package.add(path.name, "file_in_folder", value=path.name)
    elif known is not None:
        copy = folder / f"file-{len(package.paths)}-{path.name}"
        try:
            shutil.copyfile(path, copy)
        except OSError as failure:
            raise UsageError(
                f"{path} cannot be read ({failure.strerror}).", "Give this account read access to it."
            ) from None
        _take(known, path.name, copy, package)
    elif is_named or path.suffix.casefold() == ".csv":
        package.add(path.name, "file_unknown", value=path.name)
    elif not path.name.startswith("."):
        package.add(path.name, "file_ignored", value=path.name)


def _take(known: RosterFile, name: str, path: Path, package: _Package) -> None:
    if name != known.name:
        package.add(name, "file_name_case", value=known.name)
        package.add(known.name, "file_missing", value=f"it is written {name}")
    if known.name in package.paths:
        package.add(known.name, "file_repeated", value=name)
        return
    package.paths[known.name] = path
