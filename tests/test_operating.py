"""The rollover examples of docs/operating.md, run in their order over a real rollover of a made-up district."""

from __future__ import annotations

import re
import shlex
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from pipeline.districts.folders import Home
from pipeline.districts.registry import Registry
from tests.support.district import District
from tests.support.nights import Terminal
from tests.support.school_years import ELM, OAK, first_year

PAGE = Path(__file__).resolve().parents[1] / "docs" / "operating.md"

SPRING, ROLLOVER = date(2026, 7, 6), date(2026, 8, 3)

YEAR = first_year()
NEW_YEAR = YEAR.year_begins(2027, term="fall-2027").arrives(6)

SETTINGS = f"""\
name: Maple Valley Public Schools
time_zone: America/Chicago
schools: [{{id: {ELM}, name: Elm Elementary}}, {{id: {OAK}, name: Oak High}}]
folder: {{path: /nowhere}}
"""


@dataclass(frozen=True)
class Example:
    """A command of the page and what it shows of its output; what it leaves out is `…`."""

    command: list[str]
    output: str

    def check(self, words: str) -> None:
        """The parts of the output that the page shows come in their order."""
        for part in self.output.split("…"):
            shown = " ".join(part.split())
            assert shown in words, words
            words = words.split(shown, 1)[1] if shown else words


def examples(section: str) -> list[Example]:
    """The commands of a section of the page, in their order."""
    text = PAGE.read_text(encoding="utf-8").split(f"\n## {section}\n")[1].split("\n## ")[0]
    found = []
    for block in re.findall(r"^```\n\$ rollcall (.*?)^```$", text, re.DOTALL | re.MULTILINE):
        command, _, output = block.partition("\n")
        found.append(Example(shlex.split(command), output))
    return found


def rollovers() -> str:
    """The settings that the page shows."""
    blocks: list[str] = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return next(text for text in blocks if text.startswith("rollover:"))


def write_files(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)


@pytest.fixture
def maple(tmp_path: Path) -> District:
    """The district of the page after a night of its old year, as the commands find it."""
    registry = Registry(tmp_path / "settings")
    registry.folder.mkdir()
    registry.path("maple-valley").write_text(SETTINGS, encoding="utf-8")
    district = District(tmp_path / "sent", schools=[ELM, OAK])
    district.name, district.folder = "maple-valley", Home(tmp_path / "home").district("maple-valley").make()
    district.settings = registry["maple-valley"]
    assert district.sync(YEAR.rows(), SPRING).outcome == "applied"
    write_files(tmp_path / "new-year", NEW_YEAR.rows().files())
    return district


@pytest.mark.dagster_run
@pytest.mark.slow("a night in Dagster after an approval, and one within the dates of a rollover")
def test_the_rollover_examples_of_the_page_are_what_the_commands_say(
    maple: District, rollcall: Terminal, tmp_path: Path
) -> None:
    holds, approve, upload, pause = examples("Rollover and summer")
    shutil.copytree(tmp_path / "home", tmp_path / "before", symlinks=True)
    night = maple.sync(NEW_YEAR.rows(), ROLLOVER)
    assert night.outcome == "held"
    assert maple.active()["enrollments"] == 273
    holds.check(rollcall(*holds.command).words)
    assert night.report.hold_digest is not None
    digest = approve.command.index("2026-08-03") + 1
    approve.check(rollcall(*approve.command[:digest], night.report.hold_digest, *approve.command[digest + 1 :]).words)
    assert (maple.active()["enrollments"], maple.active()["classes"]) == (273, 39)
    approved = maple.roster()

    shutil.rmtree(tmp_path / "home")
    shutil.move(tmp_path / "before", tmp_path / "home")
    Registry(tmp_path / "settings").path("maple-valley").write_text(SETTINGS + rollovers(), encoding="utf-8")
    upload.check(rollcall(*upload.command).words)
    assert maple.roster() == approved
    pause.check(rollcall(*pause.command).words)
