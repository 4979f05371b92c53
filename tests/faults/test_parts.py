"""The parts of a district vouch for each other: whatever becomes of one is refused in words, and nothing is applied.

Each part is lost, empty, cut, flipped by a bit, an older copy or another district's; then a command is run.
"""

from __future__ import annotations

import json
from itertools import product

import pytest

from tests.support.matrices import WHOLE
from tests.support.nights import Ran
from tests.support.parts import DAMAGES, NIGHTS, PARTS, Made, damage

pytestmark = pytest.mark.dagster_run

BY = ("--by", "Kim Lee", "--reason", "A test.")

COMMANDS = ("sync", "approve", "undo", "block", "doctor", "status")

READ_BY = {
    "roster": {"sync", "approve", "undo", "block", "doctor"},
    "ledger": {"sync", "approve", "undo", "block", "doctor", "status"},
    "decisions": {"sync", "approve", "undo", "block", "doctor", "status"},
    "state": {"sync", "approve", "undo", "doctor", "status"},
    "head": {"sync", "approve", "undo", "block", "doctor", "status"},
    "record": {"sync", "approve", "doctor"},
    "file": {"sync", "approve"},
}
"""Part -> the commands that read it and refuse it. Status looks at the size of the roster alone."""

SAYS = {
    "roster": ("roster.duckdb", "Restore"),
    "ledger": ("ledger.jsonl", "Restore"),
    "decisions": ("decisions.jsonl", "Restore"),
    "state": ("state.json", "Restore"),
    "head": ("heads/alpha.json", "Restore"),
    "record": ("2026-11-25", ""),
    "file": ("users.csv", "Restore"),
}
"""Part -> what a refusal names, and what it says to do."""


def arguments(made: Made, command: str) -> list[str]:
    if command == "approve":
        held = json.loads(made.run("holds", "alpha", "--format", "json").out or "[]")
        digest = held[0]["hold_digest"] if held else "0123456789abcdef"
        return ["approve", "alpha", NIGHTS[2], digest, *BY]
    return {
        "sync": ["sync", "alpha", "--date", NIGHTS[2]],
        "undo": ["undo", "alpha", "--to-sync", "1", *BY],
        "block": ["block", "alpha", "P9", "S9", *BY],
        "doctor": ["doctor"],
        "status": ["status", "--format", "json"],
    }[command]


def kept(made: Made) -> dict[str, bytes]:
    """What no refused command may change: the parts themselves."""
    found = {part: where(made.folder) for part, where in PARTS.items()}
    return {part: path.read_bytes() for part, path in found.items() if path.exists()}


def told(ran: Ran, command: str) -> str:
    """The words of a refusal; blank where there is none."""
    assert "Traceback" not in ran.out + ran.err
    if command == "status":
        (alpha,) = [one for one in json.loads(ran.out) if one["district"] == "alpha"]
        return str(alpha["why"]) if alpha["state"] == "unreadable" else ""
    if command == "doctor":
        return " ".join(line for line in ran.out.splitlines() if line.startswith("wrong"))
    return ran.words if ran.code not in {0, 3} else ""


def refuses(part: str, kind: str, command: str) -> bool:
    """Whether this command refuses this part."""
    if (part, kind) == ("head", "older"):
        # A crash leaves just that: the folder is ahead of its head.
        return False
    if command == "status":
        # It reads no history: only what the size of a file and the end of a list of lines show.
        return (part, kind) not in {("ledger", "flipped"), ("roster", "flipped")} and part not in {"record", "file"}
    return command in READ_BY[part]


def cells() -> list[tuple[str, str, str]]:
    """Every cell, or, as a sample, each part and each kind of damage with one command in turn."""
    whole = [(*pair, command) for pair in product(PARTS, DAMAGES) for command in COMMANDS]
    return (
        whole
        if WHOLE
        else [cell for number, cell in enumerate(whole) if number % 6 == (number // 6 + number // 36) % 6]
    )


@pytest.mark.parametrize(("part", "kind", "command"), cells())
def test_a_part_that_is_not_as_it_was_is_refused_and_named(made: Made, part: str, kind: str, command: str) -> None:
    asked = arguments(made, command)
    damage(made, part, kind)
    before = kept(made)
    ran = made.run(*asked)
    words = told(ran, command)
    if refuses(part, kind, command):
        name, cure = SAYS[part]
        assert name in words, (words, ran.words)
        assert cure in words
        after = kept(made)
        if (command == "block" and part in {"roster", "ledger"}) or (
            command == "approve" and part in {"record", "file"}
        ):
            # The decision itself is recorded all the same; what follows from it is refused.
            after |= {name: before[name] for name in ("decisions", "head") if name in before}
        assert after == before
    else:
        assert words == ""
