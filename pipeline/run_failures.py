"""Runs that failed: why, in words that name nobody, and the note of it that pages show.

Belongs here: from Dagster's events to a failure of ours and to the district's folder, for runs in this process
(`runs.py`) and for those that Dagster's daemon started (`sensors.py`). Does not belong here: what a failed night means
(`pipeline/status`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import dagster as dg

from pipeline.districts.folders import OpenToOthersError
from pipeline.errors import BusyError, PermanentError, RollcallError, TransientError
from pipeline.files.writing import NotWrittenError
from pipeline.logs import log_line
from pipeline.metadata import EXIT_CODE, TRANSIENT
from pipeline.resources import Districts
from pipeline.status.attempts import Attempt, note_attempt

WHERE = "Dagster's page of the run shows where."

_BEFORE_THE_STEPS: dict[str, type[RollcallError]] = {
    kind.__name__: kind for kind in (BusyError, NotWrittenError, OpenToOthersError)
}


def failure_of(events: Iterable[dg.DagsterEvent]) -> RollcallError:
    """Return the failure of a run in the words that it was raised with.

    Only a failure of ours has words that are known to name nobody. A run that failed in none of its steps lost its
    process or never got one: a TransientError.
    """
    for event in events:
        if event.is_step_failure:
            data = event.step_failure_data.user_failure_data
            if data is None or not data.description:
                return PermanentError(f"The step {event.step_key} failed.", WHERE)
            may_pass = data.metadata.get(TRANSIENT)
            kind = TransientError if may_pass is not None and may_pass.value else PermanentError
            found = kind(data.description)
            code = data.metadata.get(EXIT_CODE)
            found.exit_code = int(str(code.value)) if code is not None else found.exit_code
            return found
        error = getattr(event.event_specific_data, "error", None)
        while error is not None:
            # What is raised before the first step: the lock of the district, and its folder.
            kind_before = _BEFORE_THE_STEPS.get(error.cls_name or "")
            if kind_before is not None:
                return kind_before(error.message.partition(f"{error.cls_name}:")[2].strip())
            error = error.cause
    return TransientError("The run failed outside of its steps.", WHERE)


def note_failed_run(
    districts: Districts, district: str, day: date, failure: RollcallError, *, run: str, at: datetime
) -> None:
    """Keep why a run of a date failed. A district without settings and data gets no folder by failing."""
    folder = districts.at_home().district(district)
    if not (districts.registry().path(district).exists() or folder.root.is_dir()):
        return
    attempt = Attempt(
        sync_date=day,
        at=at,
        ended="failed",
        words=str(failure),
        may_pass=isinstance(failure, (TransientError, BusyError)),
    )
    note_attempt(folder.make(), attempt)
    log_line("run ended", district=district, date=day.isoformat(), run=run, outcome="failed", why=str(failure))
