"""Renumber: people and classes get the new ids that their district has given them, and stay who they are.

Belongs here: which ids are to be replaced by which, checked one to one, by a list or by what the newest files say of
the same people; and the sync that does so. History, links, enrollments, bars and blocks hang on `roster_id` and stay.
Does not belong here: how the roster is moved (`transition.py`), one id that has moved (`pipeline/plan/identity.py`).
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from pipeline.corrections.transition import Correction, copied_roster, move_to, report_transition
from pipeline.day.preview import copied, previewed_day
from pipeline.districts.decisions import check_asked, record_decision
from pipeline.districts.folders import DistrictFolder
from pipeline.districts.settings import DistrictSettings
from pipeline.errors import UsageError
from pipeline.landing.intake import delivered_paths, landed_delivery, landed_findings
from pipeline.plan.criteria import Content
from pipeline.report.model import SyncReport
from pipeline.roster.open import open_roster, read_roster
from pipeline.warehouse.sessions import Database, session

Fact = Literal["identifier", "email"]

_MOST_PROBLEMS = 5
"""Lines of a list that a message names: who has made a mistake in all of them learns nothing from the others."""


@dataclass(frozen=True)
class KnownId:
    """The id that one thing of the roster has."""

    roster_id: int
    record_type: str
    sourced_id: str


@dataclass(frozen=True)
class NewId:
    """One thing of the roster with the id that it is to have."""

    roster_id: int
    record_type: str
    sourced_id: str
    new_id: str


@dataclass(frozen=True)
class Renumbering:
    """The ids that are to be replaced, one to one."""

    ids: tuple[NewId, ...]
    unmatched: int = 0
    """Active people who are in the newest files under no id that the roster has, and were not found by the fact."""

    def by_type(self) -> dict[str, int]:
        """Return how many ids of each record type are to be replaced."""
        return dict(sorted(Counter(one.record_type for one in self.ids).items()))


def ids_by_list(folder: DistrictFolder, district: str, path: Path) -> Renumbering:
    """Return what a list asks for: a CSV file with the columns from and to, and type where an id means two things.

    Raises:
        UsageError: it is no such list, an id is unknown or stands twice, or one is somebody else's. The message names
            the lines.
    """
    read_roster(folder)
    lines = _lines(path)
    known = _known(folder)
    problems: list[str] = []
    found: list[NewId] = []
    for number, (old, new, record_type) in lines:
        things = [one for one in known if one.sourced_id == old and record_type in {"", one.record_type}]
        if not old or not new:
            problems.append(f"line {number} has a blank id")
        elif not things:
            problems.append(f"line {number}: nothing in the roster has the id in the column from")
        elif len(things) > 1:
            problems.append(f"line {number}: the id means several things; add a column type")
        elif old != new:
            found.append(NewId(things[0].roster_id, things[0].record_type, old, new))
    problems += _not_one_to_one(found, known)
    if problems:
        more = f" and {len(problems) - _MOST_PROBLEMS} more" if len(problems) > _MOST_PROBLEMS else ""
        raise UsageError(
            f"{path} cannot be used for {district}: {'; '.join(problems[:_MOST_PROBLEMS])}{more}.",
            "Nothing has changed.",
        )
    return Renumbering(tuple(found))


def ids_by_fact(folder: DistrictFolder, district: str, settings: DistrictSettings, fact: Fact) -> Renumbering:
    """Return the new ids of those whom the newest files name under another id, found by a fact that is theirs alone.

    Whoever shares the fact with somebody, in the roster or in the files, is left out, and so is an id that somebody
    else has.

    Raises:
        UsageError: no files of the newest sync date are in landing.
    """
    newest = read_roster(folder).newest
    delivery = landed_delivery(district, folder.make(), newest.sync_date) if newest else None
    if newest is None or delivery is None:
        raise UsageError(
            f"No files of {district} are in landing from its newest sync date.",
            f"`rollcall upload {district} FILES` brings some.",
        )
    with copied(delivered_paths(district, folder, delivery), folder.previews) as (scratch, copies):
        previewed = previewed_day(
            district, settings, folder, newest.sync_date, scratch, copies, Content.of(delivery),
            findings=landed_findings(settings, delivery),
        )  # fmt: skip
        with previewed as (db, _):
            rows = db.rows("transition/ids_by_fact", by_email=fact == "email")
    found = [NewId(**row) for row in rows if row["new_id"] is not None]
    known = _known(folder)
    while taken := _taken(found, known):
        found = [one for one in found if one not in taken]
    return Renumbering(tuple(found), unmatched=len(rows) - len(found))


def renumber(
    folder: DistrictFolder,
    district: str,
    settings: DistrictSettings,
    renumbering: Renumbering,
    *,
    by: str,
    why: str,
    at: datetime,
) -> tuple[SyncReport, Path]:
    """Give everybody the new id by one sync, and return its report with its page's path.

    It has the date of the newest sync, so that the files of that date can be synced again. For the holder of the
    district's lock.

    Raises:
        UsageError: no id is to be replaced.
    """
    check_asked(by, why)
    if not renumbering.ids:
        raise UsageError("No id would be replaced.", "Nothing has changed.")
    ledger = open_roster(folder)
    newest = ledger.syncs[-1]

    def decide() -> int:
        return record_decision(
            folder.decisions, "renumber", by=by, why=why, at=at, sync_date=newest.sync_date, sync=newest.number
        ).number

    correction = Correction("renumber", None, newest.sync_date, at, decide)

    def prepare(db: Database) -> None:
        replace_ids(db, renumbering.ids)

    with (
        copied_roster(folder) as target,
        move_to(folder, settings, ledger, target, correction, prepare=prepare) as (sync, day),
    ):
        return report_transition(folder, district, settings, sync, day, why=f"Asked for by {by}: {why}")


def replace_ids(db: Database, ids: Sequence[NewId]) -> None:
    """Give things of the roster that `db` has attached AS target their new ids."""
    if ids:
        columns: dict[str, Sequence[int | str]] = {
            "roster_id": [one.roster_id for one in ids],
            "sourced_id": [one.new_id for one in ids],
        }
        db.insert_columns("day.transition.renumbered", columns)
        db.run("transition/replace_ids")


def known_ids(db: Database) -> list[KnownId]:
    """Return the ids that things of the roster have."""
    return [KnownId(**row) for row in db.rows("transition/known_ids")]


def _lines(path: Path) -> list[tuple[int, tuple[str, str, str]]]:
    """Return the rows of a list with the numbers of their lines."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"{path} cannot be read.", "Give a CSV file in UTF-8 with the columns from and to.") from None
    reader = csv.DictReader(text.splitlines(), strict=True)
    header = [name.strip().lower() for name in reader.fieldnames or []]
    if not {"from", "to"} <= set(header):
        raise UsageError(f"{path} has no columns from and to.", "Its first line must be from,to or from,to,type.")
    found = []
    try:
        for row in reader:
            cells = {(name or "").strip().lower(): str(cell or "").strip() for name, cell in row.items()}
            found.append((reader.line_num, (cells["from"], cells["to"], cells.get("type", ""))))
    except csv.Error:
        raise UsageError(f"{path}: line {reader.line_num} is not CSV.", "Nothing has changed.") from None
    return found


def _known(folder: DistrictFolder) -> list[KnownId]:
    with session(folder.root, book=folder.roster) as db:
        return known_ids(db)


def _not_one_to_one(found: Sequence[NewId], known: Iterable[KnownId]) -> list[str]:
    old = Counter((one.record_type, one.sourced_id) for one in found)
    new = Counter((one.record_type, one.new_id) for one in found)
    problems = [f"{count} lines are about the same id" for count in old.values() if count > 1]
    problems += [f"{count} lines lead to the same id" for count in new.values() if count > 1]
    taken = len(_taken(found, known)) if not problems else 0
    if taken:
        problems.append(f"{taken} of the new ids are those of others in the roster")
    return problems


def _taken(found: Iterable[NewId], known: Iterable[KnownId]) -> set[NewId]:
    """Return those whose new id somebody else has and keeps."""
    found = list(found)
    leaving = {one.roster_id for one in found}
    people = {"students", "staff", "guardians"}
    kept = {(one.record_type in people, one.sourced_id) for one in known if one.roster_id not in leaving}
    return {one for one in found if (one.record_type in people, one.new_id) in kept}
