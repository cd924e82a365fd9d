"""At Stripe a payment that was declined waits for another card: nobody pays it once that was told."""

from typing import Any
from uuid import UUID

import pytest

from tests.support.payment_rigs import Rig

pytestmark = pytest.mark.parametrize("running", ["stripe"], indirect=True)


def asked_for(rig: Rig, method: str = "card_declined") -> dict[str, Any]:
    """As the adapter asks, by a program that ended before it read the answer."""
    request = rig.payment(method)
    metadata = {"metadata[payment_id]": str(request.payment_id), "metadata[method]": method}
    fields = {"amount": 1999, "currency": "eur", "confirm": "true", "payment_method": f"pm_{method}", **metadata}
    answer = rig.ask_stripe("", **fields).json()
    intent: dict[str, Any] = answer["error"]["payment_intent"]
    assert intent["status"] == "requires_payment_method"
    return intent


def test_what_was_declined_cannot_be_paid_by_another_card(rig: Rig) -> None:
    request = rig.payment("card_declined")
    declined = rig.provider.request_payment(request)
    assert (declined.status, declined.reason) == ("declined", "insufficient_funds")
    tried = rig.ask_stripe(f"/{declined.reference}/confirm", payment_method="pm_card")
    assert tried.status_code == 400
    assert rig.provider.payment(request.payment_id).status == "declined"


def test_what_is_found_declined_or_told_so_is_canceled_before_it_is_told_here(rig: Rig) -> None:
    intent = asked_for(rig)
    told = rig.heard()
    assert (told.kind, told.outcome.reason) == ("payment.declined", "insufficient_funds")
    assert rig.ask_stripe(f"/{intent['id']}/confirm", payment_method="pm_card").status_code == 400


def test_who_was_quicker_with_another_card_has_paid(rig: Rig) -> None:
    intent = asked_for(rig)
    assert rig.ask_stripe(f"/{intent['id']}/confirm", payment_method="pm_card").is_success
    told = rig.heard()
    assert (told.kind, told.outcome.amount_minor) == ("payment.captured", 1999)


def test_what_cannot_be_canceled_just_now_is_not_declined_yet(rig: Rig) -> None:
    intent = asked_for(rig)
    rig.fault("server_error")
    told = rig.heard()
    assert told.outcome.status == "unknown"
    assert rig.provider.payment(UUID(intent["metadata"]["payment_id"])).status == "declined"
    assert rig.ask_stripe(f"/{intent['id']}/confirm", payment_method="pm_card").status_code == 400
