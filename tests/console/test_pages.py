"""The pages of the console: what each shows, in which words, and how fast."""

from __future__ import annotations

import shutil
import time
import zipfile
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from lxml import html

from pipeline.districts.folders import Home
from pipeline.districts.registry import Registry
from pipeline.report.page import parts_of
from pipeline.roster.ledger import read_ledger
from pipeline.status.districts import (
    NEXT,
    SETTLED,
    WORDS,
    DistrictStatus,
    NightMark,
    SyncSummary,
    district_statuses,
    read_summary,
)
from pipeline.status.pages import night_marks
from pipeline.trace.find import find_people
from tests.console.test_roles import SCHOOL, address, read
from tests.support.console import ELSEWHERE, HERE, Visitor, World
from tests.support.district import FIRST

pytestmark = pytest.mark.whole_day


def text_of(content: bytes) -> str:
    """What a page says, its spaces as one."""
    return " ".join(html.fromstring(content).text_content().split())


def test_the_first_page_names_each_districts_state_and_who_acts_next(visitor: Visitor) -> None:
    answer = visitor("operator").get("/")
    page = html.fromstring(answer.content)
    rows = {
        row.xpath("./th")[0].text_content(): " ".join(row.text_content().split()) for row in page.xpath("//tbody/tr")
    }
    assert set(rows) == {f"District {HERE}", f"District {ELSEWHERE}"}
    for row in rows.values():
        assert "Held2026-09-02" in row
        assert "The district: Check what is withheld." in row
        # Each night by a sign, and all of them in words.
        assert "Last 14 nights: 12 no sync, 1 applied, 1 held" in row
        assert row.endswith("none"), "neither is enabled"
    assert "All 2" in text_of(answer.content)
    none = text_of(visitor("operator").get("/", {"show": "operator"}).content)
    assert "No district fits." in none
    one = html.fromstring(visitor("operator").get("/", {"find": "elsewhere"}).content)
    assert len(one.xpath("//tbody/tr")) == 1


def test_a_refresh_gets_the_part_of_the_page_that_changes_and_when_to_ask_again(visitor: Visitor) -> None:
    client = visitor("operator")
    whole, part = client.get("/?show=all"), client.get("/?show=all", headers={"hx-request": "true"})
    assert b"<html" in whole.content
    assert b"<html" not in part.content
    [live] = html.fromstring(part.content).xpath("//section[@id='live']")
    assert (live.get("hx-get"), live.get("hx-trigger")) == ("/?show=all", "every 60s")


def test_every_state_that_needs_someone_names_who_and_what() -> None:
    assert set(NEXT) == set(WORDS) - SETTLED - {"expected", "off"}
    for state in WORDS:
        owner, step = DistrictStatus("x", state, date(2026, 9, 1), _summary("x")).next_step
        assert owner in {"district", "operator", "no one"}
        assert step.endswith(".")
        assert "`" not in step, "no command on a page"
    assert DistrictStatus("x", "off", None, None).next_step == ("operator", "Run the first sync.")


def test_a_district_says_above_all_else_how_it_is_why_and_what_comes_next(visitor: Visitor) -> None:
    page = html.fromstring(visitor("viewer").get(address("district")).content)
    box = " ".join(page.xpath("//div[contains(@class, 'outcome')]")[0].text_content().split())
    assert box.startswith("Held Wednesday, September 2 Some changes are withheld.")
    assert box.index("What the district does") < box.index("What the Rollcall operator does")
    assert "rollcall " not in box, "a registrar has no terminal"
    tiles = {
        tile.xpath("./span")[0].text_content(): tile.xpath("./strong")[0].text_content()
        for tile in page.xpath("//ul[@class='tiles']/li")
    }
    assert tiles == {"Students": "54", "Guardians": "3", "Staff": "2", "Classes": "3"}
    assert [
        row.xpath("./td")[0].text_content() for row in page.xpath("//section[@aria-labelledby='recent']//tbody/tr")
    ] == ["2", "1"]
    assert {link.text_content() for link in page.xpath("//section[@aria-labelledby='reports']//a")} >= {
        "School N",
        "School M",
    }
    assert page.xpath("//section[@aria-labelledby='calendar']//a/@href") == [
        address("report", sync=1),
        address("report"),
    ]
    assert len(page.xpath("//section[@aria-labelledby='trend']//figure")) == 3
    operators = text_of(visitor("operator").get(address("district")).content)
    assert f"rollcall holds {HERE}" in operators


def test_a_report_in_place_is_the_page_that_the_sync_wrote(visitor: Visitor, console: World) -> None:
    client = visitor("viewer")
    written = (console.folder().report("2026-09-02", 2) / "index.html").read_text("utf-8")
    answer = client.get(address("report"))
    assert str(parts_of(written).main) in answer.content.decode()
    page = html.fromstring(answer.content)
    assert page.xpath("//a[@rel='prev']/@href") == [address("report", sync=1)]
    assert page.xpath("//a[@rel='next']") == []
    # Its links lead to what is behind them, in the console too.
    links = [link for link in page.xpath("//header//a/@href | //main//a/@href") if link[0] not in "#/"]
    assert "changes.csv" in links
    assert f"schools/{SCHOOL}.html" in links
    for link in links:
        found = client.get(address("report") + link)
        assert found.status_code == 200, link
        read(found)


def test_one_person_is_found_and_shown_with_guardians_their_rules_classes_and_every_sync(
    visitor: Visitor, console: World
) -> None:
    client = visitor("reviewer")
    [student] = find_people(console.folder(), HERE, "S1")
    found = html.fromstring(client.post(address("people"), {"find": "GivenS1"}).content)
    assert found.xpath("//tbody//a/@href") == [address("person", roster_id=student.roster_id)]
    page = html.fromstring(client.get(address("person", roster_id=student.roster_id)).content)
    text = " ".join(page.text_content().split())
    assert "GivenS1 Pupil" in page.xpath("//h1")[0].text_content()
    guardians = page.xpath("//section[.//h2='Guardians']//li")
    assert len(guardians) == 2
    assert all("By the rule:" in guardian.text_content() for guardian in guardians)
    mother = html.fromstring(client.get(guardians[0].xpath(".//a/@href")[0]).content)
    assert "GivenS1 Pupil" in mother.xpath("//section[.//h2='Guardian of']")[0].text_content()
    assert "Class C1" in page.xpath("//section[.//h2='Classes']")[0].text_content()
    assert page.xpath("//ol//h3/a/@href") == [address("report", sync=1)]
    assert "users.csv line 2" in text
    assert client.get(address("person", roster_id=999_999)).status_code == 404
    blank = text_of(client.post(address("people"), {"find": " ? "}).content)
    assert "Give a name, an id, a number" in blank
    assert "No one in the roster fits" in text_of(client.post(address("people"), {"find": "Nosuch"}).content)


def test_deliveries_are_taken_as_sent_and_as_processed(visitor: Visitor, console: World) -> None:
    client = visitor("owner")
    page = html.fromstring(client.get(address("deliveries")).content)
    links = page.xpath("//main//a/@href")
    assert links[:4] == [
        *(address("sent", file=f"{name}.csv") for name in ("classes", "enrollments", "users")), address("processed")
    ]  # fmt: skip
    sent = client.get(address("sent"))
    assert b"".join(sent.streaming_content) == (console.folder().landing / "2026-09-02/1/users.csv").read_bytes()
    assert "attachment" in sent.headers["Content-Disposition"]
    for close in sent._resource_closers:
        close()
    processed = client.get(address("processed"))
    with zipfile.ZipFile(BytesIO(b"".join(processed.streaming_content))) as package:
        assert {"users.csv", "classes.csv", "enrollments.csv"} <= set(package.namelist())
        assert package.read("users.csv").count(b"\n") == 1 + 54 + 3 + 2
    scratch = console.home / "scratch"
    assert list(scratch.iterdir()) == [], "nothing is left behind"


def test_what_is_damaged_is_said_in_words_and_in_full_to_operators_alone(visitor: Visitor, console: World) -> None:
    ledger = console.folder().ledger
    kept = ledger.read_bytes()
    ledger.write_bytes(kept[:-20])
    try:
        for role, told in (("operator", True), ("viewer", False)):
            answer = visitor(role).get(address("history"))
            assert answer.status_code == 503
            assert (str(console.home) in answer.content.decode()) == told
        assert "Unreadable" in text_of(visitor("operator").get("/").content)
    finally:
        ledger.write_bytes(kept)


def _summary(name: str, nights: tuple[NightMark, ...] = ()) -> SyncSummary:
    return SyncSummary(
        district=name, name=f"District {name}", time_zone="America/Chicago", start_time="01:30", sync_number=1,
        sync_date="2026-09-01", outcome="applied", initial=False, added=0, updated=0, archived=0, withheld=0, page="",
        nights=nights,
    )  # fmt: skip


def test_a_summary_holds_the_last_nights_and_one_of_an_older_rollcall_none(console: World) -> None:
    summary = read_summary(console.folder())
    assert summary is not None
    assert [(mark.sync_date, mark.outcome) for mark in summary.nights] == [
        (FIRST, "applied"), (FIRST + timedelta(days=1), "held")
    ]  # fmt: skip
    older = summary.model_dump_json(exclude={"nights"})
    assert SyncSummary.model_validate_json(older).nights == ()
    assert night_marks(read_ledger(console.folder()).syncs) == summary.nights


@pytest.mark.slow("makes a home of three hundred districts")
def test_three_hundred_districts_are_shown_in_a_third_of_a_second(
    visitor: Visitor, console: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, settings = tmp_path / "var", tmp_path / "settings"
    settings.mkdir()
    marks = tuple(NightMark(sync_date=date(2026, 8, 20) + timedelta(days=n), outcome="applied") for n in range(13))
    for number in range(300):
        name = f"district-{number:03}"
        folder = Home(home).district(name).make()
        shutil.copyfile(console.districts / f"{HERE}.yaml", settings / f"{name}.yaml")
        (folder.root / "reports" / "newest.json").write_text(_summary(name, marks).model_dump_json(), encoding="utf-8")
    for path in (home, home / "districts"):
        path.chmod(0o700)
    monkeypatch.setenv("ROLLCALL_HOME", str(home))
    monkeypatch.setenv("ROLLCALL_DISTRICTS", str(settings))
    (home / "reports").mkdir(mode=0o700)
    # What every sync does: read the settings that have changed.
    district_statuses(Home(home), datetime.now(UTC), Registry(settings))
    client = visitor("operator")
    seconds = []
    for _ in range(5):
        began = time.process_time()
        answer = client.get("/")
        seconds.append(time.process_time() - began)
        assert answer.content.count(b"<tr>") == 301
    # Of the processor, so that a busy machine fails no test.
    assert min(seconds) < 0.3, seconds
