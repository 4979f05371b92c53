"""The console in a real browser, served as it is served to people: from an invitation to a report, and by axe-core."""

from __future__ import annotations

import re
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from pipeline.report.schools import school_file
from tests.support.console import HERE, World, build_world, totp
from tests.support.webserver import PROGRAMS, ROOT, environment

pytestmark = [pytest.mark.chromium, pytest.mark.slow("lives four nights and starts a server first")]

PASSWORD = "correct horse battery"

DISTRICT = f"/districts/{HERE}/"
PAGES = (
    "/", DISTRICT, f"{DISTRICT}history/", f"{DISTRICT}syncs/2/", f"{DISTRICT}schools/{school_file('N')}/",
    f"{DISTRICT}people/", f"{DISTRICT}people/1/", f"{DISTRICT}deliveries/", f"{DISTRICT}audit/", "/account/",
    f"{DISTRICT}withheld/", f"{DISTRICT}sync/", f"{DISTRICT}pause/", f"{DISTRICT}rostering/schools/",
    f"{DISTRICT}rostering/sync/", f"{DISTRICT}rostering/source/",
    "/account/second-factor/", "/account/sessions/", "/account/password/change/", "/districts/no-such/",
)  # fmt: skip


class Served(NamedTuple):
    """The console of a home, and where it answers."""

    world: World
    root: Path
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(self, *options: str) -> str:
        """The output of the command that the server was started with."""
        return subprocess.run(
            [PROGRAMS / "rollcall", "console", "--port", str(self.port), *options],
            env=environment(self.root) | self.world.environment(), cwd=ROOT, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("served")
    world = build_world(root)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = root / "console.log"
    with log.open("w") as out:
        server = subprocess.Popen(
            [PROGRAMS / "rollcall", "console", "--port", str(port)],
            env=environment(root) | world.environment(), cwd=ROOT, stdout=out, stderr=out,
        )  # fmt: skip
        try:
            until = time.monotonic() + 120
            while time.monotonic() < until:
                assert server.poll() is None, log.read_text()
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
                    break
                time.sleep(0.1)
            yield Served(world, root, port)
        finally:
            server.terminate()
            server.wait(timeout=60)
    assert "failure" not in log.read_text()


def accept(page: Page, link: str, email: str) -> None:
    """Make an account with an invitation, and sign in to it."""
    page.goto(link)
    page.get_by_label("Your name").fill("Pat Doe")
    page.get_by_label("A password of at least 12 characters").fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_text("Your account is ready.")).to_be_visible()
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


@pytest.fixture(scope="module")
def operator(served: Served, browser: Browser) -> Any:
    """What the browser of an operator keeps, who was invited and had to set up an authenticator app."""
    link = served.run("--invite", "pat@example.org").strip()
    context = browser.new_context()
    page = context.new_page()
    accept(page, link, "pat@example.org")
    expect(page.get_by_text("Your role needs a second factor when you sign in.")).to_be_visible()
    page.get_by_role("link", name="Activate").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    secret = page.get_by_label("Authenticator secret").input_value()
    page.get_by_label("Authenticator code").fill(totp(secret))
    page.get_by_role("button", name="Activate").click()
    expect(page.get_by_role("heading", name="Recovery Codes")).to_be_visible()
    page.goto(served.address)
    expect(page.get_by_role("heading", name="Districts", exact=True)).to_be_visible()
    kept = context.storage_state()
    context.close()
    return kept


Visit = Callable[..., Page]


@pytest.fixture
def visit(served: Served, browser: Browser) -> Iterator[Visit]:
    """Open a page of the console; it must load nothing from elsewhere, and the browser must complain of nothing."""
    contexts = []
    said: list[str] = []

    def open_page(path: str, **options: Any) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: None if "404" in message.text else said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on(
            "request",
            lambda request: None if request.url.startswith((served.address, "data:")) else said.append(request.url),
        )
        page.goto(served.address + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []


def wrong_on(page: Page) -> list[Any]:
    """What axe finds on a page: rules, and the places that break them."""
    violations = Axe().run(page).response["violations"]
    return [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in violations]


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
def test_axe_finds_nothing_and_no_page_is_wider_than_the_screen(
    visit: Visit, served: Served, operator: Any, width: int, scheme: str
) -> None:
    page = visit(
        "/", storage_state=operator, viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    found: dict[str, Any] = {}
    for path in (*PAGES, "/account/login/"):
        if path == "/account/login/":
            page.context.clear_cookies()
        page.goto(served.address + path)
        found[path] = wrong_on(page)
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
            found[path].append(("wider than the screen", wide))
    assert {path: problems for path, problems in found.items() if problems} == {}


def test_by_keyboard_from_the_first_page_to_the_top_cause_of_a_held_night(visit: Visit, operator: Any) -> None:
    page = visit("/", storage_state=operator)
    page.keyboard.press("Tab")
    assert page.locator(":focus").text_content() == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    def tab_to(name: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            focused = page.locator(":focus")
            assert focused.evaluate("one => getComputedStyle(one).outlineStyle") != "none"
            if focused.inner_text() == name:
                return
        pytest.fail(f"the keyboard does not come to {name}")

    tab_to(f"District {HERE}")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{DISTRICT}")
    assert page.get_by_text("What the district does").is_visible()
    page.locator("#main").focus()
    tab_to("Read the report of September 2")
    page.keyboard.press("Enter")
    page.wait_for_url("**/syncs/2/")
    assert page.get_by_role("heading", name="What was withheld").is_visible()
    assert page.title().endswith("held · Rollcall")


def test_a_refresh_keeps_the_focus_where_it_is(visit: Visit, operator: Any) -> None:
    page = visit("/", storage_state=operator)
    link = page.get_by_role("link", name=f"District {HERE}")
    link.focus()
    page.evaluate("document.querySelector('#live').dataset.old = '1'")
    page.evaluate("htmx.ajax('GET', '/', {source: '#live', target: '#live', swap: 'outerHTML'})")
    expect(page.locator("#live[data-old]")).to_have_count(0)
    expect(link).to_be_focused()


def test_without_scripts_districts_are_found_and_people_are_searched(
    visit: Visit, operator: Any, served: Served
) -> None:
    page = visit("/", storage_state=operator, java_script_enabled=False)
    page.get_by_label("Find a district").fill("elsewhere")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.goto(f"{served.address}{DISTRICT}people/")
    page.get_by_label(re.compile("^Name, id")).fill("GivenS1")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="GivenS1 Pupil").click()
    assert page.get_by_role("heading", name="Guardians").is_visible()


def test_a_principal_signs_in_and_sees_the_own_school(visit: Visit, served: Served) -> None:
    email = "lee@example.org"
    link = served.run("--invite", email, "--role", "school_viewer", "--district", HERE, "--school", "N").strip()
    page = visit("/", viewport={"width": 375, "height": 800})
    accept(page, link, email)
    page.wait_for_url(f"**/schools/{school_file('N')}/")
    assert page.get_by_role("heading", level=1).inner_text() == "School N"
    text = page.locator("body").inner_text()
    assert "School M" not in text
    assert "GivenS4" not in text, "a student of the other school"
    page.get_by_role("button", name="Sign out").click()
    page.goto(served.address + DISTRICT)
    assert "/account/login/" in page.url


def test_a_held_night_is_cleared_and_a_contact_is_blocked_in_a_browser(visit: Visit, operator: Any) -> None:
    page = visit(DISTRICT, storage_state=operator)
    page.get_by_role("link", name="See what is withheld").click()
    page.get_by_role("link", name=re.compile("^Approve")).first.click()
    password = page.get_by_label("Password")
    expect(password.or_(page.get_by_label("Reason"))).to_be_visible()
    if password.is_visible():
        # whoever has just shown who it is is not asked again
        password.fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Exactly these changes are applied")).to_be_visible()
    assert wrong_on(page) == []
    page.get_by_label("Reason").fill("The school called: they have left.")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("A sync that applies it starts within a minute")).to_be_visible()
    page.get_by_role("link", name="People").click()
    page.get_by_label(re.compile("^Name, id")).fill("GivenS1")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="GivenS1 Pupil").click()
    guardian = page.get_by_role("link", name=re.compile("^Block"))
    linked = guardian.count()
    guardian.first.click()
    page.get_by_label("Reason").fill("A court order of May 4.")
    page.get_by_role("button", name="Block").click()
    expect(page.get_by_text("The two are no longer linked")).to_be_visible()
    assert page.get_by_role("link", name=re.compile("^Block")).count() == linked - 1
    assert page.get_by_role("link", name=re.compile("^End the block")).is_visible()
    assert wrong_on(page) == []


def test_in_print_no_control_of_the_frame_is_left(visit: Visit, operator: Any) -> None:
    page = visit(f"{DISTRICT}syncs/2/", storage_state=operator)
    page.emulate_media(media="print")
    for part in (".bar", ".tabs", ".crumbs", ".pager"):
        assert not page.locator(part).first.is_visible(), part
    assert page.get_by_role("heading", name="What was withheld").is_visible()
