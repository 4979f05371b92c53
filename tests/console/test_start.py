"""Starting the console: what the environment says, the first invitation, and what runs without Django."""

from __future__ import annotations

import ast
import socket
import subprocess
import sys
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from typer.testing import CliRunner

from pipeline.cli.main import app
from pipeline.console.environment import (
    ADDRESS,
    DATABASE,
    KEY,
    console_address,
    console_key,
    database_settings,
    derived,
)
from pipeline.districts.folders import Home
from pipeline.errors import UsageError
from tests.support.console import HERE, World

ROOT = Path(__file__).parents[2]


def test_nothing_but_the_console_imports_django() -> None:
    importing = set()
    for path in [*ROOT.glob("pipeline/**/*.py"), *ROOT.glob("assets/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.partition(".")[0] in {"django", "allauth", "gunicorn"} for name in names):
                importing.add(path.relative_to(ROOT / "pipeline").parts[0])
    assert importing == {"console"}
    loaded = (
        "import sys, pipeline.cli.main, pipeline.definitions; print('django' in sys.modules, 'allauth' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True, cwd=ROOT)
    assert run.stdout.split() == ["False", "False"]


def test_the_address_decides_about_https_hosts_and_cookies() -> None:
    address = console_address({ADDRESS: "https://roster.example.org/"})
    assert address is not None
    assert (address.host, address.origin, address.is_secure) == (
        "roster.example.org",
        "https://roster.example.org",
        True,
    )
    assert console_address({}) is None
    local = console_address({ADDRESS: "http://localhost:8000"})
    assert local is not None
    assert not local.is_secure


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({ADDRESS: "http://roster.example.org"}, "has no https"),
        ({ADDRESS: "roster.example.org"}, "is not a web address"),
        ({ADDRESS: "https://roster.example.org/console"}, "is not a web address"),
        ({DATABASE: "mysql://host/name"}, "is not a database"),
        ({DATABASE: "postgresql://host:port/name"}, "has an invalid port"),
        ({KEY: "plain-secret"}, "must be a reference"),
        ({KEY: "env:NO_SUCH_VARIABLE"}, "is not set or is empty"),
    ],
)
def test_a_mistake_in_the_environment_is_named(tmp_path: Path, environment: Mapping[str, str], words: str) -> None:
    def read() -> None:
        console_address(environment)
        database_settings(Home(tmp_path), environment)
        console_key(Home(tmp_path), environment)

    with pytest.raises(UsageError, match=words):
        read()


def test_the_database_is_a_file_of_the_home_or_a_postgres(tmp_path: Path) -> None:
    found = database_settings(Home(tmp_path), {DATABASE: "postgresql://rollcall:p%40ss@db.example.org:5433/console"})
    assert {name: found[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "NAME": "console", "USER": "rollcall", "PASSWORD": "p@ss", "HOST": "db.example.org", "PORT": "5433",
    }  # fmt: skip
    assert database_settings(Home(tmp_path), {})["NAME"] == tmp_path / "console.sqlite3"


def test_the_key_is_made_once_and_only_for_us(tmp_path: Path) -> None:
    key = console_key(Home(tmp_path), {})
    assert console_key(Home(tmp_path), {}) == key
    assert (tmp_path / "console.key").stat().st_mode & 0o777 == 0o600
    assert derived(key, "sessions") != derived(key, "secrets")
    (tmp_path / "console.key").write_text("short\n", encoding="ascii")
    with pytest.raises(UsageError, match="fewer than 32"):
        console_key(Home(tmp_path), {})


def test_the_files_of_the_console_are_for_us_alone(console: World) -> None:
    files = [path for path in console.home.glob("console*") if path.is_file()]
    assert {path.name for path in files} >= {"console.key", "console.sqlite3"}
    assert {path.name: path.stat().st_mode & 0o077 for path in files} == dict.fromkeys((path.name for path in files), 0)


def invited(*options: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["console", "--invite", "new@example.org", *options])
    return result.exit_code, str(result.exception or result.output)


def test_the_first_invitation_comes_from_the_command(console: World) -> None:
    from django.test import Client  # noqa: PLC0415

    assert console
    code, link = invited("--port", "9001")
    assert code == 0
    link = link.split()[0]
    assert link.startswith("http://127.0.0.1:9001/invitations/")
    page = Client(HTTP_HOST="127.0.0.1").get(link.removeprefix("http://127.0.0.1:9001"))
    assert b"new@example.org: operator" in page.content
    for options, words in (
        (("--role", "principal"), "is not a role"),
        (("--role", "viewer"), "needs a district"),
        (("--role", "operator", "--district", HERE), "holds in all districts"),
        (("--role", "viewer", "--district", "no-such"), "There is no district"),
        (("--role", "school_viewer", "--district", HERE), "needs a school"),
        (("--role", "viewer", "--district", HERE, "--school", "N"), "holds in a whole district"),
    ):
        assert words in invited(*options)[1]


def test_the_rules_of_roles_hold_in_the_database_too(console: World) -> None:
    from django.db import IntegrityError, transaction  # noqa: PLC0415

    from pipeline.console.serve import add_user  # noqa: PLC0415

    assert console
    for scope in (
        {"role": "viewer"}, {"role": "operator", "district": HERE}, {"role": "school_viewer", "district": HERE},
        {"role": "owner", "district": HERE, "school": "N"},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            add_user("pat@example.org", "Pat", "correct horse battery", **scope)


class Inbox(Message):
    def __init__(self) -> None:
        super().__init__()
        self.mails: list[EmailMessage] = []

    def handle_message(self, message: EmailMessage) -> None:  # type: ignore[override]
        self.mails.append(message)


def test_a_mail_of_the_console_goes_to_the_mail_server_of_the_installation(
    console: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.core.mail import EmailMessage as DjangoMessage  # noqa: PLC0415

    from pipeline.console.mail import InstallationMail  # noqa: PLC0415

    assert console
    message = DjangoMessage("Rollcall: a\nsubject", "A link", None, ["pat@example.org"])
    assert InstallationMail().send_messages([message]) == 0, "without a server none is sent"
    inbox = Inbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        monkeypatch.setenv("ROLLCALL_MAIL_SERVER", f"smtp+plain://127.0.0.1:{port}")
        monkeypatch.setenv("ROLLCALL_MAIL_FROM", "rollcall@example.org")
        assert InstallationMail().send_messages([message]) == 1
    finally:
        controller.stop()
    monkeypatch.setenv("ROLLCALL_MAIL_SERVER", "smtp+plain://127.0.0.1:1")
    assert InstallationMail().send_messages([message]) == 0, "a page does not fail for it"
    [mail] = inbox.mails
    assert (mail["From"], mail["To"], mail["Subject"]) == (
        "rollcall@example.org",
        "pat@example.org",
        "Rollcall: a subject",
    )


def test_behind_https_cookies_hosts_and_links_are_those_of_the_address(tmp_path: Path) -> None:
    asked = (
        "from django.conf import settings as s; print(s.ALLOWED_HOSTS, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, "
        "s.SESSION_COOKIE_NAME, s.CSRF_TRUSTED_ORIGINS, s.SECURE_HSTS_SECONDS > 0, s.ACCOUNT_DEFAULT_HTTP_PROTOCOL)"
    )
    environment = {
        "DJANGO_SETTINGS_MODULE": "pipeline.console.settings", "ROLLCALL_HOME": str(tmp_path),
        ADDRESS: "https://roster.example.org",
    }  # fmt: skip
    run = subprocess.run(
        [sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert run.stdout.strip() == (
        "['roster.example.org'] True True __Host-rollcall ['https://roster.example.org'] True https"
    )
