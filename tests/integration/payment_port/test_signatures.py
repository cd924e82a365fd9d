"""Whom each side believes: what we ask WeChat Pay and Stripe for is proved to them, what they answer is proved to us.

Their callbacks, forged, altered and old, are refused in ``test_contract``.
"""

import json
import time
from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import pytest
from wechatpayv3.utils import build_authorization

from services.mall.payments.port import PaymentRequest
from services.mall.payments.stripe_client import StripeApi
from services.mall.payments.stripe_provider import StripeProvider
from services.mall.payments.wechat_bills import WechatBills
from services.mall.payments.wechat_client import WechatAccount, WechatApi
from services.mall.payments.wechat_provider import WechatProvider
from simulators.wechat.signing import OLDEST_SECONDS, Merchant
from tests.support.payment_rigs import APIV3_KEY, STRIPE_KEY, Rig, rig_of, rsa_pair

PATH, NOT_SIGNED = "/v3/pay/transactions/native", "SIGN_ERROR"


@pytest.fixture(scope="module")
def wechat() -> Iterator[Rig]:
    with rig_of("wechat") as rig:
        yield rig


@pytest.fixture(scope="module")
def stripe() -> Iterator[Rig]:
    with rig_of("stripe") as rig:
        yield rig


class Sent(NamedTuple):
    """A request for a payment as the adapter has sent it, and what came back."""

    request: PaymentRequest
    body: str
    headers: dict[str, str]
    answer: httpx.Response


@pytest.fixture
def sent(wechat: Rig) -> Sent:
    request, seen = wechat.payment("card_silent"), list[httpx.Response]()
    client = wechat.provider._api._wire._client
    client.event_hooks = {"response": [seen.append]}
    wechat.provider.request_payment(request)
    client.event_hooks = {}
    (answer,) = seen
    return Sent(request, answer.request.content.decode(), dict(answer.request.headers), answer)


def send(rig: Rig, sent: Sent, body: str | None = None, **headers: str) -> httpx.Response:
    """By whoever was listening."""
    told = {name: text for name, text in (sent.headers | headers).items() if name != "content-length"}
    return rig.direct.post(PATH, content=(body or sent.body).encode(), headers=told)


def is_booked(rig: Rig, request: PaymentRequest) -> bool:
    return rig.provider.payment(request.payment_id).status != "absent"


def test_a_request_that_another_key_has_signed_is_refused_by_wechat_pay(wechat: Rig) -> None:
    account = wechat.provider._api.account._replace(private_key=rsa_pair()[0])
    api, request = WechatApi(account, wechat.url), wechat.payment()
    forger = WechatProvider(api, WechatBills(api))
    assert forger.request_payment(request).status == "unknown"
    forger.close()
    assert not is_booked(wechat, request)


def test_a_request_altered_on_its_way_is_refused_by_wechat_pay(wechat: Rig, sent: Sent) -> None:
    other = uuid4()
    body = sent.body.replace(sent.request.payment_id.hex, other.hex)
    assert body != sent.body
    for answer in (send(wechat, sent, body), send(wechat, sent, sent.body.replace("1999", "1"))):
        assert (answer.status_code, answer.json()["code"]) == (401, NOT_SIGNED)
    assert wechat.provider.payment(other).status == "absent"


@pytest.mark.parametrize("seconds", [OLDEST_SECONDS + 5, -OLDEST_SECONDS - 5])
def test_a_request_signed_long_ago_is_refused_by_wechat_pay(
    wechat: Rig, sent: Sent, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    account, then = wechat.provider._api.account, time.time() - seconds
    key = wechat.provider._api._core._private_key
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: then)
        old = build_authorization(PATH, "POST", account.mchid, account.serial, key, data=sent.body)
    assert f'timestamp="{int(then)}"' in old
    answer = send(wechat, sent, authorization=old)
    assert (answer.status_code, answer.json()["code"]) == (401, NOT_SIGNED)


def test_a_request_that_somebody_sends_again_moves_nothing_at_wechat_pay(wechat: Rig, sent: Sent) -> None:
    wechat.until(lambda: wechat.provider.payment(sent.request.payment_id), "captured")
    before = wechat.direct.get("/statement").json()["movements"]
    send(wechat, sent)
    assert wechat.direct.get("/statement").json()["movements"] == before


class Answering:
    """An adapter whose network answers as it is told."""

    def __init__(self) -> None:
        (ours, public), (theirs, theirs_public) = rsa_pair(), rsa_pair()
        account = WechatAccount("1900000109", "wx1", "444F", ours, APIV3_KEY, theirs_public, "PUB_KEY_ID_1", "1009")
        told = f"{account.mchid} {account.appid} {account.serial} {account.public_key_id}"
        self.platform = Merchant.read(told, APIV3_KEY, public, theirs)
        self.forger = Merchant.read(told, APIV3_KEY, public, rsa_pair()[0])
        self.headers, self.body = dict[str, str](), ""
        self.api = WechatApi(account, "http://127.0.0.1:9")
        self.api._wire._client = httpx.Client(
            transport=httpx.MockTransport(lambda _: httpx.Response(404, text=self.body, headers=self.headers)),
            base_url="http://127.0.0.1:9",
        )
        self.provider = WechatProvider(self.api, WechatBills(self.api))

    def status(self, body: str, headers: dict[str, str]) -> str:
        """What is believed of a payment when this is answered."""
        self.body, self.headers = body, headers
        return str(self.provider.payment(uuid4()).status)


@pytest.fixture(scope="module")
def answering() -> Iterator[Answering]:
    answering = Answering()
    yield answering
    answering.provider.close()


ABSENT = json.dumps({"code": "ORDER_NOT_EXIST", "message": "There is none."})


def test_an_answer_of_wechat_pay_is_believed_as_it_was_signed(answering: Answering) -> None:
    assert answering.status(ABSENT, answering.platform.signed(ABSENT)) == "absent"


def test_an_answer_that_another_key_has_signed_is_none_of_wechat_pay(answering: Answering) -> None:
    assert answering.status(ABSENT, answering.forger.signed(ABSENT)) == "unknown"
    other = answering.platform.signed(ABSENT) | {"Wechatpay-Serial": "PUB_KEY_ID_2"}
    assert answering.status(ABSENT, other) == "unknown"


def test_an_answer_altered_on_its_way_is_not_believed(answering: Answering) -> None:
    true = answering.platform.signed(ABSENT)
    assert answering.status(ABSENT.replace("none", "one"), true) == "unknown"
    assert answering.status(ABSENT, true | {"Wechatpay-Nonce": "another"}) == "unknown"


@pytest.mark.parametrize("seconds", [OLDEST_SECONDS + 5, -OLDEST_SECONDS - 5])
def test_an_answer_of_long_ago_is_not_believed_again(answering: Answering, seconds: int) -> None:
    old = answering.platform.signed(ABSENT, at=int(time.time()) - seconds)
    assert answering.status(ABSENT, old) == "unknown"


def test_a_request_with_another_key_is_refused_by_stripe(stripe: Rig) -> None:
    forger, request = StripeProvider(StripeApi("sk_test_of_another", stripe.url)), stripe.payment()
    assert forger.request_payment(request).status == "unknown"
    forger.close()
    assert not is_booked(stripe, request)


def test_a_request_altered_under_the_same_key_of_its_own_is_refused_by_stripe(stripe: Rig) -> None:
    told: dict[str, Any] = {
        "amount": 1999, "currency": "eur", "payment_method": "pm_card", "confirm": "true",
        "metadata[payment_id]": str(uuid4()),
    }  # fmt: skip
    headers = {"Authorization": f"Bearer {STRIPE_KEY}", "Idempotency-Key": str(uuid4())}
    first = stripe.direct.post("/v1/payment_intents", data=told, headers=headers)
    again = stripe.direct.post("/v1/payment_intents", data=told, headers=headers)
    assert (first.status_code, again.json()["id"]) == (200, first.json()["id"]), "sent again, it is the same"
    altered = stripe.direct.post("/v1/payment_intents", data=told | {"amount": 1}, headers=headers)
    assert altered.status_code in (400, 409)
    assert altered.json()["error"]["type"] == "idempotency_error"
