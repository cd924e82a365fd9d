"""What a client says to PostgreSQL, read as it passes: just enough to see when it asks to store something for good."""

import struct

SSL_REQUEST, GSS_REQUEST = 80877103, 80877104
APPEND, COMMIT = b"facts.append", b"COMMIT"
IDLE = b"Z\x00\x00\x00\x05I"
"""The end of an answer: the server is ready, and nothing is under way."""


class PostgresTalk:
    """The client's half of one connection."""

    def __init__(self) -> None:
        self._heard = b""
        self._has_begun = False
        self._storing: set[bytes] = set()
        self._is_bound = False

    def hear(self, chunk: bytes) -> bool:
        """Whether this is, or has in it, the end of a request that stores something: an append, or a commit."""
        self._heard += chunk
        stores = False
        while (message := self._next()) is not None:
            stores |= self._stores(*message)
        return stores

    def _next(self) -> tuple[bytes, bytes] | None:
        """Kind and body of the next whole message; a connection begins with messages that have no kind."""
        head = 1 if self._has_begun else 0
        if len(self._heard) < head + 4:
            return None
        (length,) = struct.unpack_from(">I", self._heard, head)
        if len(self._heard) < head + length:
            return None
        kind, body = self._heard[:head], self._heard[head + 4 : head + length]
        self._heard = self._heard[head + length :]
        if not head:
            self._has_begun = struct.unpack_from(">I", body)[0] not in (SSL_REQUEST, GSS_REQUEST)
        return kind, body

    def _stores(self, kind: bytes, body: bytes) -> bool:
        match kind:
            case b"P":
                name, statement = body.split(b"\0", 2)[:2]
                (self._storing.add if _is_storing(statement) else self._storing.discard)(name)
            case b"B":
                self._is_bound |= body.split(b"\0", 2)[1] in self._storing
            case b"Q":
                return _is_storing(body.rstrip(b"\0"))
            case b"S" if self._is_bound:
                self._is_bound = False
                return True
        return False


def _is_storing(statement: bytes) -> bool:
    return APPEND in statement or statement.strip().upper() == COMMIT
