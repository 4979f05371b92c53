"""A trace for a terminal and as a page: the story in the same words, newest last."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rich.console import Group, RenderableType
from rich.text import Text

from pipeline.files.atomic import replace_whole
from pipeline.report.cells import without_control_characters
from pipeline.report.page import render
from pipeline.report.words import RECORD_WORD
from pipeline.trace.trace import ContactDecision, Trace, TraceEvent

MOST_OF_A_LINE = 3_000
"""Letters in the page: a change of all columns of a person fits, a value of a megabyte is cut. The JSON has all."""

_FLAGS = {
    "legal_guardian": "legal guardian",
    "no_contact": "no contact",
    "custody": "custody",
    "lives_with": "lives with",
    "emergency": "emergency",
}
"""What the files may say of a contact and a student, in words."""

_REASONS = {
    "replaced": "The id was given to another person, and this record was kept as the former one's",
    "barred": "Contact is barred, and no other student was linked",
    "students_left": "All of the students had left",
    "unlinked": "No student was linked any more",
    "person_left": "The person was archived",
    "class_left": "The class was archived",
    "student_left": "The student was archived",
    "contact_left": "The contact was archived",
    "not_in_files": "It was no longer in the files",
}
"""Why something was archived, by the words of `sql/trace/reasons.sql`."""

_DONE = {"add": "added", "update": "changed", "restore": "restored", "archive": "archived"}


@dataclass(frozen=True)
class StoryPart:
    """A sync, or what the newest files say: a heading and its lines."""

    heading: str
    lines: list[str]


@dataclass(frozen=True)
class Story:
    """A trace in words: the same for the terminal and for the page."""

    title: str
    parts: list[StoryPart]


def story_of(trace: Trace) -> Story:
    """Return the story of an id in words."""
    now = ", ".join(f"{RECORD_WORD[record_type]}, {state}" for record_type, state in trace.states.items())
    parts: list[StoryPart] = []
    shown: tuple[int, str] | None = None
    for event in trace.events:
        if shown != (event.sync_number, event.kind):
            shown = (event.sync_number, event.kind)
            kind = "" if event.kind == "day" else f", {event.kind}"
            parts.append(StoryPart(f"{event.sync_date}, sync {event.sync_number}{kind}", []))
        parts[-1].lines.append(event_line(event))
    if trace.contacts:
        lines = [contact_line(contact) for contact in trace.contacts]
        parts.append(StoryPart(f"Contacts, by the files of {trace.looked_at}", lines))
    if trace.findings:
        lines = [f"{found.file}: {found.message}" for found in trace.findings]
        parts.append(StoryPart(f"Findings, in the files of {trace.looked_at}", lines))
    return Story(f"{trace.sourced_id} in {trace.district}: {now or 'not in the roster'}", parts)


def trace_text(trace: Trace) -> RenderableType:
    """Return the story of an id as something that Rich prints."""
    story = story_of(trace)
    lines: list[RenderableType] = [Text(without_control_characters(story.title))]
    for part in story.parts:
        lines.append(Text(part.heading, style="bold"))
        lines += [Text(f"    {without_control_characters(line)}") for line in part.lines]
    return Group(*lines)


def write_trace_page(trace: Trace, path: Path) -> None:
    """Write the story as a page that needs no server; a file that is there already is replaced.

    It names people: like a report, it is for the account that runs Rollcall alone until somebody passes it on.
    """
    story = story_of(trace)
    page = render(
        "trace.html",
        title=without_control_characters(story.title),
        parts=[
            StoryPart(part.heading, [without_control_characters(line) for line in part.lines]) for part in story.parts
        ],
        most_of_a_line=MOST_OF_A_LINE,
    )
    replace_whole(path, page)


def event_line(event: TraceEvent) -> str:
    """Return what one change of the person or class was, in a sentence."""
    words = f"{RECORD_WORD[event.record_type]} {event.key} {_DONE[event.operation]}"
    if event.values and event.operation != "add":
        values = (f"{v.column}: {v.before or 'blank'} → {v.after or 'blank'}" for v in event.values)
        words += f" ({'; '.join(values)})"
    if event.rule:
        words += f", {event.rule}" if event.operation == "archive" else f", by the rule: {event.rule}"
    if event.line is not None:
        words += f". From {event.file} line {event.line}"
        words += f" of the delivery of {event.delivered_on}" if event.delivered_on else ""
        words += f", sent by {' and '.join(event.sent_by)}" if event.sent_by else ""
    elif event.operation == "archive" and event.kind == "day" and not event.rule:
        words += f". {_REASONS.get(event.reason or '', _REASONS['not_in_files'])}"
    return f"{words}."


def contact_line(contact: ContactDecision) -> str:
    """Return what the guardian rules made of a pair of contact and student, in a sentence."""
    words = " / ".join(word for word in (contact.relationship, contact.relationship_display) if word)
    said = [f"relationship {words}"] if words else []
    for name, what in _FLAGS.items():
        flag = getattr(contact, name)
        if flag is not None:
            said.append(f"{what} {'yes' if flag else 'no'}")
    said += [f"priority {contact.priority}"] if contact.priority is not None else []
    said += [f"role {contact.role_sent} as sent"] if contact.role_sent else []
    where = f"{contact.file} line {contact.line}"
    saw = f" ({', '.join(said)}; {where})" if said else f" ({where})"
    verdict = f"is {contact.role} of" if contact.role else "is not linked to"
    return f"{contact.contact_id} {verdict} {contact.student_id}: {contact.reason}{saw}."
