"""A new column of users.csv or classes.csv is named in at most five places; the lists of columns in SQL are made."""

from __future__ import annotations

import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.warehouse.statements import SQL_FOLDER

ROOT = SQL_FOLDER.parent
COLUMNS = runpy.run_path(str(ROOT / "docs" / "columns.py"))

MIGRATION = 1
"""A change of a table that rosters already have is one place more; a new roster needs none."""

USERS_PLACES = {
    "pipeline/oneroster/files.py": (
        '        _added("relationship", "metadata.relationship", "relationshiptype"),\n',
        '        _added("nickName"),\n',
    ),
    "sql/schema/book/roster.users.sql": ("    language        varchar,\n", "    nick_name varchar,\n"),
    "sql/oneroster/user_rows.sql": (
        "        nullif(trim(identifier), '')            as identifier,\n",
        "        nullif(trim(nick_name), '') as nick_name,\n",
    ),
    "sql/roster/export_users.sql": (
        "    people.identifier,\n",
        '    people.nick_name as "nickName",\n',
    ),
}

CLASSES_PLACES = {
    "pipeline/oneroster/files.py": ('        _c("location", free_text=True),\n', '        _added("roomKey"),\n'),
    "sql/schema/book/roster.classes.sql": ("    periods             varchar,\n", "    room_key varchar,\n"),
    "sql/oneroster/classes.sql": (
        "    rows.sourced_id,\n",
        "    nullif(trim(raw.room_key), '') as room_key,\n",
    ),
    "sql/roster/export_classes.sql": ("    classes.location,\n", '    classes.room_key as "roomKey",\n'),
}

TWO_DAYS = """
import csv, sys
from datetime import date
from pathlib import Path
import pipeline
from tests.support.district import CLASS_COLUMNS, USER_COLUMNS, District, Rows, school_class, student
from tests.support.lives import standing

root = Path(sys.argv[1])
assert Path(pipeline.__file__).is_relative_to(root), pipeline.__file__
district = District(root / "var")

def day(date, nick_name, room_key):
    rows = Rows([student("S1", nickName=nick_name), student("S2")], [school_class("C1", roomKey=room_key)], [])
    rows.enrollments = [{"classSourcedId": "C1", "userSourcedId": "S1", "role": "student"}]
    rows.columns = {"users.csv": [*USER_COLUMNS, "nickName"], "classes.csv": [*CLASS_COLUMNS, "roomKey"]}
    return district.sync(rows, date)

assert day(date(2026, 9, 1), "Bo", "R1").outcome == "applied"
night = day(date(2026, 9, 2), "Bobby", "R2")
assert night.columns("students", "S1") == ("nickName",), night.plan
assert night.columns("classes", "C1") == ("roomKey",), night.plan
files = standing(district, date(2026, 9, 2))
assert b"Bobby" in files["users.csv"] and b"R2" in files["classes.csv"], files
print("both days ran")
"""


def by_hand(text: str) -> str:
    """The text of a SQL file without the lists that are made."""
    return str(COLUMNS["LIST"].sub("", text))


@pytest.mark.parametrize("name", ["username", "class_code"])
def test_a_column_is_written_by_hand_in_at_most_five_files(name: str) -> None:
    sql = {path: by_hand(path.read_text(encoding="utf-8")) for path in SQL_FOLDER.rglob("*.sql")}
    # What tells people apart, or finds them, is a choice of columns, and another format has columns of its own.
    sql = {path: text for path, text in sql.items() if path.parent.name not in {"identity", "formats", "trace"}}
    found = sorted(path.relative_to(ROOT).as_posix() for path, text in sql.items() if name in text)
    catalogue = ["pipeline/oneroster/files.py"]
    assert len(catalogue + found) + MIGRATION <= 5, found


def test_the_lists_of_columns_are_up_to_date() -> None:
    """If not: `python docs/columns.py`."""
    texts = {path: path.read_text(encoding="utf-8") for path in SQL_FOLDER.rglob("*.sql")}
    assert [path.name for path, text in texts.items() if COLUMNS["written"](text) != text] == []


def test_a_new_column_of_each_file_is_read_compared_kept_and_exported(tmp_path: Path) -> None:
    for folder in ("assets", "docs", "pipeline", "plugin", "sql", "tests"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for places in (USERS_PLACES, CLASSES_PLACES):
        assert len(places) + MIGRATION <= 5
        for name, (anchor, line) in places.items():
            text = (tmp_path / name).read_text(encoding="utf-8")
            assert text.count(anchor) == 1, (name, anchor)
            (tmp_path / name).write_text(text.replace(anchor, anchor + line), encoding="utf-8")
    for script in ("docs/columns.py", "two_days.py"):
        (tmp_path / "two_days.py").write_text(TWO_DAYS, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, str(tmp_path / script), str(tmp_path)],
            check=False, capture_output=True, text=True, cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert done.stdout == "both days ran\n"
