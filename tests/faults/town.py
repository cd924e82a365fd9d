"""What people want who use the platform: a bit of everything, of all services. All they know is what was answered."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, TypeVar
from uuid import UUID, uuid4

from services.kernel.domain import derived_id
from services.mall.domain.listing import Listing

from .asking import Answer, Wish

VENUE = {"venue_name": "Lake House", "address": None, "latitude": None, "longitude": None, "online_url": None}
LONG_AGO = datetime(2025, 3, 2, 12, tzinfo=UTC).isoformat()
HEARD_SECONDS = 3.0
"""So soon, usually, others have heard of what was done here."""
MOST_GROUPS, MOST_LISTINGS, MOST_GATHERINGS, STOCK = 3, 4, 3, 100_000
TERMS = {"platform_fee_bps": 333, "return_window_days": 7, "reservation_minutes": 60, "seller_threshold": None}
Known = TypeVar("Known")


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that was answered: its id, whose it is, and since when. ``costs`` is of gatherings, ``of`` what it is
    of: the gathering of a registration, the group of a pick, the line of an order."""

    id: str
    owner: UUID
    costs: bool = False
    of: str = ""
    since: float = field(default_factory=time.monotonic)

    @property
    def is_heard_of(self) -> bool:
        """Whether the other services may be expected to know of it."""
        return time.monotonic() - self.since > HEARD_SECONDS


@dataclass
class Town:
    """What all of them know of one another."""

    groups: list[Thing] = field(default_factory=list)
    applications: list[Thing] = field(default_factory=list)
    listings: list[Thing] = field(default_factory=list)
    picks: list[Thing] = field(default_factory=list)
    orders: list[Thing] = field(default_factory=list)
    delivered: list[Thing] = field(default_factory=list)
    gatherings: list[Thing] = field(default_factory=list)


class Resident:
    """One of them, who does one thing after the other, as several people: the own one, and who came through her."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town, self.chance = town, Random(seed)
        self.me = uuid4()
        self.people = [self.me]
        self.mine = Town()
        self.registrations: list[Thing] = []
        self.sells = False

    def beginning(self) -> list[Wish]:
        """What comes before anything else."""
        return [one for one in (self._recorded(self.me), self._found(), self._open_seller()) if one]

    def wish(self) -> Wish | None:
        """Something to be done now; None when there is nothing of this kind to do yet."""
        usual: list[Callable[[], Wish | None]] = [
            self._buy, self._buy, self._buy_there, self._buy_there, self._apply, self._admit, self._deliver,
            self._deliver, self._register, self._register, self._buy_ticket, self._tag,
        ]  # fmt: skip
        rare: list[Callable[[], Wish | None]] = [
            self._newcomer, self._newcomer, self._found, self._list, self._announce, self._restock, self._partner,
            self._pick, self._pick, self._refund, self._refund,
        ]  # fmt: skip
        return self.chance.choice(usual + usual + rare)()

    def _by(self, service: str, operation: str, path: str, person: UUID | None = None, **body: Any) -> Wish:
        told = {name: body.pop(name) for name in ("known", "roles", "key") if name in body}
        return Wish(service=service, operation=operation, path=path, person=person or self.me, body=body, **told)

    def _recorded(self, person: UUID) -> Wish:
        return self._by(
            "identity", "record_person", "/records/people", roles=("operator",), person_id=str(person),
            name="Somebody", happened_at=LONG_AGO,
        )  # fmt: skip

    def _newcomer(self) -> Wish:
        somebody = uuid4()
        made = self._recorded(somebody)
        return self._by(
            "identity", "record_person", made.path, roles=made.roles, **made.body,
            known=lambda _answer: self.people.append(somebody),
        )  # fmt: skip

    def _tag(self) -> Wish:
        value = f"word {self.chance.randrange(100_000)}"
        return self._by("identity", "add_tag", "/people/me/tags", self._somebody(), kind="interest", value=value)

    def _partner(self) -> Wish | None:
        if self.chance.random() > 0.2:
            return None
        name = f"Platform {self.chance.random()}"
        return self._by("partners", "register", "/partners", roles=("operator",), name=name, scopes=["counts"])

    def _found(self) -> Wish | None:
        if len(self.mine.groups) >= MOST_GROUPS:
            return None

        def known(answer: Answer) -> None:
            self._note("groups", Thing(answer["group_id"], self.me))

        return self._by("groups", "found", "/groups", name="Quiet Trails", rules="Leave no trace.", known=known)

    def _apply(self) -> Wish | None:
        group, who = self._one_of(self.town.groups), self._somebody()
        if group is None or who == group.owner:
            return None

        def known(answer: Answer) -> None:
            self.town.applications.append(Thing(answer["application_id"], group.owner))

        return self._by("groups", "apply", f"/groups/{group.id}/applications", who, rules_version=1, known=known)

    def _admit(self) -> Wish | None:
        if (application := self._taken(self.town.applications)) is None:
            return None
        return self._by("groups", "admit", f"/applications/{application.id}/admit")

    def _open_seller(self) -> Wish:
        return self._by("mall", "open_seller", "/sellers", name="Rods and more", known=self._now_sells)

    def _now_sells(self, _answer: Answer) -> None:
        self.sells = True

    def _list(self) -> Wish | None:
        if not self.sells or len(self.mine.listings) >= MOST_LISTINGS:
            return None
        return self._by(
            "mall", "list_goods", "/listings", title="Rod", price_minor=self.chance.randint(1, 9_999), currency="EUR",
            stock=STOCK, commission_bps=self.chance.choice([0, 333, 1_000]),
            known=lambda answer: self._note("listings", Thing(answer["listing_id"], self.me)),
        )  # fmt: skip

    def _restock(self) -> Wish | None:
        listing = self._one_of(self.mine.listings)
        if listing is None:
            return None
        return self._by("mall", "restock", f"/listings/{listing.id}/stock", quantity=1)

    def _buy(self) -> Wish | None:
        listing = self._one_of([one for one in self.town.listings if one.owner != self.me])
        if listing is None:
            return None
        lines = [{"listing_id": listing.id, "quantity": self.chance.randint(1, 3)}]
        return self._checkout(self._somebody(), lines, listing.owner)

    def _pick(self) -> Wish | None:
        group = self._one_of([one for one in self.mine.groups if one.is_heard_of])
        listing = self._one_of(self.town.listings)
        if group is None or listing is None:
            return None

        def known(_answer: Answer) -> None:
            self.town.picks.append(Thing(listing.id, listing.owner, of=group.id))

        return self._by("mall", "pick", f"/shelves/{group.id}/picks", listing_id=listing.id, known=known)

    def _buy_there(self) -> Wish | None:
        """Through the shelf of a community, which earns a share."""
        pick = self._one_of([one for one in self.town.picks if one.owner != self.me])
        if pick is None:
            return None
        lines = [{"listing_id": pick.id, "quantity": self.chance.randint(1, 3), "group_id": pick.of}]
        return self._checkout(self._somebody(), lines, pick.owner)

    def _buy_ticket(self) -> Wish | None:
        registration = self._one_of([one for one in self.registrations if one.costs and one.is_heard_of])
        if registration is None:
            return None
        self.registrations.remove(registration)
        listing_id = str(Listing.id_of_tickets(UUID(registration.of)))
        lines = [{"listing_id": listing_id, "quantity": 1, "registration_id": registration.id}]
        return self._checkout(registration.owner, lines, None)

    def _checkout(self, buyer: UUID, lines: Sequence[dict[str, Any]], seller: UUID | None) -> Wish:
        key = str(uuid4())
        line_id = str(derived_id(derived_id(buyer, "mall", "open_checkout", key), "line", 0))

        def known(answer: Answer) -> None:
            if seller is not None:
                self.town.orders.extend(Thing(one, seller, of=line_id) for one in answer["order_ids"])

        return self._by(
            "mall", "open_checkout", "/checkouts", buyer, lines=list(lines), payment_method="card", known=known, key=key
        )  # fmt: skip

    def _deliver(self) -> Wish | None:
        if (order := self._taken(self.town.orders)) is None:
            return None

        def known(_answer: Answer) -> None:
            self.town.delivered.append(Thing(order.id, order.owner, of=order.of))

        return self._by("mall", "deliver", f"/orders/{order.id}/deliver", known=known)

    def _refund(self) -> Wish | None:
        if (order := self._taken(self.town.delivered)) is None:
            return None
        return self._by("mall", "refund_line", f"/orders/{order.id}/refunds", line_id=order.of, quantity=1)

    def _announce(self) -> Wish | None:
        group = self._one_of([one for one in self.mine.groups if one.is_heard_of])
        if group is None or len(self.mine.gatherings) >= MOST_GATHERINGS:
            return None
        costs, starts_at = self.chance.random() < 0.7, datetime.now(UTC) + timedelta(days=self.chance.randint(2, 9))
        return self._by(
            "events", "announce", "/gatherings", group_id=group.id, title="A morning at the lake", venue=VENUE,
            time_zone="Asia/Shanghai", starts_at=starts_at.isoformat(), capacity=1_000,
            ends_at=(starts_at + timedelta(hours=3)).isoformat(), price_minor=990 if costs else 0,
            currency="EUR" if costs else None,
            known=lambda answer: self._note("gatherings", Thing(answer["gathering_id"], self.me, costs)),
        )  # fmt: skip

    def _register(self) -> Wish | None:
        if (gathering := self._one_of(self.town.gatherings)) is None:
            return None
        who = self._somebody()

        def known(answer: Answer) -> None:
            self.registrations.append(Thing(answer["registration_id"], who, gathering.costs, gathering.id))

        return self._by("events", "register", f"/gatherings/{gathering.id}/registrations", who, known=known)

    def _note(self, kind: str, thing: Thing) -> None:
        getattr(self.mine, kind).append(thing)
        getattr(self.town, kind).append(thing)

    def _taken(self, things: list[Thing]) -> Thing | None:
        """One of these that waits for me, and for a while already; nobody else takes it."""
        found = next((one for one in list(things) if one.owner == self.me and one.is_heard_of), None)
        if found is not None:
            things.remove(found)
        return found

    def _one_of(self, known: list[Known]) -> Known | None:
        return self.chance.choice(known) if known else None

    def _somebody(self) -> UUID:
        return self.chance.choice(self.people)
