"""Starting the console: its database is made ready, then gunicorn answers on this machine's own address.

Belongs here: the process, the database's migrations, the first invitation and the demo's accounts. Does not belong
here: what it answers.
"""

from __future__ import annotations

import os
import secrets
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import django
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from pipeline.console.environment import DATABASE, console_address
from pipeline.districts.folders import Home, private_files, settings_folder
from pipeline.districts.registry import Registry
from pipeline.errors import PermanentError, UsageError

if TYPE_CHECKING:
    from pipeline.console.models import User

WORKERS, THREADS = 2, 4
"""Eight pages at once. A page waits for the disk more than for the processor."""

DEMO_DOMAIN = "demo.example.org"


@dataclass(frozen=True)
class DemoAccount:
    """An account of the demo, with what it takes to sign in to it."""

    role: str
    where: str
    email: str
    password: str
    totp: str | None
    """The secret for an authenticator app."""


def open_console() -> None:
    """Load Django and bring the console's database to our version.

    Raises:
        UsageError: the environment has a mistake.
        PermanentError: the database cannot be used.
    """
    os.environ["DJANGO_SETTINGS_MODULE"] = "pipeline.console.settings"
    home = Home.from_environment()
    home.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    home.check_private()
    try:
        with private_files():
            django.setup()
            call_command("migrate", interactive=False, verbosity=0)
            call_command("createcachetable", verbosity=0)
    except (DatabaseError, django.core.exceptions.ImproperlyConfigured) as failure:
        raise PermanentError(
            f"The console's database cannot be used ({type(failure).__name__}).",
            f"Check that {home.root} can be written, or that {DATABASE} names a database that can be reached and, for "
            "Postgres, that the package psycopg is installed.",
        ) from None


def serve(port: int) -> None:
    """Answer on 127.0.0.1 until the process is stopped. `open_console` comes first.

    Raises:
        UsageError: the port is in use.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise UsageError(f"The port {port} is in use.", "Choose another one with --port.") from None
    from gunicorn.app.base import BaseApplication  # noqa: PLC0415 - it reads the command line of its own

    class Console(BaseApplication):
        def load_config(self) -> None:
            options = {
                "bind": f"127.0.0.1:{port}", "workers": WORKERS, "threads": THREADS, "worker_class": "gthread",
                "accesslog": None, "loglevel": "error", "umask": 0o077, "proc_name": "rollcall-console",
                "control_socket_disable": True,
            }  # fmt: skip
            for name, value in options.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Any:
            from pipeline.console.wsgi import application  # noqa: PLC0415 - in the worker's own process

            return application

    # What a connection holds is not shared with the workers, which are copies of this process.
    connection.close()
    Console().run()


def address_of(port: int) -> str:
    """Return where people open the console."""
    address = console_address()
    return address.origin if address else f"http://127.0.0.1:{port}"


def invite(email: str, *, role: str, district: str, school: str, by: str, port: int) -> str:
    """Return the link of a new invitation.

    Raises:
        UsageError: there is no such role or district, or the role needs a district or a school.
    """
    from pipeline.console.models import Invitation  # noqa: PLC0415 - Django is loaded by now
    from pipeline.console.roles import Role  # noqa: PLC0415

    if role not in set(Role):
        raise UsageError(f'"{role}" is not a role.', f"Roles: {', '.join(Role)}.")
    if district:
        Registry(settings_folder())[district]
    needs_district = role not in {Role.operator, Role.auditor}
    if needs_district != bool(district) and not (role == Role.auditor and district):
        raise UsageError(
            f"The role {role} {'needs a district' if needs_district else 'holds in all districts'}.",
            "Give --district ID." if needs_district else "Leave --district out.",
        )
    if (role == Role.school_viewer) != bool(school):
        raise UsageError(
            f"The role {role} {'needs a school' if not school else 'holds in a whole district'}.",
            "Give --school ID." if not school else "Leave --school out.",
        )
    _, token = Invitation.make(email=email, by=by, role=role, district=district, school=school)
    return f"{address_of(port)}/invitations/{token}/"


def demo_accounts() -> list[DemoAccount]:
    """Make an account for each role in the demo's first district, in place of earlier ones; return what opens them.

    Raises:
        UsageError: there is no demo.
    """
    from pipeline.console.models import User  # noqa: PLC0415 - Django is loaded by now
    from pipeline.console.roles import NEED_SECOND_FACTOR, Role  # noqa: PLC0415

    registry = Registry(settings_folder())
    district = next((one for one in registry.ids() if one.startswith("demo-")), None)
    if district is None:
        raise UsageError("There is no demo here yet.", "Run `make demo` first.")
    school = registry[district].schools[0].id
    made = []
    with transaction.atomic():
        User.objects.filter(email__endswith=f"@{DEMO_DOMAIN}").delete()
        for role in Role:
            scope = {
                "district": "" if role is Role.operator else district,
                "school": school if role is Role.school_viewer else "",
            }
            password = secrets.token_urlsafe(12)
            email = f"{role.replace('_', '-')}@{DEMO_DOMAIN}"
            user = add_user(email, f"Demo {role.replace('_', ' ')}", password, role=role, **scope)
            totp = add_totp(user) if role in NEED_SECOND_FACTOR else None
            where = " ".join(part for part in scope.values() if part) or "all districts"
            made.append(DemoAccount(role.value, where, email, password, totp))
    return made


def add_user(email: str, name: str, password: str, **scope: str) -> User:
    """Return a new account with a verified address and one role."""
    from allauth.account.models import EmailAddress  # noqa: PLC0415 - Django is loaded by now

    from pipeline.console.models import Membership, User  # noqa: PLC0415

    user = User.objects.create_user(email, name, password)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    Membership.objects.create(user=user, **scope)
    return user


def add_totp(user: User) -> str:
    """Give an account an authenticator app and recovery codes; return the app's secret."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes  # noqa: PLC0415 - Django is loaded by now
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret  # noqa: PLC0415

    secret = str(generate_totp_secret())
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret
