"""What buyers say of what they bought."""

from services.kernel.doors.operation import OPERATOR, PUBLIC, Operation, command, only, query
from services.mall.answers import reviews as answers
from services.mall.application import Mall
from services.mall.queries import MallQueries
from services.mall.schemas import commands, reviews

operations: list[Operation] = [
    command("write_review", "/orders/{order_id}/reviews", Mall.write_review, policy=only("the buyer"),
            status=201, takes=reviews.WriteReview, gives=answers.ReviewAnswer,
            summary="Judge what you bought, once you have it."),
    command("change_review", "/reviews/{review_id}/versions", Mall.change_review, takes=reviews.Judged,
            policy=only("the writer of the review"), gives=answers.ReviewAnswer, summary="Judge it otherwise."),
    command("answer_review", "/reviews/{review_id}/answer", Mall.answer_review, takes=reviews.AnswerReview,
            policy=only("the seller of what is judged"), gives=answers.ReviewAnswer,
            summary="Answer it, or answer it otherwise; it cannot be deleted."),
    command("remove_review", "/reviews/{review_id}/removal", Mall.remove_review, policy=OPERATOR,
            takes=commands.WithReason, gives=answers.ReviewAnswer,
            summary="Remove what the law forbids; it stays visible as removed."),
    query("review", "/reviews/{review_id}", MallQueries.review, policy=PUBLIC, gives=answers.ReviewSeen,
          summary="One review."),
    query("listing_reviews", "/listings/{listing_id}/reviews", MallQueries.listing_reviews, policy=PUBLIC,
          takes=reviews.ReviewsAsked, gives=answers.ReviewsSeen, summary="What buyers say of a listing."),
    query("seller_reviews", "/sellers/{seller_id}/reviews", MallQueries.seller_reviews, policy=PUBLIC,
          takes=reviews.ReviewsAsked, gives=answers.ReviewsSeen, summary="What buyers say of all that somebody sells."),
    query("review_figures", "/reviews", MallQueries.review_figures, policy=OPERATOR, takes=reviews.FiguresAsked,
          gives=answers.ReviewFigures, summary="How many reviews there are, and how they judge."),
]  # fmt: skip
