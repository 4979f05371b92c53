"""The districts that have settings: reads their YAML files and explains every mistake with file, line and key.

One file per district, named after it. What a mistake is and what is allowed comes from `settings.py`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from pipeline.districts.settings import DISTRICT_ID, DistrictSettings
from pipeline.errors import UsageError


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
        if not DISTRICT_ID.fullmatch(district):
            raise UsageError(
                f'"{district}" is not a district id.',
                "An id has 2 to 63 small letters, digits and hyphens, and begins with a letter or digit.",
            )
        path = self.path(district)
        if not path.is_file():
            known = self.ids()
            close = difflib.get_close_matches(district, known, n=1)
            hint = f'Did you mean "{close[0]}"?' if close else f"Known: {', '.join(known) or 'none yet'}."
            raise UsageError(
                f'There is no district "{district}" in {self.folder}.',
                f"{hint} `rollcall district add {district}` makes one.",
            )
        return read_settings(path)


def read_settings(path: Path) -> DistrictSettings:
    """Return the settings in `path`.

    Raises:
        UsageError: the file cannot be read, is not YAML, or has a setting that is unknown or not allowed; the message
            names every such place with file, line, key and what is allowed.
    """
    try:
        document = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8 text.", "Save it as UTF-8.") from None
    except OSError as failure:
        raise UsageError(f"{path} cannot be read ({failure.strerror}).") from None
    except MarkedYAMLError as failure:
        mark = failure.problem_mark or failure.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        raise UsageError(
            f"{path}{line}: this is not YAML: {failure.problem}.", "Compare with the example in README.md."
        ) from None
    except YAMLError:
        raise UsageError(f"{path} is not YAML.", "Compare with the example in README.md.") from None
    if not isinstance(document, CommentedMap):
        raise UsageError(f"{path} holds no settings.", "Compare with the example in README.md.")
    try:
        return DistrictSettings.model_validate(document)
    except ValidationError as failure:
        places = [_explain(path, document, error) for error in _told_once(failure.errors(include_url=False))]
        raise UsageError("\n".join(dict.fromkeys(places))) from None


def _told_once(errors: Sequence[Any]) -> list[Any]:
    """Leave out that a list is too short where only a mistake in its items makes it so: pydantic drops those items."""
    return [
        error
        for error in errors
        if error["type"] != "too_short"
        or not any(len(e["loc"]) > len(error["loc"]) and e["loc"][: len(error["loc"])] == error["loc"] for e in errors)
    ]


def _explain(path: Path, document: Any, error: Any) -> str:
    """Say one mistake: file, line, key, what is wrong, what is allowed."""
    # "[key]" is pydantic's mark for a mistake in a key itself.
    keys = [part for part in error["loc"] if part != "[key]"]
    line = _line_of(document, keys)
    name = ".".join(str(k + 1) if isinstance(k, int) else k for k in keys) or "settings"
    where = f"{path}, line {line}, {name}:"
    allowed = _allowed_keys(keys[:-1])
    if error["type"] == "extra_forbidden":
        close = difflib.get_close_matches(str(keys[-1]), allowed, n=1)
        hint = f"Did you mean {close[0]}? " if close else ""
        return f"{where} there is no such setting. {hint}Allowed here: {', '.join(allowed)}."
    if error["type"] == "missing":
        return f"{where} this setting is required and is not there."
    if error["type"] == "literal_error":
        return f"{where} not allowed. Allowed: {error['ctx']['expected']}."
    if error["type"] in {"too_short", "string_too_short"}:
        return f"{where} this must not be empty."
    text = str(error["msg"]).removeprefix("Value error, ")
    return f"{where} {text[:1].lower()}{text[1:].rstrip('.')}."


def _line_of(document: Any, keys: Iterable[int | str]) -> int:
    """Return the line (from 1) on which the setting stands, or the nearest thing around it."""
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
    """Return the names of the settings that may stand below `keys`."""
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


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models_in(part)]
