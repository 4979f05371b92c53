"""What follows from a report: why the day came out as it did, what the district does, what the operator does.

Belongs here: the sentences that a page, a mail and the terminal put first, without a command and without a person's
value. Does not belong here: the words of each hold and finding (`holds.py`, `pipeline/oneroster/findings.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.oneroster.findings import CATALOGUE, ELSEWHERE
from pipeline.report.contact import contact_words
from pipeline.report.model import SyncReport
from pipeline.report.words import counted

MOST_REASONS = 3
"""Of a list of reasons at the top of a page: more are read below."""


READS_NOTHING_NEW = (
    "Check that the export still reads current data: in a week of school, something nearly always changes. If nothing "
    "has, there is nothing to do."
)
"""What a district does about content that stays the same."""


@dataclass(frozen=True)
class NextSteps:
    """The reasons for an outcome, and who does what about it; nothing where there is nothing to do."""

    reasons: tuple[str, ...] = ()
    district: tuple[str, ...] = ()
    operator: tuple[str, ...] = ()


def next_steps(report: SyncReport) -> NextSteps:
    """Return what a reader of a report has to know and do first."""
    if report.kind != "day":
        return NextSteps()
    steps = _of_the_outcome(report)
    if not report.stale:
        return steps
    return NextSteps(
        (*steps.reasons, *(found.line for found in report.stale)), (*steps.district, READS_NOTHING_NEW), steps.operator
    )


def _of_the_outcome(report: SyncReport) -> NextSteps:
    if report.outcome == "missing":
        return _missing(report)
    if report.outcome == "rejected":
        return _rejected(report)
    if report.outcome == "held" and report.holds:
        return _held(report)
    return NextSteps(*_rejected_rows(report))


def _rejected_rows(report: SyncReport) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return that rows were rejected, and what the district does about it; nothing where none was."""
    rejected = sum(counts.rejected for counts in report.files.values())
    if not rejected:
        return (), ()
    return (
        (f"{counted(rejected, 'row was', 'rows were')} rejected because of errors.",),
        ("Fix the errors listed under “What to fix first”.",),
    )


def _missing(report: SyncReport) -> NextSteps:
    elsewhere = [found for found in report.findings if found.code == ELSEWHERE]
    return NextSteps(
        ("No files arrived.", *(found.message for found in elsewhere)),
        (
            *(CATALOGUE[found.code].cure for found in elsewhere),
            "Check that the nightly export still runs, and that its files are uploaded to the agreed folder under the "
            "agreed names.",
            f"If the files are there now, write to {contact_words()} to have them read today.",
        ),
        (
            *("Sets sftp.path if the files are always uploaded to another folder." for _ in elsewhere),
            "Syncs the district again once the files are there.",
        ),
    )


def _rejected(report: SyncReport) -> NextSteps:
    causes = [cause for cause in report.causes if cause.refuses] or report.causes
    reasons = []
    for cause in causes:
        first = (found for found in report.findings if (found.file, found.code) == (cause.file, cause.code))
        reasons += [found.message for found in first][:1]
    cures = dict.fromkeys(cause.cure for cause in causes)
    return NextSteps(
        _first(reasons),
        (*cures, "Then send all files again."),
    )


def _held(report: SyncReport) -> NextSteps:
    rows, fix_rows = _rejected_rows(report)
    reasons = (*_first([hold.message for hold in report.holds]), *rows)
    cures = (*dict.fromkeys(hold.cure for hold in report.holds), *fix_rows)
    approvable = [hold for hold in report.holds if hold.can_be_approved]
    if not approvable:
        return NextSteps(reasons, cures)
    some = len(approvable) < len(report.holds)
    return NextSteps(
        reasons,
        (*cures, f"If the withheld changes are right, write to {contact_words()} and ask for approval."),
        (
            "Approves or rejects the withheld changes, cause by cause. An approval applies exactly these changes, "
            "once; the limits stay the same."
            + (" What the files contradict or leave out cannot be approved." if some else ""),
        ),
    )


def _first(reasons: list[str]) -> tuple[str, ...]:
    shown = list(dict.fromkeys(reasons))
    more = len(shown) - MOST_REASONS
    return (*shown[:MOST_REASONS], *([f"{counted(more, 'more reason')}: see below."] if more > 0 else []))
