"""What a night costs beside many other districts, and what the looks at all of them cost an idle daemon.

`make bench-fleet`, or `python bench/fleet.py --districts 1000`. For one district and for so many: CPU seconds of a
process that loads the definitions, as each run does, and of a first and an unchanged night in it, started as by the
clock; and of each look at all districts in Dagster's daemon, with how often it comes. The other districts have their
sync of today, as most of the day. Not measured here: SFTP, several runs side by side, and Dagster's daemon itself.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.districts.folders import DistrictFolder
    from pipeline.districts.settings import DistrictSettings

STUDENTS = 1_500
ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "Pacific/Guam")
LOOKS = {"unfinished_nights": 15.0, "arrivals": 1.0, "new_districts": 1.0}
"""Minutes between two looks of each sensor."""


def cpu() -> float:
    """Return the CPU seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def make(root: Path, count: int) -> None:
    """Make so many districts that are synced nightly; the first has files."""
    from pipeline.demo.synthetic import SyntheticDistrict
    from pipeline.districts.adding import NewDistrict, add_district
    from pipeline.districts.folders import Home
    from pipeline.districts.registry import Registry
    from pipeline.districts.state import DistrictState, write_state

    home, registry = Home(root / "var"), Registry(root / "districts")
    (home.root / "reports").mkdir(mode=0o700, parents=True)
    (root / "drop").mkdir()
    (root / "empty").mkdir()
    world = SyntheticDistrict(seed=7, students=STUDENTS)
    world.write_powerschool(root / "drop", prefix=False, contacts="roles")
    for number in range(count):
        name = f"district-{number:05}"
        new = NewDistrict(
            name=name.title(), time_zone=ZONES[number % len(ZONES)], schools=world.schools, settle_seconds=0,
            folder=str(root / ("empty" if number else "drop")),
        )  # fmt: skip
        add_district(registry, name, new)
        state = DistrictState(enabled=True, nightly_since=datetime.now(UTC) - timedelta(days=2))
        write_state(home.district(name).make().state, state)
        if number:
            synced(home.district(name), registry[name])


def synced(folder: DistrictFolder, settings: DistrictSettings) -> None:
    """Write down that a district has its sync of today, as an unchanged one would."""
    from pipeline.roster.ledger import Ledger, Sync, record
    from pipeline.status.clock import local_date
    from pipeline.status.districts import SUMMARY, SyncSummary

    now = datetime.now(UTC)
    day, name = local_date(settings, now), folder.root.name
    sync = Sync(
        number=1, sync_date=day, outcome="missing", initial=False, baseline_sync=0, in_roster=False, recorded_at=now,
        counts={},
    )  # fmt: skip
    record(folder, Ledger(), sync)
    summary = SyncSummary(
        district=name, name=settings.name, time_zone=settings.time_zone, start_time=settings.start_time, sync_number=1,
        sync_date=day, outcome="missing", initial=False, added=0, updated=0, archived=0, withheld=0, page="",
    )  # fmt: skip
    (folder.root / "reports" / SUMMARY).write_text(summary.model_dump_json(), encoding="utf-8")


def night(root: Path, number: int) -> None:
    """Print the CPU seconds of loading the definitions and of one night of the first district, as JSON."""
    import dagster as dg

    start = cpu()
    from pipeline.definitions import build_defs

    defs = build_defs()
    loaded = cpu()
    from pipeline.instance import open_instance
    from pipeline.partitions import DistrictDay, register
    from pipeline.resources import Clock, Districts
    from pipeline.run_tags import ATTEMPT
    from pipeline.status.clock import local_date, slot_start

    districts = Districts()
    name = districts.registry().ids()[0]
    settings = districts.settings_of(name)
    day = local_date(settings, datetime.now(UTC)) - timedelta(days=2 - number)
    at = slot_start(settings, day) + timedelta(minutes=1)
    for file in (root / "drop").iterdir():
        os.utime(file, (at.timestamp() - 3600,) * 2)
    job = build_defs(districts=districts, clock=Clock(fixed=at.isoformat())).resolve_job_def("daily_sync")
    with open_instance(districts.at_home()) as instance:
        register(instance, districts.registry().ids())
        before = cpu()
        result = job.execute_in_process(
            instance=instance, partition_key=DistrictDay(name, day).partition_key, tags={ATTEMPT: "1"},
            run_config={
                "ops": {"delivery": {"config": {"by_the_clock": True}}},
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
            },
        )  # fmt: skip
        if not result.success:
            sys.exit("The night failed.")
        found = {"definitions": loaded - start, "night": cpu() - before}
        for look in LOOKS if number else ():
            sensor = defs.resolve_sensor_def(look)
            before = cpu()
            given = {"districts": districts, "clock": Clock()}
            needed = {key: given[key] for key in sensor.required_resource_keys}
            with dg.build_sensor_context(instance=instance, resources=needed) as context:
                sensor(context)
            found[look] = cpu() - before
    print(json.dumps(found))


def measured(count: int) -> dict[str, float]:
    """Return the CPU seconds with so many districts."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        environment = os.environ | {
            "ROLLCALL_HOME": str(root / "var"), "ROLLCALL_DISTRICTS": str(root / "districts"),
            "DAGSTER_HOME": str(root / "var" / "dagster"), "DAGSTER_DISABLE_TELEMETRY": "1",
        }  # fmt: skip
        make(root, count)
        found: dict[str, float] = {}
        # The first run also writes the index of settings, as the first of an installation does.
        for number in range(2):
            told = subprocess.run(
                [sys.executable, __file__, "--night", str(number), str(root)],
                env=environment, check=True, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
            one = json.loads(told.stdout.splitlines()[-1])
            found |= {"first night" if number == 0 else "unchanged night": one.pop("night")} | one
        return found


def main() -> None:
    """Measure, and print a table."""
    os.umask(0o077)
    from rich.console import Console
    from rich.table import Table

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--districts", type=int, default=300)
    parser.add_argument("--night", nargs=2, metavar=("NUMBER", "ROOT"))
    given = parser.parse_args()
    if given.night:
        night(Path(given.night[1]), int(given.night[0]))
        return
    alone, beside = measured(1), measured(given.districts)
    table = Table("CPU seconds", "1 district", f"{given.districts:,} districts", box=None)
    for what in alone:
        table.add_row(what, f"{alone[what]:.2f}", f"{beside[what]:.2f}")
    idle = sum(beside[look] / minutes for look, minutes in LOOKS.items())
    table.add_row("all looks, a minute", f"{sum(alone[k] / m for k, m in LOOKS.items()):.2f}", f"{idle:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
