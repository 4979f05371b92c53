"""`rollcall validate --profile oneroster-1.1`: whole sets are accepted, and each single fault is found where it is."""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli.main import main
from pipeline.conformance.check import check_conformance
from pipeline.report.validation import Validation, conformance_validation
from tests.support.matrices import pairs, sampled
from tests.support.nights import preserved_environment
from tests.support.packages import STAMP, Package, bulk, delta

Place = tuple[str, int | None, str | None]
Fault = tuple[str, Callable[[Package], Any], Place]
LINE_ENDS = {"CR": "\r", "LF": "\n", "CRLF": "\r\n"}


def validated(path: Path) -> Validation:
    return conformance_validation(check_conformance([path]))


def errors(result: Validation) -> list[Place]:
    return [(f.file, f.line, f.column) for f in result.findings if f.severity == "error"]


def swap(name: str, first: str, second: str) -> Callable[[Package], None]:
    def change(package: Package) -> None:
        for row in package.tables[name]:
            a, b = (package_header.index(column) for column in (first, second))
            row[a], row[b] = row[b], row[a]

    package_header = list(bulk().tables[name][0])
    return change


def column(name: str, header: str, value: str, at: int | None = None) -> Callable[[Package], None]:
    def change(package: Package) -> None:
        for number, row in enumerate(package.tables[name]):
            row.insert(len(row) if at is None else at, header if number == 0 else value)

    return change


def dropped(name: str, header: str) -> Callable[[Package], None]:
    def change(package: Package) -> None:
        place = package.tables[name][0].index(header)
        for row in package.tables[name]:
            del row[place]

    return change


def row_of(package: Package, key: str) -> list[str]:
    return next(row for row in package.tables["manifest.csv"] if row[0] == key)


CELLS: list[tuple[str, int, str, str]] = [
    # required cells
    *[("academicSessions.csv", 3, name, "") for name in ("title", "type", "startDate", "endDate", "schoolYear")],
    *[("orgs.csv", 3, name, "") for name in ("sourcedId", "name", "type")],
    *[("courses.csv", 3, name, "") for name in ("title", "orgSourcedId")],
    *[("classes.csv", 3, name, "") for name in ("title", "courseSourcedId", "classType", "schoolSourcedId")],
    ("classes.csv", 2, "termSourcedIds", ""),
    *[("users.csv", 4, name, "") for name in ("enabledUser", "orgSourcedIds", "role", "username", "givenName")],
    ("users.csv", 6, "familyName", ""),
    ("users.csv", 6, "familyName", "  "),
    *[("enrollments.csv", 5, name, "") for name in ("classSourcedId", "schoolSourcedId", "userSourcedId", "role")],
    ("demographics.csv", 3, "sourcedId", ""),
    ("resources.csv", 2, "vendorResourceId", ""),
    ("classResources.csv", 2, "resourceSourcedId", ""),
    ("courseResources.csv", 2, "courseSourcedId", ""),
    ("categories.csv", 2, "title", ""),
    *[("lineItems.csv", 3, name, "") for name in ("assignDate", "dueDate", "resultValueMin", "resultValueMax")],
    *[("results.csv", 3, name, "") for name in ("lineItemSourcedId", "scoreStatus", "score", "scoreDate")],
    # forms
    ("enrollments.csv", 4, "sourcedId", "e 3"),
    ("enrollments.csv", 4, "sourcedId", "e#3"),
    ("enrollments.csv", 4, "sourcedId", "é3"),
    ("enrollments.csv", 4, "sourcedId", "e" * 256),
    ("enrollments.csv", 4, "sourcedId", " e3"),
    ("enrollments.csv", 4, "sourcedId", "e3 "),
    ("academicSessions.csv", 2, "startDate", "8/17/2026"),
    ("academicSessions.csv", 2, "startDate", "2026-8-17"),
    ("academicSessions.csv", 2, "startDate", "20260817"),
    ("academicSessions.csv", 2, "startDate", "2026-02-30"),
    ("academicSessions.csv", 2, "startDate", "2026-08-17T00:00:00.000Z"),
    ("academicSessions.csv", 2, "schoolYear", "27"),
    ("academicSessions.csv", 2, "schoolYear", "2026-2027"),
    ("enrollments.csv", 2, "beginDate", "Aug 17 2026"),
    ("demographics.csv", 2, "birthDate", "2015-02-29"),
    ("lineItems.csv", 2, "resultValueMin", "zero"),
    ("lineItems.csv", 2, "resultValueMax", "10,5"),
    ("results.csv", 2, "score", "A+"),
    ("results.csv", 2, "scoreDate", "09/09/2026"),
    ("users.csv", 2, "userIds", "ann"),
    ("users.csv", 2, "userIds", "{LDAP:ann}{LTI:4711}"),
    ("users.csv", 2, "userIds", "{LDAP:ann}, {LTI:4711}"),
    ("users.csv", 2, "userIds", "{LDAPann}"),
    ("users.csv", 2, "userIds", "{:ann}"),
    ("users.csv", 2, "userIds", "{LDAP:}"),
    # vocabularies
    ("academicSessions.csv", 3, "type", "Semester"),
    ("academicSessions.csv", 3, "type", "quarter"),
    ("orgs.csv", 2, "type", "District"),
    ("orgs.csv", 2, "type", "county"),
    ("classes.csv", 2, "classType", "Scheduled"),
    ("classes.csv", 2, "classType", "lab"),
    ("classes.csv", 2, "grades", "5"),
    ("classes.csv", 2, "grades", "Kindergarten"),
    ("courses.csv", 3, "grades", "KG,1"),
    ("users.csv", 2, "grades", "K"),
    ("users.csv", 2, "role", "Student"),
    ("users.csv", 2, "role", "pupil"),
    ("users.csv", 2, "enabledUser", "TRUE"),
    ("users.csv", 2, "enabledUser", "1"),
    ("users.csv", 2, "enabledUser", "yes"),
    ("enrollments.csv", 3, "role", "Teacher"),
    ("enrollments.csv", 2, "role", "aide"),
    ("enrollments.csv", 2, "role", "parent"),
    ("enrollments.csv", 3, "primary", "True"),
    ("enrollments.csv", 3, "primary", "0"),
    ("demographics.csv", 2, "sex", "F"),
    ("demographics.csv", 2, "sex", "other"),
    ("demographics.csv", 2, "asian", "Y"),
    ("demographics.csv", 2, "publicSchoolResidenceStatus", "resident"),
    ("resources.csv", 2, "roles", "student,Teacher"),
    ("resources.csv", 2, "importance", "main"),
    ("results.csv", 2, "scoreStatus", "fully_graded"),
    # lists
    ("users.csv", 2, "agentSourcedIds", "p1, p2"),
    ("users.csv", 2, "agentSourcedIds", "p1,"),
    ("users.csv", 2, "agentSourcedIds", ",p1"),
    ("users.csv", 2, "agentSourcedIds", "p1,,p2"),
    ("users.csv", 4, "orgSourcedIds", "412 ,413"),
    ("classes.csv", 2, "termSourcedIds", "fall;spring"),
    ("classes.csv", 2, "periods", "1,"),
    ("resources.csv", 2, "roles", "student, teacher"),
    # bulk
    ("orgs.csv", 3, "status", "active"),
    ("orgs.csv", 3, "dateLastModified", STAMP),
    ("users.csv", 3, "status", "tobedeleted"),
    # references
    ("academicSessions.csv", 3, "parentSourcedId", "y28"),
    ("orgs.csv", 3, "parentSourcedId", "d2"),
    ("courses.csv", 2, "orgSourcedId", "d2"),
    ("courses.csv", 2, "schoolYearSourcedId", "y28"),
    ("courses.csv", 2, "schoolYearSourcedId", "fall"),
    ("classes.csv", 2, "courseSourcedId", "co9"),
    ("classes.csv", 2, "schoolSourcedId", "0412"),
    ("classes.csv", 2, "schoolSourcedId", "d1"),
    ("classes.csv", 3, "termSourcedIds", "fall,winter"),
    ("users.csv", 4, "orgSourcedIds", "412,414"),
    ("users.csv", 2, "agentSourcedIds", "p1,P2"),
    ("enrollments.csv", 2, "classSourcedId", "C1"),
    ("enrollments.csv", 2, "schoolSourcedId", "d1"),
    ("enrollments.csv", 2, "schoolSourcedId", "999"),
    ("enrollments.csv", 4, "userSourcedId", "s9"),
    ("demographics.csv", 3, "sourcedId", "s9"),
    ("classResources.csv", 2, "classSourcedId", "c9"),
    ("classResources.csv", 2, "resourceSourcedId", "r9"),
    ("courseResources.csv", 3, "courseSourcedId", "co9"),
    ("courseResources.csv", 3, "resourceSourcedId", "r9"),
    ("lineItems.csv", 2, "classSourcedId", "c9"),
    ("lineItems.csv", 2, "categorySourcedId", "k9"),
    ("lineItems.csv", 2, "gradingPeriodSourcedId", "gp9"),
    ("results.csv", 3, "lineItemSourcedId", "l9"),
    ("results.csv", 3, "studentSourcedId", "s9"),
    # sense
    ("academicSessions.csv", 5, "endDate", "2026-08-01"),
    ("classes.csv", 2, "subjectCodes", "02001"),
    ("enrollments.csv", 2, "endDate", "2027-07-01"),
    ("enrollments.csv", 2, "beginDate", "2026-08-01"),
    ("enrollments.csv", 2, "primary", "true"),
    ("results.csv", 3, "studentSourcedId", "t1"),
    # the manifest
    ("manifest.csv", 2, "value", "1"),
    ("manifest.csv", 3, "value", "1.2"),
    ("manifest.csv", 3, "value", "1.0"),
    ("manifest.csv", 5, "value", "Bulk"),
    ("manifest.csv", 5, "value", "full"),
    ("manifest.csv", 5, "value", ""),
]


def in_place(file: str, line: int, name: str, value: str) -> Fault:
    return f"{file} {line} {name} = {value[:20]!r}", lambda p: p.cell(file, line, name, value), (file, line, name)


FAULTS: list[Fault] = [
    *(in_place(*case) for case in CELLS),
    # the header
    ("two columns swapped", swap("users.csv", "givenName", "familyName"), ("users.csv", 1, "givenName")),
    ("two columns swapped, the other", swap("users.csv", "givenName", "familyName"), ("users.csv", 1, "familyName")),
    ("a column's case", lambda p: p.cell("orgs.csv", 1, "name", "Name"), ("orgs.csv", 1, "Name")),
    ("a column's case, missing", lambda p: p.cell("orgs.csv", 1, "name", "Name"), ("orgs.csv", 1, "name")),
    ("a column with a blank", lambda p: p.cell("orgs.csv", 1, "name", " name"), ("orgs.csv", 1, "name")),
    ("an optional column missing", dropped("users.csv", "middleName"), ("users.csv", 1, "middleName")),
    ("a required column missing", dropped("users.csv", "role"), ("users.csv", 1, "role")),
    ("the key missing", dropped("orgs.csv", "sourcedId"), ("orgs.csv", 1, "sourcedId")),
    ("a column added", column("users.csv", "language", "en"), ("users.csv", 1, "language")),
    ("a column of 1.2", column("users.csv", "pronouns", ""), ("users.csv", 1, "pronouns")),
    ("a column twice", column("users.csv", "email", ""), ("users.csv", 1, "email")),
    ("an extension in the middle", column("users.csv", "metadata.x", "", 3), ("users.csv", 1, "metadata.x")),
    ("an extension without a name", column("users.csv", "metadata.", ""), ("users.csv", 1, "metadata.")),
    ("a nameless column", column("users.csv", "", ""), ("users.csv", 1, "")),
    # rows
    ("a cell too few", lambda p: p.tables["orgs.csv"][2].pop(), ("orgs.csv", 3, None)),
    ("a cell too many", lambda p: p.tables["orgs.csv"][2].append(""), ("orgs.csv", 3, None)),
    ("an id twice", lambda p: p.cell("enrollments.csv", 5, "sourcedId", "e1"), ("enrollments.csv", 5, "sourcedId")),
    ("a demographics row twice", lambda p: p.cell("demographics.csv", 3, "sourcedId", "s1"),
     ("demographics.csv", 3, "sourcedId")),
    ("a line break in a value", lambda p: p.cell("classes.csv", 3, "title", "Home\nroom"), ("classes.csv", 3, "title")),
    ("a CR LF in a value", lambda p: p.cell("classes.csv", 3, "title", "Home\r\nroom"), ("classes.csv", 3, "title")),
    ("a bulk row of a delta", lambda p: p.cell("orgs.csv", 4, "status", "active")
     .cell("orgs.csv", 4, "dateLastModified", STAMP), ("orgs.csv", 4, "status")),
    ("a stray quotation mark", lambda p: p.bytes("classes.csv", lambda b: b.replace(b"Homeroom", b'Home"room')),
     ("classes.csv", 3, "title")),
    ("text behind a quoted value", lambda p: p.bytes("classes.csv", lambda b: b.replace(b"Homeroom", b'"Home"room')),
     ("classes.csv", 3, "title")),
    ("a comma without quotes", lambda p: p.bytes("classes.csv", lambda b: b.replace(b"Homeroom", b"Home,room")),
     ("classes.csv", 3, None)),
    ("latin-1", lambda p: p.bytes("users.csv", lambda b: b.replace("Zoë".encode(), b"Zo\xeb")),
     ("users.csv", 3, "givenName")),
    ("a NUL", lambda p: p.bytes("users.csv", lambda b: b.replace(b"Teacher", b"Tea\0cher")),
     ("users.csv", 4, "familyName")),
    ("a blank line", lambda p: p.bytes("orgs.csv", lambda b: b.replace(b"412,", p.line_end.encode() + b"412,", 1)),
     ("orgs.csv", 3, None)),
    # files
    ("empty", lambda p: p.bytes("categories.csv", lambda _: b""), ("categories.csv", None, None)),
    ("header only", lambda p: p.tables["demographics.csv"].__delitem__(slice(1, None)),
     ("demographics.csv", None, None)),
    ("UTF-16", lambda p: p.bytes("orgs.csv", lambda b: b.decode().encode("utf-16")), ("orgs.csv", None, None)),
    ("a web page", lambda p: p.bytes("orgs.csv", lambda _: b"<!DOCTYPE html><html></html>"), ("orgs.csv", None, None)),
    ("semicolons", lambda p: p.bytes("orgs.csv", lambda b: b.replace(b",", b";")), ("orgs.csv", 1, None)),
    ("tabs", lambda p: p.bytes("categories.csv", lambda b: b.replace(b",", b"\t")), ("categories.csv", 1, None)),
    ("no header", lambda p: p.tables["categories.csv"].pop(0), ("categories.csv", None, None)),
    # the package
    ("no manifest", lambda p: p.without("manifest.csv"), ("manifest.csv", None, None)),
    ("listed, not there", lambda p: p.without("demographics.csv"), ("demographics.csv", None, None)),
    ("listed, not there, in the manifest", lambda p: p.without("demographics.csv"), ("manifest.csv", 10, "value")),
    ("there, said to be absent", lambda p: p.declare("categories.csv", "absent"), ("categories.csv", None, None)),
    ("there, said to be absent, in the manifest", lambda p: p.declare("categories.csv", "absent"),
     ("manifest.csv", 5, "value")),
    ("no enrollments in a bulk set", lambda p: p.without("enrollments.csv").declare("enrollments.csv", "absent"),
     ("enrollments.csv", None, None)),
    ("no courses in a bulk set", lambda p: p.without("courses.csv").declare("courses.csv", "absent"),
     ("courses.csv", None, None)),
    ("a file that others refer to is absent", lambda p: p.without("resources.csv").declare("resources.csv", "absent"),
     ("classResources.csv", 2, "resourceSourcedId")),
    ("a file that others refer to is absent, from the other file",
     lambda p: p.without("resources.csv").declare("resources.csv", "absent"),
     ("courseResources.csv", 2, "resourceSourcedId")),
    ("a file of 1.2", lambda p: p.more.update({"roles.csv": b"sourcedId\r\nx\r\n"}), ("roles.csv", None, None)),
    ("a name's case", lambda p: p.renamed.update({"users.csv": "Users.csv"}), ("Users.csv", None, None)),
    ("a property missing", lambda p: p.tables["manifest.csv"].remove(row_of(p, "file.results")),
     ("manifest.csv", None, "propertyName")),
    ("a property twice", lambda p: p.row("manifest.csv", "file.users", "bulk"), ("manifest.csv", 19, "propertyName")),
    ("a property unknown", lambda p: p.row("manifest.csv", "file.roles", "absent"),
     ("manifest.csv", 19, "propertyName")),
    ("the manifest's header", lambda p: p.cell("manifest.csv", 1, "value", "Value"), ("manifest.csv", 1, "Value")),
]  # fmt: skip

DELTA_FAULTS: list[Fault] = [
    in_place("users.csv", 3, "status", ""),
    in_place("users.csv", 3, "dateLastModified", ""),
    in_place("users.csv", 3, "status", "inactive"),
    in_place("users.csv", 3, "status", "Active"),
    in_place("users.csv", 3, "dateLastModified", "2026-08-01"),
    in_place("users.csv", 3, "dateLastModified", "2026-08-01T12:30:45Z"),
    in_place("users.csv", 3, "dateLastModified", "2026-08-01T12:30:45.000+00:00"),
    in_place("users.csv", 3, "dateLastModified", "2026-08-01 12:30:45.000Z"),
    in_place("users.csv", 3, "dateLastModified", "2026-08-32T12:30:45.000Z"),
    in_place("users.csv", 3, "dateLastModified", "2026-08-01T25:30:45.000Z"),
    in_place("users.csv", 3, "role", "Student"),
    in_place("enrollments.csv", 3, "userSourcedId", ""),
    ("an id twice", lambda p: p.cell("users.csv", 3, "sourcedId", "s1"), ("users.csv", 3, "sourcedId")),
]  # fmt: skip


@pytest.mark.parametrize("line_end", LINE_ENDS)
@pytest.mark.parametrize("made", [bulk, delta], ids=["bulk", "delta"])
def test_whole_sets_conform_with_every_line_end(tmp_path: Path, line_end: str, made: Callable[[], Package]) -> None:
    package = made()
    package.line_end = LINE_ENDS[line_end]
    result = validated(package.zip(tmp_path / "set.zip"))
    assert [f for f in result.findings if f.severity != "notice"] == []
    assert result.accepted
    assert result.files["users.csv"].received == result.files["users.csv"].accepted == 5
    assert len(result.files) == 14


@pytest.mark.parametrize(
    "change",
    [
        lambda p: [p.without(f"{n}.csv").declare(f"{n}.csv", "absent") for n in ("demographics", "results")],
        lambda p: p.bytes("users.csv", lambda b: b"\xef\xbb\xbf" + b),
        lambda p: p.bytes("users.csv", lambda b: b.rstrip(b"\r\n")),
        lambda p: [column("users.csv", f"metadata.{n}", "x")(p) for n in ("jp.kanaGivenName", "gm.roles")],
        lambda p: p.tables["manifest.csv"].__setitem__(slice(1, None), p.tables["manifest.csv"][:0:-1]),
        lambda p: [p.tables["manifest.csv"].pop() for _ in range(2)],
        lambda p: [p.declare("users.csv", "delta")],
        lambda p: p.bytes("orgs.csv", lambda b: b"\r\n".join(
            b",".join(b'"' + c + b'"' for c in line.split(b",")) for line in b.rstrip().split(b"\r\n")
            if b"Oak" not in line) + b'\r\n413,,,"Oak",school,,d1\r\n'),
    ],
    ids=["optional files absent", "BOM", "no last line end", "extensions", "manifest in another order", "no source",
         "the rows win over the manifest", "quotes around everything"],
)  # fmt: skip
def test_what_the_standard_allows_is_accepted(tmp_path: Path, change: Callable[[Package], Any]) -> None:
    package = bulk()
    change(package)
    assert errors(validated(package.zip(tmp_path / "set.zip"))) == []


def test_a_package_of_a_manifest_alone_says_that_nothing_changed(tmp_path: Path) -> None:
    package = bulk()
    for name in [name for name in package.tables if name != "manifest.csv"]:
        package.without(name).declare(name, "absent")
    assert validated(package.zip(tmp_path / "set.zip")).accepted


@pytest.mark.matrix
@pytest.mark.parametrize(
    ("fault", "line_end"),
    sampled(pairs(FAULTS[len(CELLS) :], list(LINE_ENDS))),
    ids=lambda part: part if part in LINE_ENDS else part[0],
)
def test_a_single_fault_is_found_where_it_is(tmp_path: Path, fault: Fault, line_end: str) -> None:
    _, change, place = fault
    package = bulk()
    package.line_end = LINE_ENDS[line_end]
    change(package)
    result = validated(package.folder(tmp_path / "set"))
    assert not result.accepted
    assert place in errors(result)


@pytest.mark.matrix
@pytest.mark.parametrize("fault", sampled(DELTA_FAULTS), ids=lambda fault: fault[0])
def test_a_single_fault_of_a_delta_is_found_where_it_is(tmp_path: Path, fault: Fault) -> None:
    _, change, place = fault
    package = delta()
    change(package)
    result = validated(package.zip(tmp_path / "set.zip"))
    assert errors(result) == [place]


@pytest.mark.matrix
@pytest.mark.parametrize("fault", sampled(FAULTS[: len(CELLS)]), ids=lambda fault: fault[0])
def test_a_fault_in_a_cell_is_told_once_and_blames_no_other_line(tmp_path: Path, fault: Fault) -> None:
    """But for a key, which others name, and the types and dates that others lean on."""
    name, change, place = fault
    package = bulk()
    change(package)
    found = errors(validated(package.zip(tmp_path / "set.zip")))
    if place[2] == "sourcedId" or (place[0], place[2]) in {("orgs.csv", "type"), ("manifest.csv", "value")}:
        assert place in found, name
    else:
        assert found == [place], name


def test_faults_of_all_stages_are_told_at_once(tmp_path: Path) -> None:
    package = bulk().cell("manifest.csv", 3, "value", "1.2").cell("users.csv", 1, "email", "Email")
    package.cell("enrollments.csv", 2, "role", "Student").cell("results.csv", 2, "lineItemSourcedId", "l9")
    package.bytes("orgs.csv", lambda b: b.replace(b"Elementary", b"Elementar\xff"))
    package.tables["classes.csv"][2].append("x")
    found = errors(validated(package.zip(tmp_path / "set.zip")))
    for place in [
        ("manifest.csv", 3, "value"),
        ("users.csv", 1, "Email"),
        ("enrollments.csv", 2, "role"),
        ("results.csv", 2, "lineItemSourcedId"),
        ("orgs.csv", 3, "name"),
        ("classes.csv", 3, None),
    ]:
        assert place in found


def test_two_primary_teachers_of_a_class_are_one_too_many(tmp_path: Path) -> None:
    package = bulk().row("enrollments.csv", "e9", "", "", "c1", "412", "t1", "teacher", "true", "", "")
    assert errors(validated(package.zip(tmp_path / "set.zip"))) == [("enrollments.csv", 6, "primary")]


@pytest.mark.parametrize("gone", ["e9", "e8"])
def test_a_delta_may_put_one_primary_teacher_in_the_place_of_another(tmp_path: Path, gone: str) -> None:
    package = delta()
    package.tables["enrollments.csv"] = package.tables["enrollments.csv"][:1]
    for key, person in (("e8", "t1"), ("e9", "t2")):
        status = "tobedeleted" if key == gone else "active"
        package.row("enrollments.csv", key, status, STAMP, "c1", "412", person, "teacher", "true", "", "")
    assert errors(validated(package.zip(tmp_path / "set.zip"))) == []


MANIFESTS: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "UTF-16": lambda content: content.decode().encode("utf-16"),
    "other names": lambda content: content.replace(b"propertyName,value", b"property,value"),
    "no header": lambda content: content.split(b"\r\n", 1)[1],
}


@pytest.mark.parametrize("kind", MANIFESTS)
def test_a_manifest_that_cannot_be_read_is_not_said_to_lack_each_property(tmp_path: Path, kind: str) -> None:
    result = validated(bulk().bytes("manifest.csv", MANIFESTS[kind]).folder(tmp_path / "package"))
    assert not result.accepted
    assert {f.file for f in result.findings} == {"manifest.csv"}
    assert "property_missing" not in {f.code for f in result.findings}


def test_of_a_zip_that_cannot_be_opened_nothing_more_is_said(tmp_path: Path) -> None:
    path = tmp_path / "set.zip"
    path.write_bytes(bulk().zip(tmp_path / "whole.zip").read_bytes()[:-40])
    assert [(f.file, f.code) for f in validated(path).findings] == [("set.zip", "archive_refused")]


def test_a_first_line_without_end_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_bytes(b"sourcedId" + b",x" * 1_000_000 + b"\r\n")
    assert (path.name, "not_csv") in {(f.file, f.code) for f in validated(path).findings}


def test_a_character_that_nobody_sees_is_named(tmp_path: Path) -> None:
    package = bulk().cell("orgs.csv", 2, "type", "district\u200b")
    (found,) = [f for f in validated(package.zip(tmp_path / "set.zip")).findings if f.severity == "error"]
    assert "district<U+200B>" in found.message


ZIPS: dict[str, tuple[Callable[[zipfile.ZipFile, Package], Any], Place]] = {
    "in a folder": (lambda z, p: z.writestr("data/orgs.csv", p.written("orgs.csv")), ("orgs.csv", None, None)),
    "twice": (lambda z, p: z.writestr("users.csv", p.written("users.csv")), ("users.csv", None, None)),
    "a note": (lambda z, _: z.writestr("readme.txt", b"hello"), ("readme.txt", None, None)),
    "a file of another standard": (lambda z, _: z.writestr("roles.csv", b"a\r\nb\r\n"), ("roles.csv", None, None)),
    "a Mac's folder": (lambda z, _: z.writestr("__MACOSX/._users.csv", b"x"), ("__MACOSX/._users.csv", None, None)),
    "a Mac's file": (lambda z, _: z.writestr(".DS_Store", b"x"), (".DS_Store", None, None)),
    "folders with backslashes": (
        lambda z, p: z.writestr("export\\orgs.csv", p.written("orgs.csv")),
        ("set.zip", None, None),
    ),
    "an archive": (lambda z, _: z.writestr("more.zip", b"PK"), ("set.zip", None, None)),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("kind", ZIPS)
def test_what_does_not_belong_into_a_package_is_told(tmp_path: Path, kind: str) -> None:
    change, place = ZIPS[kind]
    package = bulk()
    path = package.zip(tmp_path / "set.zip")
    with zipfile.ZipFile(path, "a") as archive:
        change(archive, package)
    result = validated(path)
    assert not result.accepted
    assert place in errors(result)


@pytest.mark.parametrize("kept", ["demographics.csv", "results.csv"])
def test_a_bulk_file_without_the_files_it_refers_to_does_not_conform(tmp_path: Path, kept: str) -> None:
    package = bulk()
    for name in [name for name in package.tables if name not in {kept, "manifest.csv"}]:
        package.without(name).declare(name, "absent")
    result = validated(package.folder(tmp_path / "package"))
    assert not result.accepted
    assert {(f.file, f.line) for f in result.findings if f.severity == "error"} == {(kept, 2)}
    assert "which is not in the package (it is referred to by 2 rows)" in result.findings[0].message
    assert result.files[kept].rejected == 2


@pytest.mark.parametrize("name", ["resources.csv", "academicSessions.csv"])
def test_what_a_file_that_cannot_be_read_would_hold_is_not_missed_one_by_one(tmp_path: Path, name: str) -> None:
    package = bulk().bytes(name, lambda _: b"")
    assert errors(validated(package.folder(tmp_path / "package"))) == [(name, None, None)]


def test_one_missing_row_is_one_finding_with_how_many_rows_name_it(tmp_path: Path) -> None:
    package = bulk()
    package.tables["classes.csv"] = [row for row in package.tables["classes.csv"] if row[0] != "c1"]
    result = validated(package.zip(tmp_path / "set.zip"))
    found = [f for f in result.findings if f.file == "enrollments.csv"]
    assert [(f.line, f.column, f.code) for f in found] == [(2, "classSourcedId", "reference_unknown")]
    assert "named by 2 rows" in found[0].message
    counts = result.files["enrollments.csv"]
    assert (counts.received, counts.rejected) == (4, 2)


def test_the_twin_with_other_zeros_is_named(tmp_path: Path) -> None:
    package = bulk().cell("classes.csv", 2, "schoolSourcedId", "0412")
    (found,) = [f for f in validated(package.zip(tmp_path / "set.zip")).findings if f.severity == "error"]
    assert found.message == "Line 2: 0412 is not in orgs.csv; it has 412."


def test_the_json_is_what_scripts_rely_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    package = bulk().cell("enrollments.csv", 4, "role", "Student")
    path = package.zip(tmp_path / "any name.zip")
    monkeypatch.setattr(sys, "argv", ["rollcall", "validate", str(path), "--profile", "oneroster-1.1"])
    monkeypatch.setattr(sys, "argv", [*sys.argv, "--format", "json"])
    with preserved_environment(), pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 4
    result = json.loads(capsys.readouterr().out)
    assert set(result) == {"accepted", "verdict", "left_out", "profile", "files", "findings"}
    assert (result["accepted"], result["profile"]) == (False, "oneroster-1.1")
    assert result["files"]["enrollments.csv"] == {"received": 4, "accepted": 3, "rejected": 1, "excluded": 0}
    assert result["findings"] == [
        {
            "file": "enrollments.csv",
            "line": 4,
            "column": "role",
            "code": "word_unknown",
            "severity": "error",
            "sourced_id": "e3",
            "message": 'Line 4: "Student" is not allowed in role.',
        }
    ]
