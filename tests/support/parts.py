"""Parts of a district's folder, and what can become of them: lost, empty, cut, flipped, older, foreign.

A made home is built once a session by commands, as a person would; each case gets a copy.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.cli.main import main
from pipeline.districts.adding import NewDistrict, add_district
from pipeline.districts.folders import DistrictFolder, Home
from pipeline.districts.registry import Registry
from tests.support.district import Rows, contact, enrollment, school_class, student
from tests.support.nights import Ran, preserved_environment

NIGHTS = ("2026-11-23", "2026-11-24", "2026-11-25")
SCHOOLS = [("N", "School N"), ("M", "School M")]


@dataclass(frozen=True)
class Made:
    """A home with the district alpha, and what its parts were before: `older`, and those of the district beta."""

    root: Path

    @property
    def home(self) -> Home:
        return Home(self.root / "home")

    @property
    def folder(self) -> DistrictFolder:
        return self.home.district("alpha")

    @property
    def older(self) -> DistrictFolder:
        return Home(self.root / "older").district("alpha")

    @property
    def foreign(self) -> DistrictFolder:
        return Home(self.root / "foreign").district("beta")

    def run(self, *arguments: str | Path, home: str = "home") -> Ran:
        """Run a command in this process, as the console script would."""
        out, err = io.StringIO(), io.StringIO()
        argv, code = sys.argv, 0
        with preserved_environment(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            os.environ["ROLLCALL_HOME"] = str(self.root / home)
            os.environ["ROLLCALL_DISTRICTS"] = str(self.root / "settings")
            os.environ.pop("DAGSTER_HOME", None)
            sys.argv = ["rollcall", *map(str, arguments)]
            try:
                main()
            except SystemExit as ended:
                code = ended.code if isinstance(ended.code, int) else 0
            finally:
                sys.argv = argv
        return Ran(code, out.getvalue(), err.getvalue())

    def right(self, *arguments: str | Path, home: str = "home", code: int = 0) -> Ran:
        ran = self.run(*arguments, home=home)
        assert ran.code == code, ran.words
        return ran

    def copy(self, to: Path) -> Made:
        """Copy all of it, so that a case can change it."""
        shutil.copytree(self.root, to, dirs_exist_ok=True, symlinks=True)
        return Made(to)


def rows(students: int) -> Rows:
    found = Rows(users=[student(f"S{n}", "NM"[n % 2]) for n in range(1, students + 1)])
    found.users += [contact("P1", "S1", sms="202-555-0101"), contact("P2", "S2", relationship="Father")]
    found.classes += [school_class("C1"), school_class("C2", "M")]
    found.enrollments += [enrollment("C1", "S2"), enrollment("C2", "S1")]
    return found


def send(root: Path, delivery: Rows) -> Path:
    shutil.rmtree(root / "sent", ignore_errors=True)
    (root / "sent").mkdir()
    for name, content in delivery.files().items():
        (root / "sent" / name).write_bytes(content)
    return root / "sent"


def make(root: Path) -> Made:
    """Three nights, the last of them held; a block, a pause, and what there was before the last night."""
    made = Made(root)
    for district in ("alpha", "beta"):
        new = NewDistrict(district.title(), "America/Chicago", SCHOOLS, folder=str(root / "drop"))
        add_district(Registry(root / "settings"), district, new)
    (root / "drop").mkdir()
    for number, night in enumerate(NIGHTS[:2]):
        made.right("upload", "alpha", send(root, rows(20 + number)), "--date", night, "--sync")
    made.right("block", "alpha", "P1", "S1", "--by", "Kim Lee", "--reason", "A court order.")
    made.right("district", "enable", "alpha")
    shutil.copytree(root / "home", root / "older")
    made.right("block", "alpha", "P2", "S2", "--by", "Kim Lee", "--reason", "A court order.")
    made.right("district", "pause", "alpha", "--by", "Kim Lee", "--reason", "A test.")
    made.right("district", "resume", "alpha", "--by", "Kim Lee", "--reason", "Done.")
    made.right("upload", "alpha", send(root, rows(9)), "--date", NIGHTS[2], "--sync", code=3)
    made.right("upload", "beta", send(root, rows(12)), "--date", NIGHTS[0], "--sync", home="foreign")
    made.right("upload", "beta", send(root, rows(13)), "--date", NIGHTS[2], "--sync", home="foreign")
    made.right("block", "beta", "P1", "S1", "--by", "Kim Lee", "--reason", "A court order.", home="foreign")
    made.right("district", "enable", "beta", home="foreign")
    return made


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Make the home once for all cases."""
    return make(tmp_path_factory.mktemp("parts"))


@pytest.fixture
def made(made_once: Made, tmp_path: Path) -> Made:
    """Give a copy of the home."""
    return made_once.copy(tmp_path)


PARTS: dict[str, Callable[[DistrictFolder], Path]] = {
    "roster": lambda folder: folder.roster,
    "ledger": lambda folder: folder.ledger,
    "decisions": lambda folder: folder.decisions,
    "state": lambda folder: folder.state,
    "head": lambda folder: folder.head or folder.root,
    "record": lambda folder: folder.landing / NIGHTS[2] / "1" / "delivery.json",
    "file": lambda folder: folder.landing / NIGHTS[2] / "1" / "users.csv",
}


def lost(path: Path, _: Path, __: Path) -> None:
    path.unlink()


def empty(path: Path, _: Path, __: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path, _: Path, __: Path) -> None:
    path.write_bytes(path.read_bytes()[:-2])


def flipped(path: Path, _: Path, __: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) * 2 // 3] ^= 1
    path.write_bytes(content)


def older(path: Path, was: Path, _: Path) -> None:
    if was.exists():
        shutil.copyfile(was, path)
    else:
        # Of the newest night there is no older copy: that of the night before lies in its place.
        shutil.copyfile(path.parents[2] / NIGHTS[1] / "1" / path.name, path)


def foreign(path: Path, _: Path, other: Path) -> None:
    shutil.copyfile(other, path)


DAMAGES: dict[str, Callable[[Path, Path, Path], None]] = {
    "lost": lost, "empty": empty, "cut": cut, "flipped": flipped, "older": older, "foreign": foreign,
}  # fmt: skip


def damage(made: Made, part: str, kind: str) -> Path:
    """Let one thing happen to one part; return where it is."""
    where = PARTS[part]
    path = where(made.folder)
    DAMAGES[kind](path, where(made.older), where(made.foreign))
    return path
