"""Free ports on the loopback address, outside the range that the kernel hands out by itself."""

import fcntl
import os
import random
import socket
import tempfile
from pathlib import Path

_LOWEST, _HIGHEST = 20_000, 32_000
_chance = random.SystemRandom()
_held: list[int] = []


def free_port() -> int:
    """A port that nobody listens on, and that no other test process is given as long as this one lives."""
    while True:
        port = _chance.randrange(_LOWEST, _HIGHEST)
        if _is_ours(port) and not _is_taken(port):
            return port


def _is_ours(port: int) -> bool:
    """Claims it; the system gives the claim up when this process ends, however it ends."""
    claims = Path(tempfile.gettempdir()) / f"agora-test-ports-{os.getuid()}"
    claims.mkdir(mode=0o700, exist_ok=True)
    claim = os.open(claims / str(port), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(claim)
        return False
    _held.append(claim)
    return True


def _is_taken(port: int) -> bool:
    with socket.socket() as trial:
        if trial.connect_ex(("127.0.0.1", port)) == 0:
            return True
    with socket.socket() as trial:
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
