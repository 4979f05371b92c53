"""OneRoster 1.2 as CSV: roles and schools of people stand in roles.csv, further logins in userProfiles.csv.

Belongs here: the files whose columns differ from 1.1. classes.csv and enrollments.csv are those of 1.1 and are read as
they came. Does not belong here: what the rows become (sql/formats/oneroster_1_2_users.sql).

A person may have several roles. Which counts: a student's before that of an employee, and that before a contact's; of
several of one kind the primary one. An employee keeps the role as a contact beside it. The schools are those of all
roles of the kind that counts and that are in force. The same files mean something else when a role begins or ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from pipeline.formats.format import Format, Made, ignored
from pipeline.oneroster.files import USERS, Column, RosterFile
from pipeline.warehouse.sessions import Database

_GONE = {"role", "orgSourcedIds"}

USERS_1_2 = RosterFile(
    "users.csv",
    "users_without_roles",
    (
        *(column for column in USERS.columns if column.header not in _GONE),
        Column("primaryOrgSourcedId", "primary_org_sourced_id", "guid", standard=False),
        *ignored(
            *("userMasterIdentifier", "resourceSourcedIds", "preferredGivenName", "preferredMiddleName"),
            *("preferredFamilyName", "pronouns"),
        ),
    ),
    rows_needed=True,
)

_KEY = replace(USERS.columns[0], required=False)

ROLES = RosterFile(
    "roles.csv",
    "roles",
    (
        _KEY,
        Column("status", "status", standard=False),
        Column("userSourcedId", "user_sourced_id", "guid", required=True, standard=False),
        Column("roleType", "role_type", standard=False),
        Column("role", "role", required=True, standard=False),
        Column("beginDate", "begin_date", "date", standard=False),
        Column("endDate", "end_date", "date", standard=False),
        Column(
            *("orgSourcedId", "org_sourced_id", "guid"), references="orgs", required=True, standard=False,
        ),
        *ignored("dateLastModified", "userProfileSourcedId"),
    ),
    rows_needed=True,
)  # fmt: skip

USER_PROFILES = RosterFile(
    "userProfiles.csv",
    "user_profiles",
    (
        _KEY,
        Column("status", "status", standard=False),
        Column("userSourcedId", "user_sourced_id", "guid", required=True, standard=False),
        Column("username", "username", standard=False),
        *ignored(
            *("dateLastModified", "profileType", "vendorId", "applicationId", "description", "credentialType"),
            "password",
        ),
    ),
)


def _make(db: Database, columns: Mapping[str, set[str]], values: dict[str, Any]) -> list[Made]:
    """Return the statement that makes users.csv, with the columns that the sent one does not have."""
    db.run("formats/oneroster_1_2_roles", today=values["today"])
    db.run("formats/oneroster_1_2_findings")
    made = {"sourced_id", "role", "org_sourced_ids", "username", "contact_role", "synthetic", "sent_file", "sent_line"}
    sent = columns[USERS_1_2.name] | made
    absent = tuple(column.header for column in USERS.columns if column.stored and column.field not in sent)
    return [Made(USERS, "formats/oneroster_1_2_users", absent)]


def _turn(db: Database, today: date) -> date | None:
    turns_on: date | None = db.value("formats/oneroster_1_2_turn", today=today)
    return turns_on


ONEROSTER_1_2 = Format(
    name="oneroster-1.2",
    title="OneRoster 1.2",
    needed=(USERS_1_2, ROLES),
    further=(USER_PROFILES,),
    made_from={USERS.name: "users.csv and roles.csv"},
    becomes={USERS_1_2.name: (USERS.name,), ROLES.name: (USERS.name,)},
    make=_make,
    turn=_turn,
    headers={(USERS.name, USERS.name, "role"): "role", (USERS.name, USERS.name, "org_sourced_ids"): "orgSourcedId"},
)
