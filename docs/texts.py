"""Writes pipeline/console/locale/django.pot: every text of the console that can be translated.

A catalog is made from it with `msginit`, compiled with `msgfmt`, and named in LANGUAGES of the settings of the console.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment

from pipeline.console.roles import Role
from pipeline.console.words import PLOTS
from pipeline.report.words import RECORD_WORDS
from pipeline.status.districts import NEXT, WORDS

ROOT = Path(__file__).parents[1]
CONSOLE = ROOT / "pipeline" / "console"
CATALOG = CONSOLE / "locale" / "django.pot"

_HEAD = """\
# The texts of Rollcall's console. Made by `python docs/texts.py`.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"""

_CALLS = {"_", "gettext", "gettext_lazy", "ngettext"}


def texts() -> dict[tuple[str, ...], str]:
    """Return the texts, each with where it comes from; one with a plural is a pair."""
    found: dict[tuple[str, ...], str] = {}
    for text, place in (*_of_pages(), *_of_account_pages(), *_of_code(), *_of_words()):
        found.setdefault(text, place)
    return dict(sorted(found.items()))


def catalog() -> str:
    """Return the catalog."""
    parts = [_HEAD]
    for (one, *plural), place in texts().items():
        more = [f"msgid_plural {_quoted(plural[0])}", 'msgstr[0] ""', 'msgstr[1] ""'] if plural else ['msgstr ""']
        parts.append("\n".join([f"#: {place}", f"msgid {_quoted(one)}", *more]) + "\n")
    return "\n".join(parts)


def _of_pages() -> Iterator[tuple[tuple[str, ...], str]]:
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    for path in sorted((CONSOLE / "jinja2").rglob("*.html")):
        for _, _, found in environment.extract_translations(path.read_text("utf-8")):
            parts = found if isinstance(found, tuple) else (found,)
            text = tuple(part for part in parts if part)
            if text:
                yield text, str(path.relative_to(ROOT))


def _of_account_pages() -> Iterator[tuple[tuple[str, ...], str]]:
    for path in sorted((CONSOLE / "templates").rglob("*.html")):
        for text in re.findall(r'\{% translate "([^"]+)" %\}', path.read_text("utf-8")):
            yield (text,), str(path.relative_to(ROOT))


def _of_code() -> Iterator[tuple[tuple[str, ...], str]]:
    for path in sorted(CONSOLE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            for keyword in node.keywords if isinstance(node, ast.Call) and name == "page" else ():
                if keyword.arg == "people" and isinstance(keyword.value, ast.Constant):
                    yield (keyword.value.value,), str(path.relative_to(ROOT))
            if isinstance(node, ast.Call) and name in _CALLS:
                count = 2 if name == "ngettext" else 1
                text = tuple(part.value for part in node.args[:count] if isinstance(part, ast.Constant))
                if len(text) == count:
                    yield text, str(path.relative_to(ROOT))


def _of_words() -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the words of states, steps, roles and record types, which are not written in the console."""
    words = [*WORDS.values(), *WORDS, *(state.capitalize() for state in WORDS), *(step for _, step in NEXT.values())]
    words += ["No action needed.", "Run the first sync.", "no sync", *RECORD_WORDS.values(), *PLOTS]
    words += [role.replace("_", " ") for role in Role] + [role.replace("_", " ").capitalize() for role in Role]
    for word in words:
        yield (word,), "the words of Rollcall"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


if __name__ == "__main__":
    CATALOG.parent.mkdir(exist_ok=True)
    CATALOG.write_text(catalog(), encoding="utf-8")
