"""A glance at a district's folder: whether its parts are as its head knows them, without reading a history.

For the pages and commands that show many districts at once. What only a reading of all bytes can tell (one byte of the
roster, a line in the middle of the ledger) is for `rollcall doctor` and the next sync.
"""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.districts.decisions import read_lines
from pipeline.districts.folders import DistrictFolder
from pipeline.districts.head import read_head
from pipeline.files.hash_chain import NOTHING_BEFORE, digest_of_line, last_line
from pipeline.roster.ledger import check_roster, read_ledger


def glance(folder: DistrictFolder) -> None:
    """Look whether the newest sync, the newest decision and the roster are there.

    Raises:
        PartLostError, BrokenChainError: with what is missing or older, and what to restore.
    """
    head = read_head(folder)
    if head is None:
        return
    if _newest(folder.ledger) != head.ledger_sha256:
        read_ledger(folder)
    # There are few of them, and a block among them is a court's order: all of their bytes.
    read_lines(folder.decisions)
    if head.roster_size is not None and _size(folder.roster) != head.roster_size:
        check_roster(folder, heals=False)


def _newest(path: Path) -> str | None:
    """Return the digest of the last line; None where it cannot be read as one."""
    try:
        found = last_line(path)
    except FileNotFoundError:
        return NOTHING_BEFORE
    if not found.endswith(b"\n"):
        return None
    try:
        line = json.loads(found)
        return line["sha256"] if line["sha256"] == digest_of_line(line) else None
    except (ValueError, TypeError, KeyError):
        return None


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None
