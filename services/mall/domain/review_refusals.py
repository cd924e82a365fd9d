"""Why something cannot be judged; import them from ``refusals``, where all of the mall are."""

from services.kernel.domain import Conflicting, Malformed, Missing


class RatingOutOfBounds(Malformed):
    """A rating is a whole number of points."""

    sentence = "A rating is {least} to {most} points; {rating} is not."


class NoSuchReview(Missing):
    """There is no such review."""

    sentence = "There is no such review here."


class AlreadyReviewed(Conflicting):
    """What was bought is judged once; who thinks again changes the review."""

    sentence = "You have judged this line in review {review_id}; change that one."


class ReviewTooEarly(Conflicting):
    """Only who has got it can judge it."""

    sentence = "Order {order_id} is not delivered yet; judge it when you have it."


class ReviewTooLate(Conflicting):
    """So long after the delivery, a review is no longer of what was bought."""

    sentence = "Order {order_id} could be judged until {until}."


class ReviewChangedTooOften(Conflicting):
    """Each version of a review is kept, and there are so many at most."""

    sentence = "Review {review_id} has been written {most} times, which is the most; it stays as it is."


class ReviewAnsweredTooOften(Conflicting):
    """Each answer is kept, and there are so many at most."""

    sentence = "Review {review_id} has been answered {most} times, which is the most; the last answer stays."


class ReviewRemoved(Conflicting):
    """An operator had to remove the review; it stays visible as removed."""

    sentence = "Review {review_id} was removed ({reason}); it can be neither changed nor answered."
