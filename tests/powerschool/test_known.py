"""The list of known tables and fields: it can be read, says where each name comes from, and has all that we name."""

from __future__ import annotations

import csv

import pytest
from sqlglot import exp, parse_one

from pipeline.powerschool import known
from pipeline.powerschool.build import EMAIL_SOURCES, FLAG_SOURCES
from tests.support.school_server import plugin_queries

UNPROVEN = {
    ("STUDENTCONTACTDETAILCOREFIELDS", "STUDENTCONTACTDETAILID"),
    ("STUDENTCONTACTDETAILCOREFIELDS", "STUDENTCONTACTDETAILDCID"),
    ("STUDENTCONTACTASSOCCOREFIELDS", "STUDENTCONTACTASSOCID"),
    ("STUDENTCONTACTASSOCCOREFIELDS", "STUDENTCONTACTASSOCDCID"),
}
"""The columns by which the tables of the legal-guardian flag are joined: no public source has them."""


def test_the_list_has_each_field_once_in_order_and_with_its_source() -> None:
    with known.FILE.open(encoding="ascii", newline="") as file:
        rows = [(row["table"], row["field"], row["source"]) for row in csv.DictReader(file)]
    names = [(table, field) for table, field, _ in rows]
    assert names == sorted(set(names))
    assert {source for _, _, source in rows} == {"dictionary", "contacts", "export", "plug-in", "warehouse"}
    described = known.__doc__ or ""
    assert all(f"`{source}`" in described for _, _, source in rows)
    assert all(name == name.upper() and len(name) <= 30 for pair in names for name in pair)


def fields_of(sql: str) -> set[tuple[str, str]]:
    """Return table and column of each column of a server's table in the SQL."""
    tree = parse_one(sql, read="oracle")
    made_here = {with_.alias.lower() for with_ in tree.find_all(exp.CTE)}
    tables = {table.alias_or_name.lower(): table.name.upper() for table in tree.find_all(exp.Table)}
    return {
        (tables[column.table.lower()], column.name.upper())
        for column in tree.find_all(exp.Column)
        if column.table and column.table.lower() not in made_here and not column.is_star
    }


@pytest.mark.parametrize("flag", FLAG_SOURCES)
@pytest.mark.parametrize("emails", EMAIL_SOURCES)
def test_every_field_that_the_queries_read_is_known(flag: str, emails: str) -> None:
    read = {field for query in plugin_queries(flag, emails) for field in fields_of(query.sql.text)}
    assert len(read) > 80
    listed = known.known_fields()
    unknown = {(table, field) for table, field in read if field not in listed.get(table, ())}
    assert unknown <= UNPROVEN
    assert len(unknown) == (0 if flag == "none" else 1)


@pytest.mark.parametrize(
    ("table", "field", "doubt"),
    [
        ("students", "First_Name", None),
        ("STUDENTS", "FRIST_NAME", "STUDENTS.FRIST_NAME is not among the known fields; FIRST_NAME is."),
        ("STUDENTS", "QQQ", "STUDENTS.QQQ is not among the known fields."),
        ("STUDENT", "ID", "STUDENT is not among the known tables; STUDENTS is."),
        ("STOREDGRADES", "GRADE", None),
        ("U_STUDENT", "ANYTHING", None),
        ("S_OH_STU_X", "ANYTHING", None),
    ],
)
def test_a_field_is_doubted_where_its_table_is_known_and_it_is_not(table: str, field: str, doubt: str | None) -> None:
    assert known.doubt_about(table, field) == doubt
