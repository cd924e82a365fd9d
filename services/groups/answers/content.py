"""What goes out about sections, posts, adverts and moderation, field by field."""

from marshmallow import Schema, fields

from services.groups.answers.people import GroupAnswer
from services.kernel.doors.fields import Cursor, Moment
from services.kernel.doors.operation import CommandAnswer


def _id_or_null() -> fields.UUID:
    return fields.UUID(required=True, allow_none=True)


def _words_or_null() -> fields.String:
    return fields.String(required=True, allow_none=True, metadata={"description": "null as well once forgotten."})


def _moment_or_null() -> Moment:
    return Moment(required=True, allow_none=True)


class SectionAnswer(GroupAnswer):
    """The section it was about."""

    section_id = fields.UUID(required=True)


class PostAnswer(CommandAnswer):
    """The post it was about."""

    post_id = fields.UUID(required=True)


class PublishedAnswer(PostAnswer):
    """The post that is there, and whether it is an advert."""

    is_advert = fields.Boolean(required=True)


class AcceptedAnswer(PostAnswer):
    """The question and the answer that helped."""

    answer_id = fields.UUID(required=True)


class SectionSeen(Schema):
    """A section; in a retired one nothing new is written."""

    section_id = fields.UUID(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    shares_out = fields.Boolean(required=True)
    is_retired = fields.Boolean(required=True)


class SectionsSeen(Schema):
    """The sections of a group, the oldest first, who reads there, and whether posts may leave."""

    group_id = fields.UUID(required=True)
    is_public = fields.Boolean(required=True)
    shares_out = fields.Boolean(required=True)
    items = fields.List(fields.Nested(SectionSeen), required=True)


class AdvertsSeen(Schema):
    """The quota, how many of yours count now, and from when on you may write the next; null where none are taken."""

    group_id = fields.UUID(required=True)
    of_member = fields.Integer(required=True)
    of_group = fields.Integer(required=True)
    counted = fields.Integer(required=True)
    next_at = _moment_or_null()


class Source(Schema):
    """What a share is of: whose, and of which group. Words only as long as the source is shown and may be shared."""

    post_id = fields.UUID(required=True)
    group_id = fields.UUID(required=True)
    author_id = fields.UUID(required=True)
    is_shown = fields.Boolean(required=True)
    title = _words_or_null()
    text = _words_or_null()


class ShareSeen(Schema):
    """A share: where it stands, who shared it, what it is of."""

    post_id = fields.UUID(required=True)
    group_id = fields.UUID(required=True)
    author_id = fields.UUID(required=True)
    is_advert = fields.Boolean(required=True)
    source_post_id = fields.UUID(required=True)
    source_group_id = fields.UUID(required=True)
    source_author_id = fields.UUID(required=True)
    published_at = Moment(required=True)


class PostRow(Schema):
    """A post as it stands. The words of a recap stand with its gathering."""

    post_id = fields.UUID(required=True)
    group_id = fields.UUID(required=True)
    section_id = _id_or_null()
    author_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    lane = fields.String(required=True)
    is_pinned = fields.Boolean(required=True)
    is_advert = fields.Boolean(
        required=True, metadata={"description": "It carries goods, and is shown with that label."}
    )
    listing_ids = fields.List(fields.UUID(), required=True)
    gathering_id = _id_or_null()
    question_id = _id_or_null()
    accepted_answer_id = _id_or_null()
    source = fields.Nested(Source, required=True, allow_none=True)
    title = _words_or_null()
    text = _words_or_null()
    revision = fields.Integer(required=True)
    answers = fields.Integer(required=True)
    shares = fields.Integer(required=True)
    published_at = Moment(required=True)
    edited_at = _moment_or_null()


class PostSeen(PostRow):
    """One post."""


class AnswerRow(PostRow):
    """An answer, and whether it is the one that helped."""

    is_accepted = fields.Boolean(required=True)


class PostPage(Schema):
    """A page of posts; ``next`` is the cursor of the page after it, null on the last."""

    items = fields.List(fields.Nested(PostRow), required=True)
    next = Cursor(2, required=True, allow_none=True)


class AnswerPage(Schema):
    """A page of answers."""

    items = fields.List(fields.Nested(AnswerRow), required=True)
    next = Cursor(1, required=True, allow_none=True)


class SharePage(Schema):
    """A page of shares."""

    items = fields.List(fields.Nested(ShareSeen), required=True)
    next = Cursor(1, required=True, allow_none=True)


class CodeCounted(Schema):
    """How many reports say so."""

    code = fields.String(required=True)
    reports = fields.Integer(required=True)


class Waiting(Schema):
    """A post that waits for a decision: on reports, or on an appeal."""

    post_id = fields.UUID(required=True)
    group_id = fields.UUID(required=True)
    author_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True)
    appeal = fields.String(required=True, allow_none=True)
    since = Moment(required=True)
    codes = fields.List(fields.Nested(CodeCounted), required=True)


class WaitingPage(Schema):
    """A page of what waits."""

    items = fields.List(fields.Nested(Waiting), required=True)
    next = Cursor(2, required=True, allow_none=True)


class Step(Schema):
    """What happened, when, by whom. To the author nobody is named."""

    step = fields.String(required=True, metadata={"example": "removed"})
    at = Moment(required=True)
    person_id = _id_or_null()
    code = fields.String(required=True, allow_none=True)
    title = _words_or_null()
    text = _words_or_null()


class CaseSeen(Schema):
    """All that happened to a post, in order, and until when a removal can be appealed against."""

    post_id = fields.UUID(required=True)
    group_id = fields.UUID(required=True)
    author_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True)
    appeal_until = _moment_or_null()
    appeal = fields.String(required=True, allow_none=True)
    steps = fields.List(fields.Nested(Step), required=True)
