"""Pausing a district and resuming it, as a command and as a page do it: its state, and the decision behind it."""

from __future__ import annotations

from datetime import datetime

from pipeline.districts.decisions import check_asked, record_decision
from pipeline.districts.folders import DistrictFolder
from pipeline.districts.state import Pause, pause, read_state, write_state
from pipeline.errors import UsageError


def pause_district(folder: DistrictFolder, *, by: str, why: str, at: datetime) -> None:
    """Stop the nightly sync of a district until it is resumed. Its roster is kept.

    Raises:
        UsageError: the name or the reason is blank.
    """
    check_asked(by, why)
    write_state(folder.state, pause(read_state(folder.state), why=why, by=by))
    record_decision(folder.decisions, "pause", by=by, why=why, at=at)


def resume_district(folder: DistrictFolder, district: str, *, by: str | None, why: str | None, at: datetime) -> Pause:
    """End a district's pause and return what it was.

    Raises:
        UsageError: it is not paused, or an undo paused it and no one says who resumes it and why.
    """
    check_asked(by, why)
    state = read_state(folder.state)
    if state.paused is None:
        raise UsageError(f"{district} is not paused.")
    if state.paused.needs_reason and not (why and by):
        raise UsageError(
            f"{district} was paused by an undo: {state.paused.why}",
            "Give who resumes it and why that is safe now: --by NAME --reason TEXT.",
        )
    resumed = state.model_copy(update={"paused": None, "logins_refused": 0, "nightly_since": at})
    write_state(folder.state, resumed)
    record_decision(folder.decisions, "resume", by=by or "", why=why or "no reason given", at=at)
    return state.paused
