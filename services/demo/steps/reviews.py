"""Who bought it judges it, whoever else does not; the seller answers, and cannot delete."""

from services.demo.story import Story

JUDGED = {"rating": 4, "title": "Bright", "text": "It lit the whole camp, until the rain came."}
ANSWER = "Thank you. The new seal keeps the rain out."


async def review(story: Story) -> None:
    """A verified buyer reviews the lamp; somebody who did not buy it is refused."""
    story.tell.chapter("A verified buyer reviews, and the seller answers")
    olena, jimin, seller = story["olena"], story["jimin"], story.seller_of("lamp")
    sale = story.bought_by("olena", "lamp")
    path = f"/mall/orders/{sale.order_id}/reviews"
    refused = await jimin.is_refused("mall.no_such_order", path, line_id=sale.line_id, **JUDGED)
    story.tell.refusal(jimin.name, refused.sentence)
    written = await olena.do(path, line_id=sale.line_id, **JUDGED)
    story.review_id = written["review_id"]
    await seller.do(f"/mall/reviews/{story.review_id}/answer", answer=ANSWER)
    refused = await seller.is_refused(
        "agora.forbidden", f"/mall/reviews/{story.review_id}/removal", reason="not_as_i_like"
    )
    seen = await story.api.ask(f"/mall/listings/{story.listings['lamp']}/reviews")
    story.checks.every("reviews of the lamp", {"count": 1, "mean_hundredths": 400}, seen)
    wanted = {**JUDGED, "answer": ANSWER, "reviewer_id": None, "state": "written"}
    story.checks.every("the review of the lamp", wanted, seen["items"][0])
    story.tell.table(
        "Reviews of the lamp", ["Points", "Says", "The seller answers"], [[JUDGED["rating"], JUDGED["text"], ANSWER]]
    )
    story.tell.refusal(seller.name, refused.sentence)
