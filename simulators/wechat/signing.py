"""Signatures of API v3: the merchant's are verified, WeChat Pay's are made, and what is called back is sealed."""

import base64
import re
import secrets
import time
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

SCHEME = "WECHATPAY2-SHA256-RSA2048"
_FIELD = re.compile(r'(\w+)="([^"]*)"')
OLDEST_SECONDS = 300


@dataclass(frozen=True)
class Merchant:
    """One merchant, and the key that WeChat Pay signs with for it."""

    mchid: str
    appid: str
    serial: str
    public_key_id: str
    apiv3_key: str
    public_key: RSAPublicKey
    platform_key: RSAPrivateKey

    @classmethod
    def read(cls, told: str, apiv3_key: str, public_pem: str, platform_pem: str) -> "Merchant":
        """``told`` has mchid, appid, serial and the id of the public key, with spaces between them."""
        public, platform = load_pem_public_key(public_pem.encode()), load_pem_private_key(platform_pem.encode(), None)
        if not isinstance(public, RSAPublicKey) or not isinstance(platform, RSAPrivateKey):
            raise ValueError("the keys are not RSA")
        mchid, appid, serial, public_key_id = told.split()
        return cls(mchid, appid, serial, public_key_id, apiv3_key, public, platform)

    def has_signed(self, authorization: str, method: str, path: str, body: str) -> bool:
        """Whether the merchant has signed this request within the last five minutes."""
        scheme, _, rest = authorization.partition(" ")
        said = dict(_FIELD.findall(rest))
        if scheme != SCHEME or (said.get("mchid"), said.get("serial_no")) != (self.mchid, self.serial):
            return False
        timestamp, nonce = said.get("timestamp", ""), said.get("nonce_str", "")
        if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > OLDEST_SECONDS:
            return False
        signed = f"{method}\n{path}\n{timestamp}\n{nonce}\n{body}\n"
        try:
            self.public_key.verify(base64.b64decode(said.get("signature", "")), signed.encode(), PKCS1v15(), SHA256())
        except (InvalidSignature, ValueError):
            return False
        return True

    def signed(self, body: str, at: int | None = None, is_true: bool = True) -> dict[str, str]:
        """The headers that prove a body; a wrong signature when it is not to be true."""
        timestamp, nonce = str(at or int(time.time())), secrets.token_hex(16)
        proved = body if is_true else f"{body} "
        signature = self.platform_key.sign(f"{timestamp}\n{nonce}\n{proved}\n".encode(), PKCS1v15(), SHA256())
        return {
            "Wechatpay-Timestamp": timestamp, "Wechatpay-Nonce": nonce, "Wechatpay-Serial": self.public_key_id,
            "Wechatpay-Signature": base64.b64encode(signature).decode(), "Wechatpay-Signature-Type": SCHEME,
        }  # fmt: skip

    def sealed(self, text: str, kind: str) -> dict[str, str]:
        """A text under the merchant's key, as callbacks carry it."""
        nonce = secrets.token_hex(6)
        closed = AESGCM(self.apiv3_key.encode()).encrypt(nonce.encode(), text.encode(), kind.encode())
        return {
            "original_type": kind, "algorithm": "AEAD_AES_256_GCM", "associated_data": kind, "nonce": nonce,
            "ciphertext": base64.b64encode(closed).decode(),
        }  # fmt: skip
