"""What holds for any two rosters: the plan leads from the one to the other, and there is none from one to itself."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipeline.districts.settings import MEASURES
from tests.support.district import (
    FIRST,
    RECORD_TYPES,
    District,
    Rows,
    contact,
    enrollment,
    school_class,
    student,
    teacher,
)

pytestmark = pytest.mark.slow("each example is two or three nights")

SECOND, THIRD = FIRST + timedelta(days=1), FIRST + timedelta(days=2)

quick = settings(
    # Making a failure smaller takes many minutes of nights.
    phases=(Phase.explicit, Phase.generate),
    max_examples=int(os.environ.get("ROLLCALL_EXAMPLES", "4")),
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
"""Each example is two or three nights, half a second each; `ROLLCALL_EXAMPLES` asks for more of them."""

NO_LIMIT = {"percent": 100, "at_least": 1000}
NO_LIMITS: dict[str, Any] = {measure: dict.fromkeys(RECORD_TYPES, NO_LIMIT) for measure in MEASURES}

SCHOOLS = st.sampled_from(["N", "M", "M,N"])
WORDS = st.sampled_from(["", "a", "B b", "0", "é, ü", '"'])
# As the roster has them: what is written otherwise is put into this form, which has tests of its own.
GRADES = st.sampled_from(["", "05", "KG"])
EMAILS = st.sampled_from(["", "a@home.example", "b.c@home.example"])
LANGUAGES = st.sampled_from(["", "en", "es"])
PHONES = st.sampled_from(["", "+12025550101", "+12025550102"])
KEYS = ("1", "01", "x y", "é", "NULL", "o'neil")
NAMES = dict(zip(KEYS, ("Ada", "Bjorn", "Cleopatra", "Dimitri", "Esperanza", "Ferdinand"), strict=True))
"""Whose id it is, for as long as it is the same: what becomes of an id in doubt has tests of its own."""


@st.composite
def rosters(draw: st.DrawFn) -> Rows:
    """A delivery without a flaw over a few keys, so that two of them overlap."""

    def some(keys: tuple[str, ...], least: int = 0) -> list[str]:
        return draw(st.lists(st.sampled_from(keys), min_size=least, unique=True))

    pupils = [f"s{key}" for key in some(KEYS, 1)]
    teachers = [f"t{key}" for key in some(KEYS[:3])]
    classes = [f"c{key}" for key in some(KEYS[:4], 1)]
    rows = Rows()
    for key in pupils:
        rows.users.append(
            student(
                key, draw(SCHOOLS), givenName=NAMES[key[1:]],
                grades=draw(GRADES), email=draw(EMAILS), language=draw(LANGUAGES),
            )
        )  # fmt: skip
    for key in teachers:
        number = draw(st.sampled_from(["", f"0{key}", f'"{key}, é']))
        values = {"givenName": NAMES[key[1:]], "email": draw(EMAILS), "phone": draw(PHONES), "identifier": number}
        rows.users.append(teacher(key, draw(SCHOOLS), **values))
    for key in some(KEYS[:3]):
        children = ",".join(sorted(draw(st.sets(st.sampled_from(pupils), min_size=1))))
        relationship = draw(st.sampled_from(["Mother", "father", "Uncle"]))
        flag = draw(st.sampled_from(["0", "1", ""]))
        values = {"givenName": NAMES[key], "relationship": relationship, "legalGuardian": flag, "sms": draw(PHONES)}
        rows.users.append(contact(f"p{key}", children, **values))
    for key in classes:
        title = draw(st.sampled_from(["Art", "Music"]))
        rows.classes.append(school_class(key, draw(st.sampled_from(["N", "M"])), title=title, location=draw(WORDS)))
    places = [(key, "student") for key in pupils] + [(key, "teacher") for key in teachers]
    for class_id in classes:
        for user, role in draw(st.lists(st.sampled_from(places), unique=True)):
            rows.enrollments.append(enrollment(class_id, user, role, primary=draw(st.sampled_from(["", "true"]))))
    if not rows.enrollments:
        rows.enrollments.append(enrollment(classes[0], pupils[0]))
    return rows


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], District]:
    """Makes districts without limits."""

    def district() -> District:
        made = District(tmp_path_factory.mktemp("property"))
        made.limit(**NO_LIMITS)
        return made

    return district


Exported = dict[str, list[dict[str, str]]]


def sent(rows: Rows) -> dict[str, set[tuple[str, ...]]]:
    """What the roster must hold once these rows were taken: every column that was sent, as the export names it."""
    linked: dict[str, set[str]] = {}
    people = []
    for row in rows.users:
        if "role" in row:
            people.append(row)
        elif row["relationship"].casefold() in {"mother", "father"} or row["legalGuardian"] == "1":
            role = "guardian" if row["legalGuardian"] == "1" else "parent"
            people.append({**row, "role": role})
            linked[row["sourcedId"]] = set(row["agentSourcedIds"].split(","))
    users = set()
    for row in people:
        key = row["sourcedId"]
        others = linked.get(key) or {one for one, children in linked.items() if key in children}
        schools = {
            school
            for one in ([key] if row["role"] not in {"parent", "guardian"} else linked[key])
            for school in next(found for found in people if found["sourcedId"] == one)["orgSourcedIds"].split(",")
        }
        users.add(
            (
                key, row["role"], ",".join(sorted(schools)), ",".join(sorted(others)), row["givenName"],
                row["familyName"], row.get("grades", ""), row.get("email", ""), row.get("sms", ""),
                row.get("phone", ""), row.get("language", ""), row.get("identifier", ""),
            )
        )  # fmt: skip
    classes = {(row["sourcedId"], row["title"], row["schoolSourcedId"], row["location"]) for row in rows.classes}
    enrollments = {
        (row["classSourcedId"], row["userSourcedId"], row["role"], row.get("primary", "")) for row in rows.enrollments
    }
    return {"users.csv": users, "classes.csv": classes, "enrollments.csv": enrollments}


def stands(exported: Exported) -> dict[str, set[tuple[str, ...]]]:
    """The same of what was exported."""
    columns = {
        "users.csv": (
            *("sourcedId", "role", "orgSourcedIds", "agentSourcedIds", "givenName", "familyName", "grades"),
            *("email", "sms", "phone", "metadata.language", "identifier"),
        ),
        "classes.csv": ("sourcedId", "title", "schoolSourcedId", "location"),
        "enrollments.csv": ("classSourcedId", "userSourcedId", "role", "primary"),
    }
    return {
        name: {
            tuple(",".join(sorted(row[c].split(","))) if "Ids" in c else row[c] for c in of) for row in exported[name]
        }
        for name, of in columns.items()
    }


@quick
@given(old=rosters(), new=rosters())
def test_a_plan_leads_from_any_roster_to_any_other(fresh: Callable[[], District], old: Rows, new: Rows) -> None:
    """The sums of each night and the fit of all parts are checked by `District.sync`."""
    district = fresh()
    for day, rows in ((FIRST, old), (SECOND, new)):
        assert district.sync_approved(rows, day).report.holds == []
        assert stands(district.roster()) == sent(rows)
        assert district.flaws() == {}


@quick
@given(roster=rosters(), seed=st.integers(0, 999))
def test_the_plan_of_a_roster_to_itself_is_empty_in_whatever_order_its_rows_come(
    fresh: Callable[[], District], roster: Rows, seed: int
) -> None:
    district = fresh()
    district.sync(roster, FIRST)
    shuffled = roster.copy()
    for table in (shuffled.users, shuffled.classes, shuffled.enrollments):
        random.Random(seed).shuffle(table)
    night = district.sync(shuffled, SECOND)
    assert (night.outcome, night.plan) == ("unchanged", frozenset())


@quick
@given(old=rosters(), new=rosters())
def test_what_is_withheld_leaves_the_roster_whole_and_can_come_later(
    fresh: Callable[[], District], old: Rows, new: Rows
) -> None:
    """With limits that let almost nothing pass; then those of the delivery that were withheld come all the same."""
    district = fresh()
    district.sync(old, FIRST)
    none = {"percent": 0, "at_least": 1}
    district.limit(**{measure: dict.fromkeys(RECORD_TYPES, none) for measure in MEASURES})
    district.sync(new, SECOND)
    assert district.flaws() == {}
    district.limit(**NO_LIMITS)
    district.sync_approved(new, THIRD)
    assert stands(district.roster()) == sent(new)
