"""Commands that change what the index pages show: the pages are written again when such a command is done.

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

    Not after a command that was refused or failed: it changed nothing that they say. If a page cannot be
    written, standard error says so; the command ends as it would have.
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
    from pipeline.status.refresh import refresh_pages  # noqa: PLC0415

    for words in refresh_pages(Home.from_environment(), registry(), district, datetime.now(UTC)):
        err.print(words, style="yellow")
