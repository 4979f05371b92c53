"""Mail of the console, handed to the installation's mail server, as the mails of the nights are."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP

from django.core.mail import EmailMessage as DjangoMessage
from django.core.mail.backends.base import BaseEmailBackend

from pipeline.errors import RollcallError
from pipeline.mail.server import server_from


class InstallationMail(BaseEmailBackend):
    """Sends through ROLLCALL_MAIL_SERVER; without one nothing is sent, and the pages that offer a mail say so."""

    def send_messages(self, email_messages: Sequence[DjangoMessage]) -> int:
        """Hand the messages over; return how many the server took. A page never fails for a mail that was not sent."""
        server = server_from()
        if server is None:
            return 0
        sent = 0
        for message in email_messages:
            mail = EmailMessage(policy=SMTP)
            mail["Subject"] = " ".join(str(message.subject).split())
            mail["From"] = server.sender
            mail["To"] = ", ".join(message.to)
            mail.set_content(str(message.body))
            try:
                server.send(mail)
            except RollcallError:
                continue
            sent += 1
        return sent
