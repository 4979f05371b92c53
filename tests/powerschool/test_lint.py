"""The lint: the plug-in as it is built has no finding; broken in one place, it has that one finding at that place."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.powerschool.archive import MOST_BYTES, MOST_ENTRIES
from pipeline.powerschool.build import EMAIL_SOURCES, FLAG_SOURCES, packed, plugin_files
from pipeline.powerschool.findings import RULES
from pipeline.powerschool.lint import lint_plugin

Files = dict[str, str]

PLUGIN = "plugin.xml"
USERS, CLASSES, ENROLLMENTS, CONTACTS = (
    f"queries_root/com.classtag.one_roster_{name}.named_queries.xml"
    for name in ("users", "classes", "enrollments", "contacts")
)
PERMISSIONS = "permissions_root/com.classtag.one_roster_users.permission_mappings.xml"
PERMISSION_FILE = """<?xml version="1.0" encoding="UTF-8"?>
<permission_mappings>
  <permission name="/admin/datamgmt/exportmanager.action">
    <implies allow="post">/ws/schema/query/com.classtag.one_roster_users</implies>
  </permission>
</permission_mappings>
"""


@dataclass(frozen=True)
class Broken:
    """One mistake: the file, what stands there, what is put in its place; the words of its line, the code."""

    code: str
    file: str
    old: str
    new: str
    at: str = ""
    """What stands on the line that is told; the new text's first line, without it."""


def swapped(code: str, file: str, old: str, new: str, at: str = "") -> Broken:
    return Broken(code, file, old, new, at or new.strip().split("\n")[0])


ACCESS = '<access_request><field table="STUDENTS" field="ID" access="ViewOnly"/></access_request>\n  <publisher'
# plugin.xml's root is told by the line on which its tag begins or ends, as the parser has it.
ROOT = 'description="'

BROKEN = [
    # any XML file
    swapped("xml_not_well_formed", PLUGIN, "</publisher>", "</publishers>"),
    swapped("xml_not_well_formed", CLASSES, "<summary>", "<summary>R&D <"),
    swapped("xml_has_doctype", PLUGIN, "<plugin", '<!DOCTYPE plugin [<!ENTITY x "y">]>\n<plugin'),
    Broken("root_element", PLUGIN, "plugin xmlns", "plug xmlns", at="*"),
    swapped("root_element", USERS, "<queries>", "<query_set>"),
    swapped("root_element", PERMISSIONS, "<permission_mappings>", "<mappings>"),
    # plugin.xml
    Broken("plugin_namespace", PLUGIN, 'plugin.powerschool.pearson.com"\n', 'plugin.example.org"\n', at="*"),
    Broken("plugin_name", PLUGIN, 'name="rollcall"', f'name="{"x" * 41}"', at="*"),
    Broken("plugin_name", PLUGIN, 'name="rollcall"', 'name=" "', at="*"),
    Broken("plugin_version", PLUGIN, 'version="0', 'version="v0', at="*"),
    Broken("plugin_version", PLUGIN, 'version="0', f'version="{"1" * 20}.0', at="*"),
    Broken("description_too_long", PLUGIN, 'description="', f'description="{"x" * 257}', at="*"),
    Broken("class_too_long", PLUGIN, 'description="', f'class="{"x" * 257}" description="', at="*"),
    Broken("deletable_unclear", PLUGIN, 'description="', 'deletable="no" description="', at="*"),
    swapped("plugin_element_unknown", PLUGIN, "  <publisher", '  <autoredirect path="/"/>\n  <publisher'),
    Broken("plugin_element_order", PLUGIN, "</publisher>", "</publisher>\n  <links/>", at="*"),
    Broken("publisher_missing", PLUGIN, "", "", at="*"),
    swapped("publisher_name", PLUGIN, '<publisher name="Rollcall"', f'<publisher name="{"x" * 101}"'),
    swapped("contact_email", PLUGIN, '    <contact email="rollcall@example.org"/>', "", at="<publisher"),
    swapped("contact_email", PLUGIN, "rollcall@", f"{'x' * 40}@", at="<publisher"),
    swapped("contact_phone_too_long", PLUGIN, "<contact ", f'<contact phone="{"5" * 21}" '),
    swapped("access_field", PLUGIN, "<publisher", ACCESS.replace('"ID"', f'"{"X" * 31}"')),
    swapped("access_level", PLUGIN, "<publisher", ACCESS.replace("ViewOnly", "Read")),
    swapped("api_level", PLUGIN, "<publisher", '<oauth accessLevelV1Api="ALL"/>\n  <publisher'),
    # named queries
    swapped("query_element_unknown", USERS, "    <columns>", "    <order>sourcedId</order>\n    <columns>"),
    swapped("query_namespace", USERS, "<queries>", '<queries xmlns="http://example.org/q">'),
    swapped("query_name_missing", ENROLLMENTS, 'query name="com.classtag.one_roster_enrollments"', "query"),
    swapped("query_name_too_long", ENROLLMENTS, 'query name="com.', f'query name="com.{"x" * 200}'),
    swapped(
        "query_name_twice",
        USERS,
        'query name="com.classtag.one_roster_users"',
        'query name="com.classtag.one_roster_contacts"',
    ),
    swapped("query_name_reserved", ENROLLMENTS, 'query name="com.classtag', 'query name="com.powerschool'),
    swapped("query_name_form", ENROLLMENTS, 'query name="com.classtag.one_', 'query name="One '),
    swapped("summary_too_long", USERS, "<summary>Roster", f"<summary>{'x' * 50}Roster", at="<query name"),
    swapped("columns_missing", CLASSES, "columns>", "notes>", at="<query name"),
    swapped("column_field", USERS, '"USERS.CITY"', '"CITY"'),
    swapped("column_field", USERS, '"USERS.CITY"', f'"USERS.{"X" * 31}"'),
    swapped("column_field_refused", USERS, '"USERS.CITY"', '"GUARDIAN.GUARDIANID"'),
    swapped("alias_form", USERS, ">givenName<", ">given name<"),
    swapped("alias_too_long", USERS, ">givenName<", f">{'x' * 31}<"),
    swapped("alias_twice", USERS, ">givenName<", ">FamilyName<"),
    swapped("core_table_missing", USERS, ' coreTable="users"', "", at="<query name"),
    swapped("core_table_is_view", USERS, 'coreTable="users"', 'coreTable="PSSIS_Person_Phone"'),
    swapped("column_count", USERS, '      <column column="USERS.STATE">sourcedId</column>\n', "", at="<query name"),
    swapped(
        "arg_hides_query",
        CLASSES,
        "<columns>",
        '<args><arg name="x" column="A.B" default="~(curyearid)"/></args><columns>',
    ),
    swapped("arg_without_parameter", CLASSES, "<columns>", '<args><arg name="x" column="A.B"/></args><columns>'),
    swapped("parameter_without_arg", CLASSES, "from clean", "from clean where 1 = :year", at="<sql>"),
    swapped("sql_missing", CLASSES, "sql>", "description>", at="<query name"),
    Broken("sql_not_in_cdata", CLASSES, "<![CDATA[", "", at="<sql>"),
    # the SQL
    swapped("ps_html", CLASSES, "from clean", "from clean where 1 = ~(curschoolid)"),
    swapped(
        "restricted_table", CLASSES, "from clean", 'from clean where <@RESTRICTED_TABLE table="students" selector="x"/>'
    ),
    swapped("sql_not_understood", CLASSES, "from clean\n", "from\n", at="order by"),
    swapped(
        "sql_several_statements", CLASSES, "order by sourcedid", "order by sourcedid; select 1 from dual", at="<sql>"
    ),
    Broken("sql_not_select", CLASSES, "<select>", "delete from cc", at="<sql>"),
    swapped("sql_semicolon", CLASSES, "order by sourcedid", "order by sourcedid;"),
    swapped("select_star", CONTACTS, "    custody,\n", "    clean.*,\n"),
    swapped("output_unnamed", USERS, "sourced_id                                  as sourcedid", "lower(sourced_id)"),
    swapped("output_twice", CONTACTS, "as legalguardian", "as emergency", at="legal_guardian   "),
    swapped("identifier_too_long", CLASSES, "as schoolsourcedid", f"as {'x' * 31}", at="to_char(school_id)"),
    swapped("reserved_word", CLASSES, "as schoolsourcedid", "as mode", at="to_char(school_id)"),
    swapped("order_missing", CLASSES, "order by sourcedid", "", at="*"),
    swapped("order_not_selected", CLASSES, "order by sourcedid", "order by section_id"),
    swapped(
        "order_not_selected_distinct",
        ENROLLMENTS,
        "select\n    to_char(first_day",
        "select distinct\n    to_char(first_day",
        at="*",
    ),
    swapped("table_alias_as", CLASSES, "from clean", "from clean as rows_here"),
    swapped("not_oracle", CLASSES, "from clean", "from clean where title ilike 'a%'"),
    swapped("not_oracle", CLASSES, "from clean", "from clean where true"),
    swapped("not_oracle", CLASSES, "to_char(section_id)", "section_id::varchar"),
    swapped("not_oracle", CLASSES, "order by sourcedid", "order by sourcedid limit 5"),
    swapped("select_without_from", USERS, "    from dual\n", "", at="trunc"),
    swapped("session_date", USERS, "trunc(sysdate)", "trunc(current_date)"),
    swapped("session_date", USERS, "trunc(sysdate)", "trunc(Localtimestamp)"),
    swapped("label_differs", USERS, ">givenName<", ">firstName<"),
    swapped("label_differs", USERS, ">givenName<", ">Users.firstName<"),
    swapped("field_unknown", USERS, '"USERS.CITY"', '"USERS.FRIST_NAME"'),
    swapped("field_unknown", USERS, '"USERS.CITY"', '"STUDENT.ID"'),
    swapped("field_unknown", PLUGIN, "<publisher", ACCESS.replace('"ID"', '"STUDENTID"')),
    swapped("empty_string_compared", CLASSES, "from clean", "from clean where title <> ''"),
    swapped(
        "empty_string_default",
        CLASSES,
        "trim(translate(sections_here.room,",
        "trim(translate(coalesce(sections_here.room, ''),",
    ),
    swapped("listagg_unbounded", USERS, "    where ranked_children.place <= 300\n", "", at="listagg('S'"),
    swapped(
        "union_columns",
        ENROLLMENTS,
        "        min(section_staff.start_date)           as first_day,\n",
        "",
        at="section_staff.section_id",
    ),
    swapped(
        "union_types",
        USERS,
        "        'T' || to_char(users.dcid)              as sourced_id,",
        "        1 as sourced_id,",
        at="1 as sourced_id",
    ),
    swapped(
        "date_not_text",
        ENROLLMENTS,
        "to_char(first_day, 'YYYY-MM-DD')            as begindate",
        "first_day as begindate",
    ),
    swapped("date_mask", ENROLLMENTS, "to_char(first_day, 'YYYY-MM-DD')", "to_char(first_day, 'MM/DD/YYYY')"),
    # permissions
    swapped("permission_name", PERMISSIONS, 'name="/admin', 'name="admin'),
    swapped("permission_implies", PERMISSIONS, 'allow="post"', 'allow="always"'),
    swapped("permission_for_nothing", PERMISSIONS, "one_roster_users</", "one_roster_people</"),
]


@pytest.fixture(scope="module")
def good() -> Files:
    """Return the plug-in as it is built, with a permission file, which others have."""
    return {**plugin_files(), PERMISSIONS: PERMISSION_FILE}


@pytest.mark.parametrize("source", FLAG_SOURCES)
@pytest.mark.parametrize("emails", EMAIL_SOURCES)
def test_the_plugin_as_it_is_built_has_no_finding(source: str, emails: str) -> None:
    files = plugin_files(legal_guardian_from=source, student_email_from=emails, revision=12)
    assert lint_plugin(packed(files)) == []
    assert lint_plugin(packed({**files, PERMISSIONS: PERMISSION_FILE})) == []


def break_it(files: Files, broken: Broken) -> Files:
    text = files[broken.file]
    if broken.code == "publisher_missing":
        text = re.sub(r"  <publisher.*</publisher>\n", "", text, flags=re.DOTALL)
    elif broken.code == "sql_not_select":
        text = re.sub(r"<!\[CDATA\[.*\]\]>", "<![CDATA[delete from cc]]>", text, flags=re.DOTALL)
    elif broken.code == "sql_not_in_cdata":
        text = re.sub(r"<!\[CDATA\[(.*)\]\]>", lambda inner: escape(inner.group(1)), text, flags=re.DOTALL)
    elif broken.code == "order_not_selected_distinct":
        text = text.replace(broken.old, broken.new).replace("order by classsourcedid,", "order by section_id,")
    elif broken.code in {"columns_missing", "root_element", "sql_missing"} or broken.old == "columns>":
        name = re.sub(r"\W.*", "", broken.old.strip("<"))
        new = re.sub(r"\W.*", "", broken.new.strip("<"))
        text = text.replace(f"<{name}>", f"<{new}>").replace(f"<{name} ", f"<{new} ").replace(f"</{name}>", f"</{new}>")
    else:
        assert broken.old in text, broken.old
        text = text.replace(broken.old, broken.new, 1)
    assert text != files[broken.file]
    return {**files, broken.file: text}


# A mistake that makes others: a file that cannot be read has no query for its permission; and so on.
FOLLOWS = {
    "permission_for_nothing": {
        "xml_not_well_formed",
        "root_element",
        "query_name_missing",
        "query_name_too_long",
        "query_name_reserved",
        "query_name_form",
        "sql_missing",
        "query_name_twice",
    },
    "query_element_unknown": {"columns_missing", "sql_missing"},
    "arg_without_parameter": {"arg_hides_query"},
    "order_not_selected": {"output_unnamed"},
    "label_differs": {
        "alias_form",
        "alias_too_long",
        "alias_twice",
        "output_twice",
        "identifier_too_long",
        "reserved_word",
    },
}


@pytest.mark.parametrize("broken", BROKEN, ids=[f"{broken.code}-{n}" for n, broken in enumerate(BROKEN)])
def test_a_mistake_is_told_by_its_code_at_its_place(good: Files, broken: Broken) -> None:
    files = break_it(good, broken)
    findings = lint_plugin(packed(files))
    (told,) = [found for found in findings if found.code == broken.code]
    others = {found.code for found in findings} - {broken.code}
    assert all(broken.code in FOLLOWS.get(other, set()) for other in others), others
    assert told.file == broken.file
    assert told.message.endswith(".")
    assert told.cure.endswith(".")
    assert told.line is not None
    if broken.at != "*":
        line = files[broken.file].split("\n")[told.line - 1]
        assert broken.at in line, f"line {told.line}: {line}"


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def with_file(name: str, text: str = "<a/>") -> Callable[[Files], bytes]:
    return lambda files: packed({**files, name: text})


def twice(files: Files) -> bytes:
    buffer = io.BytesIO(packed(files))
    with zipfile.ZipFile(buffer, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(USERS, files[USERS])
    return buffer.getvalue()


BROKEN_ZIPS: dict[str, tuple[str, str | None, Callable[[Files], bytes]]] = {
    "no ZIP": ("zip_unreadable", None, lambda _: b"<plugin/>"),
    "cut off": ("zip_unreadable", None, lambda files: packed(files)[:-100]),
    "bytes changed": ("zip_unreadable", None, lambda files: packed(files)[:700] + b"\xff" * 40 + packed(files)[740:]),
    "too large": ("zip_too_large", None, lambda _: b"PK" + bytes(MOST_BYTES)),
    "too many files": (
        "zip_too_large",
        None,
        lambda _: zipped({f"web_root/{n}": b"" for n in range(MOST_ENTRIES + 1)}),
    ),
    "a bomb": ("zip_too_large", None, lambda _: packed({"web_root/a.txt": "0" * (MOST_BYTES + 1)})),
    "a file twice": ("entry_twice", USERS, twice),
    "out of the folder": ("entry_name_unsafe", "../evil.xml", with_file("../evil.xml")),
    "a top folder": (
        "top_folder",
        None,
        lambda files: packed({f"rollcall/{name}": text for name, text in files.items()}),
    ),
    "no plugin.xml": (
        "plugin_xml_missing",
        None,
        lambda files: packed({n: t for n, t in files.items() if n != PLUGIN}),
    ),
    "a README": ("file_unrecognized", "README.md", with_file("README.md")),
    "a README within": ("file_unrecognized", "queries_root/README.md", with_file("queries_root/README.md")),
    "a Mac's folder": ("file_unrecognized", "__MACOSX/plugin.xml", with_file("__MACOSX/plugin.xml")),
    "a dot file": ("file_unrecognized", "queries_root/.DS_Store", with_file("queries_root/.DS_Store")),
    "a folder within": (
        "sub_folder",
        "queries_root/more/a.named_queries.xml",
        with_file("queries_root/more/a.named_queries.xml", "<queries/>"),
    ),
    "a query's name": ("query_file_name", "queries_root/users.xml", with_file("queries_root/users.xml")),
    "a permission's name": (
        "permission_file_name",
        "permissions_root/users.xml",
        with_file("permissions_root/users.xml"),
    ),
    "tables besides": (
        "tables_with_queries",
        None,
        with_file("user_schema_root/U_ROLLCALL.xml"),
    ),
}


@pytest.mark.parametrize(("code", "file", "broken"), BROKEN_ZIPS.values(), ids=BROKEN_ZIPS)
def test_a_zip_that_is_not_right_is_told_by_its_code(
    good: Files, code: str, file: str | None, broken: Callable[[Files], bytes]
) -> None:
    findings = lint_plugin(broken(good))
    assert [(found.code, found.file) for found in findings] == [(code, file)]


def test_every_rule_has_its_mistake() -> None:
    assert {broken.code for broken in BROKEN} | {code for code, _, _ in BROKEN_ZIPS.values()} == set(RULES)


def test_an_entity_never_reads_a_file(good: Files, tmp_path: pytest.TempPathFactory) -> None:
    secret = f"{tmp_path}/secret.txt"
    evil = f'<!DOCTYPE p [<!ENTITY x SYSTEM "file://{secret}">]>\n<plugin name="&x;"/>'
    (found,) = lint_plugin(packed({**good, PLUGIN: evil}))
    assert found.code == "xml_has_doctype"
    assert "secret" not in json.dumps(found.message)


ORACLE_KNOWS = [
    "select a.id as id from a, b where a.id = b.id(+) order by id",
    "select nvl(a.x, 'none') as x, decode(a.y, 1, 'true', 'false') as y from a order by x",
    "select to_char(a.d, 'YYYY-MM-DD') as begin_on from a order by 1",
    "select level as place from dual connect by level < 3 order by place",
    "select cast(a.x as varchar2(10)) as x from a order by x",
    "select listagg(a.x, ',' on overflow truncate) within group (order by a.x) as x from a order by x",
    "select a.x from a minus select b.x from b order by x",
    "with t as (select 1 as n from dual) select t.n from t join t u on u.n = t.n order by n",
    'select a.id from a where <@restricted_table table="students" selector="x"/> order by id',
]


@pytest.mark.parametrize("sql", ORACLE_KNOWS)
def test_what_oracle_knows_is_left_alone(good: Files, sql: str) -> None:
    count = len(re.findall(r" as \w+(?=,| from)", sql.partition("select")[2])) or 1
    columns = "".join(f'<column column="USERS.CITY">c{n}</column>' for n in range(min(count, 2)))
    text = (
        '<queries><query name="com.example.test.query" coreTable="users"><summary>A test</summary>'
        f"<columns>{columns}</columns><sql><![CDATA[{sql}]]></sql></query></queries>"
    )
    findings = lint_plugin(packed({PLUGIN: good[PLUGIN], "queries_root/test.named_queries.xml": text}))
    besides = {"reserved_word", "column_count", "label_differs"}
    assert [found.code for found in findings if found.code not in besides] == []


RUNS = {
    "a view as core table": (USERS, 'coreTable="users"', 'coreTable="TEACHERS"', None),
    "a long summary": (USERS, "<summary>Roster", f"<summary>{'x' * 50}Roster", "summary_too_long"),
    "an arg without a column": (CLASSES, "<columns>", '<args><arg name="x"/></args><columns>', "arg_hides_query"),
    "a column without a field": (USERS, ' column="USERS.CITY"', "", None),
    "a field of the district's own": (USERS, "USERS.CITY", "U_TRACKER.01NUMBER", None),
    "a field that begins with a digit": (USERS, "USERS.CITY", "TRACKERSG.01STUDENTNUMBER", None),
    "a field of a state": (USERS, "USERS.CITY", "S_OK_STU_X.ANYTHING", None),
}
"""What public plug-ins do that run on servers: the code of a warning, at most."""


@pytest.mark.parametrize(("file", "old", "new", "code"), RUNS.values(), ids=RUNS)
def test_what_runs_on_servers_is_no_error(good: Files, file: str, old: str, new: str, code: str | None) -> None:
    text = good[file].replace(old, new, 1)
    if code == "arg_hides_query":
        text = text.replace("from clean", "from clean where 1 = :x", 1)
    assert text != good[file]
    findings = lint_plugin(packed({**good, file: text}))
    assert [found.code for found in findings] == ([code] if code else [])
    assert all(found.severity == "warning" for found in findings)


def test_a_namespace_of_the_queries_is_an_error(good: Files) -> None:
    files = {**good, USERS: good[USERS].replace("<queries>", '<queries xmlns="http://example.org/q">')}
    assert [(found.code, found.severity) for found in lint_plugin(packed(files))] == [("query_namespace", "error")]


def test_names_that_differ_are_told_once_for_a_query_with_their_number(good: Files) -> None:
    files = {**good, USERS: good[USERS].replace(">givenName<", ">given<").replace(">familyName<", ">family<")}
    (found,) = lint_plugin(packed(files))
    assert found.message == "The column family is familyname in the SQL, and 1 more have other names too."


def test_sql_that_is_nested_without_end_is_told_and_no_failure(good: Files) -> None:
    deep = "(" * 5000 + "1" + ")" * 5000
    files = {**good, CLASSES: good[CLASSES].replace("to_char(section_id)", deep)}
    assert {found.code for found in lint_plugin(packed(files))} == {"sql_not_understood"}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_a_file_holds_the_lint_tells_and_never_fails(good: Files, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(good)))
    text = good[name]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    pieces = st.sampled_from(
        [" ", "'", '"', "(", ")", "<", "&", "]]>", "select", "union", "--", "/*", ";", "\x01", "é"]
    )
    inserted = "".join(data.draw(st.lists(pieces, max_size=4)))
    for found in lint_plugin(packed({**good, name: text[:start] + inserted + text[end:]})):
        assert found.code in RULES
        assert found.message.endswith(".")
        assert found.line is None or 1 <= found.line <= text.count("\n") + 2


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_bytes_a_zip_has_the_lint_tells_and_never_fails(good: Files, data: st.DataObject) -> None:
    whole = bytearray(packed(good))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    assert all(found.code in RULES for found in lint_plugin(bytes(whole)))
