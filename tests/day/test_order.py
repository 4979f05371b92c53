"""docs/data.md says in which order a day runs its statements."""

from __future__ import annotations

import importlib
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.districts.settings import Rollover
from pipeline.warehouse.sessions import Database
from pipeline.warehouse.statements import statement
from tests.support.district import FIRST, District, small_district

ROOT = Path(__file__).parents[2]


def writes(name: str) -> bool:
    code = "\n".join(line.split("--")[0] for line in statement(name).splitlines())
    return name.startswith(("raw/", "oneroster/", "guardians/", "sync/", "gate/", "roster/")) and (
        code.lstrip().startswith(("insert", "update", "delete"))
    )


def test_a_day_runs_its_statements_in_the_order_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    order = importlib.import_module("data").ORDER
    listed = [name for stage, names in order.items() if not stage.startswith("an undo") for name in names]
    ran: list[str] = []
    run = Database.run

    def recorded(self: Database, name: str, **values: object) -> None:
        ran.append(name)
        run(self, name, **values)

    monkeypatch.setattr(Database, "run", recorded)
    district = District(tmp_path)
    new_year = Rollover(kind="year", first=FIRST, last=FIRST + timedelta(days=9), name="New year")
    district.settings = district.settings.model_copy(update={"rollover": (new_year,)})
    nights = (
        small_district(),
        small_district().without_user("S3"),
        small_district().without_user("S1").without_user("S2"),
    )
    for night, rows in enumerate(nights):
        ran.clear()
        district.sync(rows, FIRST + timedelta(days=night))
        written = [name for name in ran if writes(name) and name != "raw/rows"]
        assert len(written) > 20
        assert [name for name in written if name not in listed] == []
        assert written == sorted(written, key=listed.index)
