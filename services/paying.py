"""The payment provider that the settings name: its adapter, and what reads its callbacks.

The library of a provider takes memory, so it is loaded where it is used alone.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from services.kernel.refusals import Malformed
from services.mall.payments.http_provider import HttpProvider
from services.mall.payments.port import can_verify
from services.settings import BadPaymentsSecret, BadSetting, Settings, without_credentials

if TYPE_CHECKING:
    from services.mall.payments.wechat_client import WechatAccount, WechatApi

NAMES = {"stripe": "Stripe", "wechat": "WeChat Pay"}
Extras = dict[str, Any]


class OnlySimulated(Malformed):
    """A platform that is no sandbox knows the simulated provider alone."""

    sentence = (
        "AGORA_SANDBOX is off, and no payment provider is named but the simulated one, which moves no money; set "
        "AGORA_PAYMENTS or AGORA_PAYMENTS_URL, or AGORA_SANDBOX=true for a platform to try things on."
    )


def provider_in(held: ExitStack, settings: Settings) -> Extras:
    """What the mall needs to be paid, which ends with the stack; nothing where no provider is named.

    Raises SettingMissing, BadSetting, BadPaymentsSecret, OnlySimulated.
    """
    known: dict[str, Callable[[Settings], Extras]] = {"stripe": _stripe, "wechat": _wechat}
    if settings.payments_split and settings.payments != "wechat":
        raise BadSetting(name="AGORA_PAYMENTS_SPLIT", given=str(settings.payments_split), takes="0 but with WeChat Pay")
    if settings.payments:
        extras = known[settings.payments](settings)
    elif settings.payments_url:
        extras = _own(settings, "AGORA_PAYMENTS")
    elif settings.simulator_url:
        extras = _simulated(settings)
    else:
        return {}
    held.callback(extras["provider"].close)
    return extras | {"payments_capture": settings.payments_capture}


def called(settings: Settings) -> str:
    """How the provider is named to who starts the platform."""
    named = NAMES.get(settings.payments) or without_credentials(settings.payments_url)
    return named or f"simulated, no real money ({without_credentials(settings.simulator_url)})"


def _simulated(settings: Settings) -> Extras:
    if not settings.sandbox:
        raise OnlySimulated()
    simulator = replace(settings, payments_url=settings.simulator_url, payments_secret=settings.simulator_secret)
    return _own(simulator, "AGORA_SIMULATOR")


def _own(settings: Settings, name: str) -> Extras:
    """A provider of Agora's own protocol; ``name`` begins the variables that say which."""
    if not can_verify(settings.payments_secret):
        raise BadPaymentsSecret(name=name)
    return {"provider": HttpProvider(settings.payments_url), "callback_secret": settings.payments_secret}


def _stripe(settings: Settings) -> Extras:
    from services.mall.payments.references import References
    from services.mall.payments.stripe_callbacks import StripeCallbacks
    from services.mall.payments.stripe_client import StripeApi
    from services.mall.payments.stripe_provider import StripeProvider

    key, secret = settings.needed("payments_key", "Stripe"), settings.needed("payments_secret", "Stripe")
    references = References()
    provider = StripeProvider(StripeApi(key, settings.payments_url), references)
    return {
        "provider": provider, "references": references, "read_callback": StripeCallbacks(provider, secret).read,
    }  # fmt: skip


def _wechat(settings: Settings) -> Extras:
    from services.mall.payments.wechat_bills import WechatBills
    from services.mall.payments.wechat_callbacks import WechatCallbacks
    from services.mall.payments.wechat_provider import WechatProvider
    from services.mall.payments.wechat_splits import WechatSplits

    if settings.payments_capture == "manual":
        raise BadSetting(name="AGORA_PAYMENTS_CAPTURE", given="manual", takes="automatic with WeChat Pay")
    api = _wechat_api(settings)
    splits = WechatSplits(api, settings.payments_split * 100) if settings.payments_split else None
    return {"provider": WechatProvider(api, WechatBills(api), splits), "read_callback": WechatCallbacks(api).read}


def _wechat_api(settings: Settings) -> "WechatApi":
    from services.mall.payments.wechat_client import WechatApi, ensure_keys

    account = _wechat_account(settings)
    try:
        ensure_keys(account)
    except ValueError as wrong:
        name, _, takes = str(wrong).partition(": ")
        raise BadSetting(name=f"AGORA_{name.upper()}", given="something else", takes=takes) from None
    return WechatApi(account, settings.payments_url)


def _wechat_account(settings: Settings) -> "WechatAccount":
    from services.mall.payments.wechat_client import WechatAccount

    what = NAMES["wechat"]
    mchid, appid, serial, public_key_id, scene = settings.needed("payments_account", what).split()
    return WechatAccount(
        mchid, appid, serial, settings.needed("payments_key", what), settings.needed("payments_secret", what),
        settings.needed("payments_public_key", what), public_key_id, scene,
    )  # fmt: skip
