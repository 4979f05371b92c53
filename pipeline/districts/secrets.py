"""Secrets by reference: `env:NAME` and `file:PATH` become the secret at the moment it is used.

A secret is never in the settings, in Dagster's run configuration, in a log or in the text of an error.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from pipeline.errors import UsageError

MOST_BYTES = 64 * 1024
"""The largest key that anybody uses has 16 KB."""


def read_secret(reference: str, *, district: str, setting: str) -> str:
    """Return the secret that `reference` names, without the line break at the end of a file.

    Raises:
        UsageError: the variable is not set or the file cannot be read; the message names district and setting.
    """
    return read_secret_at(reference, f"District {district}, setting {setting}:")


def read_secret_at(reference: str, where: str) -> str:
    """Return the secret that `reference` names; `where` begins the text of an error.

    Raises:
        UsageError: as `read_secret`.
    """
    kind, _, name = reference.partition(":")
    if kind == "env":
        value = os.environ.get(name, "").rstrip("\r\n")
        if value:
            return value
        raise UsageError(
            f"{where} the environment variable {name} is not set or is empty.",
            f"Set it for the account that runs Rollcall: export {name}=…",
        )
    value = _content(Path(name).expanduser(), where, name).rstrip("\r\n")
    if not value.strip():
        raise UsageError(f"{where} the file {name} is empty.", "Write the secret into it.")
    return value


def _content(path: Path, where: str, name: str) -> str:
    """Return what a file holds; never what a device or a pipe gives, nor more than a secret ever has."""
    try:
        # Opening a pipe would wait until somebody writes.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            is_file = stat.S_ISREG(os.fstat(handle).st_mode)
            content = file.read(MOST_BYTES + 1) if is_file else b""
        if not is_file:
            raise UsageError(f"{where} {name} is not a file.", "Name a file that holds the secret.")
        if len(content) > MOST_BYTES:
            raise UsageError(
                f"{where} the file {name} has more than {MOST_BYTES:,} bytes.", "Name the file that holds the secret."
            )
        return content.decode()
    except (OSError, UnicodeDecodeError) as failure:
        why = failure.strerror if isinstance(failure, OSError) else "it is not text"
        raise UsageError(
            f"{where} the file {name} cannot be read ({why}).",
            "Create it so that only the account that runs Rollcall can read it.",
        ) from None
