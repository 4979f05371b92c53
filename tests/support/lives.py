"""A synthetic district that lives day after day without Dagster, and its roster in a canonical form."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pipeline.corrections.undo import undo
from pipeline.demo.synthetic import SyntheticDistrict
from pipeline.report.model import SyncReport
from pipeline.roster.history import roster_as_of
from tests.support.district import FIRST, District

AT = datetime(2026, 9, 1, 9, tzinfo=UTC)

# What a synthetic district does in a day is often more than a cautious limit allows; the gate has tests of its own.
OPEN = {"percent": 100, "at_least": 1000}


def synthetic(root: Path, *, students: int = 60, seed: int = 3) -> tuple[District, SyntheticDistrict]:
    """A district that has not been synced yet, and the world behind it."""
    world = SyntheticDistrict(seed=seed, students=students)
    district = District(root, schools=[school_id for school_id, _ in world.schools])
    return district, world


def files_of(world: SyntheticDistrict, scratch: Path) -> dict[str, bytes]:
    """What the district's system writes tonight."""
    shutil.rmtree(scratch, ignore_errors=True)
    world.write_powerschool(scratch, contacts="relationships")
    return {path.name: path.read_bytes() for path in scratch.iterdir()}


def day_of(number: int) -> date:
    return FIRST + timedelta(days=number)


def standing(district: District, day: date | None = None) -> dict[str, bytes]:
    """The roster as it stands, or stood after a day: the three files that a reader would export."""
    out = district.folder.root / "standing"
    shutil.rmtree(out, ignore_errors=True)
    roster_as_of(district.folder, district.name, day, out)
    return {path.name: path.read_bytes() for path in sorted(out.iterdir())}


def links(district: District) -> list[tuple[object, ...]]:
    """The guardian links that stand, with all that is known of them, by the ids of the district."""
    return district.query(
        """select contacts.sourced_id, students.sourced_id, links.* exclude (
            roster_id, contact_roster_id, student_roster_id, since_sync, until_sync)
        from book.roster.guardian_links as links
        join book.roster.ids as contacts on links.contact_roster_id = contacts.roster_id
        join book.roster.ids as students on links.student_roster_id = students.roster_id
        where links.until_sync is null and links.state = 'active'
        order by all"""
    )


def undone(district: District, *, to: date | None = None, to_sync: int | None = None, today: date) -> SyncReport:
    """Lead a district's roster back."""
    report, _ = undo(
        district.folder, district.name, district.settings,
        to_date=to, to_sync=to_sync, by="Kim", why="A test.", today=today, at=AT,
    )  # fmt: skip
    district.last_active = None
    return report
