"""What became of where a party is paid: set, changed, refused, dropped; when and by whom, and never where."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from services.kernel.domain import Fact
from services.kernel.store.eventstore import EventStore
from services.mall.domain.payout_account import PayoutAccount

ROLES = ("seller", "community", "member")
MOST_SHOWN = 20
_STEPS = {
    PayoutAccount.Named.TOPIC: "named", PayoutAccount.Changed.TOPIC: "changed", PayoutAccount.Refused.TOPIC: "refused",
    PayoutAccount.Dropped.TOPIC: "dropped",
}  # fmt: skip


def destination_changes(
    store: EventStore, roles: Iterable[str], party_id: UUID, as_of: datetime | None
) -> list[dict[str, Any]]:  # fmt: skip
    """The latest changes of the accounts of a party in these roles, the latest first; those before a moment."""
    found = sorted((one for role in roles for one in _changes(store, role, party_id)), key=_when)
    told = (one for one in reversed(found) if as_of is None or one["changed_at"] < as_of)
    return list(islice(told, MOST_SHOWN))


def _changes(store: EventStore, role: str, party_id: UUID) -> Iterator[dict[str, Any]]:
    for fact in store.history_of(PayoutAccount.create_id(role, party_id)):
        yield {
            "role": role, "what": _STEPS[_topic(fact)], "changed_at": fact.effective_at, "changed_by": _by(fact),
            "rests_until": getattr(fact, "rests_until", None),
        }  # fmt: skip


def _by(fact: Fact) -> UUID | None:
    """Who said so; nobody where the provider did, or where it was not noted."""
    dropped_by = fact.actor_id if _topic(fact) == PayoutAccount.Dropped.TOPIC else None
    return getattr(fact, "set_by", dropped_by)


def _topic(fact: Fact) -> str:
    return str(getattr(fact, "TOPIC", ""))


def _when(one: dict[str, Any]) -> datetime:
    changed_at: datetime = one["changed_at"]
    return changed_at
