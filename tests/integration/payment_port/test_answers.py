"""What counts as an answer of Stripe and WeChat Pay, and what does not: nothing is final that they have not said."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from services.mall.domain.dispute import Dispute
from services.mall.payments.port import PaymentOutcome, PaymentRequest
from services.mall.payments.stripe_client import StripeApi
from services.mall.payments.stripe_provider import StripeProvider
from services.mall.payments.stripe_statements import StripeStatements
from services.mall.payments.transfers import TransferRequest
from services.mall.payments.wechat_bills import WechatBills
from services.mall.payments.wechat_client import WechatAccount, WechatApi
from services.mall.payments.wechat_provider import WechatProvider
from tests.support.http_server import HttpServer
from tests.support.payment_rigs import APIV3_KEY, STRIPE_KEY, rsa_pair

REFUSED = {"error": {"type": "invalid_request_error", "code": "parameter_invalid", "message": "No."}}
EMPTY: dict[str, Any] = {"object": "list", "data": [], "has_more": False}


class Said:
    """A server that says the same to everything, and what it was asked."""

    def __init__(self) -> None:
        self.status, self.body, self.server = 200, b"", HttpServer(lambda _: (self.status, self.body))

    def says(self, status: int, document: Any) -> None:
        self.status = status
        self.body = document if isinstance(document, bytes) else json.dumps(document).encode()


@pytest.fixture
def said() -> Iterator[Said]:
    said = Said()
    with said.server:
        yield said


@pytest.fixture
def stripe(said: Said) -> Iterator[StripeProvider]:
    provider = StripeProvider(StripeApi(STRIPE_KEY, said.server.url, timeout_seconds=2.0))
    yield provider
    provider.close()


@pytest.fixture(scope="module")
def account() -> WechatAccount:
    (ours, _), (_, theirs) = rsa_pair(), rsa_pair()
    return WechatAccount("1900000109", "wx1", "444F", ours, APIV3_KEY, theirs, "PUB_KEY_ID_1", "1009")


@pytest.fixture
def wechat(said: Said, account: WechatAccount) -> Iterator[WechatProvider]:
    api = WechatApi(account, said.server.url, timeout_seconds=2.0)
    provider = WechatProvider(api, WechatBills(api))
    yield provider
    provider.close()


def a_payment(currency: str = "EUR") -> PaymentRequest:
    return PaymentRequest(uuid4(), 500, currency, "pm_card", "http://us")


def a_transfer(currency: str, amount_minor: int = 500) -> TransferRequest:
    return TransferRequest(uuid4(), "acct_maria", amount_minor, currency, "http://us")


HTML, SORRY = b"<html>nginx</html>", {"error": {"type": "api_error", "message": "Sorry."}}
NO_ANSWERS = [
    (status, document) for status in (401, 403, 409, 429, 500, 502, 503) for document in (HTML, {}, SORRY)
]  # fmt: skip


@pytest.mark.parametrize(("status", "document"), [*NO_ANSWERS, (404, HTML), (404, {}), (200, HTML)])
def test_what_stripe_has_not_refused_is_unknown(stripe: StripeProvider, said: Said, status: int, document: Any) -> None:
    said.says(status, document)
    assert stripe.request_payment(a_payment()).status == "unknown"
    assert stripe.payment(uuid4()).status == "unknown"
    assert stripe.transfer(uuid4()).status == "unknown"


def test_a_refusal_of_stripe_is_final_with_its_code(stripe: StripeProvider, said: Said) -> None:
    said.says(400, REFUSED)
    refused = stripe.request_payment(a_payment())
    assert (refused.status, refused.reason) == ("declined", "parameter_invalid")


def test_absent_is_said_after_the_search_and_the_list_have_nothing(stripe: StripeProvider, said: Said) -> None:
    said.says(200, EMPTY)
    assert stripe.payment(uuid4()).status == "absent"
    said.says(200, EMPTY | {"data": "nothing"})
    assert stripe.payment(uuid4()).status == "unknown"


@pytest.mark.parametrize("currency", ["ISK", "UGX"])
def test_currencies_that_stripe_counts_otherwise_are_refused_unasked(stripe: StripeProvider, currency: str) -> None:
    assert stripe.request_payment(a_payment(currency)).reason == "currency_not_supported"


def test_what_is_captured_is_so_though_nobody_says_with_which_card(stripe: StripeProvider, said: Said) -> None:
    captured, intent = PaymentOutcome(uuid4(), "captured", 500, "EUR", "pm_card"), {"latest_charge": "ch_1"}
    said.says(200, {"id": "ch_1", "payment_method_details": {"card": {"fingerprint": "f1"}}})
    assert stripe.concluded(captured, intent).apart() == (captured, "f1")
    for status, document in ((503, SORRY), (404, REFUSED), (200, HTML), (200, {"id": "ch_1"})):
        said.says(status, document)
        assert stripe.concluded(captured, intent) == captured
    assert stripe.concluded(captured, {"latest_charge": None}) == captured


def test_a_dispute_about_what_others_sell_with_the_same_account_is_left_alone(
    stripe: StripeProvider, said: Said
) -> None:
    said.says(200, {"object": "payment_intent", "id": "pi_1", "metadata": {}})
    dispute = {"id": "du_1", "payment_intent": "pi_1", "status": "lost", "amount": 500, "currency": "eur"}
    assert stripe.dispute_told(dispute) is None
    said.says(503, SORRY)
    told = stripe.dispute_told(dispute)
    assert told is not None
    assert told.status == "unknown"


def test_the_fee_of_a_dispute_is_a_line_of_its_own(said: Said) -> None:
    api = StripeApi(STRIPE_KEY, said.server.url)
    opened = {
        "id": "txn_1", "type": "adjustment", "amount": -1999, "fee": 1500, "net": -3499, "currency": "eur",
        "created": 1_777_000_000, "source": {"object": "dispute", "id": "du_1"},
    }  # fmt: skip
    lines = list(StripeStatements(api)._lines(opened))
    api.close()
    assert [(line["kind"], line["amount_minor"], line["fee_minor"]) for line in lines] == [
        ("dispute", -1999, 0), ("dispute", -1500, 0)
    ]  # fmt: skip
    assert lines[0]["line_id"] != lines[1]["line_id"]
    assert Dispute.id_of(str(lines[0]["subject_id"])) == Dispute.id_of("du_1")


@pytest.mark.parametrize(
    ("status", "document"),
    [(200, {"code_url": "x"}), (404, {"code": "ORDER_NOT_EXIST"}), (400, {"code": "PARAM_ERROR"}), (200, HTML)],
)
def test_what_wechat_pay_has_not_signed_says_nothing(
    wechat: WechatProvider, said: Said, status: int, document: Any
) -> None:
    said.says(status, document)
    assert wechat.request_payment(a_payment("CNY")).status == "unknown"
    assert wechat.payment(uuid4()).status == "unknown"
    assert wechat.void(uuid4()).status == "unknown"
    assert wechat.request_transfer(a_transfer("CNY")).status == "unknown"


def test_other_money_than_yuan_is_refused_unasked(wechat: WechatProvider) -> None:
    assert wechat.request_payment(a_payment("EUR")).reason == "currency_not_supported"
    assert wechat.request_transfer(a_transfer("EUR")).reason == "currency_not_supported"


def test_what_needs_a_name_is_not_sent(wechat: WechatProvider, said: Said) -> None:
    refused = wechat.request_transfer(a_transfer("CNY", 200_000))
    assert (refused.status, refused.reason) == ("failed", "over_2000_yuan")
