"""A made-up district for tests of the whole: its SFTP server, its home, and nights that are synced in this process."""

from __future__ import annotations

import copy
import json
import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import dagster as dg
import pytest

from pipeline.cli.main import main
from pipeline.demo.sftp_server import EmbeddedSftpServer
from pipeline.demo.synthetic import SyntheticDistrict
from pipeline.districts.adding import NewDistrict, add_district
from pipeline.districts.folders import DistrictFolder, Home
from pipeline.districts.registry import Registry
from pipeline.districts.settings import DistrictSettings
from pipeline.instance import open_instance
from pipeline.partitions import DistrictDay
from pipeline.resources import Clock, Districts
from pipeline.roster.history import roster_as_of
from pipeline.runs import sync_day
from pipeline.status.clock import slot_start

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.report.model import SyncReport

Export = Literal["contacts", "roles", "oneroster"]

FIRST_NIGHT = date(2026, 9, 8)

SUMS = ("added", "updated", "unchanged", "restored", "kept")


@dataclass
class Nights:
    """One made-up district: what lives there, where it drops its files, where Rollcall keeps its data."""

    district: str
    world: SyntheticDistrict
    export: Export
    drop: Path
    home: Home
    registry: Registry
    instance: dg.DagsterInstance

    @property
    def folder(self) -> DistrictFolder:
        return self.home.district(self.district)

    @property
    def settings_file(self) -> Path:
        return self.registry.path(self.district)

    @property
    def settings(self) -> DistrictSettings:
        return self.registry[self.district]

    def change_settings(self, old: str, new: str) -> None:
        text = self.settings_file.read_text(encoding="utf-8")
        assert old in text
        self.settings_file.write_text(text.replace(old, new), encoding="utf-8")

    def deliver(self) -> None:
        """Drop the files that the district's system writes tonight, in place of yesterday's."""
        for file in self.drop.iterdir():
            shutil.rmtree(file) if file.is_dir() and not file.is_symlink() else file.unlink()
        write_files(self.world, self.drop, self.export)

    def night(self, number: int) -> date:
        return FIRST_NIGHT + timedelta(days=number)

    def sync(self, day: date, *, at: datetime | None = None, **options: Any) -> SyncReport:
        """Sync a day, ten minutes after its slot began or at another time."""
        return self.sync_with_page(day, at=at, **options)[0]

    def sync_with_page(self, day: date, *, at: datetime | None = None, **options: Any) -> tuple[SyncReport, Path]:
        now = at or slot_start(self.settings, day) + timedelta(minutes=10)
        for file in self.drop.iterdir():
            # Written now, for a night of long ago.
            if not file.is_symlink() and file.stat().st_mtime > now.timestamp():
                os.utime(file, (now.timestamp() - 3600,) * 2)
        report, page = sync_day(
            DistrictDay(self.district, day),
            instance=self.instance,
            districts=Districts(home=str(self.home.root), settings=str(self.registry.folder)),
            clock=Clock(fixed=now.isoformat()),
            **options,
        )
        assert_adds_up(report.model_dump(mode="json"))
        return report, page

    def standing(self) -> dict[str, bytes]:
        """Return the roster that stands, as the three files that a reader would export."""
        with tempfile.TemporaryDirectory() as temporary:
            roster_as_of(self.folder, self.district, out=Path(temporary))
            return {file.name: file.read_bytes() for file in sorted(Path(temporary).iterdir())}

    def corrections(self) -> list[tuple[str, int, str]]:
        """What commands have done to the roster by Dagster's events of it: date, sync number and kind."""
        key = dg.AssetKey("roster")
        with open_instance(self.home) as instance:
            entries = [
                record.event_log_entry
                for fetched in (instance.fetch_materializations(key, 50), instance.fetch_observations(key, 50))
                for record in fetched.records
            ]
        events = [entry.asset_materialization or entry.asset_observation for entry in reversed(entries)]
        return [
            (
                str(event.partition).split("|")[0],
                int(str(event.metadata["sync"].value)),
                str(event.metadata["kind"].value),
            )
            for event in events
            if event is not None and {"sync", "kind"} == set(event.metadata)
        ]

    def syncs(self) -> int:
        """Return the number of the newest sync, 0 without any."""
        return roster_as_of(self.folder, self.district).sync_number if self.folder.roster.exists() else 0


def write_files(world: SyntheticDistrict, folder: Path, export: Export) -> None:
    """Write what a district's system drops, in one of the three ways of the demo."""
    if export == "oneroster":
        world.write_oneroster(folder)
    elif export == "contacts":
        world.write_powerschool(folder, prefix=True, contacts="relationships")
    else:
        world.write_powerschool(folder, prefix=False, contacts="roles")


def new_nights(
    root: Path,
    server: EmbeddedSftpServer,
    instance: dg.DagsterInstance,
    *,
    export: Export = "roles",
    students: int = 60,
) -> Nights:
    """Put a district below `root`, with an account of its own on `server`."""
    district = f"cedar-{root.name.casefold().replace('_', '-')}"[:63]
    reference = root / "password"
    reference.write_text("right-password\n", encoding="ascii")
    world = SyntheticDistrict(seed=11, students=students)
    registry = Registry(root / "settings")
    add_district(
        registry,
        district,
        NewDistrict(
            name="Cedar Valley",
            time_zone="America/Chicago",
            schools=world.schools,
            host="127.0.0.1",
            port=server.port,
            user=district,
            password=f"file:{reference}",
            host_keys=[server.fingerprint],
            settle_seconds=0,
        ),
    )
    drop = server.add_account(district, district, password="right-password")
    return Nights(district, world, export, drop, Home(root / "home"), registry, instance)


def assert_adds_up(report: dict[str, Any]) -> None:
    """Check the sums that a report promises to scripts, on a report as JSON."""
    for name, counts in report["files"].items():
        assert counts["received"] == counts["accepted"] + counts["rejected"] + counts["excluded"], name
    for name, counts in report["records"].items():
        assert counts["active_after"] == (
            counts["active_before"] + counts["added"] + counts["restored"] - counts["archived"]
        ), name
    if report["outcome"] in {"applied", "unchanged", "held"}:
        for file, types in (("classes.csv", ["classes"]), ("enrollments.csv", ["enrollments"])):
            withheld = [report["records"][name]["withheld"] for name in types]
            accepted = sum(report["records"][name][part] for name in types for part in SUMS)
            accepted += sum(part[kind] for part in withheld for kind in ("add", "update", "restore"))
            assert accepted == report["files"][file]["accepted"], file


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that Dagster runs whole nights for: those that take a district with a server to drop files on."""
    for item in items:
        if "drop_server" in getattr(item, "fixturenames", ()):
            item.add_marker("dagster_run")


@pytest.fixture(scope="session")
def drop_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedSftpServer]:
    """Run one SFTP server for all made-up districts."""
    with EmbeddedSftpServer(tmp_path_factory.mktemp("drop")) as server:
        yield server


@pytest.fixture(scope="session")
def after_first_night(tmp_path_factory: pytest.TempPathFactory, drop_server: EmbeddedSftpServer) -> Nights:
    """Sync one district's first night, once for all tests; they get copies."""
    with dg.DagsterInstance.ephemeral() as instance:
        nights = new_nights(tmp_path_factory.mktemp("first"), drop_server, instance)
        nights.deliver()
        assert nights.sync(FIRST_NIGHT).outcome == "applied"
        return nights


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    """Give a place that Dagster records runs in, gone after the test."""
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@pytest.fixture
def nights(
    after_first_night: Nights, tmp_path: Path, drop_server: EmbeddedSftpServer, instance: dg.DagsterInstance
) -> Nights:
    """Give a district of 60 students after its first night; whole files for the second lie on its server."""
    shutil.copytree(after_first_night.home.root, tmp_path / "home")
    shutil.copytree(after_first_night.registry.folder, tmp_path / "settings")
    nights = replace(
        after_first_night,
        home=Home(tmp_path / "home"),
        registry=Registry(tmp_path / "settings"),
        instance=instance,
        world=copy.deepcopy(after_first_night.world),
    )
    drop_server.login_attempts.clear()
    nights.deliver()
    return nights


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def words(self) -> str:
        """All that it printed, on one line."""
        return " ".join(f"{self.out}\n{self.err}".split())


@contextmanager
def preserved_environment() -> Iterator[None]:
    """Put the environment back: opening Dagster's instance names its home there."""
    before = dict(os.environ)
    mask = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(mask)
        os.environ.clear()
        os.environ.update(before)


class Terminal:
    """Runs commands in this process, as the console script would."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capfd = capfd

    def __call__(self, *arguments: str | Path) -> Ran:
        self._monkeypatch.setattr(sys, "argv", ["rollcall", *map(str, arguments)])
        self._capfd.readouterr()
        with preserved_environment(), pytest.raises(SystemExit) as ended:
            main()
        out, err = self._capfd.readouterr()
        assert "Traceback" not in out + err
        code = ended.value.code
        return Ran(code if isinstance(code, int) else 0, out, err)

    def json(self, *arguments: str | Path, code: int = 0) -> Any:
        ran = self(*arguments, "--format", "json")
        assert ran.code == code, ran.words
        return json.loads(ran.out)

    def refused(self, *arguments: str | Path, code: int = 2) -> str:
        """Run what must fail; return the words. Nothing is printed as data."""
        ran = self(*arguments)
        assert ran.code == code, ran.words
        assert ran.out == ""
        return " ".join(ran.err.split())


@pytest.fixture
def rollcall(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Terminal:
    """Give a terminal in an empty folder, where the made-up district has its home."""
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    monkeypatch.setenv("ROLLCALL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ROLLCALL_DISTRICTS", str(tmp_path / "settings"))
    monkeypatch.chdir(tmp_path)
    return Terminal(monkeypatch, capfd)
