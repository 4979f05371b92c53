"""Writing the settings of a new district: a file for people to read, checked before it is put in place."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.districts.registry import Registry, check_settings
from pipeline.districts.settings import DISTRICT_ID, DistrictSettings
from pipeline.errors import UsageError
from pipeline.files.atomic import replace_whole

_TEMPLATES = Environment(
    loader=PackageLoader("pipeline.districts"),
    autoescape=False,  # noqa: S701 - YAML, every value quoted by the filter
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters["quoted"] = lambda value: json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True)
class NewDistrict:
    """What `rollcall district add` asks for; everything else has a default."""

    name: str
    time_zone: str
    schools: Sequence[tuple[str, str]]
    host: str | None = None
    user: str | None = None
    folder: str | None = None
    start_time: str = "02:00"
    scope: str = "district"
    port: int = 22
    path: str = "."
    password: str | None = None
    private_key: str | None = None
    host_keys: Sequence[str] = ()
    settle_seconds: float | None = None


def add_district(registry: Registry, district: str, new: NewDistrict) -> Path:
    """Write the settings of `district` and return where they are.

    Raises:
        UsageError: the id is not valid, the district exists already, or a value is not allowed; nothing is written.
    """
    if not DISTRICT_ID.fullmatch(district):
        raise UsageError(
            f'"{district}" is not a district id.',
            "An id has 2 to 63 lower-case letters, digits and hyphens, and starts with a letter or digit.",
        )
    path = registry.path(district)
    if path.exists():
        raise UsageError(f"{district} already exists: {path}.", "Edit that file, or choose another id.")
    text = _TEMPLATES.get_template("district.yaml.j2").render(new=new)
    checked = check_settings(path, text)
    if not isinstance(checked, DistrictSettings):
        raise UsageError("\n".join(dict.fromkeys(f"{mistake.key}: {mistake.what}." for mistake in checked)))
    registry.folder.mkdir(parents=True, exist_ok=True)
    replace_whole(path, text)
    return path
