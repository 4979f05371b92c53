"""What a report takes over from the one before: the figures of the last syncs, with their plot, and known labels."""

from __future__ import annotations

from collections.abc import Sequence

import svg

from pipeline.oneroster.findings import LABEL_CODES
from pipeline.report.model import SyncReport, TrendPoint

MOST_POINTS = 30
"""About six weeks of school nights."""

WIDTH, HEIGHT = 300, 90
_LEFT, _RIGHT, _TOP, _BOTTOM = 4, 296, 18, 74
"""Of the plot's field, in the units of the picture."""

PLOTS = (("rows", "Rows received"), ("archived", "Records archived"), ("findings", "Findings"))


def with_trend(report: SyncReport, before: SyncReport | None) -> SyncReport:
    """Return the report with its own figures after those of the sync before it, and whether its labels are new.

    An undo, a replay or a block received no files: it hands the figures of the days on as they are.
    """
    report = report.model_copy(update={"labels_are_new": before is None or _labels(report) != _labels(before)})
    if report.sync_number is None:
        return report
    earlier = [point for point in (before.trend if before else []) if point.sync_number < report.sync_number]
    if report.kind != "day":
        return report.model_copy(update={"trend": earlier})
    point = TrendPoint(
        sync_number=report.sync_number,
        sync_date=report.sync_date,
        outcome=report.outcome,
        rows=sum(counts.received for counts in report.files.values()),
        archived=sum(counts.archived for counts in report.records.values()),
        findings=sum(kind.count for kind in report.finding_counts),
    )
    return report.model_copy(update={"trend": [*earlier, point][-MOST_POINTS:]})


def _labels(report: SyncReport) -> set[str]:
    return {found.message for found in report.findings if found.code in LABEL_CODES}


def plot(values: Sequence[int], title: str) -> str:
    """Return a curve of the values as an SVG without a style of its own: the page has a strict policy."""
    most = max(*values, 1)
    step = (_RIGHT - _LEFT) / max(len(values) - 1, 1)
    points = [
        svg.Point(round(_LEFT + number * step, 1), round(_BOTTOM - value / most * (_BOTTOM - _TOP), 1))
        for number, value in enumerate(values)
    ]
    return svg.SVG(
        viewBox=svg.ViewBoxSpec(0, 0, WIDTH, HEIGHT),
        extra={"role": "img"},
        elements=[
            svg.Title(text=f"{title}: {values[0]:,} at first, {values[-1]:,} at last"),
            svg.Line(x1=_LEFT, y1=_BOTTOM, x2=_RIGHT, y2=_BOTTOM, class_=["axis"]),
            svg.Polyline(points=points, class_=["curve"]),
            svg.Circle(cx=points[-1].x, cy=points[-1].y, r=3, class_=["dot"]),
            svg.Text(x=_LEFT, y=12, text=f"most {max(values):,}"),
            svg.Text(x=_RIGHT, y=12, text=f"last {values[-1]:,}", text_anchor="end"),
        ],
    ).as_str()
