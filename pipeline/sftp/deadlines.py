"""How long a server may take, and the watchdog that holds it to that.

Belongs here: the bounds, and the thread that cuts a connection which exceeds one.
Does not belong here: what the failure is called (`errors.py`).
Time-outs of paramiko alone do not bound a session: the request for the SFTP subsystem waits for ever, a
server that sends one packet a second never trips them, and a keepalive does not notice a hung server
(measured). Cutting the socket always works.
"""

from __future__ import annotations

import math
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self


@dataclass(frozen=True)
class Deadlines:
    """The bounds of one session, in seconds."""

    # From the first packet to an open SFTP session, host name look-up aside: a healthy server across the
    # country needs 1 to 2 s, a busy one that asks a directory about the login 10 s.
    connect: float = 30.0
    # Without one answer, or one block of 32 KiB, after that: longer than any pause seen of a server that went
    # on.
    stall: float = 30.0
    # For everything, all tries included: a large district's 100 MB take 4 minutes at 0.5 MB/s, and a run for
    # one district must end long before the next night.
    total: float = 900.0


DEFAULT_DEADLINES = Deadlines()


class Watchdog:
    """Cuts `sock` when the time that is allowed at the moment has passed.

    A context manager: its thread lives within the block. `reason` is None until it has cut; then it completes
    "The server …".
    """

    def __init__(self, sock: socket.socket, deadlines: Deadlines) -> None:
        self.reason: str | None = None
        self._sock = sock
        self._total = deadlines.total
        self._end = time.monotonic() + deadlines.total
        self._seconds = math.inf
        self._alarm = self._end
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

    def allow(self, seconds: float) -> None:
        """Allow `seconds` from now on; `math.inf` leaves the bound for the whole session only."""
        with self._changed:
            self._seconds = seconds
            earlier_alarm, self._alarm = self._alarm, min(time.monotonic() + seconds, self._end)
            # A later alarm needs no wake-up: the thread finds it when it wakes for the earlier one. That
            # keeps this cheap enough to be called for every block of a file.
            if self._alarm < earlier_alarm:
                self._changed.notify()

    def _watch(self) -> None:
        with self._changed:
            while not self._over:
                left = self._alarm - time.monotonic()
                if left > 0:
                    self._changed.wait(left)
                    continue
                if self._alarm == self._end:
                    self.reason = f"needed more than the {self._total:g} seconds that a session may take altogether"
                else:
                    self.reason = f"did not answer within {self._seconds:g} seconds"
                # Ends every send and receive on the connection at once, whichever thread waits in it.
                with suppress(OSError):
                    self._sock.shutdown(socket.SHUT_RDWR)
                return
