"""Mail after the night: what is due, sent or shown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from pipeline.cli.console import Format, FormatOption, out, print_json
from pipeline.districts.folders import Home
from pipeline.errors import UsageError


def mail(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be sent, and send nothing.")] = False,
    output: FormatOption = Format.text,
) -> None:
    """Send the mails that are due: to the districts' contacts, and a digest to the operator."""
    from pipeline.mail.messages import text_of  # noqa: PLC0415
    from pipeline.mail.night import Outcome, due_mails, send_due  # noqa: PLC0415
    from pipeline.mail.server import FROM, OPERATOR, SERVER, server_from  # noqa: PLC0415
    from pipeline.resources import Districts  # noqa: PLC0415

    server, home, now = server_from(), Home.from_environment(), datetime.now(UTC)
    home.check_private()
    if server is None and not dry_run:
        raise UsageError(
            f"{SERVER} is not set.",
            f"Set it, {FROM} and {OPERATOR}: see docs/settings.md.",
        )
    districts, broken = Districts().readable(), Districts().unreadable()
    if server is None or dry_run:
        # Without a server too, this shows what the operator would get.
        operators = server.operators if server else ("operator@localhost",)
        due = due_mails(districts, home, now, operators, unreadable=broken)
        outcomes = [Outcome(part.mail, "not sent (dry run)") for part in due]
    else:
        outcomes = send_due(districts, server, home, now, unreadable=broken)
    if output is Format.json:
        print_json(
            [
                {
                    "reader": outcome.mail.reader,
                    "to": list(outcome.mail.to),
                    "subject": outcome.mail.subject,
                    "text": text_of(outcome.mail),
                    "failed": outcome.failed or None,
                }
                for outcome in outcomes
            ]
        )
    else:
        for outcome in outcomes:
            out.print(f"To {outcome.mail.reader}: {outcome.mail.subject}", style="bold")
            out.print(f"    {outcome.failed or 'sent'}")
            if dry_run:
                out.print(text_of(outcome.mail))
        if not outcomes:
            out.print("No mail is due.")
    if not dry_run and any(outcome.failed for outcome in outcomes):
        raise typer.Exit(1)
