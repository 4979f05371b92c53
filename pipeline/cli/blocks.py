"""Pairs that are never linked: block, unblock, blocks."""

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
    record_event,
    registry,
    spinner,
)

ContactArgument = Annotated[str, typer.Argument(help="The contact's id, as in the files.", show_default=False)]
StudentArgument = Annotated[str, typer.Argument(help="The student's id, as in the files.", show_default=False)]


def block(
    district: DistrictArgument,
    contact: ContactArgument,
    student: StudentArgument,
    by: ByOption,
    reason: ReasonOption,
    output: FormatOption = Format.text,
) -> None:
    """Never link a contact to a student, whatever the files say. An existing link is removed at once."""
    from pipeline.corrections.block import block as block_pair  # noqa: PLC0415
    from pipeline.report.text import report_text  # noqa: PLC0415

    settings = registry()[district]
    with spinner("removing the link"):
        blocked, applied = block_pair(
            folder_of(district).make(), district, settings, contact, student,
            by=by, why=reason, at=datetime.now(UTC),
        )  # fmt: skip
    pair = f"contact {blocked.block.contact_id} and student {blocked.block.student_id}"
    words = f"Blocked: {pair}." if blocked.is_new else f"{pair[0].upper()}{pair[1:]} were already blocked."
    unknown = [
        name for name, knows in (("contact", blocked.knows_contact), ("student", blocked.knows_student)) if not knows
    ]
    if unknown:
        words += (
            f" The roster has no {' and no '.join(unknown)} with that id: check that it is right. The block applies as "
            "soon as the id appears."
        )
    if applied is None:
        message = f"{words} The two are not linked in the roster, and never will be."
        if output is Format.json:
            print_json({"district": district, "blocked": list(blocked.block.pair), "new": blocked.is_new, "sync": None})
        else:
            out.print(message)
        return
    report = applied.report
    record_event(district, report.sync_date, kind="block", sync=report.sync_number or 0)
    if applied.pairs:
        words += " Their link was removed from the roster."
    for contact_id, student_id in applied.twins:
        words += (
            f" Contact {contact_id} seems to be a person who is blocked, so the link to student {student_id} was "
            f"removed too. If they are two people: `rollcall unblock {district} {contact_id} {student_id}`."
        )
    emit(report, output, words, report_text(report), f"Page: {applied.page}")


def unblock(
    district: DistrictArgument,
    contact: ContactArgument,
    student: StudentArgument,
    by: ByOption,
    reason: ReasonOption,
) -> None:
    """End a block, or a bar that earlier files set, or say that two people only seem to be barred.

    From the next sync on, the files decide about the two again.
    """
    from pipeline.corrections.block import record_unblock  # noqa: PLC0415

    registry()[district]
    decision = record_unblock(folder_of(district), district, contact, student, by=by, why=reason, at=datetime.now(UTC))
    out.print(
        f"Contact {decision.contact_id} and student {decision.student_id} are no longer blocked. "
        "From the next sync on, the files decide about the two again."
    )


def blocks(district: DistrictArgument, output: FormatOption = Format.text) -> None:
    """List the pairs that are blocked, with who decided it and why."""
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
        out.print("No one is blocked.")
        return
    table = Table("contact", "student", "by", "on", "why", box=None)
    for one in found:
        table.add_row(one.contact_id, one.student_id, one.by, f"{one.at:%Y-%m-%d}", one.why)
    out.print(table)
    for contact_id, student_id in linked:
        out.print(
            f"Contact {contact_id} is still linked to student {student_id}: run `rollcall block` again.", style="red"
        )
