"""A roster or a ledger that is not the one of the last sync is noticed, and never taken for an empty one."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.errors import PermanentError, RollcallError
from pipeline.files.hash_chain import BrokenChainError
from pipeline.roster.ledger import RosterLostError, check_roster, read_ledger
from tests.support.district import FIRST, District, Rows, student

pytestmark = pytest.mark.whole_day

FIFTH, SIXTH = FIRST + timedelta(days=4), FIRST + timedelta(days=5)


@pytest.fixture(scope="module")
def four_nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a district after an applied, a quiet, an applied and a quiet night."""
    folder = tmp_path_factory.mktemp("four-nights")
    district = District(folder)
    first = _rows()
    second = first.without_user("S3")
    outcomes = [
        district.sync(rows, FIRST + timedelta(days=days)).outcome
        for days, rows in enumerate((first, first, second, second))
    ]
    assert outcomes == ["applied", "unchanged", "applied", "unchanged"]
    return folder


def _rows() -> Rows:
    rows = Rows(users=[student(f"S{n}") for n in range(1, 5)])
    rows.classes.append({"sourcedId": "C", "title": "Art", "schoolSourcedId": "N"})
    rows.enrollments.append({"classSourcedId": "C", "userSourcedId": "S1", "role": "student"})
    return rows


@pytest.fixture
def lived(four_nights: Path, tmp_path: Path) -> District:
    shutil.copytree(four_nights, tmp_path, dirs_exist_ok=True)
    return District(tmp_path)


def lines(district: District) -> list[str]:
    return district.folder.ledger.read_text().splitlines(keepends=True)


def next_night(district: District) -> None:
    """A night that adds somebody."""
    rows = _rows()
    rows.users.append(student("NEW"))
    assert district.sync(rows, FIFTH).outcome == "applied"


def refused(district: District, error: type[RollcallError], words: str) -> None:
    """A night is refused in these words, and leaves the roster and its ledger as they are."""
    kept = [path.read_bytes() if path.exists() else None for path in (district.folder.roster, district.folder.ledger)]
    with pytest.raises(error, match=words) as caught:
        next_night(district)
    assert caught.value.cure
    after = [path.read_bytes() if path.exists() else None for path in (district.folder.roster, district.folder.ledger)]
    assert after == kept


def test_a_missing_roster_is_no_empty_one(lived: District) -> None:
    lived.folder.roster.unlink()
    refused(lived, RosterLostError, "is missing, though this district has been synced before")


def test_a_missing_roster_is_noticed_though_the_ledger_is_missing_too(lived: District) -> None:
    lived.folder.roster.unlink()
    lived.folder.ledger.unlink()
    refused(lived, RosterLostError, "is missing, though this district has been synced before")


@pytest.mark.parametrize("damage", ["empty", "header", "half"])
def test_a_damaged_roster_is_refused_and_the_cure_is_named(lived: District, damage: str) -> None:
    whole = lived.folder.roster.read_bytes()
    broken = {"empty": b"", "header": bytes(4096) + whole[4096:], "half": whole[: len(whole) // 2]}[damage]
    lived.folder.roster.write_bytes(broken)
    refused(lived, PermanentError, "damaged|cannot be opened")


def test_an_older_roster_is_refused(lived: District) -> None:
    older = lived.folder.roster.read_bytes()
    next_night(lived)
    lived.folder.roster.write_bytes(older)
    with pytest.raises(RosterLostError, match="ends with sync 3, but 5 syncs were recorded"):
        lived.sync(_rows(), SIXTH)


def test_the_roster_of_another_district_is_refused(lived: District, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = District(tmp_path_factory.mktemp("other"))
    for days in range(3):
        rows = _rows()
        rows.users += [student(f"O{n}") for n in range(days)]
        other.sync(rows, FIRST + timedelta(days=days))
    shutil.copyfile(other.folder.roster, lived.folder.roster)
    refused(lived, RosterLostError, "do not belong together")


def test_the_roster_of_a_copy_that_went_another_way_is_refused(
    lived: District, four_nights: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Both come from one history, and their last syncs follow the same one."""
    copy = tmp_path_factory.mktemp("copy")
    shutil.copytree(four_nights, copy, dirs_exist_ok=True)
    other = District(copy)
    other.sync(_rows(), FIFTH)
    next_night(lived)
    shutil.copyfile(other.folder.roster, lived.folder.roster)
    refused(lived, RosterLostError, "do not belong together")


@pytest.mark.parametrize("line", [0, 1, 3])
def test_a_changed_line_of_the_ledger_is_noticed(lived: District, line: int) -> None:
    there = lines(lived)
    there[line] = json.dumps(json.loads(there[line]) | {"outcome": "missing"}) + "\n"
    lived.folder.ledger.write_text("".join(there))
    refused(lived, BrokenChainError, f"line {line + 1} was changed after it was written")


@pytest.mark.parametrize("line", [0, 1, 2])
def test_a_line_taken_out_of_the_ledger_is_noticed(lived: District, line: int) -> None:
    there = lines(lived)
    lived.folder.ledger.write_text("".join(there[:line] + there[line + 1 :]))
    refused(lived, BrokenChainError, "was changed after it was written")


def test_a_line_put_into_the_ledger_is_noticed(lived: District) -> None:
    there = lines(lived)
    lived.folder.ledger.write_text("".join([*there, there[-1]]))
    refused(lived, BrokenChainError, "line 5 was changed after it was written")


def test_a_missing_ledger_is_noticed(lived: District) -> None:
    lived.folder.ledger.unlink()
    refused(lived, RosterLostError, "is missing, though the roster holds 3 syncs")


def test_a_missing_ledger_is_noticed_after_the_first_sync_too(running: District) -> None:
    running.folder.ledger.unlink()
    with pytest.raises(RosterLostError, match="is missing, though the roster holds 1 sync"):
        check_roster(running.folder, heals=True)


def test_a_crash_between_the_roster_and_its_line_is_healed(lived: District) -> None:
    next_night(lived)
    before = lived.folder.ledger.read_bytes()
    there = lines(lived)
    lived.folder.ledger.write_text("".join(there[:-1]))
    ledger = check_roster(lived.folder, heals=True)
    assert [sync.number for sync in ledger.syncs] == [1, 2, 3, 4, 5]
    assert lived.folder.ledger.read_bytes() == before


def test_the_night_after_such_a_crash_goes_on(lived: District) -> None:
    next_night(lived)
    lived.folder.ledger.write_text("".join(lines(lived)[:-1]))
    rows = _rows()
    rows.users.append(student("NEW"))
    rows.user("S1")["grades"] = "06"
    night = lived.sync(rows, SIXTH)
    assert (night.sync, night.report.baseline_sync) == (6, 5)
    assert night.applied == {("students", "update", "S1")}


def test_a_crash_after_the_very_first_roster_is_healed(district: District) -> None:
    district.plan(_rows(), FIRST)
    district.apply(FIRST)  # and no report: the run ended here
    district.folder.ledger.unlink()
    assert [sync.number for sync in check_roster(district.folder, heals=True).syncs] == [1]


def test_a_half_line_that_a_crash_left_does_not_count_and_is_cut_off(lived: District) -> None:
    whole = lived.folder.ledger.read_bytes()
    lived.folder.ledger.write_bytes(whole + whole[:100])
    assert len(read_ledger(lived.folder).syncs) == 4
    next_night(lived)
    assert lived.folder.ledger.read_bytes().startswith(whole + b'{"number": 5')
    assert len(read_ledger(lived.folder).syncs) == 5


def test_a_quiet_night_is_a_numbered_sync_and_leaves_the_roster_as_it_is(lived: District) -> None:
    def state() -> tuple[str, int]:
        return hashlib.sha256(lived.folder.roster.read_bytes()).hexdigest(), lived.folder.roster.stat().st_mtime_ns

    before = state()
    night = lived.sync(_rows().without_user("S3"), FIFTH)
    assert (night.outcome, night.sync) == ("unchanged", 5)
    assert lived.sync({}, SIXTH).sync == 6
    assert state() == before
    assert [sync.in_roster for sync in read_ledger(lived.folder).syncs] == [True, False, True, False, False, False]
    assert lived.query("select max(number) from book.sync.syncs") == [(3,)]


def test_the_next_sync_that_changes_something_enters_the_quiet_ones(lived: District) -> None:
    next_night(lived)
    assert lived.query("select number, outcome, in_roster from book.sync.syncs order by number") == [
        (1, "applied", True),
        (2, "unchanged", False),
        (3, "applied", True),
        (4, "unchanged", False),
        (5, "applied", True),
    ]
    assert lived.query("select count(*) from book.sync.counts") == [(5 * 6,)]
    followed = lived.query("select previous_sha256 from book.sync.syncs order by number")
    assert [previous for (previous,) in followed] == [line["previous"] for line in read_ledger(lived.folder).lines]
