"""The standard as data: the fourteen files of OneRoster 1.1 with every column in its order, and what exports add.

Belongs here: names, columns, types, vocabularies and references. Both profiles read this one table, and
docs/oneroster.md is made from it. Does not belong here: how a rule is checked (sql/check, sql/oneroster).

Columns are named as in the standard ("header") and as in our tables ("field"). Sources: OneRoster 1.1 CSV binding,
sections 2 to 5; the columns after the standard's are those of PowerSchool's export and of the product's own files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

Kind = Literal["string", "id", "guid", "enum", "date", "datetime", "year", "float", "integer", "user_id"]
"""The types of the standard. `user_id` is an element of userIds, `{type:id}`; `id` an identifier of another system."""

BOOLEAN = ("true", "false")
STATUS = ("active", "tobedeleted")
MODES = ("absent", "bulk", "delta")
SESSION_TYPES = ("gradingPeriod", "semester", "schoolYear", "term")
ORG_TYPES = ("department", "school", "district", "local", "state", "national")
CLASS_TYPES = ("homeroom", "scheduled")
USER_ROLES = ("administrator", "aide", "guardian", "parent", "proctor", "relative", "student", "teacher")
CONTACT_ROLES = frozenset({"guardian", "parent", "relative"})
ENROLLMENT_ROLES = ("administrator", "proctor", "student", "teacher")
IMPORTANCES = ("primary", "secondary")
SEXES = ("male", "female")
SCORE_STATUS = ("exempt", "fully graded", "not submitted", "partially graded", "submitted")
RESIDENCES = ("01652", "01653", "01654", "01655", "01656")
GRADES = (
    *("IT", "PR", "PK", "TK", "KG", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13"),
    *("PS", "UG", "Other"),
)
"""CEDS, Entry Grade Level, version 5: two digits."""


@dataclass(frozen=True)
class Column:
    """One column of a file.

    Of the standard: `kind`, `vocabulary` (exact tokens; empty: free), `is_list` (elements separated by commas within
    one cell), `mandatory` (never blank), `references` (the file whose sourcedId a value must be) and `target_types`
    (what `type` the row there must have). `standard` is False for what exports add.

    Of the product: without a `required` column the file is refused; `required_at_school_level` is False where a school
    that sends its own files may leave it out all the same. `stored` is False for what is never kept. `free_text`: a
    comma may stand in a value without quotes around it. `mark`: it says how other cells of its row are meant, and
    nothing by itself, so nobody misses it. `ignored`: a column of another format that is of no use. `also_known` are
    other spellings that exports use.
    """

    header: str
    field: str
    kind: Kind = "string"
    vocabulary: tuple[str, ...] = ()
    is_list: bool = False
    mandatory: bool = False
    references: str | None = None
    target_types: tuple[str, ...] = ()
    standard: bool = True
    required: bool = False
    required_at_school_level: bool = True
    stored: bool = True
    free_text: bool = False
    mark: bool = False
    ignored: bool = False
    also_known: tuple[str, ...] = ()

    def is_required(self, scope: str) -> bool:
        """Return whether a file of a district of this scope must have the column."""
        return self.required and (scope == "district" or self.required_at_school_level)


@dataclass(frozen=True)
class RosterFile:
    """One file: its name, the table that its rows are read into, its columns in the order of the standard.

    `roster`: part of every bulk rostering set (the standard's appendix A). `rows_needed`: with a header
    and no rows it is refused; any other file then says nothing.
    """

    name: str
    table: str
    columns: tuple[Column, ...]
    roster: bool = False
    rows_needed: bool = False

    @property
    def stem(self) -> str:
        """The name without `.csv`, as the manifest has it."""
        return self.name.removesuffix(".csv")

    @property
    def standard_columns(self) -> tuple[Column, ...]:
        """The columns that the standard lists, in its order."""
        return tuple(column for column in self.columns if column.standard)

    def column(self, header: str) -> Column | None:
        """Return the column that a cleaned header names, upper and lower case alike, or None."""
        wanted = header.casefold()
        for column in self.columns:
            if column.header.casefold() == wanted or wanted in column.also_known:
                return column
        return None


def _snake(header: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", header).lower()


def _c(header: str, kind: Kind = "string", field: str | None = None, **more: Any) -> Column:
    return replace(Column(header, field or _snake(header), kind), **more)


def _r(header: str, kind: Kind = "string", field: str | None = None, **more: Any) -> Column:
    """Return a column whose cells are never blank."""
    return _c(header, kind, field, mandatory=True, **more)


def _flag(header: str, field: str | None = None, **more: Any) -> Column:
    return _c(header, "enum", field, vocabulary=BOOLEAN, **more)


def _added(header: str, *also_known: str, field: str | None = None, **more: Any) -> Column:
    """Return a column that is none of the standard's."""
    return _c(header, field=field, standard=False, also_known=also_known, **more)


_KEY = _r("sourcedId", "guid", required=True, also_known=("sourceid",))
_CHANGED = (_c("status", "enum", vocabulary=STATUS), _c("dateLastModified", "datetime"))
_EVERY_FILE = (_KEY, *_CHANGED)

_MARKS = (
    _added("synthetic", "metadata.synthetic", mark=True),
    _added("sentFile", mark=True),
    _added("sentLine", mark=True),
)
"""`synthetic`: the columns in which a row says nothing, by their headers and with commas between them: values that an
export of ours made up because the standard wants one, and cells that the files of another format have no column for.
`sentFile` and `sentLine`: where the row stands in the files of another format that it was made from."""

_SUBJECTS = (_c("subjects", is_list=True), _c("subjectCodes", is_list=True))

MANIFEST = RosterFile("manifest.csv", "manifest", (_r("propertyName"), _c("value")))

ACADEMIC_SESSIONS = RosterFile(
    "academicSessions.csv",
    "academic_sessions",
    (
        *_EVERY_FILE,
        _r("title", free_text=True),
        _r("type", "enum", vocabulary=SESSION_TYPES),
        _r("startDate", "date"),
        _r("endDate", "date"),
        _c("parentSourcedId", "guid", references="academicSessions"),
        _r("schoolYear", "year"),
    ),
    roster=True,
)

ORGS = RosterFile(
    "orgs.csv",
    "orgs",
    (
        *_EVERY_FILE,
        _r("name", free_text=True),
        _r("type", "enum", vocabulary=ORG_TYPES),
        _c("identifier"),
        _c("parentSourcedId", "guid", references="orgs"),
    ),
    roster=True,
)

COURSES = RosterFile(
    "courses.csv",
    "courses",
    (
        *_EVERY_FILE,
        _c("schoolYearSourcedId", "guid", references="academicSessions", target_types=("schoolYear",)),
        _r("title", free_text=True),
        _c("courseCode"),
        _c("grades", is_list=True, vocabulary=GRADES),
        _r("orgSourcedId", "guid", references="orgs"),
        *_SUBJECTS,
    ),
    roster=True,
)

CLASSES = RosterFile(
    "classes.csv",
    "classes",
    (
        *_EVERY_FILE,
        # Classes of elementary schools often have none: they are then named after their course or teacher.
        _r("title", free_text=True),
        _c("grades", is_list=True, vocabulary=GRADES),
        _r("courseSourcedId", "guid", references="courses"),
        _c("classCode"),
        _r("classType", "enum", vocabulary=CLASS_TYPES),
        _c("location", free_text=True),
        _r(
            *("schoolSourcedId", "guid"),
            references="orgs",
            target_types=("school",),
            required=True,
            required_at_school_level=False,
        ),
        _r("termSourcedIds", "guid", is_list=True, references="academicSessions"),
        *_SUBJECTS,
        _c("periods", is_list=True),
        *_MARKS,
    ),
    roster=True,
    rows_needed=True,
)

USERS = RosterFile(
    "users.csv",
    "users",
    (
        *_EVERY_FILE,
        _flag("enabledUser", mandatory=True),
        _r(
            *("orgSourcedIds", "guid"),
            is_list=True,
            references="orgs",
            required=True,
            required_at_school_level=False,
        ),
        _r("role", "enum", vocabulary=USER_ROLES, required=True),
        _r("username"),
        _c("userIds", "user_id", is_list=True),
        _r("givenName", required=True, free_text=True),
        _r("familyName", required=True, free_text=True),
        _c("middleName", free_text=True),
        _c("identifier"),
        _c("email"),
        _c("sms"),
        _c("phone"),
        # OneRoster 1.0 calls it agents.
        _c("agentSourcedIds", "guid", is_list=True, references="users", also_known=("agents",)),
        _c("grades", is_list=True, vocabulary=GRADES),
        _c("password", stored=False),
        _added("language", "languages", "metadata.language"),
        _added("relationship", "metadata.relationship", "relationshiptype"),
        _added("legalGuardian", "metadata.legalguardian", "islegalguardian", "legal_guardian"),
        # The role of an employee as a contact, where other formats give both, as our own export writes it.
        _added("contactRole", "metadata.contactrole", mark=True),
        *_MARKS,
    ),
    roster=True,
    rows_needed=True,
)

ENROLLMENTS = RosterFile(
    "enrollments.csv",
    "enrollments",
    (
        # Many exports give an enrollment no id: the key is (class, user, role).
        replace(_KEY, required=False),
        *_CHANGED,
        _r("classSourcedId", "guid", references="classes", required=True),
        _r("schoolSourcedId", "guid", references="orgs", target_types=("school",)),
        _r("userSourcedId", "guid", references="users", required=True),
        _r("role", "enum", vocabulary=ENROLLMENT_ROLES, required=True),
        _flag("primary", "is_primary"),
        _c("beginDate", "date"),
        _c("endDate", "date"),
        # The role in the class where the standard has no word for it, as our own export writes it.
        _added("classRole", "metadata.role", mark=True),
        *_MARKS,
    ),
    roster=True,
)

DEMOGRAPHICS = RosterFile(
    "demographics.csv",
    "demographics",
    (
        replace(_KEY, references="users"),
        *_CHANGED,
        _c("birthDate", "date"),
        _c("sex", "enum", vocabulary=SEXES),
        _flag("americanIndianOrAlaskaNative"),
        _flag("asian"),
        _flag("blackOrAfricanAmerican"),
        _flag("nativeHawaiianOrOtherPacificIslander"),
        _flag("white"),
        _flag("demographicRaceTwoOrMoreRaces"),
        _flag("hispanicOrLatinoEthnicity"),
        _c("countryOfBirthCode"),
        _c("stateOfBirthAbbreviation"),
        _c("cityOfBirth"),
        _c("publicSchoolResidenceStatus", vocabulary=RESIDENCES),
    ),
)

RESOURCES = RosterFile(
    "resources.csv",
    "resources",
    (
        *_EVERY_FILE,
        _r("vendorResourceId", "id"),
        _c("title"),
        _c("roles", "enum", is_list=True, vocabulary=USER_ROLES),
        _c("importance", "enum", vocabulary=IMPORTANCES),
        _c("vendorId", "id"),
        _c("applicationId", "id"),
    ),
)

CLASS_RESOURCES = RosterFile(
    "classResources.csv",
    "class_resources",
    (
        *_EVERY_FILE,
        _c("title"),
        _r("classSourcedId", "guid", references="classes"),
        _r("resourceSourcedId", "guid", references="resources"),
    ),
)

COURSE_RESOURCES = RosterFile(
    "courseResources.csv",
    "course_resources",
    (
        *_EVERY_FILE,
        _c("title"),
        _r("courseSourcedId", "guid", references="courses"),
        _r("resourceSourcedId", "guid", references="resources"),
    ),
)

CATEGORIES = RosterFile("categories.csv", "categories", (*_EVERY_FILE, _r("title")))

LINE_ITEMS = RosterFile(
    "lineItems.csv",
    "line_items",
    (
        *_EVERY_FILE,
        _r("title"),
        _c("description"),
        _r("assignDate", "date"),
        _r("dueDate", "date"),
        _r("classSourcedId", "guid", references="classes"),
        _r("categorySourcedId", "guid", references="categories"),
        _r("gradingPeriodSourcedId", "guid", references="academicSessions"),
        _r("resultValueMin", "float"),
        _r("resultValueMax", "float"),
    ),
)

RESULTS = RosterFile(
    "results.csv",
    "results",
    (
        *_EVERY_FILE,
        _r("lineItemSourcedId", "guid", references="lineItems"),
        _r("studentSourcedId", "guid", references="users"),
        _r("scoreStatus", "enum", vocabulary=SCORE_STATUS),
        _r("score", "float"),
        _r("scoreDate", "date"),
        _c("comment"),
    ),
)

DATA_FILES = (
    *(ACADEMIC_SESSIONS, CATEGORIES, CLASSES, CLASS_RESOURCES, COURSES, COURSE_RESOURCES, DEMOGRAPHICS),
    *(ENROLLMENTS, LINE_ITEMS, ORGS, RESOURCES, RESULTS, USERS),
)
"""The thirteen files that the manifest speaks of, in its order."""

STANDARD_FILES = (MANIFEST, *DATA_FILES)
"""The fourteen files of OneRoster 1.1."""

MANIFEST_VALUES: dict[str, tuple[str, ...]] = {
    "manifest.version": ("1.0",),
    "oneroster.version": ("1.1",),
    **{f"file.{file.stem}": MODES for file in DATA_FILES},
}
"""The properties that every manifest has, and the values that each may have."""

MANIFEST_OPTIONAL = ("source.systemName", "source.systemCode")
"""The properties that a manifest may have; their values are free."""

CONTACTS = RosterFile(
    "contacts.csv",
    "contacts",
    (
        _added("contactSourcedId", "sourcedid", "sourceid", "contactid", "contact_id", required=True),
        _added("studentSourcedId", "studentid", "student_id", required=True),
        _added("relationship", "relationshiptype", "relationshipcode"),
        _added("relationshipDisplay", "relationshipdisplayvalue", "relationshipdescription", "relationship_display"),
        _added("legalGuardian", "islegalguardian", "legal_guardian"),
        _added("priority", "contactpriority", "contactpriorityorder"),
        _added("livesWith", "liveswithflg", "lives_with"),
        _added("emergency", "isemergency", "emergencycontact"),
        _added("noContact", "no_contact", "barred"),
        _added("givenName", "firstname", "first_name", free_text=True),
        _added("familyName", "lastname", "last_name", free_text=True),
        _added("middleName", "middlename", free_text=True),
        _added("email"),
        _added("sms", "mobile"),
        _added("phone"),
        _added("language", "languages"),
        _added("custody", "iscustodial", "custodial"),
        # The role, as other formats give it and as the column role of users.csv would.
        _added("guardianRole", field="role"),
        *_MARKS,
    ),
)
"""One row per contact and student, for districts that export PowerSchool's contacts."""

GUARDIANS = RosterFile(
    "guardians.csv",
    "guardians",
    (
        _added("guardianSourcedId", "sourcedid", "sourceid", "guardianid", "guardian_id", required=True),
        _added("studentSourcedId", "studentid", "student_id", required=True),
        _added("role"),
        _added("relationship"),
        _added("legalGuardian", "legal_guardian"),
        _added("noContact", "no_contact"),
        _added("givenName", "firstname", "first_name", free_text=True),
        _added("familyName", "lastname", "last_name", free_text=True),
        _added("email"),
        _added("sms", "mobile"),
        _added("phone"),
        _added("language", "languages"),
    ),
)
"""The product's own file: one row per guardian and student."""

STUDENT_ATTRIBUTES = RosterFile(
    "student_attributes.csv",
    "student_attributes",
    (
        _added("studentSourcedId", "sourcedid", "sourceid", "studentid", "student_id", required=True),
        _added("attribute", "name"),
        _added("value"),
    ),
)

ROSTER_FILES = (USERS, CLASSES, ENROLLMENTS)
"""The three files that every delivery must have, in the order of every report."""

USED_FILES = (CONTACTS, GUARDIANS, STUDENT_ATTRIBUTES)
"""The files that a delivery may have besides, and that are read where they are there."""

KEPT_FILES = (
    MANIFEST,
    *(ACADEMIC_SESSIONS, DEMOGRAPHICS, CATEGORIES, CLASS_RESOURCES, COURSE_RESOURCES),
    *(LINE_ITEMS, RESOURCES, RESULTS),
)
"""Files of the standard that the product does not use: kept as sent, and listed.

orgs.csv and courses.csv are not among them: they say of what type an organization is, and what a course is called."""

LABELS: Mapping[str, tuple[str, ...]] = {
    "given_name": ("firstname", "forename", "studentfirstname", "first"),
    "family_name": ("lastname", "surname", "studentlastname", "last"),
    "middle_name": ("middlename", "middleinitial"),
    "sourced_id": ("id", "userid", "classid", "sisid", "sourceid"),
    "org_sourced_ids": ("orgsourcedid", "schoolid", "schoolids", "schoolsourcedid", "orgids", "school"),
    "school_sourced_id": ("schoolid", "orgsourcedid", "school", "schoolnumber"),
    "role": ("usertype", "userrole", "type"),
    "email": ("emailaddress", "mail", "useremail", "primaryemail"),
    "sms": ("mobile", "mobilephone", "mobilenumber", "cell", "cellphone"),
    "phone": ("homephone", "phonenumber", "telephone", "primaryphone"),
    "grades": ("grade", "gradelevel", "gradelevels"),
    "title": ("classtitle", "classname", "name", "coursetitle", "sectionname"),
    "class_sourced_id": ("classid", "sectionid"),
    "user_sourced_id": ("userid", "personid", "studentid"),
    "begin_date": ("startdate", "entrydate"),
    "end_date": ("exitdate", "leavedate"),
    "identifier": ("studentnumber", "statenumber", "localid"),
    "username": ("login", "loginid"),
}
"""Labels of other systems, in small letters without signs, that probably mean a column: told, and never read as one."""

FILE_NAMES = tuple(file.name for file in ROSTER_FILES)

_BY_NAME = {file.name: file for file in (*STANDARD_FILES, CONTACTS, GUARDIANS, STUDENT_ATTRIBUTES)}

KNOWN_NAMES = tuple(_BY_NAME)
"""Every file name that has a meaning, as the standard or the product spells it."""


def roster_file(name: str) -> RosterFile:
    """Return the file of that name."""
    return _BY_NAME[name]
