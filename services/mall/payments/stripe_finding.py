"""Finding at Stripe what has an id of ours in its metadata.

Refunds of a payment and transfers of a group stand in lists, which are always current. Payments are found by search,
which may be late, and then among those of the last hour. ``absent`` is said when all of it was looked through.
"""

import time
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from stripe import StripeClient

from services.mall.payments.stripe_client import Answer, StripeApi

SEARCH_LAG_SECONDS: Final = 3_600
MOST_PAGES: Final = 50
Document = dict[str, Any]


class StripeFinding:
    """Payments, refunds and transfers of one account, by our ids."""

    def __init__(self, api: StripeApi) -> None:
        self._api = api

    def payment(self, payment_id: UUID) -> Answer:
        """The PaymentIntent of a payment as it stands now."""
        query = f"metadata['payment_id']:'{payment_id}'"
        found = self._api.ask(lambda stripe: stripe.v1.payment_intents.search({"query": query, "limit": 1}))
        listed = listed_in(found)
        if listed is None:
            return Answer("unknown", found.reason)
        if listed:  # what a search shows may be older than what is
            return self.intent(str(listed[0].get("id")))
        since: Document = {"created": {"gte": int(time.time()) - SEARCH_LAG_SECONDS}}
        return self._sought(
            "payment_id", payment_id, since, lambda stripe, params: stripe.v1.payment_intents.list(params)
        )

    def intent(self, intent_id: str) -> Answer:
        """A PaymentIntent by Stripe's own id."""
        return self._api.ask(lambda stripe: stripe.v1.payment_intents.retrieve(intent_id))

    def refund(self, refund_id: UUID, intent_id: str) -> Answer:
        """A refund among those of its PaymentIntent."""
        of_intent: Document = {"payment_intent": intent_id}
        return self._sought("refund_id", refund_id, of_intent, lambda stripe, params: stripe.v1.refunds.list(params))

    def transfer(self, transfer_id: UUID) -> Answer:
        """A transfer, whose group is named after it."""
        group: Document = {"transfer_group": str(transfer_id)}
        return self._sought("transfer_id", transfer_id, group, lambda stripe, params: stripe.v1.transfers.list(params))

    def _sought(
        self, name: str, our_id: UUID, params: Document, page: Callable[[StripeClient, Any], Any]
    ) -> Answer:  # fmt: skip
        asked = {"limit": 100, **params}
        for _ in range(MOST_PAGES):
            found = self._api.ask(lambda stripe: page(stripe, asked))
            listed = listed_in(found)
            if listed is None:
                return Answer("unknown", found.reason)
            for one in listed:
                if (one.get("metadata") or {}).get(name) == str(our_id):
                    return Answer("told", document=one)
            if not (found.document or {}).get("has_more") or not listed:
                return Answer("absent", "nowhere_listed")
            asked["starting_after"] = str(listed[-1].get("id"))
        return Answer("unknown", "too many to look through")


def listed_in(found: Answer) -> list[Document] | None:
    """What stands in a list; None where there is none."""
    listed = (found.document or {}).get("data")
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        return None
    return listed
