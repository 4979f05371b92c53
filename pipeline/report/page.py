"""Pages: what all of them have in common. They work from a file system, without a server and under a strict policy.

Belongs here: the templates' environment, how a value of a district is shown, and the policy. Does not belong here: what
a page says (`templates/`), which pages there are (`write.py`, `indexes.py`).
"""

from __future__ import annotations

import base64
import hashlib
import re
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from pipeline.report.holds import RECORD_WORDS

MOST_ROWS = 5_000
"""Of one table in a page: so many a browser sorts and filters at once. The CSV holds the rest."""

MOST_LETTERS = 300
"""Of one value in a page. A value of a megabyte is cut; report.json has the whole of it."""

_COMMAND = re.compile(r"`([^`]+)`")

_FOLDER = files("pipeline.report") / "templates"

_STYLE, _SCRIPT = ((_FOLDER / name).read_text("utf-8") for name in ("page.css", "page.js"))


def _hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


POLICY = (
    f"default-src 'none'; style-src {_hash_of(_STYLE)}; script-src {_hash_of(_SCRIPT)}; base-uri 'none'; "
    "form-action 'none'"
)
"""Only our own style and script, by their digests: nothing is loaded, and nothing that a file smuggles in runs."""


def cut(value: Any) -> str:
    """Return a value as text, cut where it is too long for a page; nothing where there is none."""
    text = "" if value is None else str(value)
    return text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}…"


def shown(value: Any) -> Markup:
    """Return a value of a district for a page: cut, escaped, and kept from turning the words around it to the left."""
    text = cut(value)
    return words(text, isolated=True) if text else Markup()


def words(text: str, *, isolated: bool = False) -> Markup:
    """Return a text in which what stands between backticks is a command."""
    marked = _COMMAND.sub(r"<code>\1</code>", str(escape(cut(text))))
    return Markup(f"<bdi>{marked}</bdi>" if isolated else marked)  # noqa: S704 - escaped on the line above


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("pipeline.report"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"cut": cut, "shown": shown, "words": words, "n": "{:,}".format}
    environment.globals |= {
        "style": Markup(_STYLE),  # noqa: S704 - our own file
        "script": Markup(_SCRIPT),  # noqa: S704 - the same
        "policy": POLICY,
        "record_words": RECORD_WORDS,
        "most_rows": MOST_ROWS,
    }
    return environment


_PAGES = _environment()


def render(template: str, **values: Any) -> str:
    """Return a page."""
    return _PAGES.get_template(template).render(**values)
