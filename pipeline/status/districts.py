"""The status of districts: which night needs attention, and what to do.

Belongs here: what state a district is in at a moment, and its words. Does not belong here: when a night is due
(`clock.py`), and who is notified how: the page of all districts, the hourly check, the mails and `rollcall status` ask
here, so that they cannot disagree.

There are two questions. How did the newest night of each nightly district end (`night_results`)? Its history answers.
What is the status of every district this minute (`district_statuses`)? The summary of a few hundred bytes that each
sync leaves answers, so that a thousand histories need not be read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from pipeline.districts.begun import check_begun
from pipeline.districts.folders import DistrictFolder, Home
from pipeline.districts.registry import Registry
from pipeline.districts.school_calendar import CalendarError, no_school, no_school_or_unknown
from pipeline.districts.settings import DistrictSettings
from pipeline.districts.state import DistrictState, read_state
from pipeline.errors import PermanentError, RollcallError
from pipeline.plan.approvals import open_hold
from pipeline.report.model import ReportPart, StaleContent
from pipeline.roster.glance import glance
from pipeline.roster.ledger import Ledger, Sync, read_ledger
from pipeline.status.attempts import Attempt, read_attempt
from pipeline.status.clock import HasSlot, is_overdue, local_date, newest_night
from pipeline.status.known_settings import KnownSettings, known_settings, without_settings
from pipeline.status.nights import is_owed

State = Literal[
    "applied", "unchanged", "observed", "held", "rejected", "missing", "failed", "overdue", "unreadable", "ahead",
    "stale", "no_school",
]  # fmt: skip

SETTLED: frozenset[State] = frozenset({"applied", "unchanged", "observed", "no_school"})
"""No action is needed."""

NightState = Literal[State, "begun", "waiting", "expected", "paused", "off"]

WORDS: dict[NightState, str] = {
    "failed": "failed: the run ended with an error, and there is no sync",
    "overdue": "overdue: the sync should be done by now",
    "begun": "started, no sync yet: the run is in progress or was interrupted",
    "unreadable": "cannot be read",
    "ahead": "the newest sync has a date in the future: a clock was wrong",
    "rejected": "rejected: the files cannot be used, and the current roster was kept",
    "missing": "missing: no files were delivered",
    "held": "held: some changes are withheld",
    "stale": "stale: the same content has come again and again",
    "observed": "observed: planned and reported, nothing applied",
    "no_school": "no school today",
    "waiting": "waiting: no whole set of files has arrived yet",
    "expected": "expected: the next night is its first, or tonight's has just begun",
    "paused": "paused",
    "off": "not enabled for the nightly sync",
    "applied": "applied",
    "unchanged": "unchanged",
}
"""What each state means, the most urgent first."""

TO_DO: dict[NightState, str] = {
    "failed": "Fix the error, then run `rollcall sync {district}`. A temporary failure is tried again every 15 "
    "minutes.",
    "overdue": "Check Dagster's daemon and its runs, and run `rollcall doctor`. `rollcall sync {district}` runs the "
    "night now.",
    "begun": "Check the run in Dagster. If none is in progress, the night is run again within 15 minutes, or now by "
    "`rollcall sync {district}`.",
    "unreadable": "`rollcall doctor` shows why.",
    "ahead": "Check the clock of this machine. Until then every sync is only a preview. "
    "`rollcall undo {district} --to-sync {goal} --by NAME --reason TEXT` restores the roster before that sync, under "
    "today's date.",
    "rejected": "`rollcall report {district} {day}` shows what is wrong with the files. The district has to fix them.",
    "missing": "Ask the district whether its export still runs.",
    "held": "`rollcall holds {district}` shows what is withheld and how to resolve it.",
    "stale": "Ask the district whether its export still reads current data. `rollcall district set {district} "
    "stale.days NUMBER` allows more school days, 0 any number.",
    "observed": "Read the previews below `previews/` in its folder.",
    "paused": "`rollcall district resume {district}` ends the pause once its reason is gone.",
}
"""What the operator does about a state; a state that is not here needs no action."""

FOR_SCHOOL_DAYS: frozenset[NightState] = frozenset({"failed", "overdue", "rejected", "missing", "stale"})
"""What is an alarm on a school day only: on other days exports stop, and servers are taken down."""

_NOT_YET: frozenset[NightState] = frozenset({"waiting", "expected"})

LOOK_LATE = timedelta(minutes=45)
"""After its cut-off a night that waited has its last look, and the sync that it makes: then it is overdue."""

CODES: dict[NightState, int] = {
    "failed": 1, "overdue": 1, "unreadable": 1, "ahead": 1, "rejected": 4, "missing": 5, "stale": 5, "held": 3
}  # fmt: skip
"""What `rollcall status` ends with for a state that needs someone; 0 for every other."""

Owner = Literal["district", "operator", "no one"]

NEXT: dict[NightState, tuple[Owner, str]] = {
    "failed": ("operator", "Fix the error and run the night again."),
    "overdue": ("operator", "Check why the night has not run."),
    "begun": ("operator", "Wait for the run to end. If it was interrupted, run the night again."),
    "unreadable": ("operator", "Check the installation and restore what is damaged."),
    "ahead": ("operator", "Correct the clock and restore the roster before that sync."),
    "rejected": ("district", "Fix the export and send the files again."),
    "missing": ("district", "Check whether the export still runs, and send the files."),
    "held": ("district", "Check what is withheld. Send corrected files, or ask the operator for an approval."),
    "stale": ("district", "Check that the export still reads current data."),
    "waiting": ("no one", "Files that arrive in time are still read tonight."),
    "paused": ("operator", "End the pause when its reason is gone."),
}
"""Who acts next on a state, and what they do, for a page: without a command. A state that is not here needs no one."""

NIGHTS = 14
"""How many nights a summary holds: two weeks, as a row of small marks."""

SUMMARY = "newest.json"
"""Below a district's reports."""


class NightMark(ReportPart):
    """How one sync date ended."""

    sync_date: date
    outcome: str
    """The outcome, or the kind of a sync that is not a day's."""


class SyncSummary(ReportPart):
    """What each sync of a district leaves behind, or each preview where it is only observed: slot and counts."""

    district: str
    name: str
    time_zone: str
    start_time: time
    sync_number: int
    sync_date: date
    outcome: Literal["applied", "unchanged", "held", "rejected", "missing"]
    initial: bool
    added: int
    updated: int
    archived: int
    withheld: int
    page: str
    """Of its report, below the district's reports."""
    observed: bool = False
    """It is of a preview: the district is only observed, and `sync_number` is that of the sync before."""
    stale: tuple[StaleContent, ...] = ()
    """What has been the same for too many school days."""
    nights: tuple[NightMark, ...] = ()
    """The last nights that had a sync, oldest first; none in a summary that an older Rollcall wrote."""

    @property
    def zone(self) -> ZoneInfo:
        """The district's time zone."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True)
class DistrictStatus:
    """The status of a district this minute."""

    district: str
    state: NightState
    due: date | None
    """The newest night that has begun; None where it is unknown when it begins."""
    summary: SyncSummary | None
    why: str | None = None
    goal: int | None = None
    """Of a district whose newest sync is in the future: the last one that is not."""
    runs_nightly: bool = False
    """Whether the nightly schedule syncs it."""

    @property
    def next_step(self) -> tuple[Owner, str]:
        """Who acts next, and what they do, in words without a command."""
        if self.summary is None and self.state in {"off", "expected"}:
            return "operator", "Run the first sync."
        return NEXT.get(self.state, ("no one", "No action needed."))

    @property
    def lacks_sync(self) -> bool:
        """Whether it is the night `due` that needs attention, and not that of the newest sync."""
        return self.state in {"failed", "overdue", "begun", "waiting"}

    @property
    def to_do(self) -> str | None:
        """What the operator has to do; None where no action is needed."""
        if self.summary is None and self.state in {"off", "expected"}:
            return f"`rollcall sync {self.district}` makes its first sync."
        words = TO_DO.get(self.state)
        return (
            words.format(
                district=self.district, day=self.summary.sync_date if self.summary else "", goal=self.goal or "NUMBER"
            )
            if words
            else None
        )


@dataclass(frozen=True)
class NightResult:
    """How the newest night of one district ended."""

    district: str
    name: str
    state: State
    night: date
    """Of an overdue district the night that should have been; of any other that of its newest sync."""
    sync: Sync | None
    """The newest sync of a day; None where there is none, or none can be read."""
    why: str | None = None
    """Why it cannot be read, in words."""
    goal: int | None = None
    """Where the newest sync is in the future: the last one that is not."""
    stale: tuple[StaleContent, ...] = ()
    """What has been the same for too many school days."""

    @property
    def needs_attention(self) -> bool:
        """Whether someone has to act."""
        return self.state not in SETTLED


def night_results(
    districts: Iterable[tuple[str, DistrictSettings, DistrictState]],
    home: Home,
    now: datetime,
    *,
    unreadable: Mapping[str, str] = MappingProxyType({}),
) -> list[NightResult]:
    """Return how the newest night ended for each district that the nightly schedule syncs. Reads only.

    `unreadable`: districts whose settings or state cannot be read, with why; each needs attention.
    """
    found = [
        _night_result(home, district, settings, state.nightly_since, now)
        for district, settings, state in districts
        if state.runs_nightly
    ]
    return found + [
        NightResult(district, district, "unreadable", now.date(), None, why) for district, why in unreadable.items()
    ]


def last_night(settings: DistrictSettings, now: datetime) -> date:
    """Return the newest date whose sync should be done by now."""
    day = local_date(settings, now)
    while not is_overdue(settings, day, now):
        day -= timedelta(days=1)
    return day


def exit_code(statuses: Iterable[DistrictStatus]) -> int:
    """Return what a command ends with as the most urgent of these districts needs: 0, 1, 3, 4 or 5."""
    order = list(WORDS)
    needing = [status.state for status in statuses if status.state in CODES]
    return CODES[min(needing, key=order.index)] if needing else 0


def night_over(folder: DistrictFolder, settings: DistrictSettings, now: datetime) -> date:
    """Return the newest date whose sync should be done by now: one that waits for its files need not be."""
    night = last_night(settings, now)
    return night - timedelta(days=1) if _waits_until(folder, night, now) else night


def _waits_until(folder: DistrictFolder, night: date, now: datetime) -> datetime | None:
    """Return until when a night waits for its files; None where it does not, or should have been looked at again."""
    attempt = read_attempt(folder)
    if attempt is None or attempt.ended != "waiting" or attempt.sync_date != night or attempt.until is None:
        return None
    return attempt.until if now < attempt.until + LOOK_LATE else None


def district_statuses(
    home: Home, now: datetime, registry: Registry | None = None, *, only: Collection[str] | None = None
) -> list[DistrictStatus]:
    """Return the status of every district at `now`, the most urgent first; of those of `only`, where it is given.

    Every district that has a folder; with a registry, those too that have settings and no folder yet.
    """
    root = home.root / "districts"
    with_folder = {path.name for path in root.iterdir() if path.is_dir()} if root.is_dir() else set()
    known = {name for name in with_folder if not name.startswith(".")}
    known |= set(registry.ids()) if registry is not None else set()
    settings, broken = known_settings(home, registry) if registry is not None else ({}, {})
    broken |= without_settings(home, registry) if registry is not None else {}
    order = list(WORDS)
    statuses = [
        DistrictStatus(name, "unreadable", None, None, broken[name])
        if name in broken
        else _status(home.district(name), name, now, registry, settings.get(name))
        for name in known | set(broken)
        if only is None or name in only
    ]
    return sorted(statuses, key=lambda status: (order.index(status.state), status.district))


def _night_result(
    home: Home, district: str, settings: DistrictSettings, since: datetime | None, now: datetime
) -> NightResult:
    folder = home.district(district)
    night = night_over(folder, settings, now)
    try:
        if settings.sync.observe_only:
            seen = read_summary(folder)
            if seen is not None and seen.observed and seen.sync_date >= night:
                return NightResult(district, settings.name, "observed", seen.sync_date, None)
        glance(folder)
        ledger = read_ledger(folder)
    except RollcallError as failure:
        return NightResult(district, settings.name, "unreadable", night, None, str(failure))
    except OSError as failure:
        return NightResult(district, settings.name, "unreadable", night, None, failure.strerror)
    result = _stale_result(_result_of(folder, settings, ledger, night, since, now), folder)
    return _without_school(result, settings, night, read_attempt(folder))


def _result_of(
    folder: DistrictFolder,
    settings: DistrictSettings,
    ledger: Ledger,
    night: date,
    since: datetime | None,
    now: datetime,
) -> NightResult:
    """Return how the newest night ended; `night` is the newest that should be over."""
    district = folder.root.name
    today = local_date(settings, now)
    if ledger.newest is not None and ledger.newest.sync_date > today:
        return NightResult(
            district, settings.name, "ahead", ledger.newest.sync_date, None, goal=last_before_the_jump(ledger, today)
        )
    newest = next((sync for sync in reversed(ledger.syncs) if sync.kind == "day"), None)
    begun = newest_night(settings, now)
    attempt = read_attempt(folder)
    has_failed = attempt is not None and attempt.ended == "failed" and attempt.sync_date >= begun
    if attempt is not None and has_failed and (newest is None or newest.sync_date < begun):
        return NightResult(district, settings.name, "failed", begun, newest, attempt.words)
    if newest is None or newest.sync_date < night:
        # What is not owed cannot be overdue.
        state: State = "overdue" if is_owed(settings, night, since) else "unchanged"
        return NightResult(district, settings.name, state, night, newest)
    return NightResult(district, settings.name, newest.outcome, newest.sync_date, newest)


def _without_school(
    result: NightResult, settings: DistrictSettings, night: date, attempt: Attempt | None
) -> NightResult:
    """Return the result as it counts on a date without school: that nothing usable came, or nothing new, is no alarm.

    What waits for a decision does, and a failure that trying again does not end.
    """
    if result.state not in FOR_SCHOOL_DAYS or (result.state == "failed" and attempt and not attempt.may_pass):
        return result
    why = no_school_or_unknown(settings, max(night, result.night))
    return replace(result, state="no_school", why=why) if why is not None else result


def _stale_result(result: NightResult, folder: DistrictFolder) -> NightResult:
    """Return the result as stale where its content has been the same for too long."""
    if result.state not in {"applied", "unchanged"} or result.sync is None:
        return result
    try:
        summary = read_summary(folder)
    except PermanentError:
        return result
    if summary is None or not summary.stale or summary.sync_number != result.sync.number:
        return result
    return replace(result, state="stale", stale=summary.stale)


def last_before_the_jump(ledger: Ledger, today: date) -> int | None:
    """Return the number of the last sync before those at the end whose dates are in the future."""
    numbers = [sync.number for sync in ledger.syncs if sync.sync_date <= today]
    return max(numbers, default=None)


def _status(
    folder: DistrictFolder, district: str, now: datetime, registry: Registry | None, known: KnownSettings | None
) -> DistrictStatus:
    try:
        if registry is not None:
            check_begun(registry.folder, folder)
        glance(folder)
        state = read_state(folder.state)
        summary = read_summary(folder)
        slot: HasSlot | None = summary
        if summary is None and state.runs_nightly:
            slot = known
        due = newest_night(slot, now) if slot is not None else None
        if summary is not None and not summary.observed and summary.sync_date > local_date(summary, now):
            ledger = read_ledger(folder)
            if ledger.newest is not None and ledger.newest.sync_date > local_date(summary, now):
                goal = last_before_the_jump(ledger, local_date(summary, now))
                dated = f"it has the date {summary.sync_date}"
                return DistrictStatus(district, "ahead", due, summary, dated, goal, state.runs_nightly)
        found, why = _found(folder, slot, due, summary, state, now)
        may_be_quiet = known is not None and known.has_calendar and (found in FOR_SCHOOL_DAYS or found in _NOT_YET)
        if may_be_quiet and registry is not None and state.runs_nightly and due is not None:
            found, why = _on_its_calendar(folder, registry[district], found, why, due)
    except OSError as failure:
        return DistrictStatus(district, "unreadable", None, None, failure.strerror)
    except RollcallError as failure:
        return DistrictStatus(district, "unreadable", None, None, str(failure))
    return DistrictStatus(district, found, due, summary, why, runs_nightly=state.runs_nightly)


def _on_its_calendar(
    folder: DistrictFolder, settings: DistrictSettings, found: NightState, why: str | None, night: date
) -> tuple[NightState, str | None]:
    """Return a state and its reason as they count on the date of a night: without school, no alarm."""
    try:
        no_school_today = no_school(settings, night)
    except CalendarError as failure:
        return found, " ".join(part for part in (why, str(failure)) if part)
    if no_school_today is None:
        return found, why
    if found == "failed":
        attempt = read_attempt(folder)
        return (found, why) if attempt and not attempt.may_pass else ("no_school", no_school_today)
    return "no_school", no_school_today


def _found(
    folder: DistrictFolder,
    slot: HasSlot | None,
    due: date | None,
    summary: SyncSummary | None,
    state: DistrictState,
    now: datetime,
) -> tuple[NightState, str | None]:
    """Return the state of a district and the reason for it."""
    if slot is not None and due is not None and state.runs_nightly and (summary is None or summary.sync_date < due):
        why = None if summary else "never synced"
        return _without_sync(folder, slot, due, now, why, since=state.nightly_since)
    if state.paused is not None:
        return "paused", state.paused.why
    if summary is None:
        return "expected" if state.enabled else "off", "never synced"
    found: NightState = "observed" if summary.observed else summary.outcome
    if found == "held":
        return _withheld(folder)
    if found in {"applied", "unchanged"} and summary.stale and state.enabled:
        return "stale", " ".join(part.line for part in summary.stale)
    return "off" if not state.enabled and found in SETTLED else found, None


def _without_sync(
    folder: DistrictFolder, slot: HasSlot, due: date, now: datetime, why: str | None, *, since: datetime | None
) -> tuple[NightState, str | None]:
    """Return the state of a night that has begun and has no sync: one that failed is not merely late."""
    attempt = read_attempt(folder)
    if attempt is not None and attempt.ended == "failed" and attempt.sync_date >= due:
        return "failed", attempt.words
    if folder.day(due.isoformat()).exists():
        return "begun", why
    until = _waits_until(folder, due, now)
    if until is not None:
        return "waiting", f"it is looked for until {until.astimezone(slot.zone):%H:%M %Z}"
    return "overdue" if is_owed(slot, due, since) and is_overdue(slot, due, now) else "expected", why


def _withheld(folder: DistrictFolder) -> tuple[NightState, str | None]:
    """Return whether what the newest day withheld is still withheld, and what was decided about it."""
    hold = open_hold(folder, folder.root.name)
    if hold is None:
        return "applied", "nothing is withheld anymore"
    decision = hold.decision
    if decision is None:
        return "held", "waiting for a decision"
    verb = {"approve": "approved", "reject": "rejected"}.get(decision.kind, decision.kind)
    until = f", until {decision.until}" if decision.until else ""
    return "held", f"{verb} by {decision.by}{until}: {decision.why}"


def read_summary(folder: DistrictFolder) -> SyncSummary | None:
    """Return the summary of the newest sync; None where there was none.

    Raises:
        PermanentError: it is damaged.
    """
    path = folder.root / "reports" / SUMMARY
    try:
        return SyncSummary.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError:
        raise PermanentError(f"{path} is damaged.", "The next sync writes it again.") from None
