"""Random weeks lived by the product and by the model (`model.py`), held against each other night by night.

`live_week` makes a district and a week from a seed, and fails with the story of the week where the two differ.
"""

from __future__ import annotations

import random
import shutil
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from pipeline.corrections.block import apply_blocks, record_block
from pipeline.corrections.replay import replay
from pipeline.corrections.undo import undo
from pipeline.day.stages import run_stages
from pipeline.day.start import find_criteria, start_day
from pipeline.districts.folders import DistrictFolder
from pipeline.districts.settings import MEASURES, GuardianRule, GuardianSettings, Limits, ReadingSettings, SyncSettings
from pipeline.errors import UsageError
from pipeline.landing.intake import landed_delivery
from pipeline.plan.approvals import approve, open_hold, reject
from pipeline.plan.criteria import Content
from pipeline.plan.retirements import planned_retirement, retire
from pipeline.roster.open import attach_roster
from pipeline.warehouse.sessions import session
from tests.support.district import FIRST, RECORD_TYPES, District, Night
from tests.support.model import (
    CONTACTS,
    DEFAULT_RULES,
    GUARDIANS,
    OWN_COLUMNS,
    Change,
    Delivery,
    Plan,
    Roster,
    Rule,
    Terms,
    changes,
    owed_to_a_person,
    plan_night,
    rests_on_nameless,
    settled,
    unlinked,
)
from tests.support.random_world import SCHOOLS, Losses, World, as_files, damaged

Exported = dict[str, set[tuple[str, ...]]]

AT = datetime(2026, 9, 1, 7, 30, tzinfo=UTC)

LIFTED = Limits(
    **{measure: {kind: {"percent": 100, "at_least": 1000} for kind in RECORD_TYPES} for measure in MEASURES}
)

RULES: dict[str, tuple[tuple[Rule, ...], tuple[GuardianRule, ...] | None]] = {
    "usual": (DEFAULT_RULES, None),
    "custody": (
        (Rule("excluded", custody=False), *DEFAULT_RULES),
        (GuardianRule(custody=False, role="excluded"), *GuardianSettings().rules),
    ),
    "facts only": (DEFAULT_RULES[:2], GuardianSettings().rules[:2]),
}

SETTINGS: list[dict[str, Any]] = [
    {"archive_after_days": 1},
    {"archive_after_days": 2},
    {"manage_guardians": False},
    {"update_contact_details": False},
    {"update_language": False},
    {"restore_archived_classes": False},
    {"student_id": "identifier"},
    {"ended_enrollments": "leave_out"},
    {"future_enrollments": "leave_out"},
    {"rules": "custody"},
    {"rules": "facts only"},
    {"limits": True},
]
"""Each away from its default."""


class Week:
    """One district through some nights."""

    def __init__(self, root: Path, seed: int, settings: dict[str, Any] | None = None, *, odds: float = 1) -> None:
        self.rng = random.Random(seed)
        self.seed = seed
        self.odds = odds
        self.world = World(self.rng, FIRST, has_capacities=seed % 2 == 1)
        self.losses = Losses()
        self.known = Roster()
        self.roots = root
        chosen: dict[str, Any] = {}
        for setting in self.rng.sample(SETTINGS, self.rng.choice((0, 0, 1, 2))) if settings is None else [settings]:
            chosen |= setting
        self.chosen = chosen
        self.district = District(root / "district")
        self.terms = Terms(frozenset(SCHOOLS))
        self._set(chosen)
        self.absent: set[str] = set()
        self.retired: dict[date, frozenset[str]] = {}
        self.stood: dict[date, Roster] = {}
        self.exports: dict[date, Exported] = {}
        self.deliveries: dict[date, Delivery] = {}
        self.nights = 0

    def _set(self, chosen: dict[str, Any]) -> None:
        """Have these settings away from their defaults, in the product and in the model."""
        reading = {name: chosen[name] for name in ("ended_enrollments", "future_enrollments") if name in chosen}
        of_sync = {name: value for name, value in chosen.items() if name not in {*reading, "rules", "limits"}}
        rules, product_rules = RULES[chosen.get("rules", "usual")]
        self.district.settings = self.district.settings.model_copy(
            update={
                "sync": SyncSettings(**of_sync),
                "reading": ReadingSettings(**reading),
                "guardians": GuardianSettings(rules=product_rules) if product_rules else GuardianSettings(),
                "limits": Limits() if "limits" in chosen else LIFTED,
            }
        )
        by_setting = {name: value for name, value in of_sync.items() if name != "student_id"}
        self.terms = Terms(
            self.terms.schools, rules, blocked=self.terms.blocked, retired=self.terms.retired,
            by_number="student_id" in chosen, ended=chosen.get("ended_enrollments", "keep"),
            future=chosen.get("future_enrollments", "keep"), **by_setting,
        )  # fmt: skip

    def story(self) -> str:
        return f"seed {self.seed}, settings {self.chosen}:\n  " + "\n  ".join(self.world.story)

    # --- a night

    def live(self, nights: int) -> None:
        self.world.found()
        day = FIRST
        for number in range(nights):
            if number:
                self.world.tell(f"--- {day}")
                self.world.live(day)
                self._decide_something()
            delivery: dict[str, Any] = self.world.delivery()
            if number:
                delivery = damaged(self.world, self.losses, delivery, by_number=self.terms.by_number)
            self._night(delivery, day)
            day += timedelta(days=self.rng.choice((1, 1, 1, 3)))
        self._same_again(day)
        if self.rng.random() < max(self.odds, 0.4):
            self._planned_again(day)
        if self.rng.random() < self.odds:
            self._replayed(day)
        if self.rng.random() < self.odds / 2:
            day += timedelta(days=1)
            self._set_otherwise(day)
        if self.rng.random() < self.odds:
            self._undone(day)

    def _night(self, delivery: Delivery, day: date, *, decide: str | None = None) -> None:
        self.deliveries[day] = delivery
        files = as_files(delivery)
        before = self.known
        if self.rng.random() < 0.05 and self.nights:
            self._observed(files, day)
        night = self._sync(files, day)
        plan = plan_night(before, delivery, day, self.terms)
        if not plan.rejected:
            there = {file for file, sheet in delivery.items() if sheet.rows}
            self.absent = {file for file, _ in self.known.told} - there
            self.terms = replace(self.terms, retired=self.terms.retired - there)
        self._compare(night, plan, before, day, approved=False)
        if night.outcome == "held":
            choice = decide or self.rng.choice(("approve", "approve", "leave", "reject"))
            hold = open_hold(self.district.folder, "synthetic")
            assert hold is not None, self.story()
            approvable = [cause for cause in hold.causes if cause.kind.can_be_approved]
            self.world.tell(f"held: {[cause.code for cause in hold.causes]}: {choice}")
            if approvable and choice != "leave":
                digests = [cause.digest for cause in approvable]
                if choice == "reject":
                    reject(self.district.folder, "synthetic", day, digests, by="Kim Lee", why="No.", at=AT)
                else:
                    self._approve(digests, day, delivery, before)
        self.exports[day], self.stood[day] = self.exported(), self.known
        self.retired[day] = self.terms.retired

    def _approve(self, digests: list[str], day: date, delivery: Delivery, before: Roster) -> None:
        """Approve all that can be; what is left waits for a file, or is still named."""
        for _ in range(4):
            approve(self.district.folder, "synthetic", day, digests, by="Kim Lee", why="So.", until=day, at=AT)
            before = self.known
            night = self.district.run(day)
            self.district._check(night, day)
            plan = plan_night(before, delivery, day, self.terms)
            self._compare(night, plan, before, day, approved=True)
            hold = open_hold(self.district.folder, "synthetic")
            digests = [c.digest for c in hold.causes if c.kind.can_be_approved] if hold else []
            if not digests:
                left = {(c.record_type, c.operation, c.key) for c in night.plan if c.withheld}
                waiting = {
                    ("guardian_links", op, "|".join(pair))
                    for pair in plan.waiting
                    for op in ("add", "restore", "update")
                }
                of_waiting = {contact for contact, _ in plan.waiting}
                unexpected = {
                    one for one in left - waiting - plan.still_named
                    if not (one[0] == "guardians" and one[2] in of_waiting) and one[1] != "archive"
                }  # fmt: skip
                assert not unexpected, f"withheld after everything was approved: {unexpected}\n{self.story()}"
                return
        raise AssertionError(f"approving does not end\n{self.story()}")

    def _sync(self, files: dict[str, bytes], day: date) -> Night:
        try:
            return self.district.sync(files, day)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.story()}") from None

    def _compare(self, night: Night, plan: Plan, before: Roster, day: date, *, approved: bool) -> None:
        """Hold a night against the model, and remember what the roster is now."""
        is_rejected = night.outcome in {"rejected", "missing"}
        assert is_rejected == plan.rejected, f"{night.outcome}: {night.codes()}\n{self.story()}"
        if is_rejected:
            return
        withheld: set[Change] = {(c.record_type, c.operation, c.key) for c in night.plan if c.withheld}
        made = {(c.record_type, c.operation, c.key) for c in night.plan if c.operation != "update"}
        expected = set(changes(before, plan.roster))
        differing = made ^ expected
        assert not differing, (
            f"{day}: planned and not expected {sorted(made - expected)},"
            f" expected and not planned {sorted(expected - made)}\n{self.story()}"
        )
        after = settled(before, plan, withheld)
        wanted, stands = as_exported(after), self.exported()
        for what in wanted:
            assert wanted[what] == stands[what], (
                f"{day}: {what}: expected {sorted(wanted[what] - stands[what])},"
                f" found {sorted(stands[what] - wanted[what])}; withheld {sorted(withheld)}\n{self.story()}"
            )
        linked = {pair for pair, link in after.links.items() if link.active}
        assert not linked & plan.barred, f"{day}: barred and linked {linked & plan.barred}\n{self.story()}"
        if not approved:
            lost = owed_to_a_person(before, plan) - withheld
            assert not lost, f"{day}: more than half lost without a word: {sorted(lost)}\n{self.story()}"
            lost = rests_on_nameless(before, plan) - withheld
            assert not lost, f"{day}: a row of {plan.nameless} names nobody, and yet {sorted(lost)}\n{self.story()}"
        waiting = {
            pair
            for pair in plan.waiting
            if not {("guardian_links", op, "|".join(pair)) for op in ("add", "restore", "update")} & withheld
        }
        if self.nights:
            assert not waiting, f"{day}: linked though a stronger source is absent: {waiting}\n{self.story()}"
        self.nights += 1
        self.known = after

    # --- what people decide

    def _decide_something(self) -> None:
        if self.rng.random() < 0.12 and self.known.links:
            contact, student = self.rng.choice(sorted(self.known.links))
            record_block(self.district.folder, contact, student, by="Kim Lee", why="A court order.", at=AT)
            apply_blocks(self.district.folder, "synthetic", self.district.settings, at=AT)
            self.district.last_active = None
            self.terms = replace(self.terms, blocked=self.terms.blocked | {(contact, student)})
            self.known = unlinked(self.known, contact, student)
            self.world.tell(f"{contact} and {student} are blocked")

        files = sorted(self.absent & {CONTACTS, GUARDIANS} - self.terms.retired)
        if files and self.rng.random() < 0.2:
            planned = planned_retirement(self.district.folder, "synthetic", files[0], ())
            retire(self.district.folder, planned, by="Kim Lee", why="It comes no more.", at=AT)
            self.terms = replace(self.terms, retired=self.terms.retired | {files[0]})
            self.world.tell(f"{files[0]} is retired")

    def _observed(self, files: dict[str, bytes], day: date) -> None:
        """A night that is only observed changes nothing."""
        before, settings, active = self.exported(), self.district.settings, self.district.last_active
        observing = settings.sync.model_copy(update={"observe_only": True})
        self.district.settings = settings.model_copy(update={"sync": observing})
        self._sync(files, day)
        self.district.settings, self.district.last_active = settings, active
        assert before == self.exported(), f"{day}: observed, and changed\n{self.story()}"
        self.world.tell("the night is observed first")

    def _set_otherwise(self, day: date) -> None:
        """The same files under another setting."""
        other = self.rng.choice([one for one in SETTINGS if "student_id" not in one])
        self.world.tell(f"--- {day}: the same files, and {other}")
        self._set(self.chosen | other)
        self._night(self.deliveries[max(self.deliveries)], day, decide="leave")

    # --- what holds of every week

    def _same_again(self, day: date) -> None:
        """The same files on the next night change nothing, whatever date comes."""
        last = max(self.deliveries)
        self.world.tell(f"--- {day}: the same files again")
        self._night(self.deliveries[last], day)

    def _planned_again(self, day: date) -> None:
        """Planned once more after it was applied, a night changes nothing, not even who said what."""
        district = self.district
        today, delivery = district._day(day), landed_delivery("synthetic", district.folder, day)
        with session(district.folder.root, write="day") as db:
            ledger = attach_roster(db, district.folder)
            baseline, criteria = find_criteria(district.folder, district.settings, ledger, day, Content.of(delivery))
            start_day(db, today, delivery, baseline, criteria)
            run_stages(db, today)
            planned = [row for row in db.rows("report/changes", most=None) if not row["withheld"]]
        moved = district.query(_MOVED, day)
        assert not planned, f"planned again: {planned}\n{self.story()}"
        assert not moved, f"who said what moves when planned again: {moved}\n{self.story()}"

    def _copied(self) -> DistrictFolder:
        """Return a copy of the district's folder."""
        root = self.roots / "copy" / self.district.folder.root.name
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(self.district.folder.root, root)
        return DistrictFolder(root)

    def _replayed(self, day: date) -> None:
        """All days lived again give the roster that there is."""
        before, folder = self.exported(), self.district.folder
        try:
            self.district.folder = self._copied()
            replay(
                self.district.folder, "synthetic", self.district.settings,
                first=FIRST, by="Kim Lee", why="The same again.", today=day, at=AT,
            )  # fmt: skip
            after = self.exported()
            assert not self.district.flaws(), f"{self.district.flaws()}\n{self.story()}"
        finally:
            self.district.folder = folder
        differing = {what: (before[what] - after[what], after[what] - before[what]) for what in before}
        assert before == after, f"replayed: lost, and new: {differing}\n{self.story()}"

    def _undone(self, day: date) -> None:
        """Undone to a day, the roster is that of the day without what is barred now; the next day is the next day."""
        dates = [one for one in self.deliveries if one in self.stood][:-1]
        if len(dates) < 2:
            return
        position = self.rng.randrange(len(dates) - 1)
        goal, following = dates[position], dates[position + 1]
        self.world.tell(f"--- {day}: undone to {goal}")
        bars = self.known.bars
        is_refused = False
        try:
            undo(
                self.district.folder, "synthetic", self.district.settings,
                to_date=goal, by="Kim Lee", why="A mistake.", today=day, at=AT,
            )  # fmt: skip
        except UsageError:
            # the roster is as it was then
            is_refused = True
        self.district.last_active = None
        known = deepcopy(self.stood[goal])
        for contact, student in {(one[0], one[1]) for one in bars} | self.terms.blocked:
            if (contact, student) in known.links and known.links[contact, student].active:
                known = unlinked(known, contact, student)
        known.bars = set(bars)
        # whoever came later is known, and not active
        for now, then in (
            (self.known.people, known.people), (self.known.classes, known.classes),
            (self.known.enrollments, known.enrollments), (self.known.links, known.links),
        ):  # fmt: skip
            for key in now.keys() - then.keys():  # type: ignore[attr-defined]
                then[key] = replace(deepcopy(now[key]), active=False, absent_since=None)  # type: ignore[index]
        wanted, stands = as_exported(known), self.exported()
        for what in wanted:
            assert wanted[what] == stands[what], (
                f"undone: {what}: expected {sorted(wanted[what] - stands[what])},"
                f" found {sorted(stands[what] - wanted[what])}\n{self.story()}"
            )
        assert not self.district.flaws(), f"{self.district.flaws()}\n{self.story()}"
        if is_refused:
            return
        self.known = known
        self.terms = replace(self.terms, retired=self.retired[goal])
        later = day + timedelta(days=1)
        self.world.tell(f"--- {later}: the files of {following}")
        self._night(self.deliveries[following], later, decide="approve")

    def exported(self) -> Exported:
        exported = self.district.roster()
        people = {
            (row["sourcedId"], row["role"], *(row["metadata.language" if c == "language" else c] for c in OWN_COLUMNS))
            for row in exported["users.csv"]
        }
        schools = {
            (row["sourcedId"], row["orgSourcedIds"]) for row in exported["users.csv"]
            if row["role"] not in {"guardian", "parent", "relative"}
        }  # fmt: skip
        return {
            "people": people,
            "schools": schools,
            "classes": {
                (r["sourcedId"], r["title"], r["schoolSourcedId"], r["location"]) for r in exported["classes.csv"]
            },
            "enrollments": {
                (r["classSourcedId"], r["userSourcedId"], r["role"], r["primary"], r["beginDate"], r["endDate"])
                for r in exported["enrollments.csv"]
            },
            "links": {tuple(map(str, row)) for row in self.district.query(_LINKS)},
            "bars": {tuple(map(str, row)) for row in self.district.query(_BARS)},
        }


_LINKS = """
select contacts.sourced_id, students.sourced_id, links.role
from book.roster.guardian_links as links
join book.roster.ids as contacts on links.contact_roster_id = contacts.roster_id and contacts.until_sync is null
join book.roster.ids as students on links.student_roster_id = students.roster_id and students.until_sync is null
where links.until_sync is null and links.state = 'active'
"""

_BARS = """
select coalesce(contacts.sourced_id, contact_id), student_id, kind, file
from book.roster.bars as bars
left join book.roster.ids as contacts on bars.contact_roster_id = contacts.roster_id and contacts.until_sync is null
where bars.until_sync is null and kind in ('no_contact', 'custody')
"""


_MOVED = """
select 'link', contact_roster_id, student_roster_id from day.sync.matched_links
where has_moved and fate <> 'barred'
    and coalesce(roster_id, -1) not in (
        select roster_id from day.sync.guardian_links where withheld or operation = 'keep'
    )
union all
select 'details', roster_id, null from day.sync.contact_values
where has_moved and roster_id not in (select roster_id from day.sync.users where withheld)
    and roster_id in (select roster_id from day.sync.matched_users where state = 'active')
union all
select 'bar', null, null from day.sync.bars
"""


def as_exported(roster: Roster) -> Exported:
    """The same of a roster of the model."""
    active = {key: person for key, person in roster.people.items() if person.active}
    return {
        "people": {(key, p.role, *(p.values.get(c, "") for c in OWN_COLUMNS)) for key, p in active.items()},
        "schools": {(key, ",".join(sorted(p.schools))) for key, p in active.items() if p.kind != "guardians"},
        "classes": {
            (key, t.values["title"], t.values["schoolSourcedId"], t.values["location"])
            for key, t in roster.classes.items()
            if t.active
        },
        "enrollments": {
            (*place, *(t.values[c] for c in ("primary", "beginDate", "endDate")))
            for place, t in roster.enrollments.items()
            if t.active
        },
        "links": {(*pair, link.role) for pair, link in roster.links.items() if link.active},
        "bars": set(roster.bars),
    }


def live_week(
    root: Path, seed: int, *, nights: int = 5, settings: dict[str, Any] | None = None, odds: float = 1
) -> None:
    Week(root, seed, settings, odds=odds).live(nights)
