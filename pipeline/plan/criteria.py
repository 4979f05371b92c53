"""The criteria of a sync: settings, limits of the date, approvals in force, and what the delivery's content is like."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipeline.districts.decisions import read_decisions
from pipeline.districts.folders import DistrictFolder
from pipeline.districts.settings import DistrictSettings
from pipeline.landing.delivery import Delivery
from pipeline.plan.approvals import approvals_in_force, new_persons_in_force, settled_in_force
from pipeline.plan.fingerprint import fingerprint
from pipeline.plan.plan import Baseline, Criteria
from pipeline.plan.retirements import Retirement, retirements_in_force
from pipeline.roster.ledger import Ledger, deliveries
from pipeline.warehouse.sessions import Database


@dataclass(frozen=True)
class Content:
    """What was delivered."""

    sha256: str | None = None
    """The digest of the set; None: nothing was delivered."""
    by_hand: bool = False
    """A person chose just these files: an older content is then what was meant."""

    @classmethod
    def of(cls, delivery: Delivery | None) -> Content:
        """Return the content of a delivery."""
        return cls(delivery.sha256, delivery.by_hand) if delivery else cls()


def criteria_of(
    folder: DistrictFolder,
    settings: DistrictSettings,
    ledger: Ledger,
    sync_date: date,
    content: Content,
    *,
    baseline: int,
    decisions: int | None = None,
) -> Criteria:
    """Return the criteria of a sync of `sync_date` against the roster after sync `baseline`.

    `decisions`: only so many of them had been recorded; all without it.
    """
    recorded = read_decisions(folder.decisions)[:decisions]
    contents, undone = deliveries(ledger.syncs[:baseline])
    return Criteria(
        sync_date=sync_date,
        sync=settings.sync,
        limits=settings.limits.on(sync_date),
        guardians=settings.guardians,
        retired=retirements_in_force(recorded),
        rollover=settings.rollover_on(sync_date),
        approved=approvals_in_force(recorded, sync_date),
        approved_as_new_person=new_persons_in_force(recorded, sync_date),
        settled=settled_in_force(recorded, sync_date),
        content_is_older=(
            not content.by_hand
            and bool(contents)
            and content.sha256 in contents[:-1]
            and content.sha256 != contents[-1]
        ),
        content_is_undone=content.sha256 in undone,
        fingerprint=fingerprint(settings, sync_date, content.sha256),
        decisions=len(recorded),
        students_by_number=settings.sync.student_id == "identifier",
        takes_as_whole=settings.reading.mode == "bulk",
        enrollment_dates_matter=settings.reading.enrollment_dates_matter,
    )


def write_criteria(db: Database, baseline: Baseline, criteria: Criteria) -> None:
    """Keep in the day database what the day is compared with and judged by, once, at its beginning."""
    row = {
        "baseline_sync": baseline.number,
        "is_preview": baseline.is_preview,
        "initial": baseline.initial,
        "resumes": baseline.resumes,
        "approved": list(criteria.approved),
        "retired": [
            {"file": one.file, "field": one.field, "only": list(one.only), "retired_on": one.on}
            for one in criteria.retired
        ],
        "approved_as_new_person": list(criteria.approved_as_new_person),
        "settled": list(criteria.settled),
        "content_is_older": criteria.content_is_older,
        "content_is_undone": criteria.content_is_undone,
        "fingerprint": criteria.fingerprint,
        "decisions": criteria.decisions,
    }
    db.insert("day.meta.criteria", list(row), [tuple(row.values())])


def read_criteria(db: Database, settings: DistrictSettings, sync_date: date) -> tuple[Baseline, Criteria]:
    """Return what the day began with; limits and rollover are those of its date by the settings."""
    row = db.rows("meta/criteria")[0]
    return (
        Baseline(
            number=row["baseline_sync"], is_preview=row["is_preview"], initial=row["initial"], resumes=row["resumes"]
        ),
        Criteria(
            sync_date=sync_date,
            sync=settings.sync,
            limits=settings.limits.on(sync_date),
            guardians=settings.guardians,
            retired=tuple(
                Retirement(one["file"], one["field"], tuple(one["only"]), one["retired_on"]) for one in row["retired"]
            ),
            rollover=settings.rollover_on(sync_date),
            approved=tuple(row["approved"]),
            approved_as_new_person=tuple(row["approved_as_new_person"]),
            settled=tuple(row["settled"]),
            content_is_older=row["content_is_older"],
            content_is_undone=row["content_is_undone"],
            fingerprint=row["fingerprint"],
            decisions=row["decisions"],
            students_by_number=settings.sync.student_id == "identifier",
            takes_as_whole=settings.reading.mode == "bulk",
            enrollment_dates_matter=settings.reading.enrollment_dates_matter,
        ),
    )
