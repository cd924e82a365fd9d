"""Fees and commissions as rules: announced in time, and every line charged by those that stood when it was ordered."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.kernel.dispatch import when
from services.kernel.store.invariants import Broken, Invariant
from services.mall.domain import checkout_facts as checkouts
from services.mall.domain import listing_facts as listings
from services.mall.domain import order_facts as orders
from services.mall.domain import tariff_facts as tariffs
from services.mall.domain.agreement_terms import APPLIES
from services.mall.domain.charges import rule_for
from services.mall.domain.lines import Line, earners_of
from services.mall.domain.shares import COMMISSION, MOST_BPS, PLATFORM_FEE
from services.mall.domain.tariff_rules import Rule, Sold, frozen, slot_of, standing
from services.mall.domain.terms import NOTICE_DAYS


class LinesAreChargedByTheRules(Invariant):
    """What is charged had been announced before it held, and what was announced is charged."""

    name = "tariffs"
    sentence = "A rule holds once its notice is over, and every line is charged by the rules that stood for it."

    def __init__(self) -> None:
        super().__init__()
        self._kinds: dict[UUID, str] = {}
        self._rules: dict[str, Rule] = {}
        self._slots: dict[tuple[str, str], list[str]] = {}
        self._tags: dict[str, list[str]] = {}
        self._recorded: set[UUID] = set()
        self._amiss: list[tuple[int, orders.Placed, str]] = []

    @when(tariffs.Opened)
    def opened(self, _position: int, fact: tariffs.Opened) -> None:
        self._kinds[fact.originator_id] = fact.kind

    @when(tariffs.RuleAnnounced)
    def announced(self, _position: int, fact: tariffs.RuleAnnounced) -> None:
        kind = self._kinds[fact.originator_id]
        _check_notice(kind, fact, fact.begins_at)
        if not 0 <= fact.least_bps <= fact.most_bps <= MOST_BPS[kind]:
            raise Broken(f"rule {fact.rule_id} takes what no rule may")
        self._rules[str(fact.rule_id)] = Rule(
            rule_id=str(fact.rule_id), number=len(self._rules) + 1, scope=fact.scope, subject=fact.subject,
            currency=fact.currency, least_bps=fact.least_bps, most_bps=fact.most_bps, least_minor=fact.least_minor,
            most_minor=fact.most_minor, announced_at=fact.announced_at, begins_at=fact.begins_at,
            ends_at=fact.ends_at, is_lasting=fact.ends_at is None,
        )  # fmt: skip
        slot = slot_of(fact.scope, fact.subject, fact.currency)
        self._slots.setdefault((kind, slot), []).append(str(fact.rule_id))

    @when(tariffs.RuleEnded)
    def ended(self, _position: int, fact: tariffs.RuleEnded) -> None:
        _check_notice(self._kinds[fact.originator_id], fact, fact.ends_at)
        self._rules[str(fact.rule_id)]["ends_at"] = fact.ends_at

    @when(listings.Listed)
    def listed(self, _position: int, fact: listings.Listed) -> None:
        self._tags[str(fact.listing_id)] = fact.tags

    @when(checkouts.Opened)
    def checkout(self, _position: int, fact: checkouts.Opened) -> None:
        if fact.payment_id is None:
            self._recorded.add(fact.originator_id)

    @when(orders.Placed)
    def placed(self, position: int, fact: orders.Placed) -> None:
        for line in fact.lines:
            expected = self._expected(line, fact)
            if line.get("tariff", {}) != expected:
                ids = ", ".join(rule["rule_id"] for rule in expected.values()) or "none"
                self._amiss.append((position, fact, f"line {line['line_id']} was not charged by the rules: {ids}"))

    def finish(self) -> None:
        for position, fact, what in self._amiss:
            if fact.checkout_id not in self._recorded or any(line.get("tariff") for line in fact.lines):
                raise Broken(what, position, str(fact.originator_id))

    def _expected(self, line: Line, fact: orders.Placed) -> dict[str, dict[str, Any]]:
        """What stood for a line when it was ordered, as the line is to keep it."""
        if not self._slots:
            return {}
        group_id, told = line["group_id"], line.get("attribution")
        group_id, listing_id = group_id and UUID(group_id), line["listing_id"]
        sold = Sold(UUID(listing_id), fact.seller_id, group_id, self._tags.get(listing_id, ()), fact.currency)
        default_bps, found = fact.terms["platform_fee_bps"], {}
        if (fee := self._stood(PLATFORM_FEE, sold, line, default_bps, fact)) is not None:
            found[PLATFORM_FEE] = frozen(fee)
        kept = line.get("tariff", {}).get(COMMISSION, {})
        offered_bps = kept.get("offered_bps", told["pool_bps"] if told else 0)
        has_pool = offered_bps and any(earners_of(line).values()) and not is_agreed(line)
        if has_pool and (bounds := self._stood(COMMISSION, sold, line, offered_bps, fact)) is not None:
            found[COMMISSION] = frozen(bounds, offered_bps=offered_bps)
        return found

    def _stood(self, kind: str, sold: Sold, line: Line, bps: int, fact: orders.Placed) -> Rule | None:
        def find(slot: str) -> Rule | None:
            return standing((self._rules[one] for one in self._slots.get((kind, slot), ())), fact.effective_at)

        return rule_for(kind, find, sold, line["price_minor"], bps)


def is_agreed(line: Line) -> bool:
    """Whether the pool is what seller and community have agreed on, so that no rule bounds it."""
    return bool(line.get("agreement", {}).get("outcome") == APPLIES)


def _check_notice(kind: str, fact: tariffs.RuleAnnounced | tariffs.RuleEnded, holds_at: datetime) -> None:
    """What only lowers a fee needs none; all else as much as the law asks for, at the least."""
    least = 0 if kind == PLATFORM_FEE and fact.notice_days == 0 else NOTICE_DAYS
    if fact.notice_days < least or holds_at < fact.announced_at + timedelta(days=fact.notice_days):
        raise Broken(f"rule {fact.rule_id} changes before its notice is over")
    if fact.announced_at > fact.effective_at:
        raise Broken(f"rule {fact.rule_id} was announced later than it says")
