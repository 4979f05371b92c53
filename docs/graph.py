"""Draws the DAG as a Mermaid diagram into docs/developing.md, from the asset graph itself: `python docs/graph.py`."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.definitions import build_defs

PAGE = Path(__file__).with_name("developing.md")
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


def with_diagram(page: str) -> str:
    """Return the text of a page with the diagram in its place."""
    return PLACE.sub(lambda found: f"{found[1]}```mermaid\n{diagram()}```\n{found[2]}", page)


if __name__ == "__main__":
    PAGE.write_text(with_diagram(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
