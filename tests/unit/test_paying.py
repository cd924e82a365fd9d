"""Which payment provider is opened, and what its settings must be."""

from contextlib import ExitStack
from typing import Any

import pytest

from services.mall.payments.http_provider import HttpProvider
from services.paying import OnlySimulated, called, provider_in
from services.settings import BadPaymentsSecret, BadSetting, SettingMissing, Settings
from tests.support.payment_rigs import APIV3_KEY, rsa_pair
from tests.support.payments import SECRET

STRIPE = {"payments": "stripe", "payments_key": "sk_test_x", "payments_secret": SECRET}
SIMULATED = {"simulator_url": "http://127.0.0.1:2", "simulator_secret": SECRET}
ACCOUNT = "1900000109 wx1 444F PUB_KEY_ID_1 1009"


@pytest.fixture(scope="module")
def wechat() -> dict[str, str]:
    ours, theirs = rsa_pair()
    return {"payments": "wechat", "payments_account": ACCOUNT, "payments_key": ours, "payments_public_key": theirs,
            "payments_secret": APIV3_KEY}  # fmt: skip


def opened(**told: Any) -> dict[str, Any]:
    with ExitStack() as held:
        return provider_in(held, Settings(**told))


def test_where_nobody_is_named_there_is_none() -> None:
    assert opened() == {}


def test_each_provider_is_opened_by_its_settings(wechat: dict[str, str]) -> None:
    own = opened(payments_url="http://127.0.0.1:1", payments_secret=SECRET)
    assert isinstance(own["provider"], HttpProvider)
    assert type(opened(**STRIPE)["provider"]).__name__ == "StripeProvider"
    assert type(opened(**wechat)["provider"]).__name__ == "WechatProvider"
    assert opened(**STRIPE, payments_capture="manual")["payments_capture"] == "manual"
    assert called(Settings(**STRIPE)) == "Stripe"


def test_the_simulated_provider_is_for_a_sandbox() -> None:
    told = {**SIMULATED, "sandbox": True}
    assert isinstance(opened(**told)["provider"], HttpProvider)
    assert opened(**told)["callback_secret"] == SECRET
    assert called(Settings(**told)) == "simulated, no real money (http://127.0.0.1:2)"
    with pytest.raises(BadPaymentsSecret, match="AGORA_SIMULATOR_SECRET"):
        opened(**{**told, "simulator_secret": ""})


def test_where_people_are_real_nobody_pays_at_the_simulated_provider() -> None:
    with pytest.raises(OnlySimulated, match="AGORA_SANDBOX is off"):
        opened(**SIMULATED)


@pytest.mark.parametrize("sandbox", [True, False])
def test_a_provider_that_is_named_goes_before_the_simulated_one(sandbox: bool) -> None:
    assert type(opened(**SIMULATED, **STRIPE, sandbox=sandbox)["provider"]).__name__ == "StripeProvider"
    named = {"payments_url": "http://127.0.0.1:1", "payments_secret": "whsec_bmFtZWQ="}
    assert opened(**SIMULATED, **named, sandbox=sandbox)["callback_secret"] == "whsec_bmFtZWQ="
    with pytest.raises(BadPaymentsSecret, match="AGORA_PAYMENTS_SECRET"):
        opened(**SIMULATED, **{**named, "payments_secret": ""}, sandbox=sandbox)


@pytest.mark.parametrize("missing", ["payments_key", "payments_secret"])
def test_stripe_needs_its_key_and_the_secret_of_its_endpoint(missing: str) -> None:
    with pytest.raises(SettingMissing, match=f"AGORA_{missing.upper()}"):
        opened(**{**STRIPE, missing: ""})


@pytest.mark.parametrize("missing", ["payments_account", "payments_key", "payments_public_key", "payments_secret"])
def test_wechat_pay_needs_all_of_its_settings(wechat: dict[str, str], missing: str) -> None:
    with pytest.raises(SettingMissing, match=f"AGORA_{missing.upper()}"):
        opened(**{**wechat, missing: ""})


@pytest.mark.parametrize("wrong", ["payments_key", "payments_public_key", "payments_secret"])
def test_keys_that_are_none_are_named_and_not_shown(wechat: dict[str, str], wrong: str) -> None:
    with pytest.raises(BadSetting, match=f"AGORA_{wrong.upper()}") as refused:
        opened(**{**wechat, wrong: "hunter2"})
    assert "hunter2" not in refused.value.detail


def test_wechat_pay_authorises_nothing(wechat: dict[str, str]) -> None:
    with pytest.raises(BadSetting, match="AGORA_PAYMENTS_CAPTURE"):
        opened(**wechat, payments_capture="manual")


def test_only_wechat_pay_splits_and_as_much_as_it_was_granted(wechat: dict[str, str]) -> None:
    assert opened(**wechat)["provider"].splits is None
    assert opened(**wechat, payments_split=40)["provider"].splits.limits.most_bps == 4_000
    with pytest.raises(BadSetting, match="AGORA_PAYMENTS_SPLIT"):
        opened(**STRIPE, payments_split=40)
