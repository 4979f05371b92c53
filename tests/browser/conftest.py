"""A real Chromium, Debian's, and the pages that it looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from pipeline.districts.folders import DistrictFolder, Home
from pipeline.districts.settings import ReportSettings
from pipeline.status.pages import write_overview
from pipeline.trace.page import write_trace_page
from pipeline.trace.trace import trace
from tests.support.district import FIRST, District, Night, contact, enrollment, school_class, small_district, student
from tests.support.lives import undone
from tests.support.programs import CHROMIUM

Open = Callable[..., Page]

SCRIPT = "<script>document.title='owned'</script>"
HOSTILE = (
    SCRIPT,
    '"><img src=x onerror="document.title=`owned`">',
    "</script></style></title><h1>owned",
    "=1+1",
    "\u202egnp.exe شمال",
    "{{7*7}} `code` 'quote' \"quote\" &amp;",
    "https://example.org/" + "x" * 400,
)


# Of a module's scope: while it runs, this thread has an event loop, and Dagster needs one of its own. A test of another
# module never comes in between, however tests are spread: pytest ends the fixture before it.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def look(browser: Browser) -> Iterator[Open]:
    """Open a page from the file system; it must load nothing else and complain of nothing."""
    contexts = []
    said: list[str] = []

    def look_at(path: Path, **options: Any) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: said.append(request.url) if request.url != path.as_uri() else None)
        page.goto(path.as_uri())
        return page

    yield look_at
    for context in contexts:
        context.close()
    assert said == []


@pytest.fixture(scope="session")
def nights(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Night]:
    """An initial night, one with mistakes and a hold, one without files, and after them an undo."""
    root = tmp_path_factory.mktemp("browser") / "districts"
    root.mkdir()
    district = District(root, name="Maple Valley Public Schools")
    rows = small_district()
    rows.users += [student(f"K{n}") for n in range(70)]
    first = district.sync(rows)
    rows = rows.copy()
    rows.users = [row for row in rows.users if not row["sourcedId"].startswith("P")]
    rows.users[0] |= {"givenName": "Zoraida", "email": "zoraida@example.org"}
    rows.users[2] |= {"grades": "06"}
    rows.users += [student(f"E{n}", role="pupil") for n in range(60)]
    rows.users += [student("NAMELESS", givenName="", familyName=""), student("X1", "ELSEWHERE")]
    rows.enrollments += [enrollment("C9", "S1"), enrollment("C9", "S2"), enrollment("C1", "NAMELESS")]
    held = district.sync(rows, FIRST + timedelta(days=1))
    missing = district.sync({}, FIRST + timedelta(days=2))
    undone(district, to=FIRST, today=FIRST + timedelta(days=2))
    return {"initial": first, "held": held, "missing": missing}


@pytest.fixture(scope="session")
def rejected(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """A night whose classes.csv has a header only."""
    files = small_district().files()
    files["classes.csv"] = files["classes.csv"].splitlines(keepends=True)[0]
    return District(tmp_path_factory.mktemp("rejected")).sync(files)


@pytest.fixture(scope="session")
def pages(nights: dict[str, Night]) -> dict[str, Path]:
    """Every kind of page."""
    held = nights["held"].page
    home = held.parents[5]
    folder = DistrictFolder(held.parents[3])
    story = home / "story.html"
    write_trace_page(trace(folder, folder.root.name, "S1"), story)
    undo = folder.report((FIRST + timedelta(days=2)).isoformat(), 4)
    return {
        **{name: night.page for name, night in nights.items()},
        "school": next((held.parent / "schools").glob("n-*.html")),
        "undo": undo / "index.html",
        "school-undo": next((undo / "schools").glob("n-*.html")),
        "trace": story,
        "calendar": held.parents[2] / "index.html",
        "overview": write_overview(Home(home), datetime(2026, 9, 4, 14, tzinfo=UTC)),
    }


@pytest.fixture(scope="session")
def hostile_night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """Two nights of a district in which every kind of cell holds what should not be there; all names are shown."""
    long = "N" * 1_000_000
    district = District(tmp_path_factory.mktemp("hostile"), name=f"District {' '.join(HOSTILE)}")
    district.settings = district.settings.model_copy(update={"reports": ReportSettings(names="full")})
    rows = small_district()
    for number, text in enumerate(HOSTILE):
        rows.users += [
            student(f"{text}1", givenName=text, familyName=text),
            student(f"E{number}", role=text),
            contact(f"P8{number}", "S4", relationship=text),
        ]
        rows.classes.append(school_class(f"{text}2", title=text))
        rows.enrollments.append(enrollment(text, "S1"))
    district.sync(rows)
    for row in rows.users:
        if row["sourcedId"].endswith("1") and row.get("role") == "student" and "givenName" in row:
            row["familyName"] = f"{row['familyName']} again"
    rows.users.append(student("LONG", givenName=long, role="pupil"))
    rows.users.append(student("LONGER", givenName=long, familyName=long))
    return district.sync(rows, FIRST + timedelta(days=1))
