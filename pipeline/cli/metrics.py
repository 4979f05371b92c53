"""Figures for a monitor: metrics."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import err, out, registry
from pipeline.districts.folders import Home
from pipeline.errors import UsageError


def metrics(
    to: Annotated[
        Path | None,
        typer.Option("--to", help="Write them to this file, such as one of node_exporter's.", show_default=False),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option("--port", min=1, max=65535, help="Serve them on this port until stopped.", show_default=False),
    ] = None,
    host: Annotated[str, typer.Option("--host", help="With --port: the address to serve on.")] = "127.0.0.1",
) -> None:
    """Show how each district is doing as figures for Prometheus. Changes nothing."""
    from prometheus_client import start_http_server  # noqa: PLC0415

    from pipeline.files.atomic import replace_whole  # noqa: PLC0415
    from pipeline.status.metrics import metrics_registry, metrics_text  # noqa: PLC0415

    home = Home.from_environment()
    home.check_private()
    if to is not None and port is not None:
        raise UsageError("Give either --to or --port.")
    if port is not None:
        try:
            server, _ = start_http_server(port, addr=host, registry=metrics_registry(home, registry(), _now))
        except OSError as failure:
            raise UsageError(f"Port {port} of {host} cannot be used: {failure.strerror}.", "Choose another.") from None
        err.print(f"Serving http://{host}:{server.server_port}/metrics. Ctrl-C stops it.")
        threading.Event().wait()
    elif to is not None:
        if not to.parent.is_dir():
            raise UsageError(f"{to.parent} is not a folder.", "Create it first.")
        # For the account of the monitor: it holds no value of a person.
        replace_whole(to, metrics_text(home, registry(), _now()), mode=0o644)
    else:
        out.print(metrics_text(home, registry(), _now()), end="")


def _now() -> datetime:
    return datetime.now(UTC)
