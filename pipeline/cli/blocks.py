"""Who is never to be linked to whom: block, unblock, blocks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

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
    registry,
    spinner,
)
from pipeline.districts.lock import district_lock
from pipeline.errors import BusyError

ContactArgument = Annotated[str, typer.Argument(help="The contact's id in the files.", show_default=False)]
StudentArgument = Annotated[str, typer.Argument(help="The student's id in the files.", show_default=False)]


def block(
    district: DistrictArgument,
    contact: ContactArgument,
    student: StudentArgument,
    by: ByOption,
    reason: ReasonOption,
    output: FormatOption = Format.text,
) -> None:
    """Never link a contact to a student, whatever the files say. A link that stands goes at once."""
    from pipeline.corrections.block import apply_blocks, record_block  # noqa: PLC0415
    from pipeline.report.text import report_text  # noqa: PLC0415

    settings = registry()[district]
    folder = folder_of(district).make()
    now = datetime.now(UTC)
    blocked = record_block(folder, contact, student, by=by, why=reason, at=now)
    pair = f"contact {blocked.block.contact_id} and student {blocked.block.student_id}"
    try:
        with district_lock(folder), spinner("taking the link out"):
            applied = apply_blocks(folder, district, settings, at=now)
    except BusyError:
        raise BusyError(
            f"The block of {pair} is recorded and holds for every sync that begins from now on, but another run of "
            f"{district} is under way and may have begun before it.",
            "Wait for that run to end, then give this command again: a link that still stands goes at once.",
        ) from None
    words = f"Blocked: {pair}." if blocked.is_new else f"{pair[0].upper()}{pair[1:]} were blocked already."
    unknown = [
        name for name, knows in (("contact", blocked.knows_contact), ("student", blocked.knows_student)) if not knows
    ]
    if unknown:
        words += (
            f" The roster does not know the {' and the '.join(unknown)} under that id: look whether it is right. The "
            "block holds as soon as it does."
        )
    if applied is None:
        message = f"{words} No link of the two stands in the roster, and none will."
        if output is Format.json:
            print_json({"district": district, "blocked": list(blocked.block.pair), "new": blocked.is_new, "sync": None})
        else:
            out.print(message)
        return
    report, page = applied
    emit(report, output, f"{words} The link was taken out of the roster.", report_text(report), f"Page: {page}")


def unblock(
    district: DistrictArgument,
    contact: ContactArgument,
    student: StudentArgument,
    by: ByOption,
    reason: ReasonOption,
) -> None:
    """End a block. The next sync judges the two by the files."""
    from pipeline.corrections.block import record_unblock  # noqa: PLC0415

    registry()[district]
    decision = record_unblock(folder_of(district), district, contact, student, by=by, why=reason, at=datetime.now(UTC))
    out.print(
        f"The block of contact {decision.contact_id} and student {decision.student_id} has ended. "
        "The next sync judges the two by the files."
    )


def blocks(district: DistrictArgument, output: FormatOption = Format.text) -> None:
    """List the contacts who are never to be linked to a student, with who decided it and why."""
    from pipeline.corrections.block import linked_blocks  # noqa: PLC0415
    from pipeline.districts.decisions import read_decisions  # noqa: PLC0415
    from pipeline.guardians.blocks import blocks_in_force  # noqa: PLC0415

    registry()[district]
    folder = folder_of(district)
    found = blocks_in_force(read_decisions(folder.decisions))
    linked = linked_blocks(folder)
    if output is Format.json:
        print_json(
            [
                {
                    "contact_id": block.contact_id,
                    "student_id": block.student_id,
                    "by": block.by,
                    "why": block.why,
                    "at": block.at.isoformat(),
                    "linked": block.pair in linked,
                }
                for block in found
            ]
        )
        return
    if not found:
        out.print("Nobody is blocked.")
        return
    table = Table("contact", "student", "by", "on", "why", box=None)
    for one in found:
        table.add_row(one.contact_id, one.student_id, one.by, f"{one.at:%Y-%m-%d}", one.why)
    out.print(table)
    for contact_id, student_id in linked:
        out.print(
            f"Contact {contact_id} is still linked to student {student_id}: give `rollcall block` again.", style="red"
        )
