"""Secrets by reference: `env:NAME` and `file:PATH` become the secret at the moment it is used.

A secret is never in the settings, in Dagster's run configuration, in a log or in the text of an error.
"""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.errors import UsageError


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
        value = os.environ.get(name)
        if value:
            return value
        raise UsageError(
            f"{where} the environment variable {name} is not set or is empty.",
            f"Set it for the account that runs Rollcall: export {name}=…",
        )
    try:
        value = Path(name).expanduser().read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as failure:
        why = failure.strerror if isinstance(failure, OSError) else "it is not text"
        raise UsageError(
            f"{where} the file {name} cannot be read ({why}).",
            "Create it so that only the account that runs Rollcall can read it.",
        ) from None
    if not value.strip():
        raise UsageError(f"{where} the file {name} is empty.", "Write the secret into it.")
    return value
