"""What must be true of stores and journal whatever went wrong; each check says in words what is not."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .journal import ANSWERED, REFUSED, UNKNOWN, Asked
from .stored import TICKET, Store

MADE = {
    ("identity", "record_person"): "identity:Person.Registered",
    ("groups", "found"): "groups:Group.Founded",
    ("mall", "open_seller"): "mall:Seller.Opened",
    ("mall", "list_goods"): "mall:Listing.Listed",
    ("mall", "open_checkout"): "mall:Checkout.Opened",
    ("events", "announce"): "events:Gathering.Announced",
    ("partners", "register"): "partners:Partner.Registered",
    ("tally", "open_tally"): "tally:Tally.Opened",
    ("tally", "count"): "tally:Tally.Counted",
}
"""What one command of this operation makes one of."""


@dataclass
class Wrongs:
    """By kind, in words, everything that is not as it must be."""

    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def __iadd__(self, other: "Wrongs") -> "Wrongs":
        for kind, more in other.by_kind().items():
            self.by_kind()[kind].extend(more)
        return self

    def __bool__(self) -> bool:
        return any(self.by_kind().values())

    def by_kind(self) -> dict[str, list[str]]:
        """Each kind under its name."""
        return {"lost": self.lost, "twice": self.twice, "out of order": self.out_of_order, "broken": self.broken}

    def kinds(self) -> set[str]:
        """The kinds of which there is any."""
        return {kind for kind, found in self.by_kind().items() if found}


def compare(asked: Sequence[Asked], stores: Mapping[str, Store]) -> Wrongs:
    """The journal against the stores of the services it speaks of, once everybody has come to rest."""
    return Wrongs(
        lost=[*_lost(asked, stores), *_missing(asked, stores)],
        twice=[*_repeated(stores), *_too_many(asked, stores)],
        out_of_order=list(_out_of_order(asked)),
        broken=[*_made_up(asked, stores), *_left_open(asked), *_parked(stores)],
    )


def _lost(asked: Iterable[Asked], stores: Mapping[str, Store]) -> Iterator[str]:
    known = {name: store.known_commands() for name, store in stores.items()}
    for one in asked:
        if one.outcome == ANSWERED and one.command_id not in known[one.service]:
            yield f"{one.service}.{one.operation} {one.key} was answered and left nothing"


def _missing(asked: Iterable[Asked], stores: Mapping[str, Store]) -> Iterator[str]:
    for (service, operation), (wanted, there) in _counted(asked, stores).items():
        if there < wanted:
            yield f"{service}.{operation} was answered {wanted} times, and {there} are there"
    yield from _gatherings_without_tickets(stores, -1)


def _too_many(asked: Iterable[Asked], stores: Mapping[str, Store]) -> Iterator[str]:
    for (service, operation), (wanted, there) in _counted(asked, stores).items():
        if there > wanted:
            yield f"{service}.{operation} was answered {wanted} times, and {there} are there"
    yield from _gatherings_without_tickets(stores, 1)


def _counted(asked: Iterable[Asked], stores: Mapping[str, Store]) -> dict[tuple[str, str], tuple[int, int]]:
    answered = Counter((one.service, one.operation) for one in asked if one.outcome == ANSWERED)
    return {
        place: (answered[place], stores[place[0]].count(topic)) for place, topic in MADE.items() if place[0] in stores
    }


def _gatherings_without_tickets(stores: Mapping[str, Store], direction: int) -> Iterator[str]:
    """The mall answers each gathering that costs something with one listing of tickets."""
    if not {"events", "mall"} <= stores.keys():
        return
    announced = sum(one.topic == "events:Gathering.Announced" and one.price_minor > 0 for one in stores["events"].facts)
    listed = sum(one.topic == "mall:Listing.Listed" and one.kind == TICKET for one in stores["mall"].facts)
    if (listed - announced) * direction > 0:
        yield f"{announced} gatherings cost something, and tickets are listed for {listed}"


def _repeated(stores: Mapping[str, Store]) -> Iterator[str]:
    """The facts of one command, reaction or errand are stored together: never again later."""
    for store in stores.values():
        latest, ended = None, set[object]()
        for fact in store.facts:
            if fact.command_id != latest:
                if fact.command_id in ended:
                    yield f"{store.service} has carried out {fact.command_id} again at {fact.position}: {fact.topic}"
                ended.add(latest)
                latest = fact.command_id


def _out_of_order(asked: Iterable[Asked]) -> Iterator[str]:
    """Everybody asks for one thing after the other, so everybody's positions rise."""
    latest: dict[tuple[str, str], Asked] = {}
    for one in (each for each in asked if each.position is not None):
        before = latest.get((one.person, one.service))
        if before is not None and (before.position or 0) > (one.position or 0):
            yield f"{one.service}.{one.operation} {one.key} is at {one.position}, after one at {before.position}"
        latest[one.person, one.service] = one


def _made_up(asked: Iterable[Asked], stores: Mapping[str, Store]) -> Iterator[str]:
    """What is stored in the name of those who keep the journal is in it, as it was answered."""
    by_service: dict[str, dict[object, Asked]] = {name: {} for name in stores}
    for one in asked:
        by_service[one.service][one.command_id] = one
    people = {one.person for sent in by_service.values() for one in sent.values()}
    for name, store in stores.items():
        for fact in store.facts:
            if fact.actor in people and fact.command_id not in by_service[name]:
                yield f"{name} has {fact.topic} at {fact.position} of {fact.actor}, who has not asked for it"
        for command_id, position in store.commands.items():
            sent = by_service[name].get(command_id)
            if sent is not None and sent.outcome == REFUSED:
                yield f"{name}.{sent.operation} {sent.key} was refused ({sent.code}), and stands at {position}"
            elif sent is not None and sent.position not in (None, position):
                yield f"{name}.{sent.operation} {sent.key} was answered as {sent.position}, and stands at {position}"


def _left_open(asked: Iterable[Asked]) -> Iterator[str]:
    for one in asked:
        if one.outcome == UNKNOWN:
            yield f"nobody knows what became of {one.service}.{one.operation} {one.key}"


def _parked(stores: Mapping[str, Store]) -> Iterator[str]:
    for store in stores.values():
        for name in store.parked:
            yield f"{store.service} has parked {name}, which is no poison"
