"""The files of deploy/: what systemd and compose make of them, and that they say the same."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.support.services import DEPLOY, ROOT, command_of

UNITS = sorted([*(DEPLOY / "systemd").glob("*.service"), *(DEPLOY / "sftp").glob("*.service")])


def read(path: Path) -> Any:
    return YAML(typ="safe").load(path)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed here")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_takes_each_unit_as_it_is(unit: Path, tmp_path: Path) -> None:
    """The programs are those of this checkout, since systemd looks whether they are there."""
    here = str(Path(sys.executable).parent)
    text = unit.read_text(encoding="utf-8").replace("/opt/rollcall/.venv/bin", here)
    (tmp_path / unit.name).write_text(text, encoding="utf-8")
    found = subprocess.run(
        ["systemd-analyze", "verify", tmp_path / unit.name], check=False, capture_output=True, text=True
    )
    assert (found.returncode, [line for line in found.stderr.splitlines() if unit.name in line]) == (0, [])


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_each_unit_runs_the_same_code_with_the_same_environment(unit: Path) -> None:
    lines = [line.partition("=") for line in unit.read_text(encoding="utf-8").splitlines()]
    service = {name: value for name, _, value in lines if not name.startswith("#")}
    assert service["ExecStart"].startswith("/opt/rollcall/.venv/bin/")
    assert (service["EnvironmentFile"], service["UMask"]) == ("/etc/rollcall/rollcall.env", "0077")
    assert f"copy it to {service['EnvironmentFile']}," in (DEPLOY / "rollcall.env").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["deploying.md", "vendors.md"])
def test_the_pages_name_the_places_that_the_units_name(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    assert set(re.findall(r"(?<!\.)/[\w/]*/rollcall\.env", text)) == {"/etc/rollcall/rollcall.env"}
    assert set(re.findall(r"/[\w/.]*/bin/rollcall", text)) == {"/opt/rollcall/.venv/bin/rollcall"}


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed here")
def test_systemd_takes_the_timer_with_its_service(tmp_path: Path) -> None:
    for unit in (DEPLOY / "sftp").glob("rollcall-sftp-bounds.*"):
        text = unit.read_text(encoding="utf-8").replace("/opt/rollcall/.venv/bin", str(Path(sys.executable).parent))
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    found = subprocess.run(
        ["systemd-analyze", "verify", tmp_path / "rollcall-sftp-bounds.timer"],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert (found.returncode, [line for line in found.stderr.splitlines() if "rollcall-sftp" in line]) == (0, [])


def test_the_containers_run_what_the_units_run() -> None:
    compose = read(DEPLOY / "containers" / "compose.yaml")["services"]
    commands = {name: shlex.split(compose[name]["command"]) for name in ("daemon", "pages", "worker")}
    for name, command in commands.items():
        unit = command_of(f"rollcall-{name}.service")
        as_unit = [Path(unit[0]).name, *(word.replace(f"{ROOT}/", "/opt/rollcall/") for word in unit[1:])]
        assert [word.replace("0.0.0.0", "127.0.0.1") for word in command] == as_unit  # noqa: S104 - within the container


def test_compose_opens_no_port_but_on_the_loopback_address() -> None:
    services = read(DEPLOY / "containers" / "compose.yaml")["services"]
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert ports == ["127.0.0.1:3000:3000"]


def test_what_a_container_copies_is_there() -> None:
    lines = (DEPLOY / "containers" / "Containerfile").read_text(encoding="utf-8").splitlines()
    copied = [word for line in lines if line.startswith("COPY ") for word in line.split()[1:-1]]
    assert copied
    assert [name for name in copied if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("name", ["one-host.yaml", "workers.yaml"])
def test_a_server_keeps_the_settings_that_a_single_machine_has(name: str) -> None:
    """But for where Dagster keeps its records, how it starts a run, and how often it looks after those in progress."""
    ours, theirs = read(ROOT / "pipeline" / "dagster.yaml"), read(DEPLOY / name)
    assert theirs.pop("storage") == {"postgres": {"postgres_url": {"env": "ROLLCALL_POSTGRES"}}}
    theirs.pop("run_launcher", None)
    ours.pop("event_log_storage")
    assert theirs["run_monitoring"].pop("poll_interval_seconds") == 30
    del theirs["run_monitoring"]["start_timeout_seconds"], ours["run_monitoring"]["start_timeout_seconds"]
    assert theirs == ours


def test_no_password_is_in_the_files_to_copy() -> None:
    text = (DEPLOY / "rollcall.env").read_text(encoding="utf-8")
    values = dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))
    assert "CHANGE-ME" in values["ROLLCALL_POSTGRES"]
