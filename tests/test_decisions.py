"""The commands by which people decide, and those that look back."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest

from pipeline.districts.decisions import read_decisions
from tests.support.nights import Nights, Terminal
from tests.test_cli import today

if TYPE_CHECKING:
    pass

WHO = ("--by", "Kim Lee", "--reason", "Looked at it.")


def lose_students(nights: Nights, count: int, *, still_enrolled: bool = False) -> list[str]:
    """Leave the last students out of tonight's users.csv, and their enrollments too; return their ids."""
    users = nights.drop / "users.csv"
    header, *rows = users.read_bytes().removesuffix(b"\r").split(b"\r")
    gone = [row for row in rows if b",student," in row][-count:]
    users.write_bytes(b"\r".join([header, *(row for row in rows if row not in gone), b""]))
    place = header.decode().split(",").index("sourcedId")
    ids = [next(csv.reader([row.decode()]))[place] for row in gone]
    if not still_enrolled:
        enrollments = nights.drop / "enrollments.csv"
        lines = enrollments.read_bytes().splitlines(keepends=True)
        left = [line for line in lines if not set(ids) & set(next(csv.reader([line.decode().strip()])))]
        enrollments.write_bytes(b"".join(left))
    return ids


@pytest.fixture
def held(rollcall: Terminal, nights: Nights) -> dict[str, object]:
    """A night of which 25 of 60 students are withheld; its report as JSON."""
    lose_students(nights, 25)
    report: dict[str, object] = rollcall.json("sync", nights.district, code=3)
    return report


def test_a_hold_is_listed_with_its_words_and_its_digest(
    rollcall: Terminal, nights: Nights, held: dict[str, object]
) -> None:
    (found,) = rollcall.json("holds")
    assert (found["district"], found["sync_number"], found["decision"]) == (nights.district, 2, None)
    assert found["hold_digest"] == held["hold_digest"]
    assert found["withheld"]["students"] == {"archive": 25}
    assert any("25 of 60 students are missing from the files" in hold["message"] for hold in found["holds"])
    words = rollcall("holds", nights.district).words
    assert "25 of 60 students are missing from the files" in words
    assert f"rollcall approve {nights.district} {today(nights)} {str(found['holds'][0]['digest'])[:16]}" in words


def test_an_approval_applies_what_was_withheld_at_once(
    rollcall: Terminal, nights: Nights, held: dict[str, object]
) -> None:
    digest = str(held["hold_digest"])[:12]
    report = rollcall.json("approve", nights.district, today(nights), digest, *WHO)
    assert (report["outcome"], report["sync_number"]) == ("applied", 3)
    assert report["records"]["students"]["archived"] == 25
    assert rollcall("holds").words == "Nothing is withheld."
    (decision,) = read_decisions(nights.folder.decisions)
    assert (decision.kind, decision.by, decision.why) == ("approve", "Kim Lee", "Looked at it.")
    assert decision.until is not None
    assert decision.until.isoformat() == today(nights)
    assert nights.corrections() == [(today(nights), 2, "approve")]


def test_what_the_files_still_name_cannot_be_approved_and_it_says_what_to_do_instead(
    rollcall: Terminal, nights: Nights
) -> None:
    lose_students(nights, 3, still_enrolled=True)
    (hold,) = rollcall.json("sync", nights.district, code=3)["holds"]
    assert (hold["code"], hold["can_be_approved"], hold["answers"]) == ("still_named", False, [])
    words = rollcall("holds", nights.district).words
    assert "This cannot be approved: only other files resolve it." in words
    assert "rollcall approve" not in words
    told = rollcall.refused("approve", nights.district, today(nights), hold["digest"][:12], *WHO)
    assert "Other rows still refer to missing records" in told
    assert "cannot be approved: only other files resolve it." in told
    assert "Export all three files on the same night" in told
    assert not nights.folder.decisions.exists()


def test_what_was_rejected_stays_withheld_and_says_so(
    rollcall: Terminal, nights: Nights, held: dict[str, object]
) -> None:
    digest = str(held["hold_digest"])
    said = rollcall("reject", nights.district, today(nights), digest, *WHO).words
    assert "is not applied" in said
    (found,) = rollcall.json("holds")
    assert (found["decision"]["kind"], found["decision"]["by"]) == ("reject", "Kim Lee")
    assert "Rejected by Kim Lee" in rollcall("holds").words


@pytest.mark.parametrize("verb", ["approve", "reject"])
@pytest.mark.usefixtures("held")
def test_a_decision_about_another_set_is_refused(rollcall: Terminal, nights: Nights, verb: str) -> None:
    told = rollcall.refused(verb, nights.district, today(nights), "0123456789abcdef", *WHO)
    assert f"does not match what {nights.district} withheld on {today(nights)}: " in told
    assert not nights.folder.decisions.exists()


def test_a_decision_about_a_day_without_a_hold_is_refused(rollcall: Terminal, nights: Nights) -> None:
    told = rollcall.refused("approve", nights.district, "2026-09-08", "0123456789abcdef", *WHO)
    assert f"Nothing is withheld for 2026-09-08 in {nights.district}." in told


def test_an_undo_leads_back_pauses_and_is_ended_with_a_reason(rollcall: Terminal, nights: Nights) -> None:
    before = nights.standing()
    nights.world.advance()
    nights.deliver()
    assert rollcall("sync", nights.district).code == 0
    assert nights.standing() != before
    report = rollcall.json("undo", nights.district, "--to", "2026-09-08", *WHO)
    assert (report["kind"], report["outcome"], report["target_sync"]) == ("undo", "applied", 1)
    assert nights.standing() == before
    assert nights.corrections() == [(report["sync_date"], 3, "undo")]
    assert "has been paused since" in rollcall.refused("sync", nights.district)
    assert "was paused by an undo" in rollcall.refused("district", "resume", nights.district)
    assert rollcall("district", "resume", nights.district, *WHO).code == 0
    # The same files are not applied again by themselves.
    again = rollcall.json("sync", nights.district, code=3)
    assert {hold["code"] for hold in again["holds"]} == {"undone_content"}
    assert nights.standing() == before
    kinds = [sync["kind"] for sync in rollcall.json("history", nights.district)]
    assert kinds == ["day", "undo", "day", "day"]
    assert "undo to 1" in rollcall("history", nights.district).words


@pytest.mark.parametrize("goal", [[], ["--to", "2026-09-08", "--to-sync", "1"]])
def test_an_undo_needs_one_goal(rollcall: Terminal, nights: Nights, goal: list[str]) -> None:
    assert "Give either --to DATE or --to-sync NUMBER." in rollcall.refused("undo", nights.district, *goal, *WHO)


def test_a_second_look_at_older_dates_changes_nothing(rollcall: Terminal, nights: Nights) -> None:
    before, syncs = nights.standing(), nights.syncs()
    database = nights.folder.day("2026-09-08").read_bytes()
    (look,) = rollcall.json("rerun", nights.district, "--from", "2026-09-08", "--to", "2026-09-08")
    assert (look["sync_number"], look["outcome"], look["initial"]) == (None, "applied", True)
    assert "This is a preview: nothing was applied." in rollcall("rerun", nights.district, "--from", "2026-09-08").words
    assert (nights.standing(), nights.syncs()) == (before, syncs)
    assert nights.folder.day("2026-09-08").read_bytes() == database, "what the newest sync did is still in it"
    assert len(list((nights.folder.previews / "2026-09-08").iterdir())) == 2


def test_a_replay_lives_the_days_again_under_todays_settings(rollcall: Terminal, nights: Nights) -> None:
    assert rollcall("sync", nights.district).code == 0
    nights.change_settings("sftp:", "guardians:\n  rules:\n    - {role_sent: [guardian], role: as_sent}\nsftp:")
    told = rollcall.refused("rerun", nights.district, "--from", "2026-09-08", "--apply")
    assert "Give who asks for it and why" in told
    report = rollcall.json("rerun", nights.district, "--from", "2026-09-08", "--apply", *WHO)
    assert (report["kind"], report["outcome"]) == ("replay", "applied")
    assert nights.corrections() == [(report["sync_date"], 3, "replay")]
    assert report["records"]["guardians"]["archived"] > 0
    assert report["records"]["students"]["unchanged"] == report["records"]["students"]["active_after"]
    early = rollcall.refused("rerun", nights.district, "--from", "2026-09-08", "--to", "2026-09-08", "--apply", *WHO)
    assert "would lose the syncs up to" in early


def test_a_trace_tells_file_line_rule_change_and_sync(rollcall: Terminal, nights: Nights) -> None:
    nights.world.advance()
    nights.deliver()
    changes = rollcall.json("sync", nights.district)["changes"]
    gone = next(c["key"] for c in changes if (c["record_type"], c["operation"]) == ("students", "archive"))
    story = rollcall.json("trace", nights.district, gone)
    assert story["states"] == {"students": "archived"}
    own = [event for event in story["events"] if event["key"] == gone]
    assert [(event["operation"], event["sync_number"]) for event in own] == [("add", 1), ("archive", 2)]
    assert own[0]["file"] == "users.csv"
    assert own[0]["line"] > 1
    assert own[0]["delivered_on"] == "2026-09-08"
    links = [event for event in story["events"] if event["record_type"] == "guardian_links"]
    assert all(event["rule"] for event in links if event["operation"] == "add")
    words = rollcall("trace", nights.district, gone).words
    came = f"From users.csv line {own[0]['line']} of the delivery of 2026-09-08, sent by {nights.district}@127.0.0.1."
    assert f"student {gone} added. {came}" in words
    assert f"student {gone} archived." in words


def test_a_trace_of_an_id_that_nobody_has_is_refused(rollcall: Terminal, nights: Nights) -> None:
    assert "Nothing with the id 4711 is or was in the roster" in rollcall.refused("trace", nights.district, "4711")


def test_a_district_that_asks_for_a_review_is_enabled_only_after_it(rollcall: Terminal, nights: Nights) -> None:
    nights.change_settings("sftp:", "sync:\n  review_initial: true\nsftp:")
    told = rollcall.refused("district", "enable", nights.district)
    assert "The first sync of" in told
    assert "is reviewed" in rollcall("district", "review", nights.district, "--by", "Kim Lee").words
    assert rollcall("district", "enable", nights.district).code == 0
    state = json.loads(nights.folder.state.read_text(encoding="utf-8"))
    assert (state["reviewed"], state["enabled"]) == (True, True)


def test_a_pause_and_its_end_are_on_record(rollcall: Terminal, nights: Nights) -> None:
    rollcall("district", "pause", nights.district, "--reason", "Summer.", "--by", "Kim Lee")
    rollcall("district", "resume", nights.district)
    found = read_decisions(nights.folder.decisions)
    assert [(one.kind, one.why) for one in found] == [
        ("pause", "Summer."),
        ("resume", "no reason given"),
    ]
