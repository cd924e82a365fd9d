"""Finding at Stripe what has an id of ours in its metadata.

Refunds of a payment and transfers of a group stand in lists, which are always current. A payment is asked for by
Stripe's own id of it, once Stripe has said that. One of which Stripe never said anything is found by asking for it
again under the same Idempotency-Key; where nobody asks for it any more, by search, which may be a minute late and is
bounded to twenty a second, and then among those of the last hour. ``absent`` is said when all of it was looked through.
"""

import time
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from stripe import StripeClient

from services.mall.payments.references import References
from services.mall.payments.stripe_client import Answer, StripeApi

SEARCH_LAG_SECONDS: Final = 3_600
MOST_PAGES: Final = 50
Document = dict[str, Any]


class StripeFinding:
    """Payments, refunds and transfers of one account, by our ids."""

    def __init__(self, api: StripeApi, references: References) -> None:
        self._api, self._references = api, references

    def payment(self, payment_id: UUID, again: bool = False) -> Answer:
        """The PaymentIntent of a payment as it stands now; ``again``: it is asked for anew when it is absent."""
        if reference := self._references.of(payment_id):
            found = self.intent(reference)  # what Stripe had is not absent: another account, or another key
            return found._replace(kind="unknown") if found.kind == "absent" else found
        if again:
            return Answer("absent", "not_looked_for")
        found = self._sought_payment(payment_id)
        self.saw(payment_id, found)
        return found

    def saw(self, payment_id: UUID, found: Answer) -> None:
        """Remembers what Stripe calls the payment, where it has said so."""
        if reference := str((found.document or {}).get("id") or ""):
            self._references.saw(payment_id, reference)

    def _sought_payment(self, payment_id: UUID) -> Answer:
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
