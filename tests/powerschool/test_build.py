"""Building the plug-in: what is in the ZIP, the same bytes each time, and nothing is written that would be refused."""

from __future__ import annotations

import json
import re
import tomllib
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli.main import app
from pipeline.errors import UsageError
from pipeline.powerschool.build import (
    EMAIL_SOURCES,
    FLAGS,
    PLUGIN_FOLDER,
    PluginRefusedError,
    build_plugin,
    packed,
    plugin_files,
)
from pipeline.powerschool.lint import lint_file

ROOT = Path(__file__).parents[2]


def names(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def test_the_same_sources_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = (build_plugin(tmp_path / name) for name in ("a.zip", "b.zip"))
    assert first.path.read_bytes() == second.path.read_bytes()
    assert first.sha256 == second.sha256
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".")] == [], "nothing is left behind"


def test_the_zip_has_plugin_xml_first_and_then_flat_folders_and_files_alone(tmp_path: Path) -> None:
    listed = names(build_plugin(tmp_path / "plugin.zip").path)
    assert listed[0] == "plugin.xml"
    assert listed[1:] == sorted(listed[1:])
    assert {name.count("/") for name in listed[1:]} == {1}
    with zipfile.ZipFile(tmp_path / "plugin.zip") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.external_attr >> 16 for entry in archive.infolist()} == {0o100644}


def test_name_version_and_publisher_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = plugin_files()["plugin.xml"]
    assert f'name="{project["name"]}"' in text
    assert f'version="{project["version"]}"' in text
    assert f'<publisher name="{project["authors"][0]["name"]}">' in text
    assert f'<contact email="{project["authors"][0]["email"]}"/>' in text
    assert "$" not in text


def test_a_revision_makes_the_version_higher() -> None:
    versions = [
        re.findall(r'\bversion="([0-9.]+)"\n', plugin_files(revision=revision)["plugin.xml"])[0]
        for revision in (None, 1, 2, 10)
    ]
    numbers = [tuple(int(part) for part in version.split(".")) for version in versions]
    assert numbers == sorted(set(numbers))


def test_the_plugin_has_four_queries_and_no_trace_of_the_sources_is_left() -> None:
    files = plugin_files()
    assert sum(name.startswith("queries_root/") for name in files) == 4
    for text in files.values():
        assert "include" not in text
        assert not re.search(r"^\s*-- ", text, re.MULTILINE)


def test_no_permission_opens_the_queries_to_those_who_do_not_export() -> None:
    assert [name for name in plugin_files() if name.startswith("permissions_root")] == []


def test_no_field_of_a_login_is_declared() -> None:
    declared = {
        field for text in plugin_files().values() for field in re.findall(r'<column column="([A-Z_.]+)">', text)
    }
    assert not {field for field in declared if "LOGIN" in field or "WEB_ID" in field}


def test_the_source_of_the_students_addresses_changes_the_users_alone(tmp_path: Path) -> None:
    person, gradebook = (plugin_files(student_email_from=source) for source in EMAIL_SOURCES)
    assert [name for name in person if person[name] != gradebook[name]] == [
        "queries_root/com.classtag.one_roster_users.named_queries.xml"
    ]
    with pytest.raises(UsageError, match=r"no source portal.*Give person or gradebook"):
        build_plugin(tmp_path / "plugin.zip", student_email_from="portal")
    out = tmp_path / "plugin.zip"
    command = ["plugin", "build", "--out", str(out), "--student-email-from"]
    assert CliRunner().invoke(app, [*command, "gradebook"]).exit_code == 0
    with zipfile.ZipFile(out) as archive:
        assert (
            "psm_studentcontact"
            in archive.read("queries_root/com.classtag.one_roster_users.named_queries.xml").decode()
        )
    refused = CliRunner().invoke(app, [*command, "portal"])
    assert refused.exit_code == 2


def test_the_flag_stands_in_one_place_for_all_queries() -> None:
    detail, association = (plugin_files(legal_guardian_from=source) for source in ("detail", "association"))
    changed = {name for name in detail if detail[name] != association[name]}
    assert {name.rpartition("_roster_")[2].split(".")[0] for name in changed} == {"users", "contacts"}
    with_flag = [path for path in PLUGIN_FOLDER.rglob("*") if path.is_file() and "legalguardian" in path.read_text()]
    folders = {path.parent.name for path in with_flag}
    assert folders - {"queries_root"} == {FLAGS}
    for query in (PLUGIN_FOLDER / "queries_root").iterdir():
        assert "corefields.legalguardian" not in query.read_text(encoding="utf-8")


def test_a_fragment_of_ones_own_takes_the_place_of_the_flag(tmp_path: Path) -> None:
    own = tmp_path / "state.sql"
    own.write_text(
        "-- a state's own table\n"
        "legal_guardian_flags as (\n"
        "    select s_contact_x.studentcontactassocid as association_id, 1 as is_legal_guardian\n"
        "    from s_contact_x\n"
        "),\n",
        encoding="utf-8",
    )
    build_plugin(tmp_path / "plugin.zip", legal_guardian_from=str(own))
    assert lint_file(tmp_path / "plugin.zip") == []
    with zipfile.ZipFile(tmp_path / "plugin.zip") as archive:
        users = archive.read("queries_root/com.classtag.one_roster_users.named_queries.xml").decode()
    assert "s_contact_x" in users
    assert "a state's own table" not in users


def test_a_fragment_that_oracle_would_refuse_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    own, out = tmp_path / "state.sql", tmp_path / "plugin.zip"
    own.write_text("legal_guardian_flags as (\n    select 1 as one from a as b\n),\n", encoding="utf-8")
    out.write_bytes(b"the one before")
    with pytest.raises(PluginRefusedError, match=r"Nothing was written.*line \d+: A table is given another"):
        build_plugin(out, legal_guardian_from=str(own))
    assert out.read_bytes() == b"the one before"


@pytest.mark.parametrize("source", ["details", "nowhere/flag.sql"])
def test_a_fragment_that_is_not_there_is_told(tmp_path: Path, source: str) -> None:
    with pytest.raises(
        UsageError, match=f"no fragment {source}.*detail, detail-dcid, association, .*, none or the path"
    ):
        build_plugin(tmp_path / "plugin.zip", legal_guardian_from=source)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        build_plugin(tmp_path / "nowhere" / "plugin.zip")


def test_the_commands_build_and_lint(tmp_path: Path) -> None:
    out = tmp_path / "plugin.zip"
    built = CliRunner().invoke(app, ["plugin", "build", "--out", str(out), "--revision", "3", "--format", "json"])
    assert built.exit_code == 0
    told = json.loads(built.stdout)
    assert told["version"].endswith(".3")
    assert told["files"] == names(out)
    linted = CliRunner().invoke(app, ["plugin", "lint", str(out), "--format", "json"])
    assert linted.exit_code == 0
    assert json.loads(linted.stdout) == {"accepted": True, "findings": []}
    assert "docs/powerschool.md" in CliRunner().invoke(app, ["plugin", "build", "--out", str(out)]).stdout


def test_lint_tells_file_line_and_cure_of_a_broken_plugin_and_is_not_content(tmp_path: Path) -> None:
    files = plugin_files()
    query = "queries_root/com.classtag.one_roster_classes.named_queries.xml"
    files[query] = files[query].replace("order by sourcedid", "order by sourcedid;").replace("Roster: ", "Roster " * 9)
    (tmp_path / "plugin.zip").write_bytes(packed(files))
    result = CliRunner().invoke(app, ["plugin", "lint", str(tmp_path / "plugin.zip")])
    assert result.exit_code == 4
    words = " ".join(result.stdout.split())
    assert f"error {query}, line" in words
    assert "Leave the semicolon out. [sql_semicolon]" in words
    assert "plugin.zip: 1 error, 1 warning." in words
    data = json.loads(
        CliRunner().invoke(app, ["plugin", "lint", str(tmp_path / "plugin.zip"), "--format", "json"]).stdout
    )
    assert data["accepted"] is False
    assert {found["code"] for found in data["findings"]} == {"sql_semicolon", "summary_too_long"}
    assert all(set(found) == {"file", "line", "code", "severity", "message", "cure"} for found in data["findings"])


def test_warnings_alone_do_not_refuse_a_plugin(tmp_path: Path) -> None:
    files = plugin_files()
    query = "queries_root/com.classtag.one_roster_classes.named_queries.xml"
    files[query] = files[query].replace("order by sourcedid", "")
    (tmp_path / "plugin.zip").write_bytes(packed(files))
    assert CliRunner().invoke(app, ["plugin", "lint", str(tmp_path / "plugin.zip")]).exit_code == 0


def test_a_plugin_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        lint_file(tmp_path / "nowhere.zip")
