"""What it costs to read, check and write a huge delivery: 9.5 million rows, 1 GB. Part of `make bench`.

The files are made up by DuckDB, as PowerSchool would export them: CR line ends, no quotes but around lists. Printed:
the seconds of each stage (reading; checking by profile connect and writing the normalized tables) and the most memory
of the process. The aim: 40 s and 3 GB on two cores. Then the same with one row in the middle of each file that
has a cell too many: it is read by itself, and must not make the others slow or take memory.
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

STUDENTS, STAFF, CONTACTS, CLASSES, ENROLLMENTS, SCHOOLS = 1_000_000, 80_000, 2_000_000, 220_000, 6_200_000, 1_500

_USERS = f"""
select
    'S' || (5000000 + n) as sourcedId,
    (n % {SCHOOLS} + 1000)::varchar as orgSourcedIds,
    'student' as role,
    'student' || n || '@school.example.org' as username,
    names[n % 40 + 1] as givenName,
    names[n % 37 + 1] || 'son' as familyName,
    (100000 + n)::varchar as identifier,
    'student' || n || '@school.example.org' as email,
    '' as sms,
    '' as phone,
    '"C' || (2 * n) || ',C' || (2 * n + 1) || '"' as agentSourcedIds,
    lpad((n % 12 + 1)::varchar, 2, '0') as grades,
    ['en', 'es', 'vi', 'ar'][n % 4 + 1] as language,
    '' as relationship,
    '' as legalGuardian
from range({STUDENTS}) as r (n), words
union all
select
    'T' || n, (n % {SCHOOLS} + 1000)::varchar, 'teacher', 'teacher' || n, names[n % 31 + 1], names[n % 29 + 1] || 'ez',
    (900000 + n)::varchar, 'teacher' || n || '@school.example.org', '', '', '', '', '', '', ''
from range({STAFF}) as r (n), words
union all
select
    'C' || n, '', 'contact', '', names[n % 23 + 1], names[n // 2 % 37 + 1] || 'son', '',
    'contact.of.student' || n || '@mail.example.org',
    '(' || [202, 303, 312, 415, 503, 617, 702][n % 7 + 1] || ') 555-' || lpad((n % 10000)::varchar, 4, '0'),
    if(n % 3 = 0, '202-555-' || lpad((n % 10000)::varchar, 4, '0'), ''),
    'S' || (5000000 + n // 2), '', ['en', 'es', 'vi', 'ar'][n % 4 + 1],
    ['Mother', 'Father', 'Grandmother', 'Aunt'][n % 4 + 1], if(n % 5 = 0, '1', '0')
from range({CONTACTS}) as r (n), words
"""
_CLASSES = f"""
select
    'K' || n as sourcedId, 'Mathematics ' || n as title, lpad((n % 12 + 1)::varchar, 2, '0') as grades,
    'Room ' || (n % 300) as location, (n % {SCHOOLS} + 1000)::varchar as schoolSourcedId,
    (n % 8 + 1)::varchar as periods
from range({CLASSES}) as r (n)
"""
_ENROLLMENTS = f"""
select
    'E' || (70000000 + n) as sourcedId, '' as status, '' as dateLastModified,
    'K' || (n * 7 % {CLASSES}) as classSourcedId, '' as schoolSourcedId,
    'S' || (5000000 + n % {STUDENTS}) as userSourcedId, 'student' as role, 'false' as "primary",
    '2026-08-17' as beginDate, '2027-06-12' as endDate, 'Synthetic note on the enrollment ' || (n % 1000) as note
from range({ENROLLMENTS}) as r (n)
"""
_WORDS = """with words as (select ['Ann', 'Bo', 'Cy', 'Di', 'Eve', 'Flo', 'Gus', 'Hal', 'Ida', 'Jo', 'Kay', 'Leo',
'Mia', 'Ned', 'Oda', 'Pia', 'Quin', 'Roy', 'Sue', 'Ty', 'Una', 'Vic', 'Wes', 'Xia', 'Yan', 'Zoë', 'Abe', 'Bea', 'Cal',
'Dee', 'Eli', 'Fay', 'Gia', 'Hope', 'Ivy', 'Jan', 'Kim', 'Lou', 'Max', 'Nia'] as names) """


def make_files(folder: Path) -> int:
    """Write the three files and return their bytes."""
    import duckdb

    connection = duckdb.connect(":memory:", config={"memory_limit": "2GB"})
    for name, query in {"users": _USERS, "classes": _CLASSES, "enrollments": _ENROLLMENTS}.items():
        path = folder / f"{name}.csv"
        # One text column: its values hold the delimiters and quotation marks as an export without quotes writes them.
        columns = [
            column[0]
            for column in connection.execute(f"describe {_WORDS if name == 'users' else ''}{query}").fetchall()
        ]
        line = " || ',' || ".join(f'"{column}"' for column in columns)
        connection.execute(
            f'copy ({_WORDS if name == "users" else ""} select {line} as "{",".join(columns)}" from ({query})) '
            f"to '{path}' (format csv, header true, quote '', escape '', delimiter e'\\x01')"
        )
        content = path.read_bytes()
        path.write_bytes(content.replace(b"\n", b"\r"))
        del content
    return sum(path.stat().st_size for path in folder.iterdir())


def add_odd_rows(folder: Path) -> None:
    """Give one row in the middle of each file a cell too many."""
    for path in folder.iterdir():
        content = path.read_bytes()
        middle = content.index(b"\r", len(content) // 2) + 1
        path.write_bytes(content[:middle] + b"odd," + content[middle:])
        del content


def measure(root: Path) -> dict[str, Any]:
    """Read, check and write the files below `root` and return the seconds and the most memory of each stage."""
    from pipeline.csvfile.load import read_delivery
    from pipeline.day.start import write_opening
    from pipeline.districts.settings import ReadingSettings, School
    from pipeline.oneroster.files import FILE_NAMES
    from pipeline.oneroster.normalize import normalize
    from pipeline.warehouse.schema import new_day
    from pipeline.warehouse.sessions import session

    sync_date = date(2026, 9, 1)
    files = root / "files"
    size = sum(path.stat().st_size for path in files.iterdir())
    day = root / "day.duckdb"
    figures: dict[str, Any] = {"bytes": size}
    with Peak() as peak:
        start = time.perf_counter()
        schools = [School(id=str(1000 + n), name=f"School {n}") for n in range(SCHOOLS)]
        with session(root, write="day") as db:
            with new_day(db, day, delivery_size=size):
                write_opening(db, schools, sync_date, None)
            read = read_delivery(
                db, {name: files / name for name in FILE_NAMES}, scope="district",
                found=(), encoding="windows-1252", scratch=root,
            )  # fmt: skip
            figures["rows"] = sum(part.rows for part in read)
        figures["raw"] = time.perf_counter() - start
        start = time.perf_counter()
        with session(root, day=day, write="day") as db:
            normalize(
                db, scope="district", reading=ReadingSettings(), sync_date=sync_date, student_id="sourcedId", flags=()
            )
            figures["accepted"] = sum(db.count(f"day.oneroster.{name}") for name in ("users", "classes", "enrollments"))
        figures["oneroster"] = time.perf_counter() - start
    return {**figures, "peak": peak.bytes, "day_file": day.stat().st_size}


def main() -> None:
    """Make the files and measure in a process of its own, so that memory is its own."""
    if len(sys.argv) == 2:  # noqa: PLR2004 - the process that is measured
        print(json.dumps(measure(Path(sys.argv[1]))))
        return
    cases = {"regular": "all rows plain", "odd": "one row of each file has a cell too many"}
    out = Console(highlight=False, soft_wrap=True)
    with tempfile.TemporaryDirectory(prefix="rollcall-bench-") as temporary:
        root = Path(temporary).resolve()
        (root / "files").mkdir()
        subprocess.run(
            [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); "
             f"from huge import make_files; from pathlib import Path; make_files(Path({str(root / 'files')!r}))"],
            check=True,
        )  # fmt: skip
        for name, what in cases.items():
            if name == "odd":
                add_odd_rows(root / "files")
            done = subprocess.run([sys.executable, __file__, str(root)], check=True, stdout=subprocess.PIPE, text=True)
            show(out, what, json.loads(done.stdout.splitlines()[-1]))
            (root / "day.duckdb").unlink()


def show(out: Console, what: str, found: dict[str, Any]) -> None:
    """Print what was measured."""
    out.print(
        f"\n[bold]huge[/bold], {what}: {found['rows']:,} rows, {found['bytes'] / 1e9:.2f} GB, "
        f"{found['accepted']:,} accepted"
    )
    table = Table("stage", "s", "rows/s", box=None)
    total = found["raw"] + found["oneroster"]
    for name, seconds in (("raw", found["raw"]), ("oneroster", found["oneroster"]), ("read, checked, written", total)):
        table.add_row(name, f"{seconds:.1f}", f"{found['rows'] / seconds:,.0f}")
    out.print(table)
    out.print(f"most memory {found['peak'] / 1e9:.2f} GB, day database {found['day_file'] / 1e9:.2f} GB")


if __name__ == "__main__":
    main()
