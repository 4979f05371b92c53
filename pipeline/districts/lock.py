"""The lock of a district: one run, undo or migration at a time, however it was started."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from pipeline.districts.folders import DistrictFolder
from pipeline.errors import BusyError
from pipeline.files.writing import not_written


@contextmanager
def district_lock(folder: DistrictFolder) -> Generator[None, None, None]:
    """Hold the lock of a district. The kernel frees it when the process ends, however it ends.

    Raises:
        BusyError: another run has it.
        NotWrittenError: the disk refused its file.
    """
    lock = FileLock(folder.lock, timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        raise BusyError(
            f"Another run of {folder.root.name} is in progress.", "Wait until it has ended. Dagster shows it."
        ) from None
    except OSError as failure:
        raise not_written(folder.lock, failure) from None
    try:
        yield
    finally:
        lock.release()
