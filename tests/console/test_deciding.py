"""Deciding in a browser: what is withheld, blocks, and the runs that are asked for, in words that a school knows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.asked import asked_runs
from pipeline.console.roles import PERMISSIONS, Permission, Role
from pipeline.districts.decisions import read_decisions
from pipeline.districts.folders import Home
from pipeline.districts.lock import district_lock
from pipeline.districts.state import Pause, read_state, write_state
from pipeline.plan.approvals import open_hold
from pipeline.trace.find import find_people
from tests.console.test_pages import text_of
from tests.support.console import HERE, PASSWORD, Visitor, World

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.whole_day

WHY = "The school called: they have left."


@pytest.fixture
def own(console: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A copy of the two districts that a test may change."""
    shutil.copytree(console.home, tmp_path / "var")
    (tmp_path / "var").chmod(0o700)
    monkeypatch.setenv("ROLLCALL_HOME", str(tmp_path / "var"))
    return World(tmp_path / "var", console.districts)


def at_the_desk(client: Client) -> Client:
    """Show that it is still the same person, as the page before a decision asks."""
    answer = client.post("/account/reauthenticate/", {"password": PASSWORD})
    assert answer.status_code == 302
    return client


def address(world: World, answer: str, **changes: Any) -> str:
    from django.urls import reverse  # noqa: PLC0415

    hold = open_hold(world.folder(), HERE)
    assert hold is not None
    cause = hold.causes[0]
    at = {"district": HERE, "sync": hold.sync.number, "cause": cause.digest, "answer": answer}
    return str(reverse("decide", kwargs=at | changes))


def home(world: World) -> Home:
    return Home(world.home)


def said(client: Client, path: str, **form: str) -> str:
    return text_of(client.post(path, form, follow=True).content)


def test_an_approval_is_recorded_with_name_and_reason_and_asks_for_the_run_that_applies_it(
    own: World, visitor: Visitor
) -> None:
    client = visitor("reviewer")
    page = text_of(client.get(f"/districts/{HERE}/withheld/").content)
    assert "students are missing from the files" in page
    assert "Waiting, with what depends on it: 45 students" in page
    path = address(own, "approve")
    assert client.get(path).headers["Location"].startswith("/account/reauthenticate/")
    shown = text_of(at_the_desk(client).get(path).content)
    assert "Exactly these changes are applied, once, and nothing beyond them." in shown
    assert "that is 45 students" in shown
    assert "Say why." in text_of(client.post(path, {"reason": "  "}).content)
    assert [one.kind for one in read_decisions(own.folder().decisions)] == ["pause"]
    page = said(client, path, reason=WHY)
    assert "Approved. A sync that applies it starts within a minute" in page
    assert "A sync was asked for at" in page
    decision = read_decisions(own.folder().decisions)[-1]
    assert (decision.kind, decision.why) == ("approve", WHY)
    assert decision.by == f"Pat reviewer ({client.user.email})"
    (asked,) = asked_runs(home(own), HERE)
    assert (asked.sync_date, asked.fetch) == (decision.sync_date, False)
    assert f"Approved by {decision.by}" in page


def test_a_rejection_keeps_the_roster_and_asks_for_nothing(own: World, visitor: Visitor) -> None:
    client = at_the_desk(visitor("owner"))
    path = address(own, "reject")
    assert "The roster stays as it is." in text_of(client.get(path).content)
    page = said(client, path, reason=WHY)
    assert "Rejected. It is not applied" in page
    assert read_decisions(own.folder().decisions)[-1].kind == "reject"
    assert asked_runs(home(own)) == []


def test_what_has_changed_meanwhile_is_not_decided(own: World, visitor: Visitor) -> None:
    client = at_the_desk(visitor("operator"))
    changed = "What is withheld has changed meanwhile. Nothing was decided: look at it again."
    for changes in ({"sync": 1}, {"cause": "f" * 64}):
        assert changed in said(client, address(own, "approve", **changes), reason=WHY)
    assert changed in said(client, address(own, "same"), reason=WHY)
    with district_lock(own.folder()):
        assert "running right now. Nothing was decided" in said(client, address(own, "approve"), reason=WHY)
    state = read_state(own.folder().state)
    paused = Pause(why="A holiday.", by="Kim Lee", since="2026-09-03T00:00:00Z", needs_reason=False)
    write_state(own.folder().state, state.model_copy(update={"paused": paused}))
    assert "The district is paused. Nothing was decided" in said(client, address(own, "approve"), reason=WHY)
    assert [one.kind for one in read_decisions(own.folder().decisions)] == ["pause"]


def people(world: World) -> dict[str, int]:
    return {one.sourced_id: one.roster_id for key in ("S1", "P1") for one in find_people(world.folder(), HERE, key)}


def test_a_block_takes_the_contact_off_the_student_at_once_and_can_be_ended(own: World, visitor: Visitor) -> None:
    client = at_the_desk(visitor("reviewer"))
    ids = people(own)
    student = f"/districts/{HERE}/people/{ids['S1']}/"
    path = f"/districts/{HERE}/blocks/{ids['P1']}/{ids['S1']}/"
    assert path in client.get(student).content.decode()
    assert "taken off the student at once" in text_of(client.get(path).content)
    page = said(client, path, reason="A court order of May 4.")
    assert "Blocked. The two are no longer linked, and no file links them again." in page
    assert f'href="{path}"' not in client.get(student).content.decode()
    assert "Contact P1 and student S1, by Pat reviewer" in page
    number = read_decisions(own.folder().decisions)[-1].number
    end = f"/districts/{HERE}/blocks/{number}/end/{ids['S1']}/"
    assert "Blocked by Pat reviewer" in text_of(client.get(end).content)
    assert "The block has ended." in said(client, end, reason="The order was lifted.")
    assert read_decisions(own.folder().decisions)[-1].kind == "unblock"
    assert "This block has ended already." in said(client, end, reason="The order was lifted.")


def test_a_district_is_paused_and_resumed_with_a_reason_and_synced_on_request(own: World, visitor: Visitor) -> None:
    client = at_the_desk(visitor("owner"))
    here = f"/districts/{HERE}/"
    assert "Paused. No night runs until someone resumes it" in said(client, f"{here}pause/", reason="A new system.")
    paused = read_state(own.folder().state).paused
    assert paused is not None
    assert paused.why == "A new system."
    assert "has been paused since" in text_of(client.get(f"{here}sync/").content)
    client.post(f"{here}sync/")
    assert asked_runs(home(own)) == []
    # Someone who still sees the page of before pauses what is paused.
    assert "Someone else was faster" in said(client, f"{here}pause/", reason="Again.")
    assert "Resumed. The next night runs again." in said(client, f"{here}pause/", reason="It is ready.", resume="yes")
    assert read_state(own.folder().state).paused is None
    for _ in range(2):
        assert "A sync starts within a minute." in said(client, f"{here}sync/")
    (asked,) = asked_runs(home(own), HERE)
    assert asked.fetch
    kinds = [one.kind for one in read_decisions(own.folder().decisions)]
    assert kinds == ["pause", "pause", "resume"]


@pytest.mark.parametrize("role", Role)
def test_only_those_decide_whom_the_table_names(own: World, visitor: Visitor, role: str) -> None:
    client = at_the_desk(visitor(role))
    before = len(read_decisions(own.folder().decisions))
    ids = people(own)
    decisions = {
        Permission.decide: address(own, "reject"),
        Permission.block: f"/districts/{HERE}/blocks/{ids['P1']}/{ids['S1']}/",
        Permission.run: f"/districts/{HERE}/pause/",
    }
    for permission, path in decisions.items():
        allowed = permission in PERMISSIONS[Role(role)]
        assert client.post(path, {"reason": WHY}).status_code == (302 if allowed else 403), permission
    after = len(read_decisions(own.folder().decisions))
    assert after - before == len(decisions.keys() & PERMISSIONS[Role(role)])


def test_no_page_of_decisions_speaks_of_digests_or_commands(own: World, visitor: Visitor) -> None:
    client = at_the_desk(visitor("reviewer"))
    ids = people(own)
    for path in (
        f"/districts/{HERE}/withheld/",
        address(own, "approve"),
        address(own, "reject"),
        f"/districts/{HERE}/blocks/{ids['P1']}/{ids['S1']}/",
    ):
        page = text_of(client.get(path).content)
        for word in ("digest", "rollcall ", "--", "sourcedId"):
            assert word not in page, (path, word)
