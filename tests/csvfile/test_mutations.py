"""Files with bytes changed at random: refused with a code, or read as another reader reads them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.support.mutations import OpenReader, mutated, opened_reader, seeds, wrong_with

MUTATIONS = 500
"""The same ones in every run; `make soak` reads two hundred thousand."""


@pytest.mark.slow("each of hundreds of files is read")
def test_any_change_of_bytes_ends_in_a_refusal_or_in_what_another_reader_sees(tmp_path: Path) -> None:
    root, choose, files = tmp_path.resolve(), random.Random(20260901), seeds()
    with opened_reader(root) as db:
        reader = OpenReader(root, db)
        for number in range(MUTATIONS):
            content = mutated(choose.choice(files), choose)
            outcome = reader.read(content)
            wrong = wrong_with(content, outcome)
            assert wrong is None, (number, content)


def test_the_files_before_the_change_are_read_as_they_are(tmp_path: Path) -> None:
    root = tmp_path.resolve()
    with opened_reader(root) as db:
        for content in seeds():
            outcome = OpenReader(root, db).read(content)
            assert len(outcome.rows) == 4
            assert wrong_with(content, outcome) is None
