"""What it costs to work out guardians: 1 million students, 2 million contacts, 2.5 million pairs of the two.

The people are made up by DuckDB in the tables that the reading leaves, once as contacts.csv and once as users.csv has
them: one contact in four is a contact of two students. Printed: the seconds of the whole stage with all its reports,
and the most memory of the process. The aim: 8 s on two cores. Part of `make bench`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from day import Peak
from rich.console import Console
from rich.table import Table

STUDENTS, CONTACTS, PAIRS = 1_000_000, 2_000_000, 2_500_000

_NAMES = "['Ann', 'Bo', 'Cy', 'Di', 'Eve', 'Flo', 'Gus', 'Hal', 'Ida', 'Jo', 'Kay', 'Leo', 'Mia', 'Ned', 'Oda', 'Pia']"

_STUDENTS = f"""
select n + 2 as line, 'S' || n as sourced_id, 'student' as record_kind, 'student' as role, ['N'] as school_ids,
    {_NAMES}[n % 16 + 1] as given_name, {_NAMES}[n // 16 % 16 + 1] || 'son' as family_name,
    []::varchar[] as agent_ids, 'accepted' as verdict
from range({STUDENTS}) as r (n)
"""
_PEOPLE = f"""
select n + {STUDENTS} + 2 as line, 'C' || n as sourced_id, 'contact' as record_kind, []::varchar[] as school_ids,
    {_NAMES}[n % 16 + 1] as given_name, {_NAMES}[n // 2 % 16 + 1] || 'son' || n // 2 % 5000 as family_name,
    'contact' || n // if(n % 10 < 2, 2, 1) || '@mail.example.org' as email,
    if(n % 3 = 0, null, '+1202' || lpad((n // if(n % 7 = 0, 2, 1) % 10000000)::varchar, 7, '0')) as sms,
    if(n % 4 = 0, '+1303' || lpad((n // 2 % 10000000)::varchar, 7, '0'), null) as phone
from range({CONTACTS}) as r (n)
"""
_SAID = """
    ['Mother', 'Father', 'Grandmother', 'Aunt', 'mother ', 'Uncle', 'Stepmother'][n % 7 + 1] as relationship,
    n % 5 = 0 as legal_guardian
"""
# The contacts beyond the first two million are contacts of a second student.
_PAIRS = f"""
select n + 2 as line, 'C' || n % {CONTACTS} as contact_id,
    'S' || (n // 2 + n // {CONTACTS} * 7) % {STUDENTS} as student_id,
    {_SAID}, n % 6 + 1 as priority, n % 2 = 0 as lives_with, n % 3 = 0 as emergency, n % 1000 = 0 as no_contact,
    n % 9 > 0 as custody, 'accepted' as verdict
from range({PAIRS}) as r (n)
"""
_ROWS = f"""
select n + {STUDENTS} + 2 as line, 'C' || n as sourced_id, 'contact' as record_kind, []::varchar[] as school_ids,
    if(n % 4 = 0, ['S' || n // 2, 'S' || (n // 2 + 7) % {STUDENTS}], ['S' || n // 2]) as agent_ids, {_SAID},
    'accepted' as verdict
from range({CONTACTS}) as r (n)
"""
_USERS = """
insert into day.oneroster.users by name
select 'users.csv' as file, line, sourced_id, record_kind, school_ids, given_name, family_name
"""

FILES = {
    "contacts.csv": (f"insert into day.oneroster.contacts by name {_PAIRS}",),
    "users.csv": (f"insert into day.oneroster.user_rows by name {_ROWS}",),
}


def measure(root: Path, file: str) -> dict[str, Any]:
    """Work the guardians out from one of the two files; return the seconds, the pairs and the most memory."""
    import duckdb

    from pipeline.day.start import write_opening
    from pipeline.districts.settings import GuardianSettings, School
    from pipeline.guardians.derive import derive_guardians
    from pipeline.warehouse.schema import new_day
    from pipeline.warehouse.sessions import session

    day = root / "day.duckdb"
    schools = [School(id="N", name="School N")]
    with session(root, write="day") as db, new_day(db, day, delivery_size=1 << 30):
        write_opening(db, schools, date(2026, 9, 1), None)
    with duckdb.connect(config={"memory_limit": "2500MB", "temp_directory": str(root)}) as connection:
        connection.execute(f"attach '{day}' as day")
        for statement in (
            f"insert into day.oneroster.user_rows by name {_STUDENTS}",
            f"{_USERS} from ({_STUDENTS})",
            f"{_USERS}, email, sms, phone from ({_PEOPLE})",
            *FILES[file],
        ):
            connection.execute(statement)
    with session(root, day=day, write="day") as db, Peak() as peak:
        start = time.perf_counter()
        derive_guardians(db, GuardianSettings(), blocked=(), unblocked=(), manages=True, baseline=None, initial=True)
        seconds = time.perf_counter() - start
        pairs = db.count("day.guardians.guardians")
        same = db.count("day.guardians.same_persons")
    return {"file": file, "seconds": seconds, "pairs": pairs, "same": same, "peak": peak.bytes}


def main() -> None:
    """Measure each in a process of its own, so that memory is its own."""
    if len(sys.argv) == 3:  # noqa: PLR2004 - the process that is measured
        print(json.dumps(measure(Path(sys.argv[1]), sys.argv[2])))
        return
    table = Table("guardians of 1,000,000 students from", "pairs", "s", "same persons", "most memory", box=None)
    for file in FILES:
        with tempfile.TemporaryDirectory(prefix="rollcall-bench-") as temporary:
            done = subprocess.run(
                [sys.executable, __file__, str(Path(temporary).resolve()), file],
                check=True, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
        found = json.loads(done.stdout.splitlines()[-1])
        table.add_row(
            file,
            f"{found['pairs']:,}",
            f"{found['seconds']:.1f}",
            f"{found['same']:,}",
            f"{found['peak'] / 1e9:.2f} GB",
        )
    Console(highlight=False, soft_wrap=True).print("\n", table)


if __name__ == "__main__":
    main()
