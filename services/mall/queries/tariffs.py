"""Fees and commissions as rules, at any moment, and what they come to for a listing."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.kernel.doors.operation import ANONYMOUS, Actor
from services.mall.domain.agreement import Agreement
from services.mall.domain.agreement_terms import Agreed, Bought, agreed
from services.mall.domain.attribution import EARNS, Attributed, Way
from services.mall.domain.charges import Tariffs, charge
from services.mall.domain.explaining import parts_of, rules_of, steps_of
from services.mall.domain.lines import order_line
from services.mall.domain.listing import Listing
from services.mall.domain.refusals import NoSuchListing
from services.mall.domain.shares import COMMISSION, PLATFORM_FEE, WHOLE_BPS
from services.mall.domain.tariff import KINDS, Tariff
from services.mall.domain.tariff_rules import Rule, Sold
from services.mall.domain.terms import TERMS_ID, Terms, TermsVersion, in_force

from .reading import Reading, is_further_on, is_operator

SHOWN = (
    "rule_id", "scope", "subject", "currency", "least_bps", "most_bps", "least_minor", "most_minor", "announced_at",
    "begins_at",
)  # fmt: skip


class TariffQueries(Reading):
    """Read from the tariffs themselves, which hold all that was ever announced."""

    def tariff_rules(
        self, actor: Actor, kind: str = PLATFORM_FEE, state: str = "in_force", as_of: datetime | None = None,  # noqa: ARG002 - for everybody
        limit: int = 100, cursor: list[str] | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """The rules of a kind, the latest announced first, and the terms; of a past moment as they are known today."""
        as_of = as_of or self._service.clock.now()
        tariff, terms = self._tariffs().get(kind), self._terms(as_of)
        there = [] if tariff is None else _of_state(tariff, state, as_of)
        found = [one for one in there if is_further_on(one["number"], cursor)]
        page = found[:limit]
        fee_bps = terms["platform_fee_bps"] if kind == PLATFORM_FEE else None
        return {
            "kind": kind, "as_of": as_of, "default_bps": fee_bps, "notice_days": terms["notice_days"],
            "items": [] if tariff is None else [_shown(tariff, rule) for rule in page],
            "next": [str(page[-1]["number"])] if len(found) > limit else None,
        }  # fmt: skip

    def quote(
        self, actor: Actor, listing_id: UUID, price_minor: int | None = None, quantity: int = 1,
        group_id: UUID | None = None, as_of: datetime | None = None, delivery_country: str | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """What a line would come to that somebody brought about. Raises NoSuchListing."""
        listing = self._service.store.load(Listing, listing_id)
        if listing is None or not (listing.person_id == actor.person_id or is_operator(actor)):
            raise NoSuchListing()
        as_of, unit_minor = as_of or self._service.clock.now(), price_minor or listing.price_minor
        sold = Sold(listing.id, listing.seller_id, group_id, listing.tags, listing.currency)
        bought = Bought(listing.id, unit_minor, listing.currency, delivery_country)
        brought, found = _brought(listing, group_id), self._agreed(listing, group_id, bought, as_of)
        fee_bps = self._terms(as_of)["platform_fee_bps"]
        charged = charge(self._tariffs(), sold, unit_minor * quantity, fee_bps, brought, as_of, found)
        line = order_line(
            "0", listing.id, listing.title, quantity, unit_minor, 0, group_id, charged.attributed.commission_bps,
            charged.platform_fee_bps, charged.attributed, None, charged.tariff,
            None if found is None else found.told,
        )  # fmt: skip
        parts, rules = parts_of(line, str(listing.seller_id)), rules_of(line)
        return {
            "listing_id": listing_id, "as_of": as_of, "currency": listing.currency, "price_minor": line["price_minor"],
            "platform_fee_bps": line["platform_fee_bps"], "platform_fee_rule": rules[PLATFORM_FEE],
            "offered_bps": listing.commission_bps, "pool_bps": line["commission_bps"],
            "commission_rule": rules[COMMISSION], "agreement": line.get("agreement"),
            "parts": [one | _named(one) for one in parts], "steps": steps_of(line, parts),
        }  # fmt: skip

    def _agreed(self, listing: Listing, group_id: UUID | None, bought: Bought, as_of: datetime) -> Agreed | None:
        if group_id is None:
            return None
        agreement_id = Agreement.create_id(listing.seller_id, group_id)
        agreement = self._service.store.load(Agreement, agreement_id)
        version = None if agreement is None else agreement.at(as_of)
        return agreed(agreement_id, version, bought, listing.promise_at(as_of), group_id, as_of)

    def _tariffs(self) -> Tariffs:
        found = {kind: self._service.store.load(Tariff, Tariff.create_id(kind)) for kind in KINDS}
        return {kind: tariff for kind, tariff in found.items() if tariff is not None}

    def _terms(self, as_of: datetime) -> TermsVersion:
        return in_force(self._service.store.load(Terms, TERMS_ID), as_of)


def _of_state(tariff: Tariff, state: str, at: datetime) -> list[Rule]:
    if state == "in_force":
        found = tariff.in_force(at)
    else:
        found = [one for one in tariff.rules.values() if state == "all" or _is_to_come(tariff, one, at)]
    return sorted(found, key=lambda rule: rule["number"], reverse=True)


def _is_to_come(tariff: Tariff, rule: Rule, at: datetime) -> bool:
    over = tariff.over_at(rule)
    return rule["announced_at"] <= at < rule["begins_at"] and (over is None or over > rule["begins_at"])


def _shown(tariff: Tariff, rule: Rule) -> dict[str, Any]:
    told = {name: rule[name] for name in SHOWN}  # type: ignore[literal-required]
    return {**told, "ends_at": tariff.over_at(rule)}


def _brought(listing: Listing, group_id: UUID | None) -> Attributed:
    """As if a community, or some member, had brought the buyer and earned all of the pool."""
    party, way = ("community", Way(group_id=group_id)) if group_id else ("member", Way(member_id=ANONYMOUS))
    offered_bps = listing.commission_bps
    earned = {party: WHOLE_BPS} if offered_bps else {}
    decided = {"pool_bps": offered_bps, "recipients": {party: EARNS}, "earned_bps": earned}
    return Attributed(way, offered_bps, earned, None, decided, {party: WHOLE_BPS})


def _named(part: dict[str, Any]) -> dict[str, Any]:
    """Some member is nobody in particular."""
    return {"party_id": None} if part["party_id"] == str(ANONYMOUS) else {}
