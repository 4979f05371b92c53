"""Dagster's web server in a process of its own on the loopback address, for as long as a test needs it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.dev import WORKSPACE

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent

STARTED_WITHIN = 120
"""Seconds for the server, which loads the definitions in a process of its own."""


def environment(root: Path) -> dict[str, str]:
    """Return the environment of a Rollcall whose data and settings are below `root`."""
    return os.environ | {
        "ROLLCALL_HOME": str(root / "var"),
        "ROLLCALL_DISTRICTS": str(root / "districts"),
        "DAGSTER_HOME": str(root / "var" / "dagster"),
        "DAGSTER_DISABLE_TELEMETRY": "1",
    }


@contextmanager
def serving(root: Path, *options: str) -> Iterator[str]:
    """Serve Dagster's pages of what is below `root` with these options; return the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = root / "server.log"
    with log.open("w") as out:
        server = subprocess.Popen(
            [PROGRAMS / "dagster-webserver", "-w", WORKSPACE, "-h", "127.0.0.1", "-p", str(port), *options],
            env=environment(root), cwd=ROOT, stdout=out, stderr=out,
        )  # fmt: skip
        try:
            _wait_for(port, server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=60)


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text()
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
            return
        time.sleep(0.2)
    raise TimeoutError(f"Dagster's web server did not answer:\n{log.read_text()}")
