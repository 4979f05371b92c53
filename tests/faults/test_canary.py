"""No secret and no child's name in Dagster's home, in a log or on the terminal, whatever goes wrong.

A password and a child's name are planted in the secret, the settings, the files, the names of files and the words of
the server. What a person asks to see (a report, a listing) shows names, and is not looked at here.
"""

from __future__ import annotations

import csv
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
import pytest

from pipeline.demo.sftp_server import EmbeddedSftpServer, Login, ServedFile, ServedFolder
from tests.sftp.test_faults import GOOD, OPENDIR, Raw, number, once_then_end, packet, text
from tests.support.nights import Nights, Terminal, new_nights
from tests.test_end_to_end import BAD_FILES

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.dagster_run

SECRET = "ZZSECRET-5f3a"
CHILD = "ZZPII-Casey"
CANARY = re.compile(rf"{SECRET}|{CHILD}".encode())

TODAY_FAILS = 1, 2, 4, 5
"""What a command may end with: a fault, usage, rejected, missing."""


@dataclass
class Planted:
    """A district with canaries all over, after one good night."""

    nights: Nights
    server: EmbeddedSftpServer
    rollcall: Terminal

    def fails(self, *codes: int, command: str = "sync") -> str:
        """Run the command, which must not go well; return what it prints, which must hold no canary."""
        ran = self.rollcall(*command.split(), self.nights.district)
        assert ran.code in (codes or TODAY_FAILS), ran.words
        self.check(ran.out + ran.err)
        return ran.words

    def check(self, printed: str) -> None:
        """Look for the canaries where nobody may find them."""
        assert not CANARY.search(printed.encode())
        home = self.nights.home.root
        places = [*(home / "dagster").rglob("*"), *self.nights.folder.root.glob("*.json*"), *home.glob("*.json*")]
        assert any(path.name.endswith(".db") for path in places)
        found = [path for path in places if path.is_file() and CANARY.search(path.read_bytes())]
        assert found == []


@pytest.fixture
def planted(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> Iterator[Planted]:
    monkeypatch.setattr("pipeline.sources.collect.TRIES", 1)
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    monkeypatch.setenv("ROLLCALL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ROLLCALL_DISTRICTS", str(tmp_path / "settings"))
    caplog.set_level(logging.DEBUG)
    with EmbeddedSftpServer(tmp_path / "server") as server, dg.DagsterInstance.ephemeral() as instance:
        nights = new_nights(tmp_path, server, instance)
        server.add_account(nights.district, nights.district, password=SECRET)
        (tmp_path / "password").write_text(f"{SECRET}\n")
        with nights.settings_file.open("a") as settings:
            settings.write(f"# asked for by {CHILD}'s mother\n")
        nights.deliver()
        plant(nights.drop)
        yield Planted(nights, server, Terminal(monkeypatch, capfd))
    assert not CANARY.search("\n".join(caplog.messages).encode())


def plant(drop: Path) -> None:
    """Give every third person of users.csv the child's name."""
    path = drop / "users.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    column = rows[0].index("givenName")
    for row in rows[1::3]:
        row[column] = CHILD
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\r\n").writerows(rows)
    (drop / f"{CHILD} report card.csv").write_text(CHILD)


# --- after each failure of the server -----------------------------------------------------------------------------


def talkative(server: EmbeddedSftpServer) -> type[Login]:
    """Return logins that are greeted with the child's name."""

    class Talkative(Login):
        def get_banner(self) -> tuple[str, str]:
            return f"Welcome, {CHILD}! Your password is {SECRET}.\n", "en"

    assert server.login_class is Login
    return Talkative


def wrong_password(planted: Planted) -> None:
    planted.server.login_class = talkative(planted.server)
    planted.server.add_account(planted.nights.district, planted.nights.district, password="another")


def unpinned(planted: Planted) -> None:
    planted.nights.change_settings(planted.server.fingerprint, "SHA256:" + "A" * 43)


def no_folder(planted: Planted) -> None:
    planted.nights.change_settings("  settle_seconds: 0", "  settle_seconds: 0\n  path: nowhere")


def down(planted: Planted) -> None:
    planted.server.stop()


def saying_names(planted: Planted) -> None:
    words = f"{CHILD} {SECRET}".encode()
    answers = {**GOOD, OPENDIR: lambda n: packet(101, number(n), number(4), text(words), text(b"en"))}
    planted.server.subsystem_class = type("Saying", (Raw,), {"answers": answers})


def garbage(planted: Planted) -> None:
    answers = {**GOOD, 12: once_then_end(), 7: lambda _: f"{CHILD} {SECRET}".encode() * 50}
    planted.server.subsystem_class = type("Garbage", (Raw,), {"answers": answers})


def reads(answer: Callable[[Planted, ServedFile, int, int], Any]) -> Callable[[Planted], None]:
    def spoil(planted: Planted) -> None:
        def read(file: ServedFile, offset: int, length: int) -> bytes | int:
            found: bytes | int = answer(planted, file, offset, length)
            return found

        planted.server.file_class = type("Misbehaving", (ServedFile,), {"read": read})

    return spoil


def forbidden(planted: Planted) -> None:
    planted.server.folder_class = type("Forbidden", (ServedFolder,), {"list_folder": lambda *_: 3})


def a_link(planted: Planted) -> None:
    (planted.nights.drop / "classes.csv").unlink()
    (planted.nights.drop / "classes.csv").symlink_to(f"{CHILD} report card.csv")


def two_of_a_name(planted: Planted) -> None:
    (planted.nights.drop / "Users.CSV").write_text(CHILD)


def a_wrong_checksum(planted: Planted) -> None:
    (planted.nights.drop / "users.csv.sha256").write_text(f"{'0' * 64}  {CHILD}.csv\n")


def no_checksum(planted: Planted) -> None:
    (planted.nights.drop / "users.csv.sha256").write_text(f"{CHILD}\n")


def no_secret(planted: Planted) -> None:
    (planted.nights.registry.folder.parent / "password").unlink()


def a_secret_in_the_settings(planted: Planted) -> None:
    line = next(line for line in planted.nights.settings_file.read_text().splitlines() if "password:" in line)
    planted.nights.change_settings(line, f"  password: {SECRET}")


def a_mistake_in_the_settings(planted: Planted) -> None:
    planted.nights.change_settings("time_zone: ", f"start_tme: {CHILD}\nprofile: {SECRET}\ntime_zone: ")


def settings_that_are_no_yaml(planted: Planted) -> None:
    planted.nights.change_settings("time_zone: ", f"note: '{CHILD}\nprofile: {SECRET}: {{\ntime_zone: ")


FAULTS: dict[str, Callable[[Planted], None]] = {
    "wrong password": wrong_password,
    "host key not pinned": unpinned,
    "no such folder": no_folder,
    "host down": down,
    "names in the server's words": saying_names,
    "no SFTP at all": garbage,
    "shrunk": reads(lambda _, file, offset, length: ServedFile.read(file, offset, max(0, min(length, 500 - offset)))),
    "failure in the middle": reads(lambda *_: 4),
    "connection lost": reads(lambda planted, *_: (planted.server.hang_up(), 4)[1]),
    "no permission": forbidden,
    "a link": a_link,
    "two of a name": two_of_a_name,
    "a wrong checksum": a_wrong_checksum,
    "no checksum": no_checksum,
    "no secret": no_secret,
    "a secret in the settings": a_secret_in_the_settings,
    "a mistake in the settings": a_mistake_in_the_settings,
    "settings that are no YAML": settings_that_are_no_yaml,
}


def test_no_canary_after_any_fault(planted: Planted, tmp_path: Path) -> None:
    """One home for all of them: what one leaves behind is found after the next."""
    good = planted.rollcall("sync", planted.nights.district)
    assert good.code == 0, good.words
    planted.check(good.out + good.err)
    settings = planted.nights.settings_file.read_bytes()
    drop = {path.name: path.read_bytes() for path in planted.nights.drop.iterdir()}
    for name, spoil in FAULTS.items():
        spoil(planted)
        told = planted.fails(1, 2)
        assert "Error: " in told, name
        # As before, for the next.
        planted.server.file_class, planted.server.folder_class = ServedFile, ServedFolder
        planted.server.login_class, planted.server.subsystem_class = Login, EmbeddedSftpServer.subsystem_class
        planted.server.add_account(planted.nights.district, planted.nights.district, password=SECRET)
        planted.nights.settings_file.write_bytes(settings)
        (tmp_path / "password").write_text(f"{SECRET}\n")
        for path in planted.nights.drop.iterdir():
            path.unlink()
        for file, content in drop.items():
            (planted.nights.drop / file).write_bytes(content)
        if name == "host down":
            planted.server.start()
            planted.nights.settings_file.write_bytes(
                re.sub(rb"port: \d+", f"port: {planted.server.port}".encode(), settings)
            )
            settings = planted.nights.settings_file.read_bytes()


# --- after each bad file ------------------------------------------------------------------------------------------


HEADER = b"sourcedId,role,givenName,familyName,orgSourcedIds\r\n"

CHOKING: dict[str, bytes] = {
    "an open quote": HEADER + f'1,student,"{CHILD}'.encode(),
    "NUL and too many cells": HEADER + f"{CHILD}\0,student,a,b,c,d,e\r\n".encode() * 3,
    "no UTF-8": HEADER + f"{CHILD}\xff".encode("latin-1"),
    "a role that is none": HEADER + f"1,pupil,{CHILD},{CHILD},0401\r\n".encode() * 2,
}

SPOILED: dict[str, Callable[[Path], None]] = {
    **{name: case[0] for name, case in BAD_FILES.items()},
    **{
        name: lambda drop, content=content: (drop / "users.csv").write_bytes(content) and None  # type: ignore[misc]
        for name, content in CHOKING.items()
    },
}
"""What grows with every kind of bad file: name -> what makes it of a good delivery."""


def test_no_canary_after_any_bad_file(planted: Planted) -> None:
    """One home for all of them, as above."""
    drop = {path.name: path.read_bytes() for path in planted.nights.drop.iterdir()}
    for spoil in SPOILED.values():
        spoil(planted.nights.drop)
        users = planted.nights.drop / "users.csv"
        if users.exists() and users.stat().st_size and CHILD.encode() not in users.read_bytes():
            users.write_bytes(users.read_bytes() + CHILD.encode())
        planted.fails(3, 4, 5)
        for path in planted.nights.drop.iterdir():
            path.unlink()
        for file, content in drop.items():
            (planted.nights.drop / file).write_bytes(content)
