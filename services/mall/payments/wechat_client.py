"""WeChat Pay's API v3 by the library ``wechatpayv3``, on a connection of ours that believes signed answers alone.

The library builds the requests; it verifies no refusal and hides what failed, so what it sends goes through ``_Wire``.
"""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

import httpx
from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.utils import aes_decrypt, build_authorization, load_private_key, load_public_key

LOOPBACK = ("127.0.0.1", "localhost", "::1")
GATEWAY = "https://api.mch.weixin.qq.com"
ALGORITHM = "WECHATPAY2-SHA256-RSA2048"
OLDEST_SECONDS = 300
NOT_THERE = ("ORDER_NOT_EXIST", "RESOURCE_NOT_EXISTS", "NOT_FOUND")


class WechatAccount(NamedTuple):
    """A merchant at WeChat Pay. ``serial`` is that of its certificate, ``public_key`` is WeChat Pay's, with its id."""

    mchid: str
    appid: str
    serial: str
    private_key: str
    apiv3_key: str
    public_key: str
    public_key_id: str
    scene: str


def ensure_keys(account: WechatAccount) -> None:
    """ValueError names the setting whose content is not what the library can use."""
    for load, content, name in (
        (load_private_key, account.private_key, "payments_key"),
        (load_public_key, account.public_key, "payments_public_key"),
    ):
        try:
            load(content)
        except Exception:  # noqa: BLE001 - the library raises nothing more exact
            raise ValueError(f"{name}: an RSA key as PEM") from None
    if len(account.apiv3_key.encode()) != 32:
        raise ValueError("payments_secret: the APIv3 key, which has 32 characters")


class Answer(NamedTuple):
    """What came back: a document or the bytes of a file, or why there is none."""

    kind: Literal["told", "unknown", "absent", "refused"] = "unknown"
    reason: str = ""
    document: dict[str, Any] | None = None
    content: bytes = b""


class WechatApi:
    """One merchant. Worker threads share it."""

    def __init__(self, account: WechatAccount, base_url: str = "", timeout_seconds: float = 5.0) -> None:
        self.account = account
        self._client: Any = WeChatPay(
            WeChatPayType.NATIVE, account.mchid, account.private_key, account.serial, account.appid, account.apiv3_key,
            public_key=account.public_key, public_key_id=account.public_key_id,
        )  # fmt: skip
        self._core = self._client._core
        self._wire = _Wire(self._core, account, base_url or GATEWAY, timeout_seconds, self.is_true)
        self._client._core = self._wire

    def close(self) -> None:
        """Closes the connections."""
        self._wire.close()

    def ask(self, call: Callable[[Any], Answer]) -> Answer:
        """What WeChat Pay says to a call of the library. A failing network is ``unknown``."""
        return call(self._client)

    def is_true(self, headers: Mapping[str, str], body: str) -> bool:
        """Whether WeChat Pay has signed this within the last five minutes. Names of headers are in small letters."""
        if headers.get("wechatpay-signature-type") != ALGORITHM:
            return False
        if headers.get("wechatpay-serial") != self.account.public_key_id or not headers.get("wechatpay-signature"):
            return False  # another serial would have the library fetch certificates for whoever asks
        sent_at = headers.get("wechatpay-timestamp", "")
        if not (sent_at.isascii() and sent_at.isdecimal()) or abs(time.time() - int(sent_at)) > OLDEST_SECONDS:
            return False
        return bool(self._core._verify_signature(headers, body))

    def opened(self, resource: Mapping[str, Any]) -> Any:
        """What a callback carries, sealed under the key of the merchant. ValueError when it is not sealed so."""
        if resource.get("algorithm") != "AEAD_AES_256_GCM":
            raise ValueError("algorithm is not AEAD_AES_256_GCM")
        sealed = [str(resource.get(name) or "") for name in ("nonce", "ciphertext", "associated_data")]
        text = aes_decrypt(*sealed, self.account.apiv3_key)
        if text is None:
            raise ValueError("resource is not sealed under our key")
        return json.loads(text)


class _Wire:
    """Stands where the library has its own connection."""

    def __init__(
        self, core: Any, account: WechatAccount, base_url: str, timeout_seconds: float,
        is_true: Callable[[Mapping[str, str], str], bool],
    ) -> None:  # fmt: skip
        self._core, self._account, self._is_true, self._gate_way = core, account, is_true, base_url
        self._client = httpx.Client(
            base_url=base_url, timeout=httpx.Timeout(timeout_seconds, connect=2.0),
            limits=httpx.Limits(max_connections=32, max_keepalive_connections=16, keepalive_expiry=3.0),
            trust_env=urlsplit(base_url).hostname not in LOOPBACK,
        )  # fmt: skip

    def close(self) -> None:
        self._client.close()

    def request(
        self, path: str, method: Any = None, data: Any = None, skip_verify: bool = False, cipher_data: bool = False
    ) -> Answer:  # fmt: skip
        """What the library calls to send something. ``skip_verify`` is for files, which are not signed."""
        del cipher_data
        verb, body = "GET" if method is None else str(method.value), json.dumps(data) if data else ""
        authorization = build_authorization(
            path, verb, self._account.mchid, self._account.serial, self._core._private_key, data=body
        )
        headers = {"Authorization": authorization, "Accept": "application/json", "Content-Type": "application/json",
                   "Wechatpay-Serial": self._account.public_key_id}  # fmt: skip
        try:
            response = self._client.request(verb, path, content=body.encode() or None, headers=headers)
        except httpx.HTTPError as failure:
            return Answer("unknown", f"no answer: {type(failure).__name__}")
        if skip_verify:
            found = response.status_code == 200
            return Answer("told" if found else "unknown", f"HTTP {response.status_code}", content=response.content)
        return self._answer(verb, response)

    def _answer(self, verb: str, response: httpx.Response) -> Answer:
        status, why = response.status_code, f"no usable answer: HTTP {response.status_code}"
        headers = {name.lower(): value for name, value in response.headers.items()}
        try:
            document = json.loads(response.content) if response.content else {}
        except (ValueError, RecursionError):
            return Answer("unknown", why)
        if not isinstance(document, dict) or not self._is_true(headers, response.text):
            return Answer("unknown", f"{why}, not signed")
        code = document.get("code")
        if 200 <= status < 300:
            return Answer("told", document=document)
        if status in (401, 429) or not 400 <= status < 500 or not isinstance(code, str):
            return Answer("unknown", why)
        return Answer("absent" if verb == "GET" and code in NOT_THERE else "refused", code)
