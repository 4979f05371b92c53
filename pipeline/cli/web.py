"""The web console: console. Django is imported when it is asked for, and only where it is installed."""

from __future__ import annotations

from getpass import getuser
from importlib.util import find_spec
from typing import Annotated

import typer

from pipeline.cli.console import err, out
from pipeline.errors import UsageError

PORT = 8000


def console(
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="The port on 127.0.0.1.")] = PORT,
    invite: Annotated[
        str | None,
        typer.Option("--invite", help="Print an invitation for this email address, and end.", show_default=False),
    ] = None,
    role: Annotated[
        str,
        typer.Option("--role", help="Of --invite: operator, owner, reviewer, viewer, school_viewer or auditor."),
    ] = "operator",
    district: Annotated[str, typer.Option("--district", help="Of --invite: where the role holds.")] = "",
    school: Annotated[
        str, typer.Option("--school", help="Of --invite: the school of a school viewer, by its id.")
    ] = "",
    demo_users: Annotated[
        bool, typer.Option("--demo-users", help="First make an account of each role for the demo, and print them.")
    ] = False,
) -> None:
    """Serve the web console on this machine, or print an invitation to it."""
    if find_spec("django") is None or find_spec("allauth") is None:
        raise UsageError("The console is not installed.", "Run: pip install 'rollcall[console]'")
    from pipeline.console.serve import address_of, demo_accounts, open_console, serve  # noqa: PLC0415
    from pipeline.console.serve import invite as new_invitation  # noqa: PLC0415

    open_console()
    if invite is not None:
        link = new_invitation(invite, role=role, district=district, school=school, by=getuser(), port=port)
        out.print(link)
        err.print("The link works once, within 7 days. Send it to that person alone.")
        return
    if demo_users:
        out.print("Accounts of the demo, for this machine only:")
        for account in demo_accounts():
            out.print(f"  {account.role} ({account.where}): {account.email}  password {account.password}")
            if account.totp:
                out.print(f"      secret for an authenticator app: {account.totp}")
    out.print(f"The console is at {address_of(port)}. Ctrl-C stops it.")
    serve(port)
