"""What the environment says about the console: its public address, its database, its key.

Belongs here: reading and checking those values, and making the key. Does not belong here: Django's settings, which are
made from them (`settings.py`).
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from pipeline.districts.folders import Home
from pipeline.districts.secrets import read_secret_at
from pipeline.errors import UsageError

ADDRESS, DATABASE, KEY = "ROLLCALL_CONSOLE_ADDRESS", "ROLLCALL_CONSOLE_DATABASE", "ROLLCALL_CONSOLE_KEY"

PORT = 8000

LOOPBACK = ("127.0.0.1", "localhost", "::1")

_LEAST_LETTERS = 32
"""Of a key: as many as a random one of 24 bytes has in base64."""


@dataclass(frozen=True)
class ConsoleAddress:
    """Where people open the console."""

    scheme: str
    host: str
    origin: str

    @property
    def is_secure(self) -> bool:
        """Whether it is reached by https."""
        return self.scheme == "https"


def console_address(environment: Mapping[str, str] = os.environ) -> ConsoleAddress | None:
    """Return the address that the environment names; None where it names none: then only this machine is served.

    Raises:
        UsageError: it is no address, or one without https for other machines.
    """
    text = environment.get(ADDRESS, "").strip()
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.username:
        raise UsageError(f"{ADDRESS} is not a web address.", "Write https://HOST, without a path.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise UsageError(
            f"{ADDRESS} has no https: passwords would be sent unencrypted.",
            "Put a server with TLS in front of the console, and write https://HOST.",
        )
    return ConsoleAddress(parts.scheme, parts.hostname, f"{parts.scheme}://{parts.netloc}")


def database_settings(home: Home, environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return Django's settings of the database: a file in the home, or the Postgres that the environment names.

    Raises:
        UsageError: the environment names something else.
    """
    text = environment.get(DATABASE, "").strip()
    if not text:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": home.root / "console.sqlite3",
            "OPTIONS": {
                # Readers never wait for a writer, and two writers wait for each other and never fail halfway.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    parts = urlsplit(text)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise UsageError(f"{DATABASE} is not a database.", "Write postgresql://USER@HOST:5432/NAME.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(_port(parts) or ""),
        "CONN_MAX_AGE": 60,
    }


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError:
        raise UsageError(f"{DATABASE} has an invalid port.", "Write postgresql://USER@HOST:5432/NAME.") from None


def console_key(home: Home, environment: Mapping[str, str] = os.environ) -> str:
    """Return the key that sessions are signed and stored secrets encrypted with; made once, in the home, without one.

    Raises:
        UsageError: the one that the environment names cannot be read, or is too short.
    """
    reference = environment.get(KEY, "").strip()
    path = home.root / "console.key"
    if not reference:
        if not path.exists():
            _make_key(path)
        reference = f"file:{path}"
    elif not reference.startswith(("env:", "file:")):
        raise UsageError(f"{KEY} must be a reference, not the key itself.", "Write env:NAME or file:PATH.")
    key = read_secret_at(reference, f"{KEY}:")
    if len(key) < _LEAST_LETTERS:
        raise UsageError(
            f"The key of the console has fewer than {_LEAST_LETTERS} characters.", "Make one with: openssl rand -hex 32"
        )
    return key


def derived(key: str, purpose: str) -> str:
    """Return a key for one purpose alone, made from the console's, in the form that Fernet wants."""
    return base64.urlsafe_b64encode(hashlib.sha256(f"{purpose}\0{key}".encode()).digest()).decode()


def _make_key(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return  # another process was first
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.write(secrets.token_urlsafe(48) + "\n")
        out.flush()
        os.fsync(out.fileno())
