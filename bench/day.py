"""What a district's day costs: seconds, CPU seconds and peak memory of each stage, for a small and a large one.

In the same run: an unchanged delivery, the floor (sha256 of the files and a bare DuckDB scan that counts their rows)
and Dagster's own share (the same kind of day as a recorded run, less the stages). `make bench`. Figures are the medians
of three days with about 1 % changes; the first day, which adds everybody, stands apart. CPU seconds are of this
process, DuckDB's threads included.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

import psutil
from rich.console import Console
from rich.table import Table

SIZES = {"small": 3_000, "large": 100_000}
STAGES = ("delivery", "raw", "oneroster", "guardians", "sync_diff", "roster", "sync_report", "audits", "closing")
"""Of a recorded run. The audits are Dagster's checks, here of all assets together."""
DAYS = 3


class Peak:
    """The most memory (bytes, resident) that this process had while a stage ran, looked at every 20 ms."""

    def __init__(self) -> None:
        self.bytes = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self) -> None:
        process = psutil.Process()
        while not self._stop.wait(0.02):
            self.bytes = max(self.bytes, process.memory_info().rss)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


def measure(students: int, root: Path) -> dict[str, Any]:
    """Live five days of a district of this size and return the figures of each."""
    from pipeline.demo.synthetic import SyntheticDistrict
    from pipeline.districts.adding import NewDistrict, add_district
    from pipeline.districts.registry import Registry

    world = SyntheticDistrict(seed=1, students=students)
    registry = Registry(root / "districts")
    add_district(
        registry,
        "bench",
        NewDistrict(
            name="Bench", time_zone="America/Chicago", host="example.org", user="x", password="env:X",  # noqa: S106
            schools=world.schools,
        ),
    )  # fmt: skip
    os.environ["ROLLCALL_HOME"], os.environ["ROLLCALL_DISTRICTS"] = str(root / "var"), str(root / "districts")
    first = date(2026, 9, 1)
    days, rows = [], 0
    for number in range(DAYS + 1):
        source = root / "files"
        shutil.rmtree(source, ignore_errors=True)
        if number:
            world.advance()
        world.write_powerschool(source, contacts="relationships")
        days.append(live(registry, source, first + timedelta(days=number)))
        rows = days[-1]["rows"]
    floor = statistics.median(_floor(source) for _ in range(DAYS))
    repeated = [unchanged(registry, source, first + timedelta(days=DAYS + number)) for number in range(1, DAYS + 1)]
    runs = []
    for number in range(1, DAYS + 1):
        world.advance()
        shutil.rmtree(source)
        world.write_powerschool(source, contacts="relationships")
        runs.append(_recorded_run(registry, source, first + timedelta(days=2 * DAYS + number)))
    size = sum(path.stat().st_size for path in source.iterdir())
    return {
        "students": students,
        "rows": rows,
        "bytes": size,
        "days": days,
        "floor": floor,
        "unchanged": _medians(repeated),
        "run": _medians(runs),
    }


def _medians(figures: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(figure[name] for figure in figures) for name in figures[0]}


def live(registry: Any, source: Path, sync_date: date) -> dict[str, Any]:
    """Take the stages one by one, as the assets call them, and return seconds, CPU seconds and peak memory of each."""
    from pipeline.day import stages
    from pipeline.day.day import landed_day
    from pipeline.day.start import start_night
    from pipeline.districts.folders import Home
    from pipeline.landing.intake import landed_delivery, upload_delivery
    from pipeline.warehouse.sessions import session

    settings = registry["bench"]
    folder = Home.from_environment().district("bench").make()
    figures: dict[str, Any] = {}

    def stage(name: str, action: Callable[[], Any]) -> Any:
        with Peak() as peak:
            start, worked = time.perf_counter(), time.process_time()
            result = action()
            seconds, worked = time.perf_counter() - start, time.process_time() - worked
        figures[name] = {"seconds": seconds, "cpu": worked, "peak": peak.bytes}
        return result

    with ExitStack() as stack:

        def deliver() -> Any:
            upload_delivery("bench", settings, folder, sync_date, [source])
            delivery = landed_delivery("bench", folder, sync_date)
            day = landed_day("bench", settings, folder, sync_date, delivery)
            db = stack.enter_context(session(folder.root, write="day", size=day.size))
            start_night(db, day, delivery)
            return db, day

        db, day = stage("delivery", deliver)
        rows = stage("raw", lambda: sum(read.rows for read in stages.read_files(db, day)))
        stage("oneroster", lambda: stages.normalize_rows(db, day))
        stage("guardians", lambda: stages.find_guardians(db, day))
        stage("sync_diff", lambda: stages.plan_changes(db, day))
        stage("roster", lambda: stages.apply_changes(db, day, recorded_at=datetime.now(UTC)))
        stage("sync_report", lambda: stages.publish(db, day, written_at=datetime.now(UTC)))
        stage("audits", lambda: _audits(db))
        stage("closing", stack.close)
    return {
        "rows": rows, "stages": figures, "day_file": day.database.stat().st_size,
        "book": folder.roster.stat().st_size,
    }  # fmt: skip


def _audits(db: Any) -> None:
    """Run the checks of all assets; in a run, each asset's are part of its step."""
    from pipeline.roster.audits import AUDITS

    for audit in (audit for of_asset in AUDITS.values() for audit in of_asset):
        if db.value(audit.statement):
            sys.exit(f"sql/{audit.statement}.sql found something.")


def unchanged(registry: Any, source: Path, sync_date: date) -> dict[str, float]:
    """Return the seconds of all stages of a night whose files say what those of the night before said."""
    from pipeline.day import stages
    from pipeline.day.day import landed_day
    from pipeline.day.start import start_night
    from pipeline.districts.folders import Home
    from pipeline.landing.intake import landed_delivery, upload_delivery
    from pipeline.warehouse.sessions import session

    settings = registry["bench"]
    folder = Home.from_environment().district("bench")
    upload_delivery("bench", settings, folder, sync_date, [source])
    start, worked = time.perf_counter(), time.process_time()
    delivery = landed_delivery("bench", folder, sync_date)
    day = landed_day("bench", settings, folder, sync_date, delivery)
    with session(folder.root, write="day", size=day.size) as db:
        if start_night(db, day, delivery).repeats is None:
            sys.exit("The delivery was not known to be that of the night before.")
        stages.apply_changes(db, day, recorded_at=datetime.now(UTC))
        stages.publish(db, day, written_at=datetime.now(UTC))
    return {"seconds": time.perf_counter() - start, "cpu": time.process_time() - worked}


def _floor(source: Path) -> float:
    """Return the seconds for sha256 of the files and a bare scan that counts their rows."""
    import duckdb

    start = time.perf_counter()
    connection = duckdb.connect(":memory:", config={"threads": os.cpu_count() or 1})
    for path in source.iterdir():
        with path.open("rb") as file:
            hashlib.file_digest(file, "sha256")
        connection.execute(
            "select count(columns(*)) from read_csv(?, all_varchar = true, header = true, new_line = '\\r')",
            [str(path)],
        ).fetchall()
    return time.perf_counter() - start


def _recorded_run(registry: Any, source: Path, day: date) -> dict[str, float]:
    """Return the seconds of one day as a run that Dagster records, its own start-up apart."""
    from pipeline.districts.folders import Home
    from pipeline.instance import open_instance
    from pipeline.landing.intake import upload_delivery
    from pipeline.partitions import DistrictDay
    from pipeline.resources import Clock, Districts
    from pipeline.runs import sync_day

    home = Home.from_environment()
    upload_delivery("bench", registry["bench"], home.district("bench"), day, [source])
    with open_instance(home) as instance:
        start, worked = time.perf_counter(), time.process_time()
        sync_day(DistrictDay("bench", day), instance=instance, districts=Districts(), clock=Clock(), fetch=False)
        return {"seconds": time.perf_counter() - start, "cpu": time.process_time() - worked}


def show(name: str, found: dict[str, Any], out: Console) -> None:
    """Print the figures of one size."""
    rows, days = found["rows"], found["days"]
    megabytes = found["bytes"] / 1e6
    out.print(f"\n[bold]{name}[/bold]: {found['students']:,} students, {rows:,} rows, {megabytes:.1f} MB")
    table = Table("stage", "first day s", "s", "CPU s", "rows/s", "peak MB", box=None)
    for stage in STAGES:
        of_stage = [day["stages"][stage] for day in days]
        seconds, cpu = (statistics.median(s[figure] for s in of_stage[1:]) for figure in ("seconds", "cpu"))
        peak = max(s["peak"] for s in of_stage) / 1e6
        speed = f"{rows / seconds:,.0f}"
        table.add_row(stage, f"{of_stage[0]['seconds']:.2f}", f"{seconds:.2f}", f"{cpu:.2f}", speed, f"{peak:.0f}")
    total, total_cpu = (
        statistics.median(sum(s[figure] for s in day["stages"].values()) for day in days[1:])
        for figure in ("seconds", "cpu")
    )
    first_total = sum(s["seconds"] for s in days[0]["stages"].values())
    peak = max(s["peak"] for day in days for s in day["stages"].values()) / 1e6
    table.add_row(
        "all stages", f"{first_total:.2f}", f"{total:.2f}", f"{total_cpu:.2f}", f"{rows / total:,.0f}", f"{peak:.0f}"
    )
    for column in table.columns[1:]:
        column.justify = "right"
    out.print(table)
    out.print(
        f"floor (sha256 and a bare scan): {found['floor']:.2f} s; all stages are {total / found['floor']:.1f} × that"
    )
    run, repeated = found["run"], found["unchanged"]
    out.print(
        f"as a recorded run: {run['seconds']:.2f} s, of which Dagster's share {run['seconds'] - total:.2f} s; "
        f"CPU {run['cpu']:.2f} s, of which Dagster's share {run['cpu'] - total_cpu:.2f} s"
    )
    out.print(f"an unchanged delivery, all stages: {repeated['seconds']:.2f} s, CPU {repeated['cpu']:.2f} s")
    out.print(f"day database {days[-1]['day_file'] / 1e6:.1f} MB, roster {days[-1]['book'] / 1e6:.1f} MB")


def main() -> None:
    """Measure each size in a process of its own, so that memory is its own."""
    if len(sys.argv) == 3:  # noqa: PLR2004 - the process of one size
        print(json.dumps(measure(int(sys.argv[1]), Path(sys.argv[2]))))
        return
    out = Console(highlight=False, soft_wrap=True)
    memory = psutil.virtual_memory().total / (1 << 30)
    versions = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "dagster", "polars"))
    out.print(
        f"{platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}, "
        f"{versions}"
    )
    for name, students in SIZES.items():
        with tempfile.TemporaryDirectory(prefix="rollcall-bench-") as root:
            done = subprocess.run(
                [sys.executable, __file__, str(students), root], check=True, stdout=subprocess.PIPE, text=True
            )
        show(name, json.loads(done.stdout.splitlines()[-1]), out)


if __name__ == "__main__":
    main()
