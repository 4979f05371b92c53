"""What can come of a sync, and the kinds of syncs there are: data that scripts rely on, never exceptions.

Belongs here: the words and their exit codes. Does not belong here: how a plan comes to an outcome (`pipeline/plan`),
faults (`errors.py`).
"""

from __future__ import annotations

from typing import Literal

SyncKind = Literal["day", "undo", "replay", "renumber", "block"]

Outcome = Literal["applied", "unchanged", "held", "rejected", "missing"]

ACCEPTED: frozenset[Outcome] = frozenset({"applied", "unchanged", "held"})
"""The outcomes of a delivery that was good enough to be compared with the roster."""

EXIT_CODES: dict[Outcome, int] = {"applied": 0, "unchanged": 0, "held": 3, "rejected": 4, "missing": 5}
"""What a command ends with after a sync; those of faults are in `errors.py`."""
