"""What the sync stages cost with up to three million people: plan and gate, apply, and a delivery that repeats itself.

`make bench`. The normalized tables are made by DuckDB right in the day databases, for reading is measured by `day.py`.
A first day that adds everybody, a day with about 1 % changes spread over all schools, a day whose delivery says what
the last one said, and a block of one contact, which is a sync of its own. The huge size needs about 5 GB of disk, which
are free again afterwards.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from subprocess import PIPE, run
from typing import Any, Self

import duckdb
import psutil
from day import Peak
from rich.console import Console
from rich.table import Table

from pipeline.corrections.block import apply_blocks, record_block
from pipeline.day.day import Day, landed_day
from pipeline.day.stages import apply_changes, plan_changes, publish
from pipeline.day.start import start_night
from pipeline.districts.folders import DistrictFolder
from pipeline.districts.settings import DistrictSettings, School, SftpSettings
from pipeline.landing.delivery import Delivery, LandedFile
from pipeline.oneroster.files import FILE_NAMES
from pipeline.warehouse.sessions import MEMORY_LIMIT, Database, session

SIZES = {"large": 100_000, "huge": 1_000_000}
STUDENTS_A_SCHOOL = 667
CLASSES_A_SCHOOL = 134
FIRST = date(2026, 9, 1)
WORTH_NAMING = 0.3
"""Seconds from which on a statement is listed."""

BYTES_A_STUDENT = 640
"""Of the three files together, as `day.py` measures them."""

# Who is there on day $day (1 or 2) of a district of $students in $schools. Everything is worked out of a number by
# hash(), so that both days say the same of whoever stays. Things with a number above the first day's are new on day 2.
_STUDENTS = """
create temp table students as
select
    i,
    's' || (100000000 + i) as sourced_id,
    i % $schools as school,
    'Given' || hash(i, 'g') % 4001 || if($day = 2 and hash(i, 'name') % 400 = 0, ' Ann', '') as given_name,
    'Family' || hash(i, 'f') % 40009 as family_name,
    (hash(i, 'grade') % 12 + if($day = 2 and hash(i, 'up') % 400 = 0, 2, 1))::varchar as grade
from range($students + if($day = 2, $students // 250, 0)) as numbers (i)
where $day = 1 or i >= $students or hash(i, 'leaves') % 250 <> 0
"""

_CLASSES = """
create temp table classes as
select
    c,
    'c' || (1000000 + c) as sourced_id,
    c % $schools as school,
    'Course ' || hash(c, 't') % 5003 || if($day = 2 and hash(c, 'title') % 200 = 0, ' Honors', '') as title
from range($classes + if($day = 2, $classes // 250, 0)) as numbers (c)
where $day = 1 or c >= $classes or hash(c, 'goes') % 250 <> 0
"""

_PEOPLE = """
insert into day.oneroster.users by name
select
    'users.csv' as file,
    row_number() over () + 1 as line,
    *
from (
    select
        sourced_id,
        'student' as record_kind,
        'student' as role,
        ['school' || school] as school_ids,
        given_name,
        family_name,
        (500000 + i)::varchar as identifier,
        'user' || i as username,
        'user' || i || '@example.org' as email,
        null as phone,
        grade as grades,
        if(hash(i, 'l') % 5 = 0, 'es', 'en') as language
    from students
    union all
    select
        't' || i as sourced_id,
        'staff' as record_kind,
        'teacher' as role,
        ['school' || i % $schools] as school_ids,
        'Given' || hash(i, 'tg') % 4001 as given_name,
        'Family' || hash(i, 'tf') % 40009 as family_name,
        (900000 + i)::varchar as identifier,
        'staff' || i as username,
        'staff' || i || if($day = 2 and hash(i, 'tm') % 200 = 0, '.new', '') || '@example.org' as email,
        null as phone,
        null as grades,
        null as language
    from range($classes // 3) as numbers (i)
    union all
    select
        'g' || i as sourced_id,
        'contact' as record_kind,
        null as role,
        [] as school_ids,
        'Given' || hash(i, 'cg') % 4001 as given_name,
        'Family' || hash(i, 'cf') % 40009 as family_name,
        null as identifier,
        null as username,
        if(hash(i, 'm') % 3 = 0, 'contact' || i || '@example.org', null) as email,
        '555-01' || (hash(i, 'p') + if($day = 2 and hash(i, 'dials') % 200 = 0, 1, 0)) % 100 as phone,
        null as grades,
        if(hash(i, 'cl') % 5 = 0, 'es', 'en') as language
    from (select unnest([2 * i, 2 * i + 1]) as i from students)
)
"""

_CLASS_TABLE = """
insert into day.oneroster.classes by name
select
    row_number() over () + 1 as line,
    sourced_id,
    title,
    '09' as grades,
    'school' || school as school_id,
    'P' || c % 8 as periods,
    'Room ' || c % 300 as location,
    'K' || c % 5003 as class_code,
    'scheduled' as class_type,
    'course' || c % 5003 as course_sourced_id,
    'term1' as term_sourced_ids
from classes
"""

# Six classes for four of five students, five for the others; 1 % of them have moved to another class on day 2.
_ENROLLMENTS = """
insert into day.oneroster.enrollment_rows by name
select
    row_number() over () + 1 as line,
    'accepted' as verdict,
    classes.sourced_id as class_sourced_id,
    wishes.user_sourced_id,
    wishes.role,
    wishes.role = 'teacher' as is_primary,
    '2026-08-15' as begin_date,
    '2027-05-28' as end_date
from (
    select
        sourced_id as user_sourced_id,
        'student' as role,
        school + $schools * (
            (i // $schools + j * 17 + if($day = 2 and j = 4 and hash(i, 'moves') % 20 = 0, 101, 0)) % $a_school
        ) as c
    from students
    cross join range(6) as slots (j)
    where j < 5 or hash(i, 'six') % 5 > 0
    union all
    select 't' || c % ($classes // 3) as user_sourced_id, 'teacher' as role, c from classes
) as wishes
inner join classes using (c)
"""

# Every student has two contacts; every second one a third, the neighbor's. 0.3 % of the links say something else on
# day 2, 0.2 % of the third ones are gone.
_LINKS = """
insert into day.guardians.guardians by name
select
    'linked' as verdict,
    false as is_barred,
    'users.csv' as file,
    'g' || contact as contact_id,
    sourced_id as student_id,
    if(contact % 2 = 0, 'parent', 'guardian') as role,
    contact % 2 as rule_position,
    if(contact % 2 = 0, 'mother or father', 'legal guardian') as reason,
    if(contact % 2 = 0, if($day = 2 and hash(contact, 'says') % 300 = 0, 'Father', 'Mother'), 'Other') as relationship,
    contact % 2 = 1 as legal_guardian,
    i + 2 as line,
    'contact' as named_by,
    1 as named,
    4 as role_source,
    3 as role_columns
from (
    select i, sourced_id, 2 * i as contact from students
    union all
    select i, sourced_id, 2 * i + 1 as contact from students
    union all
    select students.i, students.sourced_id, 2 * neighbor.i as contact
    from students
    inner join students as neighbor on students.i + $schools = neighbor.i
    where students.i // $schools % 2 = 0 and ($day = 1 or hash(students.i, 'link') % 250 <> 0)
)
"""

# The verdict on each row, as far as a plan reads it.
_ROWS = (
    """
    insert into day.oneroster.user_rows by name
    select
        line, sourced_id, record_kind, [] as school_ids, [] as agent_ids, 'accepted' as verdict,
        if(record_kind = 'contact', 'Mother', null) as relationship,
        if(record_kind = 'contact', true, null) as legal_guardian
    from day.oneroster.users
    """,
    """
    insert into day.oneroster.class_rows by name
    select line, sourced_id, 'accepted' as verdict from day.oneroster.classes
    """,
)

_COLUMNS = """
insert into day.raw.columns by name
select split_part(name, '/', 1) as file, 1 as position, name as header, split_part(name, '/', 2) as field,
    'used' as state
from (select unnest($names) as name)
"""

_SENT = {
    "users.csv": (
        "sourced_id org_sourced_ids role given_name family_name identifier username email phone agent_sourced_ids "
        "grades language relationship legal_guardian"
    ),
    "classes.csv": (
        "sourced_id title grades school_sourced_id periods location class_code class_type course_sourced_id "
        "term_sourced_ids"
    ),
    "enrollments.csv": "class_sourced_id user_sourced_id role is_primary begin_date end_date",
}


class Statements:
    """The seconds of each statement of every session, for as long as it is open."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._guard = Database._guard  # noqa: SLF001 - every statement passes there

    def __enter__(self) -> Self:
        def timed(name: str, action: Callable[[], Any]) -> Any:
            start = time.perf_counter()
            try:
                return self._guard(name, action)
            finally:
                self.seconds[name] += time.perf_counter() - start

        Database._guard = staticmethod(timed)  # noqa: SLF001
        return self

    def __exit__(self, *_: object) -> None:
        Database._guard = staticmethod(self._guard)  # noqa: SLF001


_A_LINK = """
select contacts.sourced_id, students.sourced_id
from book.roster.guardian_links as links
inner join book.roster.ids as contacts on links.contact_roster_id = contacts.roster_id and contacts.until_sync is null
inner join book.roster.ids as students on links.student_roster_id = students.roster_id and students.until_sync is null
where links.until_sync is null and links.state = 'active'
limit 1
"""


def settings_of(schools: int) -> DistrictSettings:
    """Return the settings of a district with so many schools and the default limits."""
    return DistrictSettings(
        name="Bench",
        time_zone="America/Chicago",
        schools=tuple(School(id=f"school{number}", name=f"School {number}") for number in range(schools)),
        sftp=SftpSettings(host="example.org", user="x", password="env:X"),  # noqa: S106 - a reference
    )


def delivery_of(students: int, number: int, content: int) -> Delivery:
    """Return the delivery of day `number`, from 1; days with the same `content` sent the same bytes."""
    day = FIRST + timedelta(days=number - 1)
    sent_at = datetime(day.year, day.month, day.day, 7, tzinfo=UTC)
    files = tuple(
        LandedFile(
            file=name, name=name, size=students * BYTES_A_STUDENT // 3, modified_at=sent_at,
            sha256=hashlib.sha256(f"{name} {content}".encode()).hexdigest(),
        )
        for name in FILE_NAMES
    )  # fmt: skip
    return Delivery(
        district="bench", sync_date=day.isoformat(), number=1, source="folder", origin="bench", fetched_at=sent_at,
        files=files,
    )  # fmt: skip


def fill_day(file: Path, *, students: int, day: int) -> None:
    """Write the normalized tables of day 1 or 2 into a day database that has begun."""
    schools = max(1, students // STUDENTS_A_SCHOOL)
    values = {
        "day": day, "students": students, "schools": schools, "a_school": CLASSES_A_SCHOOL,
        "classes": schools * CLASSES_A_SCHOOL, "names": [f"{f}/{c}" for f, text in _SENT.items() for c in text.split()],
    }  # fmt: skip
    config = {"memory_limit": MEMORY_LIMIT, "temp_directory": str(file.parent / ".spill")}
    with duckdb.connect(":memory:", config=config) as connection:
        connection.execute(f"attach '{file}' as day")
        for text in (_STUDENTS, _CLASSES, _PEOPLE, _CLASS_TABLE, _ENROLLMENTS, _LINKS, *_ROWS, _COLUMNS):
            connection.execute(text, {name: value for name, value in values.items() if f"${name}" in text})
        connection.execute("checkpoint day")


def measure(students: int, root: Path) -> dict[str, Any]:
    """Live three days and return the figures: everybody added, 1 % changes, nothing new."""
    folder = DistrictFolder(root / "bench").make()
    settings = settings_of(max(1, students // STUDENTS_A_SCHOOL))
    days = []
    for number in (1, 2):
        day = FIRST + timedelta(days=number - 1)
        file = folder.day(day.isoformat())
        delivery = delivery_of(students, number, number)
        today = day_of(folder, settings, day)
        with session(folder.root, write="day") as db:
            start_night(db, today, delivery)
        fill_day(file, students=students, day=number)
        with session(folder.root, day=file, book=folder.roster, write="day") as db:
            days.append(live(db, today))
            publish(db, today, written_at=datetime.now(UTC))
        days[-1] |= {"day_file": file.stat().st_size, "book": folder.roster.stat().st_size} | _contents(folder)
        file.unlink()
    unchanged = statistics.median(_repeat(folder, settings, students) for _ in range(5))
    blocked = _block(folder, settings)
    return {
        "students": students, "schools": len(settings.schools), "days": days, "unchanged": unchanged,
        "block": blocked,
    }  # fmt: skip


def _block(folder: DistrictFolder, settings: DistrictSettings) -> dict[str, Any]:
    """Block a contact who is linked; return the seconds of the whole command, its report included, and most memory."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{folder.roster}' as book (read_only)")
        pair = connection.execute(_A_LINK).fetchone()
    at = datetime.now(UTC)
    with Peak() as peak, Statements() as statements:
        start = time.perf_counter()
        record_block(folder, *pair, by="bench", why="A court order.", at=at)
        unlinked = apply_blocks(folder, "bench", settings, at=at)
        seconds = time.perf_counter() - start
    if unlinked is None or unlinked.pairs != (pair,):
        sys.exit("The link was not removed.")
    return {"seconds": seconds, "peak": peak.bytes, "statements": dict(statements.seconds)}


def _repeat(folder: DistrictFolder, settings: DistrictSettings, students: int) -> float:
    """Return the seconds in which the delivery of the third day is known to be that of the second."""
    delivery, start = delivery_of(students, 3, 2), time.perf_counter()
    with session(folder.root, write="day") as db:
        started = start_night(db, day_of(folder, settings, FIRST + timedelta(days=2)), delivery)
    seconds = time.perf_counter() - start
    if started.repeats is None:
        sys.exit("The delivery of the third day was not known to be that of the second.")
    return seconds


def day_of(folder: DistrictFolder, settings: DistrictSettings, day: date) -> Day:
    """Return a day without files: its tables are filled by statements."""
    return landed_day("bench", settings, folder, day, None)


def live(db: Database, day: Day) -> dict[str, Any]:
    """Make the plan of a day and apply it; return seconds, peak memory and the seconds of each statement."""
    found: dict[str, Any] = {}
    for stage, action in {
        "plan and gate": lambda: plan_changes(db, day),
        "apply": lambda: apply_changes(db, day, recorded_at=datetime.now(UTC)),
    }.items():
        with Peak() as peak, Statements() as statements:
            start, worked = time.perf_counter(), time.process_time()
            action()
            seconds, worked = time.perf_counter() - start, time.process_time() - worked
        found[stage] = {
            "seconds": seconds, "processor": worked, "peak": peak.bytes, "statements": dict(statements.seconds),
        }  # fmt: skip
    return found


def _contents(folder: DistrictFolder) -> dict[str, Any]:
    with duckdb.connect(str(folder.roster), read_only=True) as book:
        newest = book.execute("select max(number) from sync.syncs").fetchone()[0]
        changes = book.execute("select count(*) from sync.changes where sync_number = ?", [newest]).fetchone()[0]
        outcome = book.execute("select outcome from sync.syncs where number = ?", [newest]).fetchone()[0]
        active = book.execute(
            "select record_type, active_after from sync.counts where sync_number = ?", [newest]
        ).fetchall()
    return {"changes": changes, "outcome": outcome, "active": dict(active)}


def show(name: str, found: dict[str, Any], out: Console) -> None:
    """Print the figures of one size."""
    first, second = found["days"]
    active = ", ".join(f"{count:,} {record_type.replace('_', ' ')}" for record_type, count in first["active"].items())
    out.print(f"\n[bold]{name}[/bold]: {found['schools']:,} schools, {active}")
    table = Table("", "first day s", "s", "CPU s", "first day MB", "peak MB", box=None)
    both = ("plan and gate", "apply")
    for stage in both:
        figures = [day[stage] for day in (first, second)]
        table.add_row(
            stage,
            *(f"{figure['seconds']:.2f}" for figure in figures),
            f"{figures[1]['processor']:.2f}",
            *(f"{figure['peak'] / 1e6:.0f}" for figure in figures),
        )
        for statement, seconds in second[stage]["statements"].items():
            if seconds > WORTH_NAMING:
                table.add_row(f"  {statement}", f"{first[stage]['statements'].get(statement, 0):.2f}", f"{seconds:.2f}")
    table.add_row("both", *(f"{sum(day[stage]['seconds'] for stage in both):.2f}" for day in (first, second)))
    for column in table.columns[1:]:
        column.justify = "right"
    out.print(table)
    out.print(f"change records: first day {first['changes']:,}; then {second['changes']:,} ({second['outcome']})")
    out.print(f"a delivery that says what the last one said: {found['unchanged']:.2f} s")
    blocked = found["block"]
    slow = ", ".join(f"{name} {took:.2f} s" for name, took in blocked["statements"].items() if took > WORTH_NAMING)
    out.print(f"a block: {blocked['seconds']:.2f} s, {blocked['peak'] / 1e6:.0f} MB" + (f" ({slow})" if slow else ""))
    out.print(
        f"day database {second['day_file'] / 1e6:.0f} MB, roster {first['book'] / 1e6:.0f} MB, then "
        f"{second['book'] / 1e6:.0f} MB"
    )


def main() -> None:
    """Measure each size in a process of its own, so that memory is its own."""
    if len(sys.argv) == 3:  # noqa: PLR2004 - the process of one size
        print(json.dumps(measure(int(sys.argv[1]), Path(sys.argv[2]))))
        return
    out = Console(highlight=False, soft_wrap=True)
    memory = psutil.virtual_memory().total / (1 << 30)
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    out.print(
        f"{platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}, "
        f"duckdb {duckdb.__version__} with a memory limit of {MEMORY_LIMIT}, load before {load}"
    )
    for name, students in SIZES.items():
        with tempfile.TemporaryDirectory(prefix="rollcall-bench-") as root:
            done = run([sys.executable, __file__, str(students), root], check=True, stdout=PIPE, text=True)
        show(name, json.loads(done.stdout.splitlines()[-1]), out)


if __name__ == "__main__":
    main()
