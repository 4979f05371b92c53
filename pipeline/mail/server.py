"""The SMTP server of the installation, named by the environment, and handing a message to it.

Python's own smtplib and email.message do it: kept with the language, strict about headers, and all that is needed.
Belongs here: the connection and what its failures mean. Does not belong here: what the messages say, whom they go to.
"""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Literal
from urllib.parse import urlsplit

from pipeline.districts.secrets import read_secret_at
from pipeline.districts.settings import is_mail_address
from pipeline.errors import PermanentError, TransientError, UsageError

SERVER, FROM, OPERATOR = "ROLLCALL_MAIL_SERVER", "ROLLCALL_MAIL_FROM", "ROLLCALL_MAIL_OPERATOR"
USER, PASSWORD = "ROLLCALL_MAIL_USER", "ROLLCALL_MAIL_PASSWORD"

SECONDS = 30
"""For each answer of the server: some look up the sender's host before they greet."""

_PORTS = {"smtps": 465, "smtp": 587, "smtp+plain": 25}

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class NotSentError(TransientError):
    """The message did not go out, for certain: it may be tried again."""


class MaybeSentError(PermanentError):
    """The connection was lost while the message was being sent: it is unknown whether it went out."""


@dataclass(frozen=True)
class MailServer:
    """The server, who sends, and where the operator's digest goes."""

    scheme: Literal["smtps", "smtp", "smtp+plain"]
    """TLS from the start; TLS by STARTTLS or not at all; without TLS, only on this machine."""
    host: str
    port: int
    sender: str
    operators: tuple[str, ...] = ()
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    """A reference: env:NAME or file:PATH."""

    def send(self, message: EmailMessage) -> int:
        """Hand the message over, and return how many of its addresses the server refused.

        Raises:
            NotSentError, MaybeSentError: in words without an address, the server's text or the secret.
        """
        with self._connection() as smtp:
            try:
                return len(smtp.send_message(message))
            except smtplib.SMTPRecipientsRefused:
                raise NotSentError("The mail server refused all addresses of the message.") from None
            except smtplib.SMTPResponseException as failure:
                raise NotSentError(f"The mail server refused the message (code {failure.smtp_code}).") from None
            except (smtplib.SMTPException, OSError):
                raise MaybeSentError(
                    "The connection to the mail server was lost while the message was being sent."
                ) from None

    def _connection(self) -> smtplib.SMTP:
        where = f"{self.host}:{self.port}"
        try:
            if self.scheme == "smtps":
                context = ssl.create_default_context()
                smtp: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=context)
            else:
                smtp = smtplib.SMTP(self.host, self.port, timeout=SECONDS)
            try:
                self._make_ready(smtp)
            except BaseException:
                smtp.close()
                raise
        except smtplib.SMTPAuthenticationError:
            raise NotSentError(
                f"The mail server {where} refused the login.", f"Correct {USER} or {PASSWORD}."
            ) from None
        except smtplib.SMTPNotSupportedError:
            raise NotSentError(
                f"The mail server {where} does not offer STARTTLS, or does not offer a login.",
                f"Rollcall never sends mail unencrypted. If the server uses TLS from the start, begin {SERVER} with smtps://.",
            ) from None
        except ssl.SSLCertVerificationError:
            raise NotSentError(
                f"The certificate of the mail server {where} cannot be trusted.",
                "It must name this host, be current, and come from an authority that this machine trusts. "
                "SSL_CERT_FILE can name the certificate of your own authority.",
            ) from None
        except ssl.SSLError:
            raise NotSentError(
                f"The mail server {where} does not use a supported version of TLS.",
                f"In {SERVER}, write smtp:// if it offers STARTTLS, or smtps:// if it uses TLS from the start.",
            ) from None
        except (smtplib.SMTPException, OSError) as failure:
            why = failure.strerror if isinstance(failure, OSError) and failure.strerror else type(failure).__name__
            raise NotSentError(f"The mail server {where} cannot be reached: {why}.") from None
        return smtp

    def _make_ready(self, smtp: smtplib.SMTP) -> None:
        if self.scheme == "smtp":
            smtp.starttls(context=ssl.create_default_context())
        if self.user and self.password:
            smtp.login(self.user, read_secret_at(self.password, f"{PASSWORD}:"))


def server_from(environment: Mapping[str, str] = os.environ) -> MailServer | None:
    """Return the server that the environment names; None where it names none.

    Raises:
        UsageError: a variable is missing or has a mistake.
    """
    address = environment.get(SERVER)
    if not address:
        return None
    parts = urlsplit(address)
    if parts.scheme not in _PORTS or not parts.hostname or parts.username or parts.path.strip("/"):
        raise UsageError(f"{SERVER} is not a mail server.", "Write smtp://HOST:587 (STARTTLS) or smtps://HOST:465.")
    if parts.scheme == "smtp+plain" and parts.hostname not in _LOOPBACK:
        raise UsageError(f"{SERVER}: smtp+plain works only for a server on this machine.", "Write smtp:// or smtps://.")
    try:
        port = parts.port or _PORTS[parts.scheme]
    except ValueError:
        raise UsageError(f"{SERVER} has an invalid port.", "Write smtp://HOST:587.") from None
    password = environment.get(PASSWORD)
    if password and not password.startswith(("env:", "file:")):
        raise UsageError(f"{PASSWORD} must be a reference, not the secret itself.", "Write env:NAME or file:PATH.")
    return MailServer(
        scheme=parts.scheme,  # type: ignore[arg-type] # one of _PORTS
        host=parts.hostname,
        port=port,
        sender=_addresses(environment, FROM, one=True)[0],
        operators=_addresses(environment, OPERATOR, one=False),
        user=environment.get(USER),
        password=password,
    )


def _addresses(environment: Mapping[str, str], name: str, *, one: bool) -> tuple[str, ...]:
    found = tuple(part.strip() for part in environment.get(name, "").split(",") if part.strip())
    if not all(is_mail_address(address) for address in found) or (one and len(found) != 1):
        raise UsageError(f"{name} must be {'one email address' if one else 'email addresses, separated by commas'}.")
    return found
