"""Who may do what: one table of roles and permissions, and what someone's roles come to in a district.

Belongs here: the table, which the pages and their tests read. Does not belong here: how a page asks (`access.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol


class Role(StrEnum):
    """What someone is in a district, or in all of them."""

    operator = "operator"
    owner = "owner"
    reviewer = "reviewer"
    viewer = "viewer"
    school_viewer = "school_viewer"
    auditor = "auditor"


class Permission(StrEnum):
    """What a page shows or does."""

    see_status = "see_status"
    """How the district is doing: states, counts, the calendar, the history of its syncs. No person."""
    see_reports = "see_reports"
    """The reports of the district and of all its schools, which name people as far as the settings allow."""
    see_school = "see_school"
    """The pages of one's own school."""
    see_people = "see_people"
    """Search the roster, and one person's page, with full names."""
    take_files = "take_files"
    """Download deliveries as they were sent and the roster as it was processed."""
    decide = "decide"
    """Approve or reject what is withheld."""
    block = "block"
    """Say that a contact is never to be linked to a student, and end that."""
    run = "run"
    """Sync now, pause and resume."""
    change_settings = "change_settings"
    """Change the district's settings."""
    change_source = "change_source"
    """Say which server or folder files are taken from."""
    see_audit = "see_audit"
    """Decisions, and who looked at what."""
    see_causes = "see_causes"
    """The text of a failure, which may name servers and folders of the installation."""


PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.operator: frozenset(Permission),
        Role.owner: frozenset(Permission) - {Permission.see_causes, Permission.change_source},
        Role.reviewer: frozenset(
            {
                Permission.see_status,
                Permission.see_reports,
                Permission.see_school,
                Permission.see_people,
                Permission.decide,
                Permission.block,
            }
        ),
        Role.viewer: frozenset({Permission.see_status, Permission.see_reports, Permission.see_school}),
        Role.school_viewer: frozenset({Permission.see_school}),
        Role.auditor: frozenset({Permission.see_status, Permission.see_audit}),
    }
)

NEED_SECOND_FACTOR = frozenset({Role.operator, Role.owner})
"""Whoever can reach a district's files or all districts signs in with more than a password."""


class HasScope(Protocol):
    """A role and where it holds: a membership."""

    role: str
    district: str
    school: str


@dataclass(frozen=True)
class Grants:
    """What someone's roles come to."""

    scopes: tuple[HasScope, ...]

    @classmethod
    def of(cls, memberships: Iterable[HasScope]) -> Grants:
        """Return what these memberships come to."""
        return cls(tuple(memberships))

    @property
    def everywhere(self) -> bool:
        """Whether some role holds in all districts."""
        return any(not scope.district for scope in self.scopes)

    @property
    def districts(self) -> frozenset[str]:
        """The districts that are named; with `everywhere` all others are seen too."""
        return frozenset(scope.district for scope in self.scopes if scope.district)

    @property
    def is_operator(self) -> bool:
        """Whether it is an operator's."""
        return any(scope.role == Role.operator for scope in self.scopes)

    @property
    def needs_second_factor(self) -> bool:
        """Whether one of the roles demands one."""
        return any(scope.role in NEED_SECOND_FACTOR for scope in self.scopes)

    def sees(self, district: str) -> bool:
        """Whether there is anything to see of a district."""
        return any(scope.district in {"", district} for scope in self.scopes)

    def permissions(self, district: str) -> frozenset[Permission]:
        """Return what is allowed in a district."""
        found: frozenset[Permission] = frozenset()
        for scope in self.scopes:
            if scope.district in {"", district}:
                found |= PERMISSIONS[Role(scope.role)]
        return found

    def may(self, permission: Permission, district: str) -> bool:
        """Whether something is allowed in a district."""
        return permission in self.permissions(district)

    def schools(self, district: str) -> frozenset[str] | None:
        """Return the ids of the schools whose pages may be seen in a district; None: all of them."""
        mine = [scope for scope in self.scopes if scope.district in {"", district}]
        if any(Permission.see_reports in PERMISSIONS[Role(scope.role)] for scope in mine):
            return None
        return frozenset(scope.school for scope in mine if scope.role == Role.school_viewer)
