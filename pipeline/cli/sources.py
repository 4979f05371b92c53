"""Sources that come no more: `rollcall source retire`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from pipeline.cli.changing import ChangingCommand
from pipeline.cli.console import (
    ByOption,
    DistrictArgument,
    Format,
    FormatOption,
    ReasonOption,
    check_not_paused,
    emit,
    folder_of,
    registry,
    run_sync,
    spinner,
)
from pipeline.districts.lock import district_lock

source_app = typer.Typer(help="Sources of a district: its files and their columns.", no_args_is_help=True)


@source_app.command("retire", cls=ChangingCommand)
def retire(
    district: DistrictArgument,
    source: Annotated[
        str, typer.Argument(help="A file, or a column of one: contacts.csv, users.csv:email.", show_default=False)
    ],
    by: ByOption,
    reason: ReasonOption,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Only about this person, by id. May be repeated.")
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Decide so, and sync the newest files again.")] = False,
    output: FormatOption = Format.text,
) -> None:
    """Decide that a missing file or column comes no more, so that what only it said can go. Without --apply, a preview.

    The limits of the district hold what goes, as ever. No bar ends by it. If the source comes back, the decision ends.
    """
    from pipeline.day.preview import preview_retirement  # noqa: PLC0415
    from pipeline.plan.retirements import planned_retirement  # noqa: PLC0415
    from pipeline.plan.retirements import retire as record_retirement  # noqa: PLC0415
    from pipeline.report.text import report_text  # noqa: PLC0415

    settings = registry()[district]
    folder = folder_of(district)
    retirement = planned_retirement(folder, district, source, only or [])
    if not apply:
        with spinner("working out what would change"):
            report = preview_retirement(district, settings, folder, retirement)
        emit(report, output, report_text(report), "Nothing has changed. Add --apply to decide so.")
        return
    check_not_paused(district)
    with district_lock(folder):
        record_retirement(folder, retirement, by=by, why=reason, at=datetime.now(UTC))
    run_sync(district, retirement.on, fetch=False, refetch=False, output=output)
