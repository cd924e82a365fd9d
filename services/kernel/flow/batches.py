"""Who belongs to a set, as it was when the last whole batch had come or gone.

Whoever looks twice at a set that changes by one sees who came. A set that is told in batches changes by a whole
batch or not at all, and what is told follows from the order of the log alone: a view made again from 0 is the same.
"""

from collections.abc import Iterable

from sqlalchemy import Column, ColumnElement, Connection, Index, MetaData, Select, Table, Text, func, select

from .upserts import insert

TOLD, COMING, GOING = "told", "coming", "going"
"""Belongs and is told; belongs, and is told with the next batch; has gone, and is told until then."""
SHOWN = (TOLD, GOING)


def batched_table(name: str, metadata: MetaData, of: str, who: str) -> Table:
    """A table of who belongs to what; ``of`` and ``who`` name its columns."""
    return Table(
        name,
        metadata,
        Column(of, Text, primary_key=True),
        Column(who, Text, primary_key=True, index=True),
        Column("state", Text, nullable=False),
        Index(f"{name}_by_state", of, "state"),
    )


class Batches:
    """Who comes to a set and who goes, told as soon as ``size`` of them are waiting."""

    def __init__(self, table: Table, size: int) -> None:
        self._table, self._size = table, size
        self._of, self._who, *_ = table.c

    def come(self, connection: Connection, of: str, who: str) -> None:
        """Somebody belongs to it from now on; who belongs already stays."""
        state = self._state(connection, of, who)
        if state == GOING:
            self._set(connection, of, who, TOLD)
        elif state is None:
            row = {self._of.name: of, self._who.name: who, "state": COMING}
            connection.execute(insert(self._table).values(row))
            self._tell(connection, of)

    def go(self, connection: Connection, of: str, who: str) -> None:
        """Somebody no longer belongs to it."""
        state = self._state(connection, of, who)
        if state == COMING:
            connection.execute(self._table.delete().where(*self._one(of, who)))
        elif state == TOLD:
            self._set(connection, of, who, GOING)
            self._tell(connection, of)

    def told_of(self, of: str) -> Select[tuple[str]]:
        """Who is told of."""
        return select(self._who).where(self._of == of, self._is_told)

    def overlaps(self, connection: Connection, of: str) -> list[tuple[int, int]]:
        """Of each other set that tells of some of the same: how many it tells of, and how many of them are the same."""
        shared = (
            select(self._of.label("other"), func.count().label("shared"))
            .where(self._is_told, self._of != of, self._who.in_(self.told_of(of)))
            .group_by(self._of)
            .subquery()
        )
        found = select(func.count(), shared.c.shared).join_from(self._table, shared, shared.c.other == self._of)
        rows = connection.execute(found.where(self._is_told).group_by(shared.c.other, shared.c.shared))
        return [(int(many), int(same)) for many, same in rows]

    @property
    def _is_told(self) -> ColumnElement[bool]:
        return self._table.c.state.in_(SHOWN)

    def _tell(self, connection: Connection, of: str) -> None:
        mine, state = self._of == of, self._table.c.state
        waiting = select(func.count()).select_from(self._table).where(mine, state.in_((COMING, GOING)))
        if connection.execute(waiting).scalar_one() < self._size:
            return
        connection.execute(self._table.delete().where(mine, state == GOING))
        connection.execute(self._table.update().where(mine, state == COMING).values(state=TOLD))

    def _state(self, connection: Connection, of: str, who: str) -> str | None:
        found = connection.execute(select(self._table.c.state).where(*self._one(of, who))).scalar()
        return None if found is None else str(found)

    def _set(self, connection: Connection, of: str, who: str, state: str) -> None:
        connection.execute(self._table.update().where(*self._one(of, who)).values(state=state))

    def _one(self, of: str, who: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return self._of == of, self._who == who


def told_after(steps: Iterable[tuple[str, bool]], size: int) -> set[str]:
    """Who is told of after these have come (True) or gone, one after the other: what ``Batches`` would have."""
    told: set[str] = set()
    coming: dict[str, None] = {}
    going: set[str] = set()
    for who, comes in steps:
        if comes and who in going:
            going.remove(who)
        elif comes and who not in told:
            coming[who] = None
        elif not comes and who in coming:
            del coming[who]
        elif not comes and who in told:
            going.add(who)
        if len(coming) + len(going) >= size:
            told = (told - going) | coming.keys()
            coming, going = {}, set()
    return told
