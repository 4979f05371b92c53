"""What a file of named queries may say: names, columns, arguments. The SQL itself is checked in `oracle`.

Sources: PowerSchool's documentation of PowerQueries, and what working public plug-ins found out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from pipeline.powerschool.descriptor import LONGEST_IDENTIFIER
from pipeline.powerschool.documents import child, elements, line_of, local_name, parse, text_of
from pipeline.powerschool.findings import Report
from pipeline.powerschool.known import doubt_about
from pipeline.powerschool.oracle import Sql, check_sql

LONGEST_QUERY_NAME, LONGEST_SUMMARY = 200, 50

_PARTS = ("summary", "description", "args", "columns", "sql")
_NAME = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+){2,4}")
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9_]*)\.([A-Za-z0-9_]+)")
_ALIAS = re.compile(r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)?")
_PS_HTML = re.compile(r"~[(\[]")
_PARAMETER = re.compile(r"(?<![:\w]):([A-Za-z_]\w*)")
_TEXT = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)

_REFUSED_FIELDS = ("GUARDIAN.GUARDIANID",)
"""Declared by a public plug-in that did not work until another field stood there."""

_VIEWS = re.compile(r"pssis_\w+", re.IGNORECASE)
"""Views of PowerSchool's own. TEACHERS is one too, and is the core table of queries that run."""


@dataclass(frozen=True)
class NamedQuery:
    """One query of a plug-in: its name, the labels of its columns in order, and its SQL."""

    file: str
    line: int
    name: str
    core_table: str
    labels: tuple[str, ...]
    sql: Sql


def read_queries(data: bytes, file: str, report: Report) -> list[NamedQuery]:
    """Return the queries of a *.named_queries.xml that have SQL; what is wrong with the file is reported."""
    root = parse(data, file, report)
    if root is None:
        return []
    if local_name(root) != "queries":
        report.add("root_element", f"The file begins with <{local_name(root)}>.", file, line_of(root))
        return []
    if etree.QName(root).namespace:
        report.add("query_namespace", "<queries> has a namespace.", file, line_of(root))
    found = (_read_query(element, file, report) for element in elements(root) if local_name(element) == "query")
    return [query for query in found if query is not None]


def check_names_differ(queries: list[NamedQuery], report: Report) -> None:
    """Report a name that two queries of the plug-in share."""
    seen: set[str] = set()
    for query in queries:
        if query.name and query.name.lower() in seen:
            report.add("query_name_twice", f"{query.name} is the name of two queries.", query.file, query.line)
        seen.add(query.name.lower())


def _read_query(element: etree._Element, file: str, report: Report) -> NamedQuery | None:
    line = line_of(element)
    _check_name(element.get("name", "").strip(), file, line, report)
    for part in elements(element):
        if local_name(part) not in _PARTS:
            report.add("query_element_unknown", f"<{local_name(part)}> is no part of a query.", file, line_of(part))
    summary = text_of(child(element, "summary"))
    if len(summary) > LONGEST_SUMMARY:
        report.add("summary_too_long", f"The summary has {len(summary)} characters.", file, line)
    labels = _read_columns(element, file, report)
    sql = _read_sql(element, file, report)
    if sql is None:
        return None
    _check_args(element, sql, file, report)
    outputs = check_sql(sql, report)
    if labels and outputs is not None and len(outputs) != len(labels):
        message = f"{len(labels)} columns are listed, and the SQL selects {len(outputs)}."
        report.add("column_count", message, file, line_of(element))
    elif labels and outputs is not None:
        _check_labels(element, outputs, file, report)
    return NamedQuery(
        file, line, element.get("name", "").strip(), element.get("coreTable", "").strip(), tuple(labels), sql
    )


def _check_name(name: str, file: str, line: int, report: Report) -> None:
    if not name:
        report.add("query_name_missing", "The query has no name.", file, line)
    elif len(name) > LONGEST_QUERY_NAME:
        report.add("query_name_too_long", f"The query's name has {len(name)} characters.", file, line)
    elif name.lower().startswith("com.powerschool"):
        report.add("query_name_reserved", f"The query is called {name}.", file, line)
    elif not _NAME.fullmatch(name):
        report.add("query_name_form", f"The query is called {name}.", file, line)


def _read_columns(query: etree._Element, file: str, report: Report) -> list[str]:
    parent = child(query, "columns")
    columns = elements(parent) if parent is not None else []
    if not columns:
        report.add("columns_missing", "The query lists no columns.", file, line_of(query))
    core_table = query.get("coreTable", "").strip()
    if _VIEWS.fullmatch(core_table):
        report.add("core_table_is_view", f"coreTable is {core_table}.", file, line_of(query))
    labels: list[str] = []
    for column in columns:
        label, field, line = text_of(column), column.get("column", ""), line_of(column)
        _check_field(field, file, line, report)
        if not _ALIAS.fullmatch(label):
            report.add("alias_form", f'The column is called "{label}".', file, line)
        elif max(len(part) for part in label.split(".")) > LONGEST_IDENTIFIER:
            report.add("alias_too_long", f"The name {label} has {len(label)} characters.", file, line)
        if label.lower() in (other.lower() for other in labels):
            report.add("alias_twice", f"Two columns are called {label}.", file, line)
        labels.append(label)
    if not core_table and any("." not in label for label in labels):
        report.add("core_table_missing", "The query has no coreTable.", file, line_of(query))
    return labels


def _check_labels(query: etree._Element, outputs: list[str], file: str, report: Report) -> None:
    """Check that each selected value has the name of its column; the table in front of a label does not count."""
    parent = child(query, "columns")
    columns = elements(parent) if parent is not None else []
    labels = [text_of(column).rpartition(".")[2] for column in columns]
    differ = [place for place, label in enumerate(labels) if outputs[place].lower() not in {"", label.lower()}]
    if differ:
        first = differ[0]
        others = f", and {len(differ) - 1} more have other names too" if len(differ) > 1 else ""
        message = f"The column {labels[first]} is {outputs[first]} in the SQL{others}."
        report.add("label_differs", message, file, line_of(columns[first]))


def _check_field(field: str, file: str, line: int, report: Report) -> None:
    if not field:
        # it may be left out
        return
    match = _FIELD.fullmatch(field)
    if match is None or max(len(part) for part in match.groups()) > LONGEST_IDENTIFIER:
        report.add("column_field", f'The column declares the field "{field}".', file, line)
    elif field.upper() in _REFUSED_FIELDS:
        report.add("column_field_refused", f"The column declares the field {field}.", file, line)
    elif (doubt := doubt_about(*match.groups())) is not None:
        report.add("field_unknown", doubt, file, line)


def _read_sql(query: etree._Element, file: str, report: Report) -> Sql | None:
    element = child(query, "sql")
    text = "".join(str(part) for part in element.itertext()) if element is not None else ""
    if element is None or not text.strip():
        report.add("sql_missing", "The query has no SQL.", file, line_of(query))
        return None
    if b"<![CDATA[" not in etree.tostring(element):
        report.add("sql_not_in_cdata", "The SQL is outside of CDATA.", file, line_of(element))
    return Sql(text, file, line_of(element))


def _check_args(query: etree._Element, sql: Sql, file: str, report: Report) -> None:
    parent = child(query, "args")
    args = elements(parent) if parent is not None else []
    used = {name.lower() for name in _PARAMETER.findall(_TEXT.sub(" ", sql.text))}
    names = {arg.get("name", "").lower() for arg in args}
    for arg in args:
        name = arg.get("name", "")
        if not arg.get("column") or _PS_HTML.search(arg.get("default", "")):
            report.add("arg_hides_query", f"The arg {name} has no column, or PS-HTML as default.", file, line_of(arg))
        if name.lower() not in used:
            report.add("arg_without_parameter", f"The SQL does not use the arg {name}.", file, line_of(arg))
    for name in sorted(used - names):
        report.add("parameter_without_arg", f"The SQL uses :{name}, and there is no such arg.", file, sql.line)
