"""What is known of the buyer of an order and of who earns by it, when its shares are about to be released."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.known.groups import owners_of
from services.mall.domain.fraud_hold import FraudHold
from services.mall.domain.fraud_rules import Known, Ring, suspicions
from services.mall.domain.fraud_terms import DEFAULT_FRAUD_TERMS, FRAUD_TERMS_ID, FraudTerms, FraudTermsValues
from services.mall.domain.lines import earners_of
from services.mall.domain.marks import DEVICE, PAYMENT_MEANS, Marks
from services.mall.domain.order import Order
from services.mall.domain.payout_account import PayoutAccount
from services.mall.domain.refusals import FiguresNotReady
from services.mall.domain.seller import Seller
from services.mall.projections.ties import Tie, around, owned_by, tie_of, ties_between

from .marking import Marking
from .payables import Payables

COMMUNITY, MEMBER, SELLER = "community", "member", "seller"


class FraudWeighing(Payables, Marking):
    """Weighs every share of a community or a member, once: just before it would become available."""

    def fraud_terms_now(self) -> FraudTermsValues:
        """The terms under which is weighed now; what was announced and does not hold yet is not among them."""
        terms = self.unit.find(FraudTerms, FRAUD_TERMS_ID)
        return DEFAULT_FRAUD_TERMS if terms is None else terms.at(self.unit.context.recorded_at)

    def withhold_suspected(self, order: Order) -> None:
        """What is suspected stays behind when the order is released, with its evidence; in the same append.

        Raises FiguresNotReady while the view that is asked has not come as far: nothing is released unweighed.
        """
        if not self._is_paid_here(order):
            return
        for role, party_id in earning(order):
            terms = self.fraud_terms_now()
            evidence = self._weighed(order, role, party_id, terms)
            if evidence:
                hold = FraudHold.open(order, role, party_id, evidence, terms, self.unit.context.recorded_at)
                self.unit.add(hold)
                order.withhold(hold.id, role, party_id)

    def _weighed(
        self, order: Order, role: str, party_id: UUID, terms: FraudTermsValues
    ) -> list[dict[str, Any]]:  # fmt: skip
        """The guard of the commissions; tests switch it off to see that they need it."""
        with self.views.reading() as connection:
            tie = tie_of(connection, order.id, role, party_id)
            if tie is None:
                raise FiguresNotReady()
            persons = _persons(connection, role, party_id)
            return suspicions(
                Known(
                    is_paid_to_same=self._is_paid_to_same(order.buyer_id, role, party_id, persons),
                    has_paid_with_same=self.shares_mark(PAYMENT_MEANS, order.buyer_id, persons),
                    was_on_same_device=self.shares_mark(DEVICE, order.buyer_id, persons),
                    recent=_recent(connection, tie, terms), **_cycles(connection, tie, persons, terms),
                ),
                terms,
            )  # fmt: skip

    def _is_paid_to_same(self, buyer_id: UUID, role: str, party_id: UUID, persons: list[UUID]) -> bool:
        """Whether the buyer is paid where the earner, or who owns it, is paid; or has said where the earner is."""
        earners = [PayoutAccount.create_id(role, party_id), *(one for each in persons for one in accounts_of(each))]
        theirs, own = self._accounts(earners), self._accounts(accounts_of(buyer_id))
        is_set_by_buyer = any(one.set_by == buyer_id for one in theirs)
        return is_set_by_buyer or bool({str(one.destination) for one in theirs} & {str(one.destination) for one in own})

    def _accounts(self, account_ids: Iterable[UUID]) -> list[PayoutAccount]:
        found = (self.unit.find(PayoutAccount, one) for one in dict.fromkeys(account_ids))
        return [one for one in found if one is not None and one.is_set]


def earning(order: Order) -> list[tuple[str, UUID]]:
    """Each community and each member that has something left of an order."""
    parties = [
        (role, UUID(party_id))
        for line in order.lines.values()
        for role, party_id in earners_of(line).items()
        if party_id is not None
    ]
    return [one for one in dict.fromkeys(parties) if order.earned_by(*one)]


def accounts_of(person_id: UUID) -> list[UUID]:
    """Where a person is paid, as a member and as a seller."""
    seller_id = Seller.create_id(person_id)
    return [PayoutAccount.create_id(MEMBER, person_id), PayoutAccount.create_id(SELLER, seller_id)]


def weighed_with(order: Order) -> list[UUID]:
    """What is looked at when an order is released whose shares somebody earns."""
    if not earning(order):
        return []
    earners = [PayoutAccount.create_id(*one) for one in earning(order)]
    members = [account_id for role, one in earning(order) if role == MEMBER for account_id in accounts_of(one)]
    persons = dict.fromkeys([order.buyer_id, *(one for role, one in earning(order) if role == MEMBER)])
    marks = map(Marks.create_id, persons)
    return [FRAUD_TERMS_ID, *earners, *members, *accounts_of(order.buyer_id), *marks]


def _persons(connection: Connection, role: str, party_id: UUID) -> list[UUID]:
    """Whose gain it is: the member's own, or that of who owns the group."""
    return [party_id] if role == MEMBER else sorted(owners_of(connection, party_id))


def _recent(connection: Connection, tie: Tie, terms: FraudTermsValues) -> list[UUID]:
    since = tie.paid_at - timedelta(days=terms["velocity_days"])
    found = ties_between(connection, [tie.buyer_id], [tie.party_id], since, tie.paid_at)
    return [one.order_id for one in found if one.role == tie.role and one.position <= tie.position]


def _cycles(connection: Connection, tie: Tie, persons: list[UUID], terms: FraudTermsValues) -> dict[str, Any]:
    """How what the buyer gives the earner comes back, straight or by a third."""
    within, buyer_id = around(tie.paid_at, terms["cycle_days"]), tie.buyer_id
    buyers_own = [buyer_id, *owned_by(connection, buyer_id)]
    forth = ties_between(connection, [buyer_id], [tie.party_id], *within)
    bought = ties_between(connection, [one for one in persons if one != buyer_id], None, *within)
    thirds: dict[UUID, list[UUID]] = {}
    for one in bought:
        for person_id in _persons(connection, one.role, one.party_id):
            if person_id not in (buyer_id, *persons):
                thirds.setdefault(person_id, []).append(one.order_id)
    on: dict[UUID, list[UUID]] = {}
    for one in ties_between(connection, thirds, buyers_own, *within) if thirds else ():
        on.setdefault(one.buyer_id, []).append(one.order_id)
    return {
        "forth": _orders(one.order_id for one in forth if one.role == tie.role),
        "back": _orders(one.order_id for one in bought if one.party_id in buyers_own),
        "rings": [Ring(_orders(thirds[third_id]), _orders(back)) for third_id, back in sorted(on.items())],
    }  # fmt: skip


def _orders(order_ids: Iterable[UUID]) -> list[UUID]:
    """Each once, in their order: an order may pay a community and its owner."""
    return list(dict.fromkeys(order_ids))
