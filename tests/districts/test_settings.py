"""A district's YAML file: what may be left out, and how a mistake is told."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import time
from pathlib import Path

import pytest

from pipeline.districts.registry import read_settings
from pipeline.districts.settings import DistrictSettings, Limit
from pipeline.errors import UsageError

MINIMAL = """\
name: Maple Valley
time_zone: America/Chicago
schools:
  - {id: "0412", name: Cedar Elementary}
  - {id: "0413", name: Cedar High}
sftp:
  host: sftp.example.org
  user: maple
  password: env:MAPLE_PASSWORD
  host_keys: ["SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDnEXr31aZ3TTV8VuE"]
"""

FINGERPRINT = "SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDnEXr31aZ3TTV8VuE"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "maple-valley.yaml"


def settings(file: Path, text: str) -> DistrictSettings:
    file.write_text(text, encoding="utf-8")
    return read_settings(file)


def refusal(file: Path, text: str) -> str:
    with pytest.raises(UsageError) as refused:
        settings(file, text)
    return str(refused.value)


def changed(old: str, new: str) -> str:
    assert old in MINIMAL
    return MINIMAL.replace(old, new)


def test_ten_lines_are_enough_and_everything_else_has_its_default(file: Path) -> None:
    assert len(MINIMAL.splitlines()) == 10
    found = settings(file, MINIMAL)
    assert found.start_time == time(2, 0)
    assert found.scope == "district"
    assert found.profile == "connect"
    assert [school.id for school in found.schools] == ["0412", "0413"]
    assert (found.sftp.port, found.sftp.path, found.sftp.settle_seconds) == (22, ".", 60)
    assert found.files.by_file() == {
        "users.csv": "users.csv",
        "classes.csv": "classes.csv",
        "enrollments.csv": "enrollments.csv",
    }
    assert [rule.role for rule in found.guardians.rules] == ["guardian", "parent", "as_sent"]
    assert found.limits.archive["students"] == Limit(percent=10, at_least=20)


@pytest.mark.parametrize(
    ("country", "says"),
    [
        ("UK", "did you mean GB for UK?"),
        ("us", "did you mean US for us?"),
        ("USA", "did you mean US for USA?"),
        ("ZZ", "such as US, CA or MX"),
        ("XK", "such as US, CA or MX"),
        ("England", "such as US, CA or MX"),
        ("1", "such as US, CA or MX"),
    ],
)
def test_a_country_that_is_none_is_refused_with_the_one_that_is_meant(file: Path, country: str, says: str) -> None:
    assert says in refusal(file, f'{MINIMAL}reading:\n  country: "{country}"\n')


@pytest.mark.parametrize("country", ["US", "CA", "MX", "GB", "PR", "DE"])
def test_a_country_is_two_letters_of_iso_3166(file: Path, country: str) -> None:
    assert settings(file, f"{MINIMAL}reading:\n  country: {country}\n").reading.country == country


MISTAKES = {
    "an unknown setting at the top": (
        MINIMAL + "time_zoen: America/Denver\n",
        11,
        "time_zoen",
        ["this setting does not exist", "Did you mean time_zone?", "Allowed here: ", "start_time"],
    ),
    "an unknown setting below sftp": (
        changed("  user: maple", "  usr: maple\n  user: maple"),
        8,
        "sftp.usr",
        ["Did you mean user?", "private_key"],
    ),
    "an unknown setting of a school": (
        changed("name: Cedar High", "name: Cedar High, nmae: x"),
        5,
        "schools.2.nmae",
        ["Did you mean name?", "Allowed here: id, name"],
    ),
    "a time zone that is none": (
        changed("America/Chicago", "Central"),
        2,
        "time_zone",
        ["unknown time zone", "America/Chicago"],
    ),
    "a time zone in other letters": (
        changed("America/Chicago", "america/chicago"),
        2,
        "time_zone",
        ["America/Chicago"],
    ),
    "a time zone that is a path": (changed("America/Chicago", "../../etc/passwd"), 2, "time_zone", ["America/Chicago"]),
    "an id without quotes": (changed('"0413"', "0413"), 5, "schools.2.id", ["write it in quotes", '"0412"']),
    "a start time without quotes": (
        changed("schools:", "start_time: 02:00:30\nschools:"),
        3,
        "start_time",
        ['such as "02:00"', "24-hour clock"],
    ),
    "a start time that no clock shows": (
        changed("schools:", 'start_time: "24:00"\nschools:'),
        3,
        "start_time",
        ['such as "02:00"'],
    ),
    "both password and key": (
        changed("  user: maple", "  user: maple\n  private_key: file:/etc/rollcall/key"),
        6,
        "sftp",
        ["either password or private_key", "not both"],
    ),
    "neither password nor key": (
        changed("  password: env:MAPLE_PASSWORD\n", ""),
        6,
        "sftp",
        ["either password or private_key"],
    ),
    "a passphrase without a key": (
        changed("  user: maple", "  user: maple\n  passphrase: env:PHRASE"),
        6,
        "sftp",
        ["passphrase can only be used with private_key"],
    ),
    "a password in plain text": (
        changed("env:MAPLE_PASSWORD", "hunter2-in-plain-text"),
        9,
        "sftp.password",
        ["never write a secret into the settings", "env:NAME", "file:PATH"],
    ),
    "a reference to a variable that cannot exist": (
        changed("env:MAPLE_PASSWORD", "env:MAPLE PASSWORD"),
        9,
        "sftp.password",
        ["env:NAME"],
    ),
    "a fingerprint of the old kind": (
        changed(FINGERPRINT, "MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48"),
        10,
        "sftp.host_keys.1",
        ["SHA256:…", "ssh-ed25519 AAAA…"],
    ),
    "a fingerprint that was cut": (changed(FINGERPRINT, FINGERPRINT[:-3]), 10, "sftp.host_keys.1", ["SHA256:…"]),
    "a host key that was cut": (
        changed(FINGERPRINT, "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI"),
        10,
        "sftp.host_keys.1",
        ["incomplete", "copy the whole line again"],
    ),
    "a server and a folder": (
        changed("schools:", "folder: {path: /srv/sftp/maple}\nschools:"),
        1,
        "settings",
        ["either sftp", "or folder", "not both"],
    ),
    "neither a server nor a folder": (
        MINIMAL.split("sftp:", maxsplit=1)[0],
        1,
        "settings",
        ["either sftp", "or folder"],
    ),
    "a folder that is not written in full": (
        MINIMAL.split("sftp:", maxsplit=1)[0] + "folder: {path: srv/maple}\n",
        6,
        "folder.path",
        ["write the full path of the folder"],
    ),
    "a retention of no days": (changed("schools:", "retention_days: 0\nschools:"), 3, "retention_days", ["1"]),
    "three host keys": (changed(f'["{FINGERPRINT}"]', str([FINGERPRINT] * 3)), 10, "sftp.host_keys", ["at most 2"]),
    "a port that is none": (changed("  user: maple", "  port: 70000\n  user: maple"), 8, "sftp.port", ["65535"]),
    "a host with a scheme": (changed("sftp.example.org", "sftp://example.org"), 7, "sftp.host", ["without sftp://"]),
    "no schools": (
        changed('  - {id: "0412", name: Cedar Elementary}\n  - {id: "0413", name: Cedar High}\n', "").replace(
            "schools:", "schools: []"
        ),
        3,
        "schools",
        ["must not be empty"],
    ),
    "a school twice": (changed('"0413"', '"0412"'), 3, "schools", ["0412", "twice"]),
    "scope school with two schools": (
        changed("schools:", "scope: school\nschools:"),
        4,
        "schools",
        ["scope: school requires exactly one school"],
    ),
    "a scope that is none": (
        changed("schools:", "scope: state\nschools:"),
        3,
        "scope",
        ["not allowed", "'district' or 'school'"],
    ),
    "a required setting that is not there": (
        changed("  host: sftp.example.org\n", ""),
        6,
        "sftp.host",
        ["this required setting is missing"],
    ),
    "a rule that tests something unknown": (
        MINIMAL + "guardians:\n  rules:\n    - {legal_gardian: true, role: guardian}\n",
        13,
        "guardians.rules.1.legal_gardian",
        ["Did you mean legal_guardian?", "custody", "priority_at_most"],
    ),
    "a rule without a test": (
        MINIMAL + "guardians:\n  rules:\n    - {role: guardian}\n",
        13,
        "guardians.rules.1",
        ["at least one of relationship, legal_guardian, role_sent, custody"],
    ),
    "a rule that keeps what was not sent": (
        MINIMAL + "guardians:\n  rules:\n    - {legal_guardian: true, role: as_sent}\n",
        13,
        "guardians.rules.1",
        ["only be used with role_sent"],
    ),
    "limits of an unknown record type": (
        MINIMAL + "limits:\n  archive:\n    pupils: {percent: 5}\n",
        13,
        "limits.archive.pupils",
        ["not allowed", "'students'", "'guardian_links'"],
    ),
    "a limit above a hundred percent": (
        MINIMAL + "limits:\n  archive:\n    students: {percent: 500}\n",
        13,
        "limits.archive.students.percent",
        ["less than or equal to 100"],
    ),
    "a rollover that ends before it begins": (
        MINIMAL + "rollover:\n  - {kind: year, first: 2027-08-20, last: 2027-07-12, name: New year}\n",
        12,
        "rollover.1",
        ["last is before first"],
    ),
    "two rollovers at a time": (
        MINIMAL
        + "rollover:\n  - {kind: year, first: 2027-07-12, last: 2027-08-20, name: New year}\n"
        + "  - {kind: term, first: 2027-08-20, last: 2027-08-25, name: Fall}\n",
        11,
        "rollover",
        ["the dates of Fall begin before those of New year have ended"],
    ),
    "a kind of rollover that is none": (
        MINIMAL + "rollover:\n  - {kind: month, first: 2027-07-12, last: 2027-08-20, name: July}\n",
        12,
        "rollover.1.kind",
        ["not allowed", "'year' or 'term'"],
    ),
    "an unknown setting of a limit": (
        MINIMAL + "limits:\n  archive:\n    students: {percnt: 5}\n",
        13,
        "limits.archive.students.percnt",
        ["Did you mean percent?"],
    ),
}


@pytest.mark.parametrize(("text", "line", "key", "words"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_file_line_key_and_what_is_allowed(
    file: Path, text: str, line: int, key: str, words: list[str]
) -> None:
    told = refusal(file, text)
    assert told.startswith(f"{file}, line {line}, {key}: ")
    for word in words:
        assert word in told
    assert len(told.splitlines()) == 1


def test_all_mistakes_of_a_file_are_told_at_once(file: Path) -> None:
    text = changed("America/Chicago", "Central").replace("  user: maple\n", "").replace('"0412"', "412")
    told = refusal(file, text).splitlines()
    assert [line.split(": ")[0].rsplit(", ", 1)[1] for line in told] == ["time_zone", "schools.1.id", "sftp.user"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name: Maple\n  time_zone: x\n", "line 2: this is not YAML"),
        ("name: [Maple\n", "this is not YAML"),
        ("name: a\nname: b\n", "line 2"),
        ("name: \x07\n", "not YAML"),
        ("", "contains no settings"),
        ("# only a comment\n", "contains no settings"),
        ("- a\n- b\n", "contains no settings"),
        ("just a text", "contains no settings"),
        ("name: a\n---\nname: b\n", "YAML"),
        ("name: *nobody\n", "this is not YAML"),
        ("name: !!python/object/apply:os.system [true]\n", "required"),
    ],
)
def test_what_is_no_settings_file_is_refused_in_words(file: Path, text: str, words: str) -> None:
    told = refusal(file, text)
    assert str(file) in told
    assert words in told


def test_a_file_that_is_not_utf8_is_refused_in_words(file: Path) -> None:
    file.write_bytes(MINIMAL.replace("Maple", "Mäple").encode("latin-1"))
    with pytest.raises(UsageError, match=r"maple-valley\.yaml is not UTF-8 text\. Save it as UTF-8\."):
        read_settings(file)


def test_a_file_that_cannot_be_read_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_settings(tmp_path)


def test_a_host_key_may_be_pinned_as_fingerprint_or_as_the_key_itself(file: Path) -> None:
    blob = b"\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x20" + bytes(range(32))
    line = f"ssh-ed25519 {base64.b64encode(blob).decode()} sftp.example.org"
    expected = "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
    assert settings(file, changed(FINGERPRINT, line)).sftp.host_keys == (expected,)
    assert settings(file, changed(FINGERPRINT, expected + "=")).sftp.host_keys == (expected,)


def test_a_school_that_sends_its_own_files_needs_no_second_school(file: Path) -> None:
    text = changed("schools:", "scope: school\nschools:").replace('  - {id: "0413", name: Cedar High}\n', "")
    assert settings(file, text).scope == "school"


def test_no_record_type_has_another_limit_than_the_one_that_is_set(file: Path) -> None:
    limits = settings(file, MINIMAL + "limits:\n  archive:\n    students: {percent: 5, at_least: 0}\n").limits
    assert limits.archive["students"] == Limit(percent=5, at_least=0)
    assert limits.archive["staff"] == Limit(percent=10, at_least=20)


SECRET = "hunter2-canary"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (changed("  password: env:MAPLE_PASSWORD\n", f"  password: {SECRET}\n  password: x{SECRET}\n"), "password"),
        (changed("  user: maple\n", "  user: maple\n  user: other-canary\n"), "user"),
        (MINIMAL + 'name: "again canary"\n', "name"),
    ],
)
def test_a_setting_that_stands_there_twice_is_told_without_its_values(file: Path, text: str, words: str) -> None:
    told = refusal(file, text)
    assert f": the setting {words} appears twice. Remove one of them." in told
    assert f"{file}, line " in told
    assert "canary" not in told


@pytest.mark.parametrize(
    "text",
    [
        changed("env:MAPLE_PASSWORD", f"*{SECRET}"),
        changed("env:MAPLE_PASSWORD", f"!{SECRET}!x y"),
        changed("env:MAPLE_PASSWORD", f'"{SECRET}'),
        changed("  user: maple\n", f"  {SECRET}: 1\n  {SECRET}: 2\n"),
    ],
)
def test_what_is_no_yaml_never_quotes_the_file(file: Path, text: str) -> None:
    told = refusal(file, text)
    assert str(file) in told
    assert SECRET not in told


KINDS = {
    "schools: null": (re.sub(r"schools:\n(  - .*\n)+", "schools: null\n", MINIMAL), "this must be a list of schools."),
    "a school is a text": (changed('{id: "0413", name: Cedar High}', "x"), "this must be a block of settings."),
    "sftp: [1]": (MINIMAL.split("sftp:", maxsplit=1)[0] + "sftp: [1]\n", "this must be a block of settings."),
    "name: 7": (changed("name: Maple Valley", "name: 7"), "this must be text."),
    "name: a list": (changed("name: Maple Valley", "name: [x]"), "this must be text."),
    "port": (changed("  user: maple\n", "  user: maple\n  port: ssh\n"), "this must be a whole number."),
    "percent": (MINIMAL + "limits: {archive: {staff: {percent: few}}}\n", "this must be a number."),
    "archive": (MINIMAL + "limits: {archive: [1]}\n", "this must be a block of settings."),
    "host keys": (changed(f'["{FINGERPRINT}"]', "x"), "this must be a list of host keys."),
    "too many host keys": (
        changed(f'["{FINGERPRINT}"]', f"[{FINGERPRINT}, {FINGERPRINT}, {FINGERPRINT}]"),
        "at most 2",
    ),
    "a number for a key": (MINIMAL + "7: x\n", "the name of a setting must be text."),
}


@pytest.mark.parametrize(("text", "words"), KINDS.values(), ids=KINDS)
def test_what_a_setting_must_be_is_told_in_words(file: Path, text: str, words: str) -> None:
    told = refusal(file, text)
    assert words in told
    for jargon in ("tuple", "instance", "Settings", "dictionary", "valid", "Input"):
        assert jargon not in told
