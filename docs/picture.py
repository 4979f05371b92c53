"""Takes the picture in README: `python docs/picture.py`, after `make demo`, with Chromium.

The first screen of the demo's held report, as a browser shows it. Nothing is drawn by hand.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from pipeline.districts.folders import Home

PICTURE = Path(__file__).parent / "images" / "held-report.png"

WIDTH, HEIGHT = 1000, 620
"""Pixels: what README shows without scaling on GitHub is about this wide."""


def held_report(home: Home) -> Path:
    """Return the page of the newest held report of the demo's districts; exit with a message where there is none."""
    found = []
    for path in (home.root / "districts").glob("demo-*/reports/*/*/report.json"):
        report = json.loads(path.read_text(encoding="utf-8"))
        if report["outcome"] == "held":
            found.append((report["sync_date"], path.with_name("index.html")))
    if not found:
        sys.exit("There is no held report of the demo: run `make demo` first.")
    return max(found)[1]


def take(page_file: Path) -> None:
    """Write the picture of a page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        page.goto(page_file.as_uri())
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    take(held_report(Home.from_environment()).resolve())
