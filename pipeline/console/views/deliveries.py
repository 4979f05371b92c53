"""Deliveries: the files as they were sent, and the roster as a sync left it."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest, HttpResponse

from pipeline.console.access import Visit, page
from pipeline.console.pages import show
from pipeline.console.roles import Permission
from pipeline.console.views.district import district_name
from pipeline.districts.folders import private_files, scratch_home
from pipeline.errors import UsageError
from pipeline.landing.archive import Landing
from pipeline.roster.history import roster_as_of
from pipeline.roster.ledger import read_ledger

DATES_SHOWN = 31


@page(Permission.take_files)
def deliveries(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the deliveries of the last dates, newest first."""
    landing = Landing(visit.folder.landing, visit.district)
    dates = landing.dates()
    syncs = {sync.sync_date.isoformat(): sync for sync in read_ledger(visit.folder).syncs}
    return show(
        request, "deliveries", visit, name=district_name(visit), count=len(dates),
        days=[(day, list(reversed(landing.deliveries(day))), syncs.get(day)) for day in reversed(dates[-DATES_SHOWN:])],
    )  # fmt: skip


@page(Permission.take_files, people="files as sent")
def sent(request: HttpRequest, visit: Visit, sync_date: str, number: int, file: str) -> HttpResponse:  # noqa: ARG001
    """Return a file as it was sent, byte for byte."""
    landing = Landing(visit.folder.landing, visit.district)
    if sync_date not in landing.dates() or number not in landing.numbers(sync_date):
        raise Http404
    delivery = landing.read(sync_date, number)
    try:
        path = landing.path(delivery, file)
        content = path.open("rb")
    except (UsageError, OSError):
        raise Http404 from None
    visit.about = f"{sync_date}, delivery {number}, {file}"
    return FileResponse(content, as_attachment=True, filename=f"{visit.district}-{sync_date}-{number}-{file}")


@page(Permission.take_files, people="roster as processed")
def processed(request: HttpRequest, visit: Visit, sync: int) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """Return the roster as after a sync's date, as a ZIP of OneRoster files."""
    syncs = read_ledger(visit.folder).syncs
    if not 1 <= sync <= len(syncs):
        raise Http404
    day = syncs[sync - 1].sync_date
    visit.about = f"roster of {day}"
    content = io.BytesIO()
    with private_files():
        scratch_home().mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="rollcall-", dir=scratch_home()) as scratch:
            out = Path(scratch) / "roster"
            roster_as_of(visit.folder, visit.district, day, out)
            with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
                for path in sorted(out.iterdir()):
                    package.write(path, path.name)
    content.seek(0)
    return FileResponse(content, as_attachment=True, filename=f"{visit.district}-roster-{day}.zip")
