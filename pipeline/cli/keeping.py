"""Stored data: landing verify, purge."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import DistrictArgument, Format, FormatOption, folder_of, out, print_json, registry, spinner
from pipeline.districts.begun import forget_begun
from pipeline.districts.folders import DistrictFolder, Home, settings_folder
from pipeline.districts.lock import district_lock
from pipeline.districts.settings import DISTRICT_ID
from pipeline.errors import UsageError
from pipeline.report.words import counted

if TYPE_CHECKING:
    from pipeline.landing.purge import Purge

landing_app = typer.Typer(no_args_is_help=True, help="Check the stored deliveries.")


@landing_app.command("verify")
def landing_verify(
    district: Annotated[
        str | None, typer.Argument(help="A district's id. Default: all districts.", show_default=False)
    ] = None,
    output: FormatOption = Format.text,
) -> None:
    """Check that stored deliveries are still exactly as received. Changes nothing."""
    from pipeline.landing.verify import verify_deliveries  # noqa: PLC0415

    names = [district] if district is not None else _districts()
    for name in names:
        _check_known(name)
    with spinner("hashing"):
        found = [verify_deliveries(folder_of(name), name) for name in names]
    mismatches = [mismatch for part in found for mismatch in part.mismatches]
    deliveries, files = sum(part.deliveries for part in found), sum(part.files for part in found)
    if output is Format.json:
        print_json(
            {
                "sound": not mismatches,
                "deliveries": deliveries,
                "files": files,
                "mismatches": [
                    {
                        "district": m.district,
                        "sync_date": m.sync_date,
                        "delivery": m.number,
                        "file": m.file,
                        "what": m.what,
                    }
                    for m in mismatches
                ],
            }
        )
    else:
        for mismatch in mismatches:
            out.print("wrong", style="red", end=" ")
            out.print(str(mismatch))
        verdict = "Restore the files named above from a backup." if mismatches else "All are as received."
        out.print(f"{counted(deliveries, 'delivery', 'deliveries')} with {counted(files, 'file')}. {verdict}")
    if mismatches:
        raise typer.Exit(1)


def purge(
    district: DistrictArgument,
    by: Annotated[str, typer.Option(help="Who removes the data. Kept in the record.", show_default=False)],
    days: Annotated[
        int | None,
        typer.Option(
            "--older-than",
            min=1,
            help="Days. Older deliveries, day databases, reports and previews are removed; the roster is kept.",
            show_default=False,
        ),
    ] = None,
    everything: Annotated[
        bool,
        typer.Option("--everything", help="Remove all data of the district, with its roster. Settings are kept."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
    output: FormatOption = Format.text,
) -> None:
    """Permanently remove a district's data. Shows what would be removed, asks, and keeps a record."""
    from pipeline.landing import purge as purging  # noqa: PLC0415

    if (days is None) != everything:
        raise UsageError("What should be removed?", "Give either --older-than DAYS or --everything.")
    if not by.strip():
        raise UsageError("Who removes the data?", "Give a name: --by NAME.")
    _check_known(district)
    folder, home = folder_of(district), Home.from_environment()
    if not purging.everything(folder, district).paths:
        raise UsageError(f"{district} has no data in {home.root}.")
    with district_lock(folder.make()):
        if days is not None:
            found = purging.older_than(folder, district, (datetime.now(UTC) - timedelta(days=days)).date())
        else:
            found = purging.everything(folder, district)
        if output is Format.text:
            _print_purge(found)
        if found.paths:
            _make_sure(district, yes=yes)
            record = home.purges if everything else folder.purges
            purging.carry_out(found, folder, record, by=by.strip())
            _forget(folder, everything=everything)
    if output is Format.json:
        print_json({**found.as_json(), "removed": bool(found.paths)})
    elif found.paths:
        out.print(f"Removed. The record is in {record}.")
        if everything and registry().path(district).exists():
            out.print(f"The settings were kept: {registry().path(district)}.")


def _forget(folder: DistrictFolder, *, everything: bool) -> None:
    """Forget that the district has begun here, where all of it was removed on purpose."""
    if everything:
        forget_begun(settings_folder(), folder)


def _make_sure(district: str, *, yes: bool) -> None:
    """Return if the purge is confirmed; UsageError otherwise."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("Nothing was removed.", "Add --yes to remove it.")
    if typer.prompt(f"This cannot be undone. Type {district} to confirm", err=True) != district:
        raise UsageError("Nothing was removed.")


def _print_purge(found: Purge) -> None:
    words = {"landing": "deliveries", "days": "day databases", "reports": "reports", "previews": "previews"}
    if not found.paths:
        out.print(f"{found.district} has no data from before {found.before}.")
        return
    out.print(f"{found.district}: {counted(found.files, 'file')}, {counted(found.bytes, 'byte')}")
    for kind, dates in found.dates.items():
        span = dates[0] if len(dates) == 1 else f"{len(dates)} dates, {dates[0]} to {dates[-1]}"
        out.print(f"    {words[kind]}: {span}")
    if found.scope == "everything":
        out.print("    the roster with its history, and everything else in its folder")


def _districts() -> list[str]:
    """Return all districts that have settings or data."""
    folder = Home.from_environment().root / "districts"
    with_data = [path.name for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []
    return sorted({*registry().ids(), *(name for name in with_data if DISTRICT_ID.fullmatch(name))})


def _check_known(district: str) -> None:
    """Refuse what is not a district; one whose settings are gone may still have data."""
    if district not in _districts():
        known = ", ".join(_districts()) or "none yet"
        raise UsageError(f'There is no district "{district}" in {settings_folder()}.', f"Known: {known}.")
