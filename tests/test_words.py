"""The words that people read: plain American English, as docs/naming.md has it.

Belongs here: collecting the texts of findings, holds, states, help, pages, mails and errors, and the words that none of
them may use. Each rule says what to write instead; what is allowed in spite of one says why.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer.main

from pipeline.cli.main import app
from pipeline.oneroster.findings import CATALOGUE
from pipeline.plan.causes import CAUSES
from pipeline.report.model import SUMMARIES
from pipeline.status.districts import TO_DO, WORDS

ROOT = Path(__file__).parents[1]
PIPELINE = ROOT / "pipeline"

AVOID = {
    r"stands?|standing": "is, appears, is kept; current; status",
    r"mend(s|ed|ing)?": "fix",
    r"dear(er)?": "expensive",
    r"anew": "again",
    r"(is|are|was|were) not there|not there yet": "is missing, does not exist",
    r"a look|looks|look (whether|at|again|into|if)": "check; a preview",
    r"lead(s|ing)? (the roster|back|to)|led (the roster|back|to)": "restore; a transition",
    r"the (said|told)|(what|all that) is (said|told)|to be said": "the findings, messages or mails",
    r"(?<!cannot )tells?|told": "show, report, explain",
    r"nobody('s)?|somebody": "no one, someone",
    r"takes? (\w+ )?rows down|take down": "affects rows",
    r"live[sd]? again|living the days": "replayed",
    r"left (aside|alone)": "ignored, kept",
    r"left out for an error": "rejected because of an error",
    r"settle[sd]?|settling": "resolve",
    r"passed over": "ignored",
    r"for (it|they|he|she) (is|are|was|were)|, for ": "because",
    r"agent student|labels mapped": "the title of the finding",
    r"e-mails?|telephones?": "email, phone",
    r"(?<!there )(?:is|are|were) no (?!longer|action)": "is not a",
    r"under way": "in progress",
    r"by itself": "on its own, automatically, temporary",
    r"hangs on": "depends on",
}
"""What no text may say, as a regular expression between word boundaries, and what to write in its place."""

ALLOWED = {
    r"settle_seconds|--settle-seconds": "the name of a setting",
}
"""What is taken out of a text before it is searched, and why."""

COMMANDS_FOR_OPERATORS = re.compile(r"`rollcall |rollcall (approve|reject|block|unblock|trace)\b")
"""No text for a district may name a command."""


class Words(NamedTuple):
    """A text that a person reads, and where it is."""

    place: str
    text: str


def of_findings() -> Iterator[Words]:
    for code, finding in CATALOGUE.items():
        for part in (finding.title, finding.message, finding.cure, finding.operator):
            yield Words(f"finding {code}", part)


def of_holds() -> Iterator[Words]:
    for code, cause in CAUSES.items():
        for part in (cause.title, cause.message, cause.advice, *cause.answers):
            yield Words(f"cause {code}", part)


def of_states() -> Iterator[Words]:
    for name, texts in (("outcome", SUMMARIES), ("state", WORDS), ("to do", TO_DO)):
        for key, text in texts.items():
            yield Words(f"{name} {key}", text)


def of_help(command: Any = None, path: str = "rollcall") -> Iterator[Words]:
    command = command or typer.main.get_command(app)
    yield Words(f"{path} --help", command.help or "")
    for parameter in command.params:
        yield Words(
            f"{path} {parameter.opts[0] if parameter.opts else parameter.name}", getattr(parameter, "help", "") or ""
        )
    for name, below in getattr(command, "commands", {}).items():
        yield from of_help(below, f"{path} {name}")


def of_templates() -> Iterator[Words]:
    for path in sorted(PIPELINE.rglob("templates/*")):
        if path.suffix in {".html", ".j2"}:
            # What Jinja and HTML say to each other, attributes included, is no text.
            text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
            text = re.sub(r"<(style|script)>.*?</\1>|<[^>]*>", " ", text, flags=re.DOTALL)
            for number, line in enumerate(text.splitlines(), start=1):
                yield Words(f"{path.relative_to(ROOT)}:{number}", line)
            strings = re.findall(r"\{[{%].*?[%}]\}", path.read_text(encoding="utf-8"), re.DOTALL)
            for string in strings:
                yield from (Words(str(path.relative_to(ROOT)), part) for part in re.findall(r'"([^"]+ [^"]+)"', string))


def text_of(node: ast.AST) -> str:
    """The text of a literal, with … where a value is put in."""
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)  # type: ignore[misc]
    if isinstance(node, ast.BinOp):
        return text_of(node.left) + text_of(node.right)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


SPEAKS = {"print", "echo", "Text", "append", "Examined", "Mail", "MailPart", "OtherEntry", "ArchiveRefusal", "Refusal"}
"""The calls, other than of exceptions, whose texts a person reads."""


def of_code() -> Iterator[Words]:
    """The texts of raised errors and of what is printed."""
    for path in sorted(PIPELINE.rglob("*.py")):
        if path.is_relative_to(PIPELINE / "powerschool") or path.is_relative_to(PIPELINE / "demo"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if not (name in SPEAKS or name.endswith("Error")):
                continue
            for part in (*node.args, *(keyword.value for keyword in node.keywords)):
                if text := text_of(part):
                    yield Words(f"{path.relative_to(ROOT)}:{part.lineno}", text)


COLLECTIONS = (of_findings, of_holds, of_states, of_help, of_templates, of_code)


def offenses(words: Words) -> Iterator[str]:
    text = words.text
    for pattern in ALLOWED:
        text = re.sub(pattern, " ", text)
    for pattern, instead in AVOID.items():
        found = re.search(rf"\b(?:{pattern})(?!\w)" if pattern[0] != "," else pattern, text, re.IGNORECASE)
        if found:
            yield f"{words.place}: “{found[0]}”, write: {instead}. ({' '.join(words.text.split())[:100]})"


@pytest.mark.parametrize("collect", COLLECTIONS, ids=lambda collect: collect.__name__)
def test_what_people_read_is_plain_american_english(collect: Any) -> None:
    collected = [words for words in collect() if words.text.strip()]
    assert len(collected) > 10
    found = [offense for words in collected for offense in offenses(words)]
    assert not found, "\n".join(["plain words, please:", *found])


@pytest.mark.parametrize(
    "text",
    [
        "The roster stands as it was.",
        "Mend the row.",
        "users.csv is not there.",
        "Look whether the export still runs.",
        "The roster was led back to sync 3.",
        "There is nothing to be said.",
        "Nobody's upload is taken half.",
        "It takes 30 rows down.",
        "The days are lived again.",
        "They were left aside.",
        "Its patterns are dear to make.",
        "The plan is made anew.",
    ],
)
def test_a_text_that_a_help_desk_would_not_say_is_noticed(text: str) -> None:
    assert list(offenses(Words("here", text)))


def test_no_text_for_a_district_names_a_command() -> None:
    texts = [words for collect in (of_findings, of_holds) for words in collect()]
    for_operators = {finding.operator for finding in CATALOGUE.values()}
    found = [words for words in texts if COMMANDS_FOR_OPERATORS.search(words.text) and words.text not in for_operators]
    pages = [PIPELINE / "report" / "templates" / name for name in ("report.html", "school.html", "parts.html")]
    found += [Words(path.name, "") for path in pages if COMMANDS_FOR_OPERATORS.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_every_finding_has_a_short_title_of_its_own() -> None:
    titles = [finding.title for finding in CATALOGUE.values()]
    assert [title for title in titles if not 5 < len(title) <= 60 or title.endswith(".") or "_" in title] == []
    assert sorted({title for title in titles if titles.count(title) > 1}) == []


def test_every_message_and_cure_is_a_sentence() -> None:
    texts = [(code, text) for code, one in CATALOGUE.items() for text in (one.message, one.cure)]
    texts += [(code, text) for code, one in CAUSES.items() for text in (one.message, one.advice, *one.answers)]
    assert [(code, text) for code, text in texts if not re.fullmatch(r"[A-Z{\"].*[.?]", text, re.DOTALL)] == [
        (code, text) for code, text in texts if text.startswith(("schoolYear", "primary", "manifest.csv"))
    ]
