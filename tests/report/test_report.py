"""The report: one model, as JSON, as CSV per file and as a page."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
import shutil
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from pipeline.districts.settings import NamesShown, ReportSettings
from pipeline.report.cells import safe_cell
from pipeline.report.model import SyncReport
from pipeline.report.schools import school_file
from tests.support.district import (
    FIRST,
    USER_COLUMNS,
    District,
    Night,
    Rows,
    contact,
    enrollment,
    school_class,
    small_district,
    student,
)

pytestmark = pytest.mark.whole_day

SCRIPT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(1)>'
TEMPLATE = "{{7*7}}{% raw %}"
RTL = "\u202egnp.exe\u202c شمال"
HOSTILE = (SCRIPT, IMAGE, TEMPLATE, RTL, "</title>' onclick='&lt;b&gt; {0.__class__}{value} %s%n")


class Page(HTMLParser):
    """What a browser makes of a page: its elements with their attributes, its text, its rows of tables."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.rows: list[list[str]] = []
        self.in_cell = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")
            self.in_cell = True

    def handle_endtag(self, tag: str) -> None:
        self.in_cell = self.in_cell and tag not in {"td", "th"}

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.in_cell:
            self.rows[-1][-1] += data

    @property
    def words(self) -> str:
        return " ".join(self.text.split())


def rows_with_findings() -> Rows:
    rows = small_district()
    rows.users += [
        student("E1", role="=cmd|' /C calc'!A0"),
        student("=HYPERLINK(1)", givenName="", familyName=""),
        student("+1", role=""),
        student("@SUM(A1)", orgSourcedIds=""),
        student("-2", role="x"),
        student("X1", "ELSEWHERE"),
        contact("P9", "S4", relationship="Uncle"),
    ]
    rows.enrollments += [enrollment("C1", "GHOST", sourcedId="=1+1")]
    return rows


def night_of(tmp_path: Path, rows: Rows, **settings: str) -> tuple[District, Night]:
    district = District(tmp_path, **settings)  # type: ignore[arg-type]
    return district, district.sync(rows)


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    return night_of(tmp_path_factory.mktemp("report"), rows_with_findings())[1]


def table(night: Night, file: str) -> list[dict[str, str]]:
    text = (night.page.parent / file).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_json_of_every_outcome_fits_its_schema(tmp_path: Path) -> None:
    district = District(tmp_path)
    rows = rows_with_findings()
    without = rows.copy()
    without.classes = [school_class("NEW")]
    without.enrollments = [enrollment("NEW", "S1")]
    deliveries = {
        "applied": rows.files(),
        "unchanged": rows.files(),
        "rejected": rows.files() | {"users.csv": b"PK\x03\x04"},
        "missing": {},
        "held": without.files(),
    }
    schema = SyncReport.model_json_schema()
    Draft202012Validator.check_schema(schema)
    for number, (outcome, files) in enumerate(deliveries.items()):
        night = district.sync(files, FIRST + timedelta(days=number))
        assert night.outcome == outcome
        text = (night.page.parent / "report.json").read_text(encoding="utf-8")
        Draft202012Validator(schema).validate(json.loads(text))
        assert SyncReport.model_validate_json(text) == night.report
        assert night.report.summary in Page(night.page.read_text(encoding="utf-8")).words


def test_the_json_has_what_scripts_depend_on(night: Night) -> None:
    report = json.loads((night.page.parent / "report.json").read_text(encoding="utf-8"))
    assert {"district", "sync_date", "sync_number", "outcome", "initial", "baseline_sync", "hold_digest"} <= set(report)
    assert list(report["files"]) == ["users.csv", "classes.csv", "enrollments.csv"]
    assert report["files"]["users.csv"] == {"received": 18, "accepted": 11, "rejected": 5, "excluded": 2}
    assert list(report["records"]) == ["students", "staff", "guardians", "classes", "enrollments", "guardian_links"]
    assert report["records"]["students"]["withheld"] == {"add": 0, "update": 0, "restore": 0, "archive": 0}


def test_there_is_a_csv_for_each_file_with_a_row_for_each_finding(night: Night) -> None:
    for file in ("users.csv", "classes.csv", "enrollments.csv"):
        text = (night.page.parent / file).read_text(encoding="utf-8")
        assert text.splitlines()[0] == "rowNumber,sourcedId,column,status,code,message"
        found = sum(kind.count for kind in night.report.finding_counts if kind.file == file)
        assert len(table(night, file)) == found
    row = next(row for row in table(night, "users.csv") if row["code"] == "school_missing")
    assert row == {
        "rowNumber": "16",
        "sourcedId": "'@SUM(A1)",
        "column": "orgSourcedIds",
        "status": "error",
        "code": "school_missing",
        "message": "Line 16: This row does not name a school.",
    }


def test_no_cell_of_a_csv_is_a_formula(night: Night) -> None:
    cells = [cell for file in night.report.files for row in table(night, file) for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert {"'=HYPERLINK(1)", "'+1", "'@SUM(A1)", "'-2", "'=1+1"} <= set(cells)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_what_a_spreadsheet_takes_for_a_formula_gets_an_apostrophe(start: str) -> None:
    assert safe_cell(f"{start}1") == f"'{start}1"
    assert safe_cell(f"a{start}1") == f"a{start}1"
    assert safe_cell(-1) == -1


def test_csv_and_page_of_a_file_hold_more_findings_than_the_json(tmp_path: Path) -> None:
    rows = small_district()
    rows.users += [student(f"E{n}", role="pupil") for n in range(150)]
    _, night = night_of(tmp_path, rows)
    assert sum(row["code"] == "role_unknown" for row in table(night, "users.csv")) == 150
    assert sum(found.code == "role_unknown" for found in night.report.findings) == 100
    page = Page(night.page.read_text(encoding="utf-8"))
    assert "Role is not recognized (150)" in page.words
    assert sum("Role is not recognized" in row for row in page.rows) == 150


def test_a_page_shows_five_thousand_findings_errors_first_and_says_where_the_rest_is(tmp_path: Path) -> None:
    rows = small_district()
    rows.users += [student(f"E{n}", role="pupil") for n in range(5_100)]
    _, night = night_of(tmp_path, rows)
    page = Page(night.page.read_text(encoding="utf-8"))
    # The first of the 5,000 says of the file that most of its rows cannot be used.
    assert sum("Role is not recognized" in row for row in page.rows) == 4_999
    found = sum(kind.count for kind in night.report.finding_counts)
    assert f"These are the first 5,000 of {found:,}, errors first. The CSV files list all of them." in page.words


def test_the_figures_of_the_page_are_those_of_the_json(night: Night) -> None:
    page = Page(night.page.read_text(encoding="utf-8"))
    words = {"guardian_links": "guardian links"}
    figures: dict[str, list[list[int]]] = {}
    for row in page.rows:
        figures.setdefault(row[0], []).append([int(re.sub(r"\D", "", cell) or -1) for cell in row[1:]])
    for name, c in night.report.records.items():
        active, accepted = figures[words.get(name, name)]
        assert active == [c.active_before, c.added, c.restored, c.archived, c.active_after, c.withheld.archive]
        withheld = c.withheld.total - c.withheld.archive
        assert accepted[1:] == [c.added, c.updated, c.unchanged, c.restored, c.kept, withheld]
        assert accepted[0] == sum(accepted[1:])
    for counts in night.report.files.values():
        sums = f"{counts.received} rows received = {counts.accepted} accepted + {counts.rejected} rejected"
        assert f"{sums} because of an error + {counts.excluded} excluded." in page.words
    pairs = {(row[0], row[1], row[2], row[3]) for row in page.rows if len(row) == 4}
    assert pairs >= {
        (c.role or "not linked", c.reason, c.relationship or "", str(c.pairs)) for c in night.report.contacts
    }
    assert night.report.summary in page.words


def test_pages_run_their_own_script_alone_and_load_nothing(night: Night) -> None:
    pages = [night.page, *(night.page.parent / "schools").glob("*.html")]
    assert len(pages) == 3
    for path in pages:
        text = path.read_text(encoding="utf-8")
        page = Page(text)
        policy = next(a["content"] for tag, a in page.elements if a.get("http-equiv") == "Content-Security-Policy")
        digests = {
            f"{kind}-src 'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
            for kind, content in re.findall(r"<(style|script)>(.*?)</\1>", text, re.DOTALL)
        }
        assert {part.strip() for part in (policy or "").split(";")} == {
            "default-src 'none'", "base-uri 'none'", "form-action 'none'", *digests,
        }  # fmt: skip
        tags = {tag for tag, _ in page.elements}
        assert not tags & {"img", "iframe", "object", "embed", "link", "base", "form"}
        attributes = {name for _, attrs in page.elements for name in attrs}
        assert not [name for name in attributes if name.startswith("on") or name in {"src", "style", "srcset"}]
        for link in {attrs["href"] or "" for tag, attrs in page.elements if tag == "a"}:
            assert link.startswith(("#", "../../index.html")) or (path.parent / link).exists(), link


def test_hostile_text_is_shown_as_text(tmp_path: Path) -> None:
    rows = small_district()
    for number, text in enumerate(HOSTILE):
        rows.users += [
            student(f"{text}1", role="x"),
            student(f"E{number}", role=text),
            contact(f"{text}3", f"{text}4", relationship="Mother"),
            contact(f"P8{number}", "S4", relationship=text),
        ]
        rows.enrollments.append(enrollment(text, "S1"))
    rows.columns["users.csv"] = [*USER_COLUMNS, *HOSTILE]
    _, night = night_of(tmp_path, rows, name=f"District {' '.join(HOSTILE)}")
    page = Page(night.page.read_text(encoding="utf-8"))
    assert not {tag for tag, _ in page.elements} & {"img", "b"}
    assert [tag for tag, _ in page.elements].count("script") == 1
    assert [tag for tag, _ in page.elements].count("title") == 1
    assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on")]
    assert f"District {' '.join(' '.join(HOSTILE).split())}" in page.words
    assert f"users.csv has a column that is not used: {SCRIPT}." in page.words
    for text in HOSTILE:
        # marks that turn text around are removed when a file is read
        words = " ".join(text.translate({0x202E: None, 0x202C: None}).split())
        assert f"{words}1" in page.words
        assert f'The role "{words.lower()}" is not recognized.' in page.words
        assert f"The class {words} is not in classes.csv." in page.words
        if not set(text) & set(" |/;"):  # which part the elements of a list
            assert f"The student {words}4 of this contact is not in users.csv." in page.words
        assert words.lower() in {row[2] for row in page.rows if len(row) == 4}


def test_school_ids_of_a_hostile_file_are_shown_as_text(tmp_path: Path) -> None:
    rows = Rows([student("S1", SCRIPT)], [school_class("C1", IMAGE)], [enrollment("C1", "S1")])
    _, night = night_of(tmp_path, rows)
    assert night.outcome == "rejected"
    page = Page(night.page.read_text(encoding="utf-8"))
    assert not {tag for tag, _ in page.elements} & {"img"}
    assert [tag for tag, _ in page.elements].count("script") == 1
    assert f"in the file: {IMAGE}" in page.words


def written(folder: Path) -> dict[str, tuple[bytes, int]]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns) for path in paths}


def test_a_report_of_a_sync_is_written_once(tmp_path: Path) -> None:
    district, night = night_of(tmp_path, small_district())
    before = written(night.page.parent)
    csv_files = {"users.csv", "classes.csv", "enrollments.csv", "changes.csv"}
    schools = {f"schools/{school_file(school)}.{kind}" for school in ("N", "M") for kind in ("html", "json")}
    assert set(before) == {"index.html", "report.json"} | csv_files | schools
    district.sync(small_district())
    assert before == written(night.page.parent)


def test_a_held_night_is_explained_on_its_page(running: District, rows: Rows) -> None:
    rows.users = [row for row in rows.users if not row["sourcedId"].startswith("P")]
    night = running.sync(rows)
    page = Page(night.page.read_text(encoding="utf-8"))
    for hold in night.report.holds:
        assert hold.message in page.words
        assert hold.cure in page.words
        assert (hold.digest or "nothing")[:12] in page.words


def test_no_persons_name_or_phone_is_in_a_report(tmp_path: Path) -> None:
    rows = rows_with_findings()
    rows.users = [
        row | {"givenName": f"Canary{n}" if row.get("givenName") else "", "sms": f"Canary{n}"}
        for n, row in enumerate(rows.users)
    ]
    _, night = night_of(tmp_path, rows)
    for path in (path for path in night.page.parent.rglob("*") if path.is_file()):
        assert "Canary" not in path.read_text(encoding="utf-8"), path.name


ESCAPE = "\x1b[31mred\x07\x9b2J"


def test_no_control_character_of_a_file_reaches_a_report(tmp_path: Path) -> None:
    rows = small_district()
    rows.users += [student(f"S{ESCAPE}", role=f"r{ESCAPE}"), contact("P9", "S4", relationship=f"Uncle{ESCAPE}")]
    _, night = night_of(tmp_path, rows)
    assert any("[31mred" in finding.message for finding in night.report.findings)
    for path in (path for path in night.page.parent.rglob("*") if path.is_file()):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]", text), path.name
        assert "\\u001b" not in text
    shown = [c.relationship or "" for c in night.report.contacts]
    shown += [f"{f.sourced_id} {f.message}" for f in night.report.findings]
    assert not [text for text in shown if re.search(r"[\x00-\x1f\x7f-\x9f]", text)]


def test_an_error_of_the_model_never_quotes_what_it_was_given() -> None:
    with pytest.raises(ValidationError) as told:
        SyncReport.model_validate({"district": ["ZZPII-Canary"]})
    assert "ZZPII-Canary" not in str(told.value)


def test_two_looks_within_one_second_have_a_page_each(running: District, rows: Rows) -> None:
    running.sync(rows, FIRST + timedelta(days=1))
    looks = [running.sync(rows, FIRST) for _ in range(3)]
    assert [look.report.sync_number for look in looks] == [None] * 3
    assert [look.page.parent.name for look in looks] == [
        "20260901T080000Z",
        "20260901T080000Z-2",
        "20260901T080000Z-3",
    ]


def changed_people() -> Rows:
    rows = small_district()
    rows.users[0] |= {"givenName": "Zoraida María", "email": "zoraida@example.org", "sms": "202-555-0142"}
    return rows


@pytest.mark.parametrize(
    ("names", "name", "email", "sms"),
    [
        ("full", "Zoraida María", "zoraida@example.org", "+12025550142"),
        ("initials", "Z. M.", "z…@example.org", "…42"),
        ("ids", "not shown", "not shown", "not shown"),
    ],
)
def test_people_are_shown_as_the_setting_has_it(
    tmp_path: Path, names: NamesShown, name: str, email: str, sms: str
) -> None:
    district, _ = night_of(tmp_path, small_district())
    district.settings = district.settings.model_copy(update={"reports": ReportSettings(names=names)})
    night = district.sync(changed_people(), FIRST + timedelta(days=1))
    change = next(c for c in night.report.changes if c.operation == "update")
    values = {value.column: value.after for value in change.values}
    assert values == {"givenName": name, "email": email, "sms": sms}
    rows = {row["column"]: row for row in table(night, "changes.csv")}
    assert {rows["givenName"]["after"], rows["email"]["after"], rows["sms"]["after"].lstrip("'")} == {name, email, sms}
    for path in (path for path in night.page.parent.rglob("*") if path.is_file()):
        text = path.read_text(encoding="utf-8")
        assert names == "full" or not re.search("Zoraida|zoraida|5550142", text), path.name
        assert names != "ids" or not change.name


def test_what_to_mend_first_is_what_takes_down_most_rows_with_those_that_follow(tmp_path: Path) -> None:
    rows = small_district()
    rows.users += [student("NAMELESS", givenName="", familyName=""), student("E1", role="pupil")]
    rows.enrollments += [enrollment(class_id, "NAMELESS") for class_id in ("C1", "C2", "C3")]
    rows.enrollments += [enrollment("GONE", student_id) for student_id in ("S1", "S2", "S3")]
    _, night = night_of(tmp_path, rows)
    found = [(cause.code, cause.own_rows, cause.following_rows, cause.rows) for cause in night.report.causes]
    assert found == [("name_missing", 1, 3, 4), ("class_unknown", 3, 0, 3), ("role_unknown", 1, 0, 1)]
    page = Page(night.page.read_text(encoding="utf-8"))
    causes = [row for row in page.rows if len(row) == 4 and row[1] in {"users.csv", "enrollments.csv"}]
    assert [(row[0], row[1]) for row in causes] == [("4", "users.csv"), ("3", "enrollments.csv"), ("1", "users.csv")]
    assert "1 row and 3 enrollments that depend on it" in causes[0][2]
    assert "The class GONE is not in classes.csv and affects 3 rows" in causes[1][2]


def test_what_refuses_a_delivery_stands_first(tmp_path: Path) -> None:
    files = rows_with_findings().files() | {"classes.csv": b""}
    night = District(tmp_path).sync(files)
    assert (night.report.causes[0].code, night.report.causes[0].refuses) == ("file_empty", True)
    assert "the whole delivery is rejected because of it" in Page(night.page.read_text(encoding="utf-8")).words


def test_the_trend_is_that_of_the_last_thirty_syncs_in_a_plot_and_in_figures(tmp_path: Path) -> None:
    district = District(tmp_path)
    nights = [district.sync(rows_with_findings(), FIRST + timedelta(days=n)) for n in range(32)]
    report = nights[-1].report
    assert [point.sync_number for point in report.trend] == list(range(3, 33))
    assert {point.rows for point in report.trend} == {sum(counts.received for counts in report.files.values())}
    assert nights[0].report.trend[0].outcome == "applied"
    page = Page(nights[-1].page.read_text(encoding="utf-8"))
    assert [tag for tag, _ in page.elements].count("polyline") == 3
    assert next(row[1] for row in page.rows if len(row) == 6 and row[2] == "unchanged") == "2026-10-02"
    assert "polyline" not in {tag for tag, _ in Page(nights[0].page.read_text(encoding="utf-8")).elements}


def alike(leaving: int, word: str) -> Rows:
    """Twins without end: people, classes and rows that differ by their ids alone, and as many mistakes of each kind."""
    same = {"givenName": "Kim", "familyName": "Lee", "identifier": ""}
    people = [student(f"S{n:02}", "NM"[n % 2], **same, grades=word) for n in range(leaving, 40)]
    contacts = [contact(f"P{n:02}", f"S{n:02},S{n + 1:02}", givenName="Pat", email=word) for n in range(leaving, 39)]
    classes = [school_class(f"C{n}", "NM"[n % 2], title="Art") for n in range(8)]
    rows = [enrollment(f"C{n % 9}", f"S{n:02}") for n in range(40)]
    return Rows([*people, people[-1], *contacts, contact("P99", "S98")], classes, [*rows, *rows[-3:]])


@pytest.mark.slow("three nights")
def test_two_runs_of_one_night_write_the_same_bytes(tmp_path: Path) -> None:
    District(tmp_path / "one").sync(alike(0, "05"), FIRST)
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    written = []
    for name in ("one", "two"):
        night = District(tmp_path / name).sync(alike(12, "06"), FIRST + timedelta(days=1))
        folder = night.page.parent
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        written.append(files)
    assert {"report.json", "index.html", "changes.csv"} <= set(written[0])
    assert [name for name in written[0] if written[0][name] != written[1].get(name)] == []
    assert set(written[0]) == set(written[1])
