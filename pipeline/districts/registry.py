"""The districts that have settings: reads their YAML files and explains every mistake with file, line and key.

One file per district, named after it. What a mistake is and what is allowed comes from `settings.py`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from pipeline.districts.settings import DISTRICT_ID, DistrictSettings
from pipeline.errors import UsageError

_LISTS = {
    "schools": "a list of schools",
    "host_keys": "a list of host keys",
    "rules": "a list of rules",
    "relationship": "a list of words",
    "role_sent": "a list of roles",
    "windows": "a list of dates with other limits",
    "rollover": "a list of rollovers",
    "dates": "a list of dates",
}

_KINDS = {
    "tuple_type": "a list",
    "model_type": "a block of settings",
    "model_attributes_type": "a block of settings",
    "dict_type": "a block of settings",
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing_size": "a smaller number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
}
"""pydantic's kinds of type mistakes, in plain words."""


MOST_BYTES = 1 << 20
MOST_NODES = 50_000
"""A district of a thousand schools has settings of 100 KB with some thousand values."""


@dataclass(frozen=True)
class Registry:
    """All districts whose settings are in one folder."""

    folder: Path

    def path(self, district: str) -> Path:
        """Return where the settings of `district` are or would be."""
        return self.folder / f"{district}.yaml"

    def ids(self) -> list[str]:
        """Return the ids of all districts that have a settings file, sorted."""
        if not self.folder.is_dir():
            return []
        return sorted(p.stem for p in self.folder.glob("*.yaml") if DISTRICT_ID.fullmatch(p.stem))

    def __getitem__(self, district: str) -> DistrictSettings:
        """Return the settings of `district`.

        Raises:
            UsageError: no such district, or its settings have a mistake.
        """
        return read_settings(self.path_of(district))

    def path_of(self, district: str) -> Path:
        """Return where the settings of `district` are; UsageError where there is no such district."""
        if not DISTRICT_ID.fullmatch(district):
            raise UsageError(
                f'"{district}" is not a district id.',
                "An id has 2 to 63 lower-case letters, digits and hyphens, and starts with a letter or digit.",
            )
        path = self.path(district)
        if not path.is_file():
            known = self.ids()
            close = difflib.get_close_matches(district, known, n=1)
            hint = f'Did you mean "{close[0]}"?' if close else f"Known: {', '.join(known) or 'none yet'}."
            raise UsageError(
                f'There is no district "{district}" in {self.folder}.',
                f"{hint} `rollcall district add {district}` adds it.",
            )
        return path


@dataclass(frozen=True)
class Mistake:
    """One mistake in a district's settings: its line in the file, the setting (`sftp.port`), and what is wrong."""

    line: int
    key: str
    what: str


def read_settings(path: Path) -> DistrictSettings:
    """Return the settings in `path`.

    Raises:
        UsageError: the file cannot be read, is not YAML, or has a setting that is unknown or not allowed; the message
            names every such place with file, line, key and what is allowed.
    """
    checked = check_settings(path, settings_text(path))
    if isinstance(checked, DistrictSettings):
        return checked
    places = [f"{path}, line {mistake.line}, {mistake.key}: {mistake.what}." for mistake in checked]
    raise UsageError("\n".join(dict.fromkeys(places)))


def check_settings(path: Path, text: str) -> DistrictSettings | list[Mistake]:
    """Return the settings that `text` holds, or the mistakes in it; `path` is where it is or will be.

    Raises:
        UsageError: it is not YAML, or holds no settings.
    """
    document = read_document(path, text)
    if not isinstance(document, CommentedMap):
        raise UsageError(f"{path} contains no settings.", "Compare with docs/settings.md.")
    try:
        return DistrictSettings.model_validate(document, context={"folder": path.parent})
    except RecursionError:
        raise UsageError(f"{path} is nested too deep.", "Compare with docs/settings.md.") from None
    except ValidationError as failure:
        return [_mistake(document, error) for error in _without_repeats(failure.errors(include_url=False))]


def settings_text(path: Path) -> str:
    """Return the text in `path`, with its line ends as they are. UsageError where it cannot be read."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(f"{path} has more than {MOST_BYTES:,} bytes.", "Compare with docs/settings.md.")
        return path.read_bytes().decode()
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8 text.", "Save it as UTF-8.") from None
    except OSError as failure:
        raise UsageError(f"{path} cannot be read ({failure.strerror}).") from None


def read_document(path: Path, text: str) -> Any:
    """Return what the YAML holds, with the line of each value. UsageError where it is none; `path` is where it is."""
    try:
        document = YAML(typ="rt").load(text)
        _check_extent(path, document)
    except MarkedYAMLError as failure:
        mark = failure.problem_mark or failure.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        if isinstance(failure, DuplicateKeyError):
            # ruamel's own words hold both values, and one of them may be a password.
            name = _setting_at(text, mark.line, mark.column) if mark else None
            raise UsageError(
                f"{path}{line}: {f'the setting {name}' if name else 'a setting'} appears twice.",
                "Remove one of them.",
            ) from None
        raise UsageError(
            f"{path}{line}: this is not YAML: {_without_values(failure.problem)}.",
            "Compare with docs/settings.md.",
        ) from None
    except YAMLError:
        raise UsageError(f"{path} is not YAML.", "Compare with docs/settings.md.") from None
    # What is nested without end; and what ruamel raises for merges and tags that make no sense, with values in it.
    except (RecursionError, TypeError, ValueError, KeyError, AttributeError, AssertionError, OverflowError):
        raise UsageError(
            f"{path} is not YAML that settings can be read from: it is nested too deep, or a merge (<<) or a tag in it "
            "makes no sense.",
            "Compare with docs/settings.md.",
        ) from None
    return document


def _check_extent(path: Path, document: Any) -> None:
    """Refuse settings whose references (*name) stand for more than anybody wrote."""
    counted, waiting = 0, [document]
    while waiting:
        counted += 1
        if counted > MOST_NODES:
            raise UsageError(
                f"{path} has more than {MOST_NODES:,} values; a reference (*name) counts as all that it names.",
                "Compare with docs/settings.md.",
            )
        node = waiting.pop()
        if isinstance(node, CommentedMap):
            waiting += node.values()
        elif isinstance(node, CommentedSeq):
            waiting += node


def _setting_at(text: str, line: int, column: int) -> str | None:
    """Return the name of the setting that begins at this place; None for what is no name of ours."""
    lines = text.splitlines()
    found = re.match(r"[a-z_]+", lines[line][column:].lstrip("\"'")) if line < len(lines) else None
    return found[0] if found and found[0] in _names_in(DistrictSettings) else None


def _without_values(problem: str | None) -> str:
    """Leave out what ruamel quotes from the file; the names of its own tokens ('<scalar>') stay."""
    return re.sub(r"""(['"])(?!<[a-z ]+>\1).{2,}\1""", "…", problem or "it cannot be read", flags=re.DOTALL)


def _without_repeats(errors: Sequence[Any]) -> list[Any]:
    """Leave out that a list is too short where only a mistake in its items makes it so: pydantic drops those items."""
    return [
        error
        for error in errors
        if error["type"] != "too_short"
        or not any(len(e["loc"]) > len(error["loc"]) and e["loc"][: len(error["loc"])] == error["loc"] for e in errors)
    ]


def _mistake(document: Any, error: Any) -> Mistake:
    """Describe one mistake: line, key, what is wrong, what is allowed."""
    # "[key]" is pydantic's mark for a mistake in a key itself.
    keys = [part for part in error["loc"] if part != "[key]"]
    name = ".".join(str(k + 1) if isinstance(k, int) else k for k in keys) or "settings"
    return Mistake(_line_of(document, keys), name, _what_is_wrong(error, keys))


def _what_is_wrong(error: Any, keys: Sequence[int | str]) -> str:
    kind, context = str(error["type"]), error.get("ctx", {})
    if kind == "extra_forbidden":
        allowed = _allowed_keys(keys[:-1])
        close = difflib.get_close_matches(str(keys[-1]), allowed, n=1)
        hint = f"Did you mean {close[0]}? " if close else ""
        return f"this setting does not exist. {hint}Allowed here: {', '.join(allowed)}"
    words = {
        "missing": "this required setting is missing",
        "literal_error": f"not allowed. Allowed: {context.get('expected')}",
        "too_short": "this must not be empty",
        "string_too_short": "this must not be empty",
        "too_long": f"at most {context.get('max_length')} are allowed",
        "invalid_key": "the name of a setting must be text",
    }
    if kind in words:
        return words[kind]
    if kind in _KINDS:
        name = str(keys[-1]) if keys else ""
        return f"this must be {_LISTS.get(name, 'a list') if kind == 'tuple_type' else _KINDS[kind]}"
    text = str(error["msg"]).removeprefix("Value error, ").replace("Input should be", "this must be")
    return f"{text[:1].lower()}{text[1:].rstrip('.')}"


def _line_of(document: Any, keys: Iterable[int | str]) -> int:
    """Return the line (from 1) of the setting, or of the nearest thing around it."""
    line = 1
    node = document
    for key in keys:
        try:
            if isinstance(node, CommentedMap):
                line = node.lc.key(key)[0] + 1
            elif isinstance(node, CommentedSeq):
                line = node.lc.item(key)[0] + 1
            node = node[key]
        except (KeyError, IndexError, TypeError, AttributeError):
            break
    return int(line)


def _allowed_keys(keys: Iterable[int | str]) -> list[str]:
    """Return the names of the settings that are allowed below `keys`."""
    model: Any = DistrictSettings
    for key in keys:
        # The number of a list's item, or a record type among the limits: the items are of the model we have.
        if isinstance(key, int) or key not in model.model_fields:
            continue
        found = _models_in(model.model_fields[key].annotation)
        if not found:
            return []
        model = found[0]
    return sorted(model.model_fields)


def _names_in(model: type[BaseModel]) -> set[str]:
    """Return the names of all settings in `model` and below."""
    names = set(model.model_fields)
    for field in model.model_fields.values():
        for part in _models_in(field.annotation):
            names |= _names_in(part)
    return names


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models_in(part)]
