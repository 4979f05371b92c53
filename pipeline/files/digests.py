"""Digests (SHA-256) of files and of small documents of ours: how it shows that nothing of them has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def digest_of_file(path: Path) -> str:
    """Return the digest of the bytes of a file, in hexadecimal; OSError where it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_of(content: Mapping[str, Any]) -> str:
    """Return the digest of a document that JSON can hold, whatever the order of its names."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
