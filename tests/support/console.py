"""The console on two small districts, built once a session: who may sign in, and a client for each of them.

Django is set up once a process, on a home of its own; each test's changes of the console's database are rolled back.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import shutil
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.districts.decisions import record_decision
from pipeline.districts.folders import DistrictFolder
from pipeline.districts.settings import ReportSettings
from pipeline.status.pages import write_district_index
from tests.support.district import FIRST, District, contact, enrollment, small_district, student

if TYPE_CHECKING:
    from django.test import Client

HOSTILE = (
    "<script>document.title='owned'</script>",
    '"><img src=x onerror="document.title=`owned`">',
    "{{7*7}}{%debug%}</title></main></header><h1>owned",
)

HERE, ELSEWHERE = "synthetic", "elsewhere"

_SETTINGS = """\
name: {name}
time_zone: America/Chicago
schools:
  - {{id: N, name: School N}}
  - {{id: M, name: School M}}
sftp: {{host: 127.0.0.1, user: synthetic, password: "env:NO_PASSWORD"}}
"""

ROLES = {
    "operator": {},
    "owner": {"district": HERE},
    "reviewer": {"district": HERE},
    "viewer": {"district": HERE},
    "school_viewer": {"district": HERE, "school": "N"},
    "auditor": {"district": HERE},
}
"""A role and where it holds, as the accounts of the tests have it."""


@dataclass(frozen=True)
class World:
    """A home with two districts: `synthetic`, whose second night is held, and `elsewhere`."""

    home: Path
    districts: Path

    def environment(self) -> dict[str, str]:
        return {"ROLLCALL_HOME": str(self.home), "ROLLCALL_DISTRICTS": str(self.districts)}

    def folder(self, district: str = HERE) -> DistrictFolder:
        return DistrictFolder(self.home / "districts" / district)


def build_world(root: Path) -> World:
    """Make the two districts below `root`."""
    home, districts = root / "var", root / "settings"
    for folder in (home, districts, home / "districts"):
        folder.mkdir(mode=0o700)
    for name in (HERE, ELSEWHERE):
        district = District(home / "districts", name=f"District {name}")
        district.folder, district.name = DistrictFolder(home / "districts" / name).make(), name
        (districts / f"{name}.yaml").write_text(_SETTINGS.format(name=district.settings.name), encoding="utf-8")
        district.settings = district.settings.model_copy(update={"reports": ReportSettings(names="full")})
        rows = small_district()
        rows.users += [student(f"K{n}") for n in range(45)]
        for number, text in enumerate(HOSTILE):
            rows.users += [
                student(f"H{number}", givenName=text, familyName=text),
                contact(f"P8{number}", "S4", relationship=text),
            ]
        district.sync(rows)
        rows = rows.copy()
        rows.users = [row for row in rows.users if not row["sourcedId"].startswith("K")]
        for row in rows.users:
            if row["sourcedId"].startswith("H"):
                row["familyName"] += " again"
        rows.enrollments.append(enrollment(HOSTILE[0], "S1"))
        district.sync(rows, FIRST + timedelta(days=1))
        record_decision(
            district.folder.decisions, "pause", by=HOSTILE[0], why=HOSTILE[1], at=datetime(2026, 9, 3, tzinfo=UTC)
        )
        write_district_index(district.folder, name, district.settings)
        shutil.rmtree(district.sent)
    return World(home, districts)


@pytest.fixture(scope="session")
def console_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The two districts, and Django set up on their home."""
    world = build_world(tmp_path_factory.mktemp("console"))
    before = {name: os.environ.get(name) for name in (*world.environment(), "DJANGO_SETTINGS_MODULE")}
    os.environ.update(world.environment())
    from pipeline.console.serve import open_console  # noqa: PLC0415 - Django is loaded for these tests alone

    open_console()
    from django.conf import settings  # noqa: PLC0415
    from django.test.utils import setup_test_environment, teardown_test_environment  # noqa: PLC0415

    setup_test_environment(debug=False)
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
    # Tests sign in often; a hash that is as slow as it should be takes a third of a second.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    yield world
    teardown_test_environment()


@pytest.fixture
def console(console_world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The console for one test."""
    from django.core import mail  # noqa: PLC0415
    from django.core.cache import cache  # noqa: PLC0415
    from django.db import transaction  # noqa: PLC0415

    for name, value in console_world.environment().items():
        monkeypatch.setenv(name, value)
    mail.outbox = []
    with transaction.atomic():
        cache.clear()
        yield console_world
        transaction.set_rollback(True)


PASSWORD = "correct horse battery"


def totp(secret: str, at: float | None = None) -> str:
    """The code that an authenticator app shows, by RFC 6238."""
    counter = struct.pack(">Q", int(time.time() if at is None else at) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


Visitor = Callable[..., "Client"]


@pytest.fixture
def visitor(console: World) -> Visitor:  # noqa: ARG001 - it is set up
    """Return a client that is signed in with a role, and with its second factor where the role needs one."""
    from django.test import Client  # noqa: PLC0415

    from pipeline.console.roles import NEED_SECOND_FACTOR  # noqa: PLC0415
    from pipeline.console.serve import add_totp, add_user  # noqa: PLC0415

    made: dict[tuple[Any, ...], Any] = {}

    def visit(role: str, **scope: str) -> Client:
        where = scope or ROLES[role]
        key = (role, *sorted(where.items()))
        if key not in made:
            email = f"{role}-{len(made)}@example.org"
            made[key] = add_user(email, f"Pat {role}", PASSWORD, role=role, **where)
            if role in NEED_SECOND_FACTOR:
                add_totp(made[key])
        client = Client(HTTP_HOST="127.0.0.1")
        client.force_login(made[key], "allauth.account.auth_backends.AuthenticationBackend")
        client.user = made[key]
        return client

    return visit
