"""docs/powerschool.md: what it tells an administrator is what the plug-in has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli.main import app
from pipeline.demo.synthetic import SyntheticDistrict
from pipeline.powerschool.build import EMAIL_SOURCES, FLAG_SOURCES, FLAGS, PLUGIN_FOLDER, plugin_files
from pipeline.powerschool.findings import Report
from pipeline.powerschool.oracle import Sql, check_sql
from tests.support.school_server import SchoolServer, in_duckdb, plugin_queries

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def page() -> str:
    return (ROOT / "docs" / "powerschool.md").read_text(encoding="utf-8")


def test_the_page_lists_the_fields_of_each_file_in_the_order_of_the_screens(page: str) -> None:
    listed = dict(re.findall(r"^\| ([a-z]+\.csv) \| ([A-Za-z, ]+) \|$", page, re.MULTILINE))
    has = {
        f"{query.name.rpartition('_')[2]}.csv": ", ".join(sorted(query.labels, key=str.lower))
        for query in plugin_queries()
    }
    assert listed == has


def test_the_page_names_every_query_and_its_file(page: str) -> None:
    named = dict(re.findall(r"^\| `(com\.[a-z_.]+)` \| ([a-z]+\.csv) \|", page, re.MULTILINE))
    assert named == {query.name: f"{query.name.rpartition('_')[2]}.csv" for query in plugin_queries()}


def test_the_page_names_every_source_of_the_flag_with_its_table(page: str) -> None:
    rows = {
        source: (flag, key)
        for source, flag, key in re.findall(r"^\| `([a-z-]+)`(?: \(default\))? \| (.*) \| (.*)\|$", page, re.MULTILINE)
    }
    assert set(FLAG_SOURCES) <= set(rows)
    for source in set(FLAG_SOURCES) - {"none"}:
        flag, key = (cell.strip().strip("`").lower() for cell in rows[source])
        fragment = (PLUGIN_FOLDER / "fragments" / FLAGS / f"{source}.sql").read_text(encoding="utf-8")
        assert flag in fragment
        assert f"{flag.partition('.')[0]}.{key}" in fragment


def test_the_page_names_every_source_of_the_students_addresses(page: str) -> None:
    named = page.partition("`--student-email-from` says")[2].partition("For another build")[0]
    assert tuple(re.findall(r"^\| `([a-z]+)`", named, re.MULTILINE)) == EMAIL_SOURCES


def test_every_query_of_the_page_runs_on_a_server(page: str) -> None:
    server = SchoolServer(SyntheticDistrict(seed=11, students=60))
    server.change("create table all_tab_columns (table_name varchar, column_name varchar)")
    server.insert("all_tab_columns", ("STUDENTCONTACTDETAILCOREFIELDS", "LEGALGUARDIAN"), ("STUDENTS", "ID"))
    server.change("update schools set issummerschool = 1 where school_number = 401")
    queries = re.findall(r"^```sql\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len(queries) == 7
    for sql in queries:
        report = Report()
        assert check_sql(Sql(sql, "page", 1), report) is not None
        assert {found.code for found in report.findings} <= {"order_missing"}
        assert server.db.execute(in_duckdb(sql)).fetchall(), sql


def test_the_page_names_the_core_tables_whose_fields_are_declared(page: str) -> None:
    declared = {
        field.partition(".")[0]
        for text in plugin_files().values()
        for field in re.findall(r'<column column="([A-Z_.]+)">', text)
    }
    (sentence,) = re.findall(r"Let this user see the declared fields of (.*)\.", page)
    assert set(re.findall(r"`([A-Z]+)`", sentence)) == declared


def test_every_command_of_the_page_is_there(page: str) -> None:
    for command in sorted(set(re.findall(r"rollcall ((?:plugin|district) [a-z]+|[a-z]+)\b", page)) - {"powerschool"}):
        assert CliRunner().invoke(app, [*command.split(), "--help"]).exit_code == 0, command


def test_every_file_that_the_page_links_to_is_there(page: str) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page)
    assert links
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []
