"""Taking a district out of service: it is not synced any more, and nothing of it is thrown away.

Does not belong here: removing its data (`pipeline.landing.purge`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from pipeline.districts.decisions import record_decision
from pipeline.districts.folders import DistrictFolder
from pipeline.districts.lock import district_lock
from pipeline.districts.registry import Registry, settings_text
from pipeline.districts.state import read_state, write_state
from pipeline.files.atomic import replace_whole
from pipeline.files.writing import sync_to_disk, writing


def remove_district(registry: Registry, folder: DistrictFolder, *, by: str, why: str) -> Path:
    """Disable the district, record who decided it, put its settings aside, and return where they are then.

    They go last: whatever stops it in between, the command can be run again.

    Raises:
        UsageError: there is no such district, or its settings cannot be read.
        BusyError: a run of the district is under way.
        PartLostError: its state or its decisions are lost or damaged.
    """
    path = registry.path_of(folder.root.name)
    text = settings_text(path)
    with district_lock(folder.make()):
        write_state(folder.state, read_state(folder.state).model_copy(update={"enabled": False}))
        record_decision(folder.decisions, "remove", by=by, why=why, at=datetime.now(UTC))
        replace_whole(folder.settings, text)
        with writing(path):
            path.unlink()
            sync_to_disk(path.parent)
    return folder.settings
