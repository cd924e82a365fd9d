"""Money that is reserved first: taken as a whole, in part, or let go. WeChat Pay has no such thing, and says so."""


import pytest

from services.mall.payments.port import PaymentRequest
from tests.support.payment_rigs import Rig

CAN_AUTHORISE = pytest.mark.parametrize("running", ["own", "stripe"], indirect=True)


def authorised(rig: Rig) -> PaymentRequest:
    request = rig.payment()
    assert rig.provider.authorise(request).status in ("processing", "authorised")
    rig.until(lambda: rig.provider.payment(request.payment_id), "authorised")
    assert rig.heard().kind == "payment.authorised"
    return request


@CAN_AUTHORISE
def test_what_is_authorised_is_reserved_and_not_taken(rig: Rig) -> None:
    request = authorised(rig)
    assert rig.provider.payment(request.payment_id).amount_minor == 1999
    assert rig.provider.request_refund(rig.refund(request.payment_id, 1)).status == "failed"


@CAN_AUTHORISE
def test_all_of_it_is_captured_once(rig: Rig) -> None:
    request = authorised(rig)
    captured = rig.provider.capture(request.payment_id, 1999)
    assert (captured.status, captured.amount_minor, captured.currency) == ("captured", 1999, "EUR")
    assert rig.heard().outcome == captured
    assert rig.provider.capture(request.payment_id, 1999) == captured
    assert rig.provider.void(request.payment_id) == captured


@CAN_AUTHORISE
def test_less_than_was_authorised_is_captured_and_the_rest_is_let_go(rig: Rig) -> None:
    request = authorised(rig)
    assert rig.provider.capture(request.payment_id, 1500).amount_minor == 1500
    assert rig.provider.payment(request.payment_id).amount_minor == 1500
    assert rig.provider.request_refund(rig.refund(request.payment_id, 1501)).status == "failed"
    assert rig.provider.request_refund(rig.refund(request.payment_id, 1500)).status != "failed"


@CAN_AUTHORISE
def test_more_than_was_authorised_is_not_captured(rig: Rig) -> None:
    request = authorised(rig)
    assert rig.provider.capture(request.payment_id, 2000).status == "authorised"


@CAN_AUTHORISE
def test_what_is_let_go_is_declined_and_never_captured(rig: Rig) -> None:
    request = authorised(rig)
    assert rig.provider.void(request.payment_id).status == "declined"
    assert rig.heard().kind == "payment.declined"
    assert rig.provider.void(request.payment_id).status == "declined"
    assert rig.provider.capture(request.payment_id, 1999).status == "declined"


@pytest.mark.parametrize("fault", ["lose_answer", "server_error_after"])
@CAN_AUTHORISE
def test_a_lost_answer_to_a_capture_is_unknown_and_the_money_is_found(rig: Rig, fault: str) -> None:
    request = authorised(rig)
    rig.fault(fault)
    assert rig.provider.capture(request.payment_id, 1999).status == "unknown"
    assert rig.provider.payment(request.payment_id).status == "captured"


@CAN_AUTHORISE
def test_a_capture_that_did_not_arrive_is_asked_for_again(rig: Rig) -> None:
    request = authorised(rig)
    rig.fault("server_error")
    assert rig.provider.capture(request.payment_id, 1999).status == "unknown"
    assert rig.provider.payment(request.payment_id).status == "authorised"
    assert rig.provider.capture(request.payment_id, 1999).status == "captured"


@CAN_AUTHORISE
def test_what_nobody_asked_for_can_neither_be_captured_nor_let_go(rig: Rig) -> None:
    never = rig.payment()
    assert rig.provider.capture(never.payment_id, 1).status == "absent"
    assert rig.provider.void(never.payment_id).status == "absent"


@pytest.mark.parametrize("running", ["wechat"], indirect=True)
def test_where_nothing_can_be_authorised_it_is_said_and_an_open_order_can_be_closed(rig: Rig) -> None:
    refused = rig.provider.authorise(rig.payment())
    assert (refused.status, refused.reason) == ("declined", "cannot_authorise")
    slow = rig.payment("card_slow:30")
    assert rig.provider.request_payment(slow).status == "processing"
    assert rig.provider.void(slow.payment_id).status == "declined"
    paid = rig.captured()
    assert rig.provider.void(paid.payment_id).status == "captured"
