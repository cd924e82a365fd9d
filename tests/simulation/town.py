"""What people do in a simulated platform. All they know is what they were answered."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from services.kernel.doors.operation import Actor
from services.mall.domain.listing import Listing
from services.mall.domain.order import Order

from .aftermath import PAYOUT_TERMS, Aftermath
from .chance import Chance
from .wishes import OPERATOR, Wish

VENUE = {"venue_name": "Lake House", "address": None, "latitude": None, "longitude": None, "online_url": None}


@dataclass
class Sold:
    """A checkout that was opened."""

    buyer: Actor
    answer: dict[str, Any]


class Town(Aftermath):
    """Makes wishes. ``now`` says what time it is, ``looked_up`` shows an order as the mall has it, if it answers,
    ``waiting`` which payouts wait for operators."""

    def __init__(
        self, chance: Chance, now: Callable[[], datetime], looked_up: Callable[[str], Order | None],
        waiting: Callable[[], list[str]],
    ) -> None:  # fmt: skip
        super().__init__()
        self._chance, self._now, self._looked_up, self._waiting = chance, now, looked_up, waiting
        self.people: list[Actor] = []
        self.groups: list[tuple[str, Actor]] = []
        self.applications: list[tuple[str, Actor]] = []
        self.sellers: list[Actor] = []
        self.listings: list[tuple[str, Actor]] = []
        self.checkouts: list[Sold] = []
        self.gatherings: list[tuple[str, Actor, bool]] = []
        self.registrations: list[tuple[str, str, Actor, bool]] = []

    def beginning(self) -> list[Wish]:
        """What has to be there before anything else: terms, some people, some who sell."""
        return [
            self._set_terms(333),
            Wish(service="mall", operation="set_payout_terms", actor=OPERATOR, fields=PAYOUT_TERMS),
            Wish(service="partners", operation="register", actor=OPERATOR, fields=_partner()),
            *(self._newcomer() for _ in range(4)),
        ]

    def wish(self) -> Wish | None:
        """Something that somebody wants now; None when nobody can want it yet."""
        if len(self.listings) < 2:
            return self._chance.one_of([self._open_seller, self._list, self._group])()
        return self._chance.one_of(self._wishes)()

    @property
    def _wishes(self) -> list[Callable[[], Wish | None]]:
        rare = [
            self._newcomer, self._group, self._open_seller, self._list, self._announce, self._leave, self._restock,
            self._cancel_gathering, self._capacity, self._withdraw_listing, self._forget, self._cancel,
            self._change_terms,
        ]  # fmt: skip
        usual = [
            self._apply, self._admit, self._pick, self._buy, self._buy, self._buy, self._deliver, self._refund,
            self._register, self._register, self._give_back, self._buy_ticket, self._buy_ticket,
        ]  # fmt: skip
        return rare + usual + usual + self._of_aftermath + [self._buy, self._deliver, self._deliver, self._deliver]

    def _set_terms(self, fee_bps: int) -> Wish:
        """The first hold at once; of the later ones some do, and most are announced."""
        terms = {
            "platform_fee_bps": fee_bps, "return_window_days": 7, "reservation_minutes": 60, "seller_threshold": None,
            "platform_fee_on_refund": self._chance.one_of(["returned", "kept"]),
            "dispute_fee_borne_by": self._chance.one_of(["platform", "seller"]),
        }  # fmt: skip
        return Wish(service="mall", operation="set_terms", actor=OPERATOR, fields=terms)

    def _change_terms(self) -> Wish:
        return self._set_terms(self._chance.one_of([0, 250, 333, 700]))

    def _newcomer(self) -> Wish:
        actor = Actor(uuid4())
        told = {"person_id": str(actor.person_id), "name": "Somebody", "happened_at": self._now().isoformat()}
        return Wish(
            service="identity", operation="record_person", actor=OPERATOR, fields=told,
            known=lambda _answer: self.people.append(actor),
        )  # fmt: skip

    def _by(
        self, actor: Actor, service: str, operation: str, known: Callable[[dict[str, Any]], None] | None = None,
        **fields: Any,
    ) -> Wish:  # fmt: skip
        wanted = known or (lambda _answer: None)
        return Wish(service=service, operation=operation, actor=actor, fields=fields, known=wanted)

    def _group(self) -> Wish | None:
        if not self.people or len(self.groups) > 3:
            return None
        owner = self._chance.one_of(self.people)
        return self._by(
            owner, "groups", "found", lambda answer: self.groups.append((answer["group_id"], owner)),
            name="Quiet Trails", rules="Leave no trace.",
        )  # fmt: skip

    def _apply(self) -> Wish | None:
        if not self.groups:
            return None
        who, (group_id, owner) = self._chance.one_of(self.people), self._chance.one_of(self.groups)
        return self._by(
            who, "groups", "apply", lambda answer: self.applications.append((answer["application_id"], owner)),
            group_id=group_id, rules_version=1,
        )  # fmt: skip

    def _admit(self) -> Wish | None:
        if not self.applications:
            return None
        application_id, owner = self._chance.one_of(self.applications)
        return self._by(owner, "groups", "admit", application_id=application_id)

    def _leave(self) -> Wish | None:
        if not self.groups:
            return None
        return self._by(
            self._chance.one_of(self.people), "groups", "leave", group_id=self._chance.one_of(self.groups)[0]
        )

    def _open_seller(self) -> Wish | None:
        if not self.people:
            return None
        who = self._chance.one_of(self.people)
        return self._by(who, "mall", "open_seller", lambda _answer: self.sellers.append(who), name="Rods and more")

    def _list(self) -> Wish | None:
        if not self.sellers:
            return None
        who = self._chance.one_of(self.sellers)
        return self._by(
            who, "mall", "list_goods", lambda answer: self.listings.append((answer["listing_id"], who)),
            title="Rod", price_minor=self._chance.between(1, 9_999), currency="EUR",
            stock=self._chance.between(1, 6), commission_bps=self._chance.one_of([0, 333, 1_000]),
        )  # fmt: skip

    def _restock(self) -> Wish | None:
        if not self.listings:
            return None
        listing_id, seller = self._chance.one_of(self.listings)
        return self._by(seller, "mall", "restock", listing_id=listing_id, quantity=self._chance.between(1, 3))

    def _withdraw_listing(self) -> Wish | None:
        if len(self.listings) < 4:
            return None
        listing_id, seller = self._chance.one_of(self.listings)
        return self._by(seller, "mall", "withdraw_listing", listing_id=listing_id, reason="sold_elsewhere")

    def _pick(self) -> Wish | None:
        if not (self.groups and self.listings):
            return None
        group_id, owner = self._chance.one_of(self.groups)
        return self._by(owner, "mall", "pick", group_id=group_id, listing_id=self._chance.one_of(self.listings)[0])

    def _buy(self) -> Wish | None:
        if not self.listings:
            return None
        group_id = self._chance.one_of(self.groups)[0] if self.groups and self._chance.once_in(2) else None
        lines = [
            {"listing_id": listing_id, "quantity": self._chance.between(1, 3), "group_id": group_id}
            for listing_id in {self._chance.one_of(self.listings)[0]: None for _ in range(self._chance.between(1, 2))}
        ]
        return self._checkout(self._chance.one_of(self.people), lines)

    def _buy_ticket(self) -> Wish | None:
        paid = [one for one in self.registrations if one[3]]
        if not paid:
            return None
        registration_id, gathering_id, who, _ = self._chance.one_of(paid)
        listing_id = str(Listing.id_of_tickets(UUID(gathering_id)))
        return self._checkout(who, [{"listing_id": listing_id, "quantity": 1, "registration_id": registration_id}])

    def _checkout(self, buyer: Actor, lines: list[dict[str, Any]]) -> Wish:
        return self._by(
            buyer, "mall", "open_checkout", lambda answer: self.checkouts.append(Sold(buyer, answer)),
            lines=lines, payment_method="card",
        )  # fmt: skip

    def _cancel(self) -> Wish | None:
        if not self.checkouts or not self._chance.once_in(3):
            return None
        sold = self._chance.one_of(self.checkouts)
        return self._by(sold.buyer, "mall", "cancel_checkout", checkout_id=sold.answer["checkout_id"])

    def _order(self) -> Order | None:
        if not self.checkouts:
            return None
        return self._looked_up(self._chance.one_of(self._chance.one_of(self.checkouts).answer["order_ids"]))

    def _deliver(self) -> Wish | None:
        if (order := self._order()) is None:
            return None
        return self._by(Actor(order.seller_person_id), "mall", "deliver", order_id=str(order.id))

    def _refund(self) -> Wish | None:
        if (order := self._order()) is None:
            return None
        return self._by(
            Actor(order.seller_person_id), "mall", "refund_line",
            order_id=str(order.id), line_id=self._chance.one_of(list(order.lines)), quantity=1,
        )  # fmt: skip

    def _announce(self) -> Wish | None:
        if not self.groups or len(self.gatherings) > 3:
            return None
        group_id, owner = self._chance.one_of(self.groups)
        costs = self._chance.once_in(2)
        starts_at = self._now() + timedelta(days=self._chance.between(1, 9))
        return self._by(
            owner, "events", "announce",
            lambda answer: self.gatherings.append((answer["gathering_id"], owner, costs)),
            group_id=group_id, title="A morning at the lake", venue=VENUE, time_zone="Asia/Shanghai",
            starts_at=starts_at.isoformat(), ends_at=(starts_at + timedelta(hours=3)).isoformat(),
            capacity=self._chance.between(1, 4), price_minor=990 if costs else 0, currency="EUR" if costs else None,
        )  # fmt: skip

    def _register(self) -> Wish | None:
        if not self.gatherings:
            return None
        who, (gathering_id, _, costs) = self._chance.one_of(self.people), self._chance.one_of(self.gatherings)

        def known(answer: dict[str, Any]) -> None:
            self.registrations.append((answer["registration_id"], gathering_id, who, costs))

        return self._by(who, "events", "register", known, gathering_id=gathering_id)

    def _give_back(self) -> Wish | None:
        if not self.registrations:
            return None
        registration_id, _, who, _ = self._chance.one_of(self.registrations)
        return self._by(who, "events", "give_back", registration_id=registration_id)

    def _capacity(self) -> Wish | None:
        if not self.gatherings:
            return None
        gathering_id, owner, _ = self._chance.one_of(self.gatherings)
        return self._by(
            owner, "events", "change_capacity", gathering_id=gathering_id, capacity=self._chance.between(1, 6)
        )

    def _cancel_gathering(self) -> Wish | None:
        if not self.gatherings or not self._chance.once_in(3):
            return None
        gathering_id, owner, _ = self._chance.one_of(self.gatherings)
        return self._by(owner, "events", "cancel_gathering", gathering_id=gathering_id, reason="storm")

    def _forget(self) -> Wish | None:
        if len(self.people) < 6 or not self._chance.once_in(4):
            return None
        who = self._chance.one_of(self.people)
        return self._by(who, "identity", "forget_me", person_id=str(who.person_id))


def _partner() -> dict[str, Any]:
    return {"name": "Alpine Club", "scopes": ["feed:identity", "feed:groups", "feed:mall", "feed:events", "counts"]}
