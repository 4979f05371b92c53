"""What is kept, how long and from whom, as seen at a terminal: landing verify, purge, retention, closed folders."""

from __future__ import annotations

import json
import os
import pty
import stat
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pipeline.districts.folders import Home, OpenToOthersError, private_files
from pipeline.districts.state import read_state
from pipeline.errors import UsageError
from pipeline.landing.archive import Landing
from pipeline.landing.intake import fetch_delivery, upload_delivery
from pipeline.resources import Districts
from pipeline.status.clock import slot_start
from tests.support.nights import FIRST_NIGHT, Nights, Terminal, preserved_environment
from tests.test_cli import digests
from tests.test_end_to_end import SECOND_NIGHT, fault

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.demo.sftp_server import EmbeddedSftpServer


# --- landing verify -----------------------------------------------------------------------------------------------


def test_landing_is_verified_for_one_district_and_for_all(rollcall: Terminal, nights: Nights) -> None:
    assert "1 delivery with 3 files. All are as received." in rollcall("landing", "verify", nights.district).words
    assert rollcall.json("landing", "verify") == {"sound": True, "deliveries": 1, "files": 3, "mismatches": []}
    landed = nights.folder.landing / FIRST_NIGHT.isoformat() / "1" / "users.csv"
    whole = bytearray(landed.read_bytes())
    whole[100] ^= 1
    landed.write_bytes(whole)
    found = rollcall.json("landing", "verify", code=1)
    assert (found["sound"], len(found["mismatches"])) == (False, 1)
    assert {key: found["mismatches"][0][key] for key in ("district", "sync_date", "delivery", "file")} == {
        "district": nights.district,
        "sync_date": FIRST_NIGHT.isoformat(),
        "delivery": 1,
        "file": "users.csv",
    }
    told = rollcall("landing", "verify")
    assert told.code == 1
    assert f"{nights.district}, {FIRST_NIGHT}, delivery 1, users.csv: its content differs" in told.words
    assert "Restore the files named above from a backup." in told.words
    assert 'There is no district "nowhere"' in rollcall.refused("landing", "verify", "nowhere")


# --- purge --------------------------------------------------------------------------------------------------------


def test_a_purge_shows_first_and_needs_a_yes(rollcall: Terminal, nights: Nights) -> None:
    before = digests(nights.folder.root)
    ran = rollcall("purge", nights.district, "--older-than", "1", "--by", "Kim")
    assert ran.code == 2
    assert f"deliveries: {FIRST_NIGHT}" in ran.words
    assert "Nothing was removed. Add --yes to remove it." in ran.words
    assert digests(nights.folder.root) == before
    ran = rollcall("purge", nights.district, "--older-than", "1", "--by", "Kim", "--yes")
    assert ran.code == 0
    assert f"Removed. The record is in {nights.folder.purges}." in ran.words
    assert nights.folder.roster.exists()
    assert Landing(nights.folder.landing, nights.district).dates() == []
    assert json.loads(nights.folder.purges.read_text().splitlines()[-1])["by"] == "Kim"
    again = rollcall("purge", nights.district, "--older-than", "1", "--by", "Kim", "--yes")
    assert again.code == 0
    assert "has no data from before" in again.words
    assert nights.sync(SECOND_NIGHT).outcome == "unchanged", "the roster is there, and the nights go on"


def test_a_district_is_erased_and_its_settings_stay(rollcall: Terminal, nights: Nights) -> None:
    done = rollcall.json("purge", nights.district, "--everything", "--by", "Kim", "--yes")
    assert (done["removed"], done["scope"], done["district"]) == (True, "everything", nights.district)
    assert not nights.folder.root.exists()
    assert nights.settings_file.exists()
    assert len(nights.home.purges.read_text().splitlines()) == 2
    assert "has no data in" in rollcall.refused("purge", nights.district, "--everything", "--by", "Kim", "--yes")
    assert nights.sync(SECOND_NIGHT).initial, "a new beginning"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--by", "Kim"], "Give either --older-than DAYS or --everything."),
        (["--by", "Kim", "--older-than", "3", "--everything"], "Give either --older-than DAYS or --everything."),
        (["--by", " ", "--everything"], "Give a name: --by NAME."),
    ],
)
def test_a_purge_that_does_not_say_what_or_who_is_refused(
    rollcall: Terminal, nights: Nights, options: list[str], words: str
) -> None:
    before = digests(nights.folder.root)
    assert words in rollcall.refused("purge", nights.district, *options, "--yes")
    assert digests(nights.folder.root) == before


def test_what_is_older_than_the_settings_allow_goes_with_the_next_night_and_not_after_a_jump(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.landing.purge.KEEP_NIGHTS", 2)
    nights.change_settings("time_zone:", "retention_days: 30\ntime_zone:")
    later = FIRST_NIGHT + timedelta(days=31)
    assert nights.sync(later).outcome == "unchanged"
    assert (nights.folder.landing / FIRST_NIGHT.isoformat()).exists()
    after = later + timedelta(days=1)
    nights.sync(after)
    assert Landing(nights.folder.landing, nights.district).dates() == [later.isoformat(), after.isoformat()]
    assert not nights.folder.day(FIRST_NIGHT.isoformat()).exists()
    assert nights.folder.roster.exists()


# --- who may look in ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [0o750, 0o701, 0o755, 0o777])
def test_a_home_that_others_can_look_into_is_refused_with_the_cure(
    rollcall: Terminal, nights: Nights, mode: int
) -> None:
    for folder in (nights.home.root, nights.folder.root):
        folder.chmod(mode)
        words = f"Other accounts on this machine can read {folder}, which contains children's data"
        told = rollcall.refused("sync", nights.district, code=1)
        assert words in told
        assert f"Run: chmod 700 {folder}" in told
        with pytest.raises(OpenToOthersError):
            Districts(home=str(nights.home.root)).folder_of(nights.district)
        doctor = rollcall("doctor")
        assert doctor.code == 1
        assert f"chmod 700 {folder}" in doctor.words
        folder.chmod(0o700)
    assert rollcall("doctor").code == 0


def test_all_that_a_night_makes_is_ours_alone_whatever_the_umask(nights: Nights) -> None:
    with preserved_environment():
        os.umask(0o022)
        nights.sync(SECOND_NIGHT)
    for path in (nights.folder.root, *nights.folder.root.rglob("*")):
        assert stat.S_IMODE(path.lstat().st_mode) & 0o077 == 0, path


def test_the_umask_is_put_back(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        with private_files():
            (tmp_path / "within").touch()
        (tmp_path / "after").touch()
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "within").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "after").stat().st_mode) == 0o644


def test_a_home_that_is_not_there_yet_is_no_open_one(tmp_path: Path) -> None:
    Home(tmp_path / "home").check_private("maple")


# --- logins -------------------------------------------------------------------------------------------------------


def test_two_nights_with_a_wrong_password_pause_the_district_and_nobody_logs_in_after_that(
    rollcall: Terminal, nights: Nights, drop_server: EmbeddedSftpServer, tmp_path: Path
) -> None:
    (tmp_path / "wrong").write_text("wrong-password\n")
    line = next(line for line in nights.settings_file.read_text().splitlines() if "password:" in line)
    nights.change_settings(line, f"  password: file:{tmp_path}/wrong")
    fault(nights)
    assert "was paused before the server locks the account" in fault(nights)
    assert drop_server.login_attempts[nights.district] == 2
    # Dagster's own page starts runs without asking the commands.
    assert f"{nights.district} has been paused since" in fault(nights, code=2)
    assert drop_server.login_attempts[nights.district] == 2
    assert "paused by rollcall since" in rollcall.json("district", "list")[0]["state"]
    assert f"{nights.district} has been paused since" in rollcall.refused("sync", nights.district)

    nights.change_settings(f"file:{tmp_path}/wrong", f"file:{nights.registry.folder.parent / 'right'}")
    (nights.registry.folder.parent / "right").write_text("right-password\n")
    assert rollcall("district", "check", nights.district).code == 0
    assert read_state(nights.folder.state).paused is not None, "only a person ends a pause"
    assert rollcall("district", "resume", nights.district).code == 0
    assert read_state(nights.folder.state).logins_refused == 0
    assert nights.sync(SECOND_NIGHT).outcome == "unchanged"


# --- a drop folder on this machine --------------------------------------------------------------------------------


def test_a_district_whose_files_lie_on_this_machine(rollcall: Terminal, nights: Nights, tmp_path: Path) -> None:
    added = rollcall(
        *("district", "add", "red-mesa", "--name", "Red Mesa", "--time-zone", "America/Denver"),
        *("--folder", str(nights.drop), "--settle-seconds", "0"),
        *(part for school in nights.settings.schools for part in ("--school", f"{school.id}={school.name}")),
    )
    assert added.code == 0, added.words
    (nights.drop / "classes.csv.done").touch()
    checked = rollcall.json("district", "check", "red-mesa")
    assert (checked["host_key"], checked["pinned"], checked["missing"]) == (None, False, [])
    assert {entry["name"]: entry["read_as"] for entry in checked["files"]} == {
        "users.csv": "users.csv",
        "classes.csv": "classes.csv",
        "classes.csv.done": None,
        "enrollments.csv": "enrollments.csv",
    }
    assert rollcall("district", "enable", "red-mesa").code == 0
    assert rollcall("doctor").code == 0
    synced = rollcall("sync", "red-mesa")
    assert synced.code == 0, synced.words
    landing = Landing(tmp_path / "home" / "districts" / "red-mesa" / "landing", "red-mesa")
    (delivery,) = landing.deliveries(landing.dates()[0])
    assert (delivery.source, delivery.origin) == ("folder", f"folder:{nights.drop}")
    assert [file.name for file in delivery.files] == ["classes.csv", "enrollments.csv", "users.csv"]
    (nights.drop / "users.csv").unlink()
    (nights.drop / "users.csv").symlink_to(tmp_path / "settings")
    assert "users.csv in the folder" in rollcall.refused("sync", "red-mesa", code=1)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "Give --host and --user, or --folder."),
        (["--host", "h"], "Give --host and --user, or --folder."),
        (["--folder", "/srv/x", "--host", "h", "--user", "u"], "Give --host and --user, or --folder, but not both."),
        (["--folder", "srv/x"], "write the full path of the folder"),
    ],
)
def test_a_new_district_says_where_its_files_come_from(
    rollcall: Terminal, tmp_path: Path, options: list[str], words: str
) -> None:
    new = ("district", "add", "red-mesa", "--name", "x", "--time-zone", "America/Denver", "--school", "1=One")
    assert words in rollcall.refused(*new, *options)
    assert not (tmp_path / "settings" / "red-mesa.yaml").exists()


# --- by hand ------------------------------------------------------------------------------------------------------


def test_an_upload_by_hand_gets_the_checks_of_every_other_way_in(nights: Nights, tmp_path: Path) -> None:
    by_hand = tmp_path / "by hand"
    by_hand.mkdir()
    (tmp_path / "elsewhere.csv").write_bytes((nights.drop / "users.csv").read_bytes())
    (by_hand / "Users.csv").symlink_to(tmp_path / "elsewhere.csv")
    with (by_hand / "classes.csv").open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(Exception, match=r"classes\.csv in the folder .* Rollcall reads up to"):
        upload_delivery(nights.district, nights.settings, nights.folder, SECOND_NIGHT, [by_hand])
    assert not (nights.folder.landing / SECOND_NIGHT.isoformat()).exists()
    (by_hand / "classes.csv").unlink()
    delivery = upload_delivery(nights.district, nights.settings, nights.folder, SECOND_NIGHT, [by_hand])
    assert [(file.file, file.name) for file in delivery.files] == [("users.csv", "Users.csv")]
    assert delivery.source == "upload"


def test_a_paused_district_is_not_fetched_and_its_landing_can_be_read(nights: Nights) -> None:
    from pipeline.districts.state import pause, write_state  # noqa: PLC0415

    write_state(nights.folder.state, pause(read_state(nights.folder.state), why="summer", by="Kim"))
    with pytest.raises(UsageError, match=r"has been paused since .*: summer"):
        fetch_delivery(nights.district, nights.settings, nights.folder, SECOND_NIGHT)
    late = slot_start(nights.settings, SECOND_NIGHT) + timedelta(hours=1)
    assert nights.sync(FIRST_NIGHT, at=late).outcome == "unchanged"


def test_at_a_terminal_the_district_is_typed_before_anything_goes(nights: Nights) -> None:
    program = [sys.executable, "-c", "from pipeline.cli.main import main; main()"]
    command = [*program, "purge", nights.district, "--everything", "--by", "Kim"]
    places = {"ROLLCALL_HOME": str(nights.home.root), "ROLLCALL_DISTRICTS": str(nights.registry.folder)}
    for typed, code, left in (("yes", 2, True), (nights.district, 0, False)):
        ours, theirs = pty.openpty()
        try:
            os.write(ours, f"{typed}\n".encode())
            ran = subprocess.run(
                command,
                check=False,
                stdin=theirs,
                capture_output=True,
                text=True,
                env={**os.environ, **places},
            )
        finally:
            os.close(ours)
            os.close(theirs)
        assert ran.returncode == code, ran.stderr
        assert f"This cannot be undone. Type {nights.district} to confirm" in ran.stderr
        assert nights.folder.root.exists() is left
