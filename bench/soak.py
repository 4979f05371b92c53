"""Thirty days of many synthetic districts: every day's plan and the roster that stands held against the truth.

`make soak` prints how many days were lived; it stops at the first difference.
"""

from __future__ import annotations

import itertools
import shutil
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from rich.console import Console

from pipeline.day.day import Day, landed_day
from pipeline.day.stages import apply_changes, publish, run_stages
from pipeline.day.start import start_night
from pipeline.demo.synthetic import SyntheticDistrict
from pipeline.demo.truth import wrong_changes, wrong_records
from pipeline.districts.folders import DistrictFolder
from pipeline.districts.settings import MEASURES, RECORD_TYPES, DistrictSettings, Limits, School, SftpSettings
from pipeline.oneroster.files import FILE_NAMES
from pipeline.plan.approvals import approve
from pipeline.warehouse.sessions import session

SIZES = (50, 200, 1_000, 5_000)
SEEDS = range(1, 4)
EXPORTS = ("roles", "relationships", "oneroster")
DAYS = 30


def live(world: SyntheticDistrict, export: str, folder: DistrictFolder, day: date) -> bool:
    """Sync one day of the district, without Dagster; return whether something was withheld, and approved at once."""
    source = folder.root / "files"
    shutil.rmtree(source, ignore_errors=True)
    if export == "oneroster":
        world.write_oneroster(source)
    else:
        world.write_powerschool(source, contacts=export)  # type: ignore[arg-type]
    settings = DistrictSettings(
        name="Soak",
        time_zone="America/Chicago",
        schools=tuple(School(id=school_id, name=name) for school_id, name in world.schools),
        sftp=SftpSettings(host="127.0.0.1", user="nobody", password="env:NONE"),  # noqa: S106 - a reference
        limits=Limits(**{measure: {kind: {"percent": 100} for kind in RECORD_TYPES} for measure in MEASURES}),
    )  # fmt: skip
    files = {name: source / name for name in FILE_NAMES}
    today = replace(landed_day("soak", settings, folder, day, None), files=files)
    held = _night(folder, today)
    if held is not None:
        # In a district of 50 the last student of a grade may leave.
        approve(
            folder, "soak", day, [held],
            by="Soak", why="The plan is held against the truth.", until=day, at=datetime.now(UTC),
        )  # fmt: skip
        _night(folder, today)
    return held is not None


def _night(folder: DistrictFolder, today: Day) -> str | None:
    """Run a night; return the digest of what it withheld."""
    with session(folder.root, write="day") as db:
        start_night(db, today, None)
        _, verdict = run_stages(db, today)
        apply_changes(db, today, recorded_at=datetime.now(UTC))
        if verdict.hold_digest:
            # A day without its report would be made again as it was, without the approval.
            publish(db, today, written_at=datetime.now(UTC))
        return verdict.hold_digest


def main() -> None:
    """Live all districts and say how many days came out true."""
    out, lived = Console(highlight=False), 0
    for students, seed, export in itertools.product(SIZES, SEEDS, EXPORTS):
        world = SyntheticDistrict(seed=seed, students=students)
        with tempfile.TemporaryDirectory(prefix="rollcall-soak-") as root:
            folder = DistrictFolder(Path(root).resolve()).make()
            for number in range(DAYS):
                day = date(2026, 9, 1) + timedelta(days=number)
                changes = world.advance() if number else None
                was_held = live(world, export, folder, day)
                # The plan of a day that ran twice is only what was withheld.
                wrong = wrong_changes(folder, day, changes) if changes is not None and not was_held else []
                wrong += wrong_records(folder, "soak", world, with_language=export != "oneroster")
                if wrong:
                    out.print(f"{students} students, seed {seed}, {export}, {day}: {wrong[:5]}")
                    sys.exit(1)
                lived += 1
        out.print(f"{students} students, seed {seed}, {export}: {DAYS} days are true")
    out.print(f"{lived} days lived, all of them as they really happened.")


if __name__ == "__main__":
    main()
