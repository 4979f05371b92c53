"""Mail after the night, through a real SMTP server: who is told what, once, and what a mail never holds."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from email.message import EmailMessage
from html import unescape
from typing import Any

import pytest

import pipeline.mail.night
from pipeline.definitions import build_defs
from pipeline.districts.settings import DistrictSettings
from pipeline.districts.state import DistrictState, write_state
from pipeline.errors import RollcallError, UsageError
from pipeline.mail.night import Outcome, send_due
from pipeline.mail.sent import read_sent
from pipeline.mail.server import MailServer, server_from
from pipeline.plan.approvals import approve
from pipeline.resources import Clock, Districts
from pipeline.status.clock import slot_start
from tests.support.mailbox import Received
from tests.support.nights import Nights, Terminal

CONTACT = "it@cedar-valley.example.org"


@pytest.fixture
def enabled(nights: Nights) -> Nights:
    """Give a district that is synced nightly, and names a contact."""
    write_state(nights.folder.state, DistrictState(enabled=True))
    with nights.settings_file.open("a", encoding="utf-8") as settings:
        settings.write(f"mail:\n  to: [{CONTACT}]\nstale: {{days: 0}}\n")
    return nights


def server() -> MailServer:
    found = server_from()
    assert found is not None
    return found


def after(nights: Nights, number: int) -> datetime:
    return slot_start(nights.settings, nights.night(number)) + timedelta(hours=3)


def send(nights: Nights, number: int) -> list[Outcome]:
    """Send what is due three hours after a night began."""
    districts = Districts(home=str(nights.home.root), settings=str(nights.registry.folder))
    return send_due(districts.readable(), server(), nights.home, after(nights, number))


def rejected(nights: Nights, number: int) -> None:
    (nights.drop / "users.csv").write_bytes(b"nothing that could be a roster")
    assert nights.sync(nights.night(number)).outcome == "rejected"


def to_district(received: Received) -> list[EmailMessage]:
    return [message for message in received.messages if message["To"] == CONTACT]


def test_a_district_is_told_of_a_problem_once_and_once_that_it_is_settled(enabled: Nights, received: Received) -> None:
    send(enabled, 0)
    assert to_district(received) == [], "all is well"
    rejected(enabled, 1)
    for _ in range(2):
        send(enabled, 1)
    rejected(enabled, 2)
    send(enabled, 2)
    (told,) = to_district(received)
    assert told["Subject"] == f"Roster of Cedar Valley, {enabled.night(1)}: rejected"
    enabled.deliver()
    assert enabled.sync(enabled.night(3)).outcome in {"applied", "unchanged"}
    for _ in range(2):
        send(enabled, 3)
    _, settled = to_district(received)
    assert settled["Subject"] == f"Roster of Cedar Valley, {enabled.night(3)}: resolved"
    rejected(enabled, 4)
    send(enabled, 4)
    assert len(to_district(received)) == 3, "a new problem is told again"


def test_a_message_has_words_and_cures_as_text_and_html_and_nobodys_name(
    enabled: Nights, received: Received, rollcall: Terminal
) -> None:
    users = (enabled.drop / "users.csv").read_bytes().removesuffix(b"\r").split(b"\r")
    kept = [row for row in users if b",student," not in row]
    (enabled.drop / "users.csv").write_bytes(b"\r".join([*kept, b""]))
    assert enabled.sync(enabled.night(1)).outcome == "held"
    send(enabled, 1)
    (told,) = to_district(received)
    text, html = (told.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    for body in (text.get_content(), html.get_content()):
        assert "need a decision" in body
        assert all(heading in body for heading in ("What you can do", "What we do", "Records"))
        assert "Rollcall never writes to people in the roster." in body
    people = rollcall.json("sql", enabled.district, "select given_name as a, family_name as b from book.roster.users")
    whole = " ".join(message.as_string() for message in received.messages)
    assert not [person for person in people if f"{person['a']} {person['b']}" in whole]
    assert told["Auto-Submitted"] == "auto-generated"


def test_what_is_left_when_one_of_several_causes_is_approved_is_not_told_again(
    enabled: Nights, received: Received
) -> None:
    users = (enabled.drop / "users.csv").read_bytes().removesuffix(b"\r").split(b"\r")
    (enabled.drop / "users.csv").write_bytes(b"\r".join([*(row for row in users if b",student," not in row), b""]))
    held = enabled.sync(enabled.night(1))
    send(enabled, 1)
    approvable = [str(hold.digest) for hold in held.holds if hold.can_be_approved]
    assert 0 < len(approvable) < len(held.holds)
    approve(
        enabled.folder, enabled.district, enabled.night(1), approvable, by="Kim", why="Checked",
        until=enabled.night(2), at=after(enabled, 1),
    )  # fmt: skip
    left = enabled.sync(enabled.night(2))
    assert {hold.digest for hold in left.holds} == {hold.digest for hold in held.holds} - set(approvable)
    send(enabled, 2)
    assert len(to_district(received)) == 1


def test_every_day_is_told_where_the_settings_say_so(enabled: Nights, received: Received) -> None:
    enabled.change_settings(f"to: [{CONTACT}]", f"to: [{CONTACT}]\n  every_day: true")
    for _ in range(2):
        send(enabled, 0)
    enabled.sync(enabled.night(1))
    send(enabled, 1)
    assert len(to_district(received)) == 2


def test_a_kind_that_the_settings_leave_out_is_not_told(enabled: Nights, received: Received) -> None:
    enabled.change_settings(f"to: [{CONTACT}]", f"to: [{CONTACT}]\n  on: [held]")
    rejected(enabled, 1)
    send(enabled, 1)
    assert to_district(received) == []


def test_the_operator_gets_one_digest_a_night(enabled: Nights, received: Received) -> None:
    for _ in range(3):
        send(enabled, 0)
    assert received.subjects == [f"Rollcall, night of {enabled.night(0)}: no action needed"]
    rejected(enabled, 1)
    send(enabled, 1)
    assert f"Rollcall, night of {enabled.night(1)}: 1 of 1 district needs attention" in received.subjects
    send(enabled, 2)
    digest = received.messages[-1].get_body(("plain",))
    assert digest is not None
    assert f"{enabled.district} (Cedar Valley), {enabled.night(2)}: overdue" in digest.get_content()


def test_after_a_crash_a_message_comes_once_more_and_then_never_again(
    enabled: Nights, received: Received, monkeypatch: pytest.MonkeyPatch
) -> None:
    rejected(enabled, 1)
    write, crashes = pipeline.mail.night.write_sent, 2

    def crashing(path: Any, told: Any) -> None:
        nonlocal crashes
        if path == enabled.folder.mail and told.key and crashes:
            crashes -= 1
            raise KeyboardInterrupt
        write(path, told)

    monkeypatch.setattr("pipeline.mail.night.write_sent", crashing)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            send(enabled, 1)
    for _ in range(2):
        send(enabled, 1)
    first, second = to_district(received)
    assert first["Message-ID"] == second["Message-ID"], "a mail program shows it once"
    assert read_sent(enabled.folder.mail).is_open


def test_what_the_server_refuses_is_tried_again_and_told_by_doctor(
    enabled: Nights, received: Received, rollcall: Terminal
) -> None:
    rejected(enabled, 1)
    received.answer = f"554 {CONTACT} is a secret"
    for _ in range(4):
        failed = [outcome.failed for outcome in send(enabled, 1)]
        assert failed == ["The mail server refused the message (code 554)."] * 2
    doctor = rollcall("doctor")
    assert "refused the message (code 554)" in doctor.words
    assert CONTACT not in doctor.words
    received.answer = "250 OK"
    assert [outcome.failed for outcome in send(enabled, 1)] == ["", ""]
    assert len(received.messages) == 2
    assert "refused the message" not in rollcall("doctor").words


def test_a_server_that_is_down_fails_the_mail_and_no_sync(
    enabled: Nights, monkeypatch: pytest.MonkeyPatch, rollcall: Terminal
) -> None:
    for name, value in {
        "SERVER": "smtp+plain://127.0.0.1:9",
        "FROM": "a@example.org",
        "OPERATOR": "b@example.org",
    }.items():
        monkeypatch.setenv(f"ROLLCALL_MAIL_{name}", value)
    assert enabled.sync(enabled.night(1)).outcome in {"applied", "unchanged"}
    ran = rollcall("mail")
    assert ran.code == 1
    assert "cannot be reached" in ran.words
    job = build_defs(
        districts=Districts(home=str(enabled.home.root), settings=str(enabled.registry.folder)),
        clock=Clock(fixed=after(enabled, 1).isoformat()),
    ).resolve_job_def("mail")
    assert not job.execute_in_process(instance=enabled.instance, raise_on_error=False).success


def test_the_job_sends_what_is_due(enabled: Nights, received: Received) -> None:
    job = build_defs(
        districts=Districts(home=str(enabled.home.root), settings=str(enabled.registry.folder)),
        clock=Clock(fixed=after(enabled, 0).isoformat()),
    ).resolve_job_def("mail")
    assert job.execute_in_process(instance=enabled.instance).success
    assert received.subjects == [f"Rollcall, night of {enabled.night(0)}: no action needed"]


def test_a_dry_run_shows_and_sends_nothing(enabled: Nights, received: Received, rollcall: Terminal) -> None:
    (shown,) = rollcall.json("mail", "--dry-run")
    assert shown["reader"] == "operator"
    assert enabled.district in shown["text"]
    assert received.messages == []
    assert not enabled.home.mail.exists()


def test_without_a_server_the_command_says_what_to_set(enabled: Nights, rollcall: Terminal) -> None:
    assert "ROLLCALL_MAIL_SERVER is not set." in rollcall.refused("mail")
    assert rollcall("mail", "--dry-run").code == 0
    assert "no mail is sent" in rollcall("doctor").words
    assert enabled.folder.root.exists()


def test_nothing_is_sent_unencrypted(received: Received) -> None:
    port = server().port
    unencrypted = MailServer("smtp", "127.0.0.1", port, "a@example.org", user="u", password="env:NEVER_READ")
    with pytest.raises(RollcallError, match="does not offer STARTTLS"):
        unencrypted.send(EmailMessage())
    assert received.messages == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SERVER", "mail.example.org", "is not a mail server"),
        ("SERVER", "smtp://user:secret@mail.example.org", "is not a mail server"),
        ("SERVER", "smtp+plain://mail.example.org", "only for a server on this machine"),
        ("SERVER", "smtp://mail.example.org:seven", "has an invalid port"),
        ("FROM", "Rollcall <a@example.org>", "must be one email address"),
        ("OPERATOR", "a@example.org, b", "must be email addresses"),
        ("PASSWORD", "secret", "must be a reference, not the secret itself"),
    ],
)
def test_a_mistake_in_the_environment_is_told_without_its_value(name: str, value: str, words: str) -> None:
    environment = {"ROLLCALL_MAIL_SERVER": "smtp://mail.example.org", "ROLLCALL_MAIL_FROM": "a@example.org"}
    with pytest.raises(UsageError, match=words) as told:
        server_from({**environment, f"ROLLCALL_MAIL_{name}": value})
    assert "secret@" not in str(told.value)


def test_an_address_with_a_name_or_a_line_break_is_refused(enabled: Nights) -> None:
    whole = enabled.settings.model_dump()
    for address in ("Kim <kim@example.org>", "kim@example.org\nBcc: all@example.org", "kim", "a@b.org, c@d.org"):
        with pytest.raises(ValueError, match="write only the email address"):
            DistrictSettings.model_validate({**whole, "mail": {"to": [address]}})


def test_a_mail_says_where_the_page_of_its_report_is(
    enabled: Nights, received: Received, monkeypatch: pytest.MonkeyPatch
) -> None:
    rejected(enabled, 1)
    below = f"districts/{enabled.district}/reports/{enabled.night(1)}/2/index.html"
    assert (enabled.home.root / below).exists()
    send(enabled, 1)
    told, digest = (text_and_html(message) for message in received.messages)
    for body in told:
        assert f"Report: {below} in Rollcall's home folder" in body
    assert "href" not in told[1]
    assert f"its page: {below} in Rollcall's home folder" in digest[0]
    assert "Report: reports/index.html in Rollcall's home folder" in digest[0]
    # A problem that is another one is told anew, now with links.
    monkeypatch.setenv("ROLLCALL_PAGES", "https://rollcall.example.org/var/")
    for file in enabled.drop.iterdir():
        file.unlink()
    assert enabled.sync(enabled.night(2)).outcome == "missing"
    send(enabled, 2)
    link = f"https://rollcall.example.org/var/districts/{enabled.district}/reports/{enabled.night(2)}/3/index.html"
    text, html = text_and_html(received.messages[2])
    assert f"Report: {link}" in text
    assert f'<a href="{link}">' in html
    assert "Report: https://rollcall.example.org/var/reports/index.html" in text_and_html(received.messages[3])[0]


def test_a_report_that_is_purged_is_not_named(enabled: Nights, received: Received) -> None:
    rejected(enabled, 1)
    shutil.rmtree(enabled.folder.report(enabled.night(1).isoformat(), 2))
    send(enabled, 1)
    assert "Report:" not in text_and_html(to_district(received)[0])[0]


@pytest.mark.parametrize(
    "address",
    [
        "rollcall.example.org", "ftp://rollcall.example.org", "https://", "https://kim:secret@example.org/var",
        "https://example.org/?var", "javascript:alert(1)", "https://example.org/a b",
    ],
)  # fmt: skip
def test_an_address_of_pages_that_is_none_is_told_without_its_value(
    enabled: Nights, received: Received, rollcall: Terminal, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("ROLLCALL_PAGES", address)
    told = rollcall.refused("mail")
    assert "ROLLCALL_PAGES is not a valid address." in told
    assert "secret" not in told
    assert "ROLLCALL_PAGES is not a valid address." in rollcall("doctor").words
    assert received.messages == []
    assert enabled.folder.root.exists()


def text_and_html(message: EmailMessage) -> tuple[str, str]:
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    return text.get_content(), unescape(html.get_content())
