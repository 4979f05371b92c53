"""Tests that ask what is so now have a district whose night is over, whatever the hour they run at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.status.clock import local_date, slot_start
from tests.support.nights import Nights


@pytest.fixture
def night_is_over(nights: Nights) -> Nights:
    """Give the district, in another time zone while its night would be under way, or nearly."""
    now = datetime.now(UTC)
    start = slot_start(nights.settings, local_date(nights.settings, now))
    if not timedelta(hours=3) < now - start < timedelta(hours=20):
        nights.change_settings("America/Chicago", "Europe/London")
    return nights
