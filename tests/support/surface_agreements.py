"""An accepted example of each operation about agreements of sellers and communities."""

from typing import Any
from uuid import UUID

from tests.support.everybody import Answer, Everybody
from tests.support.surface import Call, Example
from tests.support.surface_goods import Offer, offer

BEGINS, ENDS = "2098-01-01T00:00:00Z", "2099-01-01T00:00:00Z"


def terms(offered: Offer, **changes: Any) -> Answer:
    """What a seller offers to the community that shows her goods."""
    told: Answer = {
        "seller_id": offered.seller_id, "group_id": str(offered.group.group_id), "pool_bps": 2_000,
        "listing_ids": [offered.listing_id], "floor_minor": 100, "currency": "EUR", "notice_days": 30,
    }  # fmt: skip
    return told | changes


def negotiated(everybody: Everybody, *, is_accepted: bool = False) -> tuple[Offer, Answer]:
    """An offer of the seller that waits for an answer, or was accepted; the path of it."""
    offered = offer(everybody)
    made = everybody.do(offered.seller, "/mall/agreements", **terms(offered))
    path = {name: made[name] for name in ("agreement_id", "offer_id")}
    if is_accepted:
        where = f"/mall/agreements/{path['agreement_id']}/offers/{path['offer_id']}/acceptance"
        everybody.do(offered.group.owner, where)
    everybody.settle()
    return offered, path


def _offer(everybody: Everybody, by: UUID) -> Call:
    offered = offer(everybody)
    body = terms(offered, territory=["CN", "DE"], starts_at=BEGINS, ends_at=ENDS)
    return Call(by=offered.seller, body=body, other_body=body | {"pool_bps": 1_500}, other=offered.group.leader)


def _answered(*, by_owner: bool) -> Example:
    def example(everybody: Everybody, by: UUID) -> Call:
        offered, path = negotiated(everybody)
        asks = offered.group.owner if by_owner else offered.seller
        return Call(by=asks, path=dict(path), other=offered.group.leader)

    return example


def _of_agreement(*, is_paged: bool = False) -> Example:
    def example(everybody: Everybody, by: UUID) -> Call:
        offered, path = negotiated(everybody, is_accepted=True)
        body: Answer = {"limit": 10} if is_paged else {}
        of_it = {"agreement_id": path["agreement_id"]}
        return Call(by=offered.seller, path=of_it, body=body, other=offered.group.leader)

    return example


def _agreements(everybody: Everybody, by: UUID) -> Call:
    offered, _ = negotiated(everybody)
    body: Answer = {"party_id": str(offered.group.group_id), "limit": 10}
    return Call(by=offered.group.owner, body=body, other=offered.group.leader)


EXAMPLES: dict[str, Example] = {
    "offer_agreement": _offer,
    "accept_agreement": _answered(by_owner=True),
    "decline_agreement": _answered(by_owner=True),
    "withdraw_agreement": _answered(by_owner=False),
    "end_agreement": _of_agreement(),
    "agreements": _agreements,
    "agreement": _of_agreement(),
    "agreement_history": _of_agreement(is_paged=True),
}
