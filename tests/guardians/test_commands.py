"""The commands of the block list, as a person in a terminal sees them."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from pipeline.districts.decisions import read_decisions
from pipeline.districts.lock import district_lock
from tests.support.nights import Nights
from tests.test_cli import Terminal

WHO = ("--by", "Kim Lee", "--reason", "Court order.")


@pytest.fixture
def rollcall(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Terminal:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    monkeypatch.setenv("ROLLCALL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ROLLCALL_DISTRICTS", str(tmp_path / "settings"))
    monkeypatch.chdir(tmp_path)
    return Terminal(monkeypatch, capfd)


@pytest.fixture
def pair(nights: Nights) -> tuple[str, str]:
    """A guardian and a student who are linked in the roster."""
    rows = csv.DictReader(io.StringIO(nights.standing()["users.csv"].decode(), newline=""))
    guardian = next(row for row in rows if row["role"] in {"parent", "guardian", "relative"})
    return guardian["sourcedId"], guardian["agentSourcedIds"].split(",")[0]


def students_of(nights: Nights, contact: str) -> str | None:
    rows = csv.DictReader(io.StringIO(nights.standing()["users.csv"].decode(), newline=""))
    return next((row["agentSourcedIds"] for row in rows if row["sourcedId"] == contact), None)


def test_a_block_takes_the_link_out_and_is_listed(rollcall: Terminal, nights: Nights, pair: tuple[str, str]) -> None:
    contact, student = pair
    report: dict[str, Any] = rollcall.json("block", nights.district, contact, student, *WHO)
    assert (report["kind"], report["records"]["guardian_links"]["archived"]) == ("block", 1)
    assert nights.corrections() == [(report["sync_date"], report["sync_number"], "block")]
    assert student not in (students_of(nights, contact) or "").split(",")
    (found,) = rollcall.json("blocks", nights.district)
    assert (found["contact_id"], found["student_id"], found["by"], found["why"], found["linked"]) == (
        *(contact, student, "Kim Lee", "Court order.", False),
    )  # fmt: skip
    said = rollcall("block", nights.district, contact, student, *WHO).words
    assert "were already blocked" in said
    assert "The two are not linked in the roster" in said
    assert "barred: blocked by a decision" in rollcall("trace", nights.district, contact).words


def test_a_block_while_a_run_is_under_way_is_recorded_and_says_what_is_left_to_do(
    rollcall: Terminal, nights: Nights, pair: tuple[str, str]
) -> None:
    contact, student = pair
    with district_lock(nights.folder):
        told = rollcall.refused("block", nights.district, contact, student, *WHO, code=6)
    assert "is recorded and applies to every sync" in told
    assert "block the two again" in told
    assert [decision.kind for decision in read_decisions(nights.folder.decisions)] == ["block"]
    assert f"Contact {contact} is still linked to student {student}" in rollcall("blocks", nights.district).words
    rollcall("block", nights.district, contact, student, *WHO)
    assert student not in (students_of(nights, contact) or "").split(",")


def test_a_block_works_while_the_district_is_paused(rollcall: Terminal, nights: Nights, pair: tuple[str, str]) -> None:
    contact, student = pair
    rollcall("district", "pause", nights.district, *WHO)
    assert "Their link was removed from the roster" in rollcall("block", nights.district, contact, student, *WHO).words


def test_an_id_that_the_roster_does_not_know_is_asked_about(rollcall: Terminal, nights: Nights) -> None:
    said = rollcall("block", nights.district, "NOBODY", "NO-STUDENT", *WHO).words
    assert "The roster has no contact and no student with that id: check that it is right" in said


def test_a_block_is_ended_by_name(rollcall: Terminal, nights: Nights, pair: tuple[str, str]) -> None:
    rollcall("block", nights.district, *pair, *WHO)
    assert "no longer blocked" in rollcall("unblock", nights.district, *pair, *WHO).words
    assert rollcall("blocks", nights.district).words == "No one is blocked."
    assert "has no block or bar of contact" in rollcall.refused("unblock", nights.district, *pair, *WHO)
