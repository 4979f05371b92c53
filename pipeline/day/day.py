"""A district's day: all that its stages read beside the databases, in one value.

Belongs here: what a day consists of, for files that have landed. Does not belong here: what a stage does with it
(`stages.py`), how a day begins (`start.py`), files that a person only tries out (`preview.py`).

A stage takes a Day and has no argument of its own: what every night, a replay, a preview and a test read is the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.districts.decisions import read_decisions
from pipeline.districts.folders import DistrictFolder
from pipeline.districts.settings import DistrictSettings
from pipeline.guardians.blocks import blocked_pairs, unblocked_pairs
from pipeline.guardians.derive import Pair
from pipeline.landing.delivery import Delivery
from pipeline.landing.intake import delivered_paths, landed_findings
from pipeline.oneroster.sets import SetFinding
from pipeline.roster.open import read_roster
from pipeline.warehouse.sessions import WarehouseError


@dataclass(frozen=True)
class Day:
    """One district's day."""

    district: str
    settings: DistrictSettings
    folder: DistrictFolder
    """The folder whose roster the day is compared with: the district's own, or a scratch copy of it."""
    sync_date: date
    database: Path
    """The day database."""
    scratch: Path
    """Where a ZIP may be unpacked; a session of the folder may read it."""
    files: Mapping[str, Path]
    """The files of the delivery by the standard's names: `users.csv` -> where it is; a ZIP as `delivery.zip`."""
    findings: tuple[SetFinding, ...]
    """What the choice of the files has to say of the set."""
    blocked: Mapping[Pair, int]
    """The pairs of contact and student that a person has decided are never to be linked, each with the decision."""
    unblocked: tuple[tuple[str, str, int], ...]
    """The pairs whose bar a person has ended, with the number of the decision."""

    @property
    def size(self) -> int:
        """The bytes of the files as they were sent."""
        return sum(path.stat().st_size for path in self.files.values())


def landed_day(
    district: str,
    settings: DistrictSettings,
    folder: DistrictFolder,
    sync_date: date,
    delivery: Delivery | None,
    *,
    said: tuple[SetFinding, ...] = (),
) -> Day:
    """Return the day of a delivery that has landed; of a night on which nothing was delivered where it is None.

    `said` is what the drop folder has to say of a night on which nothing was delivered.

    Raises:
        PartLostError: the roster or the decisions are lost or damaged.
    """
    return Day(
        district=district,
        settings=settings,
        folder=folder,
        sync_date=sync_date,
        database=folder.day(sync_date.isoformat()),
        scratch=folder.root,
        files=delivered_paths(district, folder, delivery),
        findings=said if delivery is None else landed_findings(settings, delivery),
        blocked=_blocked(folder),
        unblocked=unblocked_pairs(read_decisions(folder.decisions)),
    )


def _blocked(folder: DistrictFolder) -> dict[Pair, int]:
    try:
        return blocked_pairs(folder)
    except WarehouseError:
        # It is the first that a night reads of the roster: whether that is damaged, the ledger knows.
        read_roster(folder)
        raise
