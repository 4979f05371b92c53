"""Secrets by reference: where they are read, and where they never show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.districts.registry import Registry
from pipeline.districts.secrets import read_secret
from pipeline.errors import UsageError
from pipeline.sources.sftp import sftp_server

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "hunter2-canary"


def read(reference: str) -> str:
    return read_secret(reference, district="maple-valley", setting="sftp.password")


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_secret_in_the_environment_ends_where_the_line_ends(monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    monkeypatch.setenv("MAPLE_PASSWORD", SECRET + end)
    assert read("env:MAPLE_PASSWORD") == SECRET


@pytest.mark.parametrize("written", [SECRET, SECRET + "\n", SECRET + "\r\n"])
def test_a_secret_in_a_file_ends_where_the_line_ends(tmp_path: Path, written: str) -> None:
    (tmp_path / "secret").write_bytes(written.encode())
    assert read(f"file:{tmp_path}/secret") == SECRET


def test_blanks_of_a_secret_belong_to_it(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f" {SECRET} \n")
    assert read(f"file:{tmp_path}/secret") == f" {SECRET} "


@pytest.mark.parametrize("value", [None, ""])
def test_a_variable_that_is_not_set_is_told_by_its_name(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    monkeypatch.delenv("MAPLE_PASSWORD", raising=False)
    if value is not None:
        monkeypatch.setenv("MAPLE_PASSWORD", value)
    with pytest.raises(UsageError) as told:
        read("env:MAPLE_PASSWORD")
    assert str(told.value) == (
        "District maple-valley, setting sftp.password: the environment variable MAPLE_PASSWORD is not set or is "
        "empty. Set it for the account that runs Rollcall: export MAPLE_PASSWORD=…"
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "cannot be read (No such file or directory)"), (b"", "is empty"), (b" \n", "is empty"),
     (b"\n", "is empty"), (b"\xff\xfe\x00", "cannot be read (it is not text)")],
)  # fmt: skip
def test_a_file_without_a_secret_is_told_by_its_path(tmp_path: Path, content: bytes | None, words: str) -> None:
    if content is not None:
        (tmp_path / "secret").write_bytes(content)
    with pytest.raises(UsageError) as told:
        read(f"file:{tmp_path}/secret")
    assert f"District maple-valley, setting sftp.password: the file {tmp_path}/secret {words}" in str(told.value)


def test_a_secret_never_shows_in_settings_servers_or_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAPLE_PASSWORD", SECRET)
    registry = Registry(tmp_path)
    text = (
        'name: Maple\ntime_zone: America/Chicago\nschools: [{id: "1", name: Cedar}]\n'
        "sftp: {host: localhost, user: maple, password: env:MAPLE_PASSWORD}\n"
    )
    registry.path("maple-valley").write_text(text)
    settings = registry["maple-valley"]
    server = sftp_server("maple-valley", settings.sftp)
    assert server.password == SECRET
    for shown in (repr(settings), str(settings), settings.model_dump_json(), repr(server), str(server)):
        assert SECRET not in shown


def test_a_password_in_plain_text_is_refused_without_being_repeated(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    text = (
        'name: Maple\ntime_zone: America/Chicago\nschools: [{id: "1", name: Cedar}]\n'
        f"sftp: {{host: localhost, user: maple, password: {SECRET}}}\n"
    )
    registry.path("maple-valley").write_text(text)
    with pytest.raises(UsageError) as told:
        registry["maple-valley"]
    error: BaseException | None = told.value
    assert error is not None
    assert SECRET not in f"{error!r} {error.__cause__!r}"
    assert error.__context__ is None or error.__suppress_context__, "a traceback would show what pydantic was given"
