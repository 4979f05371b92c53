"""Resources: the districts with their folders, the clock, and the lock that one run of a district holds.

Where the data lives is read from the environment when a run needs it, never when this module is loaded.
"""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
from pydantic import PrivateAttr

from pipeline.day.day import Day, landed_day
from pipeline.districts.folders import LOOK, DistrictFolder, Home, private_files, settings_folder
from pipeline.districts.lock import district_lock
from pipeline.districts.registry import Registry
from pipeline.districts.settings import DistrictSettings
from pipeline.districts.state import DistrictState, read_state
from pipeline.errors import RollcallError
from pipeline.files.scratch import scratch_folder
from pipeline.landing.archive import Landing
from pipeline.partitions import ONE_PARTITION, DistrictDay
from pipeline.roster.ledger import read_ledger
from pipeline.status.clock import Slot, slots
from pipeline.status.known_settings import known_settings, unreadable_districts
from pipeline.warehouse.sessions import Database, session


class Districts(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The districts: settings, state and folders. Empty paths mean ROLLCALL_HOME and ROLLCALL_DISTRICTS."""

    home: str = ""
    settings: str = ""

    def at_home(self) -> Home:
        """Return the home of all data."""
        return Home(Path(self.home)) if self.home else Home.from_environment()

    def registry(self) -> Registry:
        """Return the registry of settings."""
        return Registry(Path(self.settings) if self.settings else settings_folder())

    def settings_of(self, district: str) -> DistrictSettings:
        """Return a district's settings; UsageError where they have a mistake."""
        return self.registry()[district]

    def folder_of(self, district: str) -> DistrictFolder:
        """Return a district's folder, made where it is not there yet. OpenToOthersError where others see into it."""
        self.at_home().check_private(district)
        return self.at_home().district(district).make()

    def readable(self) -> list[tuple[str, DistrictSettings, DistrictState]]:
        """Return id, settings and state of every district that can be read.

        One district's mistake must not stop the others' night; `unreadable` names it.
        """
        found = []
        for district in self.registry().ids():
            try:
                state = read_state(self.at_home().district(district).state)
                found.append((district, self.settings_of(district), state))
            except RollcallError:
                continue
        return found

    def slots(self) -> list[Slot]:
        """Return when nights of enabled districts begin, paused ones included, in the order of time zone and time."""
        known, _ = known_settings(self.at_home(), self.registry())
        return slots(one for district, one in known.items() if self._is_enabled(district))

    def at_slot(self, slot: Slot) -> list[str]:
        """Return the districts whose nights begin then, by their settings."""
        known, _ = known_settings(self.at_home(), self.registry())
        return [district for district, one in known.items() if (one.time_zone, one.start_time) == slot]

    def _is_enabled(self, district: str) -> bool:
        try:
            return read_state(self.at_home().district(district).state).enabled
        except RollcallError:
            return False

    def unreadable(self) -> dict[str, str]:
        """Return why a district cannot be read, for each that cannot: its settings or its state."""
        found = unreadable_districts(self.at_home(), self.registry())
        for district in self.registry().ids():
            try:
                read_state(self.at_home().district(district).state)
            except RollcallError as failure:
                found.setdefault(district, str(failure))
        return found


class Clock(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The time. `fixed` (ISO 8601 with a time zone) makes a day of the demo or of a test repeatable."""

    fixed: str = ""

    def now(self) -> datetime:
        """Return the time in UTC."""
        return datetime.fromisoformat(self.fixed).astimezone(UTC) if self.fixed else datetime.now(UTC)


class DayRun(dg.ConfigurableResource):  # type: ignore[type-arg]
    """What the steps of a run have in common: the lock of the district, the Day, and one session with its databases.

    The lock is held from the first step to the last: one run of a district at a time, however it was started.
    """

    districts: dg.ResourceDependency[Districts]
    _stack: ExitStack | None = PrivateAttr(default=None)
    _open: tuple[Database, Day] | None = PrivateAttr(default=None)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Generator["DayRun", None, None]:
        """Hold the lock of the run's district; BusyError where another run has it."""
        district = context.run.tags.get("dagster/partition/district") if context.run else None
        # One without settings gets no folder by being asked for: the first step says that it is not known.
        if district is None or not self.districts.registry().path(district).exists():
            yield self
            return
        # The umask for the whole run: DuckDB makes files that anybody may read, and Dagster's daemon has its own.
        with private_files(), district_lock(self.districts.folder_of(district)), ExitStack() as stack:
            self._stack = stack
            yield self

    def beside(self, day: Day) -> Day:
        """Return the day of a preview: on the newest date or later its database is one of its own, gone after the run.

        The day's own database says what its sync did. That of an older date is made again at any time.
        """
        newest = read_ledger(day.folder).newest
        if newest is not None and day.sync_date < newest.sync_date:
            return day
        if self._stack is None:
            raise dg.Failure(ONE_PARTITION, allow_retries=False)
        scratch = self._stack.enter_context(scratch_folder(day.folder.previews, LOOK))
        return replace(day, database=scratch / "day.duckdb")

    def begin(self, day: Day) -> Database:
        """Open the session of a day that begins; nothing is attached yet."""
        db = self._session(day.folder, size=day.size)
        self._open = (db, day)
        return db

    def of(self, partition: DistrictDay) -> tuple[Database, Day]:
        """Return the Day with its session: those of the step before, or opened for a step that runs by itself.

        It is the day of the delivery that it began with, even if another has landed since.

        Raises:
            WarehouseError: the day has no database yet, or it is damaged.
        """
        if self._open is None:
            settings = self.districts.settings_of(partition.district)
            folder = self.districts.folder_of(partition.district)
            db = self._session(folder)
            db.attach("day", folder.day(partition.date.isoformat()), write=True)
            if folder.roster.exists():
                db.attach("book", folder.roster)
            begun = db.rows("meta/delivery")
            landing = Landing(folder.landing, partition.district)
            delivery = landing.read(partition.date.isoformat(), begun[0]["number"]) if begun else None
            self._open = (db, landed_day(partition.district, settings, folder, partition.date, delivery))
        return self._open

    def _session(self, folder: DistrictFolder, *, size: int | None = None) -> Database:
        if self._stack is None:
            raise dg.Failure(ONE_PARTITION, allow_retries=False)
        return self._stack.enter_context(session(folder.root, write="day", size=size))
