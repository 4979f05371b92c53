"""The result of `rollcall validate`: what scripts of districts and vendors read."""

from __future__ import annotations

from pipeline.conformance.check import Conformance
from pipeline.report.build import reported
from pipeline.report.model import FileCounts, Finding, ReportedFinding, ReportPart, SyncReport


class Validation(ReportPart):
    """Whether the files would be accepted, and every finding that is listed."""

    accepted: bool
    profile: str
    files: dict[str, FileCounts]
    findings: list[Finding]
    """Without names: who may see the output is not known."""


def validation(report: SyncReport, profile: str) -> Validation:
    """Return the verdict on files that were only checked."""
    return Validation(
        accepted=report.accepted,
        profile=profile,
        files=report.files,
        findings=_nameless(report.findings),
    )


def conformance_validation(found: Conformance) -> Validation:
    """Return the verdict of the profile oneroster-1.1: a package with any error does not conform."""
    findings = [reported(row) for row in found.findings]
    return Validation(
        accepted=not any(finding.severity == "error" for finding in findings),
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


def _nameless(findings: list[ReportedFinding]) -> list[Finding]:
    return [Finding(**finding.model_dump(exclude={"name", "schools"})) for finding in findings]
