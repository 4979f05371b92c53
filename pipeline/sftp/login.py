"""The login: one attempt, by key, password, or the password asked for in a dialog.

Belongs here: the requests of a login, on servers that are stricter than OpenSSH too. Does not belong here: how a key
is read (`keys.py`), what opens the connection (`host_keys.py`).
Many servers take a password by keyboard-interactive only. paramiko's own fallback asks for the service ssh-userauth a
second time, at which strict servers hang up; its ServiceRequestingTransport does not, but waits for ever for a server
that is gone, and can miss an answer that comes at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from paramiko import Message, PKey
from paramiko.auth_handler import AuthOnlyHandler
from paramiko.common import cMSG_SERVICE_REQUEST, cMSG_USERAUTH_REQUEST
from paramiko.ssh_exception import AuthenticationException, BadAuthenticationType, SSHException
from paramiko.transport import ServiceRequestingTransport

from pipeline.sftp.errors import LoginRefusedError

A_MOMENT = 0.1
"""Seconds between two looks whether the connection is still there; an answer ends the wait at once."""

DIALOG = "keyboard-interactive"


class LoginTransport(ServiceRequestingTransport):
    """A transport that asks for the service ssh-userauth once, and gives up when the connection is gone."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._granted = threading.Event()

    def _parse_service_accept(self, message: Message) -> None:
        super()._parse_service_accept(message)  # type: ignore[misc]
        self._granted.set()

    def ensure_session(self) -> None:
        """Ask for the service, where that was not done yet, and return when the server has granted it."""
        # paramiko's types leave out what a transport is made of.
        state: Any = self
        if not self.is_active() or not state.initial_kex_done:
            raise SSHException("no connection")
        if state._service_userauth_accepted:  # noqa: SLF001
            return
        request = Message()
        request.add_byte(cMSG_SERVICE_REQUEST)
        request.add_string("ssh-userauth")
        state._send_message(request)  # noqa: SLF001
        # The watchdog cuts a connection on which nothing comes.
        while not self._granted.wait(A_MOMENT):
            if not self.is_active():
                raise self.get_exception() or AuthenticationException("no connection")
        self.auth_handler = self.get_auth_handler()

    def get_auth_handler(self) -> AuthOnlyHandler:
        """Return what handles the server's answers."""
        return _Answers(self)


class _Answers(AuthOnlyHandler):
    """Waits for an answer from before the request is sent."""

    def send_auth_request(
        self, username: str, method: str, finish_message: Callable[[Message], None] | None = None
    ) -> Any:
        """Send a request and return what kinds of login the server wants besides; none when it is done."""
        self.auth_method = method
        self.username = username
        request = Message()
        request.add_byte(cMSG_USERAUTH_REQUEST)
        request.add_string(username)
        request.add_string("ssh-connection")
        request.add_string(method)
        if finish_message is not None:
            finish_message(request)
        state: Any = self.transport
        event = self.auth_event = threading.Event()
        with self.transport.lock:
            state._send_message(request)  # noqa: SLF001
        return self.wait_for_response(event)


@dataclass
class _Dialog:
    """Answers what a server asks for in a dialog: the password, once, and nothing else."""

    password: str
    asked: list[str] = field(default_factory=list)
    """What the server asked for, as it called it."""
    further: bool = False
    """It asked for more than a password."""

    def __call__(self, title: str, instructions: str, prompts: list[tuple[str, bool]]) -> list[str]:
        """Return the answers to the prompts."""
        del title, instructions
        if not prompts:
            return []
        words = [prompt.strip().rstrip(":").casefold() for prompt, _ in prompts]
        if len(prompts) == 1 and not self.asked:
            self.asked = words
            return [self.password]
        # The same question once more says that the answer was wrong.
        self.further = self.further or words != self.asked
        return []


def log_in(transport: LoginTransport, user: str, password: str, key: PKey | None, where: str) -> None:
    """Log in with the key, or with the password where there is none.

    Raises:
        LoginRefusedError: the server asks for a second factor.
        BadAuthenticationType, AuthenticationException, SSHException: paramiko's, for what the server refuses.
    """
    dialog = _Dialog(password)
    try:
        further = _requested(transport, user, password, key, dialog)
    except (AuthenticationException, SSHException):
        if dialog.further:
            raise _second_factor(where, "more than a password") from None
        raise
    if further:
        raise _second_factor(where, ", ".join(further))


def _requested(transport: LoginTransport, user: str, password: str, key: PKey | None, dialog: _Dialog) -> list[str]:
    """Return which kinds of login the server wants besides."""
    if key is not None:
        return list(transport.auth_publickey(user, key) or ())
    try:
        return list(transport.auth_password(user, password, fallback=False) or ())
    except BadAuthenticationType as refused:
        if DIALOG not in refused.allowed_types:
            raise
    return list(transport.auth_interactive(user, dialog) or ())


def _second_factor(where: str, what: str) -> LoginRefusedError:
    return LoginRefusedError(
        f"The SFTP server {where} asks for a second factor ({what}).",
        "A program cannot answer that. Ask the district for an account that needs only a password or a key.",
    )
