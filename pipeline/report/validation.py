"""The result of `rollcall validate`: what scripts of districts and vendors read."""

from __future__ import annotations

from typing import Literal

from pipeline.conformance.check import Conformance
from pipeline.report.build import reported
from pipeline.report.model import FileCounts, Finding, ReportedFinding, ReportPart, SyncReport

Verdict = Literal["ready", "usable", "not_usable"]


class Validation(ReportPart):
    """Whether the files would be accepted, and every finding that is listed.

    `ready`: as they are. `usable`: without the rows that have errors, `left_out` of them. `not_usable`: rejected.
    """

    accepted: bool
    verdict: Verdict
    left_out: int
    profile: str
    files: dict[str, FileCounts]
    findings: list[Finding]
    """Without names: who may see the output is not known."""

    @property
    def has_errors(self) -> bool:
        """Whether anything is wrong that is more than a warning."""
        return bool(self.left_out) or any(finding.severity == "error" for finding in self.findings)


def validation(report: SyncReport, profile: str) -> Validation:
    """Return the verdict on files that were only checked."""
    left_out = sum(file.rejected for file in report.files.values())
    return Validation(
        accepted=report.accepted,
        verdict=_verdict(report.accepted, left_out),
        left_out=left_out,
        profile=profile,
        files=report.files,
        findings=_nameless(report.findings),
    )


def conformance_validation(found: Conformance) -> Validation:
    """Return the verdict of the profile oneroster-1.1: a package with any error does not conform."""
    findings = [reported(row) for row in found.findings]
    accepted = not any(finding.severity == "error" for finding in findings)
    left_out = sum(row["rejected"] for row in found.files)
    return Validation(
        accepted=accepted,
        verdict=_verdict(accepted, left_out),
        left_out=left_out,
        profile="oneroster-1.1",
        files={
            row["file"]: FileCounts(
                received=row["received"],
                accepted=row["received"] - row["rejected"],
                rejected=row["rejected"],
                excluded=0,
            )
            for row in found.files
        },
        findings=_nameless(findings),
    )


def _verdict(accepted: bool, left_out: int) -> Verdict:
    if not accepted:
        return "not_usable"
    return "usable" if left_out else "ready"


def _nameless(findings: list[ReportedFinding]) -> list[Finding]:
    return [Finding(**finding.model_dump(exclude={"name", "schools"})) for finding in findings]
