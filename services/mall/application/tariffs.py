"""Fees and commissions as rules: announced, ended, and what they make of a line."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.mall.domain.agreement_terms import Agreed
from services.mall.domain.attribution import Attributed
from services.mall.domain.charges import Charged, charge, fee_of_terms
from services.mall.domain.charges import Tariffs as ByKind
from services.mall.domain.listing import Listing
from services.mall.domain.refusals import NoSuchRule, NoSuchShelf
from services.mall.domain.shares import MOST_BPS
from services.mall.domain.shelf import Shelf
from services.mall.domain.tariff import COMMISSION, KINDS, PLATFORM_FEE, Tariff
from services.mall.domain.tariff_rules import ALL, CATEGORY, COMMUNITY, LISTING, SELLER, Bounds, Sold
from services.mall.domain.terms import TermsValues

from .loading import Loading

SUBJECTS = {"listing_id": LISTING, "seller_id": SELLER, "group_id": COMMUNITY, "tag": CATEGORY}
"""By what a form names whom a rule is for; without any of them it is for all."""


class Tariffs(Loading):
    """Commands of operators, and the rules as an order needs them."""

    def announce_fee(
        self, bps: int, begins_at: datetime | None = None, ends_at: datetime | None = None, **told: Any
    ) -> dict[str, Any]:
        """The mall takes so much of these lines from then on.

        Raises NoSuchListing, NoSuchSeller, NoSuchShelf, and what Tariff.announce raises.
        """
        return self._announce(PLATFORM_FEE, bps, bps, begins_at, ends_at, told)

    def announce_commission(
        self, least_bps: int = 0, most_bps: int = MOST_BPS[COMMISSION], begins_at: datetime | None = None,
        ends_at: datetime | None = None, **told: Any,
    ) -> dict[str, Any]:  # fmt: skip
        """Commissions that are offered of these lines keep within these bounds from then on.

        Raises NoSuchListing, NoSuchSeller, NoSuchShelf, and what Tariff.announce raises.
        """
        return self._announce(COMMISSION, least_bps, most_bps, begins_at, ends_at, told)

    def end_rule(self, rule_id: UUID, ends_at: datetime | None = None) -> dict[str, Any]:
        """A rule holds until then. Raises NoSuchRule, NoticeTooShort, RuleEndsAlready."""
        tariff = next((one for one in self.tariffs_now().values() if str(rule_id) in one.rules), None)
        if tariff is None:
            raise NoSuchRule()
        ends_at = tariff.end(rule_id, ends_at, self.now, self.notice_days(), self._defaults(tariff.kind))
        return {"rule_id": rule_id, "ends_at": ends_at}

    def charged(
        self, tariffs: ByKind, listing: Listing, quantity: int, attributed: Attributed, terms: TermsValues,
        agreed: Agreed | None,
    ) -> Charged:  # fmt: skip
        """What a line of the actor's is charged, by rules that were loaded once for all lines, and by what seller and
        community have agreed on."""
        sold = Sold(listing.id, listing.seller_id, attributed.way.group_id, listing.tags, listing.currency)
        price_minor, fee_bps = listing.price_minor * quantity, terms["platform_fee_bps"]
        return charge(tariffs, sold, price_minor, fee_bps, attributed, self.now, agreed)

    def tariffs_now(self) -> ByKind:
        """Those of which a rule was ever announced."""
        found = {kind: self.unit.find(Tariff, Tariff.create_id(kind)) for kind in KINDS}
        return {kind: tariff for kind, tariff in found.items() if tariff is not None}

    def _announce(
        self, kind: str, least_bps: int, most_bps: int, begins_at: datetime | None, ends_at: datetime | None,
        told: dict[str, Any],
    ) -> dict[str, Any]:  # fmt: skip
        scope, subject = self._about(told)
        limits = {name: told.get(name) for name in ("currency", "least_minor", "most_minor")}
        bounds = Bounds(scope=scope, subject=subject, least_bps=least_bps, most_bps=most_bps, **limits)  # type: ignore[typeddict-item]
        rule_id, tariff = self.unit.new_id("rule"), self.tariffs_now().get(kind)
        if tariff is None:
            tariff = Tariff(kind)
            self.unit.add(tariff)
        begins_at = tariff.announce(
            rule_id, bounds, begins_at, ends_at, self.now, self.notice_days(), self._defaults(kind)
        )
        return {"rule_id": rule_id, "begins_at": begins_at}

    def _about(self, told: dict[str, Any]) -> tuple[str, str | None]:
        """Whom a form names; nobody announces a rule for what is not there."""
        name = next((name for name in SUBJECTS if told.get(name) is not None), None)
        if name is None:
            return ALL, None
        subject = told[name]
        if name == "listing_id":
            self.listing(subject)
        elif name == "seller_id":
            self.seller(subject)
        elif name == "group_id":
            self.unit.get(Shelf, Shelf.create_id(subject), NoSuchShelf())
        return SUBJECTS[name], str(subject)

    def _defaults(self, kind: str) -> list[Bounds]:
        """The fees that hold where no rule does, now or once what is announced begins; nobody has a commission then."""
        return [fee_of_terms(one["platform_fee_bps"]) for one in self.terms_ahead()] if kind == PLATFORM_FEE else []
