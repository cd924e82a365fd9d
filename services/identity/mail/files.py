"""Mail as files in a directory, one for each letter: for a platform that is tried out, and has no mail server."""

import os
import time
from pathlib import Path

from services.identity.mail.form import message_of
from services.identity.mail.port import Letter, MailNotSent

KEPT_SECONDS = 86_400


class MailFiles:
    """Writes each letter to ``folder`` as KEY.eml; the same letter again takes the place of the first.

    Names and addresses stand in letters, so those older than a day are deleted whenever another one is written.
    """

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder, self._sender = folder, sender

    def send(self, letter: Letter) -> None:
        """Written beside and moved into place: nobody reads half a letter, nobody but the owner reads one at all."""
        beside = self._folder / f".{letter.key}.new"
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            beside.unlink(missing_ok=True)  # of a process that died over it
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(bytes(message_of(letter, self._sender, encoding="8bit")))
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, self._folder / f"{letter.key}.eml")
            self._delete_old()
        except OSError as cause:
            raise MailNotSent(f"the file cannot be written: {cause.strerror}") from None

    def take_back(self, beginning: str) -> None:
        """See Mail: whoever tries the platform out finds no letter of somebody who is forgotten."""
        for name in (f"{beginning}*.eml", f".{beginning}*.new"):
            for path in self._folder.glob(name):
                path.unlink(missing_ok=True)

    def _delete_old(self) -> None:
        for file in self._folder.glob("*.eml"):
            if file.stat().st_mtime < time.time() - KEPT_SECONDS:
                file.unlink(missing_ok=True)
