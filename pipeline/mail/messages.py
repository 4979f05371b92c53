"""What the mails say: outcomes, counts and next steps. No name, id or value of a person in the roster."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from email.message import EmailMessage
from email.utils import formatdate
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.mail.server import MailServer
from pipeline.oneroster.findings import title_of
from pipeline.report.contact import known_contact
from pipeline.report.holds import title_of_hold
from pipeline.report.model import RecordCounts, SyncReport
from pipeline.report.next_steps import next_steps
from pipeline.report.words import RECORD_WORDS, counted
from pipeline.status.districts import NightResult

Kind = Literal["problem", "settled", "day"]

_PAGES = Environment(loader=PackageLoader("pipeline.mail"), autoescape=True, undefined=StrictUndefined)

_STATES = {
    "applied": "applied",
    "unchanged": "unchanged",
    "observed": "observed: nothing is applied",
    "held": "held: some changes need a decision",
    "stale": "the same content has come again and again",
    "no_school": "no school",
    "rejected": "rejected: the files cannot be used",
    "missing": "missing: no files arrived",
    "failed": "failed: the nightly sync ended with an error",
    "overdue": "overdue: the nightly sync has not run",
    "unreadable": "cannot be read",
    "ahead": "its newest sync has a date in the future, so nothing is applied",
}

_WHY_YOU = (
    "You get this mail because the settings of {district} list your address. Rollcall never writes to people in the "
    "roster."
)


@dataclass(frozen=True)
class MailPart:
    """A heading and the points below it."""

    heading: str
    points: tuple[str, ...]


@dataclass(frozen=True)
class Mail:
    """A message to one reader, before it has a sender."""

    reader: str
    """A district's id, or operator."""
    key: str
    """The same for the same message, whenever it is made."""
    to: tuple[str, ...]
    subject: str
    lines: list[str]
    parts: list[MailPart] = field(default_factory=list)
    end: str = ""
    page: str = ""
    """Where the report, or the page of all districts, is: a link or a path."""

    @property
    def has_link(self) -> bool:
        """Whether a mail program can open the page."""
        return self.page.startswith(("https://", "http://", "file://"))


def district_mail(
    result: NightResult, report: SyncReport | None, *, kind: Kind, key: str, to: tuple[str, ...], page: str = ""
) -> Mail:
    """Return the message to a district's contacts about a night. `page`: where its report is."""
    state = "resolved" if kind == "settled" else result.state
    lines = [f"{_one_line(result.name)}, {result.night}: {_STATES[result.state]}."]
    if kind == "settled":
        lines.insert(0, "The problem that we last wrote about is resolved.")
    parts: list[MailPart] = []
    if report is not None:
        lines.append(report.summary)
        parts = _report_parts(report)
    contact = known_contact()
    questions = f"Questions? Write to {contact}. " if contact else ""
    return Mail(
        result.district,
        key,
        to,
        f"Roster of {_one_line(result.name)}, {result.night}: {state}",
        lines,
        [part for part in parts if part.points],
        questions + _WHY_YOU.format(district=result.district),
        page,
    )


_SHOWN_IN_MB = 100_000
"""Bytes from which on a size is given in MB."""


@dataclass(frozen=True)
class ArrivedFile:
    """A file that has arrived."""

    name: str
    size: int
    """Bytes."""
    at: datetime
    """In the district's time."""


def arrival_mail(
    district: str, report: SyncReport, files: Sequence[ArrivedFile], *, key: str, to: tuple[str, ...], page: str
) -> Mail:
    """Return the message to a district's contacts that its files have arrived, before anything was synced."""
    name = _one_line(report.district_name)
    contact = known_contact()
    questions = f"Questions? Write to {contact}. " if contact else ""
    listed = tuple(f"{_one_line(file.name)}: {_size(file.size)}, at {file.at:%H:%M on %B %d}" for file in files)
    return Mail(
        district,
        key,
        to,
        f"Roster files of {name} have arrived: {'usable' if report.accepted else 'not usable'}",
        [f"{name}: {counted(len(files), 'file')} arrived. {report.summary}"],
        [part for part in (MailPart("Files", listed), *_report_parts(report)) if part.points],
        questions + _WHY_YOU.format(district=district),
        page,
    )


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size > _SHOWN_IN_MB else f"{size:,} bytes"


def _report_parts(report: SyncReport) -> list[MailPart]:
    steps = next_steps(report)
    if report.accepted:
        reasons = tuple(f"{title_of_hold(hold)}: {' '.join([hold.message, *hold.also])}" for hold in report.holds)
    else:
        reasons = tuple(
            f"{found.file}: {title_of(found.code)} ({counted(found.count, 'time')})"
            for found in report.finding_counts
            if found.severity == "error"
        )
    counts = tuple(
        _counts_line(words, report.records[record_type])
        for record_type, words in RECORD_WORDS.items()
        if report.accepted and record_type in report.records
    )
    return [
        MailPart("Why", reasons or steps.reasons),
        MailPart("What you can do", steps.district),
        MailPart("What we do", steps.operator),
        MailPart("Records", counts),
    ]


def _counts_line(words: str, counts: RecordCounts) -> str:
    """Return what happened to one record type; what did not happen is left out."""
    figures = {
        "added": counts.added,
        "restored": counts.restored,
        "updated": counts.updated,
        "archived": counts.archived,
        "withheld": counts.withheld.total,
    }
    shown = ", ".join(f"{figure:,} {name}" for name, figure in figures.items() if figure) or "no changes"
    return f"{words.capitalize()}: {shown}; {counts.active_after:,} now"


def digest_mail(
    found: Sequence[NightResult], night: date, to: tuple[str, ...], *, page: str = "", pages: Mapping[str, str]
) -> Mail:
    """Return the operator's message about a night of all districts.

    `page`: where the page of all districts is; `pages`: where the reports are, by district.
    """
    need_attention = [result for result in found if result.needs_attention]
    counts = Counter(result.state for result in found)
    figures = ", ".join(f"{counts[state]:,} {state.replace('_', ' ')}" for state in sorted(counts))
    verb = "needs" if len(need_attention) == 1 else "need"
    verdict = (
        f"{len(need_attention):,} of {counted(len(found), 'district')} {verb} attention"
        if need_attention
        else "no action needed"
    )
    points = tuple(
        f"{one.district} ({_one_line(one.name)}), {one.night}: {_STATES[one.state]}. {_what_to_do(one, pages)}"
        for one in need_attention
    )
    return Mail(
        "operator",
        f"digest {night}",
        to,
        f"Rollcall, night of {night}: {verdict}",
        [f"{counted(len(found), 'nightly district')}: {figures}."],
        [MailPart("Districts that need attention", points)] if points else [],
        "`rollcall holds` lists what needs a decision. `rollcall doctor` checks this installation.",
        page,
    )


def _what_to_do(result: NightResult, pages: Mapping[str, str]) -> str:
    if result.state in {"failed", "unreadable"} and result.why:
        return _one_line(result.why)
    if result.state == "stale":
        return " ".join(found.line for found in result.stale)
    if result.state == "ahead":
        return (
            f"Check the clock, then run `rollcall undo {result.district} --to-sync {result.goal or 'NUMBER'} --by NAME "
            "--reason TEXT`."
        )
    if result.state in {"overdue", "unreadable"}:
        return "Check the runs in Dagster and `rollcall doctor`."
    page = pages.get(result.district)
    command = f"`rollcall report {result.district} {result.night}`"
    return f"See {command} or its page: {page}" if page else f"See {command}."


def message_of(mail: Mail, server: MailServer) -> EmailMessage:
    """Return the message as it is sent: plain text, and the same as HTML."""
    message = EmailMessage()
    message["Subject"] = mail.subject
    message["From"] = server.sender
    message["To"] = ", ".join(mail.to)
    message["Date"] = formatdate(localtime=True)
    # The same for the same message: a mail program shows it once, even if it is sent again after a crash.
    identity = hashlib.sha256(f"{mail.reader} {mail.key}".encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{identity}@{server.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text_of(mail))
    html = _PAGES.get_template("mail.html").render(mail=mail)
    message.add_alternative(html, subtype="html")
    return message


def text_of(mail: Mail) -> str:
    """Return the plain text of a message."""
    page = f"Report: {mail.page}" if mail.page else ""
    listed = ["\n".join([f"{part.heading}:", *(f"- {point}" for point in part.points)]) for part in mail.parts]
    parts = [*mail.lines, *listed, page, mail.end]
    return "\n\n".join(part for part in parts if part) + "\n"


def _one_line(text: str) -> str:
    return " ".join(text.split())
