"""Which file is meant: names, dates in names, several matches, ZIPs within limits, files of different nights."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.oneroster import package
from pipeline.oneroster.sets import ARCHIVE, Candidate, canonical_name, choose_files
from pipeline.oneroster.unpack import opened_set

NOW = datetime(2026, 9, 1, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("users.csv", "users.csv"),
        ("USERS.CSV", "users.csv"),
        ("users.csv.txt", "users.csv"),
        ("users.txt", "users.csv"),
        ("users", "users.csv"),
        ("users-09012026.csv", "users.csv"),
        ("users_20260901.csv", "users.csv"),
        ("users-2026-09-01.csv", "users.csv"),
        ("users_20260901_0200.csv", "users.csv"),
        ("export/users.csv", "users.csv"),
        ("academicsessions.csv", "academicSessions.csv"),
        ("contacts.csv", "contacts.csv"),
        ("student_attributes.csv", "student_attributes.csv"),
        ("anything at all.zip", ARCHIVE),
        ("users-old.csv", None),
        ("users2.csv", None),
        ("myusers.csv", None),
        ("users.csv.bak", None),
        (".users.csv", None),
        ("readme.txt", None),
    ],
)
def test_a_name_means_one_file_or_none(name: str, file: str | None) -> None:
    assert canonical_name(name) == file


@pytest.mark.parametrize(
    ("pattern", "name", "means"),
    [
        ("SIS_users-%m%d%Y.csv", "sis_USERS-09012026.csv", True),
        ("SIS_users-%m%d%Y.csv", "SIS_users-0901.csv", False),
        ("people_*.csv", "people_of_cedar.csv", True),
        ("people_*.csv", "peopleXof.csv", False),
        ("a.b(c).csv", "a.b(c).csv", True),
        ("a.b(c).csv", "aXb(c).csv", False),
        ("100%%.csv", "100%.csv", True),
    ],
)
def test_a_district_may_name_a_pattern(pattern: str, name: str, means: bool) -> None:
    assert (canonical_name(name, {"users.csv": pattern}) == "users.csv") is means


def test_of_several_matches_the_newest_date_in_the_name_counts_and_is_told() -> None:
    found = choose_files(
        [
            Candidate("users-08312026.csv", 1, NOW),
            Candidate("users-09012026.csv", 1, NOW - timedelta(hours=3)),
            Candidate("users-12312025.csv", 1, NOW),
        ]
    )
    assert found.files["users.csv"].name == "users-09012026.csv"
    assert [(f.code, f.file) for f in found.findings] == [("several_matches", "users.csv")]
    assert len(found.aside) == 2


def test_without_a_date_in_the_name_the_file_written_last_counts() -> None:
    found = choose_files([Candidate("USERS.csv", 1, NOW), Candidate("users.csv", 1, NOW - timedelta(1))])
    assert found.files["users.csv"].name == "USERS.csv"


def test_a_file_of_another_night_is_named() -> None:
    times = {"users.csv": 0, "classes.csv": 2, "enrollments.csv": 72}
    found = choose_files(Candidate(name, 1, NOW - timedelta(hours=hours)) for name, hours in times.items())
    assert [(f.code, f.file) for f in found.findings] == [("file_older", "enrollments.csv")]


def test_a_zip_counts_unless_all_three_files_are_there_beside_it() -> None:
    loose = [Candidate(name, 1, NOW) for name in ("users.csv", "classes.csv", "enrollments.csv")]
    archive = Candidate("roster.zip", 1, NOW)
    assert set(choose_files([*loose[:2], archive]).files) == {ARCHIVE}
    found = choose_files([*loose, archive])
    assert set(found.files) == {"users.csv", "classes.csv", "enrollments.csv"}
    assert [f.code for f in found.findings] == ["archive_ignored"]


def zipped(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def inner_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("users.csv", "x")
    return out.getvalue()


def encrypted(path: Path) -> Path:
    """A ZIP whose one member says that it is encrypted."""
    content = bytearray(zipped(path, {"users.csv": b"sourcedId\n1\n"}, zipfile.ZIP_STORED).read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    return path


def a_member_twice(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("users.csv", "sourcedId\n1\n")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("users.csv", "sourcedId\n2\n")
    return path


REFUSED = {
    "a member twice": a_member_twice,
    "damaged": lambda path: path.write_bytes(b"PK\x03\x04 and nothing more"),
    "cut off": lambda path: path.write_bytes(zipped(path, {"users.csv": b"x" * 5000}).read_bytes()[:-40]),
    "a bomb": lambda path: zipped(path, {"users.csv": b"0" * 50_000_000}),
    "encrypted": encrypted,
    "an archive within": lambda path: zipped(path, {"inner.zip": inner_zip()}),
    "an archive under another name": lambda path: zipped(path, {"users.csv": inner_zip()}),
    "a way out": lambda path: zipped(path, {"../users.csv": b"x"}),
    "an absolute name": lambda path: zipped(path, {"/etc/users.csv": b"x"}),
    "another method": lambda path: zipped(path, {"users.csv": b"x" * 100}, zipfile.ZIP_BZIP2),
    "too many": lambda path: zipped(path, {f"{n}.csv": b"x" for n in range(package.MOST_MEMBERS + 1)}),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_zip_beyond_the_limits_is_refused_in_words_and_leaves_nothing(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "set.zip"
    REFUSED[kind](path)
    with opened_set({ARCHIVE: path}, tmp_path) as opened:
        assert opened.paths == {}
        assert [f.code for f in opened.findings] == ["archive_refused"]
        assert opened.findings[0].value
    assert [child.name for child in tmp_path.iterdir()] == ["set.zip"]


def test_the_files_of_a_zip_are_found_in_a_folder_of_it_too(tmp_path: Path) -> None:
    files = {"export/USERS.csv": b"a", "export/classes.csv": b"b", "__MACOSX/._users.csv": b"x", "orgs.csv": b"c"}
    path = zipped(tmp_path / "set.zip", files)
    with opened_set({ARCHIVE: path}, tmp_path) as opened:
        assert {name: found.read_bytes() for name, found in opened.paths.items()} == {
            "users.csv": b"a",
            "classes.csv": b"b",
            "orgs.csv": b"c",
        }
        codes = sorted((f.code, f.file) for f in opened.findings)
    assert codes == [
        ("file_in_subfolder", "classes.csv"),
        ("file_in_subfolder", "users.csv"),
    ]


def test_a_name_longer_than_any_file_has_means_nothing() -> None:
    assert canonical_name("_" * 60_000) is None
    assert canonical_name("x" * 252 + ".csv", {"users.csv": "x*.csv"}) is None


def test_a_pattern_of_many_stars_is_no_puzzle() -> None:
    assert canonical_name("a" * 250, {"users.csv": "*a" * 20 + "*b.csv"}) is None
    assert canonical_name("x_users_2026-11-30_a.csv", {"users.csv": "*users*%Y-%m-%d*.csv"}) == "users.csv"
