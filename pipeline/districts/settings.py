"""What a district's YAML file may say: the settings model, with every default and the reason for it.

Belongs here: names, types, defaults and the rules between settings.
Does not belong here: reading the file and explaining its mistakes (`registry.py`), what commands change (`state.py`).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from datetime import time
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationInfo,
    field_validator,
    model_validator,
)

DISTRICT_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,62}")
"""A district's id is its folder name, its partition key and its settings file's name."""

RecordType = Literal["students", "staff", "guardians", "classes", "enrollments", "guardian_links"]

RECORD_TYPES: tuple[RecordType, ...] = get_args(RecordType)
"""The record types that counts and limits speak of, in the order of every report."""

GuardianRole = Literal["parent", "guardian", "relative"]


class Settings(BaseModel):
    """Base of all settings: an unknown key is a mistake, and a run never changes a setting."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _clock_time(value: Any) -> Any:
    """YAML 1.1 tools read 02:00 as 120 minutes; we take "02:00" and say so otherwise."""
    if isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        return time(int(value[:2]), int(value[3:]))
    if isinstance(value, time):
        return value
    raise ValueError('a time of day is written "02:00", with quotes, 24 hours')


def _secret_reference(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)", value):
        return value
    raise ValueError(
        "a secret is never written into the settings: give env:NAME (an environment variable) "
        "or file:PATH (a file that holds it)"
    )


def _host_key(value: Any) -> Any:
    """Bring a pinned host key to its SHA256 fingerprint: `SHA256:…` as is, `ssh-ed25519 AAAA…` computed."""
    if not isinstance(value, str):
        raise ValueError("a host key is a text: SHA256:… or ssh-ed25519 AAAA…")
    text = value.strip()
    if re.fullmatch(r"SHA256:[A-Za-z0-9+/]{43}=?", text):
        return text.rstrip("=")
    words = text.split()
    blob = next((word for word in words if word.startswith("AAAA")), None)
    if blob is None:
        raise ValueError("a host key is written SHA256:… (its fingerprint) or ssh-ed25519 AAAA… (the key)")
    try:
        digest = hashlib.sha256(base64.b64decode(blob, validate=True)).digest()
    except (binascii.Error, ValueError):
        raise ValueError("this host key is not whole: copy the line again") from None
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def _id_text(value: Any) -> Any:
    """An id is text: 0412 without quotes would have lost its leading zero before we see it."""
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise ValueError('an id is a text and never a number: write it in quotes, such as "0412"')


ClockTime = Annotated[time, BeforeValidator(_clock_time), PlainSerializer(lambda value: f"{value:%H:%M}")]
SecretReference = Annotated[str, BeforeValidator(_secret_reference)]
HostKeyPin = Annotated[str, BeforeValidator(_host_key)]
IdText = Annotated[str, BeforeValidator(_id_text)]


class School(Settings):
    """One school that takes part: its id as it stands in the data (orgSourcedIds), and its name."""

    id: IdText
    name: str = Field(min_length=1)


class SftpSettings(Settings):
    """Where the district drops its files, and how we know that the server is the right one."""

    host: str
    port: int = Field(default=22, ge=1, le=65535)
    user: str = Field(min_length=1)
    password: SecretReference | None = None
    private_key: SecretReference | None = None
    passphrase: SecretReference | None = None
    # Two, so that a server can change its key without a night in between.
    host_keys: tuple[HostKeyPin, ...] = Field(default=(), max_length=2)
    path: str = "."
    # A file that grows or changes within this time is still being uploaded; it is not taken.
    settle_seconds: float = Field(default=10, ge=0, le=600)

    @field_validator("host")
    @classmethod
    def _only_a_host(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9_.:\-]+", value):
            raise ValueError(
                "a host is a name or an address alone, such as sftp.example.org, without sftp:// or a folder"
            )
        return value

    @model_validator(mode="after")
    def _one_credential(self) -> SftpSettings:
        if (self.password is None) == (self.private_key is None):
            raise ValueError("give either password or private_key, and only one of them")
        if self.passphrase is not None and self.private_key is None:
            raise ValueError("passphrase belongs to private_key")
        return self


class FileNames(Settings):
    """The names of the files on the server; upper and lower case count as the same.

    A name may be a pattern: %Y %y %m %d %H %M %S stand for a date in it, * for anything. Of several matches the newest
    counts. The standard's own names are always understood.
    """

    users: str = "users.csv"
    classes: str = "classes.csv"
    enrollments: str = "enrollments.csv"
    contacts: str = "contacts.csv"
    guardians: str = "guardians.csv"
    student_attributes: str = "student_attributes.csv"

    def by_file(self) -> dict[str, str]:
        """Return the three files' OneRoster name -> the name that this district uses."""
        return {"users.csv": self.users, "classes.csv": self.classes, "enrollments.csv": self.enrollments}

    def patterns(self) -> dict[str, str]:
        """Return every file's name -> the name or pattern that this district uses."""
        return {f"{name}.csv": str(getattr(self, name)) for name in type(self).model_fields}


class ReadingSettings(Settings):
    """How the values of a district's files are meant."""

    # The country of telephone numbers without a country code (ISO 3166, two letters).
    country: str = Field(default="US", pattern=r"^[A-Z]{2}$")
    # What a file is written in that is not UTF-8.
    encoding: Literal["windows-1252", "iso-8859-1", "mac-roman"] = "windows-1252"
    # Which of the two columns holds the mobile number: it is the login and the text channel.
    mobile: Literal["sms", "phone"] = "sms"
    # Enrollments whose end has come (the end is the first day that no longer counts), and those yet to begin.
    ended_enrollments: Literal["keep", "leave_out"] = "keep"
    future_enrollments: Literal["keep", "leave_out"] = "keep"


class GuardianRule(Settings):
    """One rule: what must hold for a contact of a student, and the role that follows.

    Exactly one of the three tests: `legal_guardian` (the flag is true), `relationship` (one of these words, upper
    and lower case alike), `role_sent` (users.csv already gives one of these roles; `role: as_sent` keeps it).
    """

    legal_guardian: Literal[True] | None = None
    relationship: tuple[str, ...] | None = None
    role_sent: tuple[GuardianRole, ...] | None = None
    role: GuardianRole | Literal["as_sent"]

    @model_validator(mode="after")
    def _one_test(self) -> GuardianRule:
        tests = [t for t in (self.legal_guardian, self.relationship, self.role_sent) if t]
        if len(tests) != 1:
            raise ValueError("a rule tests exactly one of legal_guardian, relationship, role_sent")
        if self.role == "as_sent" and self.role_sent is None:
            raise ValueError("role: as_sent goes with role_sent only")
        return self


DEFAULT_GUARDIAN_RULES = (
    GuardianRule(legal_guardian=True, role="guardian"),
    GuardianRule(relationship=("mother", "father"), role="parent"),
    GuardianRule(role_sent=("parent", "guardian", "relative"), role="as_sent"),
)
"""Legal guardian -> guardian; else mother or father -> parent; else the role already sent; else not linked."""


class GuardianSettings(Settings):
    """Who of a student's contacts becomes a guardian: the first rule that holds decides."""

    rules: tuple[GuardianRule, ...] = Field(default=DEFAULT_GUARDIAN_RULES, min_length=1)


class ArchiveLimit(Settings):
    """How many active records of one type a sync may archive.

    Allowed are `percent` of the active records, rounded down (501 students at 10 % allow 50), and never fewer than
    `at_least`, so that a small school is not stopped by one family that moves away.
    """

    percent: float = Field(default=10, ge=0, le=100)
    at_least: int = Field(default=20, ge=0)

    def allowed(self, active: int) -> int:
        """Return how many of `active` records may be archived."""
        return max(int(active * self.percent / 100 + 1e-9), self.at_least)


class Limits(Settings):
    """The archive limit of every record type; a type that is not named has the default."""

    archive: dict[RecordType, ArchiveLimit] = Field(default_factory=dict, validate_default=True)

    @field_validator("archive")
    @classmethod
    def _every_record_type(cls, value: dict[RecordType, ArchiveLimit]) -> dict[RecordType, ArchiveLimit]:
        return {record_type: value.get(record_type, ArchiveLimit()) for record_type in RECORD_TYPES}


class DistrictSettings(Settings):
    """All that Rollcall must know of one district, or of one school that sends its own files."""

    name: str = Field(min_length=1)
    time_zone: str
    start_time: ClockTime = time(2, 0)
    scope: Literal["district", "school"] = "district"
    schools: tuple[School, ...] = Field(min_length=1)
    profile: Literal["connect"] = "connect"
    sftp: SftpSettings
    files: FileNames = FileNames()
    reading: ReadingSettings = ReadingSettings()
    guardians: GuardianSettings = GuardianSettings()
    limits: Limits = Limits()

    @field_validator("time_zone")
    @classmethod
    def _known_time_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("no such time zone: write it as America/Chicago, Pacific/Honolulu or Pacific/Guam")
        return value

    @field_validator("schools")
    @classmethod
    def _schools_fit_the_scope(cls, value: tuple[School, ...], info: ValidationInfo) -> tuple[School, ...]:
        ids = [school.id for school in value]
        twice = sorted({school_id for school_id in ids if ids.count(school_id) > 1})
        if twice:
            raise ValueError(f"the id {twice[0]} stands there twice")
        if info.data.get("scope") == "school" and len(ids) != 1:
            raise ValueError("scope: school means exactly one school here")
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The district's time zone."""
        return ZoneInfo(self.time_zone)
