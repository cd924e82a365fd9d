"""F-13: poison on every queue and at every door, while people go on."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from services.composition import SERVICES
from services.kernel.flow.rpc_client import EXCHANGE
from services.kernel.flow.wire import exchange_of
from tests.support import poison
from tests.support.onlooker import Onlooker
from tests.support.waiting import until

from .asking import Wish
from .town import LONG_AGO
from .trials import Trials

PARKED_SECONDS, AHEAD = 60.0, 5_000
HANDLED_WITHIN_SECONDS = 1.0
"""So soon whatever comes behind poison is handled: a message by each reader, a call at each door."""
REACHED = """
SELECT least((SELECT position FROM facts.tracking WHERE reader = %(source)s),
             (SELECT min(position) FROM views.view_tracking WHERE source = %(source)s))
"""
Seconds = dict[str, float]


def poisoned(trials: Trials) -> None:
    """Each piece is parked once, with its cause, and what comes behind it is handled at once; an operator drops it."""
    with trials.trial("F-13", "poison on every queue and at every door") as outcome:
        with closing(Onlooker(trials.ground)) as onlooker, ExitStack() as held:
            connect = trials.servers.postgres().connect
            sessions = {name: held.enter_context(connect(onlooker.database(name))) for name in SERVICES}
            poisoning = _Poisoning(trials, onlooker, sessions)
            before, usual = {name: poisoning.parked(name) for name in SERVICES}, poisoning.as_ever()
            handled = poisoning.at_queues() | poisoning.at_doors()
            expected = {name: len(poison.at_doors()) + poisoning.sent.get(name, 0) for name in SERVICES}

            def new() -> dict[str, int]:
                return {name: len(poisoning.parked(name) - before[name]) for name in SERVICES}

            until(lambda: new() == expected, PARKED_SECONDS)
            outcome.wrongs.broken += [
                f"{name} has parked {found} of {expected[name]} pieces of poison"
                for name, found in new().items() if found != expected[name]
            ]  # fmt: skip
            outcome.wrongs.broken += too_late(handled)
            for stage in ("rpc", "unreadable"):
                onlooker.dead("drop", "--stage", stage)
        outcome.times = sum(expected.values())
        longest, ever = max(handled.values()), max(usual.values())
        outcome.said = f"what came behind it handled within {longest:.2f} s, before it within {ever:.2f} s"
        outcome.took(trials.ground.recovered())


def too_late(handled: Mapping[str, float]) -> Iterator[str]:
    """Who has not handled soon enough what came behind poison."""
    for who, seconds in handled.items():
        if seconds > HANDLED_WITHIN_SECONDS:
            yield f"{who} has handled what came behind poison after {seconds:.2f} s"


@dataclass
class _Poisoning:
    """``sent`` is how many pieces came to the queue of each reader."""

    trials: Trials
    onlooker: Onlooker
    sessions: Mapping[str, Any]

    def __post_init__(self) -> None:
        self.sent = dict.fromkeys(poison.HEARS, 0)

    def parked(self, service: str) -> set[str]:
        """The names of all that it has parked."""
        return {name for (name,) in self.sessions[service].execute("SELECT name FROM facts.parked").fetchall()}

    def as_ever(self) -> Seconds:
        """How long a message takes without any poison."""
        handled = Seconds()
        for source in poison.SOURCES:
            handled |= self._next_message(source, [one for one in poison.HEARS if source in poison.comes_to(one)])
        return handled

    def at_queues(self) -> Seconds:
        """Everywhere; by reader and source, how long the next message took. What has been seen is seen, so all of it
        claims to be new."""
        handled = Seconds()
        for source in poison.SOURCES:
            latest = self.onlooker.spoken(source)[-1]
            said = poison.at_queues(replace(latest, position=latest.position + AHEAD))
            readers = [reader for reader in poison.HEARS if source in poison.comes_to(reader)]
            with self.onlooker.channel() as channel:
                for one in said:
                    one.publish(channel, exchange_of(source), "person_tagged")
            for reader in readers:
                self.sent[reader] += len(said)
            handled |= self._next_message(source, readers)
        return handled

    def at_doors(self) -> Seconds:
        """At each; how long the next call took there."""
        handled = Seconds()
        for service in SERVICES:
            with self.onlooker.channel() as channel:
                for one in poison.at_doors():
                    one.publish(channel, EXCHANGE, f"{service}.messages")
            since = time.monotonic()
            self.onlooker.call(service, "messages", after=0, limit=1)
            handled[f"{service}.rpc"] = time.monotonic() - since
        return handled

    def _next_message(self, source: str, readers: list[str]) -> Seconds:
        answer = self.trials.caller.ask(SAYING[source]())
        assert answer is not None, self.trials.caller.codes
        since, position = time.monotonic(), int(answer["position"].partition(":")[2])
        handled = Seconds()

        def all_have_it() -> bool:
            for reader in readers:
                if reader not in handled and self._reached(reader, source) >= position:
                    handled[reader] = time.monotonic() - since
            return len(handled) == len(readers)

        assert until(all_have_it), f"{readers} have not all heard of {source}:{position}: {handled}"
        return {f"{reader}, of {source}": seconds for reader, seconds in handled.items()}

    def _reached(self, reader: str, source: str) -> int:
        return int(self.sessions[reader].execute(REACHED, {"source": source}).fetchone()[0] or 0)


def _recorded() -> Wish:
    somebody = {"person_id": str(uuid4()), "name": "Somebody", "happened_at": LONG_AGO}
    return Wish(
        service="identity", operation="record_person", path="/records/people", person=uuid4(), roles=("operator",),
        body=somebody,
    )  # fmt: skip


def _founded() -> Wish:
    rules = {"name": "Quiet Trails", "rules": "Leave no trace."}
    return Wish(service="groups", operation="found", path="/groups", person=uuid4(), body=rules)


SAYING: dict[str, Callable[[], Wish]] = {"identity": _recorded, "groups": _founded}
"""By source, something that it tells others of."""
