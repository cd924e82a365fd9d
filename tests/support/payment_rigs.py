"""Each adapter of the payment port with a local server that speaks the protocol of its provider, as a program."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from services.mall.payments.http_provider import HttpProvider
from services.mall.payments.port import CallbackEvent, PaymentRequest, RefundRequest, verify_callback
from services.mall.payments.transfers import TransferRequest
from simulators.payments.running import Running
from tests.support.callback_receiver import CallbackReceiver
from tests.support.payments import SECRET

STRIPE_KEY, APIV3_KEY = "sk_test_of_nobody", "0123456789abcdef0123456789abcdef"
Read = Callable[[Mapping[str, str], bytes], CallbackEvent | None]


@dataclass
class Rig:
    """A provider to be asked, what reads its callbacks, and its script."""

    name: str
    provider: Any
    read: Read
    direct: httpx.Client
    url: str
    currency: str = "EUR"
    prefix: str = ""
    receiver: CallbackReceiver | None = None
    references: Any = None
    ahead: timedelta = timedelta()

    def hear(self, receiver: CallbackReceiver) -> None:
        """Callbacks go to this receiver from now on."""
        self.receiver = receiver
        if self.name == "stripe":
            key = {"Authorization": f"Bearer {STRIPE_KEY}"}
            self.direct.post("/v1/webhook_endpoints", data={"url": receiver.url}, headers=key).raise_for_status()

    def payment(self, method: str = "card", amount_minor: int = 1999) -> PaymentRequest:
        return PaymentRequest(uuid4(), amount_minor, self.currency, self.prefix + method, self._callback_url)

    def refund(self, payment_id: UUID, amount_minor: int) -> RefundRequest:
        return RefundRequest(uuid4(), payment_id, amount_minor, self._callback_url)

    def transfer(self, destination: str = "acct_maria", amount_minor: int = 700) -> TransferRequest:
        return TransferRequest(uuid4(), destination, amount_minor, self.currency, self._callback_url)

    def heard(self) -> CallbackEvent:
        """The next callback that decides something."""
        assert self.receiver is not None
        while True:
            received = self.receiver.next()
            event = self.read(received.headers, received.body)
            if event is not None:
                return event

    def ask_stripe(self, path: str, **fields: object) -> httpx.Response:
        """As the buyer's page does, with the secret of her payment; or as another program with the key."""
        headers = {"Authorization": f"Bearer {STRIPE_KEY}", "Idempotency-Key": str(uuid4())}
        return self.direct.post(f"/v1/payment_intents{path}", data=fields, headers=headers)

    def fault(self, *faults: str) -> None:
        self.direct.post("/script", json={"faults": faults}).raise_for_status()

    def pass_time(self, **so_much: int) -> None:
        """Splits of the server, and of the adapter, take place so much later."""
        self.set_ahead(self.ahead + timedelta(**so_much))

    def set_ahead(self, ahead: timedelta) -> None:
        """Their time is so far ahead of the true one."""
        self.ahead = ahead
        told = {"days": ahead.days, "seconds": ahead.seconds}
        self.direct.post("/clock", json=told).raise_for_status()

    def captured(self, method: str = "card", amount_minor: int = 1999) -> PaymentRequest:
        """A payment that is captured, and asked until it says so."""
        request = self.payment(method, amount_minor)
        self.provider.request_payment(request)
        self.until(lambda: self.provider.payment(request.payment_id), "captured")
        return request

    def until(self, ask: Callable[[], Any], status: str) -> Any:
        """Asks until it stands so."""
        for _ in range(2_000):
            outcome = ask()
            if outcome.status == status:
                return outcome
        raise AssertionError(f"never {status}, last seen: {outcome}")

    @property
    def _callback_url(self) -> str:
        return self.receiver.url if self.receiver else "http://127.0.0.1:9/"


@contextmanager
def rig_of(name: str, timeout_seconds: float = 2.0) -> Iterator[Rig]:
    """The adapter of this name and its server, both until the end of the block."""
    with RIGS[name](timeout_seconds) as rig:
        yield rig
        rig.provider.close()
        rig.direct.close()


@contextmanager
def _own(timeout_seconds: float) -> Iterator[Rig]:
    with Running(SECRET) as running:
        read: Read = lambda headers, body: verify_callback(headers, body, SECRET)  # noqa: E731
        yield Rig("own", HttpProvider(running.url, timeout_seconds), read, _direct(running.url), running.url)


@contextmanager
def _stripe(timeout_seconds: float) -> Iterator[Rig]:
    from services.mall.payments.references import References
    from services.mall.payments.stripe_callbacks import StripeCallbacks
    from services.mall.payments.stripe_client import StripeApi
    from services.mall.payments.stripe_provider import StripeProvider

    with Running(SECRET, program="simulators.stripe", PAYMENT_SIMULATOR_KEY=STRIPE_KEY) as running:
        references = References()
        provider = StripeProvider(StripeApi(STRIPE_KEY, running.url, timeout_seconds), references)
        read, direct = StripeCallbacks(provider, SECRET).read, _direct(running.url)
        yield Rig("stripe", provider, read, direct, running.url, prefix="pm_", references=references)


@contextmanager
def splitting(timeout_seconds: float = 2.0) -> Iterator[Rig]:
    """WeChat Pay for a merchant that may split, and splits all of its orders."""
    from services.mall.payments.wechat_splits import WechatSplits

    with _wechat(timeout_seconds) as rig:
        splits = WechatSplits(rig.provider._api, now=lambda: datetime.now(UTC) + rig.ahead)
        rig.provider.splits = splits
        yield rig
        rig.provider.close()
        rig.direct.close()


@contextmanager
def _wechat(timeout_seconds: float) -> Iterator[Rig]:
    from services.mall.payments.wechat_bills import WechatBills
    from services.mall.payments.wechat_callbacks import WechatCallbacks
    from services.mall.payments.wechat_client import WechatAccount, WechatApi
    from services.mall.payments.wechat_provider import WechatProvider

    (ours, ours_public), (theirs, theirs_public) = rsa_pair(), rsa_pair()
    account = WechatAccount("1900000109", "wx0000000000000001", "444F4864EA9B34415", ours, APIV3_KEY, theirs_public,
                            "PUB_KEY_ID_0001", "1009")  # fmt: skip
    told = {
        "PAYMENT_SIMULATOR_MERCHANT": f"{account.mchid} {account.appid} {account.serial} {account.public_key_id}",
        "PAYMENT_SIMULATOR_MERCHANT_KEY": ours_public, "PAYMENT_SIMULATOR_PLATFORM_KEY": theirs,
    }  # fmt: skip
    with Running(APIV3_KEY, program="simulators.wechat", **told) as running:
        api = WechatApi(account, running.url, timeout_seconds)
        bills = WechatBills(api, lambda: datetime.now(UTC) + timedelta(days=3))  # when those of today are ready
        provider, read = WechatProvider(api, bills), WechatCallbacks(api).read
        yield Rig("wechat", provider, read, _direct(running.url), running.url, currency="CNY")


def rsa_pair() -> tuple[str, str]:
    """A private key and its public one, as PEM."""
    key = generate_private_key(65_537, 2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private.decode(), key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _direct(url: str) -> httpx.Client:
    return httpx.Client(base_url=url, trust_env=False)


RIGS: dict[str, Any] = {"own": _own, "stripe": _stripe, "wechat": _wechat}
