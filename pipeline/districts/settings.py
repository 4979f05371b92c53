"""What a district's YAML file may say: the settings model, with every default and the reason for it.

Belongs here: names, types, defaults and the rules between settings.
Does not belong here: reading the file and explaining its mistakes (`registry.py`), what commands change (`state.py`).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, cast, get_args
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
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

from pipeline.districts.date_ranges import DateRange, date_range

DISTRICT_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,62}")
"""A district's id is its folder name, its partition key and its settings file's name."""

RecordType = Literal["students", "staff", "guardians", "classes", "enrollments", "guardian_links"]

RECORD_TYPES: tuple[RecordType, ...] = get_args(RecordType)
"""The record types that counts and limits speak of, in the order of every report."""

GuardianRole = Literal["parent", "guardian", "relative"]

NamesShown = Literal["full", "initials", "ids"]


class Settings(BaseModel):
    """Base of all settings: an unknown key is a mistake, and a run never changes a setting."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _clock_time(value: Any) -> Any:
    """YAML 1.1 tools read 02:00 as 120 minutes, so the quotes are required."""
    if isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        return time(int(value[:2]), int(value[3:]))
    if isinstance(value, time):
        return value
    raise ValueError('write the time of day in quotes and on the 24-hour clock, such as "02:00"')


def _secret_reference(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)", value):
        return value
    raise ValueError(
        "never write a secret into the settings: use env:NAME (an environment variable) "
        "or file:PATH (a file that contains it)"
    )


def host_key_pin(value: Any) -> str:
    """Return a host key's fingerprint: `SHA256:…` as it is, of `ssh-ed25519 AAAA…` computed. ValueError for others."""
    if not isinstance(value, str):
        raise ValueError("a host key must be text: SHA256:… or ssh-ed25519 AAAA…")
    text = value.strip()
    if re.fullmatch(r"SHA256:[A-Za-z0-9+/]{43}=?", text):
        return text.rstrip("=")
    words = text.split()
    blob = next((word for word in words if word.startswith("AAAA")), None)
    if blob is None:
        raise ValueError("write a host key as SHA256:… (its fingerprint) or ssh-ed25519 AAAA… (the key)")
    try:
        digest = hashlib.sha256(base64.b64decode(blob, validate=True)).digest()
    except (binascii.Error, ValueError):
        raise ValueError("this host key is incomplete: copy the whole line again") from None
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def _id_text(value: Any) -> Any:
    """An id is text: 0412 without quotes would have lost its leading zero before we see it."""
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise ValueError('an id must be text, not a number: write it in quotes, such as "0412"')


_COUNTRIES = frozenset(phonenumbers.SUPPORTED_REGIONS) - {"AC", "TA", "XK"}
"""Every country that the telephone library knows; Ascension, Tristan da Cunha and Kosovo have no code in ISO 3166."""

_OTHER_NAMES = {"UK": "GB", "EN": "GB", "USA": "US"}


def _country(value: Any) -> Any:
    if value in _COUNTRIES:
        return value
    sent = value.strip().upper() if isinstance(value, str) else ""
    meant = _OTHER_NAMES.get(sent, sent)
    closest = f"did you mean {meant} for {value}?" if meant in _COUNTRIES else "such as US, CA or MX"
    raise ValueError(f"write the country as its two letters in ISO 3166: {closest}")


ClockTime = Annotated[time, BeforeValidator(_clock_time), PlainSerializer(lambda value: f"{value:%H:%M}")]
SecretReference = Annotated[str, BeforeValidator(_secret_reference)]
HostKeyPin = Annotated[str, BeforeValidator(host_key_pin)]
Country = Annotated[str, BeforeValidator(_country)]
IdText = Annotated[str, BeforeValidator(_id_text)]


class School(Settings):
    """One school that takes part: its id exactly as in the files (orgSourcedIds), and its name."""

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
    # A file that changes within this time, by our own clock, is still being uploaded and is not fetched. A minute is
    # longer than a live upload pauses.
    settle_seconds: float = Field(default=60, ge=0, le=3600)
    # Every file is read a second time and must be the same: for servers that put the date of a file back after it
    # was written over, so that nothing else tells.
    read_twice: bool = False
    # For one night's fetch, all tries and waiting included. 100 MB take 4 minutes at 0.5 MB/s.
    max_minutes: float = Field(default=15, ge=1, le=90)

    @field_validator("host")
    @classmethod
    def _only_a_host(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9_.:\-]+", value):
            raise ValueError(
                "write only the host name or address, such as sftp.example.org, without sftp:// or a folder"
            )
        return value

    @model_validator(mode="after")
    def _one_credential(self) -> SftpSettings:
        if (self.password is None) == (self.private_key is None):
            raise ValueError("set either password or private_key, but not both")
        if self.passphrase is not None and self.private_key is None:
            raise ValueError("passphrase can only be used with private_key")
        return self


class FolderSettings(Settings):
    """A drop folder on the machine that runs Rollcall, as where the vendor runs the SFTP server."""

    path: str
    # As with sftp.
    settle_seconds: float = Field(default=60, ge=0, le=3600)
    # The most that may be in the folder: beyond it nothing is read, and a drop server takes nothing more. A million
    # students are 1.2 GB in three files; a set is a handful of files.
    max_megabytes: int = Field(default=2000, ge=1, le=1_000_000)
    max_files: int = Field(default=500, ge=3, le=5000)

    @field_validator("path")
    @classmethod
    def _absolute(cls, value: str) -> str:
        if not value.startswith("/"):
            raise ValueError("write the full path of the folder, such as /srv/sftp/maple/outgoing")
        return value


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
    # Of Clever's set.
    students: str = "students.csv"
    teachers: str = "teachers.csv"
    staff: str = "staff.csv"
    sections: str = "sections.csv"
    # What the files are written in. auto: what they look like; OneRoster, where the folder has both.
    format: Literal["auto", "oneroster", "clever"] = "auto"

    def by_file(self) -> dict[str, str]:
        """Return the three files' OneRoster name -> the name that this district uses."""
        return {"users.csv": self.users, "classes.csv": self.classes, "enrollments.csv": self.enrollments}

    def patterns(self) -> dict[str, str]:
        """Return every file's name -> the name or pattern that this district uses."""
        return {f"{name}.csv": str(getattr(self, name)) for name in type(self).model_fields if name != "format"}


class ReadingSettings(Settings):
    """How the values of a district's files are meant."""

    # The country of telephone numbers without a country code (ISO 3166, two letters).
    country: Country = "US"
    # What a file is written in that is not UTF-8.
    encoding: Literal["windows-1252", "iso-8859-1", "mac-roman"] = "windows-1252"
    # Which of the two columns holds the mobile number: it is the login and the text channel.
    mobile: Literal["sms", "phone"] = "sms"
    # Whether the files are the whole roster (bulk) or only what changed (delta). auto: as manifest.csv says; without
    # one they are the whole roster, unless every row has a status and a date of change and fewer than half of the known
    # people are in them: that is asked about.
    mode: Literal["auto", "bulk", "delta"] = "auto"
    # Enrollments whose end has come (the end is the first day that no longer counts), and those yet to begin.
    ended_enrollments: Literal["keep", "leave_out"] = "keep"
    future_enrollments: Literal["keep", "leave_out"] = "keep"

    @property
    def enrollment_dates_matter(self) -> bool:
        """Whether an enrollment is left out for its dates."""
        return "leave_out" in {self.ended_enrollments, self.future_enrollments}


class GuardianRule(Settings):
    """One rule: what must hold for a contact of a student, and the role that follows; `excluded`: never a guardian.

    All tests that a rule names must hold, and it names at least one. A flag that the files do not give is neither true
    nor false. Words are compared without regard to capital letters and the blanks around them.
    """

    # One of these is the relationship: its code, or the words that the student information system shows for it.
    relationship: tuple[str, ...] | None = Field(default=None, min_length=1)
    legal_guardian: bool | None = None
    # The files already give one of these roles; `role: as_sent` keeps it.
    role_sent: tuple[GuardianRole, ...] | None = Field(default=None, min_length=1)
    custody: bool | None = None
    lives_with: bool | None = None
    emergency: bool | None = None
    # The contact's priority among the student's: 1 is called first.
    priority_at_most: int | None = Field(default=None, ge=1)
    role: GuardianRole | Literal["as_sent", "excluded"]

    @field_validator("relationship")
    @classmethod
    def _words(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if value is not None and not all(word.strip() for word in value):
            raise ValueError("a relationship must not be blank")
        return value

    @model_validator(mode="after")
    def _some_test(self) -> GuardianRule:
        tests = [name for name in type(self).model_fields if name != "role"]
        if all(getattr(self, name) is None for name in tests):
            raise ValueError(f"a rule must test at least one of {', '.join(tests)}")
        if self.role == "as_sent" and self.role_sent is None:
            raise ValueError("role: as_sent can only be used with role_sent")
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
    # Of more guardians than so many on one student, those with the first priorities stay. None: all do, and more than
    # six are reported: the product that the files were first made for takes six.
    most_per_student: int | None = Field(default=None, ge=1)
    # Of Clever's set, the contacts that may become guardians: those of one of these types, or of none; and, where it is
    # given, of one of these relationships. The others are not read.
    contact_types: tuple[str, ...] = ("Parent/Guardian", "Primary", "Secondary", "Family")
    contact_relationships: tuple[str, ...] | None = None
    # Whether contacts with several ids who seem to be the same person are listed in the report. No one is merged.
    same_person: Literal["off", "propose"] = "propose"


class Limit(Settings):
    """How many changes of one kind a sync may make.

    Allowed are `percent` of the base, rounded down (501 students at 10 % allow 50), and never fewer than `at_least`,
    so that a small school is not stopped by one family that moves away: sql/macros/allowed.sql.
    """

    percent: float = Field(default=10, ge=0, le=100)
    at_least: int = Field(default=20, ge=0)


LimitsByType = dict[RecordType, Limit]

Measure = Literal["archive", "archive_per_school", "update", "update_per_school", "column", "column_per_school", "add"]

MEASURES: tuple[Measure, ...] = get_args(Measure)

# Clever holds above 10 % deleted or 75 % updated of a type. A district of 370 schools built its own breaker of 25 %
# per school, since a percentage of the whole district lets a school go unnoticed.
DEFAULT_LIMITS: dict[Measure, Limit] = {
    "archive": Limit(percent=10),
    "archive_per_school": Limit(percent=25),
    "update": Limit(percent=75),
    "update_per_school": Limit(percent=90),
    "column": Limit(percent=50),
    "column_per_school": Limit(percent=75),
    "add": Limit(percent=50),
}


class LimitSet(Settings):
    """What a sync may do without approval, per record type; the base is the active records before the sync."""

    # Archives of a type, in the whole district.
    archive: LimitsByType = Field(default={}, validate_default=True)
    # Archives of a type in one school; the base is the school's active records.
    archive_per_school: LimitsByType = Field(default={}, validate_default=True)
    update: LimitsByType = Field(default={}, validate_default=True)
    # Updates of a type in one school; the base is the school's active records.
    update_per_school: LimitsByType = Field(default={}, validate_default=True)
    # Updates that change one and the same column.
    column: LimitsByType = Field(default={}, validate_default=True)
    # Updates that change one and the same column in one school.
    column_per_school: LimitsByType = Field(default={}, validate_default=True)
    add: LimitsByType = Field(default={}, validate_default=True)


class LimitWindow(LimitSet):
    """Different limits between two sync dates, both included; they end automatically.

    What a window does not name is as on every other day.
    """

    first: date
    last: date
    why: str = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> LimitWindow:
        if self.last < self.first:
            raise ValueError("last is before first")
        return self


@dataclass(frozen=True)
class LimitsInForce:
    """The limits of one sync date."""

    limits: dict[tuple[Measure, RecordType], Limit]
    window: LimitWindow | None


class Limits(LimitSet):
    """The limits of every day, and windows with other ones. The first window that holds a date counts."""

    windows: tuple[LimitWindow, ...] = ()

    @field_validator(*MEASURES)
    @classmethod
    def _every_record_type(cls, value: LimitsByType, info: ValidationInfo) -> LimitsByType:
        default = DEFAULT_LIMITS[cast("Measure", info.field_name)]
        return {record_type: value.get(record_type, default) for record_type in RECORD_TYPES}

    def on(self, day: date) -> LimitsInForce:
        """Return the limits in force on a sync date."""
        window = next((window for window in self.windows if window.first <= day <= window.last), None)
        limits: dict[tuple[Measure, RecordType], Limit] = {}
        for measure in MEASURES:
            always: LimitsByType = getattr(self, measure)
            now: LimitsByType = getattr(window, measure) if window else {}
            limits.update({(measure, record_type): now.get(record_type, always[record_type]) for record_type in always})
        return LimitsInForce(limits=limits, window=window)


class Rollover(Settings):
    """The sync dates, both included, within which each school may go over to a new school year or a new term, once.

    In a term classes and enrollments are replaced and grades stay. In a year students also move up one grade, an entry
    grade may be empty, and a top grade leaves the district or goes on to another school. sql/gate/rollover.sql says
    what fits; what does not is judged as on every other day.
    """

    kind: Literal["year", "term"]
    first: date
    last: date
    # What the report calls it, such as "School year 2027-28".
    name: str = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> Rollover:
        if self.last < self.first:
            raise ValueError("last is before first")
        return self


class SyncSettings(Settings):
    """What a sync may change in the roster. Records that a setting protects are counted as kept."""

    # Off: only guardians.csv decides who is a guardian; without that file, guardians and links are kept.
    manage_guardians: bool = True
    # Off: a class that was archived and is in the files again stays archived, and nobody is enrolled in it.
    restore_archived_classes: bool = True
    # Off: the email, sms and phone of people in the roster are kept.
    update_contact_details: bool = True
    # Off: the language of people in the roster is kept.
    update_language: bool = True
    # What a student is known by: sourcedId, or identifier (the student number).
    student_id: Literal["sourcedId", "identifier"] = "sourcedId"
    # People missing from the files are archived after this many days; 0: at once.
    archive_after_days: int = Field(default=0, ge=0, le=365)
    # Plan and report every night, and apply nothing.
    observe_only: bool = False
    # The district is not synced nightly until someone has reviewed the first sync and confirmed it.
    review_initial: bool = False


class ReportSettings(Settings):
    """What a report may show of people."""

    # Reports are forwarded, printed and left on desks; initials are enough to recognize someone whose id you know. With
    # full names, email addresses and phone numbers are shown too; otherwise they are masked.
    names: NamesShown = "initials"


_MAIL_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def is_mail_address(text: str) -> bool:
    """Return whether a text is one mail address, without a name beside it."""
    return _MAIL_ADDRESS.fullmatch(text) is not None


def _on_or_off(value: Any) -> Any:
    """Some tools write `off` as false."""
    return {True: "on", False: "off"}.get(value, value) if isinstance(value, bool) else value


def _dates(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    date_range(value)
    return value


OnOrOff = Annotated[Literal["on", "off"], BeforeValidator(_on_or_off)]
Dates = Annotated[str, BeforeValidator(_dates)]


class CalendarSettings(Settings):
    """On which dates the district has no school. Files that come then are synced; that none come is no alarm."""

    # iCalendar (.ics), or dates as text, one entry a line; from the folder of the settings, or with its whole path.
    file: str | None = Field(default=None, min_length=1)
    # The same in the settings themselves.
    dates: tuple[Dates, ...] = ()
    # Of the file, only entries with one of these in their names; none: all. A calendar has more than days off in it.
    words: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    # off: no school on Saturdays and Sundays. Many exports run on them too, and then a missing one is worth knowing of.
    weekends: OnOrOff = "on"

    @field_validator("file")
    @classmethod
    def _beside_the_settings(cls, value: str | None, info: ValidationInfo) -> str | None:
        folder = (info.context or {}).get("folder")
        return str(Path(folder).absolute() / value) if value is not None and folder is not None else value

    @property
    def ranges(self) -> tuple[DateRange, ...]:
        """The dates that the settings name."""
        return tuple(date_range(entry) for entry in self.dates)


StaleFile = Literal["users.csv", "classes.csv", "enrollments.csv"]


class StaleSettings(Settings):
    """When the same content again and again is an alarm: an export that still runs and reads nothing new."""

    # School days on which the same content came again, Saturdays and Sundays never counted; 0: no alarm.
    days: int = Field(default=3, ge=0, le=365)
    # Which files are also watched one by one. In a term the list of classes stays the same for weeks: it is not among
    # them, and an enrollment in a class that is not listed is a finding.
    files: tuple[StaleFile, ...] = ("users.csv", "enrollments.csv")


class MailSettings(Settings):
    """Who at the district gets mails, and when. Never people in the roster: no address is taken from the files."""

    to: tuple[str, ...] = ()
    # One mail when it happens, and one when it is resolved.
    on: tuple[Literal["rejected", "held", "missing", "stale"], ...] = ("rejected", "held", "missing", "stale")
    # A message for every night, whatever its outcome.
    every_day: bool = False

    @field_validator("to")
    @classmethod
    def _are_addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(is_mail_address(address) for address in value):
            raise ValueError("write only the email address, such as it@example.org, without a name")
        return value


class DistrictSettings(Settings):
    """Everything Rollcall needs to know about one district, or about one school that sends its own files."""

    name: str = Field(min_length=1)
    time_zone: str
    start_time: ClockTime = time(2, 0)
    # Until when the night waits for whole files; what is there then counts. Without it, 4 hours after the start.
    fetch_until: ClockTime | None = None
    scope: Literal["district", "school"] = "district"
    schools: tuple[School, ...] = Field(min_length=1)
    profile: Literal["connect"] = "connect"
    # Exactly one of the two: where the files come from.
    sftp: SftpSettings | None = None
    folder: FolderSettings | None = None
    # Days after which deliveries and what was made from them are removed; without it, nothing is removed.
    retention_days: int | None = Field(default=None, ge=1, le=36_500)
    files: FileNames = FileNames()
    reading: ReadingSettings = ReadingSettings()
    guardians: GuardianSettings = GuardianSettings()
    limits: Limits = Limits()
    rollover: tuple[Rollover, ...] = ()
    sync: SyncSettings = SyncSettings()
    reports: ReportSettings = ReportSettings()
    mail: MailSettings = MailSettings()
    calendar: CalendarSettings = CalendarSettings()
    stale: StaleSettings = StaleSettings()

    @field_validator("time_zone")
    @classmethod
    def _known_time_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("unknown time zone: write it like America/Chicago, Pacific/Honolulu or Pacific/Guam")
        return value

    @field_validator("schools")
    @classmethod
    def _schools_fit_the_scope(cls, value: tuple[School, ...], info: ValidationInfo) -> tuple[School, ...]:
        ids = [school.id for school in value]
        twice = sorted({school_id for school_id in ids if ids.count(school_id) > 1})
        if twice:
            raise ValueError(f"the id {twice[0]} appears twice")
        if info.data.get("scope") == "school" and len(ids) != 1:
            raise ValueError("scope: school requires exactly one school")
        return value

    @field_validator("rollover")
    @classmethod
    def _one_at_a_time(cls, value: tuple[Rollover, ...]) -> tuple[Rollover, ...]:
        by_date = sorted(value, key=lambda rollover: rollover.first)
        for earlier, later in pairwise(by_date):
            if later.first <= earlier.last:
                raise ValueError(f"the dates of {later.name} begin before those of {earlier.name} have ended")
        return value

    @field_validator("fetch_until")
    @classmethod
    def _not_the_start(cls, value: time | None, info: ValidationInfo) -> time | None:
        if value is not None and value == info.data.get("start_time"):
            raise ValueError("write another time than start_time: an earlier one means the next day")
        return value

    @model_validator(mode="after")
    def _one_source(self) -> DistrictSettings:
        if (self.sftp is None) == (self.folder is None):
            raise ValueError("set either sftp (a server) or folder (on this machine), but not both")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The district's time zone."""
        return ZoneInfo(self.time_zone)

    def rollover_on(self, day: date) -> Rollover | None:
        """Return the rollover within whose dates a sync date is."""
        return next((rollover for rollover in self.rollover if rollover.first <= day <= rollover.last), None)
