"""Commands that change what the index pages say: the pages are written again when such a command has done its work.

Belongs here: that it happens, once, after every command of this class. Does not belong here: how the pages are written
(`pipeline.status.refresh`). What runs a sync has its pages from the run itself.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import typer
from typer.core import TyperCommand

from pipeline.cli.console import err, registry
from pipeline.districts.folders import Home


class ChangingCommand(TyperCommand):
    """A command after which the district's calendar and the page of all districts are written again.

    Not after a command that was refused or failed: it changed nothing that they say. A page that cannot be written is
    told on standard error; the command ends as it would have.
    """

    def invoke(self, ctx: Any) -> Any:
        """Run the command, then write the pages."""
        try:
            result = super().invoke(ctx)
        except typer.Exit:
            _refresh(ctx.params.get("district"))
            raise
        _refresh(ctx.params.get("district"))
        return result


def _refresh(district: str | None) -> None:
    from pipeline.status.refresh import refresh_calendar, refresh_overview  # noqa: PLC0415

    home = Home.from_environment()
    said = [refresh_calendar(home, registry(), district)] if district else []
    said.append(refresh_overview(home, registry(), datetime.now(UTC)))
    for words in filter(None, said):
        err.print(words, style="yellow")
