"""Facts about fees, commissions and what is earned that should not be: what their invariants are seen to find."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.kernel.domain import acting
from services.mall.domain.attribution import Candidate, Way, decide
from services.mall.domain.charges import charge
from services.mall.domain.checkout import Checkout
from services.mall.domain.lines import order_line
from services.mall.domain.order import Order
from services.mall.domain.tariff import COMMISSION, PLATFORM_FEE, Tariff
from services.mall.domain.trail import Touch
from tests.support.forging import forged
from tests.support.scenario import CHEN, NOON, context

from .samples import CHECKOUT, GROUP, LINK, LISTING, ORDER, a_checkout, a_shared_line, an_order, entry
from .tariffs import LONG_AGO, SOLD, a_tariff, announce, bounds, rule_id

Breach = tuple[str, str, list[Any]]
FEE, POOL = bounds(700, currency="EUR", most_minor=300), bounds(least_bps=1_200, most_bps=2_000)


def announced(kind: str = PLATFORM_FEE, *more: Any, **changes: Any) -> list[Any]:
    """The facts of a tariff with one rule that holds, and more; ``changes`` are made to the rule that was announced."""
    tariff = a_tariff(FEE if kind == PLATFORM_FEE else POOL, *more, kind=kind)
    facts = list(tariff.collect_events())
    facts[1].__dict__.update(changes)
    return facts


def charged_line(**changes: Any) -> dict[str, Any]:
    """Three of 33.33 by Chen's link from the shelf of the group, under a rule of each kind."""
    tariffs = {PLATFORM_FEE: a_tariff(FEE), COMMISSION: a_tariff(POOL, kind=COMMISSION)}
    touch = Touch(touched_at=NOON - timedelta(days=1), link_id=LINK)
    found = decide([Candidate(touch, Way(GROUP, CHEN, LINK), 30)], NOON, 1_000, 5_000, lambda *_: None)
    told = charge(tariffs, SOLD, 9_999, 500, found, NOON)
    line = order_line(
        "1", LISTING, "Rod", 3, 3_333, 500, GROUP, told.attributed.commission_bps, told.platform_fee_bps,
        told.attributed, None, told.tariff,
    )  # fmt: skip
    return line | changes


def charged(line: dict[str, Any] | None = None) -> list[Any]:
    """Boris orders it under both rules, with the checkout that awaits its payment."""
    with acting(context()):
        roots = (a_checkout(), an_order(charged_line() if line is None else line))
    placed = [fact for root in roots for fact in root.collect_events()]
    return [*announced(), *announced(COMMISSION), *placed]


def recorded_under_rules() -> list[Any]:
    """A sale of elsewhere while there are rules: it is charged as it is told."""
    with acting(context()):
        checkout = a_checkout(expires_at=None, payment_id=None, payment_method=None, recorded=True)
        facts = [*checkout.collect_events(), *an_order().collect_events()]
    return [*announced(), *facts]


def kept(kind: str, **changes: Any) -> list[Any]:
    """The line with another rule of this kind than the one by which it was charged."""
    line = charged_line()
    return charged(line | {"tariff": line["tariff"] | {kind: line["tariff"][kind] | changes}})


def ended(**changes: Any) -> list[Any]:
    """The rule ends at noon, with these changes."""
    (opened, told) = announced()
    said = {"rule_id": rule_id(1), "announced_at": NOON, "ends_at": NOON, "notice_days": 0}
    return [opened, told, forged(Tariff.RuleEnded, opened.originator_id, version=3, **(said | changes))]


def with_another_rule() -> list[Any]:
    """A rule for the listing stood beside, and was not applied."""
    with acting(context(at=LONG_AGO)):
        tariff = Tariff(PLATFORM_FEE)
        announce(tariff, FEE, LONG_AGO)
        announce(tariff, bounds(100, scope="listing", subject=str(LISTING)), LONG_AGO)
    return [*tariff.collect_events(), *charged()[2:]]


def booked(kind: type[Any], *entries: dict[str, Any]) -> list[Any]:
    """A fact of this kind with these entries."""
    return [forged(kind, CHECKOUT if kind is Checkout.Settled else ORDER, entries=list(entries))]


def by_heads(kind: type[Any] = Checkout.Settled) -> list[Any]:
    """Chen is owed 5.00, and nobody bought anything."""
    return booked(kind, entry("member_held", -500, CHEN), entry("unallocated", 500))


def tariff_breaches() -> Iterator[Breach]:
    """Name of an invariant, a word of what it says, and facts that break it."""
    yield "tariffs", "before its notice", announced(begins_at=LONG_AGO)
    yield "tariffs", "before its notice", announced(notice_days=6)
    yield "tariffs", "before its notice", announced(COMMISSION, notice_days=0)
    yield "tariffs", "later than it says", announced(announced_at=LONG_AGO + timedelta(hours=1), begins_at=NOON)
    yield "tariffs", "what no rule may", announced(least_bps=3_001, most_bps=3_001)
    yield "tariffs", "before its notice", ended(notice_days=7)
    yield "tariffs", "not charged by the rules", charged(a_shared_line())
    yield "tariffs", "not charged by the rules", charged()[2:]
    yield "tariffs", "not charged by the rules", [*ended(), *charged()[2:]]
    yield "tariffs", "not charged by the rules", with_another_rule()
    yield "tariffs", "not charged by the rules", kept(PLATFORM_FEE, rule_id=str(UUID(int=9)))
    yield "attribution", "not that of its rule", kept(PLATFORM_FEE, most_bps=600)
    yield "attribution", "within its rule", kept(COMMISSION, offered_bps=1_300)
    yield "attribution", "are not what", kept(PLATFORM_FEE, most_minor=None)
    yield "attribution", "beyond the cap", charged(charged_line(platform_fee_bps=3_001))
    yield "attribution", "beyond the cap", charged(charged_line(commission_bps=5_001))
    yield "attribution", "not what", charged(charged_line(shares={"seller": 10_499, "community": 0, "platform": 0}))
    not_hers = a_shared_line(recipients={"community": "earns", "member": "own_purchase"})
    yield "attribution", "who may not", charged(not_hers)
    yield "earned by sales", "without a sale", by_heads()
    yield "earned by sales", "without a sale", by_heads(Order.Released)
    bonus = (entry("seller_held", 500, GROUP), entry("member_available", -500, CHEN))
    yield "earned by sales", "had not earned", booked(Order.Released, *bonus)
    from_another = (entry("community_held", 500, GROUP), entry("member_available", -500, CHEN))
    yield "earned by sales", "had not earned", booked(Order.Released, *from_another)
