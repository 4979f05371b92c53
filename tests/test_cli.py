"""The commands, as somebody at a terminal or a script sees them: words, JSON, exit codes, and never a traceback."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer.main
from rich.console import Console

import pipeline.cli.console
from pipeline.cli.main import app
from pipeline.demo.synthetic import SyntheticDistrict
from pipeline.status.clock import local_date
from tests.support.district import small_district, student
from tests.support.nights import Nights, Terminal, assert_adds_up, write_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.demo.sftp_server import EmbeddedSftpServer

REPORT_KEYS = {
    "district",
    "sync_date",
    "sync_number",
    "outcome",
    "initial",
    "baseline_sync",
    "hold_digest",
    "files",
    "records",
    "holds",
    "findings",
}
FILES = ["users.csv", "classes.csv", "enrollments.csv"]
RECORD_TYPES = ["students", "staff", "guardians", "classes", "enrollments", "guardian_links"]
FILE_COUNTS = {"received", "accepted", "rejected", "excluded"}
WITHHELD = {"add", "update", "restore", "archive"}
RECORD_COUNTS = {
    "added",
    "updated",
    "unchanged",
    "restored",
    "archived",
    "kept",
    "withheld",
    "active_before",
    "active_after",
}
FINDING_KEYS = {"file", "line", "column", "code", "severity", "sourced_id", "message"}

ISSUE_COMMANDS = {
    "demo",
    "sync",
    "upload",
    "plan",
    "report",
    "roster",
    "validate",
    "doctor",
    "district add",
    "district list",
    "district show",
    "district check",
    "district enable",
    "district pause",
    "district resume",
}


@pytest.fixture
def district(nights: Nights) -> str:
    """Give the id of a district with a roster; today's files are on its server."""
    return nights.district


def today(nights: Nights) -> str:
    return local_date(nights.settings, datetime.now(UTC)).isoformat()


def digests(folder: Path, *, without: str = "previews") -> dict[str, str]:
    """Return the digest of every file below `folder`, and what folders there are."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if name.parts[0] != without:
            found[str(name)] = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "a folder"
    return found


# --- help ---------------------------------------------------------------------------------------------------------


def commands() -> Iterator[tuple[str, Any]]:
    for name, command in typer.main.get_group(app).commands.items():
        if hasattr(command, "commands"):
            yield from ((f"{name} {below}", part) for below, part in command.commands.items())
        else:
            yield name, command


COMMANDS = dict(commands())


def test_every_command_of_the_first_night_is_there() -> None:
    assert COMMANDS.keys() >= ISSUE_COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_has_a_sentence_and_explains_every_option(rollcall: Terminal, name: str) -> None:
    ran = rollcall(*name.split(), "--help")
    assert ran.code == 0
    words = ran.words.replace("│ ", "")
    command = COMMANDS[name]
    assert command.help
    sentence = " ".join(command.help.split())
    assert sentence.endswith((".", ":"))
    assert len(sentence.split()) >= 3
    assert f"rollcall {name}" in words
    for parameter in command.params:
        if parameter.name == "help":
            continue
        explained = getattr(parameter, "help", None)
        assert explained, f"{name}: {parameter.name} has no help"
        assert explained.rstrip("]").rstrip().endswith((".", '"', "…")), f"{name} {parameter.name}: {explained}"
        if parameter.param_type_name == "option":
            assert parameter.opts[0] in words


def test_without_arguments_the_commands_are_listed(rollcall: Terminal) -> None:
    ran = rollcall()
    assert ran.code == 2
    for name in ISSUE_COMMANDS:
        assert name.split()[0] in ran.words


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["snyc"], "No such command 'snyc'"),
        (["sync"], "Missing argument 'district'"),
        (["sync", "maple", "--frce"], "No such option"),
        (["sync", "maple", "--date", "tomorrow"], "does not match the formats '%Y-%m-%d'"),
        (["sync", "maple", "--date", "2026-02-30"], "does not match the format"),
        (["sync", "maple", "--format", "xml"], "'xml' is not one of"),
        (["demo", "--students", "20"], "greater than or equal to 50"),
        (["district"], "rollcall district"),
    ],
)
def test_a_wrong_call_ends_with_2_and_says_what_is_wrong(rollcall: Terminal, arguments: list[str], words: str) -> None:
    ran = rollcall(*arguments)
    assert ran.code == 2
    assert words in ran.words.replace("│ ", "")


# --- a first district ---------------------------------------------------------------------------------------------


def test_a_first_district_from_add_to_the_roster(
    rollcall: Terminal, drop_server: EmbeddedSftpServer, tmp_path: Path
) -> None:
    """What README tells a stranger, command by command."""
    world = SyntheticDistrict(seed=5, students=50)
    drop = drop_server.add_account("stranger", "stranger", password="opensesame")
    write_files(world, drop, "contacts")
    (tmp_path / "password").write_text("opensesame\n")

    assert "There are no districts in" in rollcall("district", "list").words
    schools = [part for school_id, name in world.schools for part in ("--school", f"{school_id}={name}")]
    added = rollcall(
        *("district", "add", "maple-valley", "--name", "Maple Valley", "--time-zone", "America/Chicago"),
        *("--host", "127.0.0.1", "--port", str(drop_server.port), "--user", "stranger"),
        *("--password", f"file:{tmp_path}/password", "--settle-seconds", "0", *schools),
    )
    assert added.code == 0
    assert f"Written: {tmp_path}/settings/maple-valley.yaml" in added.words
    assert "has no pinned host key" in rollcall.refused("district", "enable", "maple-valley")
    unpinned = rollcall("district", "check", "maple-valley")
    assert unpinned.code == 2
    assert drop_server.fingerprint in unpinned.words
    assert "No host key is pinned, so nothing was sent to this server" in unpinned.words
    assert drop_server.login_attempts["stranger"] == 0

    assert "Nothing was pinned. Compare the fingerprint" in rollcall.refused("district", "pin", "maple-valley")
    pinned = rollcall("district", "pin", "maple-valley", "--fingerprint", drop_server.fingerprint)
    assert pinned.code == 0
    assert f'+ host_keys: ["{drop_server.fingerprint}"]' in pinned.words
    assert drop_server.login_attempts["stranger"] == 0
    checked = rollcall("district", "check", "maple-valley")
    assert checked.code == 0
    assert "It matches the pinned key." in checked.words
    assert re.search(r"users\.csv [\d,]+ \d{4}-\d\d-\d\d \d\d:\d\d:\d\d users\.csv", checked.words)
    assert "synced every night at 02:00 America/Chicago" in rollcall("district", "enable", "maple-valley").words
    assert "maple-valley has no sync yet" in rollcall.refused("report", "maple-valley")
    assert "maple-valley has no roster yet" in rollcall.refused("roster", "maple-valley")
    planned = rollcall.json("plan", "maple-valley", drop)
    assert (planned["outcome"], planned["initial"], planned["sync_number"]) == ("applied", True, None)
    synced = rollcall("sync", "maple-valley")
    assert synced.code == 0
    assert "Maple Valley" in synced.words
    assert "applied. All changes were applied. This was the initial sync" in synced.words
    page = re.search(r"Page: (\S+)", synced.words)
    assert page is not None
    assert Path(page[1]).exists()
    report = rollcall.json("report", "maple-valley")
    assert {name: counts["active_after"] for name, counts in report["records"].items()} == {
        name: counts["added"] for name, counts in planned["records"].items()
    }
    assert rollcall.json("roster", "maple-valley")["records"]["students"] == 50
    assert (tmp_path / "home" / "dagster" / "dagster.yaml").exists()
    assert rollcall("doctor").code == 0


def test_a_district_is_listed_and_shown_with_its_secrets_as_references(rollcall: Terminal, nights: Nights) -> None:
    rollcall("district", "enable", nights.district)
    (listed,) = rollcall.json("district", "list")
    assert listed == {
        "district": nights.district,
        "name": "Cedar Valley",
        "time_zone": "America/Chicago",
        "start_time": "02:00",
        "state": "enabled",
    }
    shown = rollcall.json("district", "show", nights.district)
    assert shown["settings"]["sftp"]["password"].startswith("file:")
    assert shown["settings"]["start_time"] == "02:00"
    assert datetime.fromisoformat(shown["state"].pop("nightly_since")) <= datetime.now(UTC)
    assert shown["state"] == {"enabled": True, "paused": None, "reviewed": False}
    words = rollcall("district", "show", nights.district).words
    assert str(nights.settings_file) in words
    assert "start_time: 02:00" in words
    assert "right-password" not in words


def test_a_district_is_not_added_twice_nor_with_a_school_without_a_name(rollcall: Terminal, nights: Nights) -> None:
    before = nights.settings_file.read_bytes()
    new = ["--name", "x", "--time-zone", "America/Chicago", "--host", "h", "--user", "u", "--password", "env:P"]
    told = rollcall.refused("district", "add", nights.district, *new, "--school", "1=One")
    assert f"{nights.district} already exists: {nights.settings_file}." in told
    told = rollcall.refused("district", "add", "red-mesa", *new, "--school", "0412")
    assert '"0412" is not a school. Write it as --school "0412=Cedar Elementary".' in told
    assert nights.settings_file.read_bytes() == before
    assert list(nights.registry.folder.glob("*.yaml")) == [nights.settings_file]


def test_the_check_of_a_server_says_what_is_there_and_what_is_not(
    rollcall: Terminal, nights: Nights, drop_server: EmbeddedSftpServer
) -> None:
    (nights.drop / "notes.txt").write_text("not for us")
    (nights.drop / "users.csv").rename(nights.drop / "Users.CSV")
    before = digests(nights.folder.root)
    found = rollcall.json("district", "check", nights.district)
    assert found["host_key"] == {"type": "ssh-ed25519", "fingerprint": drop_server.fingerprint}
    assert found["pinned"] is True
    assert {entry["name"]: entry["read_as"] for entry in found["files"]} == {
        "Users.CSV": "users.csv",
        "classes.csv": "classes.csv",
        "enrollments.csv": "enrollments.csv",
        "notes.txt": None,
    }
    sizes = {entry["name"]: entry["size"] for entry in found["files"]}
    assert sizes == {file.name: file.stat().st_size for file in nights.drop.iterdir()}
    (nights.drop / "classes.csv").unlink()
    lacking = rollcall("district", "check", nights.district)
    assert lacking.code == 5
    assert "Missing: classes.csv" in lacking.words
    dated = nights.drop / "2026-11-28"
    dated.mkdir()
    (nights.drop / "2026-11-27").mkdir()
    for name in ("Users.CSV", "enrollments.csv"):
        (nights.drop / name).rename(dated / name)
    assert (
        "but it has a folder 2026-11-28: they may be in that." in rollcall("district", "check", nights.district).words
    )
    nights.change_settings(drop_server.fingerprint, "SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDnEXr31aZ3TTV8VuE")
    assert "has changed" in rollcall.refused("district", "check", nights.district, code=1)
    nights.change_settings(f"port: {drop_server.port}", "port: 9")
    assert "it refuses the connection or is down" in rollcall.refused("district", "check", nights.district, code=1)
    assert digests(nights.folder.root) == before


def test_a_setting_is_changed_and_shown_and_a_mistake_changes_nothing(rollcall: Terminal, nights: Nights) -> None:
    changed = rollcall("district", "set", nights.district, "sftp.max_minutes", "20")
    assert changed.code == 0
    assert "+ max_minutes: 20" in changed.words
    assert nights.settings.sftp is not None
    assert nights.settings.sftp.max_minutes == 20
    assert "says so already" in rollcall("district", "set", nights.district, "sftp.max_minutes", "20").words
    before = nights.settings_file.read_bytes()
    told = rollcall.refused("district", "set", nights.district, "sftp.max_minutes", "a while")
    assert "sftp.max_minutes: this must be a number. Nothing was changed." in told
    assert "Which setting, and what value?" in rollcall.refused("district", "set", nights.district, "sftp.port")
    assert nights.settings_file.read_bytes() == before
    assert "- max_minutes: 20" in rollcall("district", "set", nights.district, "--unset", "sftp.max_minutes").words


def test_a_key_that_the_server_does_not_have_is_not_pinned(
    rollcall: Terminal, nights: Nights, drop_server: EmbeddedSftpServer
) -> None:
    before = nights.settings_file.read_bytes()
    other = "SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDnEXr31aZ3TTV8VuE"
    told = rollcall.refused("district", "pin", nights.district, "--fingerprint", other, code=1)
    assert f"does not have that host key. It presents {drop_server.fingerprint} (ssh-ed25519)" in told
    assert "The host key cannot be read: write a host key as SHA256:" in rollcall.refused(
        "district", "pin", nights.district, "--fingerprint", "MD5:1"
    )
    assert "It is pinned already." in rollcall("district", "pin", nights.district, "--yes").words
    assert nights.settings_file.read_bytes() == before
    nights.change_settings(drop_server.fingerprint, other)
    rollcall("district", "pin", nights.district, "--yes")
    assert nights.settings.sftp is not None
    assert nights.settings.sftp.host_keys == (other, drop_server.fingerprint)
    rollcall("district", "pin", nights.district, "--yes", "--only")
    assert nights.settings.sftp is not None
    assert nights.settings.sftp.host_keys == (drop_server.fingerprint,)


def test_a_district_that_is_removed_keeps_its_data_and_can_come_back(rollcall: Terminal, nights: Nights) -> None:
    rollcall("district", "enable", nights.district)
    before, settings = digests(nights.folder.root / "landing"), nights.settings_file.read_bytes()
    removed = rollcall("district", "remove", nights.district, "--by", "Kim Lee", "--reason", "It left.")
    assert removed.code == 0
    assert f"rollcall purge {nights.district} --everything --by NAME" in removed.words
    assert nights.folder.settings.read_bytes() == settings
    assert rollcall.json("district", "list") == []
    assert [one["state"] for one in rollcall.json("status")] == ["off"]
    assert not [one for one in rollcall("doctor").out.splitlines() if "district " in one and "wrong" in one]
    assert digests(nights.folder.root / "landing") == before
    assert "There is no district" in rollcall.refused("district", "show", nights.district)
    nights.folder.settings.rename(nights.settings_file)
    assert rollcall("district", "enable", nights.district).code == 0
    assert rollcall.json("roster", nights.district)["sync_number"] == 1


def test_a_text_that_a_terminal_would_obey_is_shown_instead(rollcall: Terminal, nights: Nights) -> None:
    name = "Cedar \x1b[2J\u202eValley"
    assert rollcall("district", "set", nights.district, "name", name).code == 0
    listed = rollcall("district", "list").out
    assert nights.settings.name == name
    assert "Cedar \ufffd[2J\ufffdVall" in listed
    assert not {"\x1b", "\u202e"} & set(listed + rollcall("status").out)


# --- what a day's commands print ----------------------------------------------------------------------------------


def test_the_json_of_a_sync_and_of_its_report_has_what_scripts_depend_on_and_adds_up(
    rollcall: Terminal, nights: Nights
) -> None:
    nights.world.advance()
    nights.deliver()
    report = rollcall.json("sync", nights.district)
    assert report.keys() >= REPORT_KEYS
    assert (report["district"], report["sync_date"]) == (nights.district, today(nights))
    assert (report["sync_number"], report["baseline_sync"], report["initial"]) == (2, 1, False)
    assert list(report["files"]) == FILES
    assert list(report["records"]) == RECORD_TYPES
    assert all(counts.keys() == FILE_COUNTS for counts in report["files"].values())
    assert all(counts.keys() >= RECORD_COUNTS for counts in report["records"].values())
    assert all(counts["withheld"].keys() == WITHHELD for counts in report["records"].values())
    assert all(finding.keys() >= FINDING_KEYS for finding in report["findings"])
    assert_adds_up(report)
    assert rollcall.json("report", nights.district) == report
    assert rollcall.json("report", nights.district, today(nights)) == report
    assert "no sync on 2026-10-01" in rollcall.refused("report", nights.district, "2026-10-01")


def test_a_held_sync_ends_with_3_and_says_what_was_withheld(rollcall: Terminal, nights: Nights) -> None:
    nights.change_settings("sftp:", "limits:\n  archive:\n    students: {percent: 10, at_least: 0}\nsftp:")
    users = nights.drop / "users.csv"
    header, *rows = users.read_bytes().removesuffix(b"\r").split(b"\r")
    students = [row for row in rows if b",student," in row]
    users.write_bytes(b"\r".join([header, *(row for row in rows if row not in students[:9]), b""]))
    ran = rollcall("sync", nights.district)
    assert ran.code == 3
    assert "held. Some changes were withheld. All others were applied." in ran.words
    assert "9 of 60 students are missing from the files. The limit is 6, so they were not archived." in ran.words
    report = rollcall.json("report", nights.district)
    assert report["hold_digest"]
    assert report["records"]["students"]["withheld"]["archive"] == 9
    assert report["records"]["students"]["active_after"] == 60
    assert {hold["record_type"] for hold in report["holds"]} >= {"students"}


def test_a_rejected_sync_ends_with_4_and_a_missing_one_with_5(rollcall: Terminal, nights: Nights) -> None:
    before = nights.standing()
    (nights.drop / "users.csv").write_bytes(b"")
    rejected = rollcall("sync", nights.district)
    assert rejected.code == 4
    assert "rejected. The files cannot be used. The current roster was kept." in rejected.words
    assert "users.csv is empty (0 bytes). Check the export job for this file" in rejected.words
    shutil.rmtree(nights.folder.landing / today(nights))
    for name in FILES:
        (nights.drop / name).unlink()
    missing = rollcall.json("sync", nights.district, code=5)
    for name in ("11-27-2026", "11-28-2026", "old"):
        (nights.drop / name).mkdir()
    words = rollcall("sync", nights.district).words
    assert "None of the files is in the drop folder, but it has a folder 11-28-2026: they may be in that." in words
    assert "Upload the files into the drop folder itself" in words
    assert missing["outcome"] == "missing"
    assert nights.standing() == before


def test_a_fault_ends_with_1_and_is_told_in_words(rollcall: Terminal, nights: Nights, tmp_path: Path) -> None:
    before = nights.standing()
    (tmp_path / "wrong").write_text("wrong")
    line = next(line for line in nights.settings_file.read_text().splitlines() if "password:" in line)
    nights.change_settings(line, f"  password: file:{tmp_path}/wrong")
    told = rollcall.refused("sync", nights.district, code=1)
    assert "refused the login. Check the user name and the password or key with the district." in told
    assert nights.standing() == before


def test_a_busy_district_ends_with_6_and_nothing_is_recorded(rollcall: Terminal, nights: Nights) -> None:
    from filelock import FileLock  # noqa: PLC0415

    with FileLock(nights.folder.lock):
        told = rollcall.refused("sync", nights.district, code=6)
    assert f"Another run of {nights.district} is in progress. Wait until it has ended" in told
    assert nights.syncs() == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["sync"],
        ["report"],
        ["roster"],
        ["plan", "."],
        ["upload", "."],
        ["district", "show"],
        ["district", "check"],
        ["district", "enable"],
        ["district", "resume"],
        ["district", "pause", "--reason", "x", "--by", "y"],
    ],
)
@pytest.mark.usefixtures("nights")
def test_an_unknown_district_ends_with_2_and_the_nearest_is_named(
    rollcall: Terminal, district: str, arguments: list[str], tmp_path: Path
) -> None:
    place = 2 if arguments[0] == "district" else 1
    before = digests(tmp_path)
    told = rollcall.refused(*arguments[:place], district + "x", *arguments[place:])
    assert f'There is no district "{district}x"' in told
    assert f'Did you mean "{district}"?' in told
    assert "is not a district id" in rollcall.refused(*arguments[:place], "../x", *arguments[place:])
    assert digests(tmp_path) == before


def test_a_future_date_ends_with_2(rollcall: Terminal, nights: Nights) -> None:
    tomorrow = (local_date(nights.settings, datetime.now(UTC)) + timedelta(days=1)).isoformat()
    for arguments in (["sync", nights.district], ["upload", nights.district, str(nights.drop)]):
        told = rollcall.refused(*arguments, "--date", tomorrow)
        assert f"The sync date {tomorrow} is in the future: at Cedar Valley it is {today(nights)}" in told
    assert not (nights.folder.landing / tomorrow).exists()


def test_a_date_before_all_school_years_is_refused_in_words(rollcall: Terminal, nights: Nights) -> None:
    told = rollcall.refused("sync", nights.district, "--date", "2019-01-01")
    assert "The sync date 2019-01-01 is too early: the first that can be synced is 2026-07-01." in told
    assert nights.syncs() == 1


def test_a_paused_district_is_not_synced_until_it_is_resumed(rollcall: Terminal, nights: Nights) -> None:
    district = nights.district
    assert rollcall("district", "resume", district).words == f"{district} is not paused."
    paused = rollcall("district", "pause", district, "--reason", "Summer [bold]break[/bold].", "--by", "Kim")
    assert paused.code == 0
    told = rollcall.refused("sync", district)
    assert f"{district} has been paused since" in told
    assert "Summer [bold]break[/bold]." in told
    assert nights.syncs() == 1
    assert "paused by Kim since" in rollcall.json("district", "list")[0]["state"]
    rollcall("district", "enable", district)
    assert "It is no" not in rollcall("district", "list").words
    resumed = rollcall("district", "resume", district)
    assert "is no longer paused" in resumed.words
    assert "Summer [bold]break[/bold]." in resumed.words
    assert rollcall.json("district", "list")[0]["state"] == "enabled"
    assert rollcall("sync", district).code == 0


def test_a_roster_is_written_as_files_and_never_over_others(rollcall: Terminal, nights: Nights, tmp_path: Path) -> None:
    out = tmp_path / "out" / "deep"
    ran = rollcall("roster", nights.district, "--out", out)
    assert ran.code == 0
    assert f"Written to {out}" in ran.words
    added = {"manifest.csv", "orgs.csv", "academicSessions.csv", "courses.csv"}
    assert {file.name for file in out.iterdir()} == {*FILES, *added}
    assert rollcall("validate", out, "--profile", "oneroster-1.1").code == 0
    assert b"sourcedId" in (out / "users.csv").read_bytes().splitlines()[0]
    assert "already contains orgs.csv" in rollcall.refused("roster", nights.district, "--out", out)
    assert rollcall("roster", nights.district, "--out", tmp_path / "lean", "--as", "connect").code == 0
    assert {file.name for file in (tmp_path / "lean").iterdir()} == set(FILES)
    assert "has no sync on 2026-08-01 or before" in rollcall.refused("roster", nights.district, "--on", "2026-08-01")
    found = rollcall.json("roster", nights.district, "--on", "2026-10-01")
    assert (found["sync_number"], found["sync_date"]) == (1, "2026-09-08")
    assert found["records"]["students"] == 60
    assert found["records"].keys() == set(RECORD_TYPES)


def test_what_was_uploaded_is_synced_and_stays_in_force(rollcall: Terminal, nights: Nights, tmp_path: Path) -> None:
    nights.world.advance()
    by_hand = tmp_path / "by hand"
    write_files(nights.world, by_hand, nights.export)
    uploaded = rollcall("upload", nights.district, *(by_hand / name for name in FILES))
    assert uploaded.code == 0
    assert f"`rollcall sync {nights.district} --date {today(nights)}` syncs it." in uploaded.words
    assert nights.syncs() == 1
    synced = rollcall.json("sync", nights.district)
    assert (synced["outcome"], synced["delivery"]) == ("applied", 1)
    refetched = rollcall.json("sync", nights.district, "--refetch")
    assert refetched["outcome"] == "applied"
    assert refetched["delivery"] > 1
    again = rollcall.json("upload", nights.district, by_hand, "--sync")
    assert again["outcome"] == "applied"


def test_of_two_files_that_could_be_one_the_newest_counts_and_the_report_says_so(
    rollcall: Terminal, nights: Nights, tmp_path: Path
) -> None:
    nights.world.advance()
    by_hand = tmp_path / "by hand"
    write_files(nights.world, by_hand, nights.export)
    (by_hand / "users.csv").rename(by_hand / "users-09082026.csv")
    (by_hand / "users-09012026.csv").write_text("sourcedId\n1\n")
    uploaded = rollcall("upload", nights.district, by_hand)
    assert (
        "More than one file could be users.csv: users-09082026.csv was used, users-09012026.csv was ignored"
        in uploaded.words
    )
    synced = rollcall.json("sync", nights.district)
    assert synced["outcome"] == "applied"
    assert "several_matches" in {finding["code"] for finding in synced["findings"]}


def test_a_zip_is_uploaded_as_it_is_and_read_like_the_files_in_it(
    rollcall: Terminal, nights: Nights, tmp_path: Path
) -> None:
    archive = tmp_path / "Roster of tonight.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for path in nights.drop.iterdir():
            out.write(path, path.name.upper())
    loose = rollcall.json("validate", nights.drop)
    assert rollcall.json("validate", archive)["files"] == loose["files"]
    planned = rollcall.json("plan", nights.district, archive)
    synced = rollcall.json("upload", nights.district, archive, "--sync")
    assert planned["files"] == synced["files"] == loose["files"]
    assert synced["outcome"] == "unchanged"
    landed = list(nights.folder.landing.glob("*/*/delivery.zip"))
    assert [path.read_bytes() for path in landed] == [archive.read_bytes()]


@pytest.mark.parametrize("spoil", ["nothing", "an empty file", "one file only"])
def test_a_plan_tells_what_would_happen_and_changes_nothing(
    rollcall: Terminal, nights: Nights, tmp_path: Path, spoil: str
) -> None:
    nights.world.advance()
    files = tmp_path / "files"
    write_files(nights.world, files, nights.export)
    paths, outcome, code = [files], "applied", 0
    if spoil == "an empty file":
        (files / "users.csv").write_bytes(b"")
        outcome, code = "rejected", 4
    elif spoil == "one file only":
        paths, outcome, code = [files / "users.csv"], "rejected", 4
    before = digests(nights.folder.root)
    plan = rollcall.json("plan", nights.district, *paths, code=code)
    assert plan.keys() >= REPORT_KEYS
    assert (plan["outcome"], plan["sync_number"], plan["baseline_sync"]) == (outcome, None, 1)
    assert_adds_up(plan)
    assert digests(nights.folder.root) == before
    assert list(nights.folder.previews.iterdir()) == [], "no copy of the files stays"


def test_a_plan_and_the_sync_after_it_count_the_same(rollcall: Terminal, nights: Nights) -> None:
    nights.world.advance()
    nights.deliver()
    plan = rollcall.json("plan", nights.district, nights.drop)
    synced = rollcall.json("sync", nights.district)
    assert plan["records"] == synced["records"]
    assert plan["files"] == synced["files"]


# --- validate -----------------------------------------------------------------------------------------------------


def test_files_are_checked_without_any_set_up(tmp_path: Path) -> None:
    files, elsewhere = tmp_path / "files", tmp_path / "elsewhere"
    elsewhere.mkdir()
    write_files(SyntheticDistrict(seed=5, students=50), files, "oneroster")
    ran = subprocess.run(
        [Path(sys.executable).with_name("rollcall"), "validate", files, "--format", "json"],
        check=False,
        cwd=elsewhere,
        env={"PATH": os.environ["PATH"], "HOME": str(elsewhere)},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert found.keys() == {"accepted", "verdict", "left_out", "profile", "files", "findings"}
    assert (found["accepted"], found["verdict"], found["profile"]) == (True, "ready", "connect")
    assert list(found["files"]) == FILES
    for name, counts in found["files"].items():
        assert counts.keys() == FILE_COUNTS
        assert counts["received"] == counts["accepted"] + counts["rejected"] + counts["excluded"] > 0, name
    assert list(elsewhere.iterdir()) == [], "nothing is left where it was run"


def test_files_that_would_be_rejected_end_with_4(rollcall: Terminal, nights: Nights) -> None:
    (nights.drop / "classes.csv").unlink()
    (nights.drop / "users.csv").write_bytes((nights.drop / "users.csv").read_bytes() + b"one,cell,too,few\r")
    ran = rollcall("validate", nights.drop)
    assert ran.code == 4
    assert "Not usable: these files would be rejected." in ran.words
    assert "classes.csv is missing. Send all three files every night" in ran.words
    found = rollcall.json("validate", nights.drop, code=4)
    assert found["accepted"] is False
    assert all(finding.keys() == FINDING_KEYS for finding in found["findings"])
    lines = (nights.drop / "users.csv").read_bytes().count(b"\r")
    told = next(finding for finding in found["findings"] if finding["code"] == "field_count")
    assert (told["file"], told["line"], told["severity"]) == ("users.csv", lines, "error")


def test_files_are_ready_usable_or_not_and_the_headline_says_how_much_is_left_out(
    rollcall: Terminal, tmp_path: Path
) -> None:
    rows = small_district()
    for name, content in rows.files().items():
        (tmp_path / name).write_bytes(content)
    assert "Ready: these files would be accepted as they are." in rollcall("validate", tmp_path).words
    assert rollcall("validate", tmp_path, "--strict").code == 0
    rows.user("S6")["role"] = "Pupil"
    (tmp_path / "users.csv").write_bytes(rows.files()["users.csv"])
    ran = rollcall("validate", tmp_path)
    assert ran.code == 0
    # the student, and the enrollment
    assert "Usable: these files would be accepted, but 2 of 25 rows (8 %) cannot be used and would be left out." in (
        ran.words
    )
    assert 'The role "Pupil" is not recognized.' in ran.words
    assert rollcall("validate", tmp_path, "--strict").code == 4
    rows.users += [student(f"X{n}", givenName="", familyName="") for n in range(12)]
    (tmp_path / "users.csv").write_bytes(rows.files()["users.csv"])
    ran = rollcall("validate", tmp_path)
    assert ran.code == 4
    assert "Not usable: these files would be rejected. 14 of 37 rows (38 %) cannot be used." in ran.words
    assert "12 of 17 students in users.csv cannot be used." in ran.words


def test_a_check_writes_the_page_and_the_tables_for_the_schools_that_are_named(
    rollcall: Terminal, tmp_path: Path
) -> None:
    files, out = tmp_path / "files", tmp_path / "out"
    files.mkdir()
    for name, content in small_district().files().items():
        (files / name).write_bytes(content)
    found = rollcall.json("validate", files, "--schools", "N", "--out", out)
    assert found["files"]["classes.csv"] == {"received": 3, "accepted": 2, "rejected": 0, "excluded": 1}
    assert {"index.html", "report.json"} <= {path.name for path in out.iterdir()}
    assert "M is not one of this district" in (out / "index.html").read_text("utf-8")
    assert list(out.rglob("*.csv"))
    assert f"{out} is there already." in rollcall.refused("validate", files, "--out", out)
    assert "are for the profile connect" in rollcall.refused(
        "validate", files, "--profile", "oneroster-1.1", "--schools", "N"
    )


def test_an_unknown_profile_is_refused_with_what_is_allowed(rollcall: Terminal, nights: Nights) -> None:
    assert 'There is no profile "strict". Allowed: connect' in rollcall.refused(
        "validate", nights.drop, "--profile", "strict"
    )


# --- paths that lead nowhere, and settings with mistakes ----------------------------------------------------------


@pytest.mark.parametrize("command", ["validate", "plan", "upload"])
def test_paths_that_hold_no_roster_are_refused_in_words(
    rollcall: Terminal, nights: Nights, command: str, tmp_path: Path
) -> None:
    empty, twice = tmp_path / "empty", tmp_path / "twice"
    empty.mkdir()
    shutil.copytree(nights.drop, twice)
    (twice / "USERS.CSV").write_bytes(b"x")
    (tmp_path / "other.txt").write_bytes(b"x")
    unreadable = tmp_path / "unreadable"
    unreadable.mkdir()
    # What the kernel refuses to read, even to root.
    (unreadable / "users.csv").symlink_to("/proc/self/mem")
    words = [command] if command == "validate" else [command, nights.district]
    before = digests(nights.folder.root)
    assert f"{tmp_path}/nowhere does not exist." in rollcall.refused(*words, tmp_path / "nowhere")
    assert f"{empty} contains none of users.csv, classes.csv, enrollments.csv." in rollcall.refused(*words, empty)
    assert "contains none of users.csv" in rollcall.refused(*words, tmp_path / "other.txt")
    assert "users.csv was named twice" in rollcall.refused(*words, twice / "users.csv", twice / "USERS.CSV")
    assert f"{unreadable}/users.csv cannot be read (Input/output error)." in rollcall.refused(*words, unreadable)
    assert digests(nights.folder.root) == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"name: [\n", "not YAML"),
        (b"\xff\xfe", "is not UTF-8 text"),
        (b"", "contains no settings"),
        (b"name: Maple\ntime_zoen: x\n", "line 2, time_zoen: this setting does not exist. Did you mean time_zone?"),
    ],
)
def test_a_mistake_in_the_settings_is_told_with_file_and_line(
    rollcall: Terminal, nights: Nights, content: bytes, words: str
) -> None:
    nights.settings_file.write_bytes(content)
    for arguments in (
        ["sync", nights.district],
        ["plan", nights.district, str(nights.drop)],
        ["report", nights.district],
        ["district", "show", nights.district],
        ["district", "enable", nights.district],
    ):
        told = rollcall.refused(*arguments)
        assert str(nights.settings_file) in told
        assert words in told
    listed = rollcall("district", "list")
    assert listed.code == 0
    assert "settings have a mistake: see rollcall doctor" in listed.words
    doctor = rollcall("doctor")
    assert doctor.code == 1
    assert words in doctor.words


def test_the_doctor_finds_what_is_wrong(rollcall: Terminal, nights: Nights, tmp_path: Path) -> None:
    sound = rollcall.json("doctor")
    assert all(examined["sound"] for examined in sound)
    assert [examined["what"] for examined in sound][:3] == ["versions", "ROLLCALL_HOME", "disk"]
    nights.home.root.chmod(0o755)
    (tmp_path / "settings" / "Maple_Valley.yaml").touch()
    (tmp_path / "settings" / "red-mesa.yml").touch()
    nights.folder.roster.write_bytes(b"not a database" * 1000)
    wrong = {
        examined["what"]: examined["detail"] for examined in rollcall.json("doctor", code=1) if not examined["sound"]
    }
    assert "Other accounts on this machine can read" in wrong["ROLLCALL_HOME"]
    assert "Maple_Valley.yaml, red-mesa.yml" in wrong["settings"]
    assert "roster.duckdb" in wrong[f"district {nights.district}"]
    assert "Other accounts on this machine can read" in rollcall.refused("sync", nights.district, code=1)
    nights.home.root.chmod(0o700)
    told = rollcall.refused("sync", nights.district, code=1)
    assert "roster.duckdb" in told


def test_a_damaged_state_is_told_in_words(rollcall: Terminal, nights: Nights) -> None:
    nights.folder.state.write_text("{")
    for arguments in (["sync"], ["district", "enable"], ["district", "show"]):
        assert "cannot be read as a district's state" in rollcall.refused(*arguments, nights.district, code=1)
    assert nights.folder.state.read_text() == "{"


def test_a_home_that_cannot_be_made_is_told_in_words(
    rollcall: Terminal, nights: Nights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a file").touch()
    monkeypatch.setenv("ROLLCALL_HOME", str(tmp_path / "a file" / "home"))
    assert "a file" in rollcall.refused("sync", nights.district, code=1)
    assert "cannot be created" in rollcall("doctor").words


def test_a_report_whose_run_ended_before_it_was_written_is_told(rollcall: Terminal, nights: Nights) -> None:
    shutil.rmtree(nights.folder.root / "reports")
    told = rollcall.refused("report", nights.district)
    assert "the run ended before it was written" in told


def test_the_demos_server_without_a_demo_is_refused_in_words(rollcall: Terminal) -> None:
    assert "There is no demo here yet. Run `rollcall demo` first." in rollcall.refused("demo", "--serve")


# --- people's text, lost files, and what a terminal shows ---------------------------------------------------------


def test_what_looks_like_markup_in_names_and_reasons_is_printed_as_it_is(rollcall: Terminal, nights: Nights) -> None:
    name, reason = "Maple [/b] V :smile:", "see [/x] mail"
    nights.change_settings('"Cedar Valley"', f'"{name}"')
    assert name in rollcall("district", "list").out
    assert name in rollcall("district", "show", nights.district).out
    paused = rollcall("district", "pause", nights.district, "--reason", reason, "--by", "Kim [/y]")
    assert paused.code == 0
    for arguments in (["district", "list"], ["district", "show", nights.district]):
        ran = rollcall(*arguments)
        assert ran.code == 0
        assert reason in ran.words
        assert "Kim [/y]" in ran.words
    assert reason in rollcall("district", "enable", nights.district).words
    assert reason in rollcall.refused("sync", nights.district)
    assert rollcall("district", "resume", nights.district).code == 0
    assert name in rollcall("sync", nights.district).words
    assert name in rollcall("doctor").words


def test_a_lost_roster_is_never_taken_for_a_new_district(rollcall: Terminal, nights: Nights) -> None:
    nights.folder.roster.unlink()
    for arguments in (["sync", nights.district], ["plan", nights.district, nights.drop], ["roster", nights.district]):
        told = rollcall.refused(*arguments, code=1)
        assert "roster.duckdb is missing, though this district has been synced before." in told
        assert "is missing, though this district has been synced before" in told
    assert not nights.folder.roster.exists()
    assert "is missing, though" in rollcall("doctor").words


def test_a_password_variable_that_is_not_set_ends_with_2(rollcall: Terminal, nights: Nights) -> None:
    line = next(line for line in nights.settings_file.read_text().splitlines() if "password:" in line)
    nights.change_settings(line, "  password: env:NO_SUCH_VARIABLE_OF_OURS")
    assert "NO_SUCH_VARIABLE_OF_OURS" in rollcall.refused("sync", nights.district, code=2)


def test_a_sync_that_is_stopped_says_so_and_ends_with_130(
    rollcall: Terminal, nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = nights.standing()

    def stop(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(5)

    monkeypatch.setattr("pipeline.sources.sftp.fetch_files", stop)
    ran = rollcall("sync", nights.district)
    assert (ran.code, ran.words) == (130, "Stopped. No change was left half done.")
    assert nights.standing() == before


def test_an_upload_for_a_paused_district_that_is_to_be_synced_lands_nothing(rollcall: Terminal, nights: Nights) -> None:
    rollcall("district", "pause", nights.district, "--reason", "Summer.", "--by", "Kim")
    before = digests(nights.folder.root)
    assert "has been paused since" in rollcall.refused("upload", nights.district, nights.drop, "--sync")
    assert digests(nights.folder.root) == before
    assert rollcall("upload", nights.district, nights.drop).code == 0


def test_a_sync_shows_how_many_of_its_steps_are_done(
    rollcall: Terminal, nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline.cli.console, "err", Console(file=io.StringIO(), force_terminal=True, width=100))
    assert rollcall("sync", nights.district).code == 0
    shown = pipeline.cli.console.err.file.getvalue()  # type: ignore[attr-defined]
    assert "/7" in shown
    assert "━" in shown


def test_the_json_of_a_check_lists_every_finding(rollcall: Terminal, nights: Nights) -> None:
    users = nights.drop / "users.csv"
    users.write_bytes(users.read_bytes() + b"one,cell,too,few\r" * 110)
    ran = rollcall("validate", nights.drop, "--format", "json")
    # Most of the people cannot be read: that is no roster.
    assert ran.code == 4
    found = json.loads(ran.out)
    assert len([finding for finding in found["findings"] if finding["code"] == "field_count"]) == 110
    assert rollcall("validate", nights.drop).out.count("Line ") < 30


def test_a_relative_home_of_dagsters_is_made_absolute(
    rollcall: Terminal, nights: Nights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "dagster here")
    assert rollcall("sync", nights.district).code == 0
    assert (tmp_path / "dagster here" / "dagster.yaml").exists()
