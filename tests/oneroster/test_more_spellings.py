"""Spellings of many kinds, each on a person of its own in one file: what is believed of them, and what is not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.day.preview import validate_files
from pipeline.oneroster.words import State, meaning
from pipeline.report.model import SyncReport
from pipeline.report.validation import validation
from pipeline.sources.upload import find_files
from tests.support.district import (
    CLASS_COLUMNS,
    FIRST,
    District,
    Night,
    Rows,
    contact,
    enrollment,
    school_class,
    student,
    teacher,
)

SECOND = FIRST + timedelta(days=1)


def many(count: int) -> Rows:
    """Students S0, S1 and so on in two schools, each with two contacts whom only the student's row names."""
    rows = Rows([], [school_class("C0"), school_class("C1", "M")], [])
    for n in range(count):
        rows.users += [
            student(f"S{n}", "M,N", givenName="José", familyName=f"Reed{n}", agentSourcedIds=f"G{n},H{n}"),
            contact(f"G{n}", ""),
            contact(f"H{n}", ""),
        ]
        rows.enrollments.append(enrollment("C0", f"S{n}", beginDate="2026-08-15", endDate="2027-06-10"))
    return rows


def second_night(root: Path, column: str, cells: list[str]) -> tuple[District, Night]:
    """A night whose students have these cells in a column, one each."""
    district = District(root)
    rows = many(len(cells))
    district.sync(rows)
    for n, cell in enumerate(cells):
        rows.user(f"S{n}")[column] = cell.replace("G#", f"G{n}").replace("H#", f"H{n}")
    return district, district.sync(rows, SECOND)


@pytest.mark.whole_day
def test_schools_that_are_no_single_id_exclude_nobody(tmp_path: Path) -> None:
    read = ["M、N", "M，N", "M\nN", "M\\N", "M•N", "M~N", "M:N", '["M","N"]', "<M><N>", "M\\,N", "|M|N|", "N,null,M"]
    kept = ["M_N", "M-N", "M.N", "M@N", "M and N", "*", "NULL,NULL", "--", "{}", ";", "#REF!", "M (Maple); N (Nor)"]
    _, night = second_night(tmp_path, "orgSourcedIds", read + kept)
    assert night.plan == frozenset()
    codes = night.codes("users.csv")
    assert codes["school_unreadable"] + codes["school_missing"] + codes["lists_mapped"] >= len(kept)
    assert codes["school_aside"] == 0


@pytest.mark.whole_day
def test_contacts_in_no_known_form_of_a_list_stay_linked(tmp_path: Path) -> None:
    cells = ["G#、H#", "G# and H#", "Mother:G#;Father:H#", "1. G# 2. H#", "#N/A", "#REF!", "1.2E+05", "?", ".", "=G#"]
    cells += ["G#\\,H#", "G# (mother); H# (father)", "guardian G#", "<G#><H#>"]
    _, night = second_night(tmp_path, "agentSourcedIds", cells)
    assert night.plan == frozenset()


@pytest.mark.whole_day
def test_a_name_is_lost_by_no_sign_and_a_word_for_nothing_is_no_name(tmp_path: Path) -> None:
    damaged = ["?????", "Jos\x82", "GARC\xc3\x8dA", "Jos‚", "JosŽ", "Mu¤oz", "Jos%C3%A9", "Jos&#xE9;"]
    nothing = ["(null)", "<null>", "undefined", "nan", "NaN", "\u3164", "\u200b", "."]
    names = ["-", "None", "Na", "Unknown", "José\u200b"]
    district, night = second_night(tmp_path, "givenName", damaged + nothing + names)
    given = [district.person(f"S{n}")["givenName"] for n in range(len(damaged + nothing + names))]
    assert given == ["José"] * len(damaged) + [""] * len(nothing) + ["-", "None", "Na", "Unknown", "José"]
    assert night.codes("users.csv")["letters_garbled"] == 1


@pytest.mark.parametrize(
    ("kind", "sent", "means", "state"),
    [
        ("email", "ann@example..org", None, "refused"),
        ("email", "ann.@example.org", None, "refused"),
        ("email", "ann@192.168.1.1", None, "refused"),
        ("email", "ann@example.o", None, "refused"),
        ("email", "ann@example.org?subject=x", None, "refused"),
        ("email", "ann\\@example.org", None, "refused"),
        ("email", "mailto:ann@example.org?subject=x", "ann@example.org", "mapped"),
        ("email", "“ann@example.org”", "ann@example.org", "mapped"),
        ("phone", "🚫 202-555-0142", None, "refused"),
        ("phone", "202-555-0142?", None, "refused"),
        ("phone", "x 202-555-0142", None, "refused"),
        ("phone", "202-555-0142 / 202-555-0143", None, "refused"),
        ("phone", "tel:+12025550142", "+12025550142", "mapped"),
        ("phone", "+1-202-555-0142,,12#", "+12025550142;ext=12", "mapped"),
        ("grades", "09;10", "09,10", "mapped"),
        ("grades", "[9, 10]", "09,10", "mapped"),
        ("grades", "KG|01", "KG,01", "mapped"),
        ("grades", "9/10", "09,10", "mapped"),
        ("grades", "09 10", "09,10", "mapped"),
        ("grades", "'07','08'", "07,08", "mapped"),
        ("grades", "Grade 9; Grade 10", "09,10", "mapped"),
        ("grades", "09-12", "09-12", "unknown"),
        ("grades", "KG;X", "KG;X", "unknown"),
        ("language", "E", "E", "unknown"),
        ("date", "2027-06-10", "2027-06-10", "same"),
        ("date", "2027-06-10T00:00:00.000Z", "2027-06-10", "mapped"),
        ("date", "2027-06-10 00:00:00.0", "2027-06-10", "mapped"),
        ("date", "6/10/2027 12:00:00 AM", "2027-06-10", "mapped"),
        ("date", "2027-6-10", "2027-06-10", "mapped"),
        ("date", "10-JUN-27", "2027-06-10", "mapped"),
        ("date", "2027-06-10 25:00", None, "refused"),
        ("date", "1900-01-01", None, "refused"),
        ("date", "0001-01-01", None, "refused"),
        ("date", "1970-01-01", None, "refused"),
        ("date", "8/25/0027", None, "refused"),
        ("date", "46259", None, "refused"),
    ],
)
def test_what_a_cell_means(kind: str, sent: str, means: str | None, state: State) -> None:
    assert meaning(kind, sent, country="US") == (means, state)


@pytest.mark.whole_day
def test_a_date_with_a_space_behind_it_takes_no_other_rows_date_away(tmp_path: Path) -> None:
    district = District(tmp_path)
    rows = many(3)
    district.sync(rows)
    rows.enrollments[0]["endDate"] = "2027-06-10 "
    rows.enrollments[1]["beginDate"] = "1900-01-01"
    night = district.sync(rows, SECOND)
    assert night.plan == frozenset()
    assert night.codes("enrollments.csv") == {"date_unknown": 1}


@pytest.mark.whole_day
def test_the_address_in_sql_and_in_python_has_the_same_form(tmp_path: Path) -> None:
    cells = ["a..b@example.org", "ann@example.123", "ann@-example.org", "ann@example.org*", "'ann@example.org"]
    district = District(tmp_path)
    rows = many(len(cells))
    for row in rows.users:
        row["email"] = "known@example.org"
    district.sync(rows)
    for n, cell in enumerate(cells):
        rows.user(f"S{n}")["email"] = cell
    district.sync(rows, SECOND)
    kept = [district.person(f"S{n}")["email"] for n in range(len(cells))]
    assert kept == [*["known@example.org"] * 4, "ann@example.org"]


@pytest.mark.whole_day
def test_lists_of_a_class_are_read_and_titles_that_say_nothing_are_made(tmp_path: Path) -> None:
    cells = {"1;2": "1,2", "[1,2]": "1,2", "{1},{2}": "1,2", "1|2": "1,2", "1, 2": "1, 2", "P 1": "P 1"}
    rows = many(1)
    rows.classes += [school_class(f"K{n}", periods=cell) for n, cell in enumerate(cells)]
    titles = ["--", "NULL", "nan", "#N/A", "\u200b", "N/A"]
    rows.classes += [school_class(f"U{n}", title=cell, classCode=f"code {n}") for n, cell in enumerate(titles)]
    rows.columns["classes.csv"] = CLASS_COLUMNS
    district = District(tmp_path)
    night = district.sync(rows)
    classes = {row["sourcedId"]: row for row in district.roster()["classes.csv"]}
    assert [classes[f"K{n}"]["periods"].replace(" ", "") for n in range(6)] == ["1,2"] * 5 + ["P1"]
    assert [classes[f"U{n}"]["title"] for n in range(6)] == [f"code {n}" for n in range(6)]
    assert night.codes("classes.csv")["lists_mapped"] == night.codes("classes.csv")["title_made"] == 1


def checked(folder: Path, files: dict[str, bytes]) -> SyncReport:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return validate_files(find_files([folder], {}), FIRST)


def zeros(count: int = 12) -> Rows:
    rows = Rows([], [school_class("C0", "0101")], [])
    for n in range(count):
        rows.users += [student(f"{n:05}", "0101"), contact(f"G{n}", f"{n:05}", role="guardian")]
        rows.enrollments.append(enrollment("C0", f"{n:05}"))
    rows.users.append(teacher("T0", "0101"))
    rows.enrollments.append(enrollment("C0", "T0", "teacher"))
    return rows


@pytest.mark.whole_day
@pytest.mark.parametrize("role", ["Students", "S", "", "Lerner"])
def test_a_file_in_which_no_students_role_is_known_is_rejected(tmp_path: Path, role: str) -> None:
    rows = zeros()
    for row in rows.users:
        if row["role"] == "student":
            row["role"] = role
    report = checked(tmp_path, rows.files())
    assert validation(report, "connect").verdict == "not_usable"
    assert [f.code for f in report.findings if f.code == "most_rows_unusable"] == ["most_rows_unusable"]


@pytest.mark.whole_day
@pytest.mark.parametrize("way", ["zeros", "case"])
def test_ids_that_differ_in_zeros_or_case_alone_are_told_as_that(tmp_path: Path, way: str) -> None:
    rows = zeros()
    for row in rows.enrollments[:12]:
        row["userSourcedId"] = row["userSourcedId"].lstrip("0") or "0" if way == "zeros" else row["userSourcedId"]
    if way == "case":
        rows.enrollments[12]["userSourcedId"] = "t0"
    (told,) = (f for f in checked(tmp_path, rows.files()).findings if f.code == "ids_differ")
    assert (told.file, told.column, told.severity) == ("enrollments.csv", "userSourcedId", "error")


@pytest.mark.whole_day
def test_a_word_in_the_place_of_most_family_names_is_none(tmp_path: Path) -> None:
    rows = zeros()
    for row in rows.users:
        row["familyName"] = "Unknown"
    rows.users[-1]["familyName"] = "Reed"
    district = District(tmp_path, schools=("0101",))
    night = district.sync(rows)
    assert {row["familyName"] for row in district.roster()["users.csv"]} == {"", "Reed"}
    assert night.codes("users.csv")["placeholders_blank"] == 1


@pytest.mark.whole_day
@pytest.mark.parametrize("how", ["short", "three too many", "two too many but for one", "nameless columns"])
def test_blank_cells_at_the_end_of_rows_of_contacts_without_school_are_no_fault(tmp_path: Path, how: str) -> None:
    files = zeros().files()
    header, *rows = files["users.csv"].rstrip(b"\r\n").split(b"\r\n")
    if how == "short":
        rows = [row.rstrip(b",") for row in rows]
    elif how == "three too many":
        rows = [row + b",,," * (n % 2) for n, row in enumerate(rows)]
    elif how == "two too many but for one":
        rows = [row + b",," * (n != 9) for n, row in enumerate(rows)]
    else:
        header += b",,"
    files["users.csv"] = b"\r\n".join([header, *rows, b""])
    result = validation(checked(tmp_path, files), "connect")
    assert (result.verdict, result.left_out) == ("ready", 0)


@pytest.mark.whole_day
def test_a_quotation_mark_before_an_id_that_is_never_closed_makes_no_person(tmp_path: Path) -> None:
    files = zeros().files()
    files["users.csv"] = files["users.csv"].replace(b"00005,0101", b'"00005,0101')
    report = checked(tmp_path, files)
    found = {(f.file, f.line, f.code) for f in report.findings}
    assert ("users.csv", 12, "quotation_mark_open") in found
    assert ("enrollments.csv", 7, "user_rejected") in found


@pytest.mark.whole_day
@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: b"[" + text + b"]", "it is JSON"),
        (lambda text: text.replace(b",", b"^"), "without commas between them"),
        (lambda text: b"'" + text.replace(b",", b"','").replace(b"\r\n", b"'\r\n'") + b"'", "in other marks"),
    ],
    ids=["JSON", "another delimiter", "other marks"],
)
def test_text_that_is_no_csv_is_called_what_it_is(tmp_path: Path, change: object, says: str) -> None:
    files = zeros().files()
    files["users.csv"] = change(files["users.csv"])  # type: ignore[operator]
    (told,) = (f for f in checked(tmp_path, files).findings if f.code == "not_csv")
    assert says in told.message
