"""Warm workers on one machine or several: Celery's, which run each district's night in a process that stays loaded.

Started with `celery -A pipeline.workers worker`; Dagster's daemon hands them runs where `deploy/workers.yaml` is its
settings. Needs the extra `server`. Not for one's own machine: there, Dagster starts a process for each run.
"""

from __future__ import annotations

import os

from dagster import DagsterRun
from dagster._core.launcher import CheckRunHealthResult, WorkerStatus
from dagster_celery.launcher import CeleryRunLauncher
from dagster_celery.make_app import make_app
from dagster_celery.tags import DAGSTER_CELERY_TASK_ID_TAG
from dagster_celery.tasks import create_execute_job_task

BROKER = "ROLLCALL_BROKER"
"""The address of Redis, which hands out the runs and keeps who works on them: redis://HOST:PORT/0."""

ANSWERS_WITHIN = 5.0
"""Seconds in which a worker says what it is working on; it does so while a run is in progress too."""

app = make_app(  # type: ignore[no-untyped-call]
    {
        "broker": os.environ.get(BROKER, "redis://127.0.0.1:6379/0"),
        "backend": os.environ.get(BROKER, "redis://127.0.0.1:6379/0"),
        "config_source": {
            # Dagster asks who works on a run; without this nobody would know.
            "task_track_started": True,
            # A worker takes only what it runs: what it had in reserve would be lost with it, for hours.
            "worker_prefetch_multiplier": 1,
            "task_acks_late": True,
            # Redis gives a run to another worker after this many seconds. Dagster's daemon has started a new one long
            # before, and passes over the old; it is longer than the longest run.
            "broker_transport_options": {"visibility_timeout": 3 * 3600},
            # Memory that a library keeps is given back now and then.
            "worker_max_tasks_per_child": 200,
            "broker_connection_retry_on_startup": True,
            "worker_hijack_root_logger": False,
        },
    }
)

execute_job = create_execute_job_task(app)


class WorkerLauncher(CeleryRunLauncher):
    """Hands runs to the workers, and notices when the machine of one is gone.

    Celery notices a process that a worker loses. If the whole worker dies, the run would count as in progress until its
    longest time is over: so the worker is asked whether it knows the run.
    """

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """Return what Celery says of the run; FAILED where its worker does not know it, or does not answer."""
        health = super().check_run_worker_health(run)
        if health.status is not WorkerStatus.RUNNING or self._is_known_to_its_worker(run):
            return health
        # It may have ended meanwhile.
        health = super().check_run_worker_health(run)
        if health.status is not WorkerStatus.RUNNING:
            return health
        return CheckRunHealthResult(WorkerStatus.FAILED, "The worker that ran it is gone.")

    def _is_known_to_its_worker(self, run: DagsterRun) -> bool:
        task = self.celery.AsyncResult(run.tags[DAGSTER_CELERY_TASK_ID_TAG])
        started = task.info
        if not isinstance(started, dict) or "hostname" not in started:
            return False
        worker = started["hostname"]
        answers = self.celery.control.inspect(destination=[worker], timeout=ANSWERS_WITHIN).query_task(task.id)
        return task.id in (answers or {}).get(worker, {})
