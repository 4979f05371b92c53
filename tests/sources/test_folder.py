"""A drop folder on this machine: the same checks as on a server, and nobody's link is followed."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.districts.folders import DistrictFolder
from pipeline.districts.settings import DistrictSettings, FolderSettings
from pipeline.oneroster.findings import ELSEWHERE
from pipeline.sftp.errors import (
    FileChangedError,
    FileCutShortError,
    FileTooLargeError,
    FolderNotFoundError,
    FolderOverBoundError,
    NotRegularFileError,
    TooManyEntriesError,
)
from pipeline.sources.choice import WantedFiles, named_files
from pipeline.sources.collect import collect
from pipeline.sources.folder import COPY_BYTES, FolderSource, open_drop_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

USERS = named_files({"users.csv": "users.csv"})


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


@pytest.fixture
def into(tmp_path: Path) -> Path:
    folder = tmp_path / "into"
    folder.mkdir()
    return folder


def collected(drop: Path, into: Path, **options: Any) -> dict[str, bytes]:
    options.setdefault("quiet", 0)
    found = collect(lambda _: open_drop_folder(drop), USERS, into, **options)
    for file in found.values():
        assert file.sha256 == hashlib.sha256(file.path.read_bytes()).hexdigest()
        assert file.path.stat().st_mode & 0o777 == 0o600
    return {local: file.path.read_bytes() for local, file in found.items()}


@pytest.mark.parametrize("size", [0, 1, COPY_BYTES - 1, COPY_BYTES, COPY_BYTES + 1, 3_000_000])
def test_a_file_arrives_whole_and_stays_where_it_was(drop: Path, into: Path, size: int) -> None:
    data = os.urandom(size)
    (drop / "Users.CSV").write_bytes(data)
    assert collected(drop, into, read_twice=True) == {"users.csv": data}
    assert (drop / "Users.CSV").read_bytes() == data


def test_what_is_no_file_of_ours_is_passed_over(drop: Path, into: Path) -> None:
    (drop / "users.csv").write_bytes(b"whole")
    for name in (b"b\xff.csv", b"users.csv.part", b".users.csv", b"line\nfeed.csv"):
        (drop / os.fsdecode(name)).write_bytes(b"x")
    os.mkfifo(drop / "pipe.csv")
    (drop / "link.csv").symlink_to("users.csv")
    with open_drop_folder(drop) as place:
        listing = place.look()
    assert [file.name for file in listing] == ["users.csv"]
    assert {other.name: other.reason for other in listing.others} == {
        "b\\xff.csv": "its name is not UTF-8",
        "users.csv.part": "its name says that it is still being uploaded",
        ".users.csv": "its name has characters that are not allowed, or starts with a dot",
        "line\\nfeed.csv": "its name has characters that are not allowed, or starts with a dot",
        "pipe.csv": "it is a device, a pipe or a socket",
        "link.csv": "it is a link",
    }
    assert collected(drop, into) == {"users.csv": b"whole"}


@pytest.mark.parametrize("kind", ["link", "folder", "pipe"])
def test_a_wanted_name_that_is_no_file_is_told(drop: Path, into: Path, tmp_path: Path, kind: str) -> None:
    (tmp_path / "secret").write_bytes(b"not for us")
    if kind == "link":
        (drop / "users.csv").symlink_to(tmp_path / "secret")
    elif kind == "folder":
        (drop / "users.csv").mkdir()
    else:
        os.mkfifo(drop / "users.csv")
    with pytest.raises(NotRegularFileError, match=r"users\.csv in the folder .*drop cannot be used: it is a"):
        collected(drop, into)
    assert list(into.iterdir()) == []


def swapped_for_a_link(drop: Path) -> None:
    (drop / "users.csv").unlink()
    (drop / "users.csv").symlink_to(drop.parent / "secret")


def swapped_for_a_pipe(drop: Path) -> None:
    (drop / "users.csv").unlink()
    os.mkfifo(drop / "users.csv")


def written_over(drop: Path) -> None:
    (drop / "users.csv").write_bytes(b"another content")


def removed(drop: Path) -> None:
    (drop / "users.csv").unlink()


@pytest.mark.parametrize("change", [swapped_for_a_link, swapped_for_a_pipe, written_over, removed])
def test_a_file_that_changes_after_the_listing_is_not_taken(
    drop: Path, into: Path, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    (tmp_path / "secret").write_bytes(b"not for us")
    (drop / "users.csv").write_bytes(b"whole")
    with open_drop_folder(drop) as place:
        (file,) = place.look()
        change(drop)
        with pytest.raises((FileChangedError, NotRegularFileError, Exception)) as told:
            place.take(file, into / "users.csv", None)
    assert "users.csv in the folder" in str(told.value)
    assert list(into.iterdir()) == []


def grown(path: Path) -> None:
    with path.open("ab") as out:
        out.write(b"more")


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda path: os.truncate(path, COPY_BYTES), FileCutShortError),
        (grown, FileChangedError),
    ],
)
def test_a_file_that_changes_while_it_is_read_is_not_taken(
    drop: Path, into: Path, change: Callable[[Path], None], kind: type[Exception]
) -> None:
    (drop / "users.csv").write_bytes(b"x" * 3 * COPY_BYTES)
    changed: list[int] = []

    def progress(done: int) -> None:
        if not changed:
            changed.append(done)
            change(drop / "users.csv")

    with open_drop_folder(drop) as place:
        (file,) = place.look()
        with pytest.raises(kind):
            place.take(file, into / "users.csv", progress)
    assert list(into.iterdir()) == []


def test_a_terabyte_of_holes_and_a_full_folder_are_refused(drop: Path, into: Path) -> None:
    with (drop / "users.csv").open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(FileTooLargeError, match=r"users\.csv in the folder .* has 1,099,511,627,776 bytes"):
        collected(drop, into)
    for number in range(5_000):
        (drop / f"{number}.csv").touch()
    with pytest.raises(TooManyEntriesError, match="has more than 5,000 entries"):
        collected(drop, into)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path, into: Path) -> None:
    with pytest.raises(FolderNotFoundError, match=r"There is no folder .*nowhere on this machine\. Check folder\.path"):
        collected(tmp_path / "nowhere", into)


def test_an_upload_that_trickles_in_is_never_taken_half(drop: Path, into: Path) -> None:
    whole: list[bytes] = []

    def write() -> None:
        with (drop / "users.csv").open("ab", buffering=0) as out:
            for number in range(8):
                piece = b"%04d," % number
                out.write(piece)
                whole.append(piece)
                time.sleep(0.4 if number == 4 else 0.1)

    (drop / "users.csv").touch()
    thread = threading.Thread(target=write)
    thread.start()
    found = collected(drop, into, quiet=0.8)
    thread.join()
    assert len(whole) == 8
    assert found["users.csv"] == b"".join(whole)


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        (["students.csv", "sections.csv", "teachers.csv", "enrollments.csv", "schools.csv"], []),
        (["students.csv", "teachers.csv", "enrollments.csv"], ["sections.csv"]),
        (["users.csv", "roles.csv", "enrollments.csv"], ["classes.csv"]),
        (["tonight.zip"], []),
        ([], ["users.csv", "classes.csv", "enrollments.csv"]),
    ],
)
def test_a_check_misses_the_files_of_the_format_that_is_there(
    tmp_path: Path, drop: Path, names: list[str], missing: list[str]
) -> None:
    for name in names:
        (drop / name).write_bytes(b"x")
    settings = DistrictSettings(
        name="Synthetic District", time_zone="America/Chicago", schools=[{"id": "N", "name": "North"}],
        folder={"path": str(drop)},
    )  # fmt: skip
    assert settings.folder is not None
    found = FolderSource(settings.folder, DistrictFolder(tmp_path / "district")).check(WantedFiles(settings))
    assert found.missing == missing
    assert {entry.name for entry in found.listing or () if entry.read_as} == set(names)


def test_a_folder_of_the_night_beside_no_files_is_named(tmp_path: Path, drop: Path) -> None:
    for name in ("2026-11-28", "11-29-2026", "archive"):
        (drop / name).mkdir()
    settings = DistrictSettings(
        name="Synthetic District", time_zone="America/Chicago", schools=[{"id": "N", "name": "North"}],
        folder={"path": str(drop)},
    )  # fmt: skip
    assert settings.folder is not None
    source = FolderSource(settings.folder, DistrictFolder(tmp_path / "district"))
    choose = WantedFiles(settings)
    found = source.check(choose)
    assert [(said.code, said.value) for said in choose.said] == [(ELSEWHERE, "11-29-2026")]
    assert any("11-29-2026" in problem for problem in found.problems)
    # Where files are, nobody looks for a folder.
    (drop / "users.csv").write_bytes(b"x")
    choose = WantedFiles(settings)
    source.check(choose)
    assert choose.said == ()


@pytest.mark.parametrize(
    ("bounds", "told"),
    [
        ({"max_megabytes": 1}, "There are 1.2 MB in .*, more than the 1 MB"),
        ({"max_files": 3}, "There are 4 files in .*3"),
    ],
)
def test_a_folder_beyond_its_bounds_is_not_read(tmp_path: Path, drop: Path, bounds: dict[str, int], told: str) -> None:
    for name in ("users.csv", "classes.csv", "enrollments.csv", "more.bin"):
        (drop / name).write_bytes(b"x" * 300_000)
    settings = FolderSettings.model_validate({"path": str(drop), **bounds})
    source = FolderSource(settings, DistrictFolder(tmp_path / "district"))
    with source.opened() as place, pytest.raises(FolderOverBoundError, match=told):
        place.look()
