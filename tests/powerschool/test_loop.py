"""From a PowerSchool server to the roster: the plug-in's queries, the export, SFTP and a whole night, held against the
truth of the district that the server was filled from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pytest

from pipeline.demo.truth import wrong_records
from tests.support.hostile_plugins import make_hostile
from tests.support.nights import Nights, new_nights
from tests.support.school_server import SchoolServer, plugin_queries

if TYPE_CHECKING:
    import dagster as dg

    from pipeline.demo.sftp_server import EmbeddedSftpServer
    from pipeline.powerschool.queries import NamedQuery
    from pipeline.report.model import SyncReport

FILES = {"users", "classes", "enrollments", "contacts"}


@pytest.fixture(scope="module")
def queries() -> list[NamedQuery]:
    found = plugin_queries()
    assert {query.name.rpartition("_")[2] for query in found} == FILES
    return found


@pytest.fixture
def nights(tmp_path: Path, drop_server: EmbeddedSftpServer, instance: dg.DagsterInstance) -> Nights:
    """Give a district whose settings name the schools by their numbers, as a PowerSchool server does."""
    nights = new_nights(tmp_path, drop_server, instance, students=120)
    for school_id, _ in nights.world.schools:
        nights.change_settings(f'id: "{school_id}"', f'id: "{int(school_id)}"')
    return nights


def export_and_sync(nights: Nights, server: SchoolServer, queries: list[NamedQuery], number: int = 0) -> SyncReport:
    for file in nights.drop.iterdir():
        file.unlink()
    server.export(queries, nights.drop)
    return nights.sync(nights.night(number))


def wrong(nights: Nights, server: SchoolServer) -> list[str]:
    """Return in words where the roster differs from the truth; contacts have the language of their first child."""
    return wrong_records(nights.folder, nights.district, server, with_language=False)  # type: ignore[arg-type]


def links_that_stand(nights: Nights) -> set[tuple[str, str, str]]:
    """Return contact, student and role of each guardian link in the roster."""
    with duckdb.connect() as db:
        db.execute(f"attach '{nights.folder.roster}' as book (read_only)")
        found = db.execute(
            """
            select contacts.sourced_id, students.sourced_id, links.role
            from book.roster.guardian_links as links
            join book.roster.ids as contacts
                on links.contact_roster_id = contacts.roster_id and contacts.until_sync is null
            join book.roster.ids as students
                on links.student_roster_id = students.roster_id and students.until_sync is null
            where links.until_sync is null and links.state = 'active'
            """
        ).fetchall()
    return set(found)


def true_links(server: SchoolServer) -> set[tuple[str, str, str]]:
    return set(server.truth()["guardian_links"].select("contact", "student", "role").iter_rows())


def test_what_a_server_exports_becomes_the_true_roster(nights: Nights, queries: list[NamedQuery]) -> None:
    server = SchoolServer(nights.world)
    report = export_and_sync(nights, server, queries)
    assert report.outcome == "applied"
    assert {found.code for found in report.findings if found.severity == "error"} == set()
    assert wrong(nights, server) == []
    assert links_that_stand(nights) == true_links(server)
    assert {name: report.files[f"{name}.csv"].rejected for name in ("users", "classes", "enrollments")} == {
        "users": 0,
        "classes": 0,
        "enrollments": 0,
    }


def test_two_nights_later_those_who_left_and_what_was_dropped_are_gone(
    nights: Nights, queries: list[NamedQuery]
) -> None:
    assert export_and_sync(nights, SchoolServer(nights.world), queries).outcome == "applied"
    for number in (1, 2):
        nights.world.advance()
        server = SchoolServer(nights.world)
        report = export_and_sync(nights, server, queries, number)
        assert report.outcome == "applied"
        assert wrong(nights, server) == []
        assert links_that_stand(nights) == true_links(server)
    assert report.records["students"].active_after < len(nights.world._world.students)


def test_the_same_server_the_next_night_changes_nothing(nights: Nights, queries: list[NamedQuery]) -> None:
    server = SchoolServer(nights.world)
    export_and_sync(nights, server, queries)
    first = {file.name: file.read_bytes() for file in nights.drop.iterdir()}
    assert export_and_sync(nights, server, queries, 1).outcome == "unchanged"
    assert {file.name: file.read_bytes() for file in nights.drop.iterdir()} == first, "rows have an order"


def test_hostile_names_histories_and_roles_come_out_as_they_are(nights: Nights, queries: list[NamedQuery]) -> None:
    server = SchoolServer(nights.world)
    make_hostile(server)
    report = export_and_sync(nights, server, queries)
    assert report.outcome == "applied"
    assert {found.code for found in report.findings if found.severity == "error"} == set()
    assert wrong(nights, server) == []
    assert links_that_stand(nights) == true_links(server)


@pytest.mark.parametrize("where", ["detail", "detail-dcid", "association", "association-dcid"])
def test_the_flag_is_found_wherever_the_server_keeps_it(nights: Nights, where: str) -> None:
    server = SchoolServer(nights.world)
    place, _, key = where.partition("-")
    other = {"detail": "association", "association": "detail"}[place]
    tables = {"detail": "studentcontactdetail", "association": "studentcontactassoc"}
    server.change(f"drop table {tables[other]}corefields")
    if key:
        server.change(f"alter table {tables[place]}corefields rename {tables[place]}id to {tables[place]}dcid")
    export_and_sync(nights, server, plugin_queries(where))
    assert links_that_stand(nights) == true_links(server)


def test_where_no_flag_is_used_only_mothers_and_fathers_are_guardians(nights: Nights) -> None:
    server = SchoolServer(nights.world)
    for table in ("studentcontactassoccorefields", "studentcontactdetailcorefields"):
        server.change(f"drop table {table}")
    export_and_sync(nights, server, plugin_queries("none"))
    assert {role for _, _, role in links_that_stand(nights)} == {"parent"}


def rows_of(server: SchoolServer, queries: list[NamedQuery], name: str) -> list[dict[str, str | None]]:
    query = next(query for query in queries if query.name.endswith(name))
    return [dict(zip(query.labels, row, strict=True)) for row in server.run(query)]


def test_contacts_are_exported_whatever_the_relationship_once_for_each_student(
    nights: Nights, queries: list[NamedQuery]
) -> None:
    server = SchoolServer(nights.world)
    rows = rows_of(server, queries, "contacts")
    pairs = [(row["contactSourcedId"], row["studentSourcedId"]) for row in rows]
    assert len(pairs) == len(set(pairs))
    links = nights.world._world.links
    assert len(pairs) == len(links)
    for column in ("relationship", "relationshipDisplay"):
        assert {"Uncle", "Neighbor", "Legal Guardian"} <= {row[column] for row in rows}
    assert {row["legalGuardian"] for row in rows} == {"true", "false"}


def test_a_mother_of_one_and_legal_guardian_of_another_child_is_told_as_both(
    nights: Nights, queries: list[NamedQuery]
) -> None:
    server = SchoolServer(nights.world)
    server.insert("person", (900_001, "Nora", None, "Quill", 1))
    server.link(900_001, 900_001, 1, server.code("Mother"), legal=False)
    server.link(900_002, 900_001, 2, server.code("Aunt"), legal=True)
    server.link(900_003, 900_001, 3, server.code("Aunt"), legal=False)
    told = {
        (row["studentSourcedId"], row["relationship"], row["legalGuardian"])
        for row in rows_of(server, queries, "contacts")
        if row["contactSourcedId"] == "C900001"
    }
    assert told == {("S1", "Mother", "false"), ("S2", "Aunt", "true"), ("S3", "Aunt", "false")}
    person = [row for row in rows_of(server, queries, "users") if row["sourcedId"] == "C900001"]
    assert [(row["role"], row["agentSourcedIds"]) for row in person] == [("guardian", '"S1,S2"')]


def test_an_agency_with_hundreds_of_children_stays_below_what_an_oracle_text_holds(
    nights: Nights, queries: list[NamedQuery]
) -> None:
    server = SchoolServer(nights.world)
    server.insert("person", (900_001, "Harbor", None, "Family Services", 1))
    for number in range(400):
        dcid = 9_999_000_000 + number
        server.insert("students", (dcid, dcid, None, dcid, "Ana", "Quill", None, 5, 401, 0, None))
        server.link(1_000_000 + number, 900_001, dcid, server.code("Foster Agency"), legal=True)
    (agency,) = [row for row in rows_of(server, queries, "users") if row["sourcedId"] == "C900001"]
    listed = agency["agentSourcedIds"] or ""
    assert len(listed.split(",")) == 300
    assert len(listed.encode()) < 4000
    children = [row for row in rows_of(server, queries, "users") if (row["sourcedId"] or "").startswith("S9999")]
    assert {row["agentSourcedIds"] for row in children} == {"C900001"}, "each child names the agency"
    assert sum(row["contactSourcedId"] == "C900001" for row in rows_of(server, queries, "contacts")) == 400


def test_languages_of_students_are_exported_and_contacts_have_that_of_their_first_child(
    nights: Nights, queries: list[NamedQuery]
) -> None:
    server = SchoolServer(nights.world)
    rows = {row["sourcedId"]: row for row in rows_of(server, queries, "users")}
    for student in server.truth()["students"].iter_rows(named=True):
        assert rows[student["sourcedId"]]["language"] == student["language"]
    contacts = pl.DataFrame(rows_of(server, queries, "contacts"))
    per_person = contacts.group_by("contactSourcedId").agg(pl.col("language").n_unique())
    assert per_person["language"].max() == 1


def test_before_the_year_begins_its_sections_are_there_and_between_years_there_are_none(
    nights: Nights, queries: list[NamedQuery]
) -> None:
    server = SchoolServer(nights.world)
    count = len(rows_of(server, queries, "classes"))
    server.change("update terms set firstday = firstday + 80, lastday = lastday + 80 where id = 3600")
    assert len(rows_of(server, queries, "classes")) == count, "the year begins in 20 days"
    server.change("update terms set firstday = firstday + 30, lastday = lastday + 30 where id = 3600")
    assert rows_of(server, queries, "classes") == []


def test_an_export_between_years_leaves_the_roster_as_it_is(nights: Nights, queries: list[NamedQuery]) -> None:
    server = SchoolServer(nights.world)
    export_and_sync(nights, server, queries)
    before = nights.standing()
    server.change("update terms set firstday = firstday - 300, lastday = lastday - 300")
    assert export_and_sync(nights, server, queries, 1).outcome == "rejected"
    assert nights.standing() == before


def test_where_contacts_csv_says_what_a_contact_is_to_each_child_it_alone_counts(
    nights: Nights, queries: list[NamedQuery]
) -> None:
    """users.csv has one role per person: guardian, for a mother of one child and legal guardian of another."""
    server = SchoolServer(nights.world)
    make_hostile(server)
    server.insert("person", (910_001, "Nora", None, "Quill", 1))
    server.link(910_001, 910_001, 1, server.code("Mother"), legal=False)
    server.link(910_002, 910_001, 2, server.code("Aunt"), legal=True)
    server.link(910_003, 910_001, 3, server.code("Aunt"), legal=False)
    export_and_sync(nights, server, queries)
    hers = {("C910001", "S1", "parent"), ("C910001", "S2", "guardian")}
    assert links_that_stand(nights) == true_links(server) | hers


def test_a_rule_makes_guardians_where_a_district_has_a_relationship_for_it_and_not_the_flag(
    nights: Nights, queries: list[NamedQuery]
) -> None:
    """The rule of docs/powerschool.md."""
    page = (Path(__file__).parents[2] / "docs" / "powerschool.md").read_text(encoding="utf-8")
    (rule,) = (line for line in page.splitlines() if "relationship: [legal guardian, guardian]" in line)
    server = SchoolServer(nights.world)
    server.insert("person", (910_001, "Nora", None, "Quill", 1), (910_002, "Omar", None, "Quill", 1))
    server.link(910_001, 910_001, 1, server.code("Legal Guardian"), legal=False)
    server.link(910_002, 910_002, 1, server.code("Guardian"), legal=False)
    with nights.settings_file.open("a", encoding="utf-8") as file:
        file.write(f"guardians:\n  rules:\n{rule}\n    - {{relationship: [mother, father], role: parent}}\n")
    export_and_sync(nights, server, queries)
    ours = {link for link in links_that_stand(nights) if link[0] in {"C910001", "C910002"}}
    assert ours == {("C910001", "S1", "guardian"), ("C910002", "S1", "guardian")}


def test_contacts_csv_alone_gives_the_true_guardians(nights: Nights, queries: list[NamedQuery]) -> None:
    server = SchoolServer(nights.world)
    make_hostile(server)
    server.export(queries, nights.drop)
    lines = (nights.drop / "users.csv").read_bytes().split(b"\r")
    people = [line for line in lines if b",parent," not in line and b",guardian," not in line]
    assert len(people) < len(lines)
    (nights.drop / "users.csv").write_bytes(b"\r".join(people))
    assert nights.sync(nights.night(0)).outcome == "applied"
    assert wrong(nights, server) == []
    assert links_that_stand(nights) == true_links(server)
