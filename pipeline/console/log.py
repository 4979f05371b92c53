"""What the console writes on standard error: that something failed, and where; never a text of it."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path


class WithoutTexts(logging.Filter):
    """Leaves of a failure its kind and place: its text, and that of a request, may hold a person's data."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; every one is kept."""
        words = "The console met a failure"
        if record.exc_info and record.exc_info[1] is not None:
            frames = traceback.extract_tb(record.exc_info[2])
            place = f" at {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
            words += f": {type(record.exc_info[1]).__name__}{place}"
        record.msg, record.args, record.exc_info, record.exc_text = f"{words}.", (), None, None
        return True
