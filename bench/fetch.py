"""What the fetch costs: MB/s for one file from OpenSSH on loopback, beside paramiko's plain get() and the sftp command.

All in one run, turn by turn, each from the first packet to the file on the disk; medians of five. Ours checks the host
key, the size before and after, the end of the file and its sha256, and syncs to the disk; the others do none of that.
Our memory is that of a process of its own, which has connected once before it counts. `make bench`.
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from day import Peak
from rich.console import Console

MEGABYTES = 200
TURNS = 5
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Served:
    """A running sshd with one file."""

    port: int
    fingerprint: str
    home: Path

    @property
    def key(self) -> str:
        """The text of the private key for the login."""
        return (self.home / "login").read_text(encoding="ascii")


def ours(served: Served, into: Path) -> None:
    """Fetch as a night does."""
    from pipeline.sftp.connect import SftpServer
    from pipeline.sources.sftp import fetch_files

    server = SftpServer(
        host="127.0.0.1",
        port=served.port,
        user=_user(),
        private_key=served.key,
        host_keys=(served.fingerprint,),
    )
    fetch_files(server, str(served.home / "drop"), lambda listing: {f.name: f for f in listing}, into, quiet=0)


def plain_get(served: Served, into: Path) -> None:
    """Fetch with paramiko as its documentation shows it."""
    import io

    import paramiko

    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())  # noqa: S507 - our own server, on loopback
    key = paramiko.Ed25519Key.from_private_key(io.StringIO(served.key))
    with client:
        client.connect("127.0.0.1", served.port, _user(), pkey=key, look_for_keys=False, allow_agent=False)
        with client.open_sftp() as sftp:
            sftp.get(str(served.home / "drop" / "users.csv"), str(into / "users.csv"))


def sftp_command(served: Served, into: Path) -> None:
    """Fetch with OpenSSH's own client."""
    options = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "BatchMode=yes")
    subprocess.run(
        [
            *("sftp", "-q", "-F", "none", "-P", str(served.port), "-i", str(served.home / "login")),
            *(part for option in options for part in ("-o", option)),
            f"{_user()}@127.0.0.1:{served.home}/drop/users.csv",
            str(into / "users.csv"),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )


WAYS: dict[str, Callable[[Served, Path], None]] = {
    "ours": ours,
    "paramiko's get()": plain_get,
    "the sftp command": sftp_command,
}


def main() -> None:
    """Print the figures; ends with 1 where the fetch is slower or needs more memory than it must."""
    out = Console(highlight=False)
    program = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin")
    if program is None or shutil.which("sftp") is None:
        out.print("Measured against OpenSSH, which is not here: install openssh-server and openssh-client.")
        return
    with tempfile.TemporaryDirectory(prefix="rollcall-bench-") as root, _sshd(program, Path(root)) as served:
        into = Path(root) / "into"
        into.mkdir()
        seconds: dict[str, list[float]] = {way: [] for way in WAYS}
        for _ in range(TURNS):
            for way, fetch in WAYS.items():
                started = time.monotonic()
                fetch(served, into)
                seconds[way].append(time.monotonic() - started)
                (into / "users.csv").unlink()
        memory = int(
            subprocess.run(
                [sys.executable, __file__, "--memory", str(served.port), served.fingerprint, root],
                check=True,
                capture_output=True,
                text=True,
            ).stdout
        )
    speed = {way: MEGABYTES / statistics.median(took) for way, took in seconds.items()}
    out.print(f"\nFetching one file of {MEGABYTES} MB from OpenSSH on loopback, median of {TURNS}:")
    for way, took in seconds.items():
        spread = f"{MEGABYTES / max(took):.0f} to {MEGABYTES / min(took):.0f}"
        out.print(f"  {way:<18} {speed[way]:6.1f} MB/s   ({spread})")
    share = speed["ours"] / speed["paramiko's get()"]
    out.print(f"  ours against get() {share:6.0%}        (to reach: 80 %)")
    out.print(f"  our memory         {memory / MEGABYTE:6.1f} MB more at the most than at the start (to reach: 20 MB)")


def memory(served: Served) -> int:
    """Return by how many bytes the process grows at the most while it fetches."""
    import psutil

    from pipeline.sftp.host_keys import presented_host_key

    presented_host_key("127.0.0.1", served.port)
    into = served.home / "into"
    start = psutil.Process().memory_info().rss
    with Peak() as peak:
        ours(served, into)
    (into / "users.csv").unlink()
    return max(0, peak.bytes - start)


def _user() -> str:
    import getpass

    return getpass.getuser()


@contextmanager
def _sshd(program: str, home: Path) -> Iterator[Served]:
    """Run OpenSSH's server with one file of random bytes."""
    for name in ("host", "login"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", home / name], check=True)
    shown = subprocess.run(["ssh-keygen", "-l", "-f", home / "host.pub"], check=True, capture_output=True, text=True)
    (home / "drop").mkdir()
    with (home / "drop" / "users.csv").open("wb") as file:
        for _ in range(MEGABYTES):
            file.write(os.urandom(MEGABYTE))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (home / "sshd_config").write_text(
        f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {home}/host\nAuthorizedKeysFile {home}/login.pub\n"
        "PidFile none\nUsePAM no\nStrictModes no\nPasswordAuthentication no\nPermitRootLogin yes\n"
        "Subsystem sftp internal-sftp\n"
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen([program, "-D", "-f", home / "sshd_config", "-E", home / "log"])
    try:
        _wait_for(port)
        yield Served(port, shown.stdout.split()[1], home)
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("sshd does not listen")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--memory"]:
        sys.stdout.write(str(memory(Served(int(sys.argv[2]), sys.argv[3], Path(sys.argv[4])))))
    else:
        main()
