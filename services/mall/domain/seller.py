"""A person who sells in the mall."""

from typing import Any
from uuid import UUID

from services.kernel.domain import AggregateRoot, Begun, Fact, derived_id, event

from .form import check_reason
from .refusals import SellerNotSuspended, SellerSuspended

__all__ = ["Seller"]


class Seller(AggregateRoot):
    """One seller a person; ``relied_on`` are the claims by which the person was let in."""

    TOPIC = "mall:Seller"

    class Opened(Begun):
        """A person sells here from now on, under this name."""

        TOPIC = "mall:Seller.Opened"
        personal = {"name": "person_id"}
        person_id: UUID
        name: str
        relied_on: list[dict[str, Any]]

    class Suspended(Fact):
        """Nothing of the seller is sold until it is reinstated; ``reason`` is a code."""

        TOPIC = "mall:Seller.Suspended"
        reason: str

    class Reinstated(Fact):
        """The suspension is over."""

        TOPIC = "mall:Seller.Reinstated"

    @staticmethod
    def create_id(person_id: UUID) -> UUID:
        return derived_id("seller", person_id)

    @event(Opened)
    def __init__(self, person_id: UUID, name: str, relied_on: list[dict[str, Any]]) -> None:
        self.person_id = person_id
        self.name = name
        self.relied_on = relied_on
        self.is_suspended = False

    def suspend(self, reason: str) -> None:
        """Raises ``SellerSuspended`` when it is suspended already, ``ReasonNotCode``."""
        check_reason(reason)
        if self.is_suspended:
            raise SellerSuspended(seller_id=self.id)
        self._suspended(reason=reason)

    @event(Suspended)
    def _suspended(self, reason: str) -> None:
        self.is_suspended = True

    def reinstate(self) -> None:
        """Raises ``SellerNotSuspended``."""
        if not self.is_suspended:
            raise SellerNotSuspended(seller_id=self.id)
        self._reinstated()

    @event(Reinstated)
    def _reinstated(self) -> None:
        self.is_suspended = False
