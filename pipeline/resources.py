"""Resources: the districts with their folders, the clock, and the lock that one run of a district holds.

Where the data lives is read from the environment when a run needs it, never when this module is loaded.
"""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from pipeline.districts.folders import DistrictFolder, Home, private_files, settings_folder
from pipeline.districts.lock import district_lock
from pipeline.districts.registry import Registry
from pipeline.districts.settings import DistrictSettings
from pipeline.districts.state import DistrictState, read_state
from pipeline.errors import RollcallError


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

        One district's mistake must not stop the others' night; `rollcall doctor` names it.
        """
        found = []
        for district in self.registry().ids():
            try:
                state = read_state(self.at_home().district(district).state)
                found.append((district, self.settings_of(district), state))
            except RollcallError:
                continue
        return found


class Clock(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The time. `fixed` (ISO 8601 with a time zone) makes a day of the demo or of a test repeatable."""

    fixed: str = ""

    def now(self) -> datetime:
        """Return the time in UTC."""
        return datetime.fromisoformat(self.fixed).astimezone(UTC) if self.fixed else datetime.now(UTC)


class RunLock(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Held from the first step of a run to its last: one run of a district at a time, however it was started."""

    districts: dg.ResourceDependency[Districts]

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Generator["RunLock", None, None]:
        """Hold the lock of the run's district; BusyError where another run has it."""
        district = context.run.tags.get("dagster/partition/district") if context.run else None
        if district is None:
            yield self
            return
        # The umask for the whole run: DuckDB makes files that anybody may read, and Dagster's daemon has its own.
        with private_files(), district_lock(self.districts.folder_of(district)):
            yield self
