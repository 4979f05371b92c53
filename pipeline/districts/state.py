"""What commands change about a district: enabled, paused. Kept in state.json, never in the settings, never by hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import PermanentError, UsageError
from pipeline.files.atomic import replace_whole


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
        PermanentError: the file is there but is not a state.
    """
    try:
        return DistrictState.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return DistrictState()
    except (ValidationError, OSError):
        raise PermanentError(
            f"{path} cannot be read as a district's state.",
            "Restore it from a backup, or remove it and run `rollcall district enable` again.",
        ) from None


def write_state(path: Path, state: DistrictState) -> None:
    """Replace `path` by `state` so that a reader sees the old or the new state, never a partial one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_whole(path, json.dumps(state.model_dump(mode="json"), indent=2) + "\n")


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
