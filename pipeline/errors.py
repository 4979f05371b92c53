"""Failures that a person is told about, as types.

Belongs here: the families that decide whether trying again can help, and the exit code of each.
Does not belong here: what is wrong with a delivery. A bad file is data (a finding and an outcome), not a failure.
Messages name what, where and what to do; they never hold a value of a person or a secret.
"""

from __future__ import annotations


class RollcallError(Exception):
    """A failure in words for the person who runs Rollcall.

    `message` says what went wrong and where, `cure` what to do about it; `exit_code` is what a command ends with.
    """

    exit_code = 1

    def __init__(self, message: str, cure: str = "") -> None:
        super().__init__(f"{message} {cure}".strip())
        self.message = message
        self.cure = cure


class PermanentError(RollcallError):
    """Trying again changes nothing until somebody changes something."""


class TransientError(RollcallError):
    """May pass by itself: trying again later is right."""


class UsageError(PermanentError):
    """The command or the settings ask for something that does not exist or is not allowed."""

    exit_code = 2


class BusyError(PermanentError):
    """Another run of the same district holds its lock."""

    exit_code = 6
