from __future__ import annotations

from pipeline.districts.settings import SftpSettings
from pipeline.sftp.deadlines import DEFAULT_DEADLINES
from pipeline.sources.sftp import deadlines


def test_a_district_that_may_take_longer_gets_more_for_each_file_too() -> None:
    sftp = SftpSettings(host="sftp.example.org", user="maple", password="env:MAPLE")
    assert deadlines(sftp) == DEFAULT_DEADLINES
    longer = deadlines(sftp.model_copy(update={"max_minutes": 60}))
    assert (longer.total, longer.file) == (3600, 2400)
    assert longer.stall == DEFAULT_DEADLINES.stall
