"""How long a server may take, and the watchdog that holds it to that.

Belongs here: the bounds, and the thread that cuts a connection which exceeds one.
Does not belong here: what the failure is called (`errors.py`).
Time-outs of paramiko alone do not bound a session: the request for the SFTP subsystem waits for ever, a
server that sends one packet a second never trips them, and a keepalive does not notice a hung server
(measured). Cutting the socket always works.
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self


@dataclass(frozen=True)
class Deadlines:
    """The bounds of one session, in seconds."""

    # From the first packet to an open SFTP session, host name look-up aside: a healthy server across the
    # country needs 1 to 2 s, a busy one that asks a directory about the login 10 s.
    connect: float = 30.0
    # Of that, the server's greeting and the exchange of keys: no directory is asked, only arithmetic is done.
    handshake: float = 15.0
    # Of that, the answer to the login: a directory that answers slowly, and the 2 to 4 s by which servers
    # delay a refusal.
    login: float = 20.0
    # Of that, the channel and the SFTP session on it.
    channel: float = 15.0
    # One listing of the folder: 5,000 entries over a slow line take seconds.
    listing: float = 60.0
    # Without one answer, or one block of 32 KiB, after that: longer than any pause seen of a server that went
    # on.
    stall: float = 30.0
    # One file: 300 MB, more than the largest of a large district, at 0.5 MB/s.
    file: float = 600.0
    # For everything, all tries and all waiting for an upload to end included: a large district's 100 MB take 4
    # minutes at 0.5 MB/s, and a run for one district must end long before the next night.
    total: float = 900.0
    # Bytes a second, looked at every `rate_over` seconds: a tenth of the slowest line that anybody still has.
    # Longer than a stall, so that a server which says nothing at all is told as such.
    lowest_rate: float = 4096.0
    rate_over: float = 45.0


DEFAULT_DEADLINES = Deadlines()

Bound = Literal["connect", "answer", "listing", "file", "rate", "total"]


class Watchdog:
    """Cuts `sock` when one of the bounds that are set at the moment has passed.

    A context manager: its thread lives within the block. `reason` is None until it has cut; then it completes
    "The server …".
    """

    def __init__(self, sock: socket.socket, deadlines: Deadlines) -> None:
        self.reason: str | None = None
        self._sock = sock
        self._deadlines = deadlines
        self._received = 0
        now = time.monotonic()
        self._bounds: dict[Bound, tuple[float, float]] = {"total": (now + deadlines.total, deadlines.total)}
        self._wakes_at = now + deadlines.total
        self._over = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._watch, name="sftp-watchdog", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._over = True
            self._changed.notify()
        self._thread.join()

    def bound(self, what: Bound, seconds: float) -> None:
        """Bound `what` to `seconds` from now on, in place of its bound until now."""
        with self._changed:
            at = time.monotonic() + seconds
            self._bounds[what] = at, seconds
            # A later alarm needs no wake-up: the thread finds it when it wakes for the earlier one. That
            # keeps this cheap enough to be called for every block of a file.
            if at < self._wakes_at:
                self._changed.notify()

    def lift(self, *bounds: Bound) -> None:
        """Take bounds away; a bound that is not set is none to take away."""
        with self._changed:
            for what in bounds:
                self._bounds.pop(what, None)

    def received(self, count: int) -> None:
        """Count bytes of a file, for the lowest rate."""
        self._received += count

    def watch_rate(self) -> None:
        """Begin to hold the server to the lowest rate, until `lift("rate")`."""
        self._received = 0
        self.bound("rate", self._deadlines.rate_over)

    def _watch(self) -> None:
        with self._changed:
            while not self._over:
                what, (at, seconds) = min(self._bounds.items(), key=lambda bound: bound[1])
                left = at - time.monotonic()
                if left > 0:
                    self._wakes_at = at
                    self._changed.wait(left)
                elif what == "rate" and not self._is_too_slow():
                    self._received = 0
                    self._bounds["rate"] = time.monotonic() + seconds, seconds
                else:
                    self.reason = self._words(what, seconds)
                    # Ends every send and receive on the connection at once, whichever thread waits in it.
                    with suppress(OSError):
                        self._sock.shutdown(socket.SHUT_RDWR)
                    return

    def _is_too_slow(self) -> bool:
        # While nobody waits for an answer, it is our disk that is slow.
        waits = "answer" in self._bounds
        return waits and self._received < self._deadlines.lowest_rate * self._deadlines.rate_over

    def _words(self, what: Bound, seconds: float) -> str:
        return {
            "connect": f"did not answer within {seconds:.3g} seconds",
            "answer": f"did not answer within {seconds:.3g} seconds",
            "listing": f"took longer than the {seconds:g} seconds allowed for a listing",
            "file": f"took longer than the {seconds:g} seconds allowed for one file",
            "rate": f"sent fewer than {self._deadlines.lowest_rate:,.0f} bytes per second",
            "total": f"took longer than the {seconds:.3g} seconds allowed for a whole session",
        }[what]
