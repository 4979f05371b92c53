"""Whole nights, from the files on an SFTP server to the report, as Dagster runs them."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import dagster as dg
import pytest

import pipeline.runs
import pipeline.sources.collect
from pipeline.demo.sftp_server import EmbeddedSftpServer
from pipeline.demo.truth import wrong_changes, wrong_records
from pipeline.errors import BusyError, RollcallError
from pipeline.landing.intake import upload_delivery
from pipeline.report.model import SyncReport
from pipeline.status.clock import slot_start
from tests.support.nights import FIRST_NIGHT, Export, Nights, new_nights, write_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.servers import OpenSsh

SECOND_NIGHT = FIRST_NIGHT + timedelta(days=1)
THIRD_NIGHT = FIRST_NIGHT + timedelta(days=2)


# --- good nights --------------------------------------------------------------------------------------------------


def live_four_days(nights: Nights) -> None:
    """Sync four days, and hold every plan and the roster at the end against what really happened."""
    reports = []
    for number in range(4):
        changes = nights.world.advance() if number else None
        nights.deliver()
        reports.append(nights.sync(nights.night(number)))
        if changes is not None:
            assert changes.height > 0
            assert wrong_changes(nights.folder, nights.night(number), changes) == []
    with_language = nights.export != "oneroster"
    assert wrong_records(nights.folder, nights.district, nights.world, with_language=with_language) == []
    assert [report.outcome for report in reports] == ["applied"] * 4
    assert [report.initial for report in reports] == [True, False, False, False]
    assert [report.sync_number for report in reports] == [1, 2, 3, 4]
    assert [report.baseline_sync for report in reports] == [0, 1, 2, 3]


@pytest.mark.parametrize("export", get_args(Export))
def test_four_days_come_out_as_they_really_happened(
    tmp_path: Path, drop_server: EmbeddedSftpServer, instance: dg.DagsterInstance, export: Export
) -> None:
    live_four_days(new_nights(tmp_path, drop_server, instance, export=export, students=200))


@pytest.mark.openssh
def test_four_days_come_out_as_they_really_happened_over_openssh(
    tmp_path: Path, drop_server: EmbeddedSftpServer, instance: dg.DagsterInstance, sshd: OpenSsh
) -> None:
    nights = new_nights(tmp_path, drop_server, instance, export="contacts", students=300)
    nights.drop = tmp_path / "openssh"
    nights.drop.mkdir()
    key = tmp_path / "key"
    key.write_text(sshd.private_key)
    nights.change_settings(f"  port: {drop_server.port}\n", f"  port: {sshd.port}\n  path: {nights.drop}\n")
    nights.change_settings(f'  user: "{nights.district}"\n', "  user: root\n")
    nights.change_settings(f'  password: "file:{tmp_path}/password"\n', f"  private_key: file:{key}\n")
    nights.change_settings(drop_server.fingerprint, sshd.fingerprints["ed25519"])
    live_four_days(nights)


def test_the_same_files_again_change_nothing(nights: Nights) -> None:
    before = nights.standing()
    report = nights.sync(SECOND_NIGHT)
    assert report.outcome == "unchanged"
    assert report.summary == "The files match the roster. Nothing changed."
    assert nights.standing() == before


def test_the_report_lies_where_the_house_says_with_a_page_and_a_csv_per_file(nights: Nights) -> None:
    report, page = nights.sync_with_page(SECOND_NIGHT)
    assert page == nights.folder.root / "reports" / SECOND_NIGHT.isoformat() / "2" / "index.html"
    names = {file.name for file in page.parent.iterdir()}
    csv_files = {"users.csv", "classes.csv", "enrollments.csv", "changes.csv"}
    assert names == {"index.html", "report.json", "schools"} | csv_files
    assert SyncReport.model_validate_json((page.parent / "report.json").read_bytes()) == report
    landed = nights.folder.landing / SECOND_NIGHT.isoformat() / "1"
    assert {file.name for file in landed.iterdir()} == {"users.csv", "classes.csv", "enrollments.csv", "delivery.json"}
    for name in ("users.csv", "classes.csv", "enrollments.csv"):
        assert (landed / name).read_bytes() == (nights.drop / name).read_bytes(), "kept byte for byte"


# --- files that are not good enough -------------------------------------------------------------------------------


def remove(*names: str) -> Callable[[Path], None]:
    return lambda drop: [(drop / name).unlink() for name in names] and None


def write(name: str, content: bytes) -> Callable[[Path], None]:
    return lambda drop: (drop / name).write_bytes(content) and None


def header_alone(name: str) -> Callable[[Path], None]:
    return lambda drop: (drop / name).write_bytes((drop / name).read_bytes().split(b"\r")[0] + b"\r") and None


def replaced(name: str, old: bytes, new: bytes, times: int = -1) -> Callable[[Path], None]:
    def replace(drop: Path) -> None:
        whole = (drop / name).read_bytes()
        assert old in whole
        (drop / name).write_bytes(whole.replace(old, new, times))

    return replace


def without_header(name: str) -> Callable[[Path], None]:
    def drop_header(drop: Path) -> None:
        whole = (drop / name).read_bytes()
        (drop / name).write_bytes(whole[whole.index(b"\r") + 1 :])

    return drop_header


BAD_FILES = {
    "one file is missing": (remove("classes.csv"), "file_missing", "classes.csv", "classes.csv is missing."),
    "a file is empty": (write("users.csv", b""), "file_empty", "users.csv", "users.csv is empty (0 bytes)."),
    "a file has its header only": (
        header_alone("classes.csv"),
        "header_only",
        "classes.csv",
        "classes.csv has a header but no rows.",
    ),
    "a file is a spreadsheet": (
        write("users.csv", b"PK\x03\x04\x14\x00\x06\x00\x08\x00" + bytes(range(256)) * 20),
        "not_csv",
        "users.csv",
        "users.csv is not a CSV file:",
    ),
    "a file is a web page": (
        write("users.csv", b"<!DOCTYPE html>\n<html><body>Please log in</body></html>\n"),
        "not_csv",
        "users.csv",
        "users.csv is not a CSV file:",
    ),
    "column headers are off": (
        without_header("users.csv"),
        "not_csv",
        "users.csv",
        "users.csv is not a CSV file: its first line has none of the expected column names",
    ),
    "a required column is missing": (
        replaced("users.csv", b"familyName", b"surname", 1),
        "column_missing",
        "users.csv",
        "users.csv has no column familyName. Its columns are: ",
    ),
}


@pytest.mark.parametrize(("spoil", "code", "file", "message"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_delivery_that_is_not_good_enough_is_rejected_in_words_and_the_roster_stands(
    nights: Nights, spoil: Callable[[Path], None], code: str, file: str, message: str
) -> None:
    before = nights.standing()
    nights.world.advance()
    nights.deliver()
    spoil(nights.drop)
    report, page = nights.sync_with_page(SECOND_NIGHT)
    assert report.outcome == "rejected"
    assert report.summary == "The files cannot be used. The current roster was kept."
    told = {(found.code, found.file): found.message for found in report.findings}
    assert told[code, file].startswith(message)
    assert message.partition(":")[0] in page.read_text(encoding="utf-8")
    assert nights.standing() == before
    assert all(counts.archived == counts.added == 0 for counts in report.records.values())
    assert all(counts.active_after == counts.active_before > 0 for counts in report.records.values())


def test_a_bad_night_does_not_hinder_the_next(nights: Nights) -> None:
    changes = nights.world.advance()
    nights.deliver()
    (nights.drop / "classes.csv").unlink()
    assert nights.sync(SECOND_NIGHT).outcome == "rejected"
    nights.deliver()
    report = nights.sync(THIRD_NIGHT)
    assert (report.outcome, report.sync_number, report.baseline_sync) == ("applied", 3, 2)
    assert wrong_changes(nights.folder, THIRD_NIGHT, changes) == []


def test_no_file_at_all_is_missing_and_the_roster_stands(nights: Nights) -> None:
    before = nights.standing()
    remove("users.csv", "classes.csv", "enrollments.csv")(nights.drop)
    report = nights.sync(SECOND_NIGHT)
    assert report.outcome == "missing"
    assert report.summary == "No files were delivered. The current roster was kept."
    assert {found.message for found in report.findings} == {
        "users.csv is missing.",
        "classes.csv is missing.",
        "enrollments.csv is missing.",
    }
    assert nights.standing() == before


def test_where_no_school_matches_both_lists_of_schools_are_told(nights: Nights) -> None:
    before = nights.standing()
    configured = [school.id for school in nights.settings.schools]
    for school_id in configured:
        nights.change_settings(f'id: "{school_id}"', f'id: "{school_id.lstrip("0")}"')
    report = nights.sync(SECOND_NIGHT)
    assert report.outcome == "rejected"
    told = next(found.message for found in report.findings if found.code == "no_school_matches")
    for school_id in configured:
        assert school_id in told.replace(",", " ").replace(";", " ").split() or school_id in told
        assert school_id.lstrip("0") in told
    assert nights.standing() == before


def test_a_file_that_was_cut_off_archives_nobody_and_says_so(nights: Nights) -> None:
    nights.world.advance()
    nights.deliver()
    users = nights.drop / "users.csv"
    whole = users.read_bytes()
    users.write_bytes(whole[: whole.rfind(b"\r", 0, len(whole) // 2) + 20])
    before = nights.standing()
    report = nights.sync(SECOND_NIGHT)
    assert report.outcome == "rejected"
    assert nights.standing() == before
    assert "in the middle of this row" in " ".join(found.message for found in report.findings)


# --- servers that do not do as they should ------------------------------------------------------------------------


def fault(nights: Nights, code: int = 1, **options: object) -> str:
    """Sync the second night, which must fail; return the words. Nothing may have changed."""
    before, syncs = nights.standing(), nights.syncs()
    with pytest.raises(RollcallError) as failed:
        nights.sync(SECOND_NIGHT, **options)
    assert nights.standing() == before
    assert nights.syncs() == syncs, "a fault is no sync"
    assert not (nights.folder.landing / SECOND_NIGHT.isoformat()).exists()
    assert failed.value.exit_code == code
    assert "Traceback" not in str(failed.value)
    return str(failed.value)


def test_a_wrong_password_is_tried_once_and_told(
    nights: Nights, drop_server: EmbeddedSftpServer, tmp_path: Path
) -> None:
    (tmp_path / "wrong").write_text("wrong-password-canary\n")
    line = next(line for line in nights.settings_file.read_text().splitlines() if "password:" in line)
    nights.change_settings(line, f"  password: file:{tmp_path}/wrong")
    told = fault(nights)
    assert f"The SFTP server 127.0.0.1, port {drop_server.port} refused the login." in told
    assert "Check the user name and the password" in told
    assert "canary" not in told
    assert drop_server.login_attempts[nights.district] == 1, "servers lock accounts out"


def test_a_server_whose_host_key_is_not_pinned_gets_no_password(
    nights: Nights, drop_server: EmbeddedSftpServer
) -> None:
    text = nights.settings_file.read_text()
    nights.change_settings(text[text.index("  host_keys:") : text.index("  settle_seconds")], "")
    told = fault(nights)
    assert "is not known; the server presents " + drop_server.fingerprint in told
    assert "Nothing was sent" in told
    assert drop_server.login_attempts[nights.district] == 0


def test_a_server_whose_host_key_changed_gets_no_password(nights: Nights, drop_server: EmbeddedSftpServer) -> None:
    pinned = "SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDnEXr31aZ3TTV8VuE"
    nights.change_settings(drop_server.fingerprint, pinned)
    told = fault(nights)
    assert f"has changed: the settings pin {pinned}, but the server presents {drop_server.fingerprint}" in told
    assert "Nothing was sent" in told
    assert drop_server.login_attempts[nights.district] == 0


def test_a_host_that_is_down_is_told_as_such_after_a_few_tries(
    nights: Nights, drop_server: EmbeddedSftpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline.sources.collect, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(pipeline.sources.collect, "JITTER", 0.01)
    nights.change_settings(f"port: {drop_server.port}", "port: 9")
    started = datetime.now(UTC)
    told = fault(nights)
    assert "The SFTP server 127.0.0.1, port 9 cannot be reached: it refuses the connection or is down." in told
    assert (datetime.now(UTC) - started).total_seconds() < 30


def test_a_password_that_is_not_there_is_told_by_its_reference(nights: Nights, tmp_path: Path) -> None:
    line = next(line for line in nights.settings_file.read_text().splitlines() if "password:" in line)
    nights.change_settings(line, f"  password: file:{tmp_path}/nowhere")
    assert f"setting sftp.password: the file {tmp_path}/nowhere cannot be read" in fault(nights, code=2)


def test_a_folder_that_is_not_there_is_told(nights: Nights) -> None:
    nights.change_settings("  settle_seconds: 0", "  settle_seconds: 0\n  path: exports/tonight")
    assert "exports/tonight" in fault(nights)


# --- runs that must not be ----------------------------------------------------------------------------------------


def test_a_sync_date_in_the_future_is_refused_in_words(nights: Nights) -> None:
    evening_before = slot_start(nights.settings, SECOND_NIGHT) - timedelta(hours=3)
    told = fault(nights, code=2, at=evening_before)
    assert (
        f"The sync date {SECOND_NIGHT} is in the future: at Cedar Valley it is {FIRST_NIGHT} (America/Chicago)." in told
    )


@pytest.fixture
def lock_of_another_process(nights: Nights) -> Iterator[None]:
    hold = (
        "import sys; from filelock import FileLock; lock = FileLock(sys.argv[1]); lock.acquire(); print('held'); "
        "sys.stdin.read()"
    )
    lock = str(nights.folder.lock)
    with subprocess.Popen(
        [sys.executable, "-c", hold, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        yield
        assert other.stdin is not None
        other.stdin.close()


@pytest.mark.usefixtures("lock_of_another_process")
def test_a_second_run_at_the_same_time_is_refused_and_nothing_of_it_is_recorded(nights: Nights) -> None:
    syncs = nights.syncs()
    with pytest.raises(BusyError, match=f"Another run of {nights.district} is in progress") as refused:
        nights.sync(SECOND_NIGHT)
    assert refused.value.exit_code == 6
    assert nights.syncs() == syncs
    assert nights.instance.get_runs_count() == 0
    assert not (nights.folder.landing / SECOND_NIGHT.isoformat()).exists()


@pytest.mark.usefixtures("lock_of_another_process")
def test_a_second_run_that_dagster_starts_is_refused_too(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    # As if the other run had begun between the first look and the run: the run's own lock decides.
    monkeypatch.setattr(pipeline.runs, "district_lock", lambda *_: contextlib.nullcontext())
    with pytest.raises(BusyError, match=f"Another run of {nights.district} is in progress"):
        nights.sync(SECOND_NIGHT)
    assert nights.syncs() == 1
    assert not (nights.folder.landing / SECOND_NIGHT.isoformat()).exists()


def test_a_run_removes_what_killed_processes_left_behind(nights: Nights) -> None:
    left = nights.folder.previews / ".look-killed"
    left.mkdir()
    os.utime(left, (0, 0))
    nights.sync(SECOND_NIGHT)
    assert not left.exists()


# --- older dates and uploads --------------------------------------------------------------------------------------


def test_a_look_at_an_older_date_changes_nothing_and_writes_a_preview(nights: Nights) -> None:
    nights.world.advance()
    nights.deliver()
    assert nights.sync(SECOND_NIGHT).outcome == "applied"
    before = nights.folder.roster.read_bytes()
    nights.world.advance()
    nights.deliver()
    look, page = nights.sync_with_page(FIRST_NIGHT, at=slot_start(nights.settings, THIRD_NIGHT))
    assert look.sync_number is None
    assert look.baseline_sync == 0, "a look compares with the roster before its date"
    assert look.outcome == "applied"
    assert look.records["students"].added == 60
    assert page.is_relative_to(nights.folder.previews / FIRST_NIGHT.isoformat())
    assert page.exists()
    assert nights.folder.roster.read_bytes() == before
    assert nights.syncs() == 2
    assert [number.name for number in (nights.folder.root / "reports" / FIRST_NIGHT.isoformat()).iterdir()] == ["1"]
    assert len(list((nights.folder.landing / FIRST_NIGHT.isoformat()).iterdir())) == 1, "nothing was fetched"


def test_a_date_whose_slot_has_passed_with_nothing_landed_is_missing(
    nights: Nights, drop_server: EmbeddedSftpServer
) -> None:
    before = nights.standing()
    report = nights.sync(SECOND_NIGHT, at=slot_start(nights.settings, THIRD_NIGHT))
    assert report.outcome == "missing"
    assert nights.standing() == before
    assert drop_server.login_attempts[nights.district] == 0, "the server holds another day's files by now"


def test_a_date_may_be_fetched_until_the_next_slot_begins(nights: Nights) -> None:
    last_moment = slot_start(nights.settings, THIRD_NIGHT) - timedelta(seconds=1)
    assert nights.sync(SECOND_NIGHT, at=last_moment).outcome == "unchanged"
    assert (nights.folder.landing / SECOND_NIGHT.isoformat()).exists()


def test_an_upload_by_hand_stays_in_force_until_a_refetch_is_asked_for(nights: Nights, tmp_path: Path) -> None:
    on_server = nights.standing()
    nights.world.advance()
    by_hand = tmp_path / "by hand"
    write_files(nights.world, by_hand, nights.export)
    upload_delivery(nights.district, nights.settings, nights.folder, SECOND_NIGHT, [by_hand])

    uploaded = nights.sync(SECOND_NIGHT, fetch=False)
    assert (uploaded.outcome, uploaded.delivery) == ("applied", 1)
    after_upload = nights.standing()
    assert after_upload != on_server

    again = nights.sync(SECOND_NIGHT)
    assert (again.outcome, again.delivery) == ("unchanged", 1), "the server's older files do not count"
    assert nights.standing() == after_upload

    refetched = nights.sync(SECOND_NIGHT, refetch=True)
    assert refetched.outcome == "applied"
    assert refetched.delivery != 1
    assert nights.standing() == on_server
