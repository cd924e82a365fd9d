"""Every way in which groups says no to reports, removals and appeals."""

from services.kernel.domain import Conflicting, Forbidden, Malformed


class ReportCodeUnknown(Malformed):
    """There is no such code for what is wrong with a post."""

    sentence = "There is no code '{report_code}' for what is wrong with a post; the codes are {codes}."


class PostRemovalWithoutReason(Malformed):
    """A post is removed with a reason or not at all."""

    sentence = "To remove a post, tell its author why in 'reason'."


class AppealWithoutText(Malformed):
    """An appeal says why, or it is none."""

    sentence = "To appeal, say in 'text' why the post should be shown."


class AppealDecisionWithoutReason(Malformed):
    """An appeal is decided with a reason or not at all."""

    sentence = "To decide an appeal, tell the author why in 'reason'."


class ReportOfOneself(Conflicting):
    """Nobody reports what they wrote."""

    sentence = "Post {post_id} is your own; edit or delete it."


class RemovalOfOneself(Conflicting):
    """What one has written oneself is deleted, not removed."""

    sentence = "Post {post_id} is your own; delete it instead."


class AlreadyReported(Conflicting):
    """This person has reported the post as it reads now."""

    sentence = "You have reported post {post_id} as it reads now; its moderators have your report."


class NothingReported(Conflicting):
    """There is no open report of the post."""

    sentence = "No report of post {post_id} is open; there is nothing to dismiss."


class NotRemoved(Conflicting):
    """Only a removal can be appealed against."""

    sentence = "Post {post_id} is {state}; only a removal can be appealed against."


class AppealedBefore(Conflicting):
    """A removal is appealed against once."""

    sentence = "The removal of post {post_id} was appealed against before; an appeal is possible once."


class AppealTooLate(Conflicting):
    """The time for an appeal has passed."""

    sentence = "The removal of post {post_id} could be appealed against until {appeal_until}; that time has passed."


class NoAppeal(Conflicting):
    """Nobody has appealed, or the appeal is decided."""

    sentence = "No appeal about post {post_id} is open; there is nothing to decide."


class SecondReviewerNeeded(Forbidden):
    """Who removed a post, or wrote it, does not decide the appeal."""

    sentence = (
        "The appeal about post {post_id} is decided by another owner, leader or reviewer than the one who removed it, "
        "and not by its author; where there is none, by an operator."
    )
