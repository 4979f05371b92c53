"""Names and answers of any bytes: taken, passed over or refused, never a mistake of ours."""

from __future__ import annotations

import contextlib
import struct

from hypothesis import given
from hypothesis import strategies as st

from pipeline.sftp.client import Attributes, ProtocolError, _Reader
from pipeline.sftp.listing import SAFE_NAME, OtherEntry, RemoteFile, described, is_marker

REGULAR = Attributes(size=1, mode=0o100600, read_at=0, modified_at=0)


@given(st.one_of(st.binary(max_size=300), st.text(max_size=120).map(lambda text: text.encode(errors="replace"))))
def test_a_name_of_any_bytes_is_a_safe_one_or_passed_over_in_plain_letters(name: bytes) -> None:
    entry = described(name, REGULAR)
    if isinstance(entry, RemoteFile):
        assert SAFE_NAME.fullmatch(entry.name)
        assert entry.name.encode() == name
        assert not {"/", "\0", "\n"} & set(entry.name)
        assert not entry.name.startswith((".", "-"))
    else:
        assert isinstance(entry, OtherEntry)
        assert entry.name.isprintable()
        assert entry.name.isascii()


@given(
    st.one_of(st.none(), st.integers(0, 2**64 - 1)),
    st.one_of(st.none(), st.integers(0, 2**32 - 1)),
    st.one_of(st.none(), st.integers(0, 2**32 - 1)),
)
def test_attributes_of_any_value_are_taken_or_passed_over(
    size: int | None, mode: int | None, modified_at: int | None
) -> None:
    entry = described(b"users.csv", Attributes(size, mode, modified_at, modified_at))
    assert entry.name == "users.csv"


@given(st.binary(max_size=200))
def test_an_answer_of_any_bytes_is_read_or_refused(body: bytes) -> None:
    for read in (_Reader.number, _Reader.text, _Reader.attributes):
        reader = _Reader(body)
        with contextlib.suppress(ProtocolError):
            while True:
                read(reader)


@given(
    st.one_of(st.none(), st.integers(0, 2**64 - 1)),
    st.one_of(st.none(), st.integers(0, 2**32 - 1)),
    st.one_of(st.none(), st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))),
    st.booleans(),
    st.lists(st.tuples(st.binary(max_size=9), st.binary(max_size=9)), max_size=3),
)
def test_attributes_are_read_as_they_were_written(
    size: int | None,
    mode: int | None,
    times: tuple[int, int] | None,
    owned: bool,
    more: list[tuple[bytes, bytes]],
) -> None:
    flags, body = 0, b""
    for flag, form, values in (
        (1, ">Q", () if size is None else (size,)),
        (2, ">II", (1000, 1000) if owned else ()),
        (4, ">I", () if mode is None else (mode,)),
        (8, ">II", times or ()),
    ):
        if values:
            flags |= flag
            body += struct.pack(form, *values)
    if more:
        flags |= 0x80000000
        body += struct.pack(">I", len(more))
        body += b"".join(struct.pack(">I", len(part)) + part for pair in more for part in pair)
    read_at, modified_at = times or (None, None)
    assert _Reader(struct.pack(">I", flags) + body).attributes() == Attributes(size, mode, read_at, modified_at)


def test_markers_are_told_from_files() -> None:
    assert [is_marker(name) for name in ("users.csv.done", "USERS.CSV.SHA256", "users.csv", "done", "sha256.csv")] == [
        True,
        True,
        False,
        False,
        False,
    ]
