"""What a report with 100,000 findings costs: the seconds to write it, its size, and those until its page is open.

`make bench`. The district has a hundred schools; every finding is one of a school. The page is opened in Chromium, if
there is one: until it is laid out, then the first sort and the first filter of its largest table.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

from rich.console import Console

FINDINGS = 100_000
SCHOOLS = 100
DAY = date(2026, 9, 1)


def write(root: Path) -> dict[str, float | str]:
    """Write the report, and return what it took (seconds) and where its page is."""
    from day import Peak

    from pipeline.day.day import landed_day
    from pipeline.day.stages import apply_changes, publish, run_stages
    from pipeline.day.start import start_night
    from pipeline.districts.folders import DistrictFolder
    from pipeline.districts.settings import DistrictSettings, FolderSettings, School
    from pipeline.landing.intake import landed_delivery, upload_delivery
    from pipeline.warehouse.sessions import session

    sent = root / "sent"
    sent.mkdir()
    students = [f"s{n},{n % SCHOOLS},student,Given{n},Family{n}" for n in range(1_000)]
    wrong = [f"e{n},{n % SCHOOLS},pupil,Given{n},Family{n}" for n in range(FINDINGS)]
    texts = {
        "users.csv": ["sourcedId,orgSourcedIds,role,givenName,familyName", *students, *wrong],
        "classes.csv": ["sourcedId,title,schoolSourcedId", *(f"c{n},Class {n},{n}" for n in range(SCHOOLS))],
        "enrollments.csv": [
            "classSourcedId,userSourcedId,role,schoolSourcedId",
            *(f"c{n % SCHOOLS},s{n},student,{n % SCHOOLS}" for n in range(1_000)),
        ],
    }
    for name, lines in texts.items():
        (sent / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    folder = DistrictFolder(root / "bench").make()
    settings = DistrictSettings(
        name="Bench",
        time_zone="America/Chicago",
        schools=tuple(School(id=str(n), name=f"School {n}") for n in range(SCHOOLS)),
        folder=FolderSettings(path=str(sent)),
    )
    upload_delivery("bench", settings, folder, DAY, [sent])
    landed = landed_delivery("bench", folder, DAY)
    day = landed_day("bench", settings, folder, DAY, landed)
    with session(folder.root, write="day") as db:
        start_night(db, day, landed)
        run_stages(db, day)
        apply_changes(db, day, recorded_at=datetime.now(UTC))
        with Peak() as peak:
            before, busy = time.perf_counter(), time.process_time()
            report, page = publish(db, day, written_at=datetime.now(UTC))
            seconds, cpu = time.perf_counter() - before, time.process_time() - busy
    files = [path for path in page.parent.rglob("*") if path.is_file()]
    return {
        "seconds": seconds,
        "cpu": cpu,
        "findings": sum(kind.count for kind in report.finding_counts),
        "files": len(files),
        "megabytes": sum(path.stat().st_size for path in files) / 1e6,
        "page_megabytes": page.stat().st_size / 1e6,
        "peak": peak.bytes / 1e6,
        "page": str(page),
    }


def look(page: Path, chromium: str) -> tuple[float, float, float]:
    """Return the seconds until the page is open, until it is sorted, and until it is filtered."""
    from playwright.sync_api import sync_playwright

    painted = "() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        tab = browser.new_page()
        tab.goto("about:blank")
        start = time.perf_counter()
        tab.goto(page.as_uri())
        tab.evaluate(painted)
        opened = time.perf_counter()
        tab.locator('table[data-sortable="Findings"] th button').first.click()
        tab.evaluate(painted)
        in_order = time.perf_counter()
        tab.get_by_label("Filter “Findings”").fill("e99")
        tab.evaluate(painted)
        filtered = time.perf_counter()
        browser.close()
    return opened - start, in_order - opened, filtered - in_order


def main() -> None:
    """Write the report in a process of its own, then open its page."""
    if len(sys.argv) == 2:  # noqa: PLR2004 - the process that writes
        print(json.dumps(write(Path(sys.argv[1]))))
        return
    out = Console(highlight=False, soft_wrap=True)
    out.print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory(prefix="rollcall-bench-") as root:
        command = [sys.executable, __file__, str(Path(root).resolve())]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        found = json.loads(done.stdout.splitlines()[-1])
        out.print(
            f"{found['findings']:,} findings, {SCHOOLS} schools: written in {found['seconds']:.2f} s "
            f"({found['cpu']:.2f} s of CPU time), {found['files']} files, {found['megabytes']:.1f} MB, "
            f"peak {found['peak']:.0f} MB; its page has {found['page_megabytes']:.1f} MB"
        )
        chromium = shutil.which("chromium")
        if chromium is None:
            out.print("The page was not opened: there is no Chromium (apt-get install chromium).")
            return
        opened, in_order, filtered = look(Path(found["page"]), chromium)
        out.print(f"the page is open after {opened:.2f} s; sorted in {in_order:.2f} s, filtered in {filtered:.2f} s")


if __name__ == "__main__":
    main()
