"""The event store of one service: aggregates and facts instead of rows."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, TypeVar, cast
from uuid import UUID

from eventsourcing.persistence import Notification
from eventsourcing.utils import get_topic, resolve_topic

from ..domain import AggregateRoot, Fact
from .recorder import Recorder, Since, StoredSnapshot
from .sealing import SealingMapper

Root = TypeVar("Root", bound=AggregateRoot)
_KEPT_APART = ("_id", "_version", "_created_on", "_modified_on", "_pending_events")


class Recorded:
    """A fact and its place in its service's log. It is opened by whoever asks for it: most readers pass most over."""

    def __init__(self, stored: Notification, mapper: SealingMapper) -> None:
        self.position: int = stored.id
        self.stored, self._mapper = stored, mapper

    @property
    def kind(self) -> type[Fact]:
        """Its class, without opening it."""
        return cast(type[Fact], resolve_topic(self.stored.topic))

    @cached_property
    def fact(self) -> Fact:
        """Itself."""
        return cast(Fact, self._mapper.to_domain_event(self.stored))


class EventStore:
    """Reads aggregates and facts of one service; writing goes through group commit alone."""

    def __init__(self, recorder: Recorder, mapper: SealingMapper) -> None:
        self.recorder, self.mapper = recorder, mapper

    def load(self, kind: type[Root], originator_id: UUID, *, use_snapshot: bool = True) -> Root | None:
        """The aggregate from its facts, on top of its latest snapshot; None when there is none of this kind."""
        root = self.load_any(kind, originator_id, use_snapshot=use_snapshot)
        return root if isinstance(root, kind) else None

    def load_any(
        self, kind: type[AggregateRoot], originator_id: UUID, *, use_snapshot: bool = True
    ) -> AggregateRoot | None:
        """The same also when it turns out to be of another kind; None when there is no fact at all."""
        if use_snapshot:
            snapshot, facts = self.recorder.history(originator_id, _stamp(kind))
        else:
            snapshot, facts = None, self.recorder.select_events(originator_id)
        root: Any = self._from_snapshot(kind, originator_id, snapshot)
        for fact in self.mapper.to_domain_events(facts):
            root = fact.mutate(root)
        return cast("AggregateRoot | None", root)

    def caught_up(
        self, known: Mapping[UUID, AggregateRoot | None], found: Mapping[UUID, Since]
    ) -> dict[UUID, AggregateRoot | None]:
        """Aggregates as of what was found since they were known; those that were not known are made. One whose snapshot
        was taken by other code is left out. When this raises, any of those that were known may be half changed."""
        usable = {one: since for one, since in found.items() if _is_of_this_code(since)}
        roots: dict[UUID, Any] = {one: known[one] or self._begun(one, since) for one, since in usable.items()}
        after = {one: facts[1:] if snapshot else facts for one, (snapshot, facts) in usable.items()}
        opened = iter(self.mapper.to_domain_events([fact for facts in after.values() for fact in facts]))
        for one, facts in after.items():
            for fact in islice(opened, len(facts)):
                roots[one] = fact.mutate(roots[one])
        return roots

    def _begun(self, originator_id: UUID, since: Since) -> AggregateRoot | None:
        snapshot, facts = since
        return self._from_snapshot(kind_of(facts[0].topic), originator_id, snapshot)

    def latest(self, originator_id: UUID, *kinds: type[Fact]) -> Fact | None:
        """The latest fact of one aggregate that is of one of these kinds; no other one is opened."""
        stored = self.recorder.select_latest(originator_id, [get_topic(kind) for kind in kinds])
        return None if stored is None else cast(Fact, self.mapper.to_domain_event(stored))

    def history_of(self, originator_id: UUID) -> list[Fact]:
        """All facts of one aggregate, the earliest first; none where there is none."""
        return self.mapper.to_domain_events(self.recorder.select_events(originator_id))

    def facts(self, after: int, limit: int, upto: int | None = None) -> list[Recorded]:
        """The service's own facts in order, with their positions."""
        found = self.recorder.select_notifications(after, limit, upto)
        return [Recorded(row, self.mapper) for row in found]

    def open(self, found: Sequence[Recorded]) -> list[Recorded]:
        """Those of them that are needed, opened at once."""
        for one, fact in zip(found, self.mapper.to_domain_events([one.stored for one in found]), strict=True):
            one.fact = fact
        return list(found)

    def take_snapshot(self, kind: type[AggregateRoot], originator_id: UUID) -> bool:
        """Keep the state of an aggregate as stored; aggregates with personal fields have none."""
        if holds_personal_fields(kind):
            return False
        root = self.load(kind, originator_id, use_snapshot=False)
        if root is None:
            return False
        state = {name: value for name, value in vars(root).items() if name not in _KEPT_APART}
        times = {"created_on": root.created_on, "modified_on": root.modified_on}
        body = self.mapper.transcoder.encode({"state": state, **times})
        self.recorder.keep_snapshot(originator_id, StoredSnapshot(root.version, _stamp(kind), body))
        return True

    def _from_snapshot(self, kind: type[Root], originator_id: UUID, snapshot: StoredSnapshot | None) -> Root | None:
        if snapshot is None:
            return None
        kept = self.mapper.transcoder.decode(snapshot.state)
        root = object.__new__(kind)
        vars(root).update(kept["state"])
        vars(root).update(
            _id=originator_id, _version=snapshot.version, _pending_events=[],
            _created_on=kept["created_on"], _modified_on=kept["modified_on"],
        )  # fmt: skip
        return root


def holds_personal_fields(kind: type[AggregateRoot]) -> bool:
    """Whether a sealed field may be in the aggregate's state, which must never lie unsealed in a snapshot."""
    if kind.state_is_impersonal:
        return False
    return any(getattr(value, "personal", None) for value in vars(kind).values() if isinstance(value, type))


def kind_of(topic: str) -> type[AggregateRoot]:
    """The aggregate class of a fact's topic: "mall:Order.Placed" is of "mall:Order"."""
    return cast(type[AggregateRoot], resolve_topic(topic.rpartition(".")[0]))


def _is_of_this_code(since: Since) -> bool:
    snapshot, facts = since
    return snapshot is None or snapshot.stamp == _stamp(kind_of(facts[0].topic))


def _stamp(kind: type[AggregateRoot]) -> str:
    """A snapshot is valid only for the code that took it: raise ``snapshot_version`` when the state changes."""
    return f"{kind.__qualname__}/{getattr(kind, 'snapshot_version', 1)}"
