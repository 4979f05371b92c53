"""A district's day: sync, upload, plan, validate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import (
    DateOption,
    DistrictArgument,
    Format,
    FormatOption,
    PathsArgument,
    check_not_paused,
    date_asked_for,
    emit,
    err,
    finish,
    folder_of,
    registry,
    run_sync,
    spinner,
)
from pipeline.districts.folders import Home
from pipeline.districts.lock import district_lock
from pipeline.errors import UsageError
from pipeline.outcomes import EXIT_CODES

if TYPE_CHECKING:
    from rich.console import RenderableType

    from pipeline.districts.settings import DistrictSettings
    from pipeline.landing.delivery import Delivery
    from pipeline.report.validation import Validation

PROFILES = ("connect", "oneroster-1.1")


def sync(
    district: DistrictArgument,
    day: DateOption = None,
    refetch: Annotated[
        bool,
        typer.Option("--refetch", help="Fetch again from the server, even if files were uploaded by hand."),
    ] = False,
    accept_restore: Annotated[
        bool,
        typer.Option(
            "--accept-restore", help="Accept the district's folder though it is an older copy. Needs --by and --reason."
        ),
    ] = False,
    begin_again: Annotated[
        bool,
        typer.Option(
            "--begin-again",
            help="Begin with an empty roster though the district had one, which is lost. Needs --by and --reason.",
        ),
    ] = False,
    confirm_date: Annotated[
        bool,
        typer.Option(
            "--confirm-date", help="Confirm a date that is far from the newest sync's. Needs --by and --reason."
        ),
    ] = False,
    by: Annotated[str | None, typer.Option("--by", help="Who decided it.", show_default=False)] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Why.", show_default=False)] = None,
    output: FormatOption = Format.text,
) -> None:
    """Sync one district now: fetch, read, check, compare, apply, report. The run is recorded in Dagster."""
    settings = registry()[district]
    sync_date = date_asked_for(settings, day)
    decided = _Decided(accept_restore, begin_again, sync_date if confirm_date else None)
    if decided.any:
        _decide(district, decided, by=by, reason=reason)
    check_not_paused(district)
    run_sync(district, sync_date, fetch=True, refetch=refetch, output=output)


@dataclass(frozen=True)
class _Decided:
    """What a person says before a sync that would be refused without."""

    accept_restore: bool
    begin_again: bool
    date: date | None

    @property
    def any(self) -> bool:
        """Whether anything was said."""
        return self.accept_restore or self.begin_again or self.date is not None


def _decide(district: str, decided: _Decided, *, by: str | None, reason: str | None) -> None:
    """Record what was decided; UsageError where nobody says who and why, or nothing calls for it."""
    from pipeline.districts.decisions import record_decision  # noqa: PLC0415
    from pipeline.roster.restore import accept_restore, begin_again  # noqa: PLC0415

    if not (by and by.strip() and reason and reason.strip()):
        raise UsageError("Who decided this, and why?", "Give both: --by NAME --reason TEXT.")
    if decided.accept_restore and decided.begin_again:
        raise UsageError("Give either --accept-restore or --begin-again.", "Nothing was decided.")
    home = Home.from_environment()
    home.check_private(district)
    folder = home.district(district).make()
    now = datetime.now(UTC)
    with district_lock(folder):
        if decided.accept_restore:
            err.print(accept_restore(folder, by=by, why=reason, at=now))
        if decided.begin_again:
            begin_again(folder, by=by, why=reason, at=now)
            err.print(f"{district} begins again with an empty roster.")
        if decided.date is not None:
            record_decision(folder.decisions, "confirm_date", by=by, why=reason, at=now, sync_date=decided.date)


def upload(
    district: DistrictArgument,
    paths: PathsArgument,
    day: DateOption = None,
    and_sync: Annotated[bool, typer.Option("--sync", help="Sync right after the upload.")] = False,
    output: FormatOption = Format.text,
) -> None:
    """Upload files by hand. For their date, they are used instead of what the server has."""
    from pipeline.landing.intake import upload_delivery  # noqa: PLC0415 - paramiko takes a while to load
    from pipeline.oneroster.findings import CATALOGUE  # noqa: PLC0415 - the same

    settings = registry()[district]
    if and_sync:
        check_not_paused(district)
    sync_date = date_asked_for(settings, day)
    with spinner("storing the files"):
        delivery = upload_delivery(district, settings, folder_of(district).make(), sync_date, paths)
    if and_sync:
        run_sync(district, sync_date, fetch=False, refetch=False, output=output)
        return
    emit(
        delivery,
        output,
        f"{district}, {sync_date}: delivery {delivery.number} with {', '.join(f.file for f in delivery.files)}. "
        f"`rollcall sync {district} --date {sync_date}` syncs it.",
        _still_lacking(delivery, settings),
        *(f"Warning: {CATALOGUE[found.code].message.format(**found.model_dump())}" for found in delivery.said),
    )


def plan(district: DistrictArgument, paths: PathsArgument, output: FormatOption = Format.text) -> None:
    """Preview what a delivery would do to the roster. Changes nothing."""
    from pipeline.day.preview import plan_files  # noqa: PLC0415
    from pipeline.sources.upload import find_files  # noqa: PLC0415
    from pipeline.status.clock import local_date  # noqa: PLC0415

    settings = registry()[district]
    files = find_files(paths, settings.files.patterns(), format_sent=settings.files.format)
    with spinner("reading and comparing"):
        report = plan_files(district, settings, folder_of(district), files, local_date(settings, datetime.now(UTC)))
    finish(report, output)


def validate(
    paths: PathsArgument,
    profile: Annotated[
        str,
        typer.Option(
            help="What to check against: connect (what Rollcall needs) or oneroster-1.1 (the standard, to the letter)."
        ),
    ] = "connect",
    schools: Annotated[
        str | None,
        typer.Option(help="The ids of the schools that take part, with commas. Without it, all of them do."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write the report page and the findings as CSV into this new folder.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 4 if any row has an error.")] = False,
    output: FormatOption = Format.text,
) -> None:
    """Check files without any setup: what is wrong, where, and what to do. The files stay on this machine."""
    if profile not in PROFILES:
        raise UsageError(f'There is no profile "{profile}".', f"Allowed: {', '.join(PROFILES)}.")
    if profile == "oneroster-1.1":
        if out is not None or schools is not None:
            raise UsageError("--out and --schools are for the profile connect.", "Leave them out, or the profile.")
        result, text = _conformance(paths)
    else:
        ids = [one.strip() for one in schools.split(",") if one.strip()] if schools is not None else None
        result, text = _connect(paths, ids, out)
    emit(result, output, text)
    passes = result.accepted and not (strict and result.has_errors)
    raise typer.Exit(0 if passes else EXIT_CODES["rejected"])


def _conformance(paths: list[Path]) -> tuple[Validation, RenderableType]:
    from pipeline.conformance.check import check_conformance  # noqa: PLC0415
    from pipeline.report.text import conformance_text  # noqa: PLC0415
    from pipeline.report.validation import conformance_validation  # noqa: PLC0415

    with spinner("reading and checking"):
        result = conformance_validation(check_conformance(paths))
    return result, conformance_text(result)


def _connect(paths: list[Path], schools: list[str] | None, out: Path | None) -> tuple[Validation, RenderableType]:
    from pipeline.day.preview import validate_files  # noqa: PLC0415
    from pipeline.report.text import validation_text  # noqa: PLC0415
    from pipeline.report.validation import validation  # noqa: PLC0415
    from pipeline.sources.upload import find_files  # noqa: PLC0415

    if out is not None and out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} is there already.", "Name a folder that does not exist yet, or an empty one.")
    found = find_files(paths, {})
    with spinner("reading and checking"):
        report = validate_files(found, datetime.now(UTC).date(), schools=schools, out=out)
    result = validation(report, "connect")
    return result, validation_text(report, result)


def _still_lacking(delivery: Delivery, settings: DistrictSettings) -> str | None:
    """Return a warning where an upload lacks a file: it is not completed from the server."""
    from pipeline.oneroster.sets import names_missing  # noqa: PLC0415

    lacking = names_missing([file.file for file in delivery.files], settings.files.format)
    if not lacking:
        return None
    return (
        f"It has no {' and no '.join(lacking)}, so a sync would reject it. Upload all files together. "
        "`rollcall sync --refetch` uses the files on the server again."
    )
