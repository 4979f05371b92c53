"""Every address of the console for every role, and for those of another district: made from the addresses."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pipeline.console.roles import PERMISSIONS, Permission, Role
from pipeline.report.schools import school_file
from tests.support.console import ELSEWHERE, HERE, ROLES, Visitor, World

pytestmark = pytest.mark.whole_day

SCHOOL, OTHER_SCHOOL = school_file("N"), school_file("M")

ADDRESSES: dict[str, dict[str, Any]] = {
    "overview": {},
    "account": {},
    "district": {"district": HERE},
    "history": {"district": HERE},
    "report": {"district": HERE, "sync": 2},
    "report_rows": {"district": HERE, "sync": 2, "name": "changes"},
    "school_report": {"district": HERE, "sync": 2, "name": SCHOOL},
    "processed": {"district": HERE, "sync": 2},
    "school": {"district": HERE, "name": SCHOOL},
    "people": {"district": HERE},
    "person": {"district": HERE, "roster_id": 1},
    "deliveries": {"district": HERE},
    "sent": {"district": HERE, "sync_date": "2026-09-02", "number": 1, "file": "users.csv"},
    "audit": {"district": HERE},
    "rostering": {"district": HERE, "group": "night"},
    "sync_now": {"district": HERE},
    "pause": {"district": HERE},
    "holds": {"district": HERE},
    "decide": {"district": HERE, "sync": 2, "cause": "0" * 64, "answer": "reject"},
    "block": {"district": HERE, "contact": 1, "student": 2},
    "unblock": {"district": HERE, "number": 1, "person": 1},
}
"""An address of each page of ours, by its name; a page that is missing here fails a test."""

PUBLIC = {"invitation"}
"""Ours that are for whoever has a link."""

SIGNED_OUT = {
    "account_login", "account_signup", "account_inactive", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "account_confirm_email",
    "account_email_verification_sent", "account_logout", "account_confirm_login_code", "mfa_authenticate",
    "mfa_login_webauthn",
}  # fmt: skip
"""Pages of django-allauth for someone who is not signed in; all others lead to the page to sign in."""


def patterns(below: Any = None) -> list[Any]:
    """All addresses with a name, and their views."""
    from django.urls import get_resolver  # noqa: PLC0415

    found = []
    for pattern in (below or get_resolver()).url_patterns:
        found += patterns(pattern) if hasattr(pattern, "url_patterns") else [pattern]
    return [pattern for pattern in found if pattern.name]


def address(page: str, /, **changes: Any) -> str:
    from django.urls import reverse  # noqa: PLC0415

    return str(reverse(page, kwargs=ADDRESSES[page] | changes))


def read(answer: Any) -> None:
    """Take a download whole, and close its file: the client leaves that to a server."""
    if answer.streaming:
        assert b"".join(answer.streaming_content)
        for close in answer._resource_closers:
            close()


def ours() -> dict[str, Any]:
    return {
        pattern.name: pattern.callback
        for pattern in patterns()
        if pattern.callback.__module__.startswith("pipeline.console.")
    }


def test_every_page_of_ours_says_who_may_see_it(console: World) -> None:
    assert console
    views = ours()
    assert set(views) == set(ADDRESSES) | PUBLIC
    assert [name for name in set(views) - PUBLIC if not hasattr(views[name], "permission")] == []
    in_a_district = [name for name in ADDRESSES if "district" in ADDRESSES[name]]
    assert [name for name in in_a_district if not isinstance(views[name].permission, Permission)] == []


@pytest.mark.parametrize("role", Role)
def test_a_role_sees_what_the_table_says_and_nothing_else(visitor: Visitor, role: str) -> None:
    from pipeline.console.models import AccessRecord  # noqa: PLC0415

    client = visitor(role)
    for name in ADDRESSES:
        view = ours()[name]
        before = AccessRecord.objects.count()
        answer = client.get(address(name))
        read(answer)
        allowed = view.permission is None or view.permission in PERMISSIONS[Role(role)]
        if allowed:
            # whoever has one district, or one school, is led there at once
            if hasattr(view, "asks_who_it_is"):
                assert answer.headers["Location"].startswith("/account/reauthenticate/"), name
                continue
            assert answer.status_code == (302 if name == "overview" and role != "operator" else 200), name
        else:
            assert answer.status_code == 403, name
        # the form to search shows no one yet
        shows = bool(allowed and view.people and name != "people")
        assert AccessRecord.objects.count() - before == shows, name


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.operator}))
def test_another_district_does_not_exist_for_a_role_of_one(visitor: Visitor, role: str) -> None:
    from pipeline.console.models import AccessRecord  # noqa: PLC0415

    client = visitor(role)
    for name, values in ADDRESSES.items():
        if "district" in values:
            for district in (ELSEWHERE, "no-such-district"):
                for answer in (
                    client.get(address(name, district=district)),
                    client.post(address(name, district=district)),
                ):
                    assert answer.status_code == 404, (name, district)
                    assert b"District elsewhere" not in answer.content
    assert not AccessRecord.objects.filter(district=ELSEWHERE).exists()


def test_an_operator_sees_all_districts(visitor: Visitor) -> None:
    client = visitor("operator")
    for district in (HERE, ELSEWHERE):
        assert client.get(address("district", district=district)).status_code == 200
    assert client.get(address("district", district="no-such-district")).status_code == 404
    assert visitor("auditor", district="").get(address("audit", district=ELSEWHERE)).status_code == 200


def test_a_principal_sees_the_own_school_and_nothing_else(visitor: Visitor) -> None:
    client = visitor("school_viewer")
    home = client.get("/", follow=True)
    assert home.redirect_chain == [(address("school"), 302)]
    page = home.content.decode()
    assert "School N" in page
    assert "School M" not in page
    assert f"/districts/{HERE}/people/" not in page
    for name in ("school", "school_report"):
        assert client.get(address(name, name=OTHER_SCHOOL)).status_code == 403
    assert client.get(address("report")).status_code == 403
    links = {link for link in re.findall(r'href="(/[^"#]*)"', page) if not link.startswith("/static/")}
    assert address("school_report") in links
    # Every link of the page leads to something that may be seen.
    assert {link for link in links if client.get(link).status_code not in {200, 302}} == set()


def test_whoever_is_not_signed_in_is_led_to_the_page_to_sign_in(console: World) -> None:
    from django.test import Client  # noqa: PLC0415

    assert console
    client = Client(HTTP_HOST="127.0.0.1")
    for name in ADDRESSES:
        answer = client.get(address(name))
        assert answer.status_code == 302, name
        assert answer.headers["Location"].startswith("/account/login/"), name
    refreshed = client.get("/", HTTP_HX_REQUEST="true")
    assert (refreshed.status_code, refreshed.headers["HX-Refresh"], refreshed.content) == (204, "true", b"")


def test_every_page_of_accounts_is_for_someone_who_is_signed_in_or_is_known_not_to_be(console: World) -> None:
    from django.test import Client  # noqa: PLC0415
    from django.urls import get_resolver, reverse  # noqa: PLC0415

    assert console
    values = {"uidb36": "1", "key": "set-password", "pk": 1}
    for pattern in patterns():
        if not pattern.callback.__module__.startswith("allauth."):
            continue
        ((_, names),), *_ = get_resolver().reverse_dict.getlist(pattern.name)[0]
        kwargs = {name: values[name] for name in names}
        answer = Client(HTTP_HOST="127.0.0.1").get(reverse(pattern.name, kwargs=kwargs))
        if pattern.name in SIGNED_OUT:
            assert answer.status_code in {200, 302}, pattern.name
        else:
            assert answer.headers.get("Location", "").startswith("/account/login/"), pattern.name


def test_a_role_that_is_taken_away_is_gone_with_the_next_page(visitor: Visitor) -> None:
    client = visitor("viewer")
    assert client.get(address("report")).status_code == 200
    client.user.memberships.all().delete()
    assert client.get(address("report")).status_code == 404


@pytest.mark.parametrize("role", ROLES)
def test_an_operator_and_an_owner_need_a_second_factor(visitor: Visitor, role: str) -> None:
    client = visitor(role)
    client.user.authenticator_set.all().delete()
    answer = client.get("/account/"), client.get(address("school"))
    needs = role in {"operator", "owner"}
    assert [one.headers.get("Location") for one in answer][1] == ("/account/second-factor/" if needs else None)
    # The way to set one up is open.
    assert answer[0].status_code == 200
