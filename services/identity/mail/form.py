"""A letter as it travels: RFC 5322, with headers that say that a machine wrote it."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from services.identity.mail.port import Letter


def message_of(letter: Letter, sender: str, *, encoding: str = "base64") -> EmailMessage:
    """The message from ``sender``, an address such as "agora@example.org". The date is that of this machine.

    ``encoding`` is for a text that is more than ASCII: every server takes base64; people read 8bit in a file.
    """
    message = EmailMessage(policy=SMTP.clone(utf8=not _address(letter.to).isascii()))
    message["From"] = sender
    message["To"] = _address(letter.to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<{letter.key}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice comes back
    message.set_content(letter.text, cte="7bit" if letter.text.isascii() else encoding)
    message["Content-Language"] = letter.language
    return message


def _address(mail: str) -> str:
    """A domain of other scripts in the form that every server takes (IDNA); one that has none stays as it is."""
    local_part, _, domain = mail.rpartition("@")
    try:
        return f"{local_part}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return mail
