"""Dagster's own pages in a real browser, on the demo's data: what a data team finds there."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from pipeline.definitions import defs
from pipeline.demo.story import CAST, NIGHTS
from tests.support.webserver import PROGRAMS, ROOT, environment, serving

pytestmark = [pytest.mark.chromium, pytest.mark.slow("tells the whole demo first"), pytest.mark.timeout(600)]

Visit = Callable[[str], Page]


class Demo(NamedTuple):
    """The demo's data, and where its pages are served."""

    home: Path
    address: str


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Tell the demo's story and serve Dagster's pages on it."""
    root = tmp_path_factory.mktemp("dagster")
    told = subprocess.run(
        [PROGRAMS / "rollcall", "demo", "--students", "50"],
        env=environment(root), cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    with serving(root) as address:
        yield Demo(root / "var", address)


@pytest.fixture
def visit(demo: Demo, browser: Browser) -> Iterator[Visit]:
    """Open one of Dagster's pages; no script of it may fail."""
    context = browser.new_context(viewport={"width": 1900, "height": 1200})
    context.set_default_timeout(60_000)
    failed: list[str] = []

    def visit_page(path: str) -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: failed.append(str(error)))
        page.goto(demo.address + path)
        return page

    yield visit_page
    context.close()
    assert failed == []


def sees(place: Page | Locator, text: str | re.Pattern[str]) -> None:
    """Wait until the text is seen; Dagster's pages are drawn as their data arrives."""
    expect(place.get_by_text(text).filter(visible=True).first).to_be_visible(timeout=60_000)


def test_the_graph_shows_every_asset_and_where_it_comes_from(visit: Visit) -> None:
    page = visit("/assets/sync_report?view=lineage&lineageScope=upstream&lineageDepth=10")
    # Each node is a foreignObject of the drawing.
    names = {key.to_user_string() for key in defs.resolve_asset_graph().get_all_asset_keys()} - {"all_districts"}
    for name in sorted(names):
        expect(page.locator("foreignObject").filter(has_text=re.compile(f"^{name}$")).last).to_be_attached(
            timeout=60_000
        )
    assert len(names) == 11, "of seven stages"
    groups = visit("/asset-groups")
    for group in ("delivery", "raw", "oneroster", "guardians", "sync"):
        sees(groups, group)


def test_the_days_of_each_district_are_its_partitions(visit: Visit, demo: Demo) -> None:
    district = CAST[0].district
    days = sorted(path.stem for path in (demo.home / "districts" / district / "days").glob("*.duckdb"))
    assert len(days) == NIGHTS
    page = visit(f"/assets/users?view=partitions&partition={days[-1]}%7C{district}")
    for cast in CAST:
        sees(page, cast.district)
    sees(page, f"Materialized ({len(days) * len(CAST)})")
    sees(page, f"{days[-1]}|{district}")
    sees(page, "rows in")
    sees(page, "oneroster.users")


def test_each_column_of_a_table_says_where_it_comes_from(visit: Visit) -> None:
    page = visit("/assets/users")
    sees(page, "People of the schools that take part, and all contacts, one row per person.")
    row = page.locator("tr").filter(has_text=re.compile("^family_name"))
    sees(row, re.compile(r"From: .*raw_users\.family_name"))
    sees(page, "SQL: oneroster.users")
    guardians = visit("/assets/guardians")
    sees(guardians.locator("tr").filter(has_text=re.compile("^role")), re.compile(r"From: .*\busers\."))


def test_the_rows_of_a_table_are_plotted_over_its_days(visit: Visit) -> None:
    page = visit("/assets/users")
    page.get_by_text("Plots", exact=True).click()
    for figure in ("dagster/row_count", "rows in"):
        sees(page, figure)
    expect(page.locator("canvas")).to_have_count(2, timeout=60_000)


@pytest.mark.parametrize(
    ("asset", "audits"),
    [
        ("users", ["unique_keys"]),
        ("guardians", ["unique_keys", "guardians", "references"]),
        ("sync_diff", ["unique_keys", "sums"]),
        ("roster", ["one_current_version", "unique_keys", "references", "guardians"]),
    ],
)
def test_the_audits_of_an_asset_are_seen_to_have_passed(visit: Visit, asset: str, audits: list[str]) -> None:
    page = visit(f"/assets/{asset}?view=checks")
    sees(page, "Checks (1)")
    for audit in ("audits", *audits):
        sees(page, audit)
    sees(page, "Succeeded")
    sees(page, "Passed")
    expect(page.get_by_text("Failed", exact=True)).to_have_count(0)


def test_a_night_shows_its_outcome_its_findings_and_its_report(visit: Visit, demo: Demo) -> None:
    page = visit("/assets/sync_report?view=events")
    sees(page, "All changes were applied.")
    sees(page, re.compile(rf"/reports/\d{{4}}-\d\d-\d\d/{NIGHTS}/index\.html$"))
    sees(page, "file_kept")
    # What the demo's districts send stands in none of Dagster's pages.
    sent = [path.read_text("utf-8") for path in demo.home.glob("demo/**/users.csv")]
    assert sent
    assert "@example.org" in "".join(sent)
    assert "@example.org" not in page.content()


def test_the_outcome_is_a_check_of_the_report_and_the_look_at_all_districts_is_one_of_its_own(visit: Visit) -> None:
    page = visit("/assets/sync_report?view=checks")
    sees(page, "Checks (1)")
    sees(page, "outcome")
    page = visit("/assets/all_districts?view=checks")
    sees(page, "districts")
    sees(page, "Whether any enabled district is failed, overdue, held, rejected or missing right now.")


def test_the_schedules_of_three_time_zones_are_there(visit: Visit) -> None:
    page = visit("/automation")
    for schedule in (
        "America_New_York",
        "America_Denver",
        "America_Phoenix",
        "look_at_districts",
        "mail",
        "unfinished_nights",
    ):
        sees(page, re.compile(schedule))
