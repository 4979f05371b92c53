"""Packages of OneRoster 1.1 written out by hand from the text of the standard: a whole bulk set and a whole delta set.

Shares nothing with the checker: headers, rows and rules stand here as literals.
"""

from __future__ import annotations

import copy
import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

STAMP = "2026-08-01T12:30:45.000Z"

BULK: dict[str, list[list[str]]] = {
    "academicSessions.csv": [
        [
            "sourcedId",
            "status",
            "dateLastModified",
            "title",
            "type",
            "startDate",
            "endDate",
            "parentSourcedId",
            "schoolYear",
        ],
        ["y27", "", "", "2026-2027", "schoolYear", "2026-08-17", "2027-06-12", "", "2027"],
        ["fall", "", "", "Fall, first half", "semester", "2026-08-17", "2027-01-11", "y27", "2027"],
        ["spring", "", "", "Spring", "semester", "2027-01-11", "2027-06-12", "y27", "2027"],
        ["gp1", "", "", "First grading period", "gradingPeriod", "2026-08-17", "2026-10-30", "fall", "2027"],
    ],
    "orgs.csv": [
        ["sourcedId", "status", "dateLastModified", "name", "type", "identifier", "parentSourcedId"],
        ["d1", "", "", "Cedar Valley Schools", "district", "0100001", ""],
        ["412", "", "", "Cedar Elementary", "school", "010000100412", "d1"],
        ["413", "", "", 'The "Oak" School', "school", "", "d1"],
    ],
    "courses.csv": [
        [
            "sourcedId",
            "status",
            "dateLastModified",
            "schoolYearSourcedId",
            "title",
            "courseCode",
            "grades",
            "orgSourcedId",
            "subjects",
            "subjectCodes",
        ],
        ["co1", "", "", "y27", "Mathematics 5", "M5", "05", "d1", "Mathematics", "02001"],
        ["co2", "", "", "", "Reading", "", "KG,01", "d1", "", ""],
    ],
    "classes.csv": [
        [
            "sourcedId",
            "status",
            "dateLastModified",
            "title",
            "grades",
            "courseSourcedId",
            "classCode",
            "classType",
            "location",
            "schoolSourcedId",
            "termSourcedIds",
            "subjects",
            "subjectCodes",
            "periods",
        ],
        [
            "c1",
            "",
            "",
            "Mathematics, Ms. O'Neil",
            "05",
            "co1",
            "M5-1",
            "scheduled",
            "Room 12",
            "412",
            "fall,spring",
            "Mathematics,Science",
            "02001,03001",
            "1,2",
        ],
        ["c2", "", "", "Homeroom", "", "co2", "", "homeroom", "", "413", "fall", "", "", ""],
        ["c3", "", "", "Reading", "KG", "co2", "", "scheduled", "", "413", "spring", "Reading", "", "3"],
    ],
    "users.csv": [
        [
            "sourcedId",
            "status",
            "dateLastModified",
            "enabledUser",
            "orgSourcedIds",
            "role",
            "username",
            "userIds",
            "givenName",
            "familyName",
            "middleName",
            "identifier",
            "email",
            "sms",
            "phone",
            "agentSourcedIds",
            "grades",
            "password",
        ],
        [
            "s1",
            "",
            "",
            "true",
            "412",
            "student",
            "ann.pupil",
            "{LDAP:ann},{LTI:4711}",
            "Ann",
            "Pupil",
            "",
            "1001",
            "ann@school.example",
            "",
            "",
            "p1,p2",
            "05",
            "",
        ],
        [
            "s2",
            "",
            "",
            "true",
            "413",
            "student",
            "zoe",
            "",
            "Zoë",
            "Nguyễn",
            "Mai Li",
            "1002",
            "",
            "",
            "",
            "p1",
            "KG",
            "",
        ],
        [
            "t1",
            "",
            "",
            "false",
            "412,413",
            "teacher",
            "teach",
            "{Fed:a@example.org}",
            "Bo",
            "Teacher",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "secret",
        ],
        [
            "p1",
            "",
            "",
            "true",
            "412",
            "parent",
            "kin1",
            "",
            "Cy",
            "Kin",
            "",
            "",
            "kin@example.org",
            "202-555-0101",
            "",
            "s1,s2",
            "",
            "",
        ],
        ["p2", "", "", "true", "412", "guardian", "kin2", "", "Di", "Kin", "", "", "", "", "", "s1", "", ""],
    ],
    "enrollments.csv": [
        [
            "sourcedId",
            "status",
            "dateLastModified",
            "classSourcedId",
            "schoolSourcedId",
            "userSourcedId",
            "role",
            "primary",
            "beginDate",
            "endDate",
        ],
        ["e1", "", "", "c1", "412", "s1", "student", "", "2026-08-17", "2027-06-12"],
        ["e2", "", "", "c1", "412", "t1", "teacher", "true", "", ""],
        ["e3", "", "", "c2", "413", "s2", "student", "false", "2026-09-01", ""],
        ["e4", "", "", "c3", "413", "s2", "student", "", "", ""],
    ],
    "demographics.csv": [
        [
            "sourcedId",
            "status",
            "dateLastModified",
            "birthDate",
            "sex",
            "americanIndianOrAlaskaNative",
            "asian",
            "blackOrAfricanAmerican",
            "nativeHawaiianOrOtherPacificIslander",
            "white",
            "demographicRaceTwoOrMoreRaces",
            "hispanicOrLatinoEthnicity",
            "countryOfBirthCode",
            "stateOfBirthAbbreviation",
            "cityOfBirth",
            "publicSchoolResidenceStatus",
        ],
        ["s1", "", "", "2016-02-29", "female", *["false"] * 6, "true", "US", "IL", "Springfield", "01652"],
        ["s2", "", "", "", "", *[""] * 7, "", "", "", ""],
    ],
    "resources.csv": [
        [
            "sourcedId",
            "status",
            "dateLastModified",
            "vendorResourceId",
            "title",
            "roles",
            "importance",
            "vendorId",
            "applicationId",
        ],
        ["r1", "", "", "v 1", "Atlas", "student,teacher", "primary", "", ""],
        ["r2", "", "", "v2", "", "", "", "", ""],
    ],
    "classResources.csv": [
        ["sourcedId", "status", "dateLastModified", "title", "classSourcedId", "resourceSourcedId"],
        ["cr1", "", "", "", "c1", "r1"],
        ["cr2", "", "", "x", "c2", "r2"],
    ],
    "courseResources.csv": [
        ["sourcedId", "status", "dateLastModified", "title", "courseSourcedId", "resourceSourcedId"],
        ["or1", "", "", "", "co1", "r1"],
        ["or2", "", "", "", "co2", "r2"],
    ],
    "categories.csv": [
        ["sourcedId", "status", "dateLastModified", "title"],
        ["k1", "", "", "Homework"],
        ["k2", "", "", "Quiz"],
    ],
    "lineItems.csv": [
        [
            "sourcedId",
            "status",
            "dateLastModified",
            "title",
            "description",
            "assignDate",
            "dueDate",
            "classSourcedId",
            "categorySourcedId",
            "gradingPeriodSourcedId",
            "resultValueMin",
            "resultValueMax",
        ],
        ["l1", "", "", "Page 7", "", "2026-09-01", "2026-09-08", "c1", "k1", "gp1", "0.0", "10"],
        ["l2", "", "", "Quiz 1", "on fractions", "2026-09-10", "2026-09-10", "c1", "k2", "gp1", "-1", "1.5"],
    ],
    "results.csv": [
        [
            "sourcedId",
            "status",
            "dateLastModified",
            "lineItemSourcedId",
            "studentSourcedId",
            "scoreStatus",
            "score",
            "scoreDate",
            "comment",
        ],
        ["x1", "", "", "l1", "s1", "fully graded", "9.5", "2026-09-09", "well done"],
        ["x2", "", "", "l2", "s1", "exempt", "0", "2026-09-11", ""],
    ],
}

MANIFEST = [
    ["propertyName", "value"],
    ["manifest.version", "1.0"],
    ["oneroster.version", "1.1"],
    ["file.academicSessions", "bulk"],
    ["file.categories", "bulk"],
    ["file.classes", "bulk"],
    ["file.classResources", "bulk"],
    ["file.courses", "bulk"],
    ["file.courseResources", "bulk"],
    ["file.demographics", "bulk"],
    ["file.enrollments", "bulk"],
    ["file.lineItems", "bulk"],
    ["file.orgs", "bulk"],
    ["file.resources", "bulk"],
    ["file.results", "bulk"],
    ["file.users", "bulk"],
    ["source.systemName", "Synthetic SIS"],
    ["source.systemCode", ""],
]


@dataclass
class Package:
    """The files of a package as tables, to be changed at will, and how they are written."""

    tables: dict[str, list[list[str]]] = field(default_factory=dict)
    line_end: str = "\r\n"
    bytes_of: dict[str, Callable[[bytes], bytes]] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    more: dict[str, bytes] = field(default_factory=dict)

    def cell(self, file: str, line: int, column: str, value: str) -> Package:
        table = self.tables[file]
        table[line - 1][table[0].index(column)] = value
        return self

    def row(self, file: str, *cells: str) -> Package:
        self.tables[file].append(list(cells))
        return self

    def without(self, file: str) -> Package:
        del self.tables[file]
        return self

    def declare(self, file: str, mode: str) -> Package:
        for row in self.tables["manifest.csv"]:
            if row[0] == f"file.{file.removesuffix('.csv')}":
                row[1] = mode
        return self

    def bytes(self, file: str, change: Callable[[bytes], bytes]) -> Package:
        self.bytes_of[file] = change
        return self

    def written(self, name: str) -> bytes:
        out = io.StringIO()
        csv.writer(out, lineterminator=self.line_end).writerows(self.tables[name])
        content = out.getvalue().encode()
        return self.bytes_of[name](content) if name in self.bytes_of else content

    def files(self) -> dict[str, bytes]:
        made = {self.renamed.get(name, name): self.written(name) for name in self.tables}
        return {**made, **self.more}

    def zip(self, path: Path) -> Path:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.files().items():
                archive.writestr(name, content)
        return path

    def folder(self, path: Path) -> Path:
        path.mkdir()
        for name, content in self.files().items():
            target = path / name
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(content)
        return path


def bulk() -> Package:
    return Package({"manifest.csv": copy.deepcopy(MANIFEST), **copy.deepcopy(BULK)})


def delta() -> Package:
    """The same rows as changes: status and time in each, and references to what was sent before."""
    package = bulk()
    for name, table in package.tables.items():
        if name == "manifest.csv":
            for row in table:
                row[1] = row[1].replace("bulk", "delta")
            continue
        for number, row in enumerate(table[1:]):
            row[1], row[2] = ("tobedeleted" if number % 2 else "active"), STAMP
    del package.tables["orgs.csv"][1]
    del package.tables["classes.csv"][2]
    return package
