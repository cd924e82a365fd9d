"""The wrapped keys of one service in a database of their own, beside that of its facts and never in its backup."""

from collections.abc import Collection, Iterator, Mapping

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

    def get_all(self, people: Collection[str], purpose: str) -> dict[str, bytes]:
        """See KeyRows."""
        rows = self._connections.fetch(
            "SELECT person, wrapped FROM keys.keys WHERE purpose = %s AND person = ANY(%s::text[])",
            (stored(purpose), [stored(one) for one in people]),
        )
        return {original(person): wrapped for person, wrapped in rows}

    def add_all(self, wrapped: Mapping[str, bytes], purpose: str) -> set[str]:
        """See KeyRows. In the order of persons, so that two that add the same ones wait for one another and no more."""
        asked = (
            "SELECT p.person, keys.add(p.person, %s, p.wrapped)"
            " FROM unnest(%s::text[], %s::bytea[]) AS p (person, wrapped)"
        )
        people = sorted(wrapped)
        with told_as_ours(), self._connections.one() as connection:
            given = (stored(purpose), [stored(one) for one in people], [wrapped[one] for one in people])
            return {original(person) for person, is_new in connection.execute(asked, given) if is_new}

    def bury(self, person: str, purpose: str) -> None:
        """See KeyRows."""
        self.bury_all([person], purpose)

    def bury_all(self, people: Collection[str], purpose: str) -> None:
        """See KeyRows: nobody reads them from here on; the vacuum takes their bytes out of the file within minutes."""
        with told_as_ours(), self._connections.one() as connection:
            connection.execute(
                "SELECT keys.bury(p.person, %s) FROM unnest(%s::text[]) AS p (person)",
                (stored(purpose), [stored(one) for one in people]),
            )

    def buried(self, purpose: str) -> set[str]:
        """See KeyRows."""
        rows = self._connections.fetch(
            "SELECT person FROM keys.keys WHERE purpose = %s AND wrapped = ''::bytea", (stored(purpose),)
        )
        return {original(person) for (person,) in rows}

    def all(self) -> Iterator[tuple[str, str, bytes]]:
        """See KeyRows."""
        rows = self._connections.fetch("SELECT person, purpose, wrapped FROM keys.keys ORDER BY person, purpose")
        yield from ((original(person), original(purpose), wrapped) for person, purpose, wrapped in rows)

    def close(self) -> None:
        """See KeyRows."""
        self._connections.close()
