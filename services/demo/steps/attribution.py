"""Why the members and communities of one line earn what they earn: the explanation, held against our own arithmetic."""

from services.amounts import figure
from services.demo.checks import Sale
from services.demo.story import CURRENCY, OFFERED, Story


async def explain(story: Story) -> None:
    """The line that community and member share, as the member who earns by it is told."""
    sale = story.bought_by("li", "rod")
    seen = await story["aylin"].ask(f"/mall/orders/{sale.order_id}/lines/{sale.line_id}/attribution")
    wanted = {
        "price_minor": sale.price_minor, "pool_bps": OFFERED["rod"].commission_bps,
        "member_share_bps": story.member_bps, "platform_fee_bps": story.fee_bps,
    }  # fmt: skip
    story.checks.every("the explanation of the rod of Li", wanted, seen)
    parts = {part["party"]: part["share_minor"] for part in seen["parts"]}
    story.checks.every("the explained shares of the rod of Li", sale.shares, parts)
    story.checks.same(
        "who may earn by it", _recipients(sale), {(r["party"], r["party_id"]) for r in seen["recipients"]}
    )
    rows = [
        [part["party"], part["exact_minor"], part["rounding_minor"], figure(part["share_minor"], CURRENCY)]
        for part in seen["parts"]
    ]
    story.tell.table(
        "Why the rod of Li is split as it is", ["Party", "Exactly, in cents", "By rounding", "Share"], rows,
        numbers=[1, 2, 3],
    )  # fmt: skip
    for step in seen["steps"]:
        story.tell.say(f"  {step}")


def _recipients(sale: Sale) -> set[tuple[str, str | None]]:
    return {("community", sale.group_id), ("member", sale.member_id)}
