from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pipeline.sftp.connect import connect
from pipeline.sftp.errors import FolderNotFoundError, FolderNotReadableError, TooManyEntriesError
from pipeline.sftp.listing import MAX_ENTRIES, RemoteFile, list_folder
from tests.support.servers import QUICK

if TYPE_CHECKING:
    from pipeline.demo.sftp_server import EmbeddedSftpServer
    from tests.support.servers import Drop


def test_regular_files_with_safe_names_are_listed_and_the_rest_is_told_apart(drop: Drop) -> None:
    (drop.folder / "users.csv").write_bytes(b"12345")
    os.utime(drop.folder / "users.csv", (1_700_000_000, 1_700_000_000))
    (drop.folder / "año 2027 (final).csv").write_bytes(b"")
    for name in (".users.csv.part", "users.csv.filepart", "Classes.CSV.TMP", ".hidden"):
        (drop.folder / name).write_bytes(b"")
    (drop.folder / "line\nfeed").write_bytes(b"")
    (drop.folder / "back\u202ewards").write_bytes(b"")
    (drop.folder / "old").mkdir()
    (drop.folder / "link.csv").symlink_to("users.csv")
    with open(os.fsencode(drop.folder) + b"/a\xf1o.csv", "wb"):  # noqa: PTH123 (a name that is not UTF-8)
        pass
    with connect(drop.server, deadlines=QUICK) as session:
        found = list_folder(session, drop.path)
    assert [file.name for file in found] == ["año 2027 (final).csv", "users.csv"]
    assert found[1] == RemoteFile("users.csv", 5, datetime.fromtimestamp(1_700_000_000, UTC))
    assert {other.name: other.reason for other in found.others} == {
        "a\\xf1o.csv": "its name is not UTF-8",
        "link.csv": "it is a link",
        "old": "it is a folder",
        ".users.csv.part": "its name says that it is still being uploaded",
        "users.csv.filepart": "its name says that it is still being uploaded",
        "Classes.CSV.TMP": "its name says that it is still being uploaded",
        ".hidden": "its name has characters that are not allowed, or starts with a dot",
        "line\\nfeed": "its name has characters that are not allowed, or starts with a dot",
        "back\\u202ewards": "its name has characters that are not allowed, or starts with a dot",
    }


def test_no_such_folder(drop: Drop) -> None:
    with (
        connect(drop.server, deadlines=QUICK) as session,
        pytest.raises(FolderNotFoundError, match="There is no folder 'rosters/none'"),
    ):
        list_folder(session, "rosters/none")


def test_folder_that_may_not_be_read(embedded: Drop, embedded_server: EmbeddedSftpServer) -> None:
    class Forbidden(embedded_server.folder_class):
        def list_folder(self, path: str) -> int:  # noqa: ARG002
            return 3  # SSH_FX_PERMISSION_DENIED

    embedded_server.folder_class = Forbidden
    with (
        connect(embedded.server, deadlines=QUICK) as session,
        pytest.raises(FolderNotReadableError, match="lakeside may not list the folder"),
    ):
        list_folder(session, ".")


def test_too_many_entries_stop_the_listing_and_the_session_goes_on(drop: Drop) -> None:
    full = drop.folder / "full"
    full.mkdir()
    for number in range(MAX_ENTRIES + 1):
        (full / f"{number}.csv").touch()
    with connect(drop.server, deadlines=QUICK) as session:
        with pytest.raises(TooManyEntriesError, match="more than 5,000 entries"):
            list_folder(session, f"{drop.path}/full")
        assert [other.name for other in list_folder(session, drop.path).others] == ["full"]
