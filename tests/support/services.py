"""Postgres and Redis of a test's own, on free loopback ports, gone after it; and the command lines of deploy/."""

from __future__ import annotations

import configparser
import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"

STARTED_WITHIN = 60
"""Seconds for a server to answer."""


def postgres_programs() -> Path | None:
    """Return the folder of Postgres's programs, of the newest version there is."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return found[-1] if found else None


def redis_program() -> str | None:
    """Return Redis's server."""
    return shutil.which("redis-server")


def nginx_program() -> str | None:
    """Return nginx."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")


def free_port() -> int:
    """Return a port that nothing uses now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def postgres() -> Iterator[str]:
    """Run Postgres; return the address of a database as Dagster takes it."""
    programs = postgres_programs()
    assert programs is not None
    # It refuses to run as root, and the folders of the tests are closed to others.
    folder = Path(tempfile.mkdtemp(prefix="rollcall-postgres-", dir="/tmp"))
    as_other = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_other:
        shutil.chown(folder, "postgres")
    data, port = folder / "data", free_port()
    subprocess.run(
        [*as_other, programs / "initdb", "-D", data, "-U", "rollcall", "-A", "trust", "--no-sync"],
        check=True, stdout=subprocess.DEVNULL, cwd="/",
    )  # fmt: skip
    options = ["-c", "listen_addresses=127.0.0.1", "-c", f"port={port}", "-c", "fsync=off", "-k", str(folder)]
    server = subprocess.Popen(
        [*as_other, programs / "postgres", "-D", data, *options],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
    )  # fmt: skip
    ask = [programs / "psql", "-h", "127.0.0.1", "-p", str(port), "-U", "rollcall", "-d", "postgres", "-qc"]
    try:
        until = time.monotonic() + STARTED_WITHIN
        while subprocess.run([*ask, "create database rollcall"], check=False, capture_output=True).returncode:
            assert server.poll() is None, "Postgres did not start"
            assert time.monotonic() < until, "Postgres does not answer"
            time.sleep(0.2)
        yield f"postgresql+psycopg2://rollcall@127.0.0.1:{port}/rollcall"
    finally:
        server.terminate()
        server.wait(timeout=60)
        shutil.rmtree(folder)


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """Run Redis; return its address."""
    program, port = redis_program(), free_port()
    assert program is not None
    server = subprocess.Popen(
        [program, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", folder],
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until = time.monotonic() + STARTED_WITHIN
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
                break
            assert time.monotonic() < until, "Redis does not answer"
            time.sleep(0.1)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(timeout=60)


def command_of(unit: str, **changed: str) -> list[str]:
    """Return the command line of a unit in deploy/systemd, for this checkout, with some of its words replaced."""
    parsed = configparser.RawConfigParser(strict=False)
    parsed.optionxform = str  # type: ignore[assignment,method-assign] # systemd's names have capitals
    parsed.read(DEPLOY / "systemd" / unit, encoding="utf-8")
    words = shlex.split(parsed["Service"]["ExecStart"].replace("%%", "%"))
    words[0] = str(Path(sys.executable).with_name(Path(words[0]).name))
    return [changed.get(word, word.replace("/opt/rollcall/", f"{ROOT}/")) for word in words]
