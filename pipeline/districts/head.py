"""The head of a district: what its folder must hold at least, kept outside of it, in ROLLCALL_HOME/heads.

Belongs here: the newest sync, the decisions, the state and the roster as they were last written, and noticing a part
that is lost, older or another district's. Does not belong here: what the parts say (`decisions.py`, `state.py`,
`pipeline.roster.ledger`), and accepting an older copy (`pipeline.roster.restore`).

A head is written after what it tells of, so the folder may be ahead of it (a crash in between) and never behind.
A reader therefore reads the head first. A scratch copy of a district's folder has none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.districts.folders import DistrictFolder
from pipeline.errors import PermanentError
from pipeline.files.atomic import replace_whole
from pipeline.files.digests import digest_of
from pipeline.files.hash_chain import NOTHING_BEFORE, last_line


class PartLostError(PermanentError):
    """A part of a district's folder is missing, older than it was, or damaged. It is never taken for an empty one."""


class OlderCopyError(PartLostError):
    """The folder, or a part of it, is older than what its head knows. A person may accept that."""


class ForeignPartError(PartLostError):
    """A part of a district's folder belongs to another district."""


class Head(BaseModel):
    """What a district's folder held when it was last written."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    version: Literal[1] = 1
    district: str
    syncs: int = 0
    ledger_sha256: str = NOTHING_BEFORE
    """Of the newest line of the ledger."""
    sync_date: date | None = None
    """Of the newest sync."""
    roster_sha256: str | None = None
    """None: there is no roster, or it is just being migrated."""
    roster_size: int | None = None
    decisions: int = 0
    decisions_sha256: str = NOTHING_BEFORE
    """Of the newest decision."""
    accepted: int = 0
    """A person has accepted that decisions which this sync knew are lost."""
    state: int = 0
    """The number of the newest state; 0: none was written yet."""
    state_sha256: str | None = None


def read_head(folder: DistrictFolder) -> Head | None:
    """Return the head of a district; None where nothing was written of it yet, and of a scratch copy.

    Raises:
        PartLostError: the head is lost or damaged, or is that of another district.
    """
    path = folder.head
    if path is None:
        return None
    try:
        content = json.loads(path.read_bytes())
        told = content.pop("sha256")
        head = Head.model_validate(content)
        sound = told == digest_of(content)
    except FileNotFoundError:
        _check_never_there(folder, path)
        return None
    except (OSError, ValueError, TypeError, AttributeError, KeyError, ValidationError):
        sound = False
    if not sound:
        raise PartLostError(
            f"{path}, which knows the newest sync of {folder.root.name}, is damaged.",
            f"Restore it from a backup. If {folder.root} is complete and the newest, {accept_words(folder)}",
        )
    if head.district != folder.root.name:
        raise ForeignPartError(
            f"{path} belongs to the district {head.district}.",
            f"Restore it from a backup. If {folder.root} is complete and the newest, {accept_words(folder)}",
        )
    return head


def _check_never_there(folder: DistrictFolder, path: Path) -> None:
    """Refuse a folder without a head whose ledger was written with one: each of its lines names the district."""
    try:
        with folder.ledger.open("rb") as file:
            has_head = any(b'"district": "' in line for line in (file.readline(), last_line(folder.ledger)))
    except FileNotFoundError:
        return
    if has_head:
        raise OlderCopyError(
            f"{path}, which knows the newest sync of {folder.root.name}, is missing, so {folder.root} "
            "may be an older copy.",
            f"Restore it from a backup. If the folder is the newest, {accept_words(folder)}",
        )


def note_head(folder: DistrictFolder, **changes: Any) -> None:
    """Keep in the head what has just been written to the district's folder. A scratch copy keeps nothing."""
    path = folder.head
    if path is None:
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock"), mode=0o600):
        head = read_head(folder) or Head(district=folder.root.name)
        write_head(folder, head.model_copy(update=changes))


def write_head(folder: DistrictFolder, head: Head) -> None:
    """Put `head` in the place of whatever is there. `note_head` is for changes."""
    if folder.head is None:
        return
    folder.head.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = head.model_dump(mode="json", exclude_none=True)
    replace_whole(folder.head, json.dumps({**content, "sha256": digest_of(content)}, indent=2) + "\n")


def accept_words(folder: DistrictFolder) -> str:
    """Return how a person accepts what the folder holds now."""
    return f"`rollcall sync {folder.root.name} --accept-restore --by NAME --reason TEXT` accepts it as it is."


def begin_words(folder: DistrictFolder) -> str:
    """Return how a person starts a district over."""
    return (
        f"To start over without it, run `rollcall sync {folder.root.name} --begin-again --by NAME --reason TEXT`: "
        "everybody is new then, and blocks must be made again."
    )


def check_lines(
    folder: DistrictFolder, what: str, name: str, lines: Sequence[Mapping[str, Any]], count: int, sha256: str
) -> None:
    """Refuse lines of a chain that lack some of the `count` lines there were, the last of which had `sha256`.

    Raises:
        OlderCopyError: lines are missing, or others stand in their place.
    """
    if not count or (len(lines) >= count and lines[count - 1].get("sha256") == sha256):
        return
    path = folder.root / name
    if len(lines) >= count:
        told = f"{path} is not the file that Rollcall wrote: its {what} went another way."
    elif not lines:
        told = f"{path} is missing or empty, though {count} {what}{'s' if count > 1 else ''} had been recorded."
    else:
        told = f"{path} is an older copy: it holds {len(lines)} of the {count} {what}s that had been recorded."
    raise OlderCopyError(
        told,
        f"Restore the whole folder {folder.root} from the newest backup. If there is no newer one, "
        f"{accept_words(folder)}",
    )
