"""Random weeks of small districts against an independent model of the roster, for as many minutes as `make soak` says.

`MINUTES=60 python bench/soak_weeks.py [SEED]` begins with a seed of the day, or with the one that is given, and prints
the story of the first week in which product and model differ; that seed alone then makes it again.
"""

from __future__ import annotations

import itertools
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.support.weeks import live_week

NIGHTS = 7


def main() -> None:
    """Live weeks until the time is over, and say how many there were."""
    end = time.monotonic() + 60 * float(os.environ.get("MINUTES", "10"))
    first = int(sys.argv[1]) if len(sys.argv) > 1 else int(time.time()) // 86_400 * 10_000
    for seed in itertools.count(first):
        with tempfile.TemporaryDirectory(prefix="rollcall-soak-") as root:
            try:
                live_week(Path(root), seed, nights=NIGHTS)
            except AssertionError as difference:
                print(difference)
                sys.exit(1)
        if time.monotonic() > end:
            print(f"{seed - first + 1} weeks of {NIGHTS} nights, from seed {first}: as the model says.")
            return


if __name__ == "__main__":
    main()
