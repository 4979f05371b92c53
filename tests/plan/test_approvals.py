"""What people decide about a hold: bound to exactly the withheld set, for some days, and on record."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.districts.decisions import read_decisions, record_decision
from pipeline.errors import UsageError
from pipeline.files.hash_chain import BrokenChainError
from pipeline.plan.approvals import approvals_in_force, approve, open_hold, reject
from tests.support.district import FIRST, RECORD_TYPES, District, Night, Rows, student

pytestmark = pytest.mark.whole_day

SECOND, THIRD, FOURTH, FIFTH = (FIRST + timedelta(days=days) for days in (1, 2, 3, 4))
NOON = datetime(2026, 9, 2, 17, tzinfo=UTC)


@pytest.fixture
def strict(first_night: Path, tmp_path: Path) -> District:
    """The small district on its second day; it may archive no student and update no class."""
    shutil.copytree(first_night, tmp_path, dirs_exist_ok=True)
    district = District(tmp_path)
    none = {"percent": 0, "at_least": 0}
    district.limit(archive={"students": none}, update={"classes": none, "students": {"at_least": 1, "percent": 0}})
    return district


def digest(night: Night) -> str:
    """The digest of the only cause for which the night withheld something."""
    (hold,) = night.report.holds
    assert hold.digest is not None
    return hold.digest


def approved(district: District, night: Night, day: date = SECOND, *, until: date | None = None) -> None:
    """Approve what the night withheld."""
    approve(
        district.folder, "synthetic", day, [digest(night)],
        by="A. Registrar", why="They moved away", until=until or day, at=NOON,
    )  # fmt: skip


def rejected(district: District, night: Night, day: date = SECOND) -> None:
    reject(district.folder, "synthetic", day, [digest(night)], by="A. Registrar", why="The export is wrong", at=NOON)


S3_AND_FAMILY = {
    ("students", "archive", "S3"),
    ("enrollments", "archive", "C1|S3|student"),
    ("guardians", "archive", "P3"),
    ("guardian_links", "archive", "P3|S3"),
}


def test_an_approval_applies_just_what_was_withheld_when_the_date_is_synced_again(strict: District, rows: Rows) -> None:
    later = rows.without_user("S3")
    held = strict.sync(later, SECOND)
    assert (held.withheld, held.applied) == (S3_AND_FAMILY, set())
    approved(strict, held)
    night = strict.sync(later, SECOND)
    assert (night.outcome, night.sync, night.applied) == ("applied", 3, S3_AND_FAMILY)
    assert night.report.hold_digest is None
    assert open_hold(strict.folder, "synthetic") is None


def test_nothing_beyond_the_approved_set_is_applied(strict: District, rows: Rows) -> None:
    later = rows.without_user("S3")
    held = strict.sync(later, SECOND)
    approved(strict, held, until=FOURTH)
    night = strict.sync(later.without_user("S6"), THIRD)
    assert night.outcome == "held"
    assert night.applied == S3_AND_FAMILY
    assert night.withheld == {("students", "archive", "S6"), ("enrollments", "archive", "C3|S6|student")}
    assert night.report.holds[0].changes == 1
    assert digest(night) != digest(held)


def test_what_is_approved_does_not_count_towards_the_limit(strict: District, rows: Rows) -> None:
    strict.limit(archive={"students": {"percent": 0, "at_least": 1}})
    later = rows.without_user("S3").without_user("S6")
    held = strict.sync(later, SECOND)
    assert held.report.holds[0].changes == 2
    approved(strict, held, until=THIRD)
    night = strict.sync(later.without_user("S5"), THIRD)
    assert night.outcome == "applied"
    assert {key for kind, operation, key in night.applied if kind == "students"} == {"S3", "S5", "S6"}


def test_the_same_hold_the_next_night_has_the_same_digest_and_its_approval_counts_then(
    strict: District, rows: Rows
) -> None:
    later = rows.without_user("S3")
    held = strict.sync(later, SECOND)
    later.users.append(student("NEW"))
    again = strict.sync(later, THIRD)
    assert digest(again) == digest(held)
    approved(strict, again, THIRD)
    assert strict.sync(later, THIRD).applied == S3_AND_FAMILY


def test_a_value_that_changed_since_the_approval_is_not_covered_by_it(strict: District, rows: Rows) -> None:
    rows.class_("C1")["title"] = "Art"
    held = strict.sync(rows, SECOND)
    assert held.withheld == {("classes", "update", "C1")}
    approved(strict, held, until=FIFTH)
    rows.class_("C1")["title"] = "Artificial intelligence"
    other = strict.sync(rows, THIRD)
    assert (other.outcome, other.applied) == ("held", set())
    assert digest(other) != digest(held)
    rows.class_("C1")["title"] = "Art"
    assert strict.sync(rows, FOURTH).applied == {("classes", "update", "C1")}


def test_an_approval_ends_by_itself(strict: District, rows: Rows) -> None:
    later = rows.without_user("S3")
    held = strict.sync(later, SECOND)
    approved(strict, held, until=SECOND)
    night = strict.sync(later, THIRD)
    assert (night.outcome, night.applied, digest(night)) == ("held", set(), digest(held))


def test_an_approval_counts_to_its_last_day(strict: District, rows: Rows) -> None:
    later = rows.without_user("S3")
    approved(strict, strict.sync(later, SECOND), until=THIRD)
    assert strict.sync(later, THIRD).applied == S3_AND_FAMILY


def test_a_rejection_leaves_all_as_it_is_and_is_shown_with_the_hold(strict: District, rows: Rows) -> None:
    later = rows.without_user("S3")
    rejected(strict, strict.sync(later, SECOND))
    assert strict.sync(later, THIRD).applied == set()
    hold = open_hold(strict.folder, "synthetic")
    assert hold is not None
    assert hold.decision is not None
    assert (hold.decision.kind, hold.decision.by, hold.decision.why) == (
        "reject",
        "A. Registrar",
        "The export is wrong",
    )
    assert hold.withheld == {
        "students": {"archive": 1}, "guardians": {"archive": 1}, "enrollments": {"archive": 1},
        "guardian_links": {"archive": 1},
    }  # fmt: skip


def test_a_rejection_ends_an_approval_and_a_later_approval_counts_again(strict: District, rows: Rows) -> None:
    later = rows.without_user("S3")
    held = strict.sync(later, SECOND)
    approved(strict, held, until=FIFTH)
    rejected(strict, held)
    assert strict.sync(later, THIRD).outcome == "held"
    approved(strict, held, until=FIFTH)
    assert strict.sync(later, FOURTH).applied == S3_AND_FAMILY


def test_an_undo_ends_all_approvals_before_it(strict: District, rows: Rows) -> None:
    held = strict.sync(rows.without_user("S3"), SECOND)
    approved(strict, held, until=FIFTH)
    decisions = read_decisions(strict.folder.decisions)
    assert approvals_in_force(decisions, THIRD) == (digest(held),)
    record_decision(strict.folder.decisions, "undo", by="A. Registrar", why="Wrong", at=NOON, sync_date=FIRST, sync=1)
    assert approvals_in_force(read_decisions(strict.folder.decisions), THIRD) == ()
    assert strict.sync(rows.without_user("S3"), THIRD).outcome == "held"


def test_a_hold_that_is_over_is_not_open_and_one_that_a_bad_night_follows_still_is(
    strict: District, rows: Rows
) -> None:
    held = strict.sync(rows.without_user("S3"), SECOND)
    strict.sync({}, THIRD)
    hold = open_hold(strict.folder, "synthetic")
    assert hold is not None
    assert [cause.digest for cause in hold.causes] == [digest(held)]
    rows.users.append(student("NEW"))
    strict.sync(rows, FOURTH)
    assert open_hold(strict.folder, "synthetic") is None


DECIDED: dict[str, Any] = {"by": "A. Registrar", "why": "Checked", "at": NOON}


def test_a_digest_that_is_not_that_of_the_withheld_set_is_refused_in_words(strict: District, rows: Rows) -> None:
    held = strict.sync(rows.without_user("S3"), SECOND)
    for wrong in ("0" * 64, digest(held)[:7], ""):
        with pytest.raises(UsageError, match="does not match what synthetic withheld on 2026-09-02"):
            approve(strict.folder, "synthetic", SECOND, [wrong], until=SECOND, **DECIDED)
        with pytest.raises(UsageError, match="does not match what synthetic withheld on 2026-09-02"):
            reject(strict.folder, "synthetic", SECOND, [wrong], **DECIDED)
    with pytest.raises(UsageError, match="Nothing is withheld for 2026-09-03 in"):
        approve(strict.folder, "synthetic", THIRD, [digest(held)], until=THIRD, **DECIDED)
    with pytest.raises(UsageError, match="would end on 2026-09-01, before the date 2026-09-02"):
        approve(strict.folder, "synthetic", SECOND, [digest(held)], until=FIRST, **DECIDED)
    assert read_decisions(strict.folder.decisions) == []


def test_the_beginning_of_a_digest_names_it_and_the_whole_one_is_recorded(strict: District, rows: Rows) -> None:
    held = strict.sync(rows.without_user("S3"), SECOND)
    approve(strict.folder, "synthetic", SECOND, [f" {digest(held)[:8].upper()} "], until=SECOND, **DECIDED)
    (decision,) = read_decisions(strict.folder.decisions)
    assert (decision.kind, decision.hold_digest, decision.until) == ("approve", digest(held), SECOND)
    assert (decision.by, decision.why, decision.sync) == ("A. Registrar", "Checked", 2)


def test_the_digest_of_an_earlier_sync_of_the_date_is_refused(strict: District, rows: Rows) -> None:
    earlier = strict.sync(rows.without_user("S3"), SECOND)
    strict.sync(rows.without_user("S3").without_user("S6"), SECOND)
    with pytest.raises(UsageError, match=r"belongs to an earlier sync of 2026-09-02\. What is withheld now is"):
        approved(strict, earlier)


def test_what_a_mended_delivery_of_the_same_date_no_longer_withholds_cannot_be_approved(
    strict: District, rows: Rows
) -> None:
    held = strict.sync(rows.without_user("S3"), SECOND)
    rows.users.append(student("NEW"))
    assert strict.sync(rows, SECOND).outcome == "applied"
    with pytest.raises(UsageError, match="Nothing is withheld for 2026-09-02 in"):
        approved(strict, held)
    assert read_decisions(strict.folder.decisions) == []


def test_an_approval_that_was_applied_can_still_be_ended(strict: District, rows: Rows) -> None:
    later = rows.without_user("S3")
    held = strict.sync(later, SECOND)
    approved(strict, held, until=FIFTH)
    strict.sync(later, SECOND)
    rejected(strict, held)
    rows.users.append(student("NEW"))
    strict.sync(rows, THIRD)
    assert strict.sync(rows.without_user("S3"), FOURTH).outcome == "held"


def test_a_decision_that_was_changed_by_hand_is_noticed(strict: District, rows: Rows) -> None:
    approved(strict, strict.sync(rows.without_user("S3"), SECOND))
    line = json.loads(strict.folder.decisions.read_text())
    strict.folder.decisions.write_text(json.dumps(line | {"until": "2030-01-01"}) + "\n")
    with pytest.raises(BrokenChainError, match="line 1 was changed after it was written"):
        strict.sync(rows.without_user("S3"), THIRD)


def test_an_approved_set_of_all_types_leaves_nothing_behind(strict: District, rows: Rows) -> None:
    """A whole school goes, is held whatever the limits say, and goes with all that hangs on it once it is approved."""
    rows.users = [row for row in rows.users if row.get("orgSourcedIds") != "M"]
    rows.classes = [row for row in rows.classes if row["schoolSourcedId"] != "M"]
    rows.enrollments = [row for row in rows.enrollments if row["classSourcedId"] != "C3"]
    held = strict.sync(rows, SECOND)
    assert held.applied == set()
    approved(strict, held)
    assert strict.sync(rows, SECOND).applied == held.withheld
    assert set(strict.active()) == set(RECORD_TYPES)
    assert (strict.active()["students"], strict.active()["classes"]) == (3, 2)
