"""The views of one service that hear one other log: rows and how far they came, in one transaction.

A message that was parked is left out of the stream. When it is taken in later, or was taken in by some of the views
only, a row of its own beside their positions says which of them are *done with* it: such a view never takes it from
the stream, nor a second time.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from services.contracts.message import Message

from .parking import Told
from .projection import DROPPED, Projection
from .views import Views


class ForeignViews:
    """Those of ``views`` that hear ``source``. A view drops what it has seen."""

    def __init__(self, views: Views, source: str) -> None:
        self._views, self._source = views, source
        self._projections = views.hearing(source)
        self._seen: dict[str, int] = {}
        self.refresh()

    def __bool__(self) -> bool:
        """Whether any view hears it."""
        return bool(self._projections)

    def hear_of(self, kind: type[Message]) -> bool:
        """Whether a view does something about this class of messages."""
        return any(one.method_for(kind) is not None for one in self._projections)

    @property
    def positions(self) -> list[int]:
        """How far each of them has come."""
        return list(self._seen.values())

    def have(self, position: int) -> bool:
        """Whether every view has seen a position; False when there is none."""
        return bool(self._seen) and min(self._seen.values()) >= position

    def refresh(self) -> None:
        """Look again how far they have come: another worker may have moved them."""
        with self._views.glancing() as connection:
            self._seen = self._views.positions_in(connection, self._source)

    def project(self, messages: Sequence[Told], through: int, *, looks_back: bool = False) -> None:
        """Take in messages, and move every view to ``through``.

        With ``looks_back`` there may be some among them that a view is done with.
        """
        if all(seen >= through for seen in self._seen.values()):
            return
        with self._views.writing() as connection:
            self._seen = self._views.positions_in(connection, self._source)
            done = self._views.all_tracked_in(connection) if looks_back else {}
            behind = [one for one in self._projections if self._seen[one.tracking_name] < through]
            for projection in behind:
                seen = self._seen[projection.tracking_name]
                fresh = [one for one in messages if one.position > seen and self._key(projection, one.name) not in done]
                self._project(connection, projection, fresh)
            moved = {one.tracking_name: through for one in behind}
            self._views.track_all(connection, self._source, moved)
        self._seen = self._seen | moved

    def note_done(self, places: Mapping[str, int]) -> None:
        """Say of messages, by name and position, which views have them from the stream already."""
        done = {
            projection.done_name(name): position
            for name, position in places.items()
            for projection in self._projections
            if self._seen[projection.tracking_name] >= position
        }
        if done:
            with self._views.writing() as connection:
                self._views.track_all(connection, self._source, done)

    def project_apart(self, one: Told) -> None:
        """Take in one message that was left out of the stream, in every view that is not done with it."""
        with self._views.writing() as connection:
            missing = self._missing(connection, one.name)
            for projection in missing:
                self._project(connection, projection, [one])
            done = {projection.done_name(one.name): one.position for projection in missing}
            self._views.track_all(connection, self._source, done)

    def drop(self, name: str) -> None:
        """Views that do not have a message shall never take it."""
        with self._views.writing() as connection:
            missing = self._missing(connection, name)
            dropped = {projection.done_name(name): DROPPED for projection in missing}
            self._views.track_all(connection, self._source, dropped)

    def _missing(self, connection: Connection, name: str) -> list[Projection]:
        tracked = self._views.all_tracked_in(connection)
        return [one for one in self._projections if self._key(one, name) not in tracked]

    def _project(self, connection: Connection, projection: Projection, messages: Sequence[Told]) -> None:
        happened = [(one.message, one.place) for one in messages if one.message is not None]
        if happened:
            projection.project_all(connection, happened)

    def _key(self, projection: Projection, name: str) -> tuple[str, str]:
        return projection.done_name(name), self._source
