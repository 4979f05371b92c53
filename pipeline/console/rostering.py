"""The settings of a district as a page groups and names them, and what a form of them comes to.

Belongs here: labels, help, and which settings a page leaves to the file, with why. Does not belong here: what a setting
may be (`pipeline/districts/settings.py`), changing the file (`pipeline/districts/editing.py`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from pipeline.districts.editing import Edit, change_settings
from pipeline.districts.registry import Registry, read_document, settings_text
from pipeline.districts.settings import DEFAULT_LIMITS, MEASURES, RECORD_TYPES, DistrictSettings, Limit
from pipeline.errors import UsageError


@dataclass(frozen=True)
class Setting:
    """A setting with one value."""

    key: str
    """The way to it, as `rollcall district set` has it."""
    label: Any
    help: Any = ""

    @property
    def kind(self) -> str:
        """How it is entered: `choice`, `list`, `number` or `text`."""
        if self.choices:
            return "choice"
        found = _type_of(self.key)
        if get_origin(found) is tuple:
            return "list"
        return "number" if found in {int, float} else "text"

    @property
    def choices(self) -> tuple[str, ...]:
        """What it may be, where that is one of a few words."""
        found = _type_of(self.key)
        if found is bool:
            return ("true", "false")
        return tuple(map(str, get_args(found))) if get_origin(found) is Literal else ()

    @property
    def default(self) -> str:
        """What counts where the file does not say; blank where it has to."""
        owner, name = _owner_of(self.key)
        if owner is Limit:
            return _as_entered(getattr(DEFAULT_LIMITS[self.key.split(".")[1]], name))  # type: ignore[index] # a measure
        value = owner.model_fields[name].get_default(call_default_factory=True)
        return "" if value is None or "Undefined" in type(value).__name__ else _as_entered(_plain(owner, name, value))


@dataclass(frozen=True)
class Rows:
    """A setting that is a list of things with a few values each."""

    key: str
    label: Any
    columns: tuple[Setting, ...]
    help: Any = ""


@dataclass(frozen=True)
class Group:
    """Settings that belong together, on one page."""

    name: str
    title: Any
    settings: tuple[Setting, ...] = ()
    rows: tuple[Rows, ...] = ()
    of_the_source: bool = False
    """They say to which server or folder Rollcall goes: those who run it set them."""


def _limits() -> tuple[Setting, ...]:
    words = {
        "archive": _("Archives of %s, percent of the district"),
        "archive_per_school": _("Archives of %s, percent of a school"),
        "update": _("Updates of %s, percent of the district"),
        "update_per_school": _("Updates of %s, percent of a school"),
        "column": _("Updates of one column of %s, percent of the district"),
        "column_per_school": _("Updates of one column of %s, percent of a school"),
        "add": _("New %s, percent of the district"),
    }
    return tuple(
        Setting(f"limits.{measure}.{name}.percent", _Filled(words[measure], name.replace("_", " ")))
        for measure in MEASURES
        for name in RECORD_TYPES
    )


class _Filled:
    """A text with a word in it, in the language of whoever reads it."""

    def __init__(self, text: Any, word: str) -> None:
        self.text, self.word = text, word

    def __str__(self) -> str:
        return str(self.text) % self.word


GROUPS: tuple[Group, ...] = (
    Group(
        "night", _("Start time"),
        (
            Setting("name", _("Name of the district")),
            Setting("start_time", _("Start of the nightly sync"), _("Local time, such as 02:00.")),
            Setting("fetch_until", _("Wait for files until"), _("Such as 05:30. Blank: four hours after the start.")),
            Setting("time_zone", _("Time zone"), _("Such as America/Chicago.")),
            Setting("scope", _("Who sends the files"), _("district, or school: one school that sends its own.")),
        ),
    ),
    Group(
        "schools", _("Schools"),
        rows=(
            Rows(
                "schools", _("Schools that take part"),
                (Setting("schools.1.id", _("Id, as in the files")), Setting("schools.1.name", _("Name"))),
                _("Rows of other schools are left out and counted. Leading zeros count."),
            ),
        ),
    ),
    Group(
        "sync", _("What a sync may change"),
        (
            Setting("sync.observe_only", _("Only observe: report every night, and apply nothing")),
            Setting("sync.review_initial", _("Someone reviews the first sync before nights begin")),
            Setting("sync.manage_guardians", _("The files decide who is a guardian")),
            Setting("sync.update_contact_details", _("Update email addresses and phones")),
            Setting("sync.update_language", _("Update languages")),
            Setting("sync.restore_archived_classes", _("Restore archived classes that are in the files again")),
            Setting("sync.archive_after_days", _("Days until people who are missing are archived"), _("0: at once.")),
            Setting(
                "sync.student_id", _("What a student is known by"),
                _("Changing it on a running district gives every student another id: whoever runs Rollcall renumbers."),
            ),
            Setting("retention_days", _("Days after which deliveries and reports go away"), _("Blank: never.")),
        ),
        (
            Rows(
                "rollover", _("Rollovers: when each school may go over to a new year or term, once"),
                tuple(
                    Setting(f"rollover.1.{name}", label)
                    for name, label in (
                        ("kind", _("Kind: year or term")), ("first", _("First date")), ("last", _("Last date")),
                        ("name", _("Name in the report")),
                    )
                ),
            ),
        ),
    ),
    Group(
        "calendar", _("School calendar"),
        (
            Setting(
                "calendar.file", _("File with the days off"),
                _("On the server: an iCalendar file (.ics), or dates as text, one a line."),
            ),
            Setting("calendar.words", _("Words of the entries that are days off"), _("Blank: every entry counts.")),
            Setting(
                "calendar.dates", _("Days off"), _("Dates and ranges, such as 2026-11-26, 2026-12-21 to 2027-01-01."),
            ),
            Setting("calendar.weekends", _("School on Saturdays and Sundays")),
            Setting("stale.days", _("School days with the same files until that is an alarm"), _("0: no alarm.")),
            Setting("stale.files", _("Files that are watched one by one")),
        ),
    ),
    Group(
        "reading", _("How files are read"),
        (
            Setting("reading.mode", _("What the files hold"), _("bulk: everybody; delta: only what changed.")),
            Setting("reading.country", _("Country of phone numbers without a country code")),
            Setting("reading.encoding", _("Encoding of files that are not UTF-8")),
            Setting("reading.mobile", _("Column of mobile numbers")),
            Setting("reading.ended_enrollments", _("Enrollments that have ended")),
            Setting("reading.future_enrollments", _("Enrollments that have not begun")),
            Setting("files.format", _("Format of the files")),
            *(
                Setting(f"files.{name}", _Filled(_("Name of the file %s"), f"{name}.csv"))
                for name in (
                    "users", "classes", "enrollments", "contacts", "guardians", "student_attributes",
                    "students", "teachers", "staff", "sections",
                )
            ),
        ),
    ),
    Group(
        "guardians", _("Guardians"),
        (
            Setting("guardians.most_per_student", _("Most guardians of a student"), _("Blank: no limit.")),
            Setting("guardians.same_person", _("List contacts who may be one person")),
            Setting("guardians.contact_types", _("Clever: types of contacts who may be guardians")),
            Setting("guardians.contact_relationships", _("Clever: relationships of contacts who may be guardians")),
        ),
    ),
    Group("limits", _("Limits"), _limits()),
    Group(
        "mail", _("Mail and reports"),
        (
            Setting("mail.to", _("Who gets mail"), _("Addresses, with commas between them.")),
            Setting("mail.on", _("When"), _("With commas between them.")),
            Setting("mail.every_day", _("Mail every night")),
            Setting("reports.names", _("What reports show of people")),
        ),
    ),
    Group(
        "source", _("Where files come from"),
        (
            Setting("sftp.host", _("Server")),
            Setting("sftp.port", _("Port")),
            Setting("sftp.user", _("User")),
            Setting("sftp.path", _("Folder on the server")),
            Setting("sftp.host_keys", _("Fingerprints of the server"), _("One or two, with a comma between them.")),
            Setting("sftp.settle_seconds", _("Seconds that a file must rest")),
            Setting("sftp.read_twice", _("Read every file twice")),
            Setting("sftp.max_minutes", _("Most minutes for a fetch")),
            Setting("folder.path", _("Or a folder on this machine")),
            Setting("folder.settle_seconds", _("Seconds that a file in the folder must rest")),
            Setting("folder.max_megabytes", _("Most megabytes in the folder")),
            Setting("folder.max_files", _("Most files in the folder")),
        ),
        of_the_source=True,
    ),
)  # fmt: skip
"""All settings that a page changes."""

_SECRET = _(
    "A secret is not typed into a page: it is in a file or a variable on the server, and the settings name that."
)

LEFT_TO_FILE: Mapping[str, Any] = {
    "sftp.password": _SECRET,
    "sftp.private_key": _SECRET,
    "sftp.passphrase": _SECRET,
    "profile": _("There is one."),
    "guardians.rules": _("Their order decides, and one that is wrong gives a child's messages to the wrong person."),
    "limits.windows": _("Other limits for some days need a reason and an end, and a rollover seldom needs them."),
    **{
        f"limits.{measure}.{name}.at_least": _("The percentage is what is changed in a year.")
        for measure in MEASURES
        for name in RECORD_TYPES
    },
}
"""Settings that no page changes, and why."""


@dataclass(frozen=True)
class Entered:
    """A form of a group's settings: what each field has, and what is wrong with it."""

    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    problem: str = ""
    """What is wrong that no field has."""

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.errors and not self.problem


def seen(registry: Registry, district: str) -> str:
    """Return a mark of the settings as they are: a form that was open while they changed has another."""
    return hashlib.sha256(settings_text(registry.path_of(district)).encode()).hexdigest()


def as_they_are(registry: Registry, district: str, group: Group) -> Entered:
    """Return the form with what the file says; a field is blank where the default counts."""
    path = registry.path_of(district)
    document = read_document(path, settings_text(path))
    values = {setting.key: _as_entered(_at(document, setting.key)) for setting in group.settings}
    for rows in group.rows:
        for number in range(1, len(_at(document, rows.key) or ()) + 1):
            for column in rows.columns:
                key = _in_row(column.key, number)
                values[key] = _as_entered(_at(document, key))
    return Entered(values)


def changed(registry: Registry, district: str, group: Group, sent: Mapping[str, str]) -> tuple[Entered, Edit | None]:
    """Return the form as it was sent, and the change that it asks for; None where something is wrong with it.

    Only settings of the group are looked at, whatever else was sent.
    """
    now = as_they_are(registry, district, group)
    values = {key: sent.get(key, was).strip() for key, was in now.values.items()}
    wanted: dict[str, str] = {}
    gone: list[str] = []
    for setting in group.settings:
        if values[setting.key] != now.values[setting.key]:
            if values[setting.key]:
                wanted[setting.key] = _as_written(setting, values[setting.key])
            else:
                gone.append(setting.key)
    for rows in group.rows:
        _change_rows(rows, now, values, sent, wanted, gone)
    try:
        return Entered(values), change_settings(registry, district, wanted, unset=gone)
    except UsageError as failure:
        return _with_errors(values, failure), None


def _change_rows(
    rows: Rows,
    now: Entered,
    values: dict[str, str],
    sent: Mapping[str, str],
    wanted: dict[str, str],
    gone: list[str],
) -> None:
    count = rows_of(rows, now)
    left = [number for number in range(1, count + 1) if sent.get(f"{rows.key}.{number}.remove") != "yes"]
    # From the end: places behind one that goes are others then.
    gone += [f"{rows.key}.{number}" for number in range(count, 0, -1) if number not in left]
    for place, number in enumerate(left, start=1):
        for column in rows.columns:
            key = _in_row(column.key, number)
            if values[key] != now.values[key]:
                wanted[_in_row(column.key, place)] = _as_written(column, values[key])
    added = {column.key.rpartition(".")[2]: sent.get(_in_row(column.key, count + 1), "") for column in rows.columns}
    values |= {f"{rows.key}.{count + 1}.{name}": value for name, value in added.items()}
    if any(value.strip() for value in added.values()):
        wanted[f"{rows.key}.{len(left) + 1}"] = json.dumps(
            {name: value.strip() for name, value in added.items()}, ensure_ascii=False
        )


def rows_of(rows: Rows, entered: Entered) -> int:
    """Return how many rows there are in the file."""
    name = rows.columns[0].key.rpartition(".")[2]
    return sum(1 for key in entered.values if key.startswith(f"{rows.key}.") and key.endswith(f".{name}"))


def _with_errors(values: dict[str, str], failure: UsageError) -> Entered:
    errors, rest = {}, []
    for line in failure.message.splitlines():
        key, _colon, what = line.partition(": ")
        place = key if key in values else next((one for one in values if one.startswith(f"{key}.")), None)
        if place is not None:
            errors[place] = what[:1].upper() + what[1:]
        else:
            rest.append(line)
    return Entered(values, errors, " ".join(rest))


def keys_of_settings(model: type[BaseModel] = DistrictSettings, before: str = "") -> Iterator[str]:
    """Yield the way to every setting; of a list that of its first item."""
    for name in model.model_fields:
        key = f"{before}{name}"
        inner = _inner(model.model_fields[name].annotation)
        if key in {"guardians.rules", "limits.windows"}:
            yield key
        elif name in MEASURES:
            yield from (f"{key}.{of}.{part}" for of in RECORD_TYPES for part in ("percent", "at_least"))
        elif isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from keys_of_settings(inner, f"{key}.")
        elif (item := _item(inner)) is not None and issubclass(item, BaseModel):
            yield from keys_of_settings(item, f"{key}.1.")
        else:
            yield key


def _inner(annotation: Any) -> Any:
    """Return a type without `Annotated` and `| None`."""
    if get_origin(annotation) in {Union, UnionType}:
        return _inner(next(part for part in get_args(annotation) if part is not NoneType))
    if hasattr(annotation, "__metadata__"):
        return _inner(get_args(annotation)[0])
    return annotation


def _item(annotation: Any) -> type | None:
    """Return the type of a list's items; None where it is no list, or one of no class."""
    found = _inner(get_args(annotation)[0]) if get_origin(annotation) is tuple else None
    return found if isinstance(found, type) else None


def _owner_of(key: str) -> tuple[type[BaseModel], str]:
    """Return the model that has a setting, and its name there."""
    model: Any = DistrictSettings
    *way, name = [part for part in key.split(".") if not part.isdecimal()]
    for part in way:
        if part not in model.model_fields:  # a record type: `limits` has one limit for each
            continue
        inner = _inner(model.model_fields[part].annotation)
        inner = _item(inner) or inner
        if get_origin(inner) is dict:
            inner = get_args(inner)[1]
        model = inner
    return model, name


def _type_of(key: str) -> Any:
    owner, name = _owner_of(key)
    return _inner(owner.model_fields[name].annotation)


def _plain(owner: type[BaseModel], name: str, value: Any) -> Any:
    return owner.model_construct(**{name: value}).model_dump(mode="json", include={name}, warnings=False)[name]


def _at(document: Any, key: str) -> Any:
    for part in key.split("."):
        if isinstance(document, list):
            document = document[int(part) - 1] if int(part) <= len(document) else None
        else:
            document = document.get(part) if isinstance(document, Mapping) else None
    return document


def _in_row(key: str, number: int) -> str:
    list_key, _one, name = key.split(".")
    return f"{list_key}.{number}.{name}"


def _as_entered(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)


def _as_written(setting: Setting, value: str) -> str:
    """Return a value as the settings file has it."""
    if setting.kind == "list":
        return json.dumps([part.strip() for part in value.split(",") if part.strip()], ensure_ascii=False)
    return value if setting.kind in {"choice", "number"} else json.dumps(value, ensure_ascii=False)
