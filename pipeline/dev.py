"""Dagster's pages and daemon on one's own machine, with the demo's SFTP server beside them where there is a demo."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from pipeline.districts.folders import Home, settings_folder
from pipeline.errors import UsageError
from pipeline.instance import prepare_dagster_home

WORKSPACE = Path(__file__).with_name("workspace.yaml")
"""Names the code location; Dagster's programs get it with `-w`."""

_ENDS_WITHIN = 60
"""Seconds that Dagster and the demo's server have to end by themselves."""


def serve_dev(home: Home, port: int, say: Callable[[str], None]) -> int:
    """Run Dagster's pages and daemon on 127.0.0.1 until they end or Ctrl-C stops them; return their exit code.

    Raises:
        UsageError: something else listens on the port.
    """
    _check_free(port)
    environment = os.environ | {
        "ROLLCALL_HOME": str(home.root.absolute()),
        "ROLLCALL_DISTRICTS": str(settings_folder().absolute()),
        "DAGSTER_HOME": str(prepare_dagster_home(home)),
        "DAGSTER_DISABLE_TELEMETRY": "1",
    }
    say(
        "For your own machine only: Dagster has no login, and any web page that you open meanwhile can start runs here."
    )
    say(f"Dagster's pages: http://127.0.0.1:{port}. Ctrl-C stops them.")
    dagster = ["-m", "dagster", "dev", "-w", str(WORKSPACE), "-h", "127.0.0.1", "-p", str(port)]
    started = [subprocess.Popen([sys.executable, *dagster], env=environment)]  # noqa: S603 - our own program
    if (home.root / "demo").is_dir():
        server = [sys.executable, "-m", "pipeline", "demo", "--serve"]
        started.append(subprocess.Popen(server, env=environment, stdout=subprocess.DEVNULL))  # noqa: S603 - the same
    try:
        return started[0].wait()
    except KeyboardInterrupt:
        # A terminal sends Ctrl-C to all of them: Dagster ends its own processes then.
        with suppress(subprocess.TimeoutExpired):
            started[0].wait(timeout=_ENDS_WITHIN)
        return 0
    finally:
        for process in reversed(started):
            if process.poll() is None:
                process.terminate()
                process.wait(timeout=_ENDS_WITHIN)


def _check_free(port: int) -> None:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError as failure:
            raise UsageError(
                f"Port {port} cannot be used ({failure.strerror}).", "Choose another one with --port."
            ) from None
