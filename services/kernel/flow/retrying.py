"""Taking in what was parked, and what waits behind it: once more as the first time would have, but out of the stream.

Ids are derived from reader, source and position; no position moves. First the views, with a row that says so in one
transaction; then the reactions, in one transaction with taking the parked row away. So whatever dies in between, and
whoever does the same at the same moment, nothing has its effect twice.
"""

from contextlib import suppress
from dataclasses import dataclass

from ..refusals import Conflicting, Missing, Unready
from ..store.clashes import NotParked
from ..store.recorder import ParkedRow
from ..store.unit import FORGOTTEN_SIDE, TO_FORGET
from . import parking
from .failures import is_passing
from .foreign_views import ForeignViews
from .parking import Told
from .reacting import Reacting
from .views import Views


class NothingParked(Missing):
    """No parked message has the name."""

    sentence = "No message of the name {name} is parked at {service}; 'agora dead list' shows which are."


class WaitsBehind(Conflicting):
    """An earlier message of the same subject is parked too."""

    sentence = "{name} waits behind {head}, which is of the same subject: deal with that one, and it follows by itself."


class NothingKept(Conflicting):
    """What was delivered was no message; only its cause was kept."""

    sentence = (
        "{name} was no message that could be read, and nothing of it was kept but its cause; drop it. "
        "If it stood for a real message, that one was read from its source."
    )


class ViewsNotThere(Unready):
    """A view has not come to the message in the stream yet."""

    sentence = "The views of {service} have not come as far as {name} yet; start its worker, or try again in a moment."


@dataclass(frozen=True, slots=True)
class Retried:
    """What became of one message: taken in, or parked still for this cause."""

    name: str
    cause: str = ""


class Retrying:
    """Deals with the parked messages of one service."""

    def __init__(self, views: Views, reacting: Reacting) -> None:
        self._views, self._reacting = views, reacting
        self._recorder = reacting.executor.store.recorder

    def find(self, name: str) -> ParkedRow:
        """The parked message of this name. Raises NothingParked."""
        row = self._recorder.parked_one(name)
        if row is None:
            raise NothingParked(name=name, service=self._reacting.reader)
        return row

    def retry(self, name: str) -> list[Retried]:
        """Take in a parked message and all that waits behind it, in order, up to the first that fails again.

        Raises NothingParked, WaitsBehind, NothingKept, ViewsNotThere, and what passes by itself.
        """
        row = self._first(name)
        if not row.envelope:
            raise NothingKept(name=name)
        return self.free(row)

    def free(self, row: ParkedRow) -> list[Retried]:
        """The same for a row that is known to be the first of its subject."""
        done = [Retried(row.name, self._once(row))]
        while not done[-1].cause and (follower := self._follower(row)) is not None:
            row = follower
            done.append(Retried(row.name, self._once(row)))
        return done

    def drop(self, name: str) -> list[Retried]:
        """Take a parked message away for good; then what waits behind it is taken in, in order.

        Raises NothingParked, WaitsBehind, ViewsNotThere, and what passes by itself.
        """
        row = self._first(name)
        if row.stage not in parking.SEEN_BY_VIEWS:
            ForeignViews(self._views, row.source).drop(name)
        self._replace(row, None)
        follower = self._follower(row)
        return self.free(follower) if follower else []

    def _first(self, name: str) -> ParkedRow:
        """The parked message, if it is the first of its subject."""
        row = self.find(name)
        head = next(iter(self._recorder.parked_of(row.source, row.subject, 1)), row) if row.subject else row
        if head.name != name:
            raise WaitsBehind(name=name, head=head.name)
        return row

    def _follower(self, row: ParkedRow) -> ParkedRow | None:
        """The one that is first now that this row is gone."""
        if not row.subject:
            return None
        return next(iter(self._recorder.parked_of(row.source, row.subject, 1)), None)

    def _once(self, row: ParkedRow) -> str:
        """Take in one message; the cause when it fails again."""
        if not row.envelope:
            return row.cause
        foreign, is_late = ForeignViews(self._views, row.source), row.stage in parking.REACTED_TO
        stage = parking.UNREADABLE
        try:
            one = self._read(row)
            stage = parking.LATE if is_late else parking.VIEWS
            if row.stage not in parking.SEEN_BY_VIEWS:
                self._refuse_early(row, foreign)
                foreign.project_apart(one)
            stage = parking.REACTIONS
            self._react(one, [] if is_late else [one])
        except Exception as failure:
            if isinstance(failure, NotParked):  # somebody else did the same at the same moment
                return ""
            if is_passing(failure):
                raise
            return self._keep(row, stage, failure)
        return ""

    def _read(self, row: ParkedRow) -> Told:
        """A message about somebody who is forgotten here is passed over: the forgetting has overtaken it."""
        envelope = parking.read_parked(row, self._reacting.executor.store.mapper.keys)
        if any(self._recorder.side(kind, row.subject) is not None for kind in (TO_FORGET, FORGOTTEN_SIDE)):
            return Told(envelope, parking.place_of(envelope))
        return parking.read(envelope)

    def _refuse_early(self, row: ParkedRow, foreign: ForeignViews) -> None:
        """A view that is not there yet meets the message in the stream, where it may have to come after others."""
        if foreign and not foreign.have(row.position):
            raise ViewsNotThere(service=self._reacting.reader, name=row.name)

    def _react(self, one: Told, reacts_to: list[Told]) -> None:
        self._reacting.carry_out(reacts_to, one.place, released=(one.name,))

    def _keep(self, row: ParkedRow, stage: str, failure: Exception) -> str:
        """The row stays, with what went wrong this time."""
        again = parking.failed_again(row, stage, failure)
        if again != row:
            with suppress(NotParked):
                self._replace(row, again)
        return again.cause

    def _replace(self, row: ParkedRow, again: ParkedRow | None) -> None:
        place = self._reacting.place(row.source, row.position)
        self._reacting.carry_out([], place, released=(row.name,), parked=(again,) if again else ())
