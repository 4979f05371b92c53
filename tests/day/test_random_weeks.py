"""Random weeks of small districts, each night held against an independent model of what the roster must be.

The model is tests/support/model.py, what happens and what is lost tests/support/random_world.py, what is compared
tests/support/weeks.py. `make soak` lives as many weeks as there are minutes for (`MINUTES=60`).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.matrices import sampled
from tests.support.weeks import SETTINGS, live_week

pytestmark = [pytest.mark.whole_day, pytest.mark.slow("a week is five nights or more")]


@pytest.mark.parametrize("seed", range(12))
def test_a_random_week_leaves_the_roster_that_the_model_says(tmp_path: Path, seed: int) -> None:
    live_week(tmp_path, seed, nights=3, odds=0.1)


@pytest.mark.parametrize("setting", sampled(SETTINGS), ids=str)
def test_a_setting_away_from_its_default_does_what_the_docs_say(tmp_path: Path, setting: dict[str, object]) -> None:
    live_week(tmp_path, 7, nights=4, settings=setting, odds=0)
