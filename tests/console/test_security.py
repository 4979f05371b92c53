"""What someone with bad intentions tries: at the door, with links and forms of others, and with names in files."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html

from tests.console.test_roles import ADDRESSES, address
from tests.support.console import ELSEWHERE, HERE, PASSWORD, Visitor, World, totp

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.whole_day

LOGIN = "/account/login/"


def stranger(**options: Any) -> Client:
    from django.test import Client  # noqa: PLC0415

    return Client(HTTP_HOST="127.0.0.1", **options)


def account(email: str = "pat@example.org", role: str = "viewer", **scope: str) -> Any:
    from pipeline.console.serve import add_user  # noqa: PLC0415

    return add_user(email, "Pat Doe", PASSWORD, role=role, **(scope or {"district": HERE}))


def sign_in(client: Client, email: str = "pat@example.org", password: str = PASSWORD, **more: str) -> Any:
    return client.post(LOGIN, {"login": email, "password": password, **more})


def without_tokens(page: bytes) -> str:
    return re.sub(r'value="[^"]*"', "", page.decode())


def invite(**scope: str) -> str:
    from pipeline.console.models import Invitation  # noqa: PLC0415

    values = {"role": "viewer", "district": HERE} | scope
    return f"/invitations/{Invitation.make(email='new@example.org', by='Kim Lee', **values)[1]}/"


NEW = {"name": "New Person", "password": PASSWORD}


def test_a_form_of_another_site_is_refused(visitor: Visitor) -> None:
    from django.test import Client  # noqa: PLC0415

    client = Client(enforce_csrf_checks=True, HTTP_HOST="127.0.0.1")
    client.force_login(visitor("reviewer").user, "allauth.account.auth_backends.AuthenticationBackend")
    for path in (address("people"), "/account/logout/", "/account/sessions/", invite()):
        answer = client.post(path, {"find": "S1"}, headers={"origin": "https://evil.example"})
        assert answer.status_code == 403, path
        assert b"The form has expired" in answer.content
    assert client.get(address("people")).status_code == 200, "still signed in"


def test_a_session_has_another_key_after_signing_in(console: World) -> None:
    assert console
    account()
    client = stranger()
    session = client.session
    session["planted"] = "1"
    session.save()
    planted = session.session_key
    client.cookies["rollcall"] = planted
    assert sign_in(client).status_code == 302
    assert client.cookies["rollcall"].value != planted
    assert stranger().get("/account/", headers={"cookie": f"rollcall={planted}"}).status_code == 302
    cookie = client.cookies["rollcall"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_to_no_other_site(console: World, target: str) -> None:
    assert console
    account()
    answer = sign_in(stranger(), next=target)
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/"
    page = html.fromstring(stranger().get(LOGIN, {"next": target}).content)
    assert [link for _, _, link, _ in page.iterlinks() if "evil" in link or "script:" in link] == []


def test_a_foreign_host_is_refused(console: World) -> None:
    assert console
    for host in ("evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example"):
        answer = stranger().get(LOGIN, headers={"host": host, "x-forwarded-host": host})
        assert answer.status_code == 400
        assert b"evil" not in answer.content
    assert stranger().get(LOGIN, headers={"x-forwarded-host": "evil.example"}).status_code == 200


def test_nobody_learns_at_the_door_who_has_an_account(console: World) -> None:
    from django.core import mail  # noqa: PLC0415

    assert console
    account()
    wrong = [sign_in(stranger(), email, "wrong password here") for email in ("pat@example.org", "nobody@example.org")]
    assert [answer.status_code for answer in wrong] == [200, 200]
    pages = [without_tokens(answer.content).replace("nobody@", "pat@") for answer in wrong]
    assert pages[0] == pages[1]
    assert "not correct" in pages[0]
    resets = [
        stranger().post("/account/password/reset/", {"email": email}) for email in ("pat@example.org", "no@example.org")
    ]
    assert [(answer.status_code, answer.headers["Location"]) for answer in resets] == [
        (302, "/account/password/reset/done/")
    ] * 2
    assert [message.to for message in mail.outbox] == [["pat@example.org"]], (
        "an address without an account gets no mail"
    )


def test_a_password_is_reset_by_mail_once(console: World) -> None:
    from django.core import mail  # noqa: PLC0415

    assert console
    account()
    stranger().post("/account/password/reset/", {"email": "pat@example.org"})
    link = re.search(r"http://127\.0\.0\.1(/account/password/reset/key/\S+)", mail.outbox[0].body)
    assert link is not None
    client = stranger()
    form = client.get(link[1], follow=True)
    changed = client.post(
        form.redirect_chain[-1][0], {"password1": "another good password", "password2": "another good password"}
    )
    assert changed.status_code == 302
    assert sign_in(stranger(), password=PASSWORD).status_code == 200
    assert sign_in(stranger(), password="another good password").status_code == 302
    again = stranger().get(link[1], follow=True)
    assert b'name="password1"' not in again.content


def test_five_wrong_passwords_lock_an_account_for_a_while(console: World) -> None:
    assert console
    account()
    for _ in range(5):
        assert sign_in(stranger(), password="wrong password here").status_code == 200
    locked = sign_in(stranger())
    assert locked.status_code == 200
    assert b"Too many failed login attempts" in locked.content
    account("other@example.org")
    assert sign_in(stranger(), "other@example.org").status_code == 302, "others are not locked"


def test_a_code_of_an_authenticator_app_works_once(console: World) -> None:
    from allauth.mfa.models import Authenticator  # noqa: PLC0415

    from pipeline.console.serve import add_totp  # noqa: PLC0415

    assert console
    user = account(role="owner")
    secret = add_totp(user)
    kept = Authenticator.objects.get(user=user, type="totp").data["secret"]
    assert secret not in kept, "encrypted in the database"
    code = totp(secret)
    first, second = stranger(), stranger()
    for client in (first, second):
        answer = sign_in(client)
        assert answer.headers["Location"] == "/account/second-factor/authenticate/"
        assert client.get(address("district")).headers["Location"].startswith(LOGIN), "a password is not enough"
    assert first.post("/account/second-factor/authenticate/", {"code": code}).status_code == 302
    assert first.get(address("district")).status_code == 200
    replayed = second.post("/account/second-factor/authenticate/", {"code": code})
    assert replayed.status_code == 200
    assert b"Incorrect code" in replayed.content
    assert second.get(address("district")).status_code == 302


def test_an_invitation_works_once_and_only_for_a_while(console: World) -> None:
    from django.utils import timezone  # noqa: PLC0415

    from pipeline.console.models import Invitation, User  # noqa: PLC0415

    assert console
    link = invite()
    assert stranger().get(link).status_code == 200
    assert stranger().get(link).status_code == 200, "opening it does not use it up"
    weak = stranger().post(link, NEW | {"password": "short"})
    assert b"too short" in weak.content
    assert stranger().post(link, NEW).headers["Location"] == LOGIN
    for again in (stranger().get(link), stranger().post(link, NEW | {"password": "taking it over 123"})):
        assert again.status_code == 404
        assert b"no longer valid" in again.content
    assert sign_in(stranger(), "new@example.org").status_code == 302
    [membership] = User.objects.get(email="new@example.org").memberships.all()
    assert (membership.role, membership.district) == ("viewer", HERE)
    late = invite()
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert stranger().post(late, NEW).status_code == 404
    assert link.split("/")[2] not in str(list(Invitation.objects.values())), "the secret of a link is not kept"


def test_an_invitation_of_someone_with_an_account_is_theirs_alone(console: World) -> None:
    assert console
    user, other = account("new@example.org"), account("other@example.org")
    link = invite(district=ELSEWHERE)
    assert stranger().post(link, NEW).headers["Location"] == LOGIN
    client = stranger()
    assert sign_in(client, "other@example.org").status_code == 302
    assert client.post(link).headers["Location"] == LOGIN
    assert not other.memberships.filter(district=ELSEWHERE).exists()
    client = stranger()
    sign_in(client, "new@example.org")
    assert client.get(link).status_code == 200
    assert client.post(link).headers["Location"] == "/"
    assert {one.district for one in user.memberships.all()} == {HERE, ELSEWHERE}


def test_nobody_makes_an_account_without_an_invitation(console: World) -> None:
    from pipeline.console.models import User  # noqa: PLC0415

    assert console
    answer = stranger().post(
        "/account/signup/", {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert b"Accounts come by invitation" in answer.content
    assert not User.objects.filter(email="new@example.org").exists()


@pytest.mark.parametrize(("note", "seconds"), [("seen", 31 * 60), ("began", 12 * 60 * 60 + 60)])
def test_a_session_ends_after_half_an_hour_without_use_and_after_a_day(
    visitor: Visitor, note: str, seconds: int
) -> None:
    client = visitor("viewer")
    assert client.get(address("report")).status_code == 200
    session = client.session
    session[note] = int(time.time()) - seconds
    session.save()
    assert client.get(address("report")).headers["Location"].startswith(LOGIN)


def test_a_page_that_refreshes_itself_keeps_no_session_alive(visitor: Visitor) -> None:
    client = visitor("operator")
    client.get("/")
    session = client.session
    session["seen"] = idle_since = int(time.time()) - 600
    session.save()
    assert client.get("/", headers={"hx-request": "true", "hx-trigger": "live"}).status_code == 200
    assert client.session["seen"] == idle_since
    client.get("/")
    assert client.session["seen"] > idle_since


def test_sessions_elsewhere_can_be_ended(console: World) -> None:
    assert console
    account()
    mine, lost = stranger(), stranger()
    for client in (mine, lost):
        sign_in(client)
        assert client.get(address("report")).status_code == 200
    assert mine.post("/account/sessions/").status_code == 302
    assert lost.get(address("report")).status_code == 302
    assert mine.get(address("report")).status_code == 200


def test_names_in_files_are_text_on_every_page_and_no_page_runs_a_script_of_its_own(visitor: Visitor) -> None:
    client = visitor("operator")
    hostile = 0
    found = client.post(address("people"), {"find": "H0"})
    link = re.search(rf"/districts/{HERE}/people/\d+/", found.content.decode())
    assert link is not None
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    downloads = {"report_rows", "processed", "sent"}
    pages = [client.get(address(name), follow=True) for name in ADDRESSES if name not in downloads]
    for answer in (*pages, found, client.get(link[0]), client.get("/?find=<script>alert(1)</script>")):
        text = answer.content.decode()
        hostile += "&lt;script&gt;" in text
        page = html.fromstring(answer.content)
        assert [script.get("src")[:8] for script in page.iter("script")] == ["/static/"] * 2
        assert page.xpath("//img | //style | //@*[starts-with(name(), 'on')] | //@style") == []
        assert len(page.xpath("//h1")) == 1
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["X-Frame-Options"] == "DENY"
    assert hostile >= 5, "the names were on the pages"


def test_no_file_beside_a_report_or_a_delivery_can_be_taken(visitor: Visitor) -> None:
    client = visitor("operator")
    base = f"/districts/{HERE}"
    for path in (
        "/syncs/2/report.json", "/syncs/2/..%2f1%2fchanges.csv", "/syncs/2/no-such.csv", "/syncs/9/", "/syncs/0/",
        "/syncs/2/schools/..%2findex.html", "/deliveries/2026-09-02/1/delivery.json",
        "/deliveries/2026-09-02/1/..%2f..%2f..%2froster.duckdb", "/deliveries/2026-09-02/9/users.csv",
        "/deliveries/../../../etc/passwd", "/deliveries/2026-13-77/1/users.csv",
    ):  # fmt: skip
        assert client.get(base + path).status_code == 404, path


def test_who_saw_whom_is_recorded_by_number_and_never_by_name(visitor: Visitor) -> None:
    from pipeline.console.models import AccessRecord  # noqa: PLC0415

    client = visitor("reviewer")
    client.post(address("people"), {"find": "GivenS1"})
    client.get(address("person", roster_id=1))
    records = list(AccessRecord.objects.values_list("email", "district", "page", "about"))
    assert [(email, district, page) for email, district, page, _ in records] == [
        (client.user.email, HERE, "person"), (client.user.email, HERE, "search of people"),
    ]  # fmt: skip
    assert all(re.fullmatch(r"[\d ]+", about) for *_, about in records)
    page = visitor("auditor").get(address("audit")).content.decode()
    assert client.user.email in page
    assert "not shown" in page, "reasons may name people"
