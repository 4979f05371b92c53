"""The mails that are due: who gets which message, once; and sending them.

A district's contacts are notified of a problem once, and once that it is resolved. The same problem means the same
state, and for a hold no cause that was not told before. The operator gets one digest a night, when the night is over
in the last district's time zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from filelock import FileLock, Timeout

from pipeline.districts.folders import DistrictFolder, Home
from pipeline.districts.school_calendar import no_school_or_unknown
from pipeline.districts.settings import DistrictSettings, MailSettings
from pipeline.districts.state import DistrictState
from pipeline.errors import BusyError, RollcallError
from pipeline.mail.messages import Kind, Mail, digest_mail, district_mail, message_of
from pipeline.mail.pages import pages_address, place_of
from pipeline.mail.sent import MOST_TRIES, SentRecord, read_sent, write_sent
from pipeline.mail.server import MailServer, MaybeSentError
from pipeline.report.archive import read_report, report_folder
from pipeline.report.model import SyncReport
from pipeline.report.words import counted
from pipeline.roster.ledger import Sync
from pipeline.status.districts import SETTLED, NightResult, night_over, night_results
from pipeline.status.pages import INDEX

Districts = Iterable[tuple[str, DistrictSettings, DistrictState]]


@dataclass(frozen=True)
class DueMail:
    """A message, where its record is kept, and the record once it is sent."""

    mail: Mail
    path: Path
    then: SentRecord


@dataclass(frozen=True)
class Outcome:
    """What became of a message; `failed` is empty where it was sent."""

    mail: Mail
    failed: str


def due_mails(
    districts: Districts,
    home: Home,
    now: datetime,
    operators: tuple[str, ...],
    *,
    unreadable: Mapping[str, str] = MappingProxyType({}),
) -> list[DueMail]:
    """Return the messages that are due at `now`, the operator's digest last. Reads only.

    `unreadable`: districts whose settings or state cannot be read, with why. They are in the digest.

    Raises:
        UsageError: the address of the pages has a mistake.
    """
    address = pages_address()
    known = list(districts)
    found = night_results(known, home, now, unreadable=unreadable)
    settings = {district: part for district, part, _ in known}
    pages = {result.district: _page_of(result, home, address) for result in found}
    due = [
        part
        for result in found
        if result.district in settings
        and not _is_quiet(result, settings[result.district], home, now)
        and (part := _district_mail(result, settings[result.district].mail, home, pages[result.district]))
    ]
    if found and operators:
        nights = [
            night_over(home.district(one.district), settings[one.district], now)
            for one in found
            if one.district in settings
        ]
        night = min(nights, default=now.date())
        record = read_sent(home.mail)
        is_quiet = all(one.district in settings and _is_quiet(one, settings[one.district], home, now) for one in found)
        if record.night < night.isoformat() and not (is_quiet and not any(one.needs_attention for one in found)):
            overview = home.root / "reports" / INDEX
            page = place_of(overview, home, address) if overview.exists() else ""
            mail = digest_mail(found, night, operators, page=page, pages=pages)
            due.append(DueMail(mail, home.mail, SentRecord(night=night.isoformat())))
    return due


def _is_quiet(result: NightResult, settings: DistrictSettings, home: Home, now: datetime) -> bool:
    """Return whether nobody at the district is written to tonight: there is no school. The next school day tells."""
    night = max(result.night, night_over(home.district(result.district), settings, now))
    return no_school_or_unknown(settings, night) is not None


def _page_of(result: NightResult, home: Home, address: str) -> str:
    """Return where the report of a district's night is; blank where there is none, or none anymore."""
    if result.sync is None:
        return ""
    page = report_folder(home.district(result.district), result.sync) / INDEX
    return place_of(page, home, address) if page.exists() else ""


def _district_mail(result: NightResult, settings: MailSettings, home: Home, page: str) -> DueMail | None:
    # That a night has not run, or cannot be read, concerns the operator only.
    if not settings.to or result.sync is None or result.state in {"failed", "overdue", "unreadable", "ahead"}:
        return None
    folder = home.district(result.district)
    record, night = read_sent(folder.mail), result.night.isoformat()
    is_problem = result.state in settings.on
    since = " ".join(f"{one.file or 'all files'} {one.since}" for one in result.stale)
    key = f"{result.state} {result.sync.hold_digest or since}".strip() if is_problem else ""
    kind: Kind
    if is_problem and key != record.key and not _was_told(folder, result.sync, record):
        kind = "problem"
    elif result.state in SETTLED and record.is_open:
        kind = "settled"
    elif settings.every_day and night > record.night:
        kind = "day"
    else:
        return None
    report = read_report(folder, result.sync)
    # A problem that lasts is part of each day's message, and open until it is resolved.
    then = SentRecord(
        key=key,
        causes=_causes(report) if is_problem else [],
        night=night,
        is_open=is_problem or (record.is_open and result.state not in SETTLED),
    )
    mail = district_mail(result, report, kind=kind, key=f"{kind} {night} {key}".strip(), to=settings.to, page=page)
    return DueMail(mail, folder.mail, then)


def _was_told(folder: DistrictFolder, sync: Sync, record: SentRecord) -> bool:
    """Return whether the last message told of all that a sync is held for: others may be approved meanwhile."""
    causes = _causes(read_report(folder, sync)) if sync.hold_digest and record.causes else []
    return bool(causes) and set(causes) <= set(record.causes)


def _causes(report: SyncReport | None) -> list[str]:
    return [hold.digest for hold in report.holds if hold.digest] if report else []


def send_due(
    districts: Districts,
    server: MailServer,
    home: Home,
    now: datetime,
    *,
    unreadable: Mapping[str, str] = MappingProxyType({}),
) -> list[Outcome]:
    """Send what is due at `now`, each message once, and return what became of it. One that fails stops no other.

    Raises:
        BusyError: another process is sending them.
    """
    home.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(home.root / "mail.lock", timeout=0, mode=0o600)
    try:
        with lock:
            due = due_mails(districts, home, now, server.operators, unreadable=unreadable)
            return [send(part, server, now) for part in due]
    except Timeout:
        raise BusyError("Another process is sending the mails.", "Wait until it is done.") from None


def send(due: DueMail, server: MailServer, now: datetime) -> Outcome:
    """Send a message and keep that it was sent; one that fails is kept too, and is tried again the next time."""
    before = read_sent(due.path)
    again = before.sending == due.mail.key
    tries = before.tries if again else 0
    if tries >= MOST_TRIES:
        write_sent(due.path, due.then)
        return Outcome(due.mail, "")
    begun = before.model_copy(update={"sending": due.mail.key, "tries": tries + 1})
    write_sent(due.path, begun)
    try:
        refused = server.send(message_of(due.mail, server))
    except RollcallError as failure:
        # What certainly did not go out costs no try.
        tried = tries + 1 if isinstance(failure, MaybeSentError) else tries
        why = {"tries": tried, "failed": str(failure), "failed_at": now}
        write_sent(due.path, begun.model_copy(update=why))
        return Outcome(due.mail, str(failure))
    words = (
        f"The mail server refused {refused} of {counted(len(due.mail.to), 'address', 'addresses')}." if refused else ""
    )
    write_sent(due.path, due.then.model_copy(update={"failed": words, "failed_at": now if refused else None}))
    return Outcome(due.mail, words)
