"""Jobs: a district's day, from the files to the report, in one process, and what follows the night: look, mails."""

import dagster as dg
from dagster._core.execution.plan.resume_retry import ReexecutionStrategy
from dagster._core.storage.tags import RETRY_STRATEGY_TAG

from pipeline.checks import districts_check
from pipeline.mail.night import send_due
from pipeline.mail.server import server_from
from pipeline.metadata import failures_in_words
from pipeline.resources import Clock, Districts

DAILY_SYNC = dg.define_asset_job(
    "daily_sync",
    selection=dg.AssetSelection.all() - dg.AssetSelection.checks(districts_check),
    # A process per step costs 4 seconds each and gains nothing: the steps follow one another on one database.
    executor_def=dg.in_process_executor,
    # A run whose process was lost begins at its first step again. By default Dagster goes on at the step that was lost:
    # if that had changed the roster already, its plan would be one for the roster before.
    tags={RETRY_STRATEGY_TAG: ReexecutionStrategy.ALL_STEPS.value},
    description="One district's day: fetched, read, checked, guardians worked out, compared, applied, explained.",
)

LOOK_AT_DISTRICTS = dg.define_asset_job(
    "look_at_districts",
    selection=dg.AssetSelection.checks(districts_check),
    executor_def=dg.in_process_executor,
    description="Which enabled districts are failed, overdue, held, rejected or missing now.",
)


@dg.op(description="Sends the mails that are due. One that cannot be sent fails this run, and never a sync.")
def send_mails(context: dg.OpExecutionContext, districts: Districts, clock: Clock) -> None:
    """Send the mails that are due; nothing where the installation has no mail server."""
    with failures_in_words():
        server = server_from()
        if server is None:
            context.log.info("ROLLCALL_MAIL_SERVER is not set: no mail is sent.")
            return
        outcomes = send_due(
            districts.readable(), server, districts.at_home(), clock.now(), unreadable=districts.unreadable()
        )
    failed = [f"{outcome.mail.reader}: {outcome.failed}" for outcome in outcomes if outcome.failed]
    context.log.info("%d of %d mails sent.", len(outcomes) - len(failed), len(outcomes))
    if failed:
        raise dg.Failure(" ".join(failed), allow_retries=False)


@dg.job(executor_def=dg.in_process_executor, description="The mails that are due: to districts and to the operator.")
def mail() -> None:
    """Send the mails."""
    send_mails()
