"""What `pipx install` gets: a wheel that has all it needs, away from any checkout."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import pytest

ROOT = Path(__file__).parents[1]
STARTED_WITHIN = 120
"""Seconds until Dagster shows pages."""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Install the wheel away from the checkout; return the environment in which `python -m pipeline` is that one."""
    root = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    offline = ["--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*pip, "wheel", *offline, "--wheel-dir", root / "dist", ROOT], check=True)
    (wheel,) = (root / "dist").iterdir()
    subprocess.run([*pip, "install", "--no-deps", "--no-index", "--target", root / "site", wheel], check=True)
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("ROLLCALL_", "DAGSTER_"))}
    return ours | {"PYTHONPATH": str(root / "site")}


@pytest.mark.slow("builds a wheel and installs it")
def test_the_wheel_checks_files_without_a_checkout(installed: dict[str, str], tmp_path: Path) -> None:
    where = subprocess.run(
        [sys.executable, "-c", "import pipeline; print(pipeline.__file__)"],
        env=installed, cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert where.stdout.startswith(installed["PYTHONPATH"])
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "users.csv").write_text("sourcedId,role\n", encoding="ascii")
    checked = subprocess.run(
        [sys.executable, "-m", "pipeline", "validate", "export"],
        env=installed, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 4, checked.stderr
    assert "classes.csv" in checked.stdout


@pytest.mark.dagster_run
@pytest.mark.slow("Dagster's web server and daemon start")
def test_dev_shows_pages_until_ctrl_c_and_leaves_no_process(installed: dict[str, str], tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path / "log"
    with log.open("w") as out:
        dev = subprocess.Popen(
            [sys.executable, "-m", "pipeline", "dev", "--port", str(port)],
            env=installed, cwd=tmp_path, stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
    try:
        until = time.monotonic() + STARTED_WITHIN
        page = b""
        while not page and time.monotonic() < until:
            assert dev.poll() is None, log.read_text()
            with suppress(URLError, ConnectionError), urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                page = answer.read()
            time.sleep(0.2)
        assert b"Dagster" in page
        children = psutil.Process(dev.pid).children(recursive=True)
        os.killpg(dev.pid, signal.SIGINT)
        assert dev.wait(timeout=90) == 0, log.read_text()
        assert psutil.wait_procs(children, timeout=30)[1] == []
    finally:
        with suppress(ProcessLookupError):
            os.killpg(dev.pid, signal.SIGKILL)
    assert "any web page that you open meanwhile can start runs here" in log.read_text()


def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = subprocess.run(
            [sys.executable, "-m", "pipeline", "dev", "--port", str(port)],
            cwd=tmp_path, env=os.environ | {"ROLLCALL_HOME": str(tmp_path / "var")},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert refused.returncode == 2
    assert (
        refused.stderr
        == f"Error: Port {port} cannot be used (Address already in use). Choose another one with --port.\n"
    )
    assert not (tmp_path / "var").exists()
