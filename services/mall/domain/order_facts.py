"""What is recorded of an order; use them as ``Order.Placed`` and so on."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.kernel.domain import Begun, Fact


class Placed(Begun):
    """Lines as ``lines.order_line`` makes them, and the terms that hold for this order for ever."""

    TOPIC = "mall:Order.Placed"
    personal = {"delivery_address": "buyer_id"}
    order_id: UUID
    checkout_id: UUID
    buyer_id: UUID
    seller_id: UUID
    seller_person_id: UUID
    currency: str
    lines: list[dict[str, Any]]
    terms: dict[str, Any]
    delivery_address: str | None


class Paid(Fact):
    """Unallocated to held; ``short_minor`` of it was never captured and is a debit in suspense.

    It names what was sold to whom, so that it can be told without its order; lines as ``lines.sold_lines``.
    ``is_invoiced`` says whether an invoice follows: not of what was paid elsewhere. Of version 1, when there were no
    invoices, it is None.
    """

    TOPIC = "mall:Order.Paid"
    class_version = 2
    checkout_id: UUID
    buyer_id: UUID
    seller_id: UUID
    currency: str
    lines: list[dict[str, Any]]
    short_minor: int
    entries: list[dict[str, Any]]
    is_invoiced: bool | None

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        """There were no invoices."""
        state["is_invoiced"] = None


class Delivered(Fact):
    """The buyer has it; until the end of the window it can be sent back without a reason."""

    TOPIC = "mall:Order.Delivered"
    delivered_at: datetime
    return_window_ends_at: datetime


class ReturnRequested(Fact):
    """The buyer sends back so many of a line; ``reason`` is a code.

    Until ``answer_by`` the seller pays it back, or a case is opened about it; nothing is released meanwhile. None where
    no clock is set: of what was paid elsewhere, and of version 1, when there was none.
    """

    TOPIC = "mall:Order.ReturnRequested"
    class_version = 2
    line_id: str
    quantity: int
    reason: str
    answer_by: datetime | None

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        """No clock was set: it is looked at when the order is to be released."""
        state["answer_by"] = None


class LineRefunded(Fact):
    """``amount_minor`` goes back, of which ``freight_minor`` is freight; ``shares`` is who bears it.

    ``registration_id`` is of the seats that it had paid for; version 1 had none. ``fee_kept_minor`` of the platform's
    share stays with the platform at the cost of the seller; before version 3 it always went back.
    """

    TOPIC = "mall:Order.LineRefunded"
    class_version = 3
    refund_id: UUID
    line_id: str
    listing_id: str
    quantity: int
    amount_minor: int
    freight_minor: int
    currency: str
    shares: dict[str, int]
    entries: list[dict[str, Any]]
    registration_id: UUID | None
    fee_kept_minor: int

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        """It paid for no seats."""
        state["registration_id"] = None

    @staticmethod
    def upcast_v2_v3(state: dict[str, Any]) -> None:
        """The fee went back with the rest."""
        state["fee_kept_minor"] = 0


class Disputed(Fact):
    """The bank of the buyer disputes so much of it: nothing of it is released or refunded until that has ended.

    ``at_stake`` are ``{"role", "party_id", "amount_minor"}``: what would be taken of what is available to whom, where
    its shares were released. Version 1 did not say, and nothing was reserved then.
    """

    TOPIC = "mall:Order.Disputed"
    class_version = 2
    dispute_id: UUID
    amount_minor: int
    at_stake: list[dict[str, Any]]

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        """Nothing was reserved."""
        state["at_stake"] = []


class LineChargedBack(Fact):
    """A dispute was lost: so much of a line was taken by the provider, and from the parties; as ``LineRefunded``."""

    TOPIC = "mall:Order.LineChargedBack"
    dispute_id: UUID
    line_id: str
    listing_id: str
    amount_minor: int
    freight_minor: int
    currency: str
    shares: dict[str, int]
    entries: list[dict[str, Any]]
    fee_kept_minor: int


class DisputeEnded(Fact):
    """It was won or lost; ``release_at`` is from when what is held may be released, None where that is not due."""

    TOPIC = "mall:Order.DisputeEnded"
    dispute_id: UUID
    outcome: str
    release_at: datetime | None


class CaseOpened(Fact):
    """Buyer and seller do not agree: nothing of it is released until that case is closed.

    ``by_buyer`` says whether the buyer has opened it; of version 1, when nobody counted, it is None.
    """

    TOPIC = "mall:Order.CaseOpened"
    class_version = 2
    case_id: UUID
    by_buyer: bool | None

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        """Nobody counted."""
        state["by_buyer"] = None


class CaseClosed(Fact):
    """The case is over; ``release_at`` is from when what is held may be released, None where that is not due.

    ``line_ids`` are the lines whose return is over with it; ``is_decided`` when an operator has decided about them. Of
    version 1, when a case said nothing of returns, there are none.
    """

    TOPIC = "mall:Order.CaseClosed"
    class_version = 2
    case_id: UUID
    release_at: datetime | None
    line_ids: list[str]
    is_decided: bool

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        """Nothing was said of returns."""
        state.update(line_ids=[], is_decided=False)


class Released(Fact):
    """The window is closed: held to available."""

    TOPIC = "mall:Order.Released"
    seller_id: UUID
    currency: str
    entries: list[dict[str, Any]]


class ShareWithheld(Fact):
    """Held to withheld: what a community or a member would get by it is suspected, and does not become available."""

    TOPIC = "mall:Order.ShareWithheld"
    hold_id: UUID
    role: str
    party_id: UUID
    amount_minor: int
    currency: str
    entries: list[dict[str, Any]]


class ShareLetGo(Fact):
    """Withheld to available: the hold has ended, and what is left of the share is its earner's."""

    TOPIC = "mall:Order.ShareLetGo"
    hold_id: UUID
    role: str
    party_id: UUID
    seller_id: UUID
    amount_minor: int
    currency: str
    entries: list[dict[str, Any]]


class ShareForfeited(Fact):
    """Withheld to what is available to the seller: it was no commission. ``lines`` says how much of which line."""

    TOPIC = "mall:Order.ShareForfeited"
    hold_id: UUID
    role: str
    party_id: UUID
    seller_id: UUID
    amount_minor: int
    currency: str
    lines: dict[str, int]
    entries: list[dict[str, Any]]


class Cancelled(Fact):
    """It was not paid; ``reason`` is a code."""

    TOPIC = "mall:Order.Cancelled"
    reason: str


class CancelledPaid(Fact):
    """It was paid: ``amount_minor`` is due to the buyer under ``refund_id``, or in suspense where that is None."""

    TOPIC = "mall:Order.CancelledPaid"
    reason: str
    refund_id: UUID | None
    amount_minor: int
    entries: list[dict[str, Any]]
