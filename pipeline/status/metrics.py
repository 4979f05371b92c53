"""What a monitor reads, as Prometheus has it: each district's state and newest sync, and the daemon's last look.

Belongs here: the figures, from the same summaries that `rollcall status` reads. Does not belong here: who asks for them
(`pipeline/cli/metrics.py`). Labels are districts' ids and words of ours: no value of a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from pipeline.districts.folders import Home
from pipeline.districts.registry import Registry
from pipeline.heartbeat import looked_at
from pipeline.status.districts import WORDS, district_statuses, exit_code

CHANGES = ("added", "updated", "archived", "withheld")


@dataclass(frozen=True)
class DistrictMetrics(Collector):
    """Works the figures out whenever they are asked for."""

    home: Home
    registry: Registry
    clock: Callable[[], datetime]

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the figures of this moment."""
        statuses = district_statuses(self.home, self.clock(), self.registry)
        counts = Counter(status.state for status in statuses)
        states = GaugeMetricFamily("rollcall_districts", "Districts in each state.", labels=["state"])
        for state in WORDS:
            states.add_metric([state], counts[state])
        yield states
        state_of = GaugeMetricFamily(
            "rollcall_district_state", "1 for the state that a district is in.", labels=["district", "state"]
        )
        dates = GaugeMetricFamily(
            "rollcall_newest_sync_date_seconds",
            "The date of a district's newest sync, as seconds since 1970 at its midnight in UTC.",
            labels=["district"],
        )
        changes = GaugeMetricFamily(
            "rollcall_newest_sync_records",
            "Records that a district's newest sync added, updated, archived or withheld.",
            labels=["district", "change"],
        )
        stale = GaugeMetricFamily(
            "rollcall_stale_school_days",
            "School days on which the same content came again, of what is an alarm: all files, or one of them.",
            labels=["district", "file"],
        )
        for status in statuses:
            state_of.add_metric([status.district, status.state], 1)
            if status.summary is None:
                continue
            midnight = datetime.combine(status.summary.sync_date, time(), tzinfo=UTC)
            dates.add_metric([status.district], midnight.timestamp())
            for found in status.summary.stale:
                stale.add_metric([status.district, found.file or "all"], found.days)
            for change in CHANGES:
                changes.add_metric([status.district, change], getattr(status.summary, change))
        yield from (state_of, dates, changes, stale)
        yield GaugeMetricFamily(
            "rollcall_exit_code", "What `rollcall status` ends with for the districts.", value=exit_code(statuses)
        )
        looked = looked_at(self.home)
        if looked is not None:
            yield GaugeMetricFamily(
                "rollcall_daemon_looked_at_seconds",
                "When Dagster's daemon last looked at the nights, as seconds since 1970.",
                value=looked.timestamp(),
            )


def metrics_registry(home: Home, registry: Registry, clock: Callable[[], datetime]) -> CollectorRegistry:
    """Return the figures for a server that is asked for them again and again."""
    found = CollectorRegistry()
    found.register(DistrictMetrics(home, registry, clock))
    return found


def metrics_text(home: Home, registry: Registry, now: datetime) -> str:
    """Return the figures at `now` as Prometheus reads them."""
    return generate_latest(metrics_registry(home, registry, lambda: now)).decode()
