"""What commands change about a district: enabled, paused. Kept in state.json, never in the settings, never by hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.districts.folders import DistrictFolder
from pipeline.districts.head import ForeignPartError, OlderCopyError, accept_words, note_head, read_head
from pipeline.errors import UsageError
from pipeline.files.atomic import replace_whole
from pipeline.files.digests import digest_of


class Pause(BaseModel):
    """Why a district is paused, by whom and since when (UTC)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    why: str
    by: str
    since: datetime
    needs_reason: bool = False
    """Whoever resumes the district must give a reason: it was paused by an undo."""


class DistrictState(BaseModel):
    """A district's state: the nightly schedule takes it up only when it is enabled and not paused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: bool = False
    nightly_since: datetime | None = None
    """When it was enabled or resumed (UTC): a night that began before is not owed. None: before this was noted."""
    paused: Pause | None = None
    reviewed: bool = False
    """Someone reviewed the first sync and confirmed that the nightly sync can begin."""
    logins_refused: int = 0
    """How often in a row the district's server refused the login; counted by `pipeline.sources.logins`."""

    @property
    def runs_nightly(self) -> bool:
        """Whether the nightly schedule syncs this district."""
        return self.enabled and self.paused is None


def read_state(path: Path) -> DistrictState:
    """Return the state in `path`; a district that no command has touched yet is not enabled.

    Raises:
        PartLostError: the file is lost, damaged, older than it was or another district's.
    """
    folder = DistrictFolder(path.parent)
    head = read_head(folder)
    try:
        content = json.loads(path.read_bytes())
        sha256, number, district = (content.pop(name, None) for name in ("sha256", "number", "district"))
        state = DistrictState.model_validate(content)
    except FileNotFoundError:
        if head is not None and head.state:
            raise _lost(
                folder, f"{path} is missing: whether {folder.root.name} is enabled or paused is lost."
            ) from None
        return DistrictState()
    except (OSError, ValueError, TypeError, AttributeError, ValidationError):
        raise _lost(folder, f"{path} cannot be read as a district's state.") from None
    if sha256 is None:
        # A state that an older Rollcall wrote.
        if head is not None and head.state:
            raise _lost(folder, f"{path} is an older copy.")
        return state
    if sha256 != digest_of({**content, "number": number, "district": district}):
        raise _lost(folder, f"{path} was changed by hand or is damaged.")
    if folder.district is not None and district != folder.district:
        raise ForeignPartError(
            f"{path} belongs to the district {district}.",
            f"Restore the whole folder {folder.root} from its own newest backup.",
        )
    if head is not None and (number < head.state or (number == head.state and sha256 != head.state_sha256)):
        raise _lost(folder, f"{path} is an older copy.")
    return state


def write_state(path: Path, state: DistrictState) -> None:
    """Replace `path` by `state` so that a reader sees the old or the new state, never a partial one.

    Raises:
        PartLostError: the state that is there is not the one that was written last.
    """
    folder = DistrictFolder(path.parent)
    read_state(path)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _put(folder, state, stored_state(path)[0])


def rewrite_state(folder: DistrictFolder, state: DistrictState) -> None:
    """Write `state` in place of one that cannot be used, as the newest."""
    head = read_head(folder)
    _put(folder, state, max(stored_state(folder.state)[0], head.state if head else 0))


def stored_state(path: Path) -> tuple[int, str | None]:
    """Return number and digest of the state that is there; 0 and None where none is, or an older Rollcall wrote it."""
    try:
        content = json.loads(path.read_bytes())
        return int(content["number"]), str(content["sha256"])
    except (OSError, ValueError, TypeError, KeyError):
        return 0, None


def _put(folder: DistrictFolder, state: DistrictState, number: int) -> None:
    content = {**state.model_dump(mode="json"), "number": number + 1, "district": folder.root.name}
    sha256 = digest_of(content)
    replace_whole(folder.state, json.dumps({**content, "sha256": sha256}, indent=2) + "\n")
    note_head(folder, state=number + 1, state_sha256=sha256)


def _lost(folder: DistrictFolder, told: str) -> OlderCopyError:
    return OlderCopyError(
        told,
        f"Restore the whole folder {folder.root} from the newest backup. If there is no newer one, "
        f"{accept_words(folder)} The district is paused then.",
    )


def pause(state: DistrictState, *, why: str, by: str, needs_reason: bool = False) -> DistrictState:
    """Return `state` paused from now on."""
    paused = Pause(why=why, by=by, since=datetime.now(UTC), needs_reason=needs_reason)
    return state.model_copy(update={"paused": paused})


def refuse_paused(district: str, state: DistrictState) -> None:
    """Refuse a paused district; UsageError with since when and why."""
    if state.paused is not None:
        raise UsageError(
            f"{district} has been paused since {state.paused.since:%Y-%m-%d}: {state.paused.why}",
            f"`rollcall district resume {district}` ends the pause.",
        )
