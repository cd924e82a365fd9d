"""The wrapped keys of one service in a database of their own, beside that of its facts and never in its backup."""

from collections.abc import Iterator

from .connecting import Connections, told_as_ours
from .texts import original, stored

MOST = 1


class DatabaseKeyRows:
    """``KeyRows`` on PostgreSQL. Raises the library's OperationalError when the database cannot be reached."""

    def __init__(self, url: str, name: str, where: str) -> None:
        self.where = where
        self._connections = Connections(url, name, MOST)

    def get(self, person: str, purpose: str) -> bytes | None:
        """See KeyRows."""
        found = self._connections.fetch(
            "SELECT wrapped FROM keys.keys WHERE person = %s AND purpose = %s", (stored(person), stored(purpose))
        )
        return found[0][0] if found else None

    def add(self, person: str, purpose: str, wrapped: bytes) -> bool:
        """See KeyRows."""
        with told_as_ours(), self._connections.one() as connection:
            added = connection.execute("SELECT keys.add(%s, %s, %s)", (stored(person), stored(purpose), wrapped))
            return added.fetchone() == (True,)

    def bury(self, person: str, purpose: str) -> None:
        """See KeyRows: nobody reads it from here on; the vacuum takes its bytes out of the file within minutes."""
        with told_as_ours(), self._connections.one() as connection:
            connection.execute("SELECT keys.bury(%s, %s)", (stored(person), stored(purpose)))

    def all(self) -> Iterator[tuple[str, str, bytes]]:
        """See KeyRows."""
        rows = self._connections.fetch("SELECT person, purpose, wrapped FROM keys.keys ORDER BY person, purpose")
        yield from ((original(person), original(purpose), wrapped) for person, purpose, wrapped in rows)

    def close(self) -> None:
        """See KeyRows."""
        self._connections.close()
