"""Asset checks: they pass on good nights and bad ones, and each fails where what it watches over is broken."""

from __future__ import annotations

from datetime import timedelta

import dagster as dg
import duckdb
import pytest

from pipeline.checks import AUDITS_CHECK, audited
from pipeline.definitions import build_defs
from pipeline.districts.folders import DistrictFolder
from pipeline.districts.state import DistrictState, write_state
from pipeline.resources import Clock, Districts
from pipeline.roster.audits import AUDITS, broken_audits
from pipeline.status.clock import slot_start
from pipeline.warehouse.sessions import session
from tests.support.nights import FIRST_NIGHT, Nights


def failing(folder: DistrictFolder) -> set[tuple[str, str]]:
    with session(folder.root, day=folder.day(FIRST_NIGHT.isoformat()), book=folder.roster) as db:
        broken = {(asset, name) for asset in AUDITS for name, rows in broken_audits(db, AUDITS[asset]).items() if rows}
        checks = {asset for asset in AUDITS for result in audited(db, asset) if not result.passed}
    assert checks == {asset for asset, _ in broken}
    return broken


def test_every_audit_passes_after_good_and_bad_nights(nights: Nights) -> None:
    nights.sync(nights.night(1))
    (nights.drop / "users.csv").write_bytes(b"no roster at all")
    assert nights.sync(nights.night(2)).outcome == "rejected"
    assert nights.sync(nights.night(2) + timedelta(days=1)).outcome == "rejected"
    for asset in AUDITS:
        key = dg.AssetCheckKey(dg.AssetKey(asset), AUDITS_CHECK)
        history = nights.instance.event_log_storage.get_asset_check_execution_history(key, limit=10)
        assert [record.status.value for record in history] == ["SUCCEEDED"] * 3, key


BREAKING = {
    ("users", "unique_keys"): "insert into day.oneroster.users from day.oneroster.users limit 1",
    ("classes", "unique_keys"): "insert into day.oneroster.classes from day.oneroster.classes limit 1",
    ("enrollments", "unique_keys"): """insert into day.oneroster.enrollment_rows
        from day.oneroster.enrollment_rows where verdict = 'accepted' limit 1""",
    ("enrollments", "references"): "delete from day.oneroster.classes",
    ("guardians", "unique_keys"): "insert into day.guardians.guardians from day.guardians.guardians limit 1",
    ("guardians", "guardians"): "update day.guardians.guardians set is_barred = true where role is not null",
    ("guardians", "references"): "delete from day.oneroster.users where record_kind = 'contact'",
    ("sync_diff", "unique_keys"): "insert into day.sync.classes from day.sync.classes limit 1",
    ("sync_diff", "sums"): "update day.sync.counts set active_after = active_after + 1",
    ("roster", "one_current_version"): "insert into book.roster.users from book.roster.users limit 1",
    ("roster", "unique_keys"): "insert into book.roster.ids from book.roster.ids limit 1",
    ("roster", "references"): "delete from book.roster.users where record_type = 'students'",
    ("roster", "guardians"): "update book.roster.guardian_links set role = 'neighbor'",
}


def test_every_audit_is_tried() -> None:
    assert BREAKING.keys() == {(asset, audit.name) for asset, audits in AUDITS.items() for audit in audits}


@pytest.mark.parametrize("check", BREAKING)
def test_an_audit_fails_where_what_it_watches_over_is_broken(nights: Nights, check: tuple[str, str]) -> None:
    statement = BREAKING[check]
    assert failing(nights.folder) == set()
    name = "day" if " day." in statement else "book"
    path = nights.folder.day(FIRST_NIGHT.isoformat()) if name == "day" else nights.folder.roster
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as {name}")
        connection.execute(statement)
    assert check in failing(nights.folder)


def test_a_link_of_a_barred_pair_in_the_roster_is_found(nights: Nights) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{nights.folder.day(FIRST_NIGHT.isoformat())}' as day")
        connection.execute("update day.guardians.guardians set is_barred = true, role = null, verdict = 'no_contact'")
    assert failing(nights.folder) == {("roster", "guardians")}


def look(nights: Nights, hours: float, night: int = 0) -> dg.AssetCheckEvaluation:
    """Return what the standing check says so many hours after the slot of a night began."""
    now = slot_start(nights.settings, nights.night(night)) + timedelta(hours=hours)
    districts = Districts(home=str(nights.home.root), settings=str(nights.registry.folder))
    job = build_defs(districts=districts, clock=Clock(fixed=now.isoformat())).resolve_job_def("look_at_districts")
    (found,) = job.execute_in_process(instance=nights.instance).get_asset_check_evaluations()
    return found


def test_the_standing_check_names_districts_that_are_overdue_held_or_rejected(nights: Nights) -> None:
    assert look(nights, 3).metadata["districts"].value == 0, "a district that is not enabled is nobody's business"
    write_state(nights.folder.state, DistrictState(enabled=True))
    assert look(nights, 3).passed
    assert look(nights, 1, night=1).passed, "the night may still be under way"
    overdue = look(nights, 3, night=1)
    assert not overdue.passed
    assert overdue.severity is dg.AssetCheckSeverity.ERROR
    (row,) = overdue.metadata["need attention"].records
    assert row.data == {"district": nights.district, "state": "overdue", "night": nights.night(1).isoformat()}
    (nights.drop / "users.csv").unlink()
    assert nights.sync(nights.night(1)).outcome == "rejected"
    assert look(nights, 3, night=1).metadata["rejected"].value == 1
    nights.folder.ledger.write_text("changed by hand\n")
    assert look(nights, 3, night=1).metadata["unreadable"].value == 1
