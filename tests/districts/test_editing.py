"""Changing a settings file: the one setting changes, and all that a person wrote around it stays."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from pipeline.districts.editing import change_settings, pin_host_key
from pipeline.districts.registry import Registry, check_settings
from pipeline.districts.settings import DistrictSettings
from pipeline.errors import UsageError

WRITTEN = """\
# Maple Valley: ask for Kim Lee.
name: Maple Valley   # as on their letters
time_zone: "America/Chicago"

# Which schools take part.
schools:
  - {id: "0412", name: Cedar Elementary}   # opened 2019
  # closes in June
  - id: "0413"
    name: 'Cedar High'
sftp:
  # their own server
  host: sftp.example.org
  user: maple
  password: env:MAPLE   # changed every May
  host_keys: []
files: {users: users_*.csv}
sync:
  observe_only: true
# the end
"""

A = "SHA256:" + "A" * 42 + "E"
B = "SHA256:" + "B" * 42 + "E"
C = "SHA256:" + "C" * 42 + "E"


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    (tmp_path / "maple.yaml").write_text(WRITTEN)
    return Registry(tmp_path)


def changed(registry: Registry, values: dict[str, str], *unset: str) -> tuple[list[str], list[str]]:
    """Change settings; return the lines that went and those that came."""
    edit = change_settings(registry, "maple", values, unset=unset)
    lines = edit.diff.splitlines()[2:]
    edit.write()
    assert registry.path("maple").read_text() == edit.after
    assert registry["maple"] == edit.settings
    return [line[1:] for line in lines if line[:1] == "-"], [line[1:] for line in lines if line[:1] == "+"]


@pytest.mark.parametrize(
    ("key", "value", "went", "came"),
    [
        (
            "name",
            "Maple & Oak: Valley",
            ["name: Maple Valley   # as on their letters"],
            ['name: "Maple & Oak: Valley"   # as on their letters'],
        ),
        ("name", "2027", ["name: Maple Valley   # as on their letters"], ['name: "2027"   # as on their letters']),
        ("time_zone", "America/Denver", ['time_zone: "America/Chicago"'], ["time_zone: America/Denver"]),
        ("start_time", "03:15", [], ['start_time: "03:15"']),
        ("retention_days", "400", [], ["retention_days: 400"]),
        (
            "schools.1.name",
            "Cedar",
            ['  - {id: "0412", name: Cedar Elementary}   # opened 2019'],
            ['  - {id: "0412", name: Cedar}   # opened 2019'],
        ),
        ("schools.2.name", "No. 2", ["    name: 'Cedar High'"], ["    name: No. 2"]),
        ("schools.3", '{id: "0414", name: Fir}', [], ['  - {id: "0414", name: Fir}']),
        ("sftp.port", "2222", [], ["  port: 2222"]),
        (
            "sftp.password",
            "file:/etc/maple",
            ["  password: env:MAPLE   # changed every May"],
            ['  password: "file:/etc/maple"   # changed every May'],
        ),
        ("sftp.user", "007", ["  user: maple"], ['  user: "007"']),
        ("sftp.user", "no", ["  user: maple"], ['  user: "no"']),
        ("sftp.host_keys", f"[{A}]", ["  host_keys: []"], [f"  host_keys: [{A}]"]),
        ("sftp.host_keys.1", A, ["  host_keys: []"], [f'  host_keys: ["{A}"]']),
        ("files.users", "%Y.csv", ["files: {users: users_*.csv}"], ['files: {users: "%Y.csv"}']),
        ("files.classes", "c.csv", ["files: {users: users_*.csv}"], ["files: {users: users_*.csv, classes: c.csv}"]),
        ("sync.observe_only", "false", ["  observe_only: true"], ["  observe_only: false"]),
        ("sync.archive_after_days", "3", [], ["  archive_after_days: 3"]),
        ("reports.names", "ids", [], ["reports:", "  names: ids"]),
        (
            "limits.archive.students.percent",
            "12.5",
            [],
            ["limits:", "  archive:", "    students:", "      percent: 12.5"],
        ),
        (
            "rollover",
            "[{kind: term, first: 2027-01-04, last: 2027-01-22, name: Spring}]",
            [],
            ["rollover: [{kind: term, first: 2027-01-04, last: 2027-01-22, name: Spring}]"],
        ),
        ("sync", "observe_only: false", ["sync:", "  observe_only: true"], ["sync: {observe_only: false}"]),
    ],
)
def test_one_setting_changes_and_everything_else_stays_to_the_letter(
    registry: Registry, key: str, value: str, went: list[str], came: list[str]
) -> None:
    assert changed(registry, {key: value}) == (went, came)


@pytest.mark.parametrize(
    ("key", "went", "came"),
    [
        ("sync.observe_only", ["sync:", "  observe_only: true"], []),
        ("files.users", ["files: {users: users_*.csv}"], []),
        ("schools.1", ['  - {id: "0412", name: Cedar Elementary}   # opened 2019'], []),
        ("schools.2", ['  - id: "0413"', "    name: 'Cedar High'"], []),
        ("retention_days", [], []),
    ],
)
def test_a_setting_is_taken_out_so_that_its_default_counts(
    registry: Registry, key: str, went: list[str], came: list[str]
) -> None:
    assert changed(registry, {}, key) == (went, came)


def test_settings_that_only_fit_together_are_changed_together(registry: Registry) -> None:
    with pytest.raises(UsageError, match="set either password or private_key, but not both"):
        change_settings(registry, "maple", {"sftp.private_key": "file:/etc/key"})
    went, came = changed(registry, {"sftp.private_key": "file:/etc/key"}, "sftp.password")
    assert went == ["  password: env:MAPLE   # changed every May"]
    assert came == ['  private_key: "file:/etc/key"']
    went, came = changed(registry, {"folder.path": "/srv/drop"}, "sftp")
    assert came == ["folder:", '  path: "/srv/drop"']
    assert "# their own server" not in registry.path("maple").read_text()


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("sftp.prot", "22", r"sftp.prot: this setting does not exist. Did you mean port\? Allowed here: host, "),
        ("sftp.port", "many", "sftp.port: this must be a whole number. Nothing was changed."),
        ("sftp.port", "70000", "sftp.port: this must be less than or equal to 65535."),
        ("sync.observe_only", "maybe", "sync.observe_only: this must be true or false."),
        ("reading.mobile", "fax", "reading.mobile: not allowed. Allowed: 'sms' or 'phone'."),
        ("sftp.password", "hunter2", "sftp.password: never write a secret into the settings: use env:NAME"),
        ("time_zone", "Chicago", "time_zone: unknown time zone: write it like America/Chicago"),
        ("schools.4.name", "Elm", "schools.4.name: schools is a list of 2. Write the place in it, from 1; 3 adds one."),
        ("schools.first", "Elm", "schools is a list of 2"),
        ("sftp..port", "1", r'"sftp\.\.port" is not a setting'),
        ("", "1", '"" is not a setting'),
        ("name", "", "name: this must not be empty"),
        ("schools", "[]", "schools: this must not be empty"),
    ],
)
def test_what_is_not_allowed_is_refused_by_its_key_and_nothing_is_written(
    registry: Registry, key: str, value: str, told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        change_settings(registry, "maple", {key: value})
    assert registry.path("maple").read_text() == WRITTEN


@pytest.mark.parametrize("key", ["sftp.prot", "sftp.host", "schools"])
def test_what_is_needed_or_does_not_exist_is_not_taken_out(registry: Registry, key: str) -> None:
    with pytest.raises(UsageError, match=f"{key}: this"):
        change_settings(registry, "maple", {}, unset=[key])


def test_a_setting_with_a_mistake_can_be_put_right(registry: Registry) -> None:
    path = registry.path("maple")
    path.write_text(WRITTEN.replace("observe_only: true", "observe_only: perhaps"))
    with pytest.raises(UsageError, match=r"maple\.yaml, line 19, sync\.observe_only: this must be true or false"):
        change_settings(registry, "maple", {"sftp.port": "22"})
    assert changed(registry, {"sync.observe_only": "true"})[1] == ["  observe_only: true"]
    assert path.read_text() == WRITTEN


@pytest.mark.parametrize(
    "text",
    [
        WRITTEN.replace("\n", "\r\n"),
        "\ufeff" + WRITTEN,
        WRITTEN.rstrip("\n"),
        "---\n" + WRITTEN + "...\n",
    ],
)
def test_line_ends_a_mark_and_the_end_of_the_file_stay_as_they_are(registry: Registry, text: str) -> None:
    path = registry.path("maple")
    path.write_bytes(text.encode())
    change_settings(registry, "maple", {"sftp.port": "2222"}).write()
    line_end = "\r\n" if "\r\n" in text else "\n"
    user = f"  host_keys: []{line_end}"
    assert path.read_bytes().decode() == text.replace(user, f"{user}  port: 2222{line_end}")
    change_settings(registry, "maple", {"retention_days": "30"}).write()
    assert registry["maple"].retention_days == 30


def test_a_value_that_the_file_takes_from_elsewhere_is_left_to_an_editor(registry: Registry) -> None:
    path = registry.path("maple")
    path.write_text(WRITTEN.replace("user: maple", "user: &who maple").replace("name: Maple Valley", "name: *who", 1))
    assert isinstance(check_settings(path, WRITTEN), DistrictSettings)
    # A reference before what it refers to is no YAML at all.
    with pytest.raises(UsageError, match="this is not YAML"):
        change_settings(registry, "maple", {"sftp.port": "22"})
    shared = (
        "rollover:\n  - &r {kind: term, first: 2027-01-04, last: 2027-01-22, name: Spring}\nfiles: {users: x.csv}\n"
    )
    path.write_text(WRITTEN.replace("files: {users: users_*.csv}\n", shared))
    assert changed(registry, {"rollover.1.name": "Fall"})[1][0].startswith("  - &r {kind: term")
    aliased = WRITTEN.replace("host: sftp.example.org", "host: &h sftp.example.org").replace("user: maple", "user: *h")
    path.write_text(aliased)
    with pytest.raises(UsageError, match=r"sftp\.user cannot be changed by this command"):
        change_settings(registry, "maple", {"sftp.user": "maple"})
    assert path.read_text() == aliased


def test_who_may_read_the_file_and_a_link_to_it_stay(registry: Registry, tmp_path: Path) -> None:
    path = registry.path("maple")
    real = tmp_path / "elsewhere"
    path.rename(real)
    real.chmod(0o640)
    path.symlink_to(real)
    changed(registry, {"sftp.port": "2222"})
    assert path.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_a_file_that_was_changed_meanwhile_is_not_written_over(registry: Registry) -> None:
    edit = change_settings(registry, "maple", {"sftp.port": "2222"})
    registry.path("maple").write_text(WRITTEN + "retention_days: 3\n")
    with pytest.raises(UsageError, match="was changed by someone else meanwhile"):
        edit.write()
    assert registry["maple"].retention_days == 3


def test_a_host_key_is_pinned_beside_the_one_before_or_alone(registry: Registry) -> None:
    def pins(fingerprint: str, *, only: bool = False) -> tuple[str, ...]:
        edit = pin_host_key(registry, "maple", fingerprint, only=only)
        edit.write()
        assert edit.settings.sftp is not None
        return edit.settings.sftp.host_keys

    assert pins(A) == (A,)
    assert pins(A) == (A,)
    assert pins(B) == (A, B)
    with pytest.raises(UsageError, match="has 2 pinned host keys already"):
        pin_host_key(registry, "maple", C)
    assert pins(C, only=True) == (C,)
    assert "# changed every May" in registry.path("maple").read_text()
