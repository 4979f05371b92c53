"""Hundreds of fetches from a server that misbehaves at random: each ends with the very file, or a failure in words.

Part of `make soak`. A success with another byte than the server's, a failure without words, anything left behind after
a failure, or a fetch that outlasts its bound stops it.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console

from pipeline.demo.sftp_server import EmbeddedSftpServer, ServedFile
from pipeline.errors import PermanentError, TransientError
from pipeline.sftp.connect import SftpServer
from pipeline.sftp.deadlines import Deadlines
from pipeline.sources import collect, sftp

FETCHES = 400
BOUNDS = Deadlines(connect=3, stall=0.5, file=3, total=6)
FAILURE = 4


def misbehaving(server: EmbeddedSftpServer, chance: random.Random) -> type[ServedFile]:
    """Return files of which one read in a hundred goes wrong, in one way or another."""

    class Misbehaving(ServedFile):
        def read(self, offset: int, length: int) -> bytes | int:
            if chance.random() > 0.01:  # noqa: PLR2004 - one in a hundred
                return super().read(offset, length)
            match chance.choice(("short", "end", "failure", "hang up", "hang", "slow", "change")):
                case "short":
                    return super().read(offset, chance.randint(1, length))
                case "end":
                    return b""
                case "failure":
                    return FAILURE
                case "hang up":
                    server.hang_up()
                case "hang":
                    server.stopping.wait(2 * BOUNDS.stall)
                case "slow":
                    server.stopping.wait(BOUNDS.stall / 5)
                case "change":
                    path = server.root / "soak" / "users.csv"
                    path.write_bytes(chance.randbytes(chance.randint(0, 3_000_000)))
            return super().read(offset, length)

    return Misbehaving


def main() -> None:
    """Fetch again and again, and say how it went."""
    out, chance = Console(highlight=False), random.Random(7)
    collect.TRIES, whole, failed = 1, 0, 0
    with tempfile.TemporaryDirectory(prefix="rollcall-soak-") as root, EmbeddedSftpServer(Path(root)) as server:
        drop = server.add_account("soak", "soak", password="soak")  # noqa: S106 - made up
        at = SftpServer("127.0.0.1", server.port, "soak", password="soak", host_keys=(server.fingerprint,))  # noqa: S106
        server.file_class = misbehaving(server, chance)
        into = Path(root) / "into"
        into.mkdir()
        for _ in range(FETCHES):
            (drop / "users.csv").write_bytes(chance.randbytes(chance.randint(0, 3_000_000)))
            started = time.monotonic()
            try:
                found = sftp.fetch_files(
                    at, ".", lambda listing: {f.name: f for f in listing}, into, deadlines=BOUNDS, quiet=0
                )
            except (PermanentError, TransientError):
                failed += 1
                wrong = "left something behind" if list(into.iterdir()) else None
            else:
                whole += 1
                same = found["users.csv"].path.read_bytes() == (drop / "users.csv").read_bytes()
                wrong = None if same else "took another file for the server's"
                found["users.csv"].path.unlink()
            if time.monotonic() - started > BOUNDS.total + 2:
                wrong = "outlasted its bound"
            if wrong:
                out.print(f"Fetch {whole + failed} {wrong}.")
                sys.exit(1)
    out.print(f"{whole + failed} fetches from a server that misbehaves: {whole} whole, {failed} refused, none wrong.")


if __name__ == "__main__":
    main()
