"""Refused logins are counted, and the second in a row pauses the district before the server locks its account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.districts.decisions import read_decisions
from pipeline.districts.folders import DistrictFolder
from pipeline.districts.state import read_state
from pipeline.errors import TransientError
from pipeline.sftp.errors import LoginRefusedError
from pipeline.sources.logins import counting_logins
from tests.support.servers import QUICK

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.sftp.connect import SftpServer
    from tests.support.servers import Drop


@pytest.fixture
def folder(tmp_path: Path) -> DistrictFolder:
    return DistrictFolder(tmp_path / "home" / "districts" / "lakeside").make()


def refused(folder: DistrictFolder, server: SftpServer) -> str:
    with pytest.raises(LoginRefusedError) as told, counting_logins("lakeside", folder)(server, deadlines=QUICK):
        pass
    return str(told.value)


def test_two_refused_logins_in_a_row_pause_the_district(embedded: Drop, folder: DistrictFolder) -> None:
    wrong = embedded.changed(password="wrong-canary")
    assert "paused" not in refused(folder, wrong)
    assert read_state(folder.state).paused is None
    told = refused(folder, wrong)
    assert "The server has now refused 2 logins in a row, so lakeside was paused" in told
    assert "`rollcall district resume lakeside`" in told
    paused = read_state(folder.state).paused
    assert paused is not None
    assert paused.by == "rollcall"
    assert paused.why == f"127.0.0.1, port {embedded.server.port} refused the login 2 times in a row"
    assert "canary" not in folder.state.read_text()
    (decision,) = read_decisions(folder.decisions)
    assert (decision.kind, decision.by, decision.why) == ("pause", "rollcall", paused.why)


def test_a_login_that_works_starts_the_count_anew(embedded: Drop, folder: DistrictFolder) -> None:
    wrong = embedded.changed(password="wrong")
    refused(folder, wrong)
    with counting_logins("lakeside", folder)(embedded.server, deadlines=QUICK) as session:
        assert session.where
    refused(folder, wrong)
    assert read_state(folder.state).paused is None


def test_a_server_that_is_down_is_no_refused_login(embedded: Drop, folder: DistrictFolder) -> None:
    refused(folder, embedded.changed(password="wrong"))
    with (
        pytest.raises(TransientError),
        counting_logins("lakeside", folder)(embedded.changed(port=9), deadlines=QUICK),
    ):
        pass
    assert read_state(folder.state).logins_refused == 1


def test_a_failure_of_the_work_is_no_refused_login(embedded: Drop, folder: DistrictFolder) -> None:
    with (
        pytest.raises(LoginRefusedError, match="of somebody else"),
        counting_logins("lakeside", folder)(embedded.server, deadlines=QUICK),
    ):
        raise LoginRefusedError("of somebody else")
    assert read_state(folder.state).logins_refused == 0
    assert not folder.state.exists(), "a state is written only where it changes"
