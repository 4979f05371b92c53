"""Sets in other formats: OneRoster 1.2 and Clever's are read, others are refused by their name."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.corrections.renumber import ids_by_fact, renumber
from pipeline.day.preview import validate_files
from pipeline.demo.synthetic.district import SyntheticDistrict
from pipeline.districts.settings import FileNames, GuardianSettings
from pipeline.oneroster.sets import Candidate, choose_files
from pipeline.report.model import SyncReport
from pipeline.roster.history import roster_as_of
from pipeline.sources.upload import find_files
from tests.support.district import FIRST, District, Row, csv_bytes

pytestmark = pytest.mark.whole_day

STUDENTS = [
    *("School_id", "Student_id", "Student_number", "Last_name", "First_name", "Grade", "Home_language"),
    "Student_email",
    *("Contact_relationship", "Contact_type", "Contact_name", "Contact_phone", "Contact_phone_type", "Contact_email"),
    *("Contact_sis_id", "DOB"),
]
TEACHERS = ["School_id", "Teacher_id", "Teacher_email", "First_name", "Last_name"]
SECTIONS = ["School_id", "Section_id", "Teacher_id", "Teacher_2_id", "Name", "Grade", "Period"]


def pupil(key: str, school: str = "N", **values: str) -> dict[str, str]:
    names = {"First_name": f"Kid{key}", "Last_name": "Lopez", "Grade": "3", "Home_language": "English"}
    return {"School_id": school, "Student_id": key, **names, **values}


def contact(key: str, **values: str) -> dict[str, str]:
    return {
        "Contact_sis_id": key, "Contact_name": f"Ana {key} Lopez", "Contact_relationship": "Parent",
        "Contact_type": "Parent/Guardian", "Contact_phone": "2025550143", "Contact_phone_type": "Cell", **values,
    }  # fmt: skip


def clever(
    students: Sequence[Row], teachers: Sequence[Row] = (), sections: Sequence[Row] = (), more: Sequence[Row] = ()
) -> dict[str, bytes]:
    """A set of Clever's: two teachers and a section with both, besides what is given."""
    people = [
        {"School_id": "N", "Teacher_id": "T1", "First_name": "Tia", "Last_name": "Ono"},
        {"School_id": "M", "Teacher_id": "T2", "First_name": "Ben", "Last_name": "Ali"},
        *teachers,
    ]
    taught = {"School_id": "N", "Section_id": "C1", "Teacher_id": "T1", "Teacher_2_id": "T2", "Name": "Art"}
    enrolled = dict.fromkeys(row["Student_id"] for row in students)
    return {
        "schools.csv": csv_bytes(["School_id", "School_name"], [{"School_id": "N"}, {"School_id": "M"}]),
        "students.csv": csv_bytes(STUDENTS, students),
        "teachers.csv": csv_bytes(TEACHERS, people),
        "sections.csv": csv_bytes(SECTIONS, [taught, *sections]),
        "enrollments.csv": csv_bytes(
            ["School_id", "Section_id", "Student_id"],
            [*({"School_id": "N", "Section_id": "C1", "Student_id": key} for key in enrolled), *more],
        ),
    }


USERS_1_2 = [
    *("sourcedId", "status", "dateLastModified", "enabledUser", "username", "userIds", "givenName", "familyName"),
    *("middleName", "identifier", "email", "sms", "phone", "agentSourcedIds", "grades", "password"),
    *("userMasterIdentifier", "preferredGivenName", "preferredMiddleName", "preferredFamilyName"),
    *("primaryOrgSourcedId", "pronouns"),
]
ROLES = [
    *("sourcedId", "status", "dateLastModified", "userSourcedId", "roleType", "role", "beginDate", "endDate"),
    *("orgSourcedId", "userProfileSourcedId"),
]


def user(key: str, **values: str) -> dict[str, str]:
    return {"sourcedId": key, "givenName": f"Given{key}", "familyName": "Lopez", "enabledUser": "true", **values}


def role(key: str, word: str, org: str = "N", **values: str) -> dict[str, str]:
    return {"userSourcedId": key, "roleType": "primary", "role": word, "orgSourcedId": org, **values}


def oneroster(users: Sequence[Row], roles: Sequence[Row], **more: bytes) -> dict[str, bytes]:
    """A set of OneRoster 1.2, with a student S1 and a teacher T1 in a class besides what is given."""
    return {
        "manifest.csv": b"propertyName,value\r\nmanifest.version,1.0\r\noneroster.version,1.2\r\n",
        "users.csv": csv_bytes(USERS_1_2, [user("S1", grades="03"), user("T1"), *users]),
        "roles.csv": csv_bytes(ROLES, [role("S1", "student"), role("T1", "teacher"), *roles]),
        "classes.csv": csv_bytes(
            ["sourcedId", "title", "schoolSourcedId"], [{"sourcedId": "C1", "title": "Art", "schoolSourcedId": "N"}]
        ),
        "enrollments.csv": csv_bytes(
            ["classSourcedId", "userSourcedId", "role"],
            [
                {"classSourcedId": "C1", "userSourcedId": "S1", "role": "student"},
                {"classSourcedId": "C1", "userSourcedId": "T1", "role": "teacher"},
            ],
        ),
        **{f"{name}.csv": content for name, content in more.items()},
    }


def validated(tmp_path: Path, files: Mapping[str, bytes]) -> SyncReport:
    folder = tmp_path / "sent"
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return validate_files(find_files([folder], {}), date(2026, 9, 1))


def told(report: SyncReport) -> set[tuple[str, int | None, str, str | None]]:
    return {(found.file, found.line, found.code, found.column) for found in report.findings}


def words(report: SyncReport, code: str) -> str:
    return " ".join(found.message for found in report.findings if found.code == code)


@pytest.mark.slow("a district in three formats, night after night")
def test_a_district_that_changes_its_format_overnight_is_unchanged(tmp_path: Path) -> None:
    world = SyntheticDistrict(seed=3, students=60)
    district = District(tmp_path, schools=[school for school, _ in world.schools])
    outcomes = []
    for night, form in enumerate(("1.1", "1.2", "clever", "1.2")):
        folder = tmp_path / f"{night}-{form}"
        if form == "clever":
            world.write_clever(folder)
        else:
            world.write_oneroster(folder, version="1.2" if form == "1.2" else "1.1")
        files = {path.name: path.read_bytes() for path in folder.iterdir()}
        outcomes.append(district.sync(files, FIRST + timedelta(days=night)).outcome)
    assert outcomes == ["applied", "unchanged", "unchanged", "unchanged"]


@pytest.mark.slow("a district in two formats, and a renumbering between them")
def test_a_district_that_changes_its_format_and_its_ids_is_held_and_a_renumbering_settles_it(tmp_path: Path) -> None:
    world = SyntheticDistrict(seed=3, students=60)
    district = District(tmp_path, schools=[school for school, _ in world.schools])
    world.write_oneroster(tmp_path / "old")
    world.write_clever(tmp_path / "new")
    old, new = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("old", "new"))
    for name in ("students.csv", "enrollments.csv"):
        rows = list(csv.DictReader(io.StringIO(new[name].decode(), newline="")))
        for row in rows:
            row |= {column: f"c-{row[column]}" for column in ("Student_id", "Contact_sis_id") if row.get(column)}
        new[name] = csv_bytes(list(rows[0]), rows)
    assert district.sync(old).outcome == "applied"
    before = district.active()
    night = district.sync(new, FIRST + timedelta(days=1))
    assert night.outcome == "held"
    assert night.applied & {("students", "add", key) for key in district.people()} == set()
    assert ("students", "archive") not in {(change.record_type, change.operation) for change in night.plan}
    ids = ids_by_fact(district.folder, district.name, district.settings, "identifier")
    renumber(
        district.folder, district.name, district.settings, ids,
        by="Kim Lee", why="A new export.", at=datetime(2026, 9, 3, 12, tzinfo=UTC),
    )  # fmt: skip
    district.last_active = None
    later = district.sync(new, FIRST + timedelta(days=2))
    assert not {change for change in later.plan if change.record_type == "students" and change.operation != "update"}
    assert (district.active()["students"], district.active()["enrollments"]) == (
        before["students"],
        before["enrollments"],
    )
    assert sum(key.startswith("c-S") for key in district.people()) == before["students"]


def test_clevers_set_is_read_with_contacts_two_schools_and_two_teachers(tmp_path: Path) -> None:
    district = District(tmp_path)
    students = [
        pupil("S1", **contact("P1")),
        pupil("S1", **contact("P1", Contact_phone="2025550144", Contact_phone_type="Home")),
        pupil("S1", **contact("P2", Contact_type="Emergency", Contact_relationship="Other")),
        pupil("S2", **contact("P1", Contact_relationship="Aunt/Uncle", Contact_type="Family")),
        pupil("S2", "M", **contact("P1", Contact_relationship="Aunt/Uncle", Contact_type="Family")),
        pupil("S3", **contact("", Contact_name="Lopez, Eva", Contact_email="Eva@example.org")),
        pupil("S4", Grade="Kindergarten"),
        pupil("S5", **contact("S5", Contact_relationship="Self")),
    ]
    night = district.sync(clever(students))
    assert night.outcome == "applied"
    assert district.active() == {
        "students": 5, "staff": 2, "guardians": 2, "classes": 1, "enrollments": 7, "guardian_links": 3,
    }  # fmt: skip
    assert district.person("S2")["orgSourcedIds"] == "M,N"
    assert (district.person("S4")["grades"], district.person("S1")["grades"]) == ("KG", "03")
    mother = district.person("P1")
    assert (mother["givenName"], mother["sms"], mother["phone"]) == ("Ana P1", "+12025550143", "+12025550144")
    eva = next(row for row in district.roster()["users.csv"] if row["givenName"] == "Eva")
    assert eva["sourcedId"].startswith("contact-")
    assert (eva["familyName"], eva["email"], eva["role"]) == ("Lopez", "eva@example.org", "parent")
    teachers = [row for row in district.roster()["enrollments.csv"] if row["role"] == "teacher"]
    assert [(row["userSourcedId"], row["primary"]) for row in teachers] == [("T1", "true"), ("T2", "false")]
    assert "1 of type Emergency" in words(night.report, "contacts_not_chosen")
    # the rows in another order are the same set
    assert district.sync(clever(students[::-1]), FIRST + timedelta(days=1)).outcome == "unchanged"


def test_the_settings_choose_the_contacts(tmp_path: Path) -> None:
    guardians = GuardianSettings(contact_types=("Emergency",), contact_relationships=("Grandparent",))
    district = District(tmp_path, guardians=guardians)
    grandmother = {"Contact_type": "Emergency", "Contact_relationship": "Grandparent"}
    district.sync(clever([pupil("S1", **contact("P1")), pupil("S1", **contact("P2", **grandmother))]))
    assert {row["sourcedId"] for row in district.roster()["users.csv"]} == {"S1", "T1", "T2", "P2"}
    assert district.person("P2")["role"] == "relative"


def test_an_id_in_two_of_clevers_files_is_two_people(tmp_path: Path) -> None:
    district = District(tmp_path)
    night = district.sync(clever(
        [pupil("7", **contact("T2")), pupil("8", **contact("8", Contact_name="Ana Lopez"))],
        teachers=[{"School_id": "N", "Teacher_id": "7", "First_name": "Kim", "Last_name": "Park"}],
        sections=[{"School_id": "N", "Section_id": "C2", "Teacher_id": "7", "Name": "Music"}],
    ))  # fmt: skip
    assert {row["sourcedId"] for row in district.roster()["users.csv"]} == {
        "7", "8", "T1", "T2", "staff-7", "contact-T2", "contact-8",
    }  # fmt: skip
    assert {(row["classSourcedId"], row["userSourcedId"]) for row in district.roster()["enrollments.csv"]} >= {
        ("C2", "staff-7"), ("C1", "7"),
    }  # fmt: skip
    assert "staff- and the id" in words(night.report, "ids_apart")
    assert "contact- and the id" in words(night.report, "ids_apart")


def test_contacts_whose_columns_are_missing_one_night_stay(tmp_path: Path) -> None:
    district = District(tmp_path)
    files = clever([pupil("S1", **contact("P1")), pupil("S2", **contact("P2"))])
    district.sync(files)
    without = [column for column in STUDENTS if not column.startswith("Contact")]
    files["students.csv"] = csv_bytes(
        without, [{k: v for k, v in pupil(key).items() if k in without} for key in ("S1", "S2")]
    )
    assert district.sync(files, FIRST + timedelta(days=1)).outcome == "unchanged"
    assert district.active()["guardian_links"] == 2


@pytest.mark.parametrize(
    ("file", "column", "line", "code"),
    [
        ("students.csv", "Student_id", 2, "key_missing"),
        ("students.csv", "School_id", 2, "school_missing"),
        ("teachers.csv", "Teacher_id", 2, "key_missing"),
        ("teachers.csv", "School_id", 3, "school_missing"),
        ("sections.csv", "Section_id", 2, "key_missing"),
        ("sections.csv", "School_id", 2, "school_missing"),
        ("enrollments.csv", "Section_id", 2, "class_missing"),
        ("enrollments.csv", "Student_id", 2, "user_missing"),
    ],
)
def test_a_blank_cell_of_clevers_is_told_by_file_line_and_column(
    tmp_path: Path, file: str, column: str, line: int, code: str
) -> None:
    files = clever([pupil("S1"), pupil("S2")], sections=[{"School_id": "N", "Section_id": "C2", "Name": "B"}])
    lines = files[file].decode().splitlines()
    cells = lines[line - 1].split(",")
    cells[lines[0].split(",").index(column)] = ""
    lines[line - 1] = ",".join(cells)
    report = validated(tmp_path, {**files, file: "\r\n".join([*lines, ""]).encode()})
    assert (file, line, code, column) in told(report)


@pytest.mark.parametrize("file", ["students.csv", "teachers.csv", "sections.csv", "enrollments.csv"])
@pytest.mark.parametrize("how", ["missing", "cut off", "another header"])
def test_a_file_of_clevers_that_is_not_whole_rejects_the_set(tmp_path: Path, file: str, how: str) -> None:
    files = clever([pupil("S1"), pupil("S2")])
    content = files.pop(file)
    if how == "cut off":
        files[file] = content + b'N,"'
    elif how == "another header":
        files[file] = content.replace(b"_id", b"_key")
    report = validated(tmp_path, files)
    assert report.outcome == "rejected"
    assert file in {found.file for found in report.findings if found.severity == "error"}


def test_a_row_of_clevers_that_cannot_be_read_archives_nobody(tmp_path: Path) -> None:
    district = District(tmp_path)
    files = clever([pupil(f"S{n}", **contact(f"P{n}")) for n in range(1, 9)])
    district.sync(files)
    lines = files["students.csv"].decode().splitlines()
    lines[2] = lines[2] + ",a,b"
    files["students.csv"] = "\r\n".join([*lines, ""]).encode()
    night = district.sync(files, FIRST + timedelta(days=1))
    assert ("students.csv", 3, "field_count", None) in told(night.report)
    assert district.active()["students"] == 8
    assert district.active()["guardian_links"] == 8


def test_the_roles_of_1_2_give_role_and_schools(tmp_path: Path) -> None:
    district = District(tmp_path)
    users = [
        user("S2", grades="04", agentSourcedIds="P1,T2", primaryOrgSourcedId="N"),
        user("T2", preferredGivenName="Tee"),
        user("P1", agentSourcedIds="S2", sms="2025550143"),
        user("A1", username=""),
        user("X1"),
    ]
    roles = [
        role("S2", "student", "M"),
        role("S2", "student", "N", roleType="secondary"),
        role("T2", "parent", "N", roleType="secondary"),
        role("T2", "counselor", "M"),
        role("T2", "teacher", "N", roleType="secondary"),
        role("T1", "teacher", "M", endDate="2026-06-30"),
        role("T1", "teacher", "M", beginDate="2027-01-10"),
        role("P1", "parent", "N"),
        role("A1", "siteAdministrator", "N"),
        role("Z9", "student", "N"),
    ]
    profiles = csv_bytes(
        ["sourcedId", "userSourcedId", "username", "password"],
        [{"sourcedId": "U1", "userSourcedId": "A1", "username": "a.one", "password": "secret"}],
    )
    night = district.sync(oneroster(users, roles, userProfiles=profiles))
    assert night.outcome == "applied"
    assert (district.person("S2")["role"], district.person("S2")["orgSourcedIds"]) == ("student", "M,N")
    assert (district.person("T2")["role"], district.person("T2")["orgSourcedIds"]) == ("aide", "M,N")
    assert district.person("T1")["orgSourcedIds"] == "N"
    assert district.person("P1")["role"] == "parent"
    assert (district.person("A1")["role"], district.person("A1")["username"]) == ("administrator", "a.one")
    assert ("roles.csv", 13, "role_user_unknown", "userSourcedId") in told(night.report)
    # roles.csv says nothing of X1
    assert ("users.csv", 8, "role_missing", "role") in told(night.report)


def test_a_teacher_who_is_a_parent_in_roles_csv_is_both_and_an_export_keeps_it(tmp_path: Path) -> None:
    district = District(tmp_path)
    users = [user("S2", grades="04", agentSourcedIds="T2"), user("S3", grades="04", agentSourcedIds="T3")]
    users += [user("T2", email="t2@school.example"), user("T3", email="t3@school.example")]
    roles = [role("S2", "student", "N"), role("S3", "student", "N")]
    roles += [role("T2", "teacher", "N"), role("T2", "parent", "N", roleType="secondary"), role("T3", "teacher", "N")]
    assert district.sync(oneroster(users, roles)).outcome == "applied"
    assert district.person("T2")["role"] == "teacher"
    # T3 is named as a contact, and no file says what T3 is to the student
    assert (district.person("S2")["agentSourcedIds"], district.person("S3")["agentSourcedIds"]) == ("T2", "")
    out = tmp_path / "out"
    roster_as_of(district.folder, district.name, out=out, whole_set_of=district.settings)
    files = {path.name: path.read_bytes() for path in out.iterdir()}
    assert district.sync(files, FIRST + timedelta(days=1)).outcome == "unchanged"


def test_the_same_files_count_again_on_the_day_on_which_a_role_begins_or_ends(tmp_path: Path) -> None:
    district = District(tmp_path)
    turn = FIRST + timedelta(days=2)
    users = [user("S2", grades="04"), user("S3", grades="04")]
    roles = [role("S2", "student", "N", endDate=str(turn)), role("S2", "student", "M", beginDate=str(turn))]
    files = oneroster(users, [*roles, role("S3", "student", "N")])
    district.sync(files)
    assert district.sync(files, FIRST + timedelta(days=1)).outcome == "unchanged"
    assert district.person("S2")["orgSourcedIds"] == "N"
    district.sync(files, turn)
    assert district.person("S2")["orgSourcedIds"] == "M"


def test_somebody_whose_roles_are_gone_is_kept(tmp_path: Path) -> None:
    district = District(tmp_path)
    people = [f"S{n}" for n in range(2, 12)]
    users, roles = [user(key, grades="03") for key in people], [role(key, "student") for key in people]
    district.sync(oneroster(users, roles))
    night = district.sync(oneroster(users, roles[1:]), FIRST + timedelta(days=1))
    assert night.outcome == "unchanged"
    assert district.active()["students"] == 11


@pytest.mark.parametrize(
    ("file", "change", "code"),
    [
        ("roles.csv", lambda text: text.replace("userSourcedId", "user"), "column_missing"),
        ("roles.csv", lambda text: text.replace(",role,", ",word,"), "column_missing"),
        ("roles.csv", lambda text: text.replace("orgSourcedId", "org"), "column_missing"),
        ("roles.csv", lambda text: text.splitlines()[0] + "\r\n", "header_only"),
        ("roles.csv", lambda _: None, "file_missing"),
        ("users.csv", lambda text: text.replace("givenName", "name"), "column_missing"),
    ],
)
def test_a_set_of_1_2_without_what_is_needed_is_rejected(
    tmp_path: Path, file: str, change: Callable[[str], str | None], code: str
) -> None:
    files = oneroster([], [])
    text = change(files.pop(file).decode())
    if text is not None:
        files[file] = text.encode()
    report = validated(tmp_path, files)
    assert report.outcome == "rejected"
    assert (file, code) in {(found.file, found.code) for found in report.findings}
    assert "Add the column role" not in " ".join(found.message for found in report.findings)


UNREAD = {
    "Microsoft School Data Sync v1": {
        "School.csv": "SIS ID,Name\r\n1,North\r\n",
        "Student.csv": "SIS ID,School SIS ID,Username\r\n1,1,kid\r\n",
        "StudentEnrollment.csv": "Section SIS ID,SIS ID\r\n1,1\r\n",
    },
    "Microsoft School Data Sync v2.1": {
        "users.csv": "sourcedId,username,givenName,familyName\r\nS1,s1,Ann,Lee\r\n",
        "roles.csv": "userSourcedId,orgSourcedId,role,sessionSourcedId,grade,isPrimary\r\nS1,N,student,,03,true\r\n",
        "classes.csv": "sourcedId,orgSourcedId,title\r\nC1,N,Art\r\n",
        "enrollments.csv": "classSourcedId,userSourcedId,role\r\nC1,S1,student\r\n",
    },
    "Microsoft School Data Sync v2.": {
        "users.csv": "sourcedId,username,givenName,familyName\r\nS1,s1,Ann,Lee\r\n",
        "classes.csv": "sourcedId,orgSourcedId,title\r\nC1,N,Art\r\n",
        "enrollments.csv": "classSourcedId,userSourcedId,role\r\nC1,S1,student\r\n",
    },
    "Canvas SIS import": {
        "users.csv": "user_id,login_id,first_name,last_name,email,status\r\n1,ann,Ann,Lee,a@example.org,active\r\n",
        "enrollments.csv": "course_id,user_id,role,section_id,status\r\n1,1,student,1,active\r\n",
    },
    "ParentSquare": {
        "students.csv": "school_id,student_id,first_name,last_name,grade_level\r\n1,1,Ann,Lee,3\r\n",
        "parents.csv": "parent_id,student_id,first_name,last_name,email,phone\r\n9,1,Bo,Lee,b@example.org,\r\n",
        "enrollments.csv": "student_id,section_id\r\n1,1\r\n",
    },
    "PowerSchool tables": {
        "Students.csv": 'ID,DCID,Student_Number,LastFirst,Grade_Level\r\n1,1,100,"Lee, Ann",3\r\n',
        "CC.csv": "DCID,ID,StudentID,SectionID,TermID,DateEnrolled\r\n1,1,1,1,3600,08/17/2026\r\n",
    },
}  # fmt: skip


@pytest.mark.parametrize("title", UNREAD)
def test_a_format_that_is_not_read_is_refused_by_its_name(tmp_path: Path, title: str) -> None:
    report = validated(tmp_path, {name: text.encode() for name, text in UNREAD[title].items()})
    assert report.outcome == "rejected"
    assert {found.code for found in report.findings if found.severity == "error"} == {"format_not_read"}
    assert title in words(report, "format_not_read")
    assert "Export" in words(report, "format_not_read") or "plug-in" in words(report, "format_not_read")


def test_a_zip_of_clevers_set_is_read(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in clever([pupil("S1", **contact("P1"))]).items():
            archive.writestr(name, content)
    report = validated(tmp_path, {"set.zip": packed.getvalue()})
    assert (report.files["users.csv"].accepted, report.files["contacts.csv"].accepted) == (3, 1)


def test_which_set_counts_where_a_folder_has_both() -> None:
    both = [
        Candidate(f"{name}.csv", 1) for name in ("users", "classes", "enrollments", "students", "sections", "teachers")
    ]
    assert set(choose_files(both).files) == {"users.csv", "classes.csv", "enrollments.csv"}
    named = choose_files(both, FileNames(format="clever").patterns(), format_sent="clever")
    assert set(named.files) == {"students.csv", "sections.csv", "enrollments.csv", "teachers.csv"}
    assert set(choose_files(both[2:]).files) == set(named.files)
    assert set(choose_files(both[1:], format_sent="oneroster").files) == {"classes.csv", "enrollments.csv"}
