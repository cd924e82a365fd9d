"""Where a process listens."""

import socket

from services.kernel.refusals import Conflicting


class PortTaken(Conflicting):
    """Another program listens there, or nobody may, or it is elsewhere."""

    sentence = (
        "Agora cannot listen on {host}, port {port}: it may be in use by another program, need more rights, or be no "
        "address of this machine; choose others with --port and --host."
    )


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes a free one. Raises PortTaken."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except (OSError, UnicodeError) as cause:  # the second: a name that no machine can have
        listening.close()
        raise PortTaken(port=port, host=host) from cause
    listening.listen(1024)
    return listening
