"""Accounts of districts on the real server: what one of them can do, and what it cannot."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import paramiko
import pytest
from typer.testing import CliRunner

from pipeline.accounts.account import ACCOUNTS, INTAKE, Places, account_of
from pipeline.arrivals.arrival import arrived
from pipeline.cli.main import app
from pipeline.demo.autosend import AutoSend
from pipeline.districts.folders import DistrictFolder
from pipeline.districts.registry import Registry
from pipeline.districts.settings import FolderSettings
from pipeline.landing.archive import Landing
from pipeline.landing.intake import fetch_delivery
from tests.support.district import small_district
from tests.support.servers import OpenSsh

pytestmark = [
    pytest.mark.openssh,
    pytest.mark.skipif(os.geteuid() != 0, reason="accounts of a machine are made by root alone"),
]

CONFIG = Path(__file__).parents[2] / "deploy" / "sftp" / "rollcall-sftp.conf"
SETTINGS = """\
name: Maple Valley
time_zone: America/Chicago
schools:
  - {id: "0412", name: Cedar Elementary}
folder:
  path: /srv/nowhere   # until the account is there
  max_files: 3
"""


@dataclass(frozen=True)
class Machine:
    """A drop server with its configuration as we ship it, but for the places."""

    server: OpenSsh
    places: Places
    settings: Path
    config: Path

    def run(self, *words: str) -> str:
        """Run a command of `rollcall sftp-account`; return what it prints."""
        result = CliRunner().invoke(
            app,
            ["sftp-account", *words, "--folders", str(self.places.folders), "--keys", str(self.places.keys)],
            env={"ROLLCALL_DISTRICTS": str(self.settings)},
        )
        assert result.exception is None, result.output
        return result.output

    def add(self, district: str, *words: str) -> str:
        """Make an account; return the page for the district."""
        page = self.settings / f"{uuid.uuid4()}.txt"
        self.run(
            "add",
            district,
            "--sshd-config",
            str(self.config),
            "--host",
            "drop.example.org",
            "--page",
            str(page),
            *words,
        )
        return page.read_text(encoding="utf-8")

    def user(self, district: str) -> str:
        return account_of(district, self.places).user

    def upload(self, district: str) -> Path:
        return account_of(district, self.places).upload

    def connect(self, district: str, password: str) -> paramiko.SSHClient:
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())  # noqa: S507 - a server of the test
        client.connect(
            "127.0.0.1", self.server.port, self.user(district), password, allow_agent=False, look_for_keys=False
        )
        return client


def password_on(page: str) -> str:
    (line,) = (line for line in page.splitlines() if line.startswith("Password"))
    return line.split()[1]


@pytest.fixture(scope="module")
def machine(sshd: OpenSsh, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    # a chroot must be in folders of root alone, which those of tests are not
    folders = Path(tempfile.mkdtemp(prefix="rollcall-test-", dir="/srv"))
    keys = Path(tempfile.mkdtemp(prefix="rollcall-test-keys-", dir="/etc/ssh"))
    folders.chmod(0o755)
    keys.chmod(0o755)
    home = tmp_path_factory.mktemp("drop")
    more = CONFIG.read_text(encoding="utf-8").replace("/srv/sftp", str(folders))
    more = more.replace("/etc/ssh/rollcall-keys", str(keys))
    before = {entry.pw_name for entry in pwd.getpwall()}
    new_groups = {ACCOUNTS, INTAKE} - {entry.gr_name for entry in grp.getgrall()}
    try:
        with sshd.another(home / "sshd", more) as server:
            yield Machine(server, Places(folders, keys), home, home / "sshd" / "sshd_config")
    finally:
        for name in {entry.pw_name for entry in pwd.getpwall() if entry.pw_name.startswith("rc-test-")} - before:
            subprocess.run(["userdel", name], check=False)
        for name in new_groups:
            subprocess.run(["groupdel", name], check=False)
        shutil.rmtree(folders)
        shutil.rmtree(keys)


@pytest.fixture
def district(machine: Machine) -> str:
    """A district without an account."""
    name = f"test-{uuid.uuid4().hex[:8]}"
    (machine.settings / f"{name}.yaml").write_text(SETTINGS, encoding="utf-8")
    return name


def refused(attempt: object, *words: object) -> bool:
    """Whether the server refuses what is tried."""
    try:
        attempt(*words)  # type: ignore[operator]
    except (OSError, paramiko.SSHException, EOFError):
        return True
    return False


def test_a_dry_run_shows_every_change_and_makes_none(machine: Machine, district: str) -> None:
    shown = machine.run("add", district, "--dry-run")
    assert "useradd --gid rollcall-sftp" in shown
    assert f"chmod 2350 {machine.upload(district)}" in shown
    assert f'+  path: "{machine.upload(district)}"' in shown
    assert (machine.settings / f"{district}.yaml").read_text(encoding="utf-8") == SETTINGS
    assert not machine.upload(district).exists()
    assert machine.user(district) not in {entry.pw_name for entry in pwd.getpwall()}


def test_an_account_can_put_files_into_its_folder_and_nothing_else(machine: Machine, district: str) -> None:
    page = machine.add(district)
    assert {"drop.example.org", machine.user(district), "/upload"} <= set(page.split())
    assert "SHA256:" in page
    upload = machine.upload(district)
    assert f'path: "{upload}"   # until the account is there' in (machine.settings / f"{district}.yaml").read_text()
    neighbor = f"{district}-2"
    (machine.settings / f"{neighbor}.yaml").write_text(SETTINGS, encoding="utf-8")
    machine.add(neighbor)
    with closing(machine.connect(district, password_on(page))) as client, client.open_sftp() as sftp:
        with sftp.open("users.csv.filepart", "w") as file:
            file.write("sourcedId\n")
        sftp.posix_rename("users.csv.filepart", "users.csv")
        assert (upload / "users.csv").read_bytes() == b"sourcedId\n"
        found = (upload / "users.csv").stat()
        assert (stat.S_IMODE(found.st_mode), found.st_gid) == (0o240, upload.stat().st_gid)
        # again, as on the next night
        with sftp.open("users.csv", "w") as file:
            file.write("sourcedId,role\n")
        assert (upload / "users.csv").read_bytes() == b"sourcedId,role\n"
        assert sftp.stat("users.csv").st_size == 15
        (upload / "out").symlink_to("/etc/passwd")
        tried = {
            "list": refused(sftp.listdir, "."),
            "read back": refused(lambda: sftp.open("users.csv").read()),
            "leave": refused(sftp.stat, "../../etc/passwd"),
            "the neighbor": refused(sftp.stat, f"/../{machine.user(neighbor)}/upload"),
            "write beside": refused(lambda: sftp.open("/other.csv", "w")),
            "link": refused(sftp.symlink, "/etc/passwd", "link.csv"),
            "follow a link": refused(lambda: sftp.open("out", "w")),
            "chmod": refused(sftp.chmod, "users.csv", 0o777),
            "chmod folder": refused(sftp.chmod, "/upload", 0o777),
            "a folder": refused(sftp.mkdir, "folder"),
            "remove the folder": refused(sftp.rmdir, "/upload"),
        }
        assert [what for what, was_refused in tried.items() if not was_refused] == []
        assert sorted(path.name for path in upload.iterdir()) == ["out", "users.csv"]


def test_autosend_sends_three_templates_and_what_rollcall_runs_as_reads_them(
    machine: Machine, district: str, tmp_path: Path
) -> None:
    """Lines end in CR, one template under a temporary name, and each by a session of its own."""
    password = password_on(machine.add(district))
    upload = machine.upload(district)
    port, fingerprint = machine.server.port, machine.server.fingerprints["ed25519"]
    autosend = AutoSend("127.0.0.1", port, machine.user(district), password, "/upload", fingerprint)
    settings = Registry(machine.settings)[district]
    folder = DistrictFolder(tmp_path / district).make()
    for name, content in small_district().files().items():
        assert arrived(settings, folder, rests=0) is None
        (tmp_path / name).write_bytes(content.replace(b"\r\n", b"\r"))
        # Again, as on the next night: it overwrites.
        for _ in range(2):
            autosend.send(tmp_path / name, temporary=name == "users.csv")
    known = settings.model_copy(update={"folder": FolderSettings(path=str(upload), settle_seconds=0)})
    arrived(known, folder, rests=0)
    arrival = arrived(known, folder, rests=0)
    assert arrival is not None
    assert len(arrival.files) == 3
    delivery, _ = fetch_delivery(district, known, folder, date(2026, 9, 1))
    assert delivery is not None
    assert delivery.sent_by == (machine.user(district),)
    # What is sent later replaces the file in the folder, and nothing that has landed.
    (tmp_path / "users.csv").write_bytes(b"something else\r")
    autosend.send(tmp_path / "users.csv")
    assert (upload / "users.csv").read_bytes() == b"something else\r"
    Landing(folder.landing, district).check_whole(delivery)

    def reads(*groups: str) -> bool:
        shown = subprocess.run(
            ["cat", upload / "users.csv"], user="nobody", group="nogroup", extra_groups=groups, capture_output=True,
            check=False,
        )  # fmt: skip
        return shown.stdout == (upload / "users.csv").read_bytes()

    assert reads(INTAKE)
    assert not reads(ACCOUNTS)


def test_no_command_no_forwarding_no_terminal(machine: Machine, district: str) -> None:
    with closing(machine.connect(district, password_on(machine.add(district)))) as client:
        transport = client.get_transport()
        assert transport is not None
        with transport.open_session() as channel:
            channel.exec_command("id > /upload/id; cat /etc/passwd")
            assert b"root" not in channel.recv(1000)
        assert refused(lambda: transport.open_session().get_pty())
        here = ("127.0.0.1", machine.server.port)
        assert refused(transport.open_channel, "direct-tcpip", here, ("127.0.0.1", 0))
        assert refused(transport.request_port_forward, "127.0.0.1", 0)
    assert not (machine.upload(district) / "id").exists()


def test_a_new_password_ends_the_old_one_and_its_sessions(machine: Machine, district: str) -> None:
    old = password_on(machine.add(district))
    with closing(machine.connect(district, old)) as client, client.open_sftp() as sftp:
        page = machine.settings / f"{uuid.uuid4()}.txt"
        machine.run("rotate", district, "--page", str(page))
        assert refused(sftp.stat, ".")
    with pytest.raises(paramiko.AuthenticationException):
        machine.connect(district, old)
    machine.connect(district, password_on(page.read_text(encoding="utf-8"))).close()


def test_a_key_logs_in_and_no_password_does(machine: Machine, district: str, tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    page = machine.add(district, "--key", f"{key}.pub")
    assert "Password" not in page
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())  # noqa: S507 - a server of the test
    own = paramiko.Ed25519Key.from_private_key_file(str(key))
    client.connect("127.0.0.1", machine.server.port, machine.user(district), pkey=own, allow_agent=False)
    client.close()
    with pytest.raises(paramiko.AuthenticationException):
        machine.connect(district, "*")
    assert '"login": "key"' in machine.run("list", "--format", "json")


def test_a_folder_beyond_its_bound_takes_nothing_more_until_it_is_within(machine: Machine, district: str) -> None:
    password = password_on(machine.add(district))
    upload = machine.upload(district)
    with closing(machine.connect(district, password)) as client, client.open_sftp() as sftp:
        for number in range(4):
            sftp.open(f"{number}.csv", "w").close()
        machine.run("enforce")
        assert refused(lambda: sftp.open("users.csv", "w"))
    with closing(machine.connect(district, password)) as client, suppress(OSError, EOFError, paramiko.SSHException):
        client.open_sftp().open("/upload/users.csv", "w")
    with closing(machine.connect(district, password)) as client, suppress(OSError, EOFError, paramiko.SSHException):
        client.open_sftp().open("/upload/0.csv", "a").write("more")
    assert {path.name: path.stat().st_size for path in upload.iterdir()} == {f"{n}.csv": 0 for n in range(4)}
    (upload / "3.csv").unlink()
    machine.run("enforce")
    with closing(machine.connect(district, password)) as client:
        client.open_sftp().open("0.csv", "w").close()


def test_a_removed_account_is_gone_and_its_files_stay(machine: Machine, district: str) -> None:
    password = password_on(machine.add(district))
    with closing(machine.connect(district, password)) as client:
        client.open_sftp().open("users.csv", "w").close()
    machine.run("remove", district)
    with pytest.raises(paramiko.AuthenticationException):
        machine.connect(district, password)
    assert (machine.upload(district) / "users.csv").stat().st_uid == 0
    assert district not in machine.run("list")


def test_where_sshd_would_not_keep_the_account_in_its_folder_none_is_made(
    machine: Machine, district: str, tmp_path: Path
) -> None:
    loose = tmp_path / "sshd_config"
    loose.write_text(
        machine.config.read_text(encoding="utf-8").replace("    ChrootDirectory", "    #"), encoding="utf-8"
    )
    words = ["--sshd-config", str(loose), "--folders", str(machine.places.folders), "--keys", str(machine.places.keys)]
    result = CliRunner().invoke(
        app, ["sftp-account", "add", district, *words], env={"ROLLCALL_DISTRICTS": str(machine.settings)}
    )
    assert "sshd would not keep the account in its folder (chrootdirectory)" in str(result.exception)
    assert machine.user(district) not in {entry.pw_name for entry in pwd.getpwall()}
