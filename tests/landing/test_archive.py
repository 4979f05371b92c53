from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from pipeline.errors import PermanentError, UsageError
from pipeline.landing.archive import Landing, LandingError
from pipeline.sftp.fetch import FetchedFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.landing.archive import Incoming

DAY = "2027-01-31"
SENT = datetime(2027, 1, 31, 5, 0, tzinfo=UTC)


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    return Landing(tmp_path / "landing", "lakeside")


def receive(landing: Landing, *, source: str = "sftp", refetch: bool = False, day: str = DAY, **files: str) -> Incoming:
    """Land `files`, users="…" being users.csv."""
    origin = "sftp://lakeside@sftp.example.org:22/drop"
    with landing.receive(day, source, origin, refetch=refetch) as incoming:
        for stem, text in files.items():
            path = incoming.folder / f"{stem}.csv"
            path.write_text(text)
            incoming.add(path, file=f"{stem}.csv", name=f"{stem.title()}.CSV", modified_at=SENT)
    return incoming


def everything(landing: Landing) -> list[str]:
    return sorted(str(path.relative_to(landing.root)) for path in landing.root.rglob("*"))


def test_delivery_is_kept_byte_for_byte_with_its_record(landing: Landing) -> None:
    delivery = receive(landing, users="a,b\r\n", classes="c").delivery
    assert everything(landing) == [
        DAY,
        f"{DAY}/1",
        f"{DAY}/1/classes.csv",
        f"{DAY}/1/delivery.json",
        f"{DAY}/1/users.csv",
    ]
    assert landing.path(delivery, "users.csv").read_bytes() == b"a,b\r\n"
    record = json.loads((landing.root / DAY / "1" / "delivery.json").read_text())
    assert (record["version"], record["district"], record["sync_date"]) == (1, "lakeside", DAY)
    assert (record["number"], record["source"], record["overrides_upload"]) == (1, "sftp", False)
    assert record["files"][1] == {
        "file": "users.csv",
        "name": "Users.CSV",
        "size": 5,
        "modified_at": "2027-01-31T05:00:00Z",
        "sha256": hashlib.sha256(b"a,b\r\n").hexdigest(),
        "owner": None,
    }
    assert landing.deliveries(DAY) == [delivery]
    assert landing.dates() == [DAY]


def test_only_we_can_read_it(landing: Landing) -> None:
    receive(landing, users="a")
    for path in [landing.root, *landing.root.rglob("*")]:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600)


def test_same_content_adds_nothing(landing: Landing) -> None:
    first = receive(landing, users="a", classes="b")
    second = receive(landing, classes="b", users="a")
    assert second.delivery == first.delivery
    assert (first.is_new, second.is_new) == (True, False)
    assert len(landing.deliveries(DAY)) == 1


def test_other_content_becomes_number_two_and_is_in_force(landing: Landing) -> None:
    receive(landing, users="a")
    second = receive(landing, users="b").delivery
    assert second.number == 2
    assert landing.in_force(DAY) == second


def test_content_that_comes_back_is_in_force_again(landing: Landing) -> None:
    for text in ("a", "b", "a"):
        last = receive(landing, users=text).delivery
    assert (last.number, landing.in_force(DAY)) == (3, last)


def test_digest_of_the_set_knows_names_and_bytes(landing: Landing) -> None:
    first = receive(landing, users="a", classes="b").delivery
    swapped = receive(landing, users="b", classes="a").delivery
    elsewhere = receive(landing, users="a", classes="b", day="2027-02-01").delivery
    assert first.sha256 != swapped.sha256
    assert first.sha256 == elsewhere.sha256
    assert landing.dates() == [DAY, "2027-02-01"]


def test_upload_stays_in_force_over_what_is_fetched_later(landing: Landing) -> None:
    receive(landing, users="fetched")
    upload = receive(landing, source="upload", users="by hand").delivery
    assert receive(landing, users="fetched").is_new is False
    assert receive(landing, users="fetched later").is_new is True
    assert receive(landing, users="fetched later").is_new is False
    assert landing.in_force(DAY) == upload


def test_refetch_takes_the_place_of_an_upload(landing: Landing) -> None:
    receive(landing, users="fetched")
    receive(landing, source="upload", users="by hand")
    refetched = receive(landing, refetch=True, users="fetched").delivery
    assert (refetched.number, refetched.overrides_upload) == (3, True)
    assert landing.in_force(DAY) == refetched
    later = receive(landing, users="fetched later").delivery
    assert landing.in_force(DAY) == later


def test_later_upload_takes_the_place_of_an_upload(landing: Landing) -> None:
    receive(landing, source="upload", users="one")
    second = receive(landing, source="upload", users="two").delivery
    assert landing.in_force(DAY) == second


def test_upload_of_what_was_fetched_is_recorded_for_a_person_now_relies_on_it(landing: Landing) -> None:
    receive(landing, users="a")
    upload = receive(landing, source="upload", users="a").delivery
    receive(landing, users="b")
    assert (upload.number, landing.in_force(DAY)) == (2, upload)


def test_failure_in_between_leaves_nothing(landing: Landing) -> None:
    def crash() -> None:
        with landing.receive(DAY, "sftp", "x") as incoming:
            (incoming.folder / "users.csv").write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        crash()
    assert everything(landing) == []
    assert landing.in_force(DAY) is None


def test_what_a_crash_left_behind_goes_at_the_next_receive(landing: Landing) -> None:
    landing.root.mkdir()
    crashed = landing.root / ".incoming-crashed"
    crashed.mkdir()
    (crashed / "users.csv").write_text("half")
    receive(landing, users="a")
    assert not crashed.exists()


def test_what_another_run_is_filling_stays(landing: Landing) -> None:
    with landing.receive(DAY, "upload", "x") as slow:
        receive(landing, users="quick")
        (slow.folder / "users.csv").write_text("slow")
        slow.add(slow.folder / "users.csv", file="users.csv", name="users.csv", modified_at=SENT)
    assert (slow.delivery.number, landing.in_force(DAY)) == (2, slow.delivery)


def test_delivery_without_files_is_not_landed(landing: Landing) -> None:
    assert receive(landing).delivery is None
    assert everything(landing) == []
    assert landing.dates() == []


def test_file_from_elsewhere_is_copied_and_left_there(landing: Landing, tmp_path: Path) -> None:
    original = tmp_path / "My Users.csv"
    original.write_text("a")
    with landing.receive(DAY, "upload", "by hand") as incoming:
        incoming.add(original, file="users.csv", name=original.name, modified_at=SENT)
    assert original.read_text() == "a"
    assert landing.path(incoming.delivery, "users.csv").read_text() == "a"


def test_file_that_the_disk_gives_back_otherwise_is_refused(landing: Landing) -> None:
    told = r"users\.csv could not be read back from the disk"
    with pytest.raises(LandingError, match=told), _receiving(landing, found="A") as (incoming, fetched):
        incoming.take(fetched, file="users.csv")
    assert everything(landing) == []
    with _receiving(landing) as (incoming, fetched):
        assert incoming.take(fetched, file="users.csv").sha256 == fetched.sha256
    assert landing.in_force(DAY) == incoming.delivery


@contextmanager
def _receiving(landing: Landing, found: str = "a") -> Iterator[tuple[Incoming, FetchedFile]]:
    with landing.receive(DAY, "sftp", "x") as incoming:
        path = incoming.folder / "users.csv"
        path.write_text(found)
        yield incoming, FetchedFile("users.csv", 1, SENT, hashlib.sha256(b"a").hexdigest(), path)


@pytest.mark.parametrize("file", ["../users.csv", "/etc/passwd", "", ".hidden", "a/b", "delivery.json", "a\n"])
def test_name_that_could_leave_the_folder_is_refused(landing: Landing, tmp_path: Path, file: str) -> None:
    (tmp_path / "users.csv").write_text("a")
    with pytest.raises(ValidationError), landing.receive(DAY, "upload", "x") as incoming:
        incoming.add(tmp_path / "users.csv", file=file, name="users.csv", modified_at=SENT)
    assert everything(landing) == []


def test_one_file_twice_is_refused(landing: Landing, tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_text("a")
    with landing.receive(DAY, "upload", "x") as incoming:
        incoming.add(tmp_path / "users.csv", file="users.csv", name="users.csv", modified_at=SENT)
        with pytest.raises(UsageError, match=r"only one users\.csv"):
            incoming.add(tmp_path / "users.csv", file="users.csv", name="users.csv", modified_at=SENT)


def test_origin_never_holds_a_password(landing: Landing, tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_text("a")
    with (
        pytest.raises(ValidationError, match="never holds a password") as caught,
        landing.receive(DAY, "sftp", "sftp://user:canary@host:22/") as incoming,
    ):
        incoming.add(tmp_path / "users.csv", file="users.csv", name="users.csv", modified_at=SENT)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("day", ["2027-1-31", "31.01.2027", "../2027-01-31", "20270131", ""])
def test_date_that_is_none_is_refused(landing: Landing, day: str) -> None:
    with pytest.raises(UsageError, match="is not a date"), landing.receive(day, "sftp", "x"):
        pass


@pytest.mark.parametrize("text", [None, "", "{}", "not json"])
def test_record_that_cannot_be_read_is_named(landing: Landing, text: str | None) -> None:
    receive(landing, users="a")
    record = landing.root / DAY / "1" / "delivery.json"
    if text is None:
        record.unlink()
    else:
        record.write_text(text)
    with pytest.raises(LandingError, match=str(record)) as caught:
        landing.in_force(DAY)
    assert isinstance(caught.value, PermanentError)


def test_record_of_another_folder_is_not_taken(landing: Landing) -> None:
    receive(landing, users="a")
    (landing.root / DAY / "1").rename(landing.root / DAY / "2")
    with pytest.raises(LandingError, match="belongs in another folder"):
        landing.deliveries(DAY)


def test_file_that_the_delivery_does_not_have(landing: Landing) -> None:
    delivery = receive(landing, users="a").delivery
    with pytest.raises(UsageError, match=r"has no classes\.csv"):
        landing.path(delivery, "classes.csv")
