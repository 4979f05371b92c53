"""Pages: what all of them have in common. They work from a file system, without a server and under a strict policy.

Belongs here: the templates' environment, how a value of a district is shown, and the policy. Does not belong here: what
a page says (`templates/`), which pages there are (`write.py`, `pipeline/status/pages.py`).
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from pipeline.oneroster.findings import LABEL_CODES, title_of
from pipeline.report.holds import not_approved, title_of_hold, waiting_words
from pipeline.report.icons import icon
from pipeline.report.model import ReportedFinding
from pipeline.report.words import RECORD_WORDS, counted, records

MOST_ROWS = 5_000
"""Of one table in a page: so many a browser sorts and filters at once. The CSV holds the rest."""

MOST_LETTERS = 300
"""Of one value in a page. A value of a megabyte is cut; report.json has the whole of it."""

_COMMAND = re.compile(r"`([^`]+)`")

STATIC = files("pipeline.report") / "static" / "rollcall"
"""The style and the script that every page has, the console's too: it serves them, and a page for a file system holds
them itself."""

_STYLE, _SCRIPT = ((STATIC / name).read_text("utf-8") for name in ("page.css", "page.js"))


def _hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


POLICY = (
    f"default-src 'none'; style-src {_hash_of(_STYLE)}; script-src {_hash_of(_SCRIPT)}; base-uri 'none'; "
    "form-action 'none'"
)
"""Only our own style and script, by their digests: nothing is loaded, and nothing that a file smuggles in runs."""


def cut(value: Any, most: int = MOST_LETTERS) -> str:
    """Return a value as text, cut where it is too long for a page; nothing where there is none."""
    text = "" if value is None else str(value)
    return text if len(text) <= most else f"{text[:most]}…"


def words(text: str) -> Markup:
    """Return a text in which what stands between backticks is a command."""
    return Markup(_words(cut(text)))  # noqa: S704 - escaped there


def shown(value: Any, most: int = MOST_LETTERS) -> Markup:
    """Return a value of a district for a page: cut, escaped, and kept from turning the words around it to the left."""
    return Markup(_isolated(cut(value, most)))  # noqa: S704 - escaped there


def finding_rows(findings: Iterable[ReportedFinding], *, named: bool, schools: Any) -> Markup:
    """Return the rows of the table of findings. Not in a template: there are thousands of them for each school."""
    rows = []
    for f in findings:
        file, key, name, column, message = (
            _isolated(cut(value)) for value in (f.file, f.sourced_id, f.name, f.column, f.message)
        )
        person = f"<td>{name}</td>" if named else ""
        school = f"<td>{_isolated(cut(', '.join(f.schools)))}</td>" if schools else ""
        rows.append(
            f"<tr><td>{file}</td><td class=n>{f.line or ''}</td><td class=id>{key}</td>{person}{school}"
            f"<td>{column}</td><td class={f.severity}>{f.severity}</td><td>{html.escape(title_of(f.code))}</td>"
            f"<td class=wide>{message}</td></tr>\n"
        )
    return Markup("".join(rows))  # noqa: S704 - every value of a district is escaped


def _words(text: str) -> str:
    escaped = html.escape(text)
    return _COMMAND.sub(r"<code>\1</code>", escaped) if "`" in escaped else escaped


def _isolated(text: str) -> str:
    # What is written from right to left, or turns the direction, is not ASCII.
    return _words(text) if text.isascii() else f"<bdi>{_words(text)}</bdi>"


def environment(*loaders: BaseLoader) -> Environment:
    """Return what renders pages: our templates, after those of `loaders`, and the words and parts that all share."""
    environment = Environment(
        loader=ChoiceLoader([*loaders, PackageLoader("pipeline.report")]),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "cut": cut,
        "shown": shown,
        "words": words,
        "n": "{:,}".format,
        "finding_title": title_of,
        "title_of_hold": title_of_hold,
        "not_approved": not_approved,
        "waiting_words": waiting_words,
        "counted": counted,
        "records": records,
    }
    environment.globals |= {
        "style": Markup(_STYLE),  # noqa: S704 - our own file
        "script": Markup(_SCRIPT),  # noqa: S704 - the same
        "policy": POLICY,
        "label_codes": LABEL_CODES,
        "record_words": RECORD_WORDS,
        "finding_rows": finding_rows,
        "icon": icon,
    }
    return environment


_PAGES = environment()


@dataclass(frozen=True)
class PageParts:
    """What a page says, without its frame: to be put into another one under the same policy."""

    title: str
    header: Markup
    main: Markup


def parts_of(page: str) -> PageParts:
    """Return the parts of a page that `render` made. ValueError where it is none of ours.

    Every value of a district is escaped in it already.
    """
    parts = [_between(page, *marks) for marks in _FRAME]
    return PageParts(html.unescape(parts[0]), *(Markup(part) for part in parts[1:]))  # noqa: S704 - our own page


_FRAME = (("<title>", "</title>"), ("<header>", "</header>"), ('<main id="main" tabindex="-1">', "</main>"))


def _between(text: str, before: str, after: str) -> str:
    begin = text.index(before) + len(before)
    return text[begin : text.index(after, begin)]


def render(template: str, **values: Any) -> str:
    """Return a page."""
    return _PAGES.get_template(template).render(**values)
