"""Dagster's record of events, which it keeps for ever: old ones go that nothing is worked out from.

The status of partitions is worked out from materializations, from what was planned, and from how runs ended; those
stay. What goes tells how a step went on: most rows, and of interest for some weeks.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import dagster as dg
import sqlalchemy as sql
from dagster._core.events import DagsterEventType
from dagster._core.storage.event_log.schema import SqlEventLogStorageTable
from dagster._core.storage.event_log.sql_event_log import SqlEventLogStorage
from dagster._core.storage.event_log.sqlite import SqliteEventLogStorage

KEEP = timedelta(days=30)
"""How long all events of a run are kept: longer than anybody asks how a step went on."""

AT_ONCE = 10_000
"""Rows of one transaction: a sync that writes an event meanwhile waits for milliseconds."""

PASSING = [
    DagsterEventType.ENGINE_EVENT,
    DagsterEventType.HANDLED_OUTPUT,
    DagsterEventType.LOADED_INPUT,
    DagsterEventType.LOGS_CAPTURED,
    DagsterEventType.RESOURCE_INIT_STARTED,
    DagsterEventType.RESOURCE_INIT_SUCCESS,
    DagsterEventType.STEP_INPUT,
    DagsterEventType.STEP_OUTPUT,
    DagsterEventType.STEP_START,
    DagsterEventType.STEP_SUCCESS,
    DagsterEventType.STEP_WORKER_STARTED,
    DagsterEventType.STEP_WORKER_STARTING,
]
"""How a step went on. STEP_FAILURE stays: it says why."""


def prune_events(instance: dg.DagsterInstance, now: datetime) -> int | None:
    """Remove old events that only tell how a step went on; return how many. None where each run has a file of its own.

    Messages of logs, which are no events, go too.
    """
    storage = instance.event_log_storage
    if not isinstance(storage, SqlEventLogStorage) or isinstance(storage, SqliteEventLogStorage):
        return None
    events = SqlEventLogStorageTable.c
    old = events.timestamp < (now - KEEP).astimezone(UTC).replace(tzinfo=None)
    passing = sql.or_(
        events.dagster_event_type.is_(None), events.dagster_event_type.in_([kind.value for kind in PASSING])
    )
    gone = 0
    while True:
        with storage.index_connection() as connection:
            some = sql.select(events.id).where(old, passing).limit(AT_ONCE)
            rows = connection.execute(SqlEventLogStorageTable.delete().where(events.id.in_(some))).rowcount
        gone += rows
        if rows < AT_ONCE:
            return gone
