"""Free ports on the loopback address, outside the range that the kernel hands out by itself."""

import random
import socket

_LOWEST, _HIGHEST = 20_000, 32_000
_chance = random.SystemRandom()


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    while True:
        port = _chance.randrange(_LOWEST, _HIGHEST)
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                continue
        with socket.socket() as trial:
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
