"""Profit sharing at WeChat Pay: what is split, pulled back and unfrozen, and every limit of it, seen over HTTP."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from services.mall.payments.port import PaymentRequest, ProviderHoldsAnother
from services.mall.payments.splits import PullBackRequest, SplitRequest
from tests.support.payment_rigs import RIGS, Rig, rig_of, splitting

MERCHANT, PERSON = "acct_mch_1900000110", "acct_oMaria"
SPOILED = ["lose_answer", "garbled_answer", "server_error_after"]


@pytest.fixture(scope="module")
def running() -> Iterator[Rig]:
    with splitting() as rig:
        rig.direct.post("/receivers", json={"account": "1900000110"}).raise_for_status()
        yield rig


@pytest.fixture
def rig(running: Rig) -> Rig:
    running.direct.delete("/script").raise_for_status()
    running.set_ahead(timedelta())
    return running


def paid(rig: Rig, amount_minor: int = 10_000) -> PaymentRequest:
    """A payment that may be split by now."""
    request = rig.captured("card_silent", amount_minor)
    rig.pass_time(seconds=60)
    return request


def split(payment: PaymentRequest, destination: str = MERCHANT, amount_minor: int = 1_000) -> SplitRequest:
    return SplitRequest(uuid4(), payment.payment_id, destination, amount_minor, payment.amount_minor)


def done(rig: Rig, request: SplitRequest, status: str = "paid") -> None:
    assert rig.provider.splits.split(request).status == "pending"
    rig.until(lambda: rig.provider.splits.outcome(request.split_id, request.payment_id), status)


def back(request: SplitRequest, amount_minor: int = 400) -> PullBackRequest:
    return PullBackRequest(uuid4(), request.split_id, request.payment_id, amount_minor)


def movements(rig: Rig, number: UUID) -> list[int]:
    rig.direct.get("/statement").raise_for_status()
    rig.provider.splits.outcome(number, number)
    found = rig.direct.get("/statement").json()["movements"]
    return [one["amount_minor"] for one in found if number.hex in (one.get("split_id"), one.get("return_id"))]


@pytest.mark.parametrize("destination", [MERCHANT, PERSON])
def test_a_part_of_a_payment_goes_to_a_merchant_or_a_person(rig: Rig, destination: str) -> None:
    payment = paid(rig)
    request = split(payment, destination)
    done(rig, request)
    outcome = rig.provider.splits.outcome(request.split_id, request.payment_id)
    assert (outcome.destination, outcome.amount_minor, outcome.currency) == (destination, 1_000, "CNY")
    assert rig.provider.splits.left(payment.payment_id).amount_minor == 9_000
    assert movements(rig, request.split_id) == [-1_000]


def test_the_same_split_again_is_the_same(rig: Rig) -> None:
    request = split(paid(rig))
    done(rig, request)
    assert rig.provider.splits.split(request).status == "paid"
    assert movements(rig, request.split_id) == [-1_000]


def test_a_split_under_a_known_id_with_other_money_is_for_a_person(rig: Rig) -> None:
    request = split(paid(rig))
    done(rig, request)
    with pytest.raises(ProviderHoldsAnother):
        rig.provider.splits.split(SplitRequest(request.split_id, request.payment_id, MERCHANT, 999, 10_000))


@pytest.mark.parametrize("fault", SPOILED)
def test_a_spoiled_answer_is_no_failure_and_the_split_is_found(rig: Rig, fault: str) -> None:
    request = split(paid(rig))
    rig.fault(fault)
    assert rig.provider.splits.split(request).status != "failed"
    assert rig.until(lambda: rig.provider.splits.outcome(request.split_id, request.payment_id), "paid")


@pytest.mark.parametrize("fault", ["drop_request", "server_error"])
def test_what_was_not_booked_is_absent_and_can_be_asked_for_again(rig: Rig, fault: str) -> None:
    request = split(paid(rig))
    rig.fault(fault)
    assert rig.provider.splits.split(request).status == "unknown"
    assert rig.provider.splits.outcome(request.split_id, request.payment_id).status == "absent"
    done(rig, request)


def test_too_soon_after_the_payment_nobody_knows_yet(rig: Rig) -> None:
    request = split(rig.captured("card_silent", 10_000))
    outcome = rig.provider.splits.split(request)
    assert (outcome.status, outcome.reason) == ("unknown", "just_paid")


def test_more_than_the_share_is_refused_here_and_there(rig: Rig) -> None:
    payment = paid(rig)
    assert rig.provider.splits.split(split(payment, amount_minor=3_001)).reason == "over_share"
    second = SplitRequest(uuid4(), payment.payment_id, MERCHANT, 100, 1_000, before_minor=201)
    assert rig.provider.splits.split(second).reason == "over_share"
    done(rig, split(payment, amount_minor=3_000))
    over = rig.provider.splits.split(split(payment, amount_minor=1))
    assert (over.status, over.reason) == ("failed", "invalid_request")


def test_after_thirty_days_nothing_is_split_and_nothing_is_frozen(rig: Rig) -> None:
    payment = paid(rig)
    rig.pass_time(days=30)
    late = rig.provider.splits.split(split(payment))
    assert (late.status, late.reason) == ("failed", "too_late_to_split")
    assert rig.provider.splits.left(payment.payment_id).amount_minor == 0


def test_without_the_guard_of_the_days_the_server_refuses_what_is_late(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = paid(rig)
    rig.pass_time(days=30)
    monkeypatch.setattr(rig.provider.splits, "_is_over", lambda _since, _days: False)
    late = rig.provider.splits.split(split(payment))
    assert (late.status, late.reason) == ("failed", "nothing_left_to_split")


def test_a_split_that_was_booked_in_time_is_found_when_it_is_late_to_ask(rig: Rig) -> None:
    request = split(paid(rig))
    done(rig, request)
    rig.pass_time(days=31)
    assert rig.provider.splits.split(request).status == "paid"


def test_of_what_was_not_paid_to_be_split_nothing_is() -> None:
    with rig_of("wechat") as rig, splitting() as other:
        plain = rig.captured("card_silent", 10_000)
        other.provider.splits._api = rig.provider._api
        other.set_ahead(timedelta(minutes=2))
        rig.set_ahead(timedelta(minutes=2))
        refused = other.provider.splits.split(split(plain, PERSON))
        assert (refused.status, refused.reason) == ("failed", "invalid_request")
        assert other.provider.splits.left(plain.payment_id).amount_minor == 0


def test_a_merchant_that_nobody_has_made_a_receiver_gets_nothing(rig: Rig) -> None:
    refused = rig.provider.splits.split(split(paid(rig), "acct_mch_1900000999"))
    assert (refused.status, refused.reason) == ("failed", "invalid_request")


def test_a_split_may_stand_for_days_before_it_has_failed(rig: Rig) -> None:
    rig.fault("split_stuck")
    request = split(paid(rig))
    assert rig.provider.splits.split(request).status == "pending"
    rig.pass_time(days=4)
    assert rig.provider.splits.outcome(request.split_id, request.payment_id).status == "pending"
    rig.pass_time(days=1)
    outcome = rig.provider.splits.outcome(request.split_id, request.payment_id)
    assert (outcome.status, outcome.reason) == ("failed", "account_abnormal")


def test_what_a_receiver_could_not_get_is_frozen_again(rig: Rig) -> None:
    rig.fault("split_closed")
    payment = paid(rig)
    done(rig, split(payment), "failed")
    assert rig.provider.splits.left(payment.payment_id).amount_minor == 10_000


def test_a_payment_nobody_has_made_is_not_split(rig: Rig) -> None:
    nobodys = SplitRequest(uuid4(), uuid4(), PERSON, 100, 1_000)
    assert rig.provider.splits.outcome(nobodys.split_id, nobodys.payment_id).status == "absent"
    refused = rig.provider.splits.split(nobodys)
    assert (refused.status, refused.reason) == ("failed", "not_captured")


def test_what_a_merchant_got_is_pulled_back_in_parts_and_not_more(rig: Rig) -> None:
    request = split(paid(rig))
    done(rig, request)
    first = back(request, 600)
    assert rig.provider.splits.pull_back(first).status == "succeeded"
    assert rig.provider.splits.pull_back(first).status == "succeeded"
    assert movements(rig, first.pull_back_id) == [600]
    more = rig.provider.splits.pull_back(back(request, 401))
    assert (more.status, more.reason) == ("failed", "receiver_has_too_little")
    assert rig.provider.splits.pull_back(back(request, 400)).status == "succeeded"


def test_from_a_person_nothing_is_pulled_back(rig: Rig) -> None:
    request = split(paid(rig), PERSON)
    done(rig, request)
    refused = rig.provider.splits.pull_back(back(request))
    assert (refused.status, refused.reason) == ("failed", "receiver_is_a_person")


def test_after_180_days_nothing_is_pulled_back(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    request = split(paid(rig))
    done(rig, request)
    rig.pass_time(days=180)
    refused = rig.provider.splits.pull_back(back(request))
    assert (refused.status, refused.reason) == ("failed", "too_late_to_pull_back")
    monkeypatch.setattr(rig.provider.splits, "_is_over", lambda _since, _days: False)
    assert rig.provider.splits.pull_back(back(request)).reason == "invalid_request"


def test_a_receiver_may_have_too_little_left(rig: Rig) -> None:
    request = split(paid(rig))
    done(rig, request)
    rig.fault("return_not_enough")
    refused = rig.provider.splits.pull_back(back(request))
    assert (refused.status, refused.reason) == ("failed", "receiver_has_too_little")
    assert rig.provider.splits.pull_back(back(request)).status == "succeeded"


def test_a_pull_back_may_stand_for_days_before_it_has_failed(rig: Rig) -> None:
    request = split(paid(rig))
    done(rig, request)
    rig.fault("return_stuck")
    wanted = back(request)
    assert rig.provider.splits.pull_back(wanted).status == "processing"
    rig.pass_time(days=5)
    outcome = rig.provider.splits.pulled_back(wanted.pull_back_id, request.split_id)
    assert (outcome.status, outcome.reason) == ("failed", "time_out_closed")


@pytest.mark.parametrize("fault", SPOILED)
def test_a_spoiled_answer_is_no_failure_and_the_pull_back_is_found(rig: Rig, fault: str) -> None:
    request = split(paid(rig))
    done(rig, request)
    rig.fault(fault)
    wanted = back(request)
    assert rig.provider.splits.pull_back(wanted).status in ("unknown", "succeeded")
    assert rig.provider.splits.pulled_back(wanted.pull_back_id, request.split_id).status == "succeeded"
    assert rig.provider.splits.pulled_back(uuid4(), request.split_id).status == "absent"


def test_the_rest_is_unfrozen_and_nothing_more_is_split(rig: Rig) -> None:
    payment, unfreeze_id = paid(rig), uuid4()
    done(rig, split(payment))
    assert rig.provider.splits.unfreeze(unfreeze_id, payment.payment_id).status == "unfrozen"
    assert rig.provider.splits.unfreeze(unfreeze_id, payment.payment_id).status == "unfrozen"
    assert rig.provider.splits.left(payment.payment_id).amount_minor == 0
    again = rig.provider.splits.unfreeze(uuid4(), payment.payment_id)
    assert (again.status, again.reason) == ("unfrozen", "nothing_left_to_split")
    assert rig.provider.splits.split(split(payment)).reason == "nothing_left_to_split"


def test_what_is_frozen_is_not_transferred() -> None:
    with splitting() as rig:
        payment = rig.captured("card_silent", 10_000)
        refused = rig.provider.request_transfer(rig.transfer())
        assert (refused.status, refused.reason) == ("failed", "insufficient_balance")
        rig.pass_time(seconds=60)
        rig.provider.splits.unfreeze(uuid4(), payment.payment_id)
        sent = rig.transfer()
        rig.provider.request_transfer(sent)
        rig.until(lambda: rig.provider.transfer(sent.transfer_id), "paid")


def test_what_bills_could_not_hold_is_no_payment_method(rig: Rig) -> None:
    for method in ("card,1", "card`", 'say "hi"', ""):
        request = PaymentRequest(uuid4(), 100, "CNY", method, "http://127.0.0.1:9/")
        declined = rig.provider.request_payment(request)
        assert (declined.status, declined.reason) == ("declined", "payment_method_not_usable")
        assert rig.provider.action(request) is None


def test_nothing_is_transferred_to_a_merchant(rig: Rig) -> None:
    refused = rig.provider.request_transfer(rig.transfer(MERCHANT))
    assert (refused.status, refused.reason) == ("failed", "only_by_split")


def test_each_provider_says_whether_it_splits_and_within_which_limits(rig: Rig) -> None:
    limits = rig.provider.splits.limits
    assert (limits.most_bps, limits.days_to_split, limits.days_to_pull_back) == (3_000, 30, 180)
    assert (limits.most_receivers, limits.most_splits, limits.pulls_back_from) == (50, 50, ("merchant",))
    assert rig.provider.transfer_most_minor == {"CNY": 199_999}
    for name in sorted(RIGS):
        with rig_of(name) as other:
            assert other.provider.splits is None
