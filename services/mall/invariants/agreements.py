"""What sellers and communities agreed on: offered by one side, accepted by the other, kept by every line since."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from services.kernel.dispatch import when
from services.kernel.store.invariants import Broken, Invariant
from services.mall.domain import agreement_facts as agreements
from services.mall.domain import checkout_facts as checkouts
from services.mall.domain import listing_facts as listings
from services.mall.domain import order_facts as orders
from services.mall.domain.agreement import OTHER_SIDE, Agreement
from services.mall.domain.agreement_terms import (
    COUNTRY_UNKNOWN,
    OUTSIDE_TERRITORY,
    Agreed,
    Bought,
    Promise,
    Terms,
    Version,
    agreed,
    ended_at,
    holds_at,
    not_replaced,
)
from services.mall.domain.exclusivity import with_notices
from services.mall.domain.lines import Line, earners_of
from services.mall.domain.shares import COMMISSION
from services.mall.domain.terms import BOUNDS

LEAST_NOTICE_DAYS = BOUNDS["notice_days"][0]
_TIMES = ("starts_at", "ends_at", "announced_at", "pools_end_at")
NOWHERE = "--"
"""In place of a country that is in no territory: where a line went is not kept."""


class AgreementsAreKept(Invariant):
    """What was agreed is charged, and what is charged by agreement was agreed."""

    name = "agreements"
    sentence = (
        "A line has the pool that was agreed on for it; what is promised to one community earns for no other, "
        "once its notice is over."
    )

    def __init__(self) -> None:
        super().__init__()
        self._open: dict[UUID, agreements.Offered] = {}
        self._versions: dict[UUID, dict[UUID, list[Version]]] = {}
        self._promised: dict[str, tuple[UUID, list[dict[str, Any]]]] = {}
        self._recorded: set[UUID] = set()
        self._amiss: list[tuple[int, orders.Placed, str]] = []

    @when(agreements.Offered)
    def offered(self, _position: int, fact: agreements.Offered) -> None:
        self._open[fact.originator_id] = fact

    @when(agreements.Accepted)
    def accepted(self, _position: int, fact: agreements.Accepted) -> None:
        offer = self._answered(fact)
        if fact.accepted_by != OTHER_SIDE[offer.offered_by]:
            raise Broken(f"offer {fact.offer_id} was accepted by the side that had made it")
        if fact.starts_at < fact.accepted_at:
            raise Broken(f"offer {fact.offer_id} holds from before it was accepted")
        of_seller = self._versions.setdefault(fact.seller_id, {})
        before = not_replaced(of_seller.get(fact.group_id, []), fact.accepted_at)
        of_seller[fact.group_id] = [*ended_at(before, fact.starts_at), _version(offer, fact)]

    @when(agreements.Declined, agreements.Withdrawn)
    def answered(self, _position: int, fact: agreements.Declined | agreements.Withdrawn) -> None:
        self._answered(fact)

    @when(agreements.EndAnnounced)
    def ended(self, _position: int, fact: agreements.EndAnnounced) -> None:
        of_seller = self._versions[fact.seller_id]
        of_seller[fact.group_id] = ended_at(of_seller[fact.group_id], fact.ends_at)

    @when(agreements.Lapsed)
    def lapsed(self, _position: int, fact: agreements.Lapsed) -> None:
        last = self._versions[fact.seller_id][fact.group_id][-1]
        if last["ends_at"] != fact.ends_at or fact.effective_at < fact.ends_at:
            raise Broken(f"agreement {fact.originator_id} is said to be over, and is not")

    @when(listings.Promised)
    def promised(self, _position: int, fact: listings.Promised) -> None:
        times = with_notices(fact.times, fact.notices)
        for one in times:
            if one["announced_at"] is not None and _notice(one) < timedelta(days=LEAST_NOTICE_DAYS):
                raise Broken(f"listing {fact.originator_id} is promised, and other communities have no notice of it")
        self._promised[str(fact.originator_id)] = (fact.group_id, times)

    @when(checkouts.Opened)
    def checkout(self, _position: int, fact: checkouts.Opened) -> None:
        if fact.payment_id is None:
            self._recorded.add(fact.originator_id)

    @when(orders.Placed)
    def placed(self, position: int, fact: orders.Placed) -> None:
        has_agreed = fact.seller_id in self._versions
        for line in fact.lines:
            if (has_agreed or "agreement" in line) and (what := self._problem(line, fact)) is not None:
                self._amiss.append((position, fact, f"line {line['line_id']} {what}"))

    def finish(self) -> None:
        for position, fact, what in self._amiss:
            if fact.checkout_id not in self._recorded or any("agreement" in line for line in fact.lines):
                raise Broken(what, position, str(fact.originator_id))

    def _answered(self, fact: Any) -> agreements.Offered:
        offer = self._open.pop(fact.originator_id, None)
        if offer is None or offer.offer_id != fact.offer_id:
            raise Broken(f"offer {fact.offer_id} was answered, and did not wait for an answer")
        return offer

    def _problem(self, line: Line, fact: orders.Placed) -> str | None:
        """What is wrong with what a line keeps of agreements."""
        if len(holders := list(self._holders(line, fact))) > 1:
            return "is about goods that are promised to two communities"
        expected = self._expected(line, fact, next(iter(holders), None))
        if line.get("agreement") != (expected and expected.told):
            return "does not keep what was agreed on for it"
        if expected is None or expected.pool_bps is None:
            return None
        pool_bps, shares = expected.pool_bps, line["shares"]
        if line["commission_bps"] not in (0, pool_bps) or line["attribution"]["pool_bps"] != pool_bps:
            return f"has another pool than the {pool_bps} that was agreed on"
        if COMMISSION in line.get("tariff", {}):
            return "is bounded by a rule, in spite of what was agreed on"
        if not pool_bps and any(shares.get(party) for party in earners_of(line)):
            return "earns a commission, and was to have no pool"
        return None

    def _expected(self, line: Line, fact: orders.Placed, holder: UUID | None) -> Agreed | None:
        """What had been agreed when the line was ordered. Where it went is not kept, so that what it says of that
        stands."""
        if line["group_id"] is None:
            return None
        group_id, of_seller = UUID(line["group_id"]), self._versions.get(fact.seller_id, {})
        version = holds_at(of_seller.get(group_id, []), fact.effective_at)
        bought = Bought(UUID(line["listing_id"]), line["unit_price_minor"], fact.currency, _country(line, version))
        agreement_id = Agreement.create_id(fact.seller_id, group_id)
        promise = holder and self._promise(line["listing_id"], holder, fact.effective_at)
        return agreed(agreement_id, version, bought, promise or None, group_id, fact.effective_at)

    def _promise(self, listing_id: str, holder: UUID, at: datetime) -> Promise:
        """Since when it is known that the goods are this group's alone, and until when others earn by them."""
        group_id, times = self._promised.get(listing_id, (None, []))
        for one in times if group_id == holder else ():
            starts_at, ends_at, *known = (_moment(one[name]) for name in _TIMES)
            if starts_at is not None and starts_at <= at and (ends_at is None or ends_at > at):
                return Promise(holder, *known)
        return Promise(holder)

    def _holders(self, line: Line, fact: orders.Placed) -> Iterator[UUID]:
        """The groups whose alone the goods are at that moment."""
        for group_id, versions in self._versions.get(fact.seller_id, {}).items():
            one = holds_at(versions, fact.effective_at)
            is_over = one is None or (one["ends_at"] is not None and one["ends_at"] <= fact.effective_at)
            if one is not None and not is_over and one["exclusive"] and line["listing_id"] in one["listing_ids"]:
                yield group_id


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _notice(one: dict[str, Any]) -> timedelta:
    return datetime.fromisoformat(one["pools_end_at"]) - datetime.fromisoformat(one["announced_at"])


def _version(offer: agreements.Offered, fact: agreements.Accepted) -> Version:
    terms: dict[str, Any] = {name: getattr(offer, name) for name in Terms.__annotations__}
    named = {"offer_id": str(fact.offer_id), "number": fact.number}
    return cast(Version, terms | named | {"starts_at": fact.starts_at, "ends_at": fact.ends_at})


def _country(line: Line, version: Version | None) -> str | None:
    """Some country that fits to what the line says of it."""
    outcome = line.get("agreement", {}).get("outcome")
    if version is None or not version["territory"] or outcome == COUNTRY_UNKNOWN:
        return None
    return NOWHERE if outcome == OUTSIDE_TERRITORY else version["territory"][0]
