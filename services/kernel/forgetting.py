"""Forgetting people: their keys in this service are destroyed, and whatever was sealed under them is unreadable.

    fact or position + side row "to forget"  ->  key destroyed  ->  memory, deleted bytes  ->  side row "forgotten"

The first is one transaction, so the process may die anywhere: the row is there, and everything after it is done again.
Both sides are compared when a service starts: an older backup of keys brings nobody back, nor does one of facts.
"""

import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from uuid import UUID

import structlog

from services.contracts.message import Message

from .application import Application
from .flow.projection import Place
from .flow.views import Views
from .refusals import ForgottenActor
from .store.executor import Executor
from .store.keys import CACHE_SECONDS, KeyStore
from .store.recorder import Entry, SideRow
from .store.unit import AGAIN, FORGOTTEN_SIDE, TO_FORGET

AT_ONCE = 500
LET_GO, LET_GO_AFTER = f"{AGAIN}person.let_go", timedelta(seconds=20)
"""A due row for services whose commands look for what is hers in a view: that may be behind, and another process takes
her commands for some seconds more. They look once more, when both is over."""
log = structlog.get_logger()


def forget_subject(application: Application, message: Message, _place: Place) -> None:
    """The reaction to a message that its subject, a person, is forgotten: her key here is to be destroyed."""
    application.unit.forget(UUID(message.subject))


class Forgetting:
    """Destroys what is to be destroyed, and knows who is forgotten here.

    ``forget_again`` carries out ``Blueprint.forget`` for one person, as a command of the service itself; ``erase`` is
    that of the blueprint.
    """

    def __init__(
        self, service: str, executor: Executor, keys: KeyStore, views: Views,
        forget_again: Callable[[UUID], None], erase: Callable[[UUID], None],
    ) -> None:  # fmt: skip
        self._service, self._executor, self._keys, self._views = service, executor, keys, views
        self._recorder, self._forget_again, self._erase = executor.store.recorder, forget_again, erase
        self._known: frozenset[str] = frozenset()
        self._look_at = 0.0
        self._is_compared = False

    def bury(self) -> None:
        """Destroy the keys of all who are forgotten: some are there again when they came from an older backup."""
        if alive := self._marked() - self._keys.forgotten():
            self._keys.forget(*alive)
        self._look()

    def step(self) -> int:
        """Destroy the keys of some who are to be forgotten; returns how many. One worker at a time.

        Raises what keeps a key from being destroyed; then it is tried again.
        """
        if not self._is_compared:
            self._compare()
        people = sorted(self._recorder.sides(TO_FORGET))[:AT_ONCE]
        if not people:
            return 0
        self._keys.forget(*people)
        self._executor.forget_live()
        for person in people:
            self._erase(UUID(person))
        if not (self._recorder.scrub() and self._views.scrub()):
            log.info("waits for who reads what is to be forgotten", service=self._service, people=len(people))
            return 0
        self._recorder.append([Entry(sides=list(_done(people)))])
        self._look()
        log.info("forgotten", service=self._service, people=len(people))
        return len(people)

    def refuse(self, actor_id: UUID) -> None:
        """Raises ForgottenActor when this process knows that the actor is forgotten: within seconds."""
        if time.monotonic() > self._look_at:
            self._look()
        if str(actor_id) in self._known:
            raise ForgottenActor()

    def _compare(self) -> None:
        """Whoever has lost the key, and of whom the facts do not know it, is forgotten once more."""
        for person in sorted(self._keys.forgotten() - self._marked()):
            self._forget_again(UUID(person))
        self._is_compared = True

    def _look(self) -> None:
        self._known, self._look_at = frozenset(self._marked()), time.monotonic() + CACHE_SECONDS

    def _marked(self) -> set[str]:
        return {*self._recorder.sides(TO_FORGET), *self._recorder.sides(FORGOTTEN_SIDE)}


def _done(people: Iterable[str]) -> Iterable[SideRow]:
    for person in people:
        yield SideRow(TO_FORGET, person, None)
        yield SideRow(FORGOTTEN_SIDE, person, b"")
