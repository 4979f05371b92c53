"""New ids for people who are known: `rollcall renumber`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from pipeline.cli.console import (
    ByOption,
    DistrictArgument,
    Format,
    FormatOption,
    ReasonOption,
    emit,
    folder_of,
    out,
    print_json,
    record_event,
    registry,
    spinner,
)
from pipeline.districts.lock import district_lock
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.corrections.renumber import Renumbering

_SHOWN = 10
"""Pairs of ids in a preview: enough to see that they are the right way round. The JSON has all."""


def renumber(
    district: DistrictArgument,
    by: ByOption,
    reason: ReasonOption,
    ids: Annotated[
        Path | None,
        typer.Option(
            "--map", help="A CSV file with the columns from and to, the ids of before and after.", show_default=False
        ),
    ] = None,
    match: Annotated[
        str | None,
        typer.Option(
            "--match",
            metavar="identifier|email",
            help="Find each person in the newest files by this, and take the id there.",
            show_default=False,
        ),
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Give the new ids. Without it, a preview.")] = False,
    output: FormatOption = Format.text,
) -> None:
    """Give people and classes the ids that the district uses from now on. History, links and enrollments stay.

    Without --apply, a preview. Each id is replaced by one, and none by an id that someone else has.
    """
    from pipeline.corrections.renumber import ids_by_fact, ids_by_list  # noqa: PLC0415
    from pipeline.corrections.renumber import renumber as give_ids  # noqa: PLC0415
    from pipeline.report.text import report_text  # noqa: PLC0415

    if (ids is None) == (match is None):
        raise UsageError("Which ids are to be replaced?", "Give either --map FILE or --match identifier|email.")
    settings = registry()[district]
    folder = folder_of(district)
    with spinner("matching the ids"):
        if ids is not None:
            found = ids_by_list(folder, district, ids)
        elif match == "identifier":
            found = ids_by_fact(folder, district, settings, "identifier")
        elif match == "email":
            found = ids_by_fact(folder, district, settings, "email")
        else:
            raise UsageError(f'People cannot be matched by "{match}".', "Give --match identifier or --match email.")
    if not apply:
        _preview(district, found, output)
        return
    with district_lock(folder), spinner("giving the new ids"):
        report, page = give_ids(folder, district, settings, found, by=by, why=reason, at=datetime.now(UTC))
    record_event(district, report.sync_date, kind="renumber", sync=report.sync_number or 0)
    emit(report, output, report_text(report), f"Page: {page}")


def _preview(district: str, found: Renumbering, output: Format) -> None:
    if output is Format.json:
        print_json(
            {
                "district": district,
                "ids": [{"type": one.record_type, "from": one.sourced_id, "to": one.new_id} for one in found.ids],
                "unmatched": found.unmatched,
            }
        )
        return
    if not found.ids:
        out.print("No id would be replaced.")
    for record_type, count in found.by_type().items():
        out.print(f"{count:>12,} {record_type} would have another id")
    table = Table("type", "from", "to", box=None)
    for one in found.ids[:_SHOWN]:
        table.add_row(one.record_type, one.sourced_id, one.new_id)
    if found.ids:
        out.print(table)
    if found.unmatched:
        out.print(
            f"{found.unmatched:,} people are not in the newest files under their id, and were not found in another "
            "way. They keep it; the next sync judges them."
        )
    if found.ids:
        out.print("Nothing has changed. Add --apply to give the new ids.")
