"""Draws the DAG as a Mermaid diagram, from the asset graph itself. `python docs/graph.py` writes it into README.md."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.definitions import build_defs

README = Path(__file__).parents[1] / "README.md"
PLACE = re.compile(r"(<!-- graph:.*?-->\n)```mermaid\n.*?```\n(<!-- /graph -->)", re.DOTALL)


def diagram() -> str:
    """Return the diagram: one box per asset, one frame per group, an arrow per dependency."""
    specs = sorted(build_defs().resolve_all_asset_specs(), key=lambda spec: spec.key)
    groups: dict[str, list[str]] = {}
    for spec in specs:
        groups.setdefault(spec.group_name or "", []).append(spec.key.to_user_string())
    lines = ["flowchart LR"]
    for group, keys in sorted(groups.items()):
        lines += [f"    subgraph {group}_group [{group}]", *(f"        {key}" for key in keys), "    end"]
    arrows = sorted((dep.asset_key.to_user_string(), spec.key.to_user_string()) for spec in specs for dep in spec.deps)
    return "\n".join([*lines, *(f"    {source} --> {target}" for source, target in arrows)]) + "\n"


def with_diagram(readme: str) -> str:
    """Return the text of README.md with the diagram in its place."""
    return PLACE.sub(lambda found: f"{found[1]}```mermaid\n{diagram()}```\n{found[2]}", readme)


if __name__ == "__main__":
    README.write_text(with_diagram(README.read_text(encoding="utf-8")), encoding="utf-8")
