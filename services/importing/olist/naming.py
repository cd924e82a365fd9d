"""The ids under which the platform knows what the files name: the same for the same names, always."""

from uuid import UUID

from services.kernel.domain import derived_id


def person(unique_id: str) -> UUID:
    """Somebody who bought."""
    return derived_id("olist", "person", unique_id)


def selling_person(seller_id: str) -> UUID:
    """Somebody who sells, as a person."""
    return derived_id("olist", "selling person", seller_id)


def seller(seller_id: str) -> UUID:
    """Somebody who sells, as a seller of the mall."""
    return derived_id("seller", selling_person(seller_id))


def steward() -> UUID:
    """Who owns the communities of the states: nobody of the set, made for the import."""
    return derived_id("olist", "steward")


def community(state: str) -> UUID:
    """The community of a state."""
    return derived_id("olist", "state", state)


def listing(product_id: str, seller_id: str) -> UUID:
    """One product of one seller."""
    return derived_id("olist", "listing", product_id, seller_id)


def checkout(order_id: str) -> UUID:
    """An order of the set: what one buyer bought at once."""
    return derived_id("olist", "checkout", order_id)


def order(order_id: str, seller_id: str) -> UUID:
    """One seller's part of it."""
    return derived_id("olist", "order", order_id, seller_id)


def line(order_id: str, number: int) -> UUID:
    """One line of it."""
    return derived_id("olist", "line", order_id, number)


def payout(seller_id: str, day: str, number: int) -> UUID:
    """The payments to a seller of one payday: as many as it takes to name its orders."""
    return derived_id("olist", "payout", seller_id, day, number)


def payment(order_id: str, number: int) -> UUID:
    """One payment for it."""
    return derived_id("olist", "payment", order_id, number)
