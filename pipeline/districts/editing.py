"""Changing a district's settings file: one setting at a time, checked before it is written, all else as it was.

Belongs here: finding the place of a setting in the text, putting a value there, and writing the file as a whole. Does
not belong here: what a setting may be (`settings.py`), how a mistake is told (`registry.py`), who may change one.

The text is changed at that one place, and not written again from what was read: comments, quotes, blank lines and the
order stay as a person made them. ruamel.yaml reads the file before and after; a change that would come to anything else
than what was asked for is refused.
"""

from __future__ import annotations

import difflib
import json
import re
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from pipeline.districts.registry import Mistake, Registry, check_settings, read_document, settings_text
from pipeline.districts.school_calendar import check_calendar
from pipeline.districts.settings import DistrictSettings, host_key_pin
from pipeline.errors import UsageError
from pipeline.files.atomic import replace_whole
from pipeline.files.writing import writing

INDENT = "  "
"""By how much a new block is indented, as in docs/settings.md."""

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*")
"""Texts that need no quotes."""

_NOT_TEXT = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"}
"""What some reader of YAML takes for something else than a text."""

MOST_PINS = 2

Key = tuple[str | int, ...]
"""The way to a setting: names, and places in lists from 0."""


@dataclass(frozen=True)
class Edit:
    """A change of a settings file that is checked and not written yet."""

    path: Path
    before: str
    after: str
    settings: DistrictSettings
    """As they will be."""

    @property
    def changes_something(self) -> bool:
        """Whether the file will be another."""
        return self.before != self.after

    @property
    def diff(self) -> str:
        """The change as a unified diff; blank where there is none."""
        lines = difflib.unified_diff(
            self.before.splitlines(), self.after.splitlines(), str(self.path), str(self.path), n=1, lineterm=""
        )
        return "\n".join(lines)

    @property
    def lines(self) -> list[str]:
        """The lines that go and come, with what is around them, as the diff has them: without its head."""
        return self.diff.splitlines()[2:]

    def write(self) -> None:
        """Replace the file as a whole; a link to it stays one, and who may read it stays so.

        Raises:
            UsageError: the file was changed since it was read.
            NotWrittenError: the disk refused; the file is as it was.
        """
        real = self.path.resolve()
        if settings_text(self.path) != self.before:
            raise UsageError(f"{self.path} was changed by someone else meanwhile.", "Run the command again.")
        if self.changes_something:
            with writing(real):
                mode = stat.S_IMODE(real.stat().st_mode)
            replace_whole(real, self.after, mode=mode)


def change_settings(registry: Registry, district: str, values: Mapping[str, str], *, unset: Sequence[str] = ()) -> Edit:
    """Return the change that gives settings other values, checked and not written.

    A key is `sftp.port` or `schools.2.name`; items of a list count from 1, and the one behind the last is added. A
    value is written as in the file: `22`, `true`, `[a, b]`; what must be text is text without quotes. Keys in `unset`
    are taken out of the file, so that their default counts.

    Raises:
        UsageError: no such district, no such setting, or a value that is not allowed, with what is allowed.
        CalendarError: a school calendar that cannot be read, with the line of its mistake.
    """
    path, before = _opened(registry, district)
    after = before
    for key in unset:
        after = _without(path, after, key)
    for key, value in values.items():
        after = _with(path, after, key, value)
    edit = _checked(path, before, after, [*values, *unset])
    if any(key.split(".")[0] == "calendar" for key in values):
        # That it can be read is known before it counts.
        check_calendar(edit.settings, datetime.now(edit.settings.zone).date())
    return edit


def pin_host_key(registry: Registry, district: str, fingerprint: str, *, only: bool = False) -> Edit:
    """Return the change that pins a host key beside the one that is pinned, or (`only`) in the place of all.

    Raises:
        UsageError: two are pinned already and `only` is not asked for, or the district has no server.
    """
    path, before = _opened(registry, district)
    settings = registry[district]
    if settings.sftp is None:
        raise UsageError(f"{district} has no SFTP server: its files come from a folder.")
    pinned = settings.sftp.host_keys
    if fingerprint in pinned and (len(pinned) == 1 or not only):
        return Edit(path, before, before, settings)
    if only or not pinned:
        after = _with(path, before, "sftp.host_keys", json.dumps([fingerprint]))
    elif len(pinned) < MOST_PINS:
        after = _with(path, before, f"sftp.host_keys.{len(pinned) + 1}", json.dumps(fingerprint))
    else:
        raise UsageError(
            f"{district} has {len(pinned)} pinned host keys already, and no more are allowed.",
            "--only pins the new one in the place of both.",
        )
    return _checked(path, before, after, ["sftp.host_keys"])


def fingerprint_of(text: str) -> str:
    """Return the fingerprint of a host key that a person gives, as it is pinned; UsageError where it is none."""
    try:
        return host_key_pin(text)
    except ValueError as failure:
        raise UsageError(f"The host key cannot be read: {failure}.") from None


def _opened(registry: Registry, district: str) -> tuple[Path, str]:
    """Return where the settings are, and their text. UsageError as `Registry.path_of`."""
    path = registry.path_of(district)
    return path, settings_text(path)


def _checked(path: Path, before: str, after: str, keys: Sequence[str]) -> Edit:
    checked = check_settings(path, after)
    if isinstance(checked, DistrictSettings):
        return Edit(path, before, after, checked)
    former = check_settings(path, before)
    lines = {} if isinstance(former, DistrictSettings) else {mistake.key: mistake.line for mistake in former}
    places = (_told(path, mistake, keys, lines.get(mistake.key)) for mistake in checked)
    raise UsageError("\n".join(dict.fromkeys(places)), "Nothing was changed.")


def _told(path: Path, mistake: Mistake, keys: Sequence[str], line: int | None) -> str:
    """Return a mistake in words; one that was in the file before, elsewhere, with its line there."""
    near = any(_within(key, mistake.key) or _within(mistake.key, key) for key in keys)
    where = mistake.key if near or line is None else f"{path}, line {line}, {mistake.key}"
    return f"{where}: {mistake.what}."


def _within(key: str, other: str) -> bool:
    return other == key or other.startswith(f"{key}.")


# --- values ---------------------------------------------------------------------------------------------------------


def _with(path: Path, text: str, key: str, value: str) -> str:
    """Return the text with a setting that has another value."""
    document = _plain(read_document(path, text))
    keys = _keys(path, document, key)
    found = []
    for meant, written in _meanings(value):
        after = _put(text, keys, written)
        wanted = _with_plain(document, keys, meant)
        if after is not None and _holds(path, after, wanted):
            found.append(after)
    # A text that looks like a number is taken for one, unless only the text is allowed there.
    allowed = (after for after in found if not _is_wrong(path, after, key))
    chosen = next(allowed, found[0] if found else None)
    if chosen is None:
        raise _by_hand(path, key)
    return chosen


def _without(path: Path, text: str, key: str) -> str:
    """Return the text without a setting; as it was, where the file does not have it."""
    document = _plain(read_document(path, text))
    keys = _keys(path, document, key)
    if not _has(document, keys):
        _refuse_unknown(path, text, key)
        return text
    # A block that would be left empty goes with its last setting.
    while len(keys) > 1 and isinstance(keys[-1], str) and len(_at(document, keys[:-1])) == 1:
        keys = keys[:-1]
    after = _cut(text, keys)
    if after is None or not _holds(path, after, _without_plain(document, keys)):
        raise _by_hand(path, key)
    return after


def _refuse_unknown(path: Path, text: str, key: str) -> None:
    """Refuse a key that is no setting at all."""
    probe = check_settings(path, _with(path, text, key, "null"))
    wrong = [] if isinstance(probe, DistrictSettings) else [one for one in probe if "does not exist" in one.what]
    if wrong:
        raise UsageError(f"{wrong[0].key}: {wrong[0].what}.")


def _meanings(value: str) -> list[tuple[Any, str]]:
    """Return what a value may mean, the likelier first: each as plain data, and as it is written into a file."""
    text = value.strip()
    try:
        meant = _plain(read_document(Path(), value))
    except UsageError:
        # `*.csv` and `%Y.csv` are no YAML: they are texts.
        meant = text
    if meant is None and text.casefold() in {"null", "~"}:
        return [(None, "null")]
    found: list[tuple[Any, str]] = []
    if isinstance(meant, dict | list):
        found.append((meant, text if "\n" not in text and text[:1] in {"[", "{"} else _in_one_line(meant)))
    elif meant is not None and not isinstance(meant, str):
        found.append((meant, text))
    words = meant if isinstance(meant, str) else text
    return [*found, (words, _as_text(words))]


def _as_text(words: str) -> str:
    if _PLAIN.fullmatch(words) and words.casefold() not in _NOT_TEXT:
        return words
    return json.dumps(words, ensure_ascii=False)


def _in_one_line(meant: Any) -> str:
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style, yaml.width = True, 1 << 20
    stream = StringIO()
    yaml.dump(meant, stream)
    return stream.getvalue().strip()


def _is_wrong(path: Path, text: str, key: str) -> bool:
    checked = check_settings(path, text)
    return not isinstance(checked, DistrictSettings) and any(_within(key, one.key) for one in checked)


# --- plain data: what the file must hold after the change -----------------------------------------------------------


def _plain(found: Any) -> Any:
    """Return what was read without ruamel's own types."""
    if isinstance(found, Mapping):
        return {key: _plain(value) for key, value in found.items()}
    if isinstance(found, list):
        return [_plain(value) for value in found]
    return found


def _holds(path: Path, text: str, wanted: Any) -> bool:
    """Return whether the text is YAML and means just what is wanted."""
    try:
        return bool(_plain(read_document(path, text)) == wanted)
    except UsageError:
        return False


def _keys(path: Path, document: Any, key: str) -> Key:
    """Return the way to a setting; UsageError where a part of it is no name and no place in a list."""
    if not isinstance(document, dict):
        raise UsageError(f"{path} contains no settings.", "Compare with docs/settings.md.")
    keys: list[str | int] = []
    here: Any = document
    for part in key.split("."):
        if isinstance(here, list):
            if not part.isdecimal() or not 1 <= int(part) <= len(here) + 1:
                raise UsageError(
                    f"{key}: {'.'.join(map(_shown, keys))} is a list of {len(here)}.",
                    f"Write the place in it, from 1; {len(here) + 1} adds one.",
                )
            place = int(part) - 1
            keys.append(place)
            here = here[place] if place < len(here) else None
        elif not part:
            raise UsageError(f'"{key}" is not a setting.', "Write it like sftp.port or schools.1.name.")
        else:
            keys.append(part)
            here = here.get(part) if isinstance(here, dict) else None
    return tuple(keys)


def _shown(key: str | int) -> str:
    return str(key + 1) if isinstance(key, int) else key


def _at(document: Any, keys: Key) -> Any:
    for key in keys:
        document = document[key]
    return document


def _has(document: Any, keys: Key) -> bool:
    try:
        _at(document, keys)
    except (KeyError, IndexError, TypeError):
        return False
    return True


def _with_plain(document: Any, keys: Key, meant: Any) -> Any:
    if not keys:
        return meant
    first, rest = keys[0], keys[1:]
    if isinstance(document, list) and isinstance(first, int):
        items = document if first < len(document) else [*document, None]
        return [_with_plain(item, rest, meant) if at == first else item for at, item in enumerate(items)]
    around = document if isinstance(document, dict) else {}
    return {**around, first: _with_plain(around.get(first), rest, meant)}


def _without_plain(document: Any, keys: Key) -> Any:
    first, rest = keys[0], keys[1:]
    if isinstance(document, list):
        changed = [_without_plain(item, rest) if rest and at == first else item for at, item in enumerate(document)]
        return changed if rest else [item for at, item in enumerate(changed) if at != first]
    changed_map = {
        key: _without_plain(value, rest) if rest and key == first else value for key, value in document.items()
    }
    return changed_map if rest else {key: value for key, value in changed_map.items() if key != first}


def _by_hand(path: Path, key: str) -> UsageError:
    return UsageError(
        f"{key} cannot be changed by this command in the way that {path} is written there.",
        "Nothing was changed. Change it in an editor; `rollcall district show` checks it.",
    )


# --- places in the text ---------------------------------------------------------------------------------------------
# Marks of ruamel.yaml are offsets in the text. A block ends behind its last value, not behind the comments after it.


def _put(text: str, keys: Key, written: str) -> str | None:
    """Return the text with `written` as the value at `keys`; None where the text has no place that can be told."""
    node = _composed(text)
    for depth, key in enumerate(keys):
        child = _child(node, key)
        if child is None:
            return _added(text, node, keys[depth:], written)
        name, node = child
        if depth + 1 == len(keys):
            return _replaced(text, name, node, written)
        if isinstance(node, ScalarNode):
            # An empty block: `sync:`.
            return _replaced(text, name, node, _flow(keys[depth + 1 :], written))
    return None


def _composed(text: str) -> Node | None:
    try:
        found = YAML(typ="rt").compose(text)
    except YAMLError:
        return None
    return found if isinstance(found, Node) else None


def _child(node: Node | None, key: str | int) -> tuple[Node | None, Node] | None:
    """Return the node of a key and that of its value; of an item of a list, only the latter."""
    if isinstance(node, MappingNode):
        return next(((name, value) for name, value in node.value if name.value == key), None)
    if isinstance(node, SequenceNode) and isinstance(key, int) and key < len(node.value):
        return None, node.value[key]
    return None


def _end(node: Node) -> int:
    """Return where the last value in a node ends."""
    if isinstance(node, MappingNode | SequenceNode) and _is_block(node) and node.value:
        return _end(_last(node))
    return int(node.end_mark.index)


def _is_block(node: Node) -> bool:
    """Return whether a value reaches over lines of its own."""
    return isinstance(node, MappingNode | SequenceNode) and not node.flow_style


def _line_end(text: str, at: int) -> int:
    """Return where the line ends, before its line end."""
    found = text.find("\n", at)
    end = len(text) if found < 0 else found
    return end - 1 if end and text[end - 1 : end] == "\r" else end


def _replaced(text: str, name: Node | None, value: Node, written: str) -> str | None:
    if isinstance(value, ScalarNode) and value.style in {"|", ">"}:
        return None
    start, end = int(value.start_mark.index), _end(value)
    if name is not None and (_is_block(value) or start == end):
        # The value is on the lines below its key, or there is none: it goes behind the colon, a comment there stays.
        colon = text.index(":", int(name.end_mark.index)) + 1
        behind = text[colon : _line_end(text, colon)] + text[end:] if _is_block(value) else text[colon:]
        return f"{text[:colon]} {written}{behind}"
    return text[:start] + written + text[end:]


def _flow(keys: Key, written: str) -> str:
    """Return a value with what it is in, on one line."""
    for key in reversed(keys):
        written = f"[{written}]" if isinstance(key, int) else f"{{{key}: {written}}}"
    return written


def _block(keys: Key, written: str, line_end: str, column: int) -> str:
    """Return a value with the blocks that it is in, as it goes behind the key or dash in this column."""
    if not keys or isinstance(keys[0], int):
        return f" {_flow(keys, written)}"
    inner = column + len(INDENT)
    return f"{line_end}{' ' * inner}{keys[0]}:{_block(keys[1:], written, line_end, inner)}"


def _added(text: str, around: Node | None, keys: Key, written: str) -> str | None:
    """Return the text with one setting more in a block, or one item more in a list."""
    if not isinstance(around, MappingNode | SequenceNode):
        return None
    key, rest = keys[0], keys[1:]
    if around.flow_style or not around.value:
        item = _flow(rest, written) if isinstance(key, int) else f"{key}: {_flow(rest, written)}"
        if not around.value:
            at = int(around.end_mark.index) - 1
            return text[:at] + item + text[at:]
        at = _end(_last(around))
        return f"{text[:at]}, {item}{text[at:]}"
    line_end = "\r\n" if "\r\n" in text else "\n"
    column = around.start_mark.column
    at = _line_end(text, _end(around))
    # What goes behind a dash is on its line.
    item = f"- {_flow(rest, written)}" if isinstance(key, int) else f"{key}:{_block(rest, written, line_end, column)}"
    return f"{text[:at]}{line_end}{' ' * column}{item}{text[at:] or line_end}"


def _last(node: MappingNode | SequenceNode) -> Node:
    last = node.value[-1]
    found: Node = last[1] if isinstance(node, MappingNode) else last
    return found


def _cut(text: str, keys: Key) -> str | None:
    """Return the text without the setting at `keys`; None where the text has no place that can be told."""
    node = _composed(text)
    for key in keys[:-1]:
        child = _child(node, key)
        node = child[1] if child is not None else None
    found = _child(node, keys[-1])
    if found is None or not isinstance(node, MappingNode | SequenceNode):
        return None
    name, value = found
    start = int((name or value).start_mark.index)
    if node.flow_style:
        return _cut_flow(text, node, value, start)
    from_line = text.rfind("\n", 0, start) + 1
    to_line = _line_end(text, _end(value))
    after = text.find("\n", to_line)
    return text[:from_line] + (text[after + 1 :] if after >= 0 else "")


def _cut_flow(text: str, node: MappingNode | SequenceNode, value: Node, start: int) -> str:
    pairs = [pair if isinstance(node, MappingNode) else (pair, pair) for pair in node.value]
    place = next(number for number, pair in enumerate(pairs) if pair[1] is value)
    if place + 1 < len(pairs):
        return text[:start] + text[int(pairs[place + 1][0].start_mark.index) :]
    if place:
        start = _end(pairs[place - 1][1])
    return text[:start] + text[_end(value) :]
