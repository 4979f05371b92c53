"""The stages of a day outside Dagster, for a look, a replay and whoever needs a day's plan in one go.

Belongs here: the order of the stages. Does not belong here: what a stage does (the subjects), and its record in
Dagster (`assets/`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path

from pipeline.csvfile.load import FileRead, read_delivery
from pipeline.day.start import find_criteria
from pipeline.districts.folders import DistrictFolder
from pipeline.districts.settings import DistrictSettings
from pipeline.guardians.derive import Pair, derive_guardians
from pipeline.oneroster.normalize import normalize
from pipeline.oneroster.sets import SetFinding
from pipeline.oneroster.unpack import opened_set
from pipeline.plan.criteria import Content
from pipeline.plan.plan import Verdict, make_plan
from pipeline.roster.open import open_roster
from pipeline.warehouse.sessions import Database, session


def run_stages(
    db: Database,
    paths: Mapping[str, Path],
    settings: DistrictSettings,
    *,
    sync_date: date,
    scratch: Path,
    closed_before: frozenset[str],
    blocked: Collection[Pair],
    said: Sequence[SetFinding] = (),
) -> list[FileRead]:
    """Read the files into the day database, normalize them and work out the guardians; return what was read.

    `scratch` is a folder that the session may read: a ZIP is unpacked below it. `said` is what the choice of the files
    gave. `blocked` are the pairs of contact and student that are never to be linked.
    """
    with opened_set(paths, scratch, patterns=settings.files.patterns(), findings=said) as opened:
        read = read_delivery(
            db,
            opened.paths,
            scope=settings.scope,
            closed_before=closed_before,
            said=opened.findings,
            encoding=settings.reading.encoding,
            scratch=opened.scratch,
        )
    normalize(
        db,
        scope=settings.scope,
        reading=settings.reading,
        sync_date=sync_date,
        student_id=settings.sync.student_id,
    )
    derive_guardians(db, settings.guardians, blocked=blocked, manages=settings.sync.manage_guardians)
    return read


def plan_day(folder: DistrictFolder, settings: DistrictSettings, sync_date: date) -> Verdict:
    """Make the plan of a day whose tables stand in its day database, and return the verdict."""
    ledger = open_roster(folder)
    with session(folder.root, day=folder.day(sync_date.isoformat()), book=folder.roster, write="day") as db:
        delivery = next(iter(db.rows("meta/delivery")), None)
        content = Content(delivery["sha256"], delivery["by_hand"]) if delivery else Content()
        baseline, criteria = find_criteria(folder, settings, ledger, sync_date, content)
        return make_plan(db, criteria=criteria, baseline=baseline)
