"""The synthetic district: what it says about itself is checked by comparing, reading and counting."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import TYPE_CHECKING, Literal

import polars as pl
import pytest

from pipeline.demo.synthetic import SyntheticDistrict

if TYPE_CHECKING:
    from pathlib import Path

Row = dict[str, str]
Things = dict[tuple[str, str], dict[str, str | None]]
PERSON = (
    "sourcedId",
    "role",
    "givenName",
    "familyName",
    "email",
    "sms",
    "phone",
    "language",
    "grades",
    "orgSourcedIds",
)
PEOPLE = ("students", "staff", "guardians")
PEOPLE_FILE = {"student": "students", "guardian": "guardians", "parent": "guardians"}


def things(district: SyntheticDistrict) -> Things:
    """The truth as dicts: by record type and key, the values that can change."""
    found: Things = {}
    for record_type, frame in district.truth().items():
        for row in frame.iter_rows(named=True):
            if record_type == "enrollments":
                key, values = f"{row['classSourcedId']}|{row['userSourcedId']}|{row['role']}", {}
            elif record_type == "guardian_links":
                key, values = f"{row['contact']}|{row['student']}", {"role": row["role"]}
            else:
                key, values = row["sourcedId"], row
            assert (record_type, key) not in found
            found[record_type, key] = values
    return found


def compared(before: Things, after: Things, seen: set[tuple[str, str]]) -> dict[tuple[str, str], object]:
    """The changes between two days, found by comparing."""
    changes: dict[tuple[str, str], object] = {}
    for thing in before.keys() - after.keys():
        changes[thing] = ("archive", [])
    for thing in after.keys() - before.keys():
        changes[thing] = ("restore" if thing in seen else "add", [])
    for thing in after.keys() & before.keys():
        columns = sorted(name for name in after[thing] if after[thing][name] != before[thing][name])
        if columns:
            changes[thing] = ("update", columns)
    return changes


@pytest.mark.parametrize(("seed", "students"), [(1, 50), (2, 200), (3, 250), (4, 300), (5, 300), (6, 700), (7, 3000)])
def test_the_changes_of_a_day_are_what_a_comparison_of_two_days_finds(seed: int, students: int) -> None:
    district = SyntheticDistrict(seed=seed, students=students)
    before = things(district)
    seen = set(before)
    kinds: Counter[tuple[str, str]] = Counter()
    for _ in range(15):
        told = district.advance()
        after = things(district)
        rows = {(record_type, key): (operation, columns) for record_type, operation, key, columns in told.iter_rows()}
        assert len(rows) == told.height, "one thing has one change a day"
        assert rows == compared(before, after, seen)
        # Far from the limits at which a sync is held.
        archived = Counter(thing[0] for thing, change in rows.items() if change[0] == "archive")
        active = Counter(thing[0] for thing in before)
        for record_type, number in archived.items():
            assert number <= max(9, 0.02 * active[record_type]), (record_type, number)
        kinds.update((thing[0], change[0]) for thing, change in rows.items())
        seen |= set(after)
        before = after
    assert {(kind, "restore") for kind in ("students", "enrollments", "guardian_links")} <= kinds.keys()


@pytest.mark.parametrize("students", [200, 900, 3000])
def test_every_day_has_each_kind_of_event(students: int) -> None:
    district = SyntheticDistrict(seed=8, students=students)
    for day in range(1, 6):
        changes = district.advance()
        kinds = set(changes.select("record_type", "operation").unique().iter_rows())
        assert {
            ("students", "add"),
            ("students", "archive"),
            ("guardians", "update"),
            ("staff", "update"),
            ("classes", "add"),
            ("classes", "update"),
            ("guardian_links", "update"),
            ("enrollments", "add"),
            ("enrollments", "archive"),
        } <= kinds
        assert (("students", "restore") in kinds) == (day >= 3)
        assert (("students", "update") in kinds) == (len(district.schools) > 1)
        updates = changes.filter(pl.col("operation") == "update")
        columns = {
            (kind, column) for kind, names in updates.select("record_type", "columns").iter_rows() for column in names
        }
        assert {
            ("guardians", "role"),
            ("staff", "email"),
            ("classes", "title"),
            ("guardian_links", "role"),
        } <= columns
        assert columns <= {
            ("students", "orgSourcedIds"),
            ("students", "grades"),
            ("guardians", "sms"),
            ("guardians", "role"),
            ("staff", "email"),
            ("classes", "title"),
            ("guardian_links", "role"),
        }
        opened = changes.filter((pl.col("record_type") == "classes") & (pl.col("operation") == "add"))["key"].item()
        members = changes.filter(pl.col("key").str.starts_with(opened + "|"))
        assert members["key"].str.ends_with("|teacher").sum() == 1
        assert 15 <= members["key"].str.ends_with("|student").sum() <= 27


def test_a_day_changes_about_one_percent() -> None:
    district = SyntheticDistrict(seed=9, students=20_000)
    records = sum(frame.height for frame in district.truth().values())
    for _ in range(3):
        assert 0.005 < district.advance().height / records < 0.015


def test_a_district_keeps_its_size() -> None:
    district = SyntheticDistrict(seed=10, students=200)
    for _ in range(100):
        district.advance()
    assert district.truth()["students"].height == 200


def _write_all(district: SyntheticDistrict, folder: Path) -> dict[str, bytes]:
    district.write_powerschool(folder / "roles")
    district.write_powerschool(folder / "relationships", prefix=False, contacts="relationships")
    district.write_oneroster(folder / "oneroster")
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.csv")}


def test_the_same_seed_writes_the_same_bytes_on_every_day(tmp_path: Path) -> None:
    one, two = (SyntheticDistrict(seed=11, students=700) for _ in range(2))
    for day in range(5):
        # Looking at a district does not change what happens in it.
        one.truth()
        written = _write_all(one, tmp_path / f"one-{day}")
        assert len(written) == 13
        assert written == _write_all(two, tmp_path / f"two-{day}")
        assert one.advance().equals(two.advance())


def test_another_seed_is_another_district() -> None:
    one, two = (SyntheticDistrict(seed=seed, students=200).truth()["students"] for seed in (1, 2))
    assert not one.equals(two)


def _powerschool_rows(path: Path, prefix: str) -> list[Row]:
    data = path.read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    assert b"\n" not in data
    assert data.endswith(b"\r")
    assert b"\r\r" not in data
    text = data.decode("utf-8")
    header = text.split("\r", 1)[0].split(",")
    assert header == sorted(header, key=str.lower)
    assert all(label.startswith(prefix) for label in header)
    labels = [label.removeprefix(prefix) for label in header]
    assert not any("." in label for label in labels)
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))[1:]
    assert all(len(row) == len(labels) for row in rows)
    for line in text.split("\r")[1:-1]:
        # A quotation mark surrounds a list of more than one element, and nothing else.
        outside, inside = line.split('"')[::2], line.split('"')[1::2]
        assert len(outside) == len(inside) + 1
        assert all("," in value for value in inside)
    return [dict(zip(labels, row, strict=True)) for row in rows]


@pytest.mark.parametrize("prefix", [True, False])
@pytest.mark.parametrize("contacts", ["roles", "relationships"])
def test_powerschool_files_have_the_dialect_of_data_export_manager(
    tmp_path: Path, prefix: bool, contacts: Literal["roles", "relationships"]
) -> None:
    district = SyntheticDistrict(seed=12, students=700)
    district.write_powerschool(tmp_path, prefix=prefix, contacts=contacts)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["classes.csv", "enrollments.csv", "users.csv"]
    columns = {
        "users": {
            *PERSON,
            *("agentSourcedIds", "identifier", "username", "dcid"),
            *(("relationship", "legalGuardian") if contacts == "relationships" else ()),
        },
        "classes": {"sourcedId", "title", "grades", "location", "schoolSourcedId", "periods", "dcid"},
        "enrollments": {"classSourcedId", "schoolSourcedId", "userSourcedId", "role", "dcid"},
    }
    for (name, expected), table in zip(columns.items(), ("USERS.", "SECTIONS.", "CC."), strict=True):
        rows = _powerschool_rows(tmp_path / f"{name}.csv", table if prefix else "")
        assert set(rows[0]) == expected
    assert '"' in (tmp_path / "users.csv").read_text()


def _role(user: Row) -> str:
    """The role of a row of users.csv by the product's rules; blank where it makes nobody a guardian."""
    if not user.get("relationship"):
        return user["role"]
    if user["legalGuardian"] == "true":
        return "guardian"
    return "parent" if user["relationship"].strip().casefold() in {"mother", "father"} else ""


def _people_as_read(users: list[Row]) -> Things:
    found: Things = {}
    for user in users:
        role, key = _role(user), user["sourcedId"]
        kind = PEOPLE_FILE.get(role, "staff")
        values: dict[str, str | None] = {name: user.get(name) or None for name in PERSON}
        if kind == "guardians":
            for student in user["agentSourcedIds"].split(","):
                assert ("guardian_links", f"{key}|{student}") not in found
                found["guardian_links", f"{key}|{student}"] = {"role": role}
            assert found.get((kind, key), {"role": role})["role"] == role, "one person, one role"
            assert values["orgSourcedIds"]
            values["orgSourcedIds"] = None
        if role:
            found[kind, key] = values | {"role": role}
    return found


def _as_read(users: list[Row], classes: list[Row], enrollments: list[Row]) -> Things:
    """The roster that the product's rules give for these files; both sides of a link say the same."""
    found = _people_as_read(users)
    links = {key for kind, key in found if kind == "guardian_links"}
    for user in users:
        if user["role"] == "student":
            listed = [contact for contact in user["agentSourcedIds"].split(",") if contact]
            assert len(listed) == len(set(listed)) <= 6
            links -= {f"{contact}|{user['sourcedId']}" for contact in listed}
    assert not links
    for row in classes:
        names = ("sourcedId", "title", "grades", "schoolSourcedId", "periods", "location")
        found["classes", row["sourcedId"]] = {name: row[name] or None for name in names}
    for row in enrollments:
        found["enrollments", f"{row['classSourcedId']}|{row['userSourcedId']}|{row['role']}"] = {}
    return found


@pytest.mark.parametrize("students", [50, 300, 900])
def test_every_export_leads_to_the_same_truth(tmp_path: Path, students: int) -> None:
    district = SyntheticDistrict(seed=13, students=students)
    names = ("users", "classes", "enrollments")
    for _ in range(8):
        truth = things(district)
        for contacts in ("roles", "relationships"):
            district.write_powerschool(tmp_path, prefix=False, contacts=contacts)
            assert _as_read(*(_powerschool_rows(tmp_path / f"{name}.csv", "") for name in names)) == truth
        district.write_oneroster(tmp_path)
        read = _as_read(*(_oneroster_rows(tmp_path / f"{name}.csv") for name in names))
        for kind, key in truth:
            if kind in PEOPLE:
                truth[kind, key] = truth[kind, key] | {"language": None}
        assert read == truth
        district.advance()


def _oneroster_rows(path: Path) -> list[Row]:
    data = path.read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")
    assert data.endswith(b"\r\n")
    assert b'""' not in data
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))


def test_oneroster_set_is_complete_and_every_reference_resolves(tmp_path: Path) -> None:
    district = SyntheticDistrict(seed=14, students=700)
    district.advance()
    district.write_oneroster(tmp_path)
    files = {path.stem: _oneroster_rows(path) for path in tmp_path.iterdir()}
    manifest = {row["propertyName"]: row["value"] for row in files.pop("manifest")}
    assert manifest["manifest.version"] == "1.0"
    assert manifest["oneroster.version"] == "1.1"
    declared = {name.removeprefix("file."): mode for name, mode in manifest.items() if name.startswith("file.")}
    assert len(declared) == 13
    assert {name for name, mode in declared.items() if mode == "bulk"} == files.keys()
    assert set(declared.values()) == {"bulk", "absent"}
    ids = {name: {row["sourcedId"] for row in rows} for name, rows in files.items()}
    for name, rows in files.items():
        assert len(ids[name]) == len(rows)
        assert all(row["status"] == row["dateLastModified"] == "" for row in rows)
    references = {
        ("academicSessions", "parentSourcedId"): "academicSessions",
        ("orgs", "parentSourcedId"): "orgs",
        ("courses", "schoolYearSourcedId"): "academicSessions",
        ("courses", "orgSourcedId"): "orgs",
        ("classes", "courseSourcedId"): "courses",
        ("classes", "schoolSourcedId"): "orgs",
        ("classes", "termSourcedIds"): "academicSessions",
        ("users", "orgSourcedIds"): "orgs",
        ("users", "agentSourcedIds"): "users",
        ("enrollments", "classSourcedId"): "classes",
        ("enrollments", "schoolSourcedId"): "orgs",
        ("enrollments", "userSourcedId"): "users",
    }
    for (name, column), target in references.items():
        for row in files[name]:
            assert all(value in ids[target] for value in row[column].split(",") if value), (name, column)
    required = {
        "classes": ("title", "courseSourcedId", "classType", "schoolSourcedId", "termSourcedIds"),
        "users": ("enabledUser", "orgSourcedIds", "role", "username", "givenName", "familyName"),
        "enrollments": ("classSourcedId", "schoolSourcedId", "userSourcedId", "role"),
    }
    for name, columns in required.items():
        assert all(row[column] for row in files[name] for column in columns), name
    assert {row["sourcedId"]: row["name"] for row in files["orgs"] if row["type"] == "school"} == dict(district.schools)
    assert len({row["username"] for row in files["users"]}) == len(files["users"])


def test_people_have_plausible_addresses_and_phones() -> None:
    truth = SyntheticDistrict(seed=15, students=3000).truth()
    people = pl.concat([truth[kind] for kind in PEOPLE])
    assert people["sms"].drop_nulls().str.contains(r"^\(\d{3}\) 555-01\d\d$").all()
    assert people["phone"].drop_nulls().str.contains(r"^\(\d{3}\) 555-01\d\d$").all()
    assert people["email"].drop_nulls().str.contains(r"^[a-z0-9.]+@example\.org$").all()
    text = people.select("givenName", "familyName").unpivot()["value"]
    assert not text.str.contains('[,"\\r\\n]').any()
    for special in ("'", "-", " ", "í"):
        assert people["familyName"].str.contains(special, literal=True).any()
    guardians = truth["guardians"]
    assert 0.05 < guardians["email"].null_count() / guardians.height < 0.25
    assert 0.05 < guardians["sms"].null_count() / guardians.height < 0.25
    shared = guardians["email"].drop_nulls().value_counts().filter(pl.col("count") > 1).height
    assert 0.01 < shared / guardians.height < 0.1
    assert guardians["language"].n_unique() > 8
    assert truth["students"]["email"].drop_nulls().is_unique().all()


def test_relationships_hold_the_traps_that_the_rules_are_for(tmp_path: Path) -> None:
    district = SyntheticDistrict(seed=16, students=3000)
    district.write_powerschool(tmp_path, prefix=False, contacts="relationships")
    rows = _powerschool_rows(tmp_path / "users.csv", "")
    contacts = [row for row in rows if row["relationship"]]
    assert all(row["role"] == "" for row in contacts)
    assert all(row["legalGuardian"] == "" for row in rows if row["role"])
    of_contact: dict[str, set[tuple[str, str]]] = {}
    for row in contacts:
        of_contact.setdefault(row["sourcedId"], set()).add((row["relationship"], row["legalGuardian"]))
    pairs = set().union(*of_contact.values())
    assert {
        (" mother", "true"),
        ("FATHER", "true"),
        ("Mother", "false"),
        ("Step Mother", "false"),
        ("Grandmother", "true"),
        ("Grandmother", "false"),
        ("Foster Parent", "true"),
        ("Legal Guardian", "false"),
        ("Emergency", "false"),
        ("Neighbor", "false"),
    } <= pairs
    assert {("Mother", "true"), ("Stepmother", "false")} in of_contact.values()
    assert {("Grandmother", "true"), ("Grandmother", "false")} in of_contact.values()
    guardians = set(district.truth()["guardians"]["sourcedId"])
    assert guardians < of_contact.keys()
    assert not guardians & {key for key, pairs in of_contact.items() if pairs == {("Legal Guardian", "false")}}


def test_schools_have_unique_names_and_ids_with_leading_zeros() -> None:
    assert len(SyntheticDistrict(seed=17, students=50).schools) == 1
    district = SyntheticDistrict(seed=17, students=20_000, first_school_id=7)
    assert [school_id for school_id, _ in district.schools][:2] == ["0007", "0008"]
    assert len({name for _, name in district.schools}) == len(district.schools)
    sizes = district.truth()["students"]["orgSourcedIds"].value_counts()
    assert sizes.height == len(district.schools)
    assert sizes.filter(pl.col("count") < 300).height == 0


def test_classes_are_of_plausible_size_and_taught_by_one_teacher() -> None:
    truth = SyntheticDistrict(seed=18, students=20_000).truth()
    roles = truth["enrollments"].group_by("classSourcedId", "role").len()
    teachers = roles.filter(pl.col("role") == "teacher")
    assert teachers.height == truth["classes"].height
    assert teachers["len"].unique().to_list() == [1]
    students = roles.filter(pl.col("role") == "student")
    assert students["len"].sum() / students.height == pytest.approx(30, abs=1)
    assert students.filter(pl.col("len") > 45).height == 0
    taken = truth["enrollments"].filter(pl.col("role") == "student").group_by("userSourcedId").len()
    assert taken["len"].unique().to_list() == [6]
    assert truth["classes"]["grades"].str.contains(",").any()
    assert truth["classes"]["title"].str.contains("[&/|]").any()
    assert not truth["classes"]["title"].str.contains('[,"]').any()
    assert truth["staff"]["orgSourcedIds"].str.contains(",").any()


def test_a_large_district_has_the_sizes_that_the_benchmark_counts_on(tmp_path: Path) -> None:
    district = SyntheticDistrict(seed=19, students=100_000)
    district.write_powerschool(tmp_path, contacts="relationships")
    rows = {path.stem: path.read_bytes().count(b"\r") - 1 for path in tmp_path.iterdir()}
    assert rows["users"] == pytest.approx(300_000, rel=0.03)
    assert rows["classes"] == pytest.approx(20_000, rel=0.03)
    assert rows["enrollments"] == pytest.approx(620_000, rel=0.03)
