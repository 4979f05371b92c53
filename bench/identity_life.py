"""How often ordinary life is held, and how many planted takeovers are found: `make soak`, and docs/identity.md.

10,000 person-years in towns of 1,300 people, half of them with numbers that are the ids, and takeovers in each town.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from sys import argv, path

from rich.console import Console
from rich.table import Table

path.insert(0, str(Path(__file__).parents[1]))

from tests.support.identity import claims_of, held
from tests.support.ordinary_life import Town

TOWNS = 8
STUDENTS = 600


def main() -> None:
    """Print both tables."""
    out, towns = Console(highlight=False), int(argv[1]) if len(argv) > 1 else TOWNS
    years, held_ids, told = 0, Counter[str](), Counter[str]()
    planted: dict[tuple[str, str, str], list[int]] = {}
    for seed in range(towns):
        town = Town.of(seed, STUDENTS, numbers_are_ids=seed % 2 == 1)
        years += len(town.people)
        for night, known, tonight in town.year():
            for claim in claims_of(known, tonight):
                (held_ids if claim.is_held else told)[f"{claim.cause}, {night}"] += 1
        for kind in ("students", "guardians", "staff"):
            town = Town.of(seed + 1000, STUDENTS, numbers_are_ids=seed % 2 == 1)
            known = list(town.people.values())
            tonight, strangers, alike = town.takeovers(kind, 3 if kind == "staff" else 10)
            found = set().union(*held(claims_of(known, tonight)).values())
            for name, ids in (("no name in common", strangers), ("a name in common", alike)):
                figures = planted.setdefault((kind, "numbers are ids" if seed % 2 else "own numbers", name), [0, 0])
                figures[0] += len(ids)
                figures[1] += len(ids - found)
    out.print(f"{years:,} person-years of ordinary life: held {dict(held_ids)}, told {dict(told)}")
    table = Table("whose id was taken", "numbers", "they share", "planted", "missed", box=None)
    for names, (count, missed) in sorted(planted.items()):
        table.add_row(*names, str(count), str(missed))
    out.print(table)


if __name__ == "__main__":
    main()
