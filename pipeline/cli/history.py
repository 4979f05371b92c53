"""Looking back: report, roster."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import (
    DistrictArgument,
    Format,
    FormatOption,
    emit,
    folder_of,
    out,
    print_json,
    registry,
    spinner,
)
from pipeline.errors import UsageError


def report(
    district: DistrictArgument,
    day: Annotated[
        datetime | None,
        typer.Argument(formats=["%Y-%m-%d"], help="A sync date. Default: the newest sync.", show_default=False),
    ] = None,
    output: FormatOption = Format.text,
) -> None:
    """Show the report of a district's newest sync, or of the newest one of a date."""
    from pipeline.report.model import SyncReport  # noqa: PLC0415
    from pipeline.report.text import report_text  # noqa: PLC0415
    from pipeline.sync.history import newest_report  # noqa: PLC0415

    registry()[district]
    folder = newest_report(folder_of(district), district, day.date() if day else None)
    if not (folder / "report.json").exists():
        raise UsageError(
            f"The report {folder} is not there: the run ended before it was written.",
            f"`rollcall sync {district} --date {folder.parent.name}` writes a new one.",
        )
    found = SyncReport.model_validate_json((folder / "report.json").read_bytes())
    emit(found, output, report_text(found), f"Page: {folder / 'index.html'}")


def roster(
    district: DistrictArgument,
    on: Annotated[
        datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help="As after the last sync of this date.", show_default=False),
    ] = None,
    out_folder: Annotated[
        Path | None,
        typer.Option("--out", help="Write users.csv, classes.csv, enrollments.csv there.", show_default=False),
    ] = None,
    output: FormatOption = Format.text,
) -> None:
    """Show how many active records stand in the roster, or write them out as OneRoster files."""
    from pipeline.report.holds import RECORD_WORDS  # noqa: PLC0415
    from pipeline.sync.history import roster_as_of  # noqa: PLC0415

    registry()[district]
    with spinner("reading the roster"):
        found = roster_as_of(folder_of(district), district, on.date() if on else None, out_folder)
    if output is Format.json:
        print_json(
            {
                "district": district,
                "sync_number": found.sync_number,
                "sync_date": found.sync_date.isoformat(),
                "records": found.records,
                "out": str(out_folder) if out_folder else None,
            }
        )
        return
    out.print(f"{district}, as after sync {found.sync_number} of {found.sync_date}:")
    for record_type, words in RECORD_WORDS.items():
        out.print(f"{found.records.get(record_type, 0):>12,} {words}")
    if out_folder:
        out.print(f"Written to {out_folder}.")
