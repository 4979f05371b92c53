"""The result of `rollcall validate`: what scripts of districts and vendors read."""

from __future__ import annotations

from pipeline.report.model import FileCounts, ReportedFinding, ReportPart, SyncReport


class Validation(ReportPart):
    """Whether the files would be accepted, and every finding that is listed."""

    accepted: bool
    profile: str
    files: dict[str, FileCounts]
    findings: list[ReportedFinding]


def validation(report: SyncReport, profile: str) -> Validation:
    """Return the verdict on files that were looked at alone."""
    return Validation(accepted=report.accepted, profile=profile, files=report.files, findings=report.findings)
