"""The mails that are due: who is to be told what, once; and sending them.

A district's contacts are told of a problem once, and once that it is settled. What counts as the same problem is its
state, and of a hold the digest of what is withheld. The operator gets one digest a night, when the night is over in the
last district's time zone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.districts.folders import Home
from pipeline.districts.settings import DistrictSettings, MailSettings
from pipeline.districts.state import DistrictState
from pipeline.errors import BusyError, RollcallError
from pipeline.mail.messages import Kind, Mail, digest_mail, district_mail, message_of
from pipeline.mail.pages import pages_address, place_of
from pipeline.mail.sent import MOST_TRIES, Told, read_told, write_told
from pipeline.mail.server import MailServer, MaybeSentError
from pipeline.report.archive import read_report, report_folder
from pipeline.status.districts import SETTLED, Standing, last_night, standings
from pipeline.status.pages import INDEX

Districts = Iterable[tuple[str, DistrictSettings, DistrictState]]


@dataclass(frozen=True)
class DueMail:
    """A message, where what was told is kept, and what is told once it is sent."""

    mail: Mail
    path: Path
    then: Told


@dataclass(frozen=True)
class Outcome:
    """What became of a message; `failed` is empty where it was sent."""

    mail: Mail
    failed: str


def due_mails(districts: Districts, home: Home, now: datetime, operators: tuple[str, ...]) -> list[DueMail]:
    """Return the messages that are due at `now`, the operator's digest last. Reads only.

    Raises:
        UsageError: the address of the pages has a mistake.
    """
    address = pages_address()
    known = list(districts)
    found = standings(known, home, now)
    settings = {district: part for district, part, _ in known}
    pages = {standing.district: _page_of(standing, home, address) for standing in found}
    due = [
        part
        for standing in found
        if (part := _district_mail(standing, settings[standing.district].mail, home, pages[standing.district]))
    ]
    if found and operators:
        night = min(last_night(settings[standing.district], now) for standing in found)
        told = read_told(home.mail)
        if told.night < night.isoformat():
            overview = home.root / "reports" / INDEX
            page = place_of(overview, home, address) if overview.exists() else ""
            mail = digest_mail(found, night, operators, page=page, pages=pages)
            due.append(DueMail(mail, home.mail, Told(night=night.isoformat())))
    return due


def _page_of(standing: Standing, home: Home, address: str) -> str:
    """Return where the report of a district's night is; nothing where there is none, or none any more."""
    if standing.sync is None:
        return ""
    page = report_folder(home.district(standing.district), standing.sync) / INDEX
    return place_of(page, home, address) if page.exists() else ""


def _district_mail(standing: Standing, settings: MailSettings, home: Home, page: str) -> DueMail | None:
    # That a night has not run, or cannot be read, is the operator's to know.
    if not settings.to or standing.sync is None or standing.state in {"overdue", "unreadable"}:
        return None
    folder = home.district(standing.district)
    told, night = read_told(folder.mail), standing.night.isoformat()
    is_problem = standing.state in settings.on
    key = f"{standing.state} {standing.sync.hold_digest or ''}".strip() if is_problem else ""
    kind: Kind
    if is_problem and key != told.key:
        kind = "problem"
    elif standing.state in SETTLED and told.is_open:
        kind = "settled"
    elif settings.every_day and night > told.night:
        kind = "day"
    else:
        return None
    report = read_report(folder, standing.sync)
    # A problem that stays one day after day is told by each day's message, and open until it is settled.
    then = Told(key=key, night=night, is_open=is_problem or (told.is_open and standing.state not in SETTLED))
    mail = district_mail(standing, report, kind=kind, key=f"{kind} {night} {key}".strip(), to=settings.to, page=page)
    return DueMail(mail, folder.mail, then)


def send_due(districts: Districts, server: MailServer, home: Home, now: datetime) -> list[Outcome]:
    """Send what is due at `now`, each message once, and return what became of it. One that fails stops no other.

    Raises:
        BusyError: another process is at it.
    """
    home.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(home.root / "mail.lock", timeout=0, mode=0o600)
    try:
        with lock:
            return [_sent(part, server, now) for part in due_mails(districts, home, now, server.operators)]
    except Timeout:
        raise BusyError("The mails are being sent by another process.", "Wait for it to end.") from None


def _sent(due: DueMail, server: MailServer, now: datetime) -> Outcome:
    before = read_told(due.path)
    again = before.sending == due.mail.key
    tries = before.tries if again else 0
    if tries >= MOST_TRIES:
        write_told(due.path, due.then)
        return Outcome(due.mail, "")
    begun = before.model_copy(update={"sending": due.mail.key, "tries": tries + 1})
    write_told(due.path, begun)
    try:
        refused = server.send(message_of(due.mail, server))
    except RollcallError as failure:
        # What certainly did not go out costs no try.
        tried = tries + 1 if isinstance(failure, MaybeSentError) else tries
        told = {"tries": tried, "failed": str(failure), "failed_at": now}
        write_told(due.path, begun.model_copy(update=told))
        return Outcome(due.mail, str(failure))
    words = f"The mail server refused {refused} of {len(due.mail.to)} addresses." if refused else ""
    write_told(due.path, due.then.model_copy(update={"failed": words, "failed_at": now if refused else None}))
    return Outcome(due.mail, words)
