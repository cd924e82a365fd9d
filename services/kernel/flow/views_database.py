"""Where the views of one service lie: what SQLite fills here and PostgreSQL beside it."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import ClassVar, Protocol, Self

from sqlalchemy import Connection, Engine, MetaData, Table

from ..refusals import Conflicting, Unready


class ViewsInUse(Conflicting):
    """Somebody else reads or writes the views that are to be replaced."""

    sentence = "The views in {where} are in use by another process; end it and try again."


class ViewsDamaged(Conflicting):
    """What lies on the disk is no database any more."""

    sentence = (
        "The views in {where} are damaged; the facts beside them are not, and views are made again from them: "
        "end whoever uses the directory and run 'agora rebuild --take-over'."
    )


class ViewsAway(Unready):
    """The database of the views does not answer, or not in time."""

    sentence = "This cannot be looked up at the moment, because a database is away; try again in a moment."


class ViewsDatabase(Protocol):
    """The place of the views. A transaction of ``reads`` sees one state; one of ``writes`` sees the latest; each
    statement of ``glances`` is a transaction of its own.

    ``absences`` are what it raises when it is away: nothing is wrong with what was asked.
    """

    reads: Engine
    glances: Engine
    writes: Engine
    absences: ClassVar[tuple[type[Exception], ...]]

    def make(self, tables: Iterable[MetaData]) -> None:
        """Make the tables that are missing, however many processes do so at once."""

    def exclude_others(self, connection: Connection) -> None:
        """Until this transaction ends no other process writes; waits for one that does."""

    def held(self) -> AbstractContextManager[None]:
        """For as long as the block lasts no other process writes."""

    def take_time(self, connection: Connection) -> None:
        """This read may take as long as it takes."""

    def beside(self) -> AbstractContextManager[Self]:
        """An empty place of the same kind, which is gone after the block."""

    def take_over(self, beside: Self, tables: Sequence[Table]) -> None:
        """Put these tables of a place beside in the place of those here, which is ``held`` meanwhile.
        Raises ViewsInUse when somebody reads and does not end."""

    def scrub(self) -> bool:
        """Take the bytes of rows that were deleted out of what lies on the disk, as far as that is ours to do; False
        when somebody still reads the older state."""

    def close(self) -> None:
        """Let go of all connections; they are made again when they are used again."""
