"""Telling a set that has arrived: a preview with its page, and a mail to the district's contacts."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pipeline.arrivals.arrival import Arrival, note_told, take
from pipeline.day.preview import preview_files
from pipeline.districts.folders import LOOK, Home
from pipeline.districts.settings import DistrictSettings
from pipeline.files.scratch import scratch_folder
from pipeline.mail.messages import ArrivedFile, arrival_mail
from pipeline.mail.night import DueMail, send
from pipeline.mail.pages import pages_address, place_of
from pipeline.mail.sent import SentRecord
from pipeline.mail.server import MailServer
from pipeline.report.model import SyncReport
from pipeline.sources.upload import find_files
from pipeline.status.clock import local_date


def tell_arrival(
    district: str, settings: DistrictSettings, home: Home, arrival: Arrival, now: datetime, server: MailServer | None
) -> tuple[SyncReport, Path, str]:
    """Preview an arrival, mail its contacts, and keep that it was told.

    Returns the report, its page, and why the mail was not sent; blank where it was, or where nobody is to get one.

    Raises:
        FileChangedError: someone writes to a file again; nothing was told.
    """
    folder = home.district(district).make()
    assert settings.folder is not None  # noqa: S101 - arrivals are those of folders
    with scratch_folder(folder.previews, LOOK) as scratch:
        taken = take(settings.folder, folder, arrival, scratch)
        found = find_files(list(taken.values()), settings.files.patterns(), format_sent=settings.files.format)
        report, page = preview_files(
            district, settings, folder, found, local_date(settings, now), written_at=now
        )  # fmt: skip
    note_told(folder.arrival, arrival, now)
    return report, page, _mailed(district, settings, home, arrival, report, page, now, server)


def _mailed(
    district: str, settings: DistrictSettings, home: Home, arrival: Arrival, report: SyncReport, page: Path,
    now: datetime, server: MailServer | None,
) -> str:  # fmt: skip
    if server is None or not settings.mail.to:
        return ""
    mail = arrival_mail(
        district,
        report,
        [
            ArrivedFile(file.name, file.size, file.modified_at.astimezone(settings.zone))
            for _, file in sorted(arrival.files.items())
        ],
        key=f"arrival {arrival.digest}",
        to=settings.mail.to,
        page=place_of(page, home, pages_address()),
    )
    record = home.district(district).root / "arrival-mail.json"
    return send(DueMail(mail, record, SentRecord(night=now.date().isoformat())), server, now).failed
