"""The story of `rollcall demo`: three districts, four nights, half a file, one cut off, one missing, and no one lost.

Belongs here: who is in the story, what happens in each night, and what the terminal shows of it. Does not belong here:
the people (`synthetic`), the server (`sftp_server.py`), the comparison with what really happened (`truth.py`).
Each night is synced as any other and recorded in Dagster: by SFTP from a server in this process, or, where a district
sends its files by PowerSchool's AutoSend, from the folder that the server writes them to.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal

import dagster as dg
import polars as pl
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from pipeline.demo.autosend import AutoSend
from pipeline.demo.sftp_server import EmbeddedSftpServer
from pipeline.demo.synthetic import SyntheticDistrict
from pipeline.demo.truth import wrong_archives, wrong_changes, wrong_records
from pipeline.districts.adding import NewDistrict, add_district
from pipeline.districts.folders import DistrictFolder, Home, settings_folder
from pipeline.districts.registry import Registry
from pipeline.districts.state import DistrictState, write_state
from pipeline.errors import RollcallError, UsageError
from pipeline.instance import open_instance
from pipeline.outcomes import Outcome
from pipeline.partitions import DistrictDay
from pipeline.report.model import SyncReport
from pipeline.report.words import RECORD_WORDS
from pipeline.resources import Clock, Districts
from pipeline.runs import sync_day
from pipeline.status.clock import local_date, slot_start
from pipeline.status.pages import write_overview

Export = Literal["contacts", "roles", "oneroster"]


@dataclass(frozen=True)
class Cast:
    """One district of the story: where it is, how large against the largest, and what its system exports."""

    district: str
    name: str
    time_zone: str
    start_time: str
    share: float
    export: Export
    sends: bool = False
    """Its AutoSend puts the files on our server; those of others are fetched from theirs."""


CAST = (
    Cast("demo-cedar-valley", "Cedar Valley Public Schools", "America/New_York", "01:30", 1.0, "contacts", sends=True),
    Cast("demo-red-mesa", "Red Mesa Unified", "America/Denver", "02:00", 0.5, "roles"),
    Cast("demo-saguaro", "Saguaro Schools", "America/Phoenix", "02:00", 0.25, "oneroster"),
)
"""Three time zones that are hours apart, not a day: a night has the same date in all of them."""

NIGHTS = 4
HALF_NIGHT, MISSING_NIGHT = 2, 3
"""In the third night half of Cedar Valley's users.csv is missing, and Saguaro's is cut off in the middle of a row; in
the last one Red Mesa's classes.csv does not come."""

WRITTEN_BEFORE = timedelta(minutes=30)
"""How long before a night begins its files were written, as exports are timed."""

TEMPLATES = ("users.csv", "classes.csv", "enrollments.csv")
BETWEEN_TEMPLATES = timedelta(minutes=4)
"""AutoSend has a schedule for each template."""


@dataclass
class Player:
    """A district in the story: its synthetic world, and where its files and data are."""

    cast: Cast
    world: SyntheticDistrict
    drop: Path
    folder: DistrictFolder
    autosend: AutoSend | None = None
    """Of a district that sends."""
    wrong: list[str] = field(default_factory=list)
    caught_up: bool = True

    @property
    def exports(self) -> Path:
        """The folder that the district's system writes its files to: the one that its server shows, or its own."""
        return self.drop if self.autosend is None else self.drop.parents[1] / "powerschool" / self.cast.district

    def write(self) -> None:
        """Write the files of the world as it is now."""
        self.exports.mkdir(mode=0o700, parents=True, exist_ok=True)
        for file in self.exports.iterdir():
            file.unlink()
        if self.cast.export == "oneroster":
            self.world.write_oneroster(self.exports)
        else:
            contacts: Literal["roles", "relationships"] = "relationships" if self.cast.export == "contacts" else "roles"
            self.world.write_powerschool(self.exports, prefix=self.cast.export == "contacts", contacts=contacts)

    def deliver(self, written: datetime | None = None) -> None:
        """Bring the files to where Rollcall takes them, as if at `written`; without it, now.

        AutoSend sends one template after the other; the first under a temporary name.
        """
        if self.autosend is not None:
            for template in TEMPLATES:
                self.autosend.send(self.exports / template, temporary=template == TEMPLATES[0])
        if written is None:
            return
        for file in self.drop.iterdir():
            later = TEMPLATES.index(file.name) * BETWEEN_TEMPLATES if self.autosend is not None else timedelta()
            seconds = min(written + later, datetime.now(UTC)).timestamp()
            os.utime(file, (seconds, seconds))


def tell_story(out: Console, *, students: int, seed: int) -> None:
    """Run the demo in ROLLCALL_HOME and ROLLCALL_DISTRICTS and check it against the truth.

    Only districts whose id begins with `demo-` are touched; those of an earlier demo are replaced.

    Raises:
        RollcallError: what a sync did is not what really happened.
    """
    started = time.monotonic()
    home, registry = Home.from_environment(), Registry(settings_folder())
    opening = Text("Rollcall's demo", style="bold")
    opening.append(": three synthetic districts drop their files on an SFTP server, night after night.", "not bold")
    out.print(opening)
    with _server(home) as server, open_instance(home) as instance:
        players = [_enter(cast, home, registry, server, students, seed + n) for n, cast in enumerate(CAST)]
        last = min(local_date(registry[p.cast.district], datetime.now(UTC)) for p in players)
        with Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TimeElapsedColumn(),
            console=out,
            transient=True,
        ) as progress:
            task = progress.add_task("syncing", total=NIGHTS * len(players))
            for number in range(NIGHTS):
                day = last - timedelta(days=NIGHTS - 1 - number)
                headline = Text(f"\n{day:%A, %B %-d}", style="bold")
                out.print(headline.append(_HEADLINES.get(number, ""), "not bold"))
                for player in players:
                    progress.update(task, description=f"{day} {player.cast.name}")
                    _live(player, number, day, registry, instance, out)
                    progress.advance(task)
        _check(players)
        for player in players:
            # What was missing is on the server now: the next sync takes it.
            player.write()
            player.deliver()
    page = write_overview(home, datetime.now(UTC), registry)
    _close(out, page, time.monotonic() - started)


_SENT = "PowerSchool's AutoSend puts three files on our drop server, minutes apart."

_HEADLINES = {
    0: ": the initial sync. No one is notified.",
    HALF_NIGHT: f": the export of {CAST[0].name} stops halfway through users.csv; "
    f"the upload of {CAST[2].name} is cut off in the middle of a row.",
    MISSING_NIGHT: f": {CAST[1].name} sends no classes.csv; the others send whole files again.",
}


def _live(
    player: Player, number: int, day: date, registry: Registry, instance: dg.DagsterInstance, out: Console
) -> None:
    """Live one day of a district, sync its night, and compare the plan with the truth."""
    changes = player.world.advance() if number else None
    player.write()
    accident = _spoil(player, number)
    settings = registry[player.cast.district]
    begins = slot_start(settings, day)
    player.deliver(begins - WRITTEN_BEFORE)
    if player.autosend is not None and not number:
        out.print(Text(f"  {player.cast.name:<28} {_SENT}", style="dim"))
    # Between midnight and the start time, the last night of the story is yet to begin.
    night = min(begins + timedelta(minutes=10), datetime.now(UTC))
    report, _ = sync_day(
        DistrictDay(player.cast.district, day),
        instance=instance,
        districts=Districts(),
        clock=Clock(fixed=night.isoformat()),
    )
    out.print(Text(f"  {player.cast.name:<28} ").append(_line(report)))
    if accident and isinstance(changes, pl.DataFrame):
        player.wrong += wrong_archives(player.folder, day, changes)
        player.wrong += [f"the bad day ended as {report.outcome}"] if report.outcome != accident else []
        for finding in report.findings:
            if finding.code in {"file_cut_off", "file_missing"}:
                out.print(Text(f"  {'':<28} {finding.message}", style="yellow"))
        withheld = {RECORD_WORDS[n]: c.withheld.archive for n, c in report.records.items() if c.withheld.archive}
        if withheld:
            words = ", ".join(f"{count:,} {name}" for name, count in withheld.items())
            out.print(Text(f"  {'':<28} Not archived, though they are not in the files: {words}.", style="yellow"))
    elif player.caught_up and isinstance(changes, pl.DataFrame):
        player.wrong += wrong_changes(player.folder, day, changes)
    player.caught_up = accident is None


def _spoil(player: Player, number: int) -> Outcome | None:
    """Let the accident of the night happen to a district's files; return what the night must end as."""
    users = player.exports / "users.csv"
    if number == HALF_NIGHT and player.cast is CAST[0]:
        _shorten(users, beyond_a_row=1)
        return "held"
    if number == HALF_NIGHT and player.cast is CAST[-1]:
        _shorten(users, beyond_a_row=20)
        return "rejected"
    if number == MISSING_NIGHT and player.cast is CAST[1]:
        (player.exports / "classes.csv").unlink()
        return "rejected"
    return None


def _shorten(file: Path, *, beyond_a_row: int) -> None:
    """Cut a file, so many bytes behind the end of its last whole row that is left."""
    whole = file.read_bytes()
    line_end = b"\r" if b"\n" not in whole else b"\n"
    file.write_bytes(whole[: whole.rfind(line_end, 0, len(whole) * 6 // 10) + beyond_a_row])


def _line(report: SyncReport) -> Text:
    style = {"applied": "green", "unchanged": "green", "held": "yellow"}.get(report.outcome, "red")
    line = Text(f"{report.outcome:<9}", style=style)
    if not report.accepted:
        return Text.assemble(line, f" {report.summary}")
    parts = []
    for name, words in (("students", "students"), ("guardians", "guardians"), ("enrollments", "enrollments")):
        c = report.records[name]
        parts.append(f"{c.active_after:,} {words} (+{c.added + c.restored} −{c.archived} ~{c.updated})")
    return Text.assemble(line, f" {', '.join(parts)}")


def _check(players: list[Player]) -> None:
    """Hold the rosters against the synthetic worlds; one wrong change fails the demo."""
    for player in players:
        if player.caught_up:
            player.wrong += wrong_records(
                player.folder,
                player.cast.district,
                player.world,
                with_language=player.cast.export != "oneroster",
            )
    wrong = [f"{player.cast.name}: {words}" for player in players for words in player.wrong]
    if wrong:
        raise RollcallError("The demo's rosters differ from what really happened:\n" + "\n".join(wrong[:20]))


def _close(out: Console, page: Path, seconds: float) -> None:
    out.print(
        Text.assemble(
            ("\nChecked:", "green"),
            " every change of the good nights and the current rosters match what really happened in the synthetic "
            f"districts. {seconds:.0f} seconds.",
        )
    )
    command = os.path.relpath(sys.argv[0]) if "/" in sys.argv[0] else "rollcall"
    out.print(f"`{command} status` shows it in the terminal, `{command} dev` the nights in Dagster.", markup=False)
    out.print(f"\nOpen this page:\n  {page.as_uri()}", markup=False, soft_wrap=True)


@contextmanager
def _server(home: Home) -> Iterator[EmbeddedSftpServer]:
    """Run the demo's SFTP server, with the same host key and port as before."""
    folder = home.root / "demo"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = folder / "port"
    port = int(kept.read_text(encoding="ascii")) if kept.exists() else 0
    server = EmbeddedSftpServer(folder / "sftp", host_key=folder / "host_key", port=port)
    try:
        server.start()
    except OSError:
        raise UsageError(
            f"The port {port} of the demo's SFTP server is in use.",
            "Stop the other demo (`rollcall dev` runs its server, too), then try again.",
        ) from None
    try:
        kept.write_text(str(server.port), encoding="ascii")
        yield server
    finally:
        server.stop()


def _enter(cast: Cast, home: Home, registry: Registry, server: EmbeddedSftpServer, students: int, seed: int) -> Player:
    """Put a district of the story in place, in place of an earlier demo's."""
    folder = home.district(cast.district)
    shutil.rmtree(folder.root, ignore_errors=True)
    registry.path(cast.district).unlink(missing_ok=True)
    password = secrets.token_urlsafe(12)
    reference = home.root / "demo" / f"{cast.district}.password"
    reference.write_text(password, encoding="ascii")
    reference.chmod(0o600)
    world = SyntheticDistrict(
        seed=seed, students=max(50, int(students * cast.share)), first_school_id=401 + 100 * seed % 500
    )
    shutil.rmtree(home.root / "demo" / "sftp" / cast.district, ignore_errors=True)
    drop = server.add_account(cast.district, cast.district, password=password)
    new = NewDistrict(
        name=cast.name,
        time_zone=cast.time_zone,
        start_time=cast.start_time,
        schools=world.schools,
        settle_seconds=0,
    )
    autosend = None
    if cast.sends:
        new = replace(new, folder=str(drop))
        autosend = AutoSend("127.0.0.1", server.port, cast.district, password, "/", server.fingerprint)
    else:
        new = replace(
            new,
            host="127.0.0.1",
            port=server.port,
            user=cast.district,
            password=f"file:{reference}",
            host_keys=[server.fingerprint],
        )
    add_district(registry, cast.district, new)
    write_state(folder.state, DistrictState(enabled=True))
    return Player(cast=cast, world=world, drop=drop, folder=folder, autosend=autosend)


def serve_demo(out: Console) -> None:
    """Run the demo's SFTP server until it is stopped, so that the demo districts can be synced again."""
    home = Home.from_environment()
    known = [cast for cast in CAST if (home.root / "demo" / f"{cast.district}.password").exists()]
    if not known:
        raise UsageError("There is no demo here yet.", "Run `rollcall demo` first.")
    with _server(home) as server:
        for cast in known:
            password = (home.root / "demo" / f"{cast.district}.password").read_text(encoding="ascii")
            server.add_account(cast.district, cast.district, password=password)
        out.print(f"The demo's SFTP server listens on 127.0.0.1:{server.port}. Ctrl-C stops it.")
        threading.Event().wait()
