"""The pages in a real browser: sorted, filtered, printed, on a phone, in the dark, by keyboard and by axe-core."""

from __future__ import annotations

import csv
import io
import re
from itertools import pairwise
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from pipeline.districts.folders import DistrictFolder
from pipeline.trace.page import write_trace_page
from pipeline.trace.trace import trace
from tests.browser.conftest import HOSTILE, Open
from tests.support.district import Night

pytestmark = pytest.mark.chromium

KINDS = ("initial", "held", "missing", "undo", "school", "school-undo", "trace", "calendar", "overview")
FINDINGS = 'table[data-sortable="Findings"]'


def cells(page: Page, column: int, table: str = FINDINGS) -> list[str]:
    """The texts of a column's visible cells, in their order."""
    script = (
        "([table, column]) => [...document.querySelectorAll(table + ' tbody tr')]"
        ".filter(row => row.offsetParent !== null).map(row => row.cells[column].textContent)"
    )
    found: list[str] = page.evaluate(script, [table, column])
    return found


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(look: Open, pages: dict[str, Path], kind: str, scheme: str) -> None:
    page = look(pages[kind], color_scheme=scheme, bypass_csp=True)
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found] == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", [320, 375])
def test_on_a_phone_no_page_is_wider_than_the_screen(look: Open, pages: dict[str, Path], kind: str, width: int) -> None:
    page = look(pages[kind], viewport={"width": width, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_a_phone_a_whole_week_is_seen(look: Open, pages: dict[str, Path]) -> None:
    page = look(pages["calendar"], viewport={"width": 360, "height": 700})
    box = page.locator(".months .scroll").first
    assert box.evaluate("box => box.scrollWidth <= box.clientWidth")
    assert page.locator(".months a small").evaluate_all("all => all.every(one => one.scrollWidth <= one.clientWidth)")


def test_the_filter_leaves_the_rows_that_hold_all_words(look: Open, pages: dict[str, Path]) -> None:
    page = look(pages["held"])
    field = page.get_by_label("Filter “Findings”")
    everything = len(cells(page, 0))
    field.fill("class C9 is NOT in classes.csv.")
    assert len(cells(page, 0)) == 2
    assert page.get_by_role("status").filter(has_text="rows").text_content() == f"2 of {everything} rows"
    field.fill("")
    assert len(cells(page, 0)) == everything


def test_a_click_on_a_column_sorts_and_another_turns_it_around(look: Open, pages: dict[str, Path]) -> None:
    page = look(pages["held"])
    head = page.locator(f"{FINDINGS} th").filter(has_text="rowNumber")
    button = head.get_by_role("button")
    button.click()
    rising = [int(text or -1) for text in cells(page, 1)]
    assert rising == sorted(rising)
    assert head.get_attribute("aria-sort") == "ascending"
    button.click()
    assert [int(text or -1) for text in cells(page, 1)] == sorted(rising, reverse=True)
    assert head.get_attribute("aria-sort") == "descending"
    page.locator(f"{FINDINGS} th").filter(has_text="sourcedId").get_by_role("button").click()
    assert head.get_attribute("aria-sort") is None
    ids = [text for text in cells(page, 2) if re.fullmatch(r"E\d+", text)]
    assert ids == sorted(ids, key=lambda text: int(text[1:]))


def test_all_can_be_done_by_keyboard(look: Open, pages: dict[str, Path]) -> None:
    page = look(pages["held"])
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.text_content() == "Skip to content"
    assert skip.is_visible()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    head = page.locator(f"{FINDINGS} th").filter(has_text="status")
    for _ in range(200):
        page.keyboard.press("Tab")
        if (
            page.evaluate("document.activeElement.closest('th')?.textContent") == "status"
            and page.evaluate("document.activeElement.closest('table').dataset.sortable") == "Findings"
        ):
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    column = page.evaluate("document.activeElement.closest('th').cellIndex")
    assert cells(page, column) == sorted(cells(page, column))


def test_in_print_all_rows_are_there_and_no_controls(look: Open, pages: dict[str, Path]) -> None:
    page = look(pages["held"], viewport={"width": 700, "height": 900})
    everything = len(cells(page, 0))
    page.get_by_label("Filter “Findings”").fill("class is not in")
    page.emulate_media(media="print")
    assert len(cells(page, 0)) == everything
    assert not page.get_by_label("Filter “Findings”").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 700
    hidden = (
        "[...document.querySelectorAll('.scroll')].filter("
        "box => box.scrollHeight > box.clientHeight + 1 && getComputedStyle(box).overflow !== 'visible').length"
    )
    assert page.evaluate(hidden) == 0


def test_in_the_dark_the_paper_is_dark_and_the_ink_light(look: Open, pages: dict[str, Path]) -> None:
    light = look(pages["held"], color_scheme="light").evaluate("getComputedStyle(document.body).backgroundColor")
    dark = look(pages["held"], color_scheme="dark").evaluate("getComputedStyle(document.body).backgroundColor")
    assert (light, dark) == ("rgb(255, 255, 255)", "rgb(20, 25, 31)")


@pytest.mark.parametrize("kind", KINDS)
def test_without_scripts_all_is_there_and_no_control_is_dead(look: Open, pages: dict[str, Path], kind: str) -> None:
    page = look(pages[kind], java_script_enabled=False)
    assert page.locator("button, input").count() == 0
    assert page.locator("h1").is_visible()


@pytest.mark.parametrize("kind", KINDS)
def test_headings_are_in_order_and_every_table_has_a_caption(look: Open, pages: dict[str, Path], kind: str) -> None:
    page = look(pages[kind])
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => Number(h.tagName[1]))")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.locator("table:not(:has(caption))").count() == 0


def test_the_box_says_who_does_what_and_no_command_is_on_a_registrars_page(
    look: Open, nights: dict[str, Night], pages: dict[str, Path]
) -> None:
    night = nights["held"]
    box = look(night.page).locator(".outcome").inner_text()
    assert night.report.holds[0].message in box
    assert box.index("What the district does") < box.index("What the Rollcall operator does")
    for kind in ("initial", "held", "missing", "undo", "school"):
        text = look(pages[kind]).locator("body").inner_text()
        assert "`" not in text
        assert not re.search(r"rollcall [a-z]|--by", text), "a registrar has no terminal"


def test_the_initial_sync_says_that_nobody_was_notified(look: Open, nights: dict[str, Night]) -> None:
    text = look(nights["initial"].page).locator(".outcome").inner_text()
    assert "This was the initial sync. No one was notified." in text
    assert (
        "sync added 76 students, 2 staff members, 3 guardians, 3 classes, 11 enrollments and 4 guardian links" in text
    )


CONTRAST = """([element, property]) => {
  const light = (color) => color.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const [one, two] = [getComputedStyle(element)[property], getComputedStyle(document.body).backgroundColor].map(light);
  return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
}"""
"""WCAG 2.2's contrast of an element against the page's paper."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("kind", "last"), [("missing", "0"), ("undo", "0"), ("held", "157")])
def test_the_trend_is_a_picture_with_a_title_that_can_be_read(
    look: Open, pages: dict[str, Path], kind: str, last: str, scheme: str
) -> None:
    page = look(pages[kind], color_scheme=scheme)
    plots = page.locator("#trend ~ .trend svg[role=img]")
    assert plots.count() == 3
    rows = plots.first
    assert rows.is_visible()
    box = rows.bounding_box()
    assert box is not None
    assert box["width"] >= 200
    assert rows.locator("title").text_content() == f"Rows received: 95 at first, {last} at last"
    for name, prop, least in ((".curve", "stroke", 3), (".dot", "fill", 3), ("text", "fill", 4.5)):
        element = rows.locator(name).first.element_handle()
        assert page.evaluate(CONTRAST, [element, prop]) >= least, name
    # Whoever sees no picture has the figures.
    figures = page.get_by_role("region", name="Table: The last syncs").locator("tbody tr")
    assert figures.first.locator("td").nth(3).text_content() == last


def test_root_causes_are_ranked_by_the_rows_that_they_take_down(look: Open, pages: dict[str, Path]) -> None:
    page = look(pages["held"])
    rows = page.get_by_role("region", name="Table: Root causes").locator("tbody tr")
    found = [(int(row.locator("td").first.inner_text()), row.inner_text()) for row in rows.all()]
    assert [count for count, _ in found] == sorted((count for count, _ in found), reverse=True)
    assert "role" in found[0][1], "sixty rows have a role that is none"
    assert found[0][0] == 60
    assert all(row.locator("td").last.inner_text().strip() for row in rows.all()), "each has its cure"
    # It stands above what changed, and what was withheld above it.
    order = page.evaluate("[...document.querySelectorAll('h2')].map(h => h.id)")
    assert order[:3] == ["holds", "causes", "changes"]


def test_a_rejected_day_says_first_what_the_whole_delivery_is_rejected_for(look: Open, rejected: Night) -> None:
    rows = look(rejected.page).get_by_role("region", name="Table: Root causes").locator("tbody tr")
    assert rows.first.locator("td").first.inner_text() == "all"
    assert "the whole delivery is rejected because of it" in rows.first.inner_text()


def test_a_story_tells_line_by_line_and_prints_without_controls(look: Open, pages: dict[str, Path]) -> None:
    page = look(pages["trace"], viewport={"width": 700, "height": 900})
    assert page.locator("h1").inner_text() == "S1 in synthetic: student, active"
    parts = page.locator("h2").all_inner_texts()
    assert parts[:2] == ["2026-09-01, sync 1", "2026-09-02, sync 2"]
    assert any("undo" in part for part in parts)
    assert "users.csv line 2" in page.locator("main li").first.inner_text()
    page.emulate_media(media="print")
    assert page.locator("a.skip").is_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 700


def test_hostile_text_is_text_in_a_story(look: Open, hostile_night: Night, tmp_path: Path) -> None:
    folder = DistrictFolder(hostile_night.page.parents[3])
    # the mark that turns text around is removed when a file is read
    for number, sourced_id in enumerate([*(f"{text}1".replace("\u202e", "") for text in HOSTILE), "LONG"]):
        story = tmp_path / f"{number}.html"
        write_trace_page(trace(folder, folder.root.name, sourced_id), story)
        page = look(story, viewport={"width": 320, "height": 700})
        assert page.title() != "owned"
        assert (page.locator("img").count(), page.locator("script").count(), page.locator("h1").count()) == (0, 1, 1)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert len(story.read_bytes()) < 100_000, "a name of a megabyte is cut"


def test_hostile_text_is_text_wherever_it_stands(look: Open, hostile_night: Night) -> None:
    folder = hostile_night.page.parent
    for path in (hostile_night.page, *(folder / "schools").glob("*.html"), folder.parents[1] / "index.html"):
        page = look(path, viewport={"width": 375, "height": 700})
        assert page.title() != "owned"
        assert page.locator("img").count() == 0
        assert page.locator("script").count() == 1
        assert page.locator("h1").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
        assert len(path.read_bytes()) < 1_000_000, "a name of a megabyte is cut"


def test_text_from_right_to_left_turns_nothing_around_it(look: Open, hostile_night: Night) -> None:
    page = look(hostile_night.page)
    isolated = page.evaluate(
        "[...document.querySelectorAll('td, li, p, h1')].filter(e => /[\\u202e\\u0600-\\u06ff]/.test(e.textContent))"
        ".every(e => e.querySelector('bdi') !== null)"
    )
    assert isolated


def test_no_cell_of_a_csv_is_a_formula(hostile_night: Night) -> None:
    csv.field_size_limit(10_000_000)
    cells: list[str] = []
    for path in hostile_night.page.parent.glob("*.csv"):
        for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")):
            cells += row
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert {"'=1+1", "'=1+1 again", "'=1+11"} <= set(cells)
