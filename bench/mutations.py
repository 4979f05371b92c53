"""Two hundred thousand files with bytes changed at random, each refused with a code or read as another reader reads it.

Part of `make soak`; the mutations and the other reader are those of tests/support/mutations.py. Stops at the first that
is wrong, and prints it: the files are made up.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

import psutil
from rich.console import Console

from tests.support.mutations import OpenReader, mutated, opened_reader, seeds, wrong_with

MUTATIONS = 200_000
SLOWEST = 10
"""Seconds within which a file of four rows is read, however it was changed."""

MOST_MEMORY = 1 << 30
"""Bytes of this process: the files have a few hundred."""

SESSION = 5_000
"""Files read in one session; each session begins with an empty day database."""


def main() -> None:
    """Run all mutations and say how many were read and how many refused."""
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else MUTATIONS
    out, choose, files = Console(highlight=False), random.Random(1), seeds()
    refused = done = 0
    while done < asked:
        with tempfile.TemporaryDirectory(prefix="rollcall-soak-") as temporary:
            root = Path(temporary).resolve()
            with opened_reader(root) as db:
                reader = OpenReader(root, db)
                for _ in range(min(SESSION, asked - done)):
                    content = mutated(choose.choice(files), choose)
                    start = time.monotonic()
                    outcome = reader.read(content)
                    wrong = wrong_with(content, outcome)
                    if time.monotonic() - start > SLOWEST:
                        wrong = "it took too long"
                    if psutil.Process().memory_info().rss > MOST_MEMORY:
                        wrong = "it took too much memory"
                    if wrong:
                        out.print(f"{wrong}: {content!r}")
                        sys.exit(1)
                    refused += outcome.is_refused
                    done += 1
        out.print(f"{done:,} mutations: {done - refused:,} read as another reader reads them, {refused:,} refused")


if __name__ == "__main__":
    main()
