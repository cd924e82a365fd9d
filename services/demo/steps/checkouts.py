"""Ordering and paying: what every chapter does in which somebody buys."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.demo.checks import WHOLE_BPS, Sale, split
from services.demo.client import Answer
from services.demo.story import LINKS, OFFERED, Story

ADDRESS = "杭州市西湖区龙井路1号"


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many pieces of something: through the shelf of a group, by a link, or by neither; a ticket with its seats."""

    goods: str
    quantity: int = 1
    group: str | None = None
    link: str | None = None
    post: str | None = None
    registration_id: str | None = None


async def open_checkout(story: Story, part: str, wanted: Sequence[Wanted], method: str = "card") -> Answer:
    """Order and reserve; the payment is under way. Raises Refused."""
    lines = [_line(story, one) for one in wanted]
    total = sum(one.quantity * OFFERED[one.goods].price_minor for one in wanted)
    opened = await story[part].do(
        "/mall/checkouts", lines=lines, payment_method=method, delivery_address=ADDRESS
    )  # fmt: skip
    story.checks.same(f"total of the checkout of {story[part].name}", total, opened["total_minor"])
    return opened


async def outcome(story: Story, part: str, checkout_id: str, wanted: str) -> Answer:
    """The checkout, once the payment provider has told how it went. Raises NeverCame."""
    path = f"/mall/checkouts/{checkout_id}"
    return await story[part].sees(path, f"the checkout is {wanted}", lambda seen: seen["state"] == wanted)


async def pay(story: Story, part: str, wanted: Sequence[Wanted], method: str = "card") -> list[Sale]:
    """Order, pay, and note what was sold with the shares that it must have. Raises Refused, NeverCame."""
    opened = await open_checkout(story, part, wanted, method)
    return await paid(story, part, opened["checkout_id"], wanted)


async def paid(story: Story, part: str, checkout_id: str, wanted: Sequence[Wanted]) -> list[Sale]:
    """What was sold by a checkout that is being paid; every share is compared. Raises NeverCame."""
    seen = await outcome(story, part, checkout_id, "paid")
    story.checks.same(f"captured from {story[part].name}", seen["total_minor"], seen["captured_minor"])
    sales = []
    for order_id in seen["order_ids"]:
        order = await story.operator.ask(f"/mall/orders/{order_id}")
        sales += [_sale(story, part, wanted, order, line) for line in order["lines"]]
    story.checks.same(f"lines sold to {story[part].name}", len(wanted), len(sales))
    story.sales += sales
    return sales


def _line(story: Story, wanted: Wanted) -> dict[str, object]:
    named = {
        "listing_id": story.listings[wanted.goods], "quantity": wanted.quantity,
        "group_id": wanted.group and story.groups[wanted.group], "link_id": wanted.link and story.links[wanted.link],
        "post_id": wanted.post and story.posts[wanted.post], "registration_id": wanted.registration_id,
    }  # fmt: skip
    return {name: value for name, value in named.items() if value is not None}


def _sale(story: Story, part: str, wanted: Sequence[Wanted], order: Answer, line: Answer) -> Sale:
    one = next(one for one in wanted if story.listings[one.goods] == line["listing_id"])
    goods, (group, member) = OFFERED[one.goods], _way(one)
    shares = _shares(story, part, one)
    story.checks.every(f"shares of {goods.title} for {story[part].name}", shares, line["shares"])
    return Sale(
        order_id=order["order_id"], line_id=line["line_id"], listing_id=line["listing_id"], buyer=story[part].name,
        seller_id=story.sellers[one.goods], group_id=group and story.groups[group],
        member_id=member and story[member].person_id, quantity=one.quantity, unit_price_minor=goods.price_minor,
        shares=shares, registration_id=one.registration_id,
    )  # fmt: skip


def _way(wanted: Wanted) -> tuple[str | None, str | None]:
    """The community and the member by whom the buyer came."""
    link = LINKS[wanted.link] if wanted.link else None
    return (link.group, link.owner) if link else (wanted.group, None)


def _shares(story: Story, part: str, wanted: Wanted) -> dict[str, int]:
    """One way, two recipients at most; what somebody would earn on her own purchase is the seller's."""
    group, member = _way(wanted)
    of_member = 0 if member is None else story.member_bps if group else WHOLE_BPS
    of_community = WHOLE_BPS - of_member if group else 0
    return split(
        wanted.quantity * OFFERED[wanted.goods].price_minor, OFFERED[wanted.goods].commission_bps, story.fee_bps,
        0 if group and story.is_owned(group, part) else of_community, 0 if member == part else of_member,
    )  # fmt: skip
