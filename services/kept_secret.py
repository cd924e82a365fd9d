"""A secret of 32 bytes in a file that only its owner can read, made once."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from services.kernel.refusals import Conflicting


class MasterKeyUnreadable(Conflicting):
    """The file of the master key cannot be read, or holds something else."""

    sentence = "{file} cannot be read as a master key, 64 hexadecimal digits; restore it from its backup."


def kept_secret(path: Path) -> bytes:
    """The secret in the file. Raises MasterKeyUnreadable."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        fresh = path.with_suffix(f".{os.getpid()}.new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # whoever is first keeps his; nobody reads a half-written one
            os.link(fresh, path)
        os.unlink(fresh)
    try:
        key = bytes.fromhex(path.read_text().strip())
    except (OSError, ValueError) as cause:
        raise MasterKeyUnreadable(file=str(path)) from cause
    if len(key) != 32:
        raise MasterKeyUnreadable(file=str(path))
    return key
