"""Makes pipeline/lineage/columns.json and the tables of docs/data.md from the SQL files: `python docs/data.py`."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path

from pipeline.corrections import replay, transition
from pipeline.guardians import derive
from pipeline.lineage.columns import ASSET_TABLES, COLUMNS_FILE
from pipeline.lineage.compute import lineage_of_all
from pipeline.lineage.declared import declared
from pipeline.oneroster import normalize
from pipeline.plan import identity, plan, rollover
from pipeline.roster import apply
from pipeline.warehouse.schema import ensure_book, new_day
from pipeline.warehouse.sessions import session
from pipeline.warehouse.statements import schema_tables, statement

PAGE = Path(__file__).with_name("data.md")

ORDER: dict[str, tuple[str, ...]] = {
    "raw_users, raw_classes, raw_enrollments": ("raw/rows",),
    "users, classes, enrollments": (*normalize.PEOPLE, *normalize.STATEMENTS),
    "guardians": derive.STATEMENTS,
    "sync_diff": (
        "sync/changes_only",
        "sync/untouched_counts",
        "sync/sources",
        *plan.MATCH,
        "sync/approved",
        *identity.MOVES,
        *identity.NEW_PERSONS,
        *plan.COMPARE,
        "sync/exempt_barred",
        *identity.CLAIMS,
        "gate/held_ids",
        "gate/losses",
        "gate/nameless_rows",
        *rollover.STATEMENTS,
        "sync/exempt_ended",
        *plan.MEASURE,
        *plan.HOLDS,
        *plan.STOP,
        "sync/approved_stops",
        "sync/exempt",
        "gate/forget",
        "sync/withheld",
        "sync/withhold",
        "sync/causes",
        "identity/findings",
        "sync/counts",
        "sync/initial_school_counts",
        "sync/school_counts",
    ),
    "roster": (*apply.CHANGE, *apply.RECORD, "roster/withheld"),
    "an undo, a replay, a block or a change of ids": (
        *replay.ALIGN,
        *transition.SETTLE,
        *transition.PLAN,
        *apply.MOVE,
        "transition/bars",
        "roster/changes",
    ),
}
"""The statements that write, by the assets that run them, in order; `tests/day/test_order.py` holds it against days."""

ORDER_BEGIN, ORDER_END = (
    "<!-- order: made by `python docs/data.py`, checked by tests/test_docs.py -->",
    "<!-- /order -->",
)

BEGIN, END = "<!-- tables: made by `python docs/data.py`, checked by tests/test_docs.py -->", "<!-- /tables -->"

_COMMENT = re.compile(r"^\s+(\w+)\s[^-]*--\s*(.+)$")

Described = dict[str, dict[str, dict[str, object]]]


def described() -> Described:
    """Return every column of every table with type, meaning and sources, in the order of the tables."""
    sources = lineage_of_all()
    found: Described = {}
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        ensure_book(root / "roster.duckdb", root)
        with session(root, write="day") as db, new_day(db, root / "day.duckdb", delivery_size=0):
            pass
        with session(root, day=root / "day.duckdb", book=root / "roster.duckdb") as db:
            for database in ("day", "book"):
                for _, name in sorted(schema_tables(database)):
                    table = f"{database}.{Path(name).name}"
                    about = _meanings(name)
                    found[table] = {
                        column: {"type": kind, "about": about.get(column, ""), "from": sorted(sources[table][column])}
                        for column, kind in db.columns(table)
                    }
    return found


def _meanings(name: str) -> dict[str, str]:
    """Return what sql/schema says behind each column."""
    lines = [_COMMENT.match(line) for line in statement(name).splitlines()]
    return {line.group(1): line.group(2) for line in lines if line}


def columns_json(tables: Described) -> str:
    """Return pipeline/lineage/columns.json."""
    return json.dumps(tables, indent=1, ensure_ascii=False) + "\n"


def with_tables(page: str, tables: Described) -> str:
    """Return docs/data.md with the tables that there are."""
    page = _between(page, ORDER_BEGIN, ORDER_END, _order())
    return _between(page, BEGIN, END, "\n".join(_table(table, tables[table]) for table in tables))


def _between(page: str, begin: str, end: str, text: str) -> str:
    before, after = page.split(begin, maxsplit=1)[0], page.split(end)[1]
    return f"{before}{begin}\n{text}{end}{after}"


def _order() -> str:
    """Return a list of the stages, each with its statements in order."""
    lines = []
    for stage, names in ORDER.items():
        assets = (
            ", ".join(f"`{asset}`" for asset in stage.split(", ")) if stage.split(", ")[0] in ASSET_TABLES else stage
        )
        lines.append(f"- {assets}: {', '.join(f'`{name}`' for name in names)}")
    return "\n" + "\n".join(lines) + "\n\n"


def _table(table: str, columns: dict[str, dict[str, object]]) -> str:
    database, name = table.split(".", 1)
    top = [line[3:] for line in statement(f"schema/{database}/{name}").splitlines() if line.startswith("-- ")]
    about = re.sub(r" (grain|reads): ", r". *\1*: ", " ".join(top).split(": ", 1)[1]).replace("..", ".")
    asset = next((asset for asset, found in ASSET_TABLES.items() if table in found), None)
    lines = [f"### {table}\n", about + (f" Asset: `{asset}`." if asset else "") + "\n"]
    lines += ["| column | type | meaning | comes from |", "|---|---|---|---|"]
    for column, part in columns.items():
        sources = part["from"]
        told = ", ".join(f"`{source}`" for source in sources) if isinstance(sources, list) else ""
        told = told or declared(table, column) or ""
        cells = (f"`{column}`", str(part["type"]).lower(), str(part["about"]), told)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    made = described()
    COLUMNS_FILE.write_text(columns_json(made), encoding="utf-8")
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8"), made), encoding="utf-8")
