"""Values that exports spell in their own way: read as meant, or refused in words, and never a silent loss."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from rich.console import Console

from pipeline.oneroster.unpack import read_manifest
from pipeline.oneroster.words import days_come_first, meaning
from pipeline.report.text import report_text
from tests.support.district import (
    CLASS_COLUMNS,
    ENROLLMENT_COLUMNS,
    FIRST,
    USER_COLUMNS,
    Change,
    District,
    Rows,
    contact,
    enrollment,
    school_class,
    small_district,
    student,
    teacher,
)
from tests.support.matrices import sampled

pytestmark = pytest.mark.whole_day


def spellings(names: str | tuple[str, ...], cases: Sequence[Any]) -> pytest.MarkDecorator:
    """Run a test with each of the cases, or with a sample of them."""
    return pytest.mark.parametrize(names, sampled(cases))


SECOND = FIRST + timedelta(days=1)


def families() -> Rows:
    return Rows(
        [student("S1"), student("S2", "M"), teacher("T1", "N,M"), contact("G1", ""), contact("G2", "")],
        [school_class("C1"), school_class("C2", "M")],
        [enrollment("C1", "S1"), enrollment("C2", "S2"), enrollment("C2", "T1", "teacher")],
    )


@spellings("schools", ["N;M", "N|M", "N; M", "N M", "N/M", "{N,M}", "[N, M]", "N;Q;M", "(N|M)", "'N','M'", "N + M"])
def test_a_list_of_schools_is_read_however_it_is_separated(tmp_path: Path, schools: str) -> None:
    district = District(tmp_path)
    rows = families()
    district.sync(rows)
    before = district.person("T1")
    rows.user("T1")["orgSourcedIds"] = schools
    night = district.sync(rows, SECOND)
    assert (night.outcome, district.person("T1")) == ("unchanged", before)
    assert night.codes("users.csv")["lists_mapped"] == 1


@spellings("schools", ["N+Q", "N:Q", "N & Q"])
def test_a_list_of_schools_of_which_only_a_part_is_known_leaves_the_person_alone(tmp_path: Path, schools: str) -> None:
    district = District(tmp_path)
    rows = families()
    district.sync(rows)
    rows.user("T1")["orgSourcedIds"] = schools
    night = district.sync(rows, SECOND)
    assert night.codes("users.csv")["school_unreadable"] == 1
    assert night.plan == frozenset()


@spellings("school", ["N-2", "N.A", "Q-1"])
def test_an_id_of_another_school_is_no_list(tmp_path: Path, school: str) -> None:
    rows = families()
    rows.users.append(student("S3", school))
    night = District(tmp_path).sync(rows)
    assert night.codes("users.csv")["school_aside"] + night.codes("users.csv")["school_unreadable"] == 1
    assert ("students", "add", "S3") not in night.applied


@spellings("agents", ["G1;G2", "G1|G2", "{G1,G2}", "[G1,G2]", "G1 G2", "['G1', 'G2']", "G1/G2", "G1; G2;", "{G1};{G2}"])
def test_a_list_of_contacts_is_read_however_it_is_separated(tmp_path: Path, agents: str) -> None:
    district = District(tmp_path)
    rows = families()
    rows.user("S1")["agentSourcedIds"] = "G1,G2"
    district.sync(rows)
    assert {"G1", "G2"} <= district.people()
    rows.user("S1")["agentSourcedIds"] = agents
    night = district.sync(rows, SECOND)
    assert (night.outcome, night.plan) == ("unchanged", frozenset())
    assert night.codes("users.csv")["lists_mapped"] == 1


@spellings("nothing", ["\\N", "nan", "NULL", "--", "None", "N/A"])
def test_a_word_for_nothing_is_no_contact(tmp_path: Path, nothing: str) -> None:
    rows = families()
    rows.user("S1")["agentSourcedIds"] = "G1,G2"
    rows.user("S2")["agentSourcedIds"] = nothing
    night = District(tmp_path).sync(rows)
    assert "agent_contact_unknown" not in night.codes("users.csv")


@spellings(
    ("given", "family", "kept"),
    [
        ("Jennifer", "Null", ("Jennifer", "Null")),
        ("JENNIFER", "NULL", ("JENNIFER", "NULL")),
        ("Na", "Na", ("Na", "Na")),
        ("Baby", "Unknown", ("Baby", "Unknown")),
        ("None", "Li", ("None", "Li")),
        ("Nan", "Reed", ("Nan", "Reed")),
        ("Ann", "NULL", ("Ann", "")),
        ("Ann", "--", ("Ann", "")),
        ("N/A", "Reed", ("", "Reed")),
        ("Not Set", "Reed", ("", "Reed")),
        ("Ann", "\\N", ("Ann", "")),
    ],
)
def test_names_that_are_words_for_nothing_elsewhere_are_names(
    tmp_path: Path, given: str, family: str, kept: tuple[str, str]
) -> None:
    district = District(tmp_path)
    rows = families()
    rows.users.append(student("S3", givenName=given, familyName=family))
    district.sync(rows)
    person = district.person("S3")
    assert (person["givenName"], person["familyName"]) == kept


@spellings(
    "email",
    [
        "mailto:ann@example.org",
        "<ann@example.org>",
        "'ann@example.org",
        '"ann@example.org"',
        "Ann Reed <ann@example.org>",
        "(ann@example.org)",
        "Ann@Example.org.",
        "MAILTO: ann@example.org",
        "ann@example.org;",
    ],
)
def test_an_address_with_something_around_it_is_read(tmp_path: Path, email: str) -> None:
    district = District(tmp_path)
    rows = families()
    rows.user("T1")["email"] = email
    night = district.sync(rows)
    assert district.person("T1")["email"] == "ann@example.org"
    assert night.codes("users.csv") == {"emails_mapped": 1}


@spellings("email", ["ann@example.org; bo@example.org", "ann at example.org", "ann@example", "@", "a@@b.org"])
def test_what_is_no_single_address_neither_clears_nor_replaces(tmp_path: Path, email: str) -> None:
    district = District(tmp_path)
    rows = families()
    district.sync(rows)
    rows.user("T1")["email"] = email
    night = district.sync(rows, SECOND)
    assert district.person("T1")["email"] == "t1@school.example"
    assert night.codes("users.csv") == {"email_wrong": 1}


def test_an_enrollment_of_a_person_whose_row_cannot_be_read_is_not_blamed_on_enrollments(tmp_path: Path) -> None:
    files = families().files()
    files["users.csv"] = files["users.csv"].replace(b"S2,M,student,GivenS2,", b"S2,M,student,GivenS2,too,many,")
    night = District(tmp_path).sync(files)
    assert night.codes("users.csv")["field_count"] == 1
    assert night.codes("enrollments.csv") == {"user_rejected": 1}


def test_a_delivery_of_which_no_row_fits_the_header_is_rejected(tmp_path: Path) -> None:
    files = families().files()
    header, *rows = files["users.csv"].split(b"\r\n")
    files["users.csv"] = b"\r\n".join([header, *(row + b",more,and more" for row in rows[:-1]), b""])
    night = District(tmp_path).sync(files)
    assert (night.outcome, night.codes("users.csv")["no_row_accepted"]) == ("rejected", 1)


def test_a_delivery_without_a_student_that_can_be_used_is_rejected(tmp_path: Path) -> None:
    rows = families()
    for row in rows.users[:2]:
        row["givenName"] = row["familyName"] = ""
    rows.enrollments = [enrollment("C2", "T1", "teacher")]
    night = District(tmp_path).sync(rows)
    assert (night.outcome, night.codes("users.csv")["no_student_usable"]) == ("rejected", 1)


def test_a_file_whose_lines_are_each_in_quotes_is_refused_in_words(tmp_path: Path) -> None:
    files = families().files()
    lines = files["users.csv"].decode().split("\r\n")[:-1]
    files["users.csv"] = "".join('"' + line.replace('"', '""') + '"\r\n' for line in lines).encode()
    night = District(tmp_path).sync(files)
    assert night.outcome == "rejected"
    assert "each of its lines is in quotation marks as a whole" in night.report.findings[0].message


STATUS_COLUMNS = {
    "users.csv": [*USER_COLUMNS, "status", "enabledUser"],
    "classes.csv": [*CLASS_COLUMNS, "status"],
    "enrollments.csv": [*ENROLLMENT_COLUMNS, "status"],
}


NOT_ACTIVE = ["inactive", "ToBeDeleted", "to be deleted", "Deleted", "withdrawn", "I", "no", " INACTIVE ", "not_active"]
NO_STATUS = ["0", "2", "S1", "pending", "aktiv", "active?"]


def with_status(rows: Rows, file: str, status: str) -> Rows:
    rows.columns = dict(STATUS_COLUMNS)
    parts = {"users.csv": rows.users, "classes.csv": rows.classes, "enrollments.csv": rows.enrollments}
    parts[file][-1]["status"] = status
    return rows


@spellings("file", ["users.csv", "classes.csv", "enrollments.csv"])
def test_a_row_that_is_not_active_counts_as_absent_with_a_warning_on_its_line(tmp_path: Path, file: str) -> None:
    district = District(tmp_path)
    rows = with_status(small_district(), file, "")
    district.sync(rows)
    whole = with_status(small_district(), file, "tobedeleted")
    night = district.sync(whole, SECOND)
    (told,) = (f for f in night.report.findings if f.code == "status_inactive")
    lines = {"users.csv": 1 + len(rows.users), "classes.csv": 4, "enrollments.csv": 1 + len(rows.enrollments)}
    assert (told.file, told.line, told.severity) == (file, lines[file], "warning")
    assert '"tobedeleted"' in told.message
    gone = {("guardians", "archive", "P3"), ("classes", "archive", "C3"), ("enrollments", "archive", "C3|S6|student")}
    type_of = {"users.csv": "guardians", "classes.csv": "classes", "enrollments.csv": "enrollments"}
    assert gone & (night.applied | night.withheld) >= {one for one in gone if one[0] == type_of[file]}
    assert night.codes("enrollments.csv")["not_active"] == (file == "classes.csv")


def judged(words: list[str], macro: str) -> list[str]:
    """Those of the words for which a macro says yes."""
    with duckdb.connect() as db:
        for name in ("is_inactive", macro):
            db.execute(Path(f"sql/macros/{name}.sql").read_text().replace("create macro", "create or replace macro"))
        return [word for word in words if db.execute(f"select {macro}(?)", [word]).fetchall() == [(True,)]]


def test_what_words_of_status_mean() -> None:
    active = ["", "active", "Active", "A", "enrolled", "NULL", "1", "yes", "TRUE"]
    words = [*NOT_ACTIVE, *NO_STATUS, *active]
    assert judged(words, "is_inactive") == NOT_ACTIVE
    assert judged(words, "is_status_unknown") == NO_STATUS


@spellings("file", ["users.csv", "classes.csv", "enrollments.csv"])
def test_a_status_that_is_no_known_word_is_quoted_and_leaves_its_record_alone(tmp_path: Path, file: str) -> None:
    district = District(tmp_path)
    district.sync(with_status(small_district(), file, "active"))
    before = district.roster()
    night = district.sync(with_status(small_district(), file, "Pending"), SECOND)
    (told,) = (f for f in night.report.findings if f.code == "status_unknown")
    assert (told.file, told.severity, '"Pending"' in told.message) == (file, "error", True)
    assert district.roster() == before


@spellings("status", ["", "active", "Active", "A", "enrolled", "NULL", "1"])
def test_a_row_that_is_active_counts(tmp_path: Path, status: str) -> None:
    rows = families()
    rows.columns = dict(STATUS_COLUMNS)
    for row in (*rows.users, *rows.classes, *rows.enrollments):
        row["status"] = status
    night = District(tmp_path).sync(rows)
    assert (night.outcome, night.codes()) == ("applied", {})


@spellings("flag", ["false", "FALSE", "0", "No", "f"])
def test_people_who_are_not_enabled_are_told(tmp_path: Path, flag: str) -> None:
    rows = families()
    rows.columns = dict(STATUS_COLUMNS)
    rows.users[1]["enabledUser"] = flag
    night = District(tmp_path).sync(rows)
    assert [(f.file, f.line) for f in night.report.findings if f.code == "users_disabled"] == [("users.csv", 3)]


MANIFEST = "propertyName,value\r\nmanifest.version,1.0\r\noneroster.version,1.1\r\nfile.users,{}\r\n"


@spellings(
    "manifest",
    [
        MANIFEST.format("delta"),
        MANIFEST.format("Delta "),
        '"propertyName","value"\n"file.enrollments","delta"\n',
        "propertyName;value\nfile.classes;delta\n",
        "\ufeffpropertyName,value\nFILE.USERS,DELTA\n",
    ],
)
def test_a_manifest_says_which_files_have_only_changes(tmp_path: Path, manifest: str) -> None:
    path = tmp_path / "manifest.csv"
    path.write_text(manifest, encoding="utf-8", newline="")
    modes, _ = read_manifest(path)
    assert [word for word, _ in modes.values()] == ["delta"]


@spellings("manifest", [MANIFEST.format("bulk"), MANIFEST.format("absent"), "", "file.lineItems,delta\n"])
def test_a_manifest_of_a_whole_set_rejects_nothing(tmp_path: Path, manifest: str) -> None:
    night = District(tmp_path).sync(families().files() | {"manifest.csv": manifest.encode()})
    assert night.outcome == "applied"


@spellings("version", ["1.2", "1.2.1", "1.0", "v1p2"])
def test_another_version_of_the_standard_is_told(tmp_path: Path, version: str) -> None:
    manifest = MANIFEST.format("bulk").replace("1.1", version)
    night = District(tmp_path).sync(families().files() | {"manifest.csv": manifest.encode()})
    assert night.codes("manifest.csv")["version_not_read"] == 1


@spellings("end", ["0000-00-00", "2026-02-31", "2027-13-01", "2026-00-10", "never", "31/31/2026"])
def test_an_end_that_is_no_date_ends_nothing(tmp_path: Path, end: str) -> None:
    district = District(tmp_path)
    district.settings = district.settings.model_copy(
        update={"reading": district.settings.reading.model_copy(update={"ended_enrollments": "leave_out"})}
    )
    rows = families()
    district.sync(rows)
    rows.enrollments[0]["endDate"] = end
    night = district.sync(rows, SECOND)
    assert night.codes("enrollments.csv")["date_unknown"] == 1
    assert not [change for change in night.plan if change.operation == "archive"]
    unreadable = "select field, state from day.oneroster.cell_states where file = 'enrollments.csv' and line = 2"
    assert district.query(unreadable, SECOND) == [("end_date", "unreadable")]


@spellings(
    ("dates", "country", "is_first"),
    [
        (["25/08/2026", "08/12/2026"], "US", True),
        (["08/25/2026", "08/12/2026"], "GB", False),
        (["08/12/2026"], "US", False),
        (["08/12/2026"], "GB", True),
        (["25.08.2026", "1/2/26"], "US", True),
        (["25/08/2026", "08/25/2026"], "US", None),
        (["2026-08-25"], "US", False),
    ],
)
def test_one_date_that_can_be_read_in_one_way_alone_speaks_for_all(
    dates: list[str], country: str, is_first: bool | None
) -> None:
    assert days_come_first(dates, country) is is_first


@spellings(
    ("sent", "day_first", "means"),
    [
        ("08/12/2026", True, "2026-12-08"),
        ("08/12/2026", False, "2026-08-12"),
        ("08/12/2026", None, None),
        ("25/08/2026", None, "2026-08-25"),
        ("08/25/2026", None, "2026-08-25"),
        ("8-12-26", True, "2026-12-08"),
        ("25.08.2026", False, "2026-08-25"),
    ],
)
def test_a_date_is_read_in_the_order_of_its_file(sent: str, day_first: bool | None, means: str | None) -> None:
    assert meaning("date", sent, country="US", day_first=day_first)[0] == means


@spellings(
    ("sent", "means"),
    [
        ("DO NOT CALL 202-555-0142", None),
        ("202-555-0142 (ex-husband)", None),
        ("no phone", None),
        ("ask for Ann 2025550142", None),
        ("cell: 202-555-0142", "+12025550142"),
        ("202.555.0142 x12", "+12025550142"),
        ("(H) 202 555 0142", "+12025550142"),
        ("Tel. +1 202 555 0142", "+12025550142"),
    ],
)
def test_a_number_with_other_words_is_no_number_to_call(sent: str, means: str | None) -> None:
    assert meaning("phone", sent, country="US")[0] == means


@spellings(("sent", "means"), [("ASL", "ase"), ("asl", "ase"), ("American Sign Language", "ase")])
def test_american_sign_language_is_no_language_of_indonesia(sent: str, means: str) -> None:
    assert meaning("language", sent, country="US")[0] == means


@spellings("name", ["JosÃ©", "Jos\ufffd", "O&#39;Brien", "MuÃ±oz", "Oâ€™Neil", "Ben &amp; Li"])
def test_garbled_letters_are_told(tmp_path: Path, name: str) -> None:
    rows = families()
    rows.users[1]["familyName"] = name
    night = District(tmp_path).sync(rows)
    assert [(f.file, f.line) for f in night.report.findings if f.code == "letters_garbled"] == [("users.csv", 3)]


@spellings("name", ["JOÃO", "Müller", "Ñandú", "Li & Co", "São", "Bjørn"])
def test_letters_with_accents_are_none(tmp_path: Path, name: str) -> None:
    rows = families()
    rows.users[1]["familyName"] = name
    assert District(tmp_path).sync(rows).codes("users.csv") == {}


def test_two_stints_in_a_class_are_told_once(tmp_path: Path) -> None:
    rows = families()
    rows.enrollments[0] |= {"beginDate": "2026-01-05", "endDate": "2026-06-10"}
    rows.enrollments.append(enrollment("C1", "S1", beginDate="2026-08-20", endDate="2026-12-18"))
    night = District(tmp_path).sync(rows)
    assert night.codes("enrollments.csv") == {"other_stints": 1}


@spellings("cell", [b'"GivenS1', b'GivenS1"', b'Gi"venS1'])
def test_a_name_with_a_quotation_mark_that_is_never_closed_replaces_no_name(tmp_path: Path, cell: bytes) -> None:
    district = District(tmp_path)
    files = families().files()
    district.sync(files)
    before = district.person("S1")["givenName"]
    district.sync(files | {"users.csv": files["users.csv"].replace(b"GivenS1", cell)}, SECOND)
    assert district.person("S1")["givenName"] == before


def test_a_name_in_the_role_column_is_not_printed_on_a_terminal(tmp_path: Path) -> None:
    rows = families()
    rows.user("S1")["role"] = 'Wilhelmina "Mina" Harker'
    night = District(tmp_path).sync(rows)
    console = Console(width=200)
    with console.capture() as shown:
        console.print(report_text(night.report))
    assert '"Wi…"' in shown.get()
    assert not {"Wilhelmina", "Mina", "Harker"} & set(re.findall(r"\w+", shown.get()))
    assert "Wilhelmina" in night.page.read_text(encoding="utf-8")


@spellings("damaged", ["JosÃ©", "Jos?", "Jos\ufffd", "Jos&eacute;", "Jos√©"])
def test_a_garbled_name_never_replaces_a_good_one_and_a_good_one_replaces_it(tmp_path: Path, damaged: str) -> None:
    district = District(tmp_path)
    rows = families()
    rows.user("S1")["givenName"] = "José"
    rows.user("S2")["givenName"] = damaged
    rows.user("G1")["givenName"] = "José"
    rows.user("S1")["agentSourcedIds"] = "G1"
    district.sync(rows)
    rows.user("S1")["givenName"] = rows.user("G1")["givenName"] = damaged
    rows.user("S2")["givenName"] = "José"
    night = district.sync(rows, SECOND)
    assert night.codes("users.csv")["letters_garbled"] == 1
    assert [district.person(one)["givenName"] for one in ("S1", "S2", "G1")] == ["José", "José", "José"]
    assert night.plan == {Change("students", "update", "S2", ("givenName",))}


@spellings(
    ("sent", "phone", "sms"),
    [
        ("202-555-0143 x12", "+12025550143;ext=12", "+12025550143"),
        ("(202) 555-0143 ext. 7", "+12025550143;ext=7", "+12025550143"),
        ("+1 202 555 0143 extension 1234", "+12025550143;ext=1234", "+12025550143"),
        ("2025550143 #8", "+12025550143;ext=8", "+12025550143"),
        ("work: 202-555-0143 Ext 9", "+12025550143;ext=9", "+12025550143"),
    ],
)
def test_an_extension_is_kept_apart_and_no_text_goes_to_it(tmp_path: Path, sent: str, phone: str, sms: str) -> None:
    district = District(tmp_path)
    rows = families()
    rows.user("T1").update(phone=sent, sms=sent)
    district.sync(rows)
    assert (district.person("T1")["phone"], district.person("T1")["sms"]) == (phone, sms)
