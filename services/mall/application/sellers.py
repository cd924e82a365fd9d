"""Who may sell, and the terms under which."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.contracts.thresholds import Verdict, evaluate, parse
from services.known.evidence import evidence_of
from services.mall.domain.refusals import AlreadySeller, SellerThresholdUnmet
from services.mall.domain.seller import Seller
from services.mall.domain.terms import TERMS_ID, Terms

from .loading import Loading

LOST_CLAIMS = "claims"


class Sellers(Loading):
    """Terms and sellers."""

    def set_terms(self, begins_at: datetime | None = None, **values: Any) -> dict[str, Any]:
        """An operator announces the terms of orders to come; those of the last six that are left out stay.

        Raises TermsOutOfBounds, BearingNotUsable, ThresholdNotUsable, NoticeTooShort.
        """
        terms, now = self.unit.find(Terms, TERMS_ID), self.unit.context.recorded_at
        if terms is not None:
            return {"begins_at": terms.change(now, begins_at, **values)}
        terms = Terms.open(now, begins_at, **values)
        self.unit.add(terms)
        return {"begins_at": terms.versions[0]["begins_at"]}

    def open_seller(self, name: str) -> dict[str, Any]:
        """The actor sells here from now on. Raises AlreadySeller, SellerThresholdUnmet."""
        seller_id = Seller.create_id(self.actor_id)
        if self.unit.find(Seller, seller_id) is not None:
            raise AlreadySeller(seller_id=seller_id)
        verdict = self.refuse_unmet(self.actor_id)
        self.unit.add(Seller(self.actor_id, name, verdict.relied_on))
        return {"seller_id": seller_id}

    def refuse_unmet(self, person_id: UUID) -> Verdict:
        """Raises SellerThresholdUnmet, which says all that is missing."""
        verdict = self._verdict_on(person_id)
        if not verdict.satisfied:
            raise SellerThresholdUnmet(missing=verdict.sentence(), needed=verdict.missing)
        return verdict

    def suspend_without_claims(self, person_id: UUID) -> None:
        """A claim has ended: a seller who no longer meets the threshold sells nothing until it is met again."""
        seller = self.unit.find(Seller, Seller.create_id(person_id))
        if seller is not None and not seller.is_suspended and not self._verdict_on(person_id).satisfied:
            seller.suspend(LOST_CLAIMS)

    def reinstate_with_claims(self, person_id: UUID) -> None:
        """A claim was certified: a suspended seller who meets the threshold again sells again."""
        seller = self.unit.find(Seller, Seller.create_id(person_id))
        if seller is not None and seller.is_suspended and self._verdict_on(person_id).satisfied:
            seller.reinstate()

    def _verdict_on(self, person_id: UUID) -> Verdict:
        with self.views.reading() as connection:
            evidence = evidence_of(connection, person_id)
        return evaluate(parse(self.terms_now()["seller_threshold"]), evidence, self.now)
