"""A synthetic PowerSchool server: its tables in DuckDB, filled from a synthetic district, and its export.

The queries of the plug-in run on it for real, from Oracle's dialect into DuckDB's by sqlglot. What sqlglot cannot bring
over, and where Oracle means something else by the same words, is rewritten here, each by a function with a name.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
from sqlglot import exp, parse_one

from pipeline.demo.synthetic import SyntheticDistrict, frames
from pipeline.demo.synthetic.tables import NONE
from pipeline.powerschool.archive import QUERIES
from pipeline.powerschool.build import plugin_files
from pipeline.powerschool.findings import Report
from pipeline.powerschool.queries import NamedQuery, read_queries

TABLES = """
create table dual (dummy varchar);
create table schools (school_number bigint, name varchar, issummerschool bigint);
create table students (dcid bigint, id bigint, person_id bigint, student_number bigint, first_name varchar,
    last_name varchar, middle_name varchar, grade_level bigint, schoolid bigint, enroll_status bigint,
    student_web_id varchar);
create table studentcorefields (studentsdcid bigint, primarylanguage varchar);
create table users (dcid bigint, first_name varchar, last_name varchar, email_addr varchar, school_phone varchar,
    teachernumber varchar, teacherloginid varchar, loginid varchar, title varchar);
create table schoolstaff (id bigint, users_dcid bigint, schoolid bigint, status bigint, staffstatus bigint);
create table terms (id bigint, schoolid bigint, portion bigint, firstday date, lastday date);
create table courses (course_number varchar, course_name varchar);
create table sections (id bigint, schoolid bigint, termid bigint, course_number varchar, section_number varchar,
    expression varchar, room varchar, grade_level bigint, teacher bigint, external_expression varchar);
create table cc (id bigint, studentid bigint, sectionid bigint, schoolid bigint, termid bigint, dateenrolled date,
    dateleft date);
create table roledef (id bigint, name varchar, rolekey varchar);
create table sectionteacher (id bigint, teacherid bigint, sectionid bigint, roleid bigint, start_date date,
    end_date date);
create table person (id bigint, firstname varchar, middlename varchar, lastname varchar, isactive bigint);
create table codeset (codesetid bigint, codetype varchar, code varchar, displayvalue varchar);
create table studentcontactassoc (studentcontactassocid bigint, studentdcid bigint, personid bigint,
    contactpriorityorder bigint);
create table studentcontactdetail (studentcontactdetailid bigint, studentcontactassocid bigint,
    relationshiptypecodesetid bigint, startdate date, enddate date, isactive bigint, iscustodial bigint,
    isemergency bigint, liveswithflg bigint);
create table studentcontactdetailcorefields (studentcontactdetailid bigint, legalguardian bigint);
create table studentcontactassoccorefields (studentcontactassocid bigint, legalguardian bigint);
create table phonenumber (phonenumberid bigint, phonenumber varchar, issms bigint);
create table personphonenumberassoc (personid bigint, phonenumberid bigint, phonetypecodesetid bigint,
    phonenumberpriorityorder bigint, ispreferred bigint);
create table emailaddress (emailaddressid bigint, emailaddress varchar);
create table personemailaddressassoc (personid bigint, emailaddressid bigint, emailaddresspriorityorder bigint,
    isprimaryemailaddress bigint);
create table sync_studentmap (studentid bigint, studentsdcid bigint);
create table psm_studentcontacttype (id bigint, name varchar);
create table psm_studentcontact (id bigint, studentid bigint, studentcontacttypeid bigint, email varchar);
"""

MOBILE, HOME, WORK = 13, 14, 15
LEAD, CO_TEACHER, AIDE, OBSERVER = 1, 2, 3, 4
YEAR = 3600

TODAY = datetime.now(UTC).date()
"""The server's date; everything in it is weeks away from today, so that no midnight is in between."""

# dcids count from 1 in every table, as on a real server: those of students, staff and contacts meet.
_STUDENT_PERSON = 1_000_001
_FIRST_RELATIONSHIP = 100


def plugin_queries(legal_guardian_from: str = "detail", student_email_from: str = "person") -> list[NamedQuery]:
    """Return the queries of the plug-in as it is built."""
    files = plugin_files(legal_guardian_from=legal_guardian_from, student_email_from=student_email_from)
    return [
        query
        for name, text in files.items()
        if name.startswith(QUERIES)
        for query in read_queries(text.encode("utf-8"), name, Report())
    ]


def in_days(days: int) -> date:
    """Return the date in so many days."""
    return TODAY + timedelta(days=days)


class SchoolServer:
    """The tables of a PowerSchool server. `truth()` is the roster that must come of its export."""

    def __init__(self, district: SyntheticDistrict) -> None:
        self.db = duckdb.connect()
        self.db.execute(TABLES)
        self.pending: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self.codes: dict[str, int] = {}
        self.insert("dual", ("X",))
        self.true = {name: _renamed(name, frame) for name, frame in district.truth().items()}
        self._fill(district)
        self.true["classes"] = _grades_of_students(self.true)

    def truth(self) -> dict[str, pl.DataFrame]:
        """Return the roster that must come out, as `SyntheticDistrict.truth` does."""
        return self.true

    def run(self, query: NamedQuery) -> list[tuple[Any, ...]]:
        """Run a query of the plug-in."""
        self._put_in()
        return self.db.execute(in_duckdb(query.sql.text)).fetchall()

    def export(self, queries: list[NamedQuery], folder: Path) -> None:
        """Write users.csv and the others as Data Export Manager does.

        CR ends each row; no quotes; the columns in alphabetical order, each with the core table in front; no value for
        NULL.
        """
        for query in queries:
            order = sorted(range(len(query.labels)), key=lambda place: query.labels[place].lower())
            lines = [[f"{query.core_table.upper()}.{query.labels[place]}" for place in order]]
            lines += [["" if row[place] is None else str(row[place]) for place in order] for row in self.run(query)]
            text = "".join(",".join(line) + "\r" for line in lines)
            name = f"{query.name.rpartition('_')[2]}.csv"
            (folder / name).write_bytes(text.encode("utf-8"))

    def insert(self, table: str, *rows: tuple[Any, ...]) -> None:
        """Add rows to a table, all columns in its order."""
        self.pending[table] += rows

    def change(self, text: str, *values: Any) -> None:
        """Change what is there."""
        self._put_in()
        self.db.execute(text, values)

    def _put_in(self) -> None:
        for table, rows in self.pending.items():
            for part in (rows[start : start + 200] for start in range(0, len(rows), 200)):
                marks = ", ".join(f"({', '.join('?' * len(row))})" for row in part)
                self.db.execute(f"insert into {table} values {marks}", list(chain(*part)))  # noqa: S608
        self.pending.clear()

    def _fill(self, district: SyntheticDistrict) -> None:
        world = district._world
        everyone = copy.deepcopy(world)
        everyone.students.left[:] = NONE
        for school_id, name in district.schools:
            self.insert("schools", (int(school_id), name, 0))
            # the year, its two halves, the year before
            self.insert(
                "terms",
                (YEAR, int(school_id), 1, in_days(-60), in_days(200)),
                (YEAR + 1, int(school_id), 2, in_days(-60), in_days(70)),
                (YEAR + 2, int(school_id), 2, in_days(71), in_days(200)),
                (YEAR - 100, int(school_id), 1, in_days(-425), in_days(-165)),
            )
        self.insert("codeset", (MOBILE, "Phone", "Mobile", "Mobile"), (HOME, "Phone", "Home", None))
        self.insert("codeset", (WORK, "Phone", "Work", "Work"))
        key = "com.pearson.powerschool.coteach."
        self.insert("roledef", (LEAD, "Lead Teacher", f"{key}primary.teacher"), (CO_TEACHER, "Co-teacher", None))
        self.insert("roledef", (AIDE, "Teacher's Aide", f"{key}teacher.aide"))
        self.insert("roledef", (OBSERVER, "Class Observer", f"{key}class.observer"))
        self._fill_students(frames.students(everyone), world.students.left, world.students.grade)
        self._fill_staff(frames.staff(world))
        self._fill_classes(world)
        self._fill_contacts(everyone)

    def _fill_students(self, students: pl.DataFrame, left: Any, grade: Any) -> None:
        for row in students.iter_rows(named=True):
            place = row["position"]
            self.insert(
                "students",
                (
                    *(place + 1, place + 7001, place + _STUDENT_PERSON, int(row["identifier"])),
                    *(row["givenName"], row["familyName"], None, int(grade[place]), int(row["orgSourcedIds"])),
                    *(0 if left[place] == NONE else 2, row["username"]),
                ),
            )
            self.insert("studentcorefields", (place + 1, row["language"]))
        self._fill_people(students.with_columns(person=pl.col("position") + _STUDENT_PERSON), first_id=1)

    def _fill_people(self, people: pl.DataFrame, *, first_id: int) -> None:
        """Add persons, each with numbers and addresses: the ones in the frame, and others that count for less."""
        number = first_id
        for row in people.iter_rows(named=True):
            self.insert("person", (row["person"], row["givenName"], None, row["familyName"], 1))
            for kind, value in ((MOBILE, row["sms"]), (HOME, row["phone"])):
                if value is None:
                    continue
                digits = "".join(filter(str.isdigit, value))
                # the one that counts is marked, as the one for texts or the preferred one, or it is the first in line
                marked = number % 2
                takes_texts, preferred = (marked, 0) if kind == MOBILE else (0, marked)
                self.insert(
                    "phonenumber",
                    (number, digits, takes_texts),
                    (number + 1, "2015550199", None),
                    (number + 2, None, 1),
                )
                self.insert(
                    "personphonenumberassoc",
                    (row["person"], number, kind, 3 - 2 * (1 - marked), preferred),
                    (row["person"], number + 1, kind if kind == MOBILE else WORK, 2, 1 if kind == MOBILE else None),
                    (row["person"], number + 2, kind, 1, 0),
                )
                number += 3
            if row["email"] is not None:
                primary = number % 2
                self.insert("emailaddress", (number, row["email"]), (number + 1, f"other.{row['person']}@example.org"))
                self.insert(
                    "personemailaddressassoc",
                    (row["person"], number, 3 - 2 * (1 - primary), primary),
                    (row["person"], number + 1, 2, 0 if primary else None),
                )
                number += 2

    def _fill_staff(self, staff: pl.DataFrame) -> None:
        titles = {"teacher": "Teacher", "aide": "Paraprofessional", "administrator": "Assistant Principal"}
        for row in staff.iter_rows(named=True):
            dcid = row["position"] + 1
            status = 1 if row["role"] == "teacher" else 2
            self.insert(
                "users",
                (
                    *(dcid, row["givenName"], row["familyName"], row["email"], row["phone"], row["identifier"]),
                    *(row["username"] if dcid % 2 else None, row["username"], titles[row["role"]]),
                ),
            )
            for place, school in enumerate(row["orgSourcedIds"].split(",")):
                self.insert("schoolstaff", (_staff_id(dcid, place), dcid, int(school), 1, status))
            # where they were before, and a desk at the district's office
            self.insert("schoolstaff", (_staff_id(dcid, 5), dcid, 77, 2, 1), (_staff_id(dcid, 6), dcid, 0, 1, status))

    def _fill_classes(self, world: Any) -> None:
        schools = {}
        table = world.enrollments
        leads = {
            int(table.class_[place]) + 1: _staff_id(int(table.user[place]) + 1, 0)
            for place in range(len(table))
            if table.teaches[place]
        }
        for row in frames.classes(world).iter_rows(named=True):
            number = row["position"] + 1
            schools[number] = int(row["schoolSourcedId"])
            self.insert("courses", (f"C{number}", row["title"]))
            periods = " ".join(f"{period}(A-E)" for period in row["periods"].split(","))
            self.insert(
                "sections",
                (
                    *(number, schools[number], YEAR + number % 2, f"C{number}", "1", periods, row["location"], 0),
                    *(leads.get(number), None),
                ),
                # the same course a year ago
                (
                    *(number + 90_000, schools[number], YEAR - 100, f"C{number}", "1", periods, row["location"], 0),
                    *(leads.get(number), None),
                ),
            )
        for place in range(len(table)):
            section, user, ended = int(table.class_[place]) + 1, int(table.user[place]) + 1, table.ended[place] != NONE
            if table.teaches[place]:
                self.insert("sectionteacher", (place, _staff_id(user, 0), section, LEAD, in_days(-60), in_days(200)))
                continue
            # dropped: the signs turned, or the day of leaving past, or never begun
            sign, begun, left = [(1, -60, 200), (-1, -60, 200), (1, -60, 0), (1, 10, 10)][place % 3 + 1 if ended else 0]
            self.insert(
                "cc",
                (
                    *(place, user + 7000, sign * section, schools[section], sign * (YEAR + section % 2)),
                    *(in_days(begun), in_days(left)),
                ),
            )

    def _fill_contacts(self, world: Any) -> None:
        contacts = frames.contacts(world, np.ones(len(world.contacts), dtype=np.bool_))
        self._fill_people(contacts.with_columns(person=pl.col("position") + 1), first_id=5_000_000)
        for number, row in enumerate(frames.links(world, with_role_only=False).iter_rows(named=True), start=1):
            code = self.code(row["relationship"], shown_only=number % 2 == 0)
            person, student = row["contact_position"] + 1, row["student_position"] + 1
            self.link(number, person, student, code, legal=row["legalGuardian"])

    def link(self, number: int, person: int, student: int, code: int, *, legal: bool, end: int | None = None) -> None:
        """Link a contact to a student: an association, its details today, and details of a time when all was else."""
        self.insert("studentcontactassoc", (number, student, person, number % 4 + 1))
        old, new = 2 * number, 2 * number + 1
        grandmother = self.code("Grandmother" if not legal else "Mother")
        self.insert(
            "studentcontactdetail",
            (old, number, grandmother, in_days(-900), in_days(-300), 0, 1, 1, 1),
            (
                new,
                number,
                code,
                None if number % 2 else in_days(-299),
                None if end is None else in_days(end),
                1,
                0,
                1,
                0,
            ),
        )
        # the flag of a time that is over says nothing of today
        self.insert("studentcontactdetailcorefields", (old, int(not legal)))
        if legal or number % 2:
            self.insert("studentcontactdetailcorefields", (new, int(legal)))
        self.insert("studentcontactassoccorefields", (number, int(legal)))

    def code(self, word: str, *, shown_only: bool = False) -> int:
        """Return the code set's entry for a relationship: the word itself, or a district's own code that shows it."""
        if word not in self.codes:
            self.codes[word] = _FIRST_RELATIONSHIP + 2 * len(self.codes)
            own = f"R{self.codes[word]}"
            self.insert("codeset", (self.codes[word], "Relationship", word, None))
            self.insert("codeset", (self.codes[word] + 1, "Relationship", own, word))
        return self.codes[word] + shown_only


def _staff_id(dcid: int, place: int) -> int:
    return 20_000 + 10 * dcid + place


def _renamed(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame of the truth with the ids that the plug-in gives, and what a server keeps otherwise."""
    firsts = {"S": 100_000, "C": 5_000_000, "T": 10_000, "K": 300_000}

    def renamed(value: str) -> str:
        prefix = "" if value[0] == "K" else value[0]
        return f"{prefix}{int(value[1:]) - firsts[value[0]]}"

    ids = [c for c in ("sourcedId", "classSourcedId", "userSourcedId", "contact", "student") if c in frame.columns]
    frame = frame.with_columns(pl.col(ids).map_elements(renamed, return_dtype=pl.String))
    # a school's number is a number there
    schools = [column for column in ("orgSourcedIds", "schoolSourcedId") if column in frame.columns]
    frame = frame.with_columns(pl.col(schools).str.replace_all(r"\b0+", ""))
    if name == "classes":
        frame = frame.with_columns(pl.col("title") + " - 1")
    return frame


def _grades_of_students(true: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Return the true classes with the grades of those who are in them: a section does not know its own."""
    grades = (
        true["enrollments"]
        .filter(pl.col("role") == "student")
        .join(true["students"].select(userSourcedId="sourcedId", grades="grades"), on="userSourcedId")
        .unique(["classSourcedId", "grades"])
        # KG is below 01
        .sort(pl.col("grades").replace("KG", "00"))
        .group_by("classSourcedId", maintain_order=True)
        .agg(pl.col("grades").str.join(","))
    )
    return true["classes"].drop("grades").join(grades, left_on="sourcedId", right_on="classSourcedId", how="left")


# --- Oracle's dialect in DuckDB's ---------------------------------------------------------------------------------


def in_duckdb(text: str) -> str:
    """Return a query of the plug-in as DuckDB runs it."""
    tree = parse_one(text, read="oracle")
    for rewrite in (
        dates_are_written_by_their_mask,
        today_is_a_date,
        joining_texts_passes_over_nulls,
        an_empty_text_is_null,
    ):
        tree = tree.transform(rewrite)
    return tree.sql(dialect="duckdb")


def dates_are_written_by_their_mask(node: exp.Expr) -> exp.Expr:
    """sqlglot drops the mask of to_char for DuckDB."""
    if isinstance(node, exp.ToChar) and node.args.get("format") is not None:
        assert node.args["format"].name == "YYYY-MM-DD"
        return exp.func("strftime", node.this, exp.Literal.string("%Y-%m-%d"))
    return node


def today_is_a_date(node: exp.Expr) -> exp.Expr:
    """Oracle's trunc(sysdate) is a day; DuckDB's date_trunc makes a time stamp of it."""
    return exp.CurrentDate() if isinstance(node, exp.DateTrunc) and node.find(exp.CurrentTimestamp) else node


def joining_texts_passes_over_nulls(node: exp.Expr) -> exp.Expr:
    """In Oracle, 'a' || NULL is 'a'."""
    if not isinstance(node, exp.DPipe):
        return node
    joined = exp.Anonymous(this="concat", expressions=[node.left.copy(), node.right.copy()])
    return exp.func("nullif", joined.transform(joining_texts_passes_over_nulls), exp.Literal.string(""))


def an_empty_text_is_null(node: exp.Expr) -> exp.Expr:
    """In Oracle, what trim leaves of blanks is NULL."""
    if isinstance(node, exp.Trim) and not isinstance(node.parent, exp.Nullif):
        return exp.func("nullif", node.copy(), exp.Literal.string(""))
    return node
