"""Older copies, lost homes and clocks that jump: refused in words until a person says who decides it and why."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._core.test_utils import freeze_time

from pipeline.day.jump import ClockJumpedError, check_jump, dates_of, retention_from
from pipeline.districts.decisions import read_decisions, record_decision
from pipeline.districts.folders import SCRATCH
from pipeline.districts.head import note_head
from pipeline.districts.registry import Registry
from pipeline.districts.secrets import read_secret_at
from pipeline.districts.state import read_state
from pipeline.errors import PermanentError, UsageError
from pipeline.landing.archive import Landing
from pipeline.partitions import DistrictDay
from pipeline.resources import Clock, Districts
from pipeline.roster.ledger import read_ledger
from pipeline.runs import sync_day
from pipeline.status.districts import district_statuses
from pipeline.status.pages import write_overview
from tests.support.district import Rows
from tests.support.parts import NIGHTS, Made, rows, send

pytestmark = pytest.mark.dagster_run

BY = ("--by", "Kim Lee", "--reason", "The disk failed.")


def older_folder(made: Made) -> None:
    shutil.rmtree(made.folder.root)
    shutil.copytree(made.older.root, made.folder.root)


@pytest.mark.slow("seven commands")
def test_an_older_copy_of_the_whole_folder_is_refused_until_a_person_accepts_it(made: Made) -> None:
    older_folder(made)
    for command in (["sync", "alpha", "--date", NIGHTS[2]], ["block", "alpha", "P9", "S9", *BY], ["undo", "alpha"]):
        ran = made.run(*command, *(["--to-sync", "1", *BY] if command[0] == "undo" else []))
        assert ran.code == 1, ran.words
        assert "is an older copy" in ran.words
        assert "--accept-restore --by NAME --reason TEXT" in ran.words
    assert "older copy" in made.run("doctor").words
    assert made.run("sync", "alpha", "--accept-restore").code == 2
    made.right("upload", "alpha", send(made.root, rows(21)), "--date", NIGHTS[2])
    ran = made.right("sync", "alpha", "--date", NIGHTS[2], "--accept-restore", *BY, code=2)
    assert "2 syncs and 3 decisions that had been recorded are lost. Make lost blocks" in ran.words
    # It was paused and resumed since: nobody knows whether it should run.
    assert "has been paused since" in ran.words
    made.right("district", "resume", "alpha", *BY)
    made.right("sync", "alpha", "--date", NIGHTS[2])
    assert "accept_restore" in [one.kind for one in read_decisions(made.folder.decisions)]
    assert not [line for line in made.run("doctor").out.splitlines() if line.startswith("wrong district alpha")]


def test_nothing_is_accepted_where_nothing_is_lost(made: Made) -> None:
    for option in ("--accept-restore", "--begin-again"):
        ran = made.run("sync", "alpha", option, *BY)
        assert ran.code == 2, ran.words
        assert "Nothing of alpha" in ran.words


@pytest.mark.slow("a sync of everybody anew")
def test_a_lost_roster_begins_again_with_a_word_alone_and_what_was_left_is_kept(made: Made) -> None:
    made.folder.roster.unlink()
    made.folder.ledger.unlink()
    ran = made.run("sync", "alpha", "--date", NIGHTS[2])
    assert ran.code == 1
    assert "--begin-again --by NAME --reason TEXT" in ran.words
    made.right("sync", "alpha", "--date", NIGHTS[2], "--begin-again", *BY)
    assert [sync.number for sync in read_ledger(made.folder).syncs] == [1]
    (former,) = made.folder.root.glob("former-*")
    assert (former / "reports").is_dir()
    # The blocks are decisions, and those are not lost.
    assert [one.kind for one in read_decisions(made.folder.decisions)].count("block") == 2


def test_a_home_that_is_empty_is_not_begun_again(made: Made) -> None:
    made.right("district", "enable", "alpha")
    shutil.rmtree(made.home.root)
    ran = made.run("sync", "alpha", "--date", NIGHTS[2])
    assert ran.code == 1, ran.words
    assert "holds nothing of alpha, though this district had been enabled or synced in it" in ran.words
    assert "mount it" in ran.words
    assert not made.folder.roster.exists()


def test_landing_without_a_roster_is_not_begun_again(made: Made) -> None:
    landing = made.root / "kept"
    shutil.move(made.folder.landing, landing)
    shutil.rmtree(made.home.root)
    shutil.rmtree(made.root / "settings" / ".begun")
    made.folder.make()
    shutil.rmtree(made.folder.landing)
    shutil.move(landing, made.folder.landing)
    ran = made.run("sync", "alpha", "--date", NIGHTS[2])
    assert ran.code == 1, ran.words
    assert "holds deliveries from 2026-11-23 on, but there is no roster and no ledger" in ran.words


def test_a_state_that_is_lost_is_no_pause_forgotten(made: Made) -> None:
    made.folder.state.unlink()
    assert "state.json is missing" in made.run("sync", "alpha", "--date", NIGHTS[2]).words
    ran = made.run("sync", "alpha", "--date", NIGHTS[2], "--accept-restore", *BY)
    assert ran.code == 2, "it is paused"
    paused = read_state(made.folder.state).paused
    assert paused is not None
    assert paused.needs_reason


def test_a_delivery_that_was_deleted_is_missed_and_one_that_was_purged_is_not(made: Made) -> None:
    shutil.rmtree(made.folder.landing / NIGHTS[1])
    ran = made.run("landing", "verify", "alpha")
    assert ran.code == 1
    assert "2026-11-24, delivery 1: it is missing, though sync 2 was made from it" in ran.words
    (made.folder.landing / NIGHTS[1]).mkdir(mode=0o700)
    assert "it is missing" in made.run("landing", "verify", "alpha").words


def test_a_broken_record_of_an_older_delivery_is_told_and_stops_no_sync(made: Made) -> None:
    record = made.folder.landing / NIGHTS[1] / "1" / "delivery.json"
    record.write_bytes(record.read_bytes().replace(b"{", b"[", 1))
    made.right("sync", "alpha", "--date", NIGHTS[2], code=3)
    assert "The record of a delivery cannot be read" in made.run("doctor").words


@pytest.mark.slow("four commands")
def test_a_copy_of_another_district_s_folder_is_refused_by_all_and_shows_no_one_of_it(made: Made) -> None:
    shutil.rmtree(made.folder.root)
    shutil.copytree(made.foreign.root, made.folder.root)
    for command in (["sync", "alpha", "--date", NIGHTS[2]], ["doctor"], ["landing", "verify", "alpha"]):
        ran = made.run(*command)
        assert ran.code == 1, ran.words
        assert "beta" in ran.words
    assert json.loads(made.run("status", "--format", "json").out)[0]["state"] == "unreadable"


def test_the_delivery_of_another_district_is_not_read(made: Made) -> None:
    theirs = made.folder.landing / NIGHTS[2] / "1"
    shutil.rmtree(theirs)
    shutil.copytree(made.foreign.landing / NIGHTS[2] / "1", theirs)
    before = read_ledger(made.folder)
    ran = made.run("sync", "alpha", "--date", NIGHTS[2])
    assert ran.code == 1
    assert "This delivery belongs to the district beta" in ran.words
    assert "This delivery belongs to the district beta" in made.run("doctor").words
    assert read_ledger(made.folder) == before


def test_landing_that_is_gone_altogether_is_missed(made: Made) -> None:
    shutil.rmtree(made.folder.landing)
    for command in (["landing", "verify", "alpha"], ["doctor"]):
        ran = made.run(*command)
        assert ran.code == 1
        assert all(f"{night}, delivery 1: it is missing" in ran.words for night in NIGHTS), ran.words


def test_a_lock_that_is_a_folder_is_told_in_words(made: Made) -> None:
    made.folder.lock.unlink(missing_ok=True)
    made.folder.lock.mkdir()
    ran = made.run("sync", "alpha", "--date", NIGHTS[2])
    assert ran.code == 1
    assert str(made.folder.lock) in ran.words
    assert "Traceback" not in ran.err


def test_what_a_killed_check_left_goes_with_the_next(made: Made) -> None:
    left = made.home.root / "scratch" / f"{SCRATCH}killed"
    left.mkdir(mode=0o700, parents=True)
    (left / "users.csv").write_text("a child")
    made.right("validate", send(made.root, rows(9)))
    assert not left.exists()


# --- clocks ---------------------------------------------------------------------------------------------------------


FAR = date(2027, 11, 25)


def test_a_date_far_ahead_is_refused_until_a_file_a_district_or_a_person_agrees(made: Made) -> None:
    ledger = read_ledger(made.folder)
    landed = dates_of(Landing(made.folder.landing, "alpha").in_force(NIGHTS[2]))
    assert landed
    check_jump(made.folder, ledger, date(2026, 11, 28), [], today=date(2026, 11, 28))
    for files in (landed, [date(2026, 11, 25)], []):
        with pytest.raises(ClockJumpedError, match=r"says that it is 2027-11-25, but the newest sync is of 2026-11-25"):
            check_jump(made.folder, ledger, FAR, files, today=FAR)
    check_jump(made.folder, ledger, FAR, [*landed, date(2027, 11, 24)], today=FAR)
    # A date that a person asks for is not the clock's.
    check_jump(made.folder, ledger, FAR, landed, today=FAR + timedelta(days=9))
    note_head(made.home.district("beta"), sync_date=FAR - timedelta(days=2))
    check_jump(made.folder, ledger, FAR, landed, today=FAR)
    note_head(made.home.district("beta"), sync_date=date(2026, 11, 25))
    record_decision(
        made.folder.decisions, "confirm_date", by="Kim Lee", why="So it is.", at=datetime.now(UTC), sync_date=FAR
    )
    check_jump(made.folder, ledger, FAR, landed, today=FAR)


@pytest.mark.slow("two runs and five commands")
def test_a_clock_that_jumps_reads_no_file_and_a_sync_of_its_date_is_told_with_a_way_back(made: Made) -> None:
    drop, at = made.root / "drop", datetime.now(UTC) + timedelta(days=365)
    settings = made.root / "settings" / "alpha.yaml"
    head, _, _ = settings.read_text().partition("folder:\n")
    settings.write_text(f'{head}folder:\n  path: "{drop}"\n  settle_seconds: 0\n')
    dated(drop, rows(20), datetime(2026, 11, 25, 6, tzinfo=UTC))
    with pytest.raises(PermanentError, match="no file of the district has a date near that"):
        sync_at(made, at)
    # A server that gives each file once would have none left.
    assert Landing(made.folder.landing, "alpha").dates() == list(NIGHTS)
    assert len(read_ledger(made.folder).syncs) == 5

    # Files of the same wrong clock: the sync is made, and told from then on.
    dated(drop, rows(20), at)
    assert sync_at(made, at) == 6
    back = "rollcall undo alpha --to-sync 5 --by NAME --reason TEXT"
    assert back in made.right("status", code=1).words
    assert back in made.right("doctor", code=1).words
    assert back in made.right("mail", "--dry-run").words
    made.right("undo", "alpha", "--to-sync", "5", *BY)
    today = datetime.now(ZoneInfo("America/Chicago")).date()
    assert read_ledger(made.folder).syncs[-1].sync_date == today
    made.right("district", "resume", "alpha", *BY)
    assert back not in made.run("status").words


def dated(drop: Path, delivery: Rows, at: datetime) -> None:
    """Put files into a drop folder as if they had been written at `at`."""
    for name, content in delivery.files().items():
        (drop / name).write_bytes(content)
        os.utime(drop / name, (at.timestamp(),) * 2)


def sync_at(made: Made, at: datetime) -> int | None:
    """Sync alpha as the clock says, with a clock that says `at`; return the number of the sync."""
    day = at.astimezone(ZoneInfo("America/Chicago")).date()
    # Dagster knows the days that have begun by a clock of its own.
    with dg.DagsterInstance.ephemeral() as instance, freeze_time(at):
        report, _ = sync_day(
            DistrictDay("alpha", day),
            instance=instance,
            districts=Districts(home=str(made.home.root), settings=str(made.root / "settings")),
            clock=Clock(fixed=at.isoformat()),
        )
    return report.sync_number


def test_retention_does_not_follow_a_clock_that_has_jumped(made: Made) -> None:
    ledger = read_ledger(made.folder)
    assert retention_from(ledger, date(2026, 11, 26)) == date(2026, 11, 26)
    assert retention_from(ledger, FAR) == date(2026, 11, 28)


def test_a_newest_sync_in_the_future_is_told_with_the_way_back(made: Made) -> None:
    now = datetime(2026, 11, 24, 18, tzinfo=UTC)
    (alpha,) = [one for one in district_statuses(made.home, now) if one.district == "alpha"]
    assert alpha.state == "ahead"
    assert alpha.to_do is not None
    assert "rollcall undo alpha --to-sync 4 --by NAME --reason TEXT" in alpha.to_do


# --- settings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gone", [True, False])
def test_a_district_whose_settings_break_is_named_and_not_dropped(made: Made, *, gone: bool) -> None:
    path = made.root / "settings" / "alpha.yaml"
    if gone:
        path.unlink()
    else:
        path.write_text("name: [\n")
    (alpha,) = [
        one for one in json.loads(made.right("status", "--format", "json", code=1).out) if one["district"] == "alpha"
    ]
    assert alpha["state"] == "unreadable"
    assert "alpha.yaml" in alpha["why"]
    doctor = made.run("doctor")
    assert doctor.code == 1
    assert "wrong district alpha" in doctor.words
    mail = made.run("mail", "--dry-run")
    assert "alpha (alpha)" in mail.words
    assert "alpha.yaml" in mail.words
    page = write_overview(made.home, datetime.now(UTC), Registry(made.root / "settings")).read_text(encoding="utf-8")
    assert "alpha.yaml" in page
    assert "cannot be read" in page


BOMB = "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize("text", [BOMB, "a: " + "[" * 3000, "a: !!float x\n", "a: &x 1\n<<: *x\n", "? [1]\n: 2\n"])
def test_settings_that_are_a_trap_end_in_words(made: Made, text: str) -> None:
    (made.root / "settings" / "alpha.yaml").write_text(text)
    ran = made.run("district", "show", "alpha")
    assert ran.code == 2
    assert "alpha.yaml" in ran.words
    assert "Traceback" not in ran.err


def test_a_folder_whose_files_others_can_read_is_told(made: Made) -> None:
    made.folder.roster.chmod(0o644)
    told = made.run("doctor").words
    assert "other accounts can read 1 file or folder" in told
    assert "chmod -R go=" in told


def test_a_pipe_a_device_or_a_film_is_no_secret(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "film").write_bytes(b"x" * 100_000)
    for name in (tmp_path / "pipe", Path("/dev/zero"), tmp_path / "film"):
        with pytest.raises(UsageError, match=r"is not a file|has more than 65,536 bytes"):
            read_secret_at(f"file:{name}", "Here:")
