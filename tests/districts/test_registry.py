"""Which districts there are, what commands remember of them, and how a new one is written."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pipeline.districts.adding import NewDistrict, add_district
from pipeline.districts.registry import Registry
from pipeline.districts.state import DistrictState, pause, read_state, write_state
from pipeline.errors import PermanentError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

NEW = NewDistrict(
    name="Maple Valley",
    time_zone="America/Chicago",
    host="sftp.example.org",
    user="maple",
    password="env:MAPLE_PASSWORD",
    schools=[("0412", "Cedar Elementary"), ("0413", "Cedar High")],
)


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "districts")


def test_a_folder_that_is_not_there_has_no_districts(registry: Registry) -> None:
    assert registry.ids() == []


def test_only_files_named_after_a_district_id_are_districts(registry: Registry) -> None:
    registry.folder.mkdir()
    for name in ("maple-valley.yaml", "0412.yaml", "Maple.yaml", "a.yaml", ".hidden.yaml", "x_y.yaml", "notes.yml"):
        (registry.folder / name).touch()
    assert registry.ids() == ["0412", "maple-valley"]


def test_an_unknown_district_is_told_with_the_nearest_that_is_known(registry: Registry) -> None:
    add_district(registry, "maple-valley", NEW)
    add_district(registry, "red-mesa", NEW)
    with pytest.raises(UsageError) as near:
        registry["maple-vally"]
    assert f'There is no district "maple-vally" in {registry.folder}. Did you mean "maple-valley"?' in str(near.value)
    with pytest.raises(UsageError, match="Known: maple-valley, red-mesa"):
        registry["xxxxxxxxxx"]


def test_the_first_district_is_told_how_to_be_added(registry: Registry) -> None:
    with pytest.raises(UsageError, match=r"Known: none yet\. `rollcall district add maple-valley` adds it"):
        registry["maple-valley"]


@pytest.mark.parametrize(
    "name", ["", "a", "Maple", "maple_valley", "../maple", "maple/valley", "-maple", "a" * 64, "é1"]
)
def test_what_is_no_id_is_told_so_and_is_never_a_path(registry: Registry, name: str) -> None:
    with pytest.raises(UsageError, match=r"is not a district id\. An id has 2 to 63 lower-case letters"):
        registry[name]
    with pytest.raises(UsageError, match="is not a district id"):
        add_district(registry, name, NEW)
    assert not registry.folder.exists()


def test_a_new_district_loads_with_all_that_was_said(registry: Registry) -> None:
    written = add_district(
        registry,
        "maple-valley",
        replace(
            NEW,
            name='Maple "Valley": North # 1',
            start_time="03:15",
            port=2222,
            path="/out/it's here",
            private_key="file:/etc/rollcall/maple key",
            password=None,
            host_keys=["SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDnEXr31aZ3TTV8VuE"],
            settle_seconds=0,
            schools=[("0412", "École: Saint-Exupéry"), ("007", "- Bond {x}")],
        ),
    )
    assert written == registry.path("maple-valley")
    settings = registry["maple-valley"]
    assert settings.name == 'Maple "Valley": North # 1'
    assert settings.start_time.isoformat("minutes") == "03:15"
    assert [(school.id, school.name) for school in settings.schools] == [
        ("0412", "École: Saint-Exupéry"),
        ("007", "- Bond {x}"),
    ]
    assert (settings.sftp.port, settings.sftp.path) == (2222, "/out/it's here")
    assert (settings.sftp.password, settings.sftp.private_key) == (None, "file:/etc/rollcall/maple key")
    assert settings.sftp.settle_seconds == 0
    assert settings.sftp.host_keys == ("SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDnEXr31aZ3TTV8VuE",)


def test_the_shortest_new_district_loads_with_the_defaults(registry: Registry) -> None:
    add_district(registry, "maple-valley", NEW)
    settings = registry["maple-valley"]
    assert (settings.sftp.port, settings.sftp.settle_seconds, settings.sftp.host_keys) == (22, 60, ())


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (replace(NEW, time_zone="Central"), "time_zone: unknown time zone"),
        (
            replace(NEW, start_time="2 am"),
            "start_time: write the time of day in quotes",
        ),
        (replace(NEW, schools=[]), "schools"),
        (replace(NEW, schools=[("1", "A"), ("1", "B")]), "the id 1 appears twice"),
        (replace(NEW, scope="school"), "exactly one school"),
        (replace(NEW, scope="state"), "'district' or 'school'"),
        (replace(NEW, password=None), "sftp: set either password or private_key"),
        (replace(NEW, private_key="file:/k"), "sftp: set either password or private_key"),
        (replace(NEW, password="hunter2"), "sftp.password: never write a secret into the settings"),
        (replace(NEW, host="a b"), "sftp.host"),
        (replace(NEW, port=0), "sftp.port"),
        (replace(NEW, host_keys=["SHA256:short"]), "sftp.host_keys.1: write a host key as SHA256:…"),
        (replace(NEW, name=""), "name"),
        (replace(NEW, settle_seconds=-1), "sftp.settle_seconds"),
    ],
)
def test_a_value_that_is_not_allowed_is_told_in_words_and_leaves_nothing_behind(
    registry: Registry, wrong: NewDistrict, words: str
) -> None:
    with pytest.raises(UsageError) as told:
        add_district(registry, "maple-valley", wrong)
    assert words in str(told.value)
    assert str(registry.folder) not in str(told.value), "there is no file: its path helps nobody"
    assert "hunter2" not in str(told.value)
    assert not registry.folder.exists()


def test_a_district_that_is_there_is_never_overwritten(registry: Registry) -> None:
    written = add_district(registry, "maple-valley", NEW)
    before = written.read_bytes()
    with pytest.raises(UsageError, match="maple-valley already exists"):
        add_district(registry, "maple-valley", replace(NEW, name="Another"))
    assert written.read_bytes() == before
    assert list(registry.folder.iterdir()) == [written]


# --- state --------------------------------------------------------------------------------------------------------


def test_a_district_that_nobody_touched_is_not_enabled(tmp_path: Path) -> None:
    state = read_state(tmp_path / "state.json")
    assert not state.runs_nightly
    assert state == DistrictState()


def test_enabled_runs_nightly_paused_does_not_and_resumed_does_again(tmp_path: Path) -> None:
    file = tmp_path / "districts" / "maple-valley" / "state.json"
    write_state(file, DistrictState(enabled=True))
    assert read_state(file).runs_nightly
    write_state(file, pause(read_state(file), why="The school year ends.", by="Kim"))
    paused = read_state(file)
    assert not paused.runs_nightly
    assert paused.enabled
    assert paused.paused is not None
    assert (paused.paused.why, paused.paused.by) == ("The school year ends.", "Kim")
    assert (datetime.now(UTC) - paused.paused.since).total_seconds() < 60
    write_state(file, paused.model_copy(update={"paused": None}))
    assert read_state(file).runs_nightly
    assert [found.name for found in file.parent.iterdir()] == ["state.json"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"enabled": "perhaps"}',
        b'{"enabled": true, "owner": "Kim"}',
        b"\xff",
        json.dumps(1).encode(),
    ],
)
def test_a_damaged_state_is_told_in_words_and_not_taken_for_a_fresh_one(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "state.json"
    file.write_bytes(content)
    with pytest.raises(PermanentError, match=r"state\.json cannot be read as a district's state\. Restore the whole"):
        read_state(file)
