"""Verifying landing finds every byte that is not as it was received, and names its place."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from pipeline.landing.archive import Landing
from pipeline.landing.verify import verify_landing
from tests.landing.test_archive import DAY, receive

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    landing = Landing(tmp_path / "landing", "lakeside")
    receive(landing, users="a,b\r\n", classes="c")
    receive(landing, users="a,b\r\nd", classes="c")
    receive(landing, users="later", day="2027-02-01")
    return landing


def told(landing: Landing) -> list[str]:
    return [str(mismatch) for mismatch in verify_landing(landing).mismatches]


def test_what_is_as_received_is_sound(landing: Landing) -> None:
    found = verify_landing(landing)
    assert (found.district, found.deliveries, found.files, found.mismatches) == ("lakeside", 3, 5, ())


def test_a_district_without_landing_is_sound(tmp_path: Path) -> None:
    assert verify_landing(Landing(tmp_path / "landing", "lakeside")).deliveries == 0


def flip_a_bit(delivery: Path) -> None:
    whole = bytearray((delivery / "users.csv").read_bytes())
    whole[0] ^= 1
    (delivery / "users.csv").write_bytes(whole)


def swap_for_a_link(delivery: Path) -> None:
    (delivery / "users.csv").rename(delivery.parent.parent.parent / "users.csv")
    (delivery / "users.csv").symlink_to(delivery.parent.parent.parent / "users.csv")


def of_another_district(delivery: Path) -> None:
    record = json.loads((delivery / "delivery.json").read_text())
    (delivery / "delivery.json").write_text(json.dumps({**record, "district": "hillcrest"}))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (flip_a_bit, "delivery 1, users.csv: its content differs from what was received"),
        (lambda d: (d / "users.csv").write_text("a"), "delivery 1, users.csv: it has 1 bytes, but 5 were received."),
        (lambda d: (d / "users.csv").unlink(), "delivery 1, users.csv: it is missing."),
        (swap_for_a_link, "delivery 1, users.csv: it is a link or a folder."),
        (lambda d: (d / "notes.txt").touch(), "delivery 1, notes.txt: it is not part of the delivery."),
        (lambda d: (d / "delivery.json").write_text("{}"), "delivery 1: The record of a delivery cannot be read"),
        (of_another_district, "delivery 1: This delivery belongs to the district hillcrest: "),
        (shutil.rmtree, "delivery 1: it is missing."),
    ],
)
def test_what_does_not_match_is_named(landing: Landing, spoil: Callable[[Path], None], words: str) -> None:
    spoil(landing.root / DAY / "1")
    (only,) = told(landing)
    assert only.startswith(f"lakeside, {DAY}, {words}")


def test_what_is_no_part_of_landing_is_named(landing: Landing) -> None:
    (landing.root / "old").mkdir()
    (landing.root / ".incoming-x").mkdir()
    assert told(landing) == ["lakeside, old: it is not part of landing."]
