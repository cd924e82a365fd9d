"""What several topics of the mall load, and refuse when it is not there."""

from collections.abc import Iterable
from uuid import UUID

from services.kernel.application import Application
from services.known.groups import OWNER, roles_of
from services.mall.domain import refusals
from services.mall.domain.checkout import Checkout
from services.mall.domain.lines import earners_of
from services.mall.domain.listing import Listing
from services.mall.domain.order import Order
from services.mall.domain.seller import Seller
from services.mall.domain.terms import TERMS_ID, Terms, TermsValues, TermsVersion, ahead, frozen

OPERATOR = "operator"


class Loading(Application):
    """Loads aggregates for every topic."""

    def terms_now(self) -> TermsValues:
        """The terms that an order placed now is under; one that is recorded from elsewhere, too."""
        return frozen(self.terms_ahead()[0])

    def notice_days(self) -> int:
        """How long before it holds a change of terms, fees or commissions is announced."""
        return self.terms_ahead()[0]["notice_days"]

    def terms_ahead(self) -> list[TermsVersion]:
        """What holds now by the clock of the mall, and what is announced."""
        return ahead(self.unit.find(Terms, TERMS_ID), self.unit.context.recorded_at)

    def seller(self, seller_id: UUID) -> Seller:
        """Raises NoSuchSeller."""
        return self.unit.get(Seller, seller_id, refusals.NoSuchSeller())

    def active_seller(self, seller_id: UUID) -> Seller:
        """A seller who is not suspended. Raises NoSuchSeller, SellerSuspended."""
        seller = self.seller(seller_id)
        if seller.is_suspended:
            raise refusals.SellerSuspended(seller_id=seller_id)
        return seller

    def listing(self, listing_id: UUID | str) -> Listing:
        """Raises NoSuchListing."""
        return self.unit.get(Listing, UUID(str(listing_id)), refusals.NoSuchListing())

    def checkout(self, checkout_id: UUID) -> Checkout:
        """Raises NoSuchCheckout."""
        return self.unit.get(Checkout, checkout_id, refusals.NoSuchCheckout())

    def order(self, order_id: UUID | str) -> Order:
        """Raises NoSuchOrder."""
        return self.unit.get(Order, UUID(str(order_id)), refusals.NoSuchOrder())

    def orders_of(self, checkout: Checkout) -> list[Order]:
        """All orders of a checkout, as they stand in it."""
        return [self.order(one["order_id"]) for one in checkout.orders]

    def parties_of(self, orders: Iterable[Order]) -> set[UUID]:
        """Who bought these, who sold them, and who earns by them, of owners of groups that do the actor: they have no
        say where operators decide, or settle by hand."""
        parties: set[UUID] = set()
        for order in orders:
            earners = [earners_of(line) for line in order.lines.values()]
            groups = {UUID(one["community"]) for one in earners if one["community"]}
            parties |= {order.buyer_id, order.seller_person_id}
            parties |= {UUID(one["member"]) for one in earners if one["member"]}
            parties |= {self.actor_id for group_id in groups if OWNER in self.roles_in(group_id, self.actor_id)}
        return parties

    def roles_in(self, group_id: UUID, person_id: UUID) -> set[str]:
        """What somebody is in a group, as far as groups has told."""
        with self.views.glancing() as connection:
            return roles_of(connection, group_id, person_id)


def wanted(order: Order) -> dict[str, int]:
    """How many of each listing an order takes from the stock, over all of its lines; seats are no stock."""
    quantities: dict[str, int] = {}
    for line in order.lines.values():
        if line.get("registration_id"):
            continue
        quantities[line["listing_id"]] = quantities.get(line["listing_id"], 0) + line["quantity"]
    return quantities
