"""SIS Rostering: every setting has a field or a reason why not, and the file changes at the places that were meant."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.console.roles import PERMISSIONS, Permission, Role
from pipeline.districts.registry import Registry
from tests.console.test_pages import text_of
from tests.support.console import HERE, Visitor, World

pytestmark = pytest.mark.whole_day


@pytest.fixture
def file(console: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The settings file of a copy that a test may change."""
    shutil.copytree(console.districts, tmp_path / "settings")
    monkeypatch.setenv("ROLLCALL_DISTRICTS", str(tmp_path / "settings"))
    return tmp_path / "settings" / f"{HERE}.yaml"


def of(group: str) -> str:
    return f"/districts/{HERE}/rostering/{group}/"


def fields(page: bytes) -> dict[str, str]:
    """What a form sends when nothing in it is touched."""
    from lxml import html  # noqa: PLC0415

    form = html.fromstring(page).xpath("//main//form")[0]
    return {name: value or "" for name, value in form.form_values()} | {"seen": form.fields["seen"]}


def test_every_setting_has_a_field_or_a_reason_why_it_is_left_to_the_file(console: World) -> None:
    assert console
    from pipeline.console.rostering import GROUPS, LEFT_TO_FILE, keys_of_settings  # noqa: PLC0415

    shown = [one.key for group in GROUPS for one in group.settings]
    shown += [one.key for group in GROUPS for rows in group.rows for one in rows.columns]
    assert len(shown) == len(set(shown))
    assert set(keys_of_settings()) == set(shown) | set(LEFT_TO_FILE)
    assert not set(shown) & set(LEFT_TO_FILE)
    for group in GROUPS:
        for one in group.settings:
            assert str(one.label)
            assert one.kind in {"choice", "list", "number", "text"}


def test_a_change_is_shown_and_written_once_it_is_confirmed(file: Path, visitor: Visitor) -> None:
    from pipeline.console.models import AccessRecord  # noqa: PLC0415

    before = f"# kept\n{file.read_text('utf-8')}"
    file.write_text(before, encoding="utf-8")
    client = visitor("owner")
    form = fields(client.get(of("night")).content) | {"start_time": "03:15"}
    shown = client.post(of("night"), form)
    assert "This will be changed in the settings" in text_of(shown.content)
    assert "+start_time: " in text_of(shown.content)
    assert file.read_text("utf-8") == before
    saved = client.post(of("night"), fields(shown.content) | {"confirmed": "yes"}, follow=True)
    assert "Saved. It counts from the next sync on." in text_of(saved.content)
    assert f"{Registry(file.parent)[HERE].start_time:%H:%M}" == "03:15"
    assert file.read_text("utf-8").startswith("# kept\n")
    assert fields(saved.content)["start_time"] == "03:15"
    record = AccessRecord.objects.get(page="settings changed")
    assert (record.email, record.district, record.about) == (client.user.email, HERE, "night")
    blank = fields(saved.content) | {"start_time": "", "confirmed": "yes"}
    client.post(of("night"), blank)
    assert file.read_text("utf-8") == before


def test_schools_are_added_renamed_and_removed(file: Path, visitor: Visitor) -> None:
    client = visitor("operator")
    form = fields(client.get(of("schools")).content) | {
        "schools.1.remove": "yes", "schools.2.name": "Maple High", "schools.3.id": "0412", "schools.3.name": "Cedar",
        "confirmed": "yes",
    }  # fmt: skip
    assert "Saved." in text_of(client.post(of("schools"), form, follow=True).content)
    assert [(one.id, one.name) for one in Registry(file.parent)[HERE].schools] == [
        ("M", "Maple High"),
        ("0412", "Cedar"),
    ]


def test_a_value_that_is_not_allowed_is_told_at_its_field_and_nothing_is_written(file: Path, visitor: Visitor) -> None:
    client = visitor("operator")
    before = file.read_bytes()
    wrong = {
        "night": {"time_zone": "Chicago"},
        "schools": {"schools.3.id": "N", "schools.3.name": "Again"},
        "sync": {"sync.archive_after_days": "soon"},
        "mail": {"mail.to": "Kim Lee <kim@example.org>"},
        "source": {"sftp.host": "sftp://sftp.example.org"},
    }
    for group, changes in wrong.items():
        form = fields(client.get(of(group)).content) | changes | {"confirmed": "yes"}
        answer = client.post(of(group), form)
        assert 'class="error"' in answer.content.decode(), group
        assert "Traceback" not in text_of(answer.content)
        for value in changes.values():
            assert value in fields(answer.content).values(), group
    assert 'id="id_time_zone_error"' in client.post(
        of("night"), fields(client.get(of("night")).content) | wrong["night"]
    ).content.decode()  # fmt: skip
    assert file.read_bytes() == before


def test_two_people_at_once_do_not_overwrite_each_other(file: Path, visitor: Visitor) -> None:
    client = visitor("operator")
    form = fields(client.get(of("night")).content) | {"start_time": "03:15", "confirmed": "yes"}
    file.write_text(f"{file.read_text('utf-8')}reports: {{names: ids}}\n", encoding="utf-8")
    after = file.read_bytes()
    assert "Someone else changed the settings while this form was open." in text_of(
        client.post(of("night"), form).content
    )
    assert file.read_bytes() == after


def test_a_form_changes_the_settings_of_its_group_alone(file: Path, visitor: Visitor) -> None:
    client = visitor("owner")
    form = fields(client.get(of("night")).content)
    form |= {"sftp.host": "169.254.169.254", "sftp.password": "file:/etc/passwd", "confirmed": "yes"}
    before = file.read_bytes()
    assert "Nothing was changed." in text_of(client.post(of("night"), form, follow=True).content)
    assert file.read_bytes() == before
    assert client.get(of("source")).status_code == 403
    assert client.post(of("source"), {"sftp.host": "169.254.169.254"}).status_code == 403
    assert client.get(of("nonsense")).status_code == 404


@pytest.mark.parametrize("role", Role)
def test_only_those_change_settings_whom_the_table_names(file: Path, visitor: Visitor, role: str) -> None:
    client = visitor(role)
    before = file.read_bytes()
    allowed = Permission.change_settings in PERMISSIONS[Role(role)]
    assert client.post(of("night"), {"start_time": "03:15", "confirmed": "yes"}).status_code == (
        200 if allowed else 403
    )
    assert file.read_bytes() == before
