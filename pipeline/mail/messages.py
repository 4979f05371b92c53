"""What the mails say: outcomes, counts and cures. No name, id or value of a person of the roster."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from email.message import EmailMessage
from email.utils import formatdate
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.mail.server import MailServer
from pipeline.report.holds import RECORD_WORDS
from pipeline.report.model import SyncReport
from pipeline.status.districts import Standing

Kind = Literal["problem", "settled", "day"]

_PAGES = Environment(loader=PackageLoader("pipeline.mail"), autoescape=True, undefined=StrictUndefined)

_STATES = {
    "applied": "applied",
    "unchanged": "unchanged",
    "observed": "observed: nothing is applied",
    "held": "held: some changes wait for a decision",
    "rejected": "rejected: the files cannot be used",
    "missing": "missing: no files came",
    "overdue": "overdue: the night has not run",
    "unreadable": "unreadable: its list of syncs is damaged",
}

_WHY_YOU = "You get this because the settings of {district} name this address. No mail goes to people of the roster."


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
    points: list[str] = field(default_factory=list)
    end: str = ""
    page: str = ""
    """Where the report, or the page of all districts, is: a link or a path."""

    @property
    def has_link(self) -> bool:
        """Whether a mail program can open the page."""
        return self.page.startswith(("https://", "http://", "file://"))


def district_mail(
    standing: Standing, report: SyncReport | None, *, kind: Kind, key: str, to: tuple[str, ...], page: str = ""
) -> Mail:
    """Return what a district's contacts are told of a night. `page`: where its report is."""
    state = "settled" if kind == "settled" else standing.state
    lines = [f"{_one_line(standing.name)}, {standing.night}: {_STATES[standing.state]}."]
    if kind == "settled":
        lines.insert(0, "What we wrote about last is settled.")
    points: list[str] = []
    if report is not None:
        lines.append(report.summary.replace(" Look at the holds below.", ""))
        points += [f"{hold.message} {hold.cure}" for hold in report.holds]
        if not report.accepted:
            points += [
                f"{found.file}: {found.code}, {found.count:,} times. {found.cure}"
                for found in report.finding_counts
                if found.severity == "error"
            ]
        if report.accepted:
            points += [
                f"{words}: {counts.added:,} added, {counts.updated:,} updated, {counts.archived:,} archived, "
                f"{counts.withheld.total:,} withheld, {counts.active_after:,} now"
                for record_type, words in RECORD_WORDS.items()
                if (counts := report.records.get(record_type)) is not None
            ]
    if standing.state == "missing":
        points.append("Please look whether the nightly export still runs. The roster stands as it was.")
    return Mail(
        standing.district,
        key,
        to,
        f"Roster of {_one_line(standing.name)}, {standing.night}: {state}",
        lines,
        points,
        _WHY_YOU.format(district=standing.district),
        page,
    )


def digest_mail(
    found: Sequence[Standing], night: date, to: tuple[str, ...], *, page: str = "", pages: Mapping[str, str]
) -> Mail:
    """Return what the operator is told of a night of all districts.

    `page`: where the page of all districts is; `pages`: where the reports are, by district.
    """
    to_look_at = [standing for standing in found if standing.needs_attention]
    counts = Counter(standing.state for standing in found)
    figures = ", ".join(f"{counts[state]:,} {state}" for state in sorted(counts))
    verdict = f"{len(to_look_at)} of {len(found)} districts need a look" if to_look_at else "all is well"
    return Mail(
        "operator",
        f"digest {night}",
        to,
        f"Rollcall, night of {night}: {verdict}",
        [f"{len(found):,} districts run nightly: {figures}."],
        [
            f"{s.district} ({_one_line(s.name)}), {s.night}: {_STATES[s.state]}. {_what_to_do(s, pages)}"
            for s in to_look_at
        ],
        "`rollcall holds` lists what waits for a decision, `rollcall doctor` what is wrong with this installation.",
        page,
    )


def _what_to_do(standing: Standing, pages: Mapping[str, str]) -> str:
    if standing.state in {"overdue", "unreadable"}:
        return "See Dagster's runs and `rollcall doctor`."
    place = pages.get(standing.district)
    return f"See `rollcall report {standing.district} {standing.night}`{f', its page: {place}' if place else '.'}"


def message_of(mail: Mail, server: MailServer) -> EmailMessage:
    """Return the message as it is sent: plain text, and the same as HTML."""
    message = EmailMessage()
    message["Subject"] = mail.subject
    message["From"] = server.sender
    message["To"] = ", ".join(mail.to)
    message["Date"] = formatdate(localtime=True)
    # The same for the same message: what was sent once more after a crash, a mail program shows once.
    identity = hashlib.sha256(f"{mail.reader} {mail.key}".encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{identity}@{server.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text_of(mail))
    html = _PAGES.get_template("mail.html").render(mail=mail)
    message.add_alternative(html, subtype="html")
    return message


def text_of(mail: Mail) -> str:
    """Return the plain text of a message."""
    page = f"The page: {mail.page}" if mail.page else ""
    parts = [*mail.lines, *(f"- {point}" for point in mail.points), page, mail.end]
    return "\n\n".join(part for part in parts if part) + "\n"


def _one_line(text: str) -> str:
    return " ".join(text.split())
