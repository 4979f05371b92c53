"""Long lists of cases: whole in `make soak`, a sample of them in every other run, the same one each time."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import product
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")

WHOLE = os.environ.get("ROLLCALL_WHOLE") == "1"


def pairs(first: Sequence[A], second: Sequence[B]) -> list[tuple[A, B]]:
    """Return each of `first` with each of `second`, or, as a sample, with one of them in turn."""
    if WHOLE:
        return list(product(first, second))
    return [(one, second[number % len(second)]) for number, one in enumerate(first)]


def sampled(cases: Sequence[A]) -> list[A]:
    """Return the cases, or, as a sample, every third of them."""
    return list(cases if WHOLE else cases[::3])
