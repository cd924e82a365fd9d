"""Which way mail leaves, as the settings say."""

from pathlib import Path

from services.identity.mail.files import MailFiles
from services.identity.mail.port import Mail
from services.identity.mail.smtp import MailServer, SmtpMail


def outgoing(mail_url: str, sender: str, folder: Path) -> Mail:
    """To the server at ``mail_url``, or into ``folder`` where there is none."""
    return SmtpMail(MailServer.at(mail_url), sender) if mail_url else MailFiles(folder, sender)
