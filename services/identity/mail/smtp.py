"""Mail by SMTP (RFC 5321): TLS from the beginning for smtps, STARTTLS wherever it is offered."""

import smtplib
import ssl
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote, urlsplit

from services.identity.mail.form import message_of
from services.identity.mail.port import Letter, MailNotSent, MailRefused

TIMEOUT_SECONDS = 20.0
PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in. A password is never sent over a connection that anybody could read."""

    host: str
    port: int
    is_tls: bool
    user: str
    password: str

    @classmethod
    def at(cls, url: str) -> Self:
        """``smtp://user:password@host:port`` or ``smtps://...``; what is special in a password is written as %XX."""
        parts = urlsplit(url)
        assert parts.hostname is not None, "the settings let no other through"
        return cls(
            parts.hostname, parts.port or PORTS[parts.scheme], parts.scheme == "smtps",
            unquote(parts.username or ""), unquote(parts.password or ""),
        )  # fmt: skip


class SmtpMail:
    """Hands letters to a mail server, a connection for each. ``trust`` says whose certificates hold."""

    def __init__(self, server: MailServer, sender: str, trust: ssl.SSLContext | None = None) -> None:
        self._server, self._sender = server, sender
        self._trust = trust or ssl.create_default_context()

    def send(self, letter: Letter) -> None:
        """Whatever fails is told without the addresses that the library's own words may hold."""
        message = message_of(letter, self._sender)
        try:
            with self._connected() as connection:
                connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as refusal:
            (code, _), *_ = refusal.recipients.values()
            if code >= 500:
                raise MailRefused(f"the server refused the address with {code}") from None
            raise MailNotSent(f"the server put the address off with {code}") from None
        except smtplib.SMTPResponseException as answer:
            raise MailNotSent(f"the server answered {answer.smtp_code}") from None
        except (smtplib.SMTPException, OSError, UnicodeError) as failure:  # it writes passwords in ASCII alone
            raise MailNotSent(f"no usable connection: {type(failure).__name__}") from None

    def take_back(self, beginning: str) -> None:
        """See Mail: what was handed in has left."""

    def _connected(self) -> smtplib.SMTP:
        at = self._server
        if at.is_tls:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(at.host, at.port, timeout=TIMEOUT_SECONDS, context=self._trust)
        else:
            connection = smtplib.SMTP(at.host, at.port, timeout=TIMEOUT_SECONDS)
        try:
            self._greet(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _greet(self, connection: smtplib.SMTP) -> None:
        connection.ehlo_or_helo_if_needed()
        if not self._server.is_tls and connection.has_extn("starttls"):
            connection.starttls(context=self._trust)
            connection.ehlo()
        if self._server.user:
            if not isinstance(connection.sock, ssl.SSLSocket):
                raise smtplib.SMTPNotSupportedError("no TLS")
            connection.login(self._server.user, self._server.password)
