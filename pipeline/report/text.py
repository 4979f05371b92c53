"""The report for a terminal."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from pipeline.oneroster.findings import CATALOGUE, LABEL_CODES, title_of
from pipeline.plan.causes import kind_of
from pipeline.report.holds import people_lines, title_of_hold
from pipeline.report.model import Change, FileCounts, Finding, SyncReport
from pipeline.report.next_steps import next_steps
from pipeline.report.validation import Validation
from pipeline.report.words import RECORD_WORDS, counted, records

MOST_LINES = 3
"""Examples of each finding; the page and the CSV have more."""

_QUOTE_CELLS = frozenset({"role_unknown", "flag_unknown", "bar_unknown", "status_inactive", "status_unknown"})
"""Findings that quote a cell. Where columns have slipped it is a name, of which a terminal shows the beginning."""

_QUOTED = re.compile(r'".*"', re.DOTALL)

_STYLES = {"applied": "green", "unchanged": "green", "held": "yellow", "rejected": "red", "missing": "yellow"}


def report_text(report: SyncReport) -> RenderableType:
    """Return the report as something that Rich prints."""
    preview = "preview, " if report.sync_number is None else ""
    title = Text(f"{report.district_name}, {report.sync_date}: {preview}")
    title.append(report.outcome, style=f"bold {_STYLES[report.outcome]}")
    title.append(f". {report.summary}")
    if report.why:
        title.append(f" {report.why}")
    if report.window:
        title.append(f" Different limits applied on this date: {report.window}.")
    parts: list[RenderableType] = [title, *_rollover(report), *_next_steps(report)]
    if report.files:
        parts.append(_files(report.files))
    if report.accepted:
        parts.append(_records(report))
        parts += [Text(line) for line in _notes(report)]
        parts += [Text(line) for line in (report.guardians.lines if report.guardians else [])]
        parts += _changes(report)
    parts.append(_findings(report, shortened=True))
    return Group(*parts)


def _rollover(report: SyncReport) -> list[RenderableType]:
    """Return what went over to the new year or term, and which school did not."""
    if report.rollover is None:
        return []
    return [Text(line) for line in (report.rollover.line, *report.rollover.problems) if line]


def _next_steps(report: SyncReport) -> list[RenderableType]:
    """Return the reasons and what to do: here with the commands, for the terminal is the operator's."""
    steps = next_steps(report)
    lines = [f"Withheld: {' '.join([hold.message, *hold.also])}" for hold in report.holds]
    lines = [*lines, *(found.line for found in report.stale)] if lines else list(steps.reasons)
    parts: list[RenderableType] = [Text(line, style="yellow") for line in lines]
    parts += [Text(f"    {line}", style="dim") for hold in report.holds for line in people_lines(hold)]
    parts += [Text(f"District: {step}") for step in steps.district]
    if report.hold_digest and report.sync_number is not None:
        parts += [Text(line) for line in decisions(report)]
    return parts


def decisions(report: SyncReport) -> list[str]:
    """Return the commands that decide about what a sync withheld, cause by cause; no approval of what takes none."""
    about = f"{report.district} {report.sync_date}"
    lines = []
    for hold in report.holds:
        if hold.digest is None:
            continue
        command = kind_of(hold.code).command(report.district, report.sync_date, hold.digest[:16])
        lines.append(f"{title_of_hold(hold)}. {command}")
    approvable = sum(hold.can_be_approved for hold in report.holds)
    if approvable > 1 and report.hold_digest:
        all_of_it = "all of it" if approvable == len(report.holds) else "all that can be approved"
        lines.append(
            f"To apply {all_of_it}: rollcall approve {about} {report.hold_digest[:16]} --by NAME --reason TEXT"
        )
    if lines:
        lines.append(f"To keep the roster as it is: rollcall reject {about} DIGEST --by NAME --reason TEXT")
    return lines


def _notes(report: SyncReport) -> list[str]:
    """Return what the table of records does not show."""
    notes = [column.message for column in report.columns]
    for name, counts in report.records.items():
        if counts.waiting:
            are = "is" if counts.waiting == 1 else "are"
            notes.append(f"{records(counts.waiting, name)} {are} missing from the files and will be archived later.")
        if counts.filled:
            notes.append(f"{records(counts.filled, name)} got a value in a new column.")
    return notes


def _changes(report: SyncReport) -> list[RenderableType]:
    """Return a few changes of each kind; the page has more and changes.csv has them all."""
    shown: dict[tuple[str, str], list[Change]] = {}
    for change in report.changes:
        shown.setdefault((change.record_type, change.operation), []).append(change)
    parts: list[RenderableType] = []
    for (record_type, operation), changes in shown.items():
        parts.append(Text(f"{RECORD_WORDS[record_type].capitalize()}, {operation}:"))
        parts += [Text(f"    {_change_line(change)}", style="dim") for change in changes[:MOST_LINES]]
        if len(changes) > MOST_LINES:
            parts.append(Text("    …", style="dim"))
    return parts


def _change_line(change: Change) -> str:
    values = "; ".join(f"{v.column}: {v.before or 'blank'} → {v.after or 'blank'}" for v in change.values)
    withheld = " (withheld)" if change.withheld else ""
    return f"{change.key}{': ' if values else ''}{values}{withheld}"


def _findings(report: SyncReport, *, shortened: bool = False) -> RenderableType:
    """Return the exclusions, then the findings, each kind with its first lines and its cure.

    `shortened`: of a cell that a finding quotes the beginning is enough, for the report has the rest.
    """
    parts: list[RenderableType] = [
        Text(f"Excluded: {counted(e.count, 'row')} of {e.file}: {e.reason}.", style="dim") for e in report.exclusions
    ]
    for kind in report.finding_counts:
        if kind.code in LABEL_CODES and not report.labels_are_new:
            continue
        same = [f for f in report.findings if f.file == kind.file and f.code == kind.code]
        if shortened and kind.code in _QUOTE_CELLS:
            same = [f.model_copy(update={"message": _QUOTED.sub(_beginning, f.message)}) for f in same]
        parts.append(_kind(same, kind.count, kind.cure))
    return Group(*parts)


def _beginning(quoted: re.Match[str]) -> str:
    text = quoted.group()[1:-1]
    return f'"{text[:2]}…"' if text[2:] else f'"{text}"'


def _files(files: Mapping[str, FileCounts]) -> Table:
    table = Table("file", "received", "accepted", "rejected", "excluded", box=None)
    for name, counts in files.items():
        figures = (counts.received, counts.accepted, counts.rejected, counts.excluded)
        table.add_row(name, *(f"{figure:,}" for figure in figures))
    for column in table.columns[1:]:
        column.justify = "right"
    return table


def _records(report: SyncReport) -> Table:
    table = Table(
        "records",
        *("before", "added", "restored", "archived", "after", "updated", "unchanged", "kept", "withheld"),
        box=None,
    )
    for name, c in report.records.items():
        figures = (
            *(c.active_before, c.added, c.restored, c.archived),
            *(c.active_after, c.updated, c.unchanged, c.kept, c.withheld.total),
        )
        table.add_row(RECORD_WORDS[name], *(f"{figure:,}" for figure in figures))
    for column in table.columns[1:]:
        column.justify = "right"
    return table


def validation_text(report: SyncReport, result: Validation) -> RenderableType:
    """Return the result of a check of files alone."""
    accepted = result.accepted
    verdict = Text(_headline(result))
    verdict.stylize({"ready": "bold green", "usable": "bold yellow", "not_usable": "bold red"}[result.verdict])
    parts: list[RenderableType] = [verdict, _files(report.files)]
    if accepted:
        active = [records(counts.added, name) for name, counts in report.records.items()]
        parts.append(Text(f"They contain {', '.join(active)}."))
        parts += [Text(line) for line in (report.guardians.lines if report.guardians else [])]
    parts.append(_findings(report))
    return Group(*parts)


def _headline(result: Validation) -> str:
    """Return the verdict in a sentence, with the share of the rows that is left out."""
    received = sum(file.received for file in result.files.values())
    if result.verdict == "ready":
        return "Ready: these files would be accepted as they are."
    if result.left_out == 0:
        return "Not usable: these files would be rejected."
    share = 100 * result.left_out / received
    percent = f"{share:.0f} %" if share >= 1 else "less than 1 %"
    rows = f"{result.left_out:,} of {received:,} rows ({percent}) cannot be used"
    if result.verdict == "not_usable":
        return f"Not usable: these files would be rejected. {rows}."
    return f"Usable: these files would be accepted, but {rows} and would be left out."


def conformance_text(result: Validation) -> RenderableType:
    """Return the result of a check against the standard: the verdict, the files, and each kind of finding."""
    verdict = Text(
        "These files conform to OneRoster 1.1." if result.accepted else "These files do not conform to OneRoster 1.1."
    )
    verdict.stylize("bold green" if result.accepted else "bold red")
    kinds: dict[tuple[str, str], list[Finding]] = {}
    for finding in result.findings:
        kinds.setdefault((finding.code, finding.file), []).append(finding)
    listed = (_kind(found, len(found), _cure(found[0])) for found in kinds.values())
    return Group(verdict, _files(result.files), *listed)


def _cure(finding: Finding) -> str:
    return CATALOGUE[finding.code].cure.format(file=finding.file, field=finding.column, value="", sourced_id="")


def _kind(found: Sequence[Finding], count: int, cure: str) -> Text:
    """Return one kind of finding in one file, `found` its first: how often, what to do, the lines."""
    first = found[0]
    style = {"error": "red", "warning": "yellow", "notice": "dim"}[first.severity]
    operator = CATALOGUE[first.code].operator if first.code in CATALOGUE else ""
    todo = f"{cure} {operator}".strip()
    if count == 1:
        return Text(f"{first.severity}: {first.file}: {first.message} {todo}", style=style)
    text = Text(f"{first.severity}: {first.file}: {title_of(first.code)} ({count:,} times). {todo}", style=style)
    for finding in found[:MOST_LINES]:
        text.append(f"\n    {finding.message}", style="dim")
    return text
