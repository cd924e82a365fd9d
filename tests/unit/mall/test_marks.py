"""What a person paid with and on which devices she was: kept in number, compared, and told by the providers."""

from typing import Any

import pytest

from services.kernel.domain import FORGOTTEN, acting
from services.mall.domain import refusals
from services.mall.domain.marks import DEVICE, MOST_MARKS, PAYMENT_MEANS, Marks
from services.mall.payments.port import PaidOutcome, PaymentOutcome
from services.mall.payments.stripe_reading import fingerprint_in
from services.mall.payments.wechat_reading import payment_read
from tests.support.scenario import ANNA, BORIS, Scenario, context

from .samples import PAYMENT

CARD, PHONE = "card_of_anna", "phone 1"
CAPTURED = PaymentOutcome(PAYMENT, "captured", 500, "EUR", "card")


def begun(_: Any = None) -> Marks:
    return Marks(ANNA)


def note(kind: str = PAYMENT_MEANS, mark: str = CARD) -> Any:
    return lambda marks: marks.note(kind, mark)


def marks_of(person_id: Any, **noted: list[Any]) -> Marks:
    with acting(context()):
        marks = Marks(person_id)
        for kind, those in noted.items():
            for mark in those:
                marks.note(kind, mark)
    return marks


def test_what_was_told_is_kept_of_the_person() -> None:
    Scenario(Marks).given(begun).when(note()).then((Marks.Noted, {"person_id": ANNA, "kind": "payment_means"}))
    assert Marks.Noted.personal == {"mark": "person_id"}


def test_the_same_again_records_nothing_and_as_another_kind_it_is_another() -> None:
    Scenario(Marks).given(begun, note()).when(note()).then_nothing()
    Scenario(Marks).given(begun, note()).when(note(DEVICE)).then((Marks.Noted, {"kind": "device"}))


def test_the_latest_of_each_kind_are_kept() -> None:
    numbers = [str(number) for number in range(MOST_MARKS + 1)]
    many, first, last = marks_of(ANNA, device=numbers), marks_of(BORIS, device=["0"]), marks_of(BORIS, device=["20"])
    assert len(many.marks[DEVICE]) == MOST_MARKS
    assert not many.shares(DEVICE, first)
    assert many.shares(DEVICE, last)


def test_two_share_what_both_have_and_only_as_the_same_kind() -> None:
    anna, boris = marks_of(ANNA, payment_means=[CARD], device=[PHONE]), marks_of(BORIS, payment_means=[CARD, PHONE])
    assert anna.shares(PAYMENT_MEANS, boris)
    assert not anna.shares(DEVICE, boris)


def test_two_who_are_forgotten_share_nothing() -> None:
    anna, boris = (marks_of(one, payment_means=[FORGOTTEN]) for one in (ANNA, BORIS))
    assert not anna.shares(PAYMENT_MEANS, boris)


@pytest.mark.parametrize("device", ["", "  ", "x" * 101, "tele\nphone", "\u202e"])
def test_refuses_a_device_that_cannot_be_shown(device: str) -> None:
    Scenario(Marks).given(begun).when(note(DEVICE, device)).then_refused(refusals.DeviceNotUsable)


@pytest.mark.parametrize("device", ["x", "x" * 100, "手机"])
def test_takes_any_other_name_of_a_device(device: str) -> None:
    Scenario(Marks).given(begun).when(note(DEVICE, device)).then((Marks.Noted, {"mark": device}))


@pytest.mark.parametrize("told", [None, "", 5, ["x"], "x" * 201, "a\0b"])
def test_what_the_provider_does_not_tell_in_words_is_not_told(told: Any) -> None:
    assert CAPTURED.paid_by(told) == CAPTURED


def test_what_was_paid_with_is_told_apart_from_the_outcome() -> None:
    told = CAPTURED.paid_by(CARD)
    assert told == PaidOutcome(PAYMENT, "captured", 500, "EUR", "card", paid_with=CARD)
    assert told.apart() == (CAPTURED, CARD)
    assert CAPTURED.apart() == (CAPTURED, "")


def test_by_the_own_protocol_a_field_more_tells_it() -> None:
    document = {"payment_id": str(PAYMENT), "status": "captured", "amount_minor": 500, "currency": "EUR",
                "method": "card", "reason": ""}  # fmt: skip
    assert PaymentOutcome.read(document) == CAPTURED
    assert PaymentOutcome.read(document | {"paid_with": CARD}).apart() == (CAPTURED, CARD)


@pytest.mark.parametrize(
    ("charge", "told"),
    [
        ({"payment_method_details": {"type": "card", "card": {"fingerprint": CARD}}}, CARD),
        ({"payment_method_details": {"type": "card", "card": {"fingerprint": None}}}, None),
        ({"payment_method_details": {"type": "sepa_debit"}}, None),
        ({"payment_method_details": None}, None),
        (None, None),
    ],
)
def test_stripe_tells_the_fingerprint_of_a_card(charge: Any, told: str | None) -> None:
    assert fingerprint_in(charge) == told


def test_wechat_pay_tells_who_paid() -> None:
    order = {"trade_state": "SUCCESS", "out_trade_no": PAYMENT.hex, "attach": "native", "amount": {"total": 500}}
    assert payment_read(order | {"payer": {"openid": "oAnna"}}).apart()[1] == "oAnna"
    assert payment_read(order).apart()[1] == ""
