"""Stripe's own library, asked so that no outcome is hidden: one try, a time-out, and what came back as an answer."""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple, TypeVar
from urllib.parse import urlsplit

import requests
import stripe
from stripe import RequestOptions, StripeClient, StripeError, StripeObject

LOOPBACK = ("127.0.0.1", "localhost", "::1")
CONNECT_SECONDS = 2.0
_OURS = {"balance_insufficient": "insufficient_balance"}
"""Words of Stripe for which the mall has one of its own."""
_Found = TypeVar("_Found", bound=StripeObject)


class Answer(NamedTuple):
    """What came back: a document, or why there is none. ``held``: the key was used with another request."""

    kind: Literal["told", "unknown", "absent", "refused", "held"] = "unknown"
    reason: str = ""
    document: dict[str, Any] | None = None


class StripeApi:
    """One account at Stripe. Worker threads share it: connections are kept by the library, one set a thread."""

    def __init__(self, key: str, base_url: str = "", timeout_seconds: float = 5.0) -> None:
        stripe.enable_telemetry = False  # how long we waited for Stripe is nobody's business
        self._session = _session(base_url)
        http = stripe.RequestsClient(timeout=(CONNECT_SECONDS, timeout_seconds), session=self._session)
        addresses: Any = {"api": base_url} if base_url else None
        self._client = StripeClient(key, base_addresses=addresses, max_network_retries=0, http_client=http)

    def close(self) -> None:
        """Closes the connections."""
        self._session.close()

    def ask(self, call: Callable[[StripeClient], _Found]) -> Answer:
        """What Stripe says; a refusal counts only as Stripe writes one. A failing network is ``unknown``."""
        try:
            return Answer("told", document=call(self._client).to_dict())
        except stripe.CardError as declined:
            return _declined(declined)
        except stripe.IdempotencyError:
            return Answer("held", "key_reused")
        except stripe.InvalidRequestError as refused:
            return _refused(refused)
        except StripeError as failure:
            return Answer("unknown", f"no usable answer: {type(failure).__name__}")


def once(key: str) -> RequestOptions:
    """Asked for under this key, so that it is done once."""
    return {"idempotency_key": key}


def _session(base_url: str) -> requests.Session:
    session = requests.Session()
    session.trust_env = urlsplit(base_url).hostname not in LOOPBACK  # a proxy does not find a neighbour
    return session


def _refused(error: stripe.InvalidRequestError) -> Answer:
    code = _OURS.get(error.code or "", error.code or "invalid_request")
    return Answer("absent" if error.http_status == 404 and code == "resource_missing" else "refused", code)


def _declined(error: stripe.CardError) -> Answer:
    """The card was declined; the error carries the payment as it stands."""
    body: Any = error.json_body
    said = body.get("error", {}) if isinstance(body, dict) else {}
    intent = said.get("payment_intent")
    if isinstance(intent, dict):
        return Answer("told", document=intent)
    return Answer("refused", str(said.get("decline_code") or error.code or "declined"))
