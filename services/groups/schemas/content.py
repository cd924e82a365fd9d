"""What comes in about sections, posts, adverts and moderation, field by field."""

from typing import Any

from marshmallow import Schema, fields, validate

from services.groups.domain.sections import SECTION_KINDS
from services.groups.domain.written import LANES, MEMBERS, POST, QUESTION, RECAP, REPORT_CODES, SHARE
from services.groups.schemas.words import NAME_LIMIT, TEXT_LIMIT
from services.kernel.doors.fields import Cursor, one_of
from services.kernel.doors.fields import text as words

POST_LIMIT, GOODS_LIMIT, MOST_ADVERTS, MOST_POSTS = 20_000, 20, 10_000, 100


def _goods() -> fields.List[Any]:
    few = validate.Length(max=GOODS_LIMIT, error="Give at most {max} listings.")
    sentence = "Listings of the mall that it shows; with one it is an advert, which is labelled and counted."
    return fields.List(fields.UUID(), load_default=list, validate=few, metadata={"description": sentence})


def _number() -> fields.Integer:
    at_most = validate.Range(0, MOST_ADVERTS, error="Give {min} to {max}.")
    return fields.Integer(strict=True, required=True, validate=at_most)


def _page_limit() -> fields.Integer:
    """Words are read from the facts, post by post: not too many at once."""
    return fields.Integer(load_default=20, validate=validate.Range(1, MOST_POSTS, error="Give {min} to {max}."))


class OpenSection(Schema):
    """A new section."""

    name = words(NAME_LIMIT, required=True, metadata={"example": "Routes"})
    kind = one_of(SECTION_KINDS, required=True)
    shares_out = fields.Boolean(load_default=True, metadata={"description": "Whether its posts may go elsewhere."})


class ChangeSection(Schema):
    """A section as it is from now on."""

    name = words(NAME_LIMIT, required=True)
    shares_out = fields.Boolean(required=True)


class Openness(Schema):
    """Whether everybody may read the posts of the group, and whether they may be shared into other groups."""

    is_public = fields.Boolean(required=True)
    shares_out = fields.Boolean(required=True)


class Quota(Schema):
    """How many adverts: of a member in 7 days, of the group in 24 hours. 0 takes none."""

    of_member = _number()
    of_group = _number()


class PublishPost(Schema):
    """A post or a question, perhaps with goods."""

    text = words(POST_LIMIT, required=True)
    kind = one_of((POST, QUESTION), load_default=POST)
    title = words(NAME_LIMIT, load_default=None, allow_none=True)
    section_id = fields.UUID(load_default=None, allow_none=True)
    lane = one_of(LANES, load_default=MEMBERS, metadata={"description": "Owners and leaders may choose 'leaders'."})
    listing_ids = _goods()


class AnswerQuestion(Schema):
    """An answer, perhaps with the goods that it is about."""

    text = words(POST_LIMIT, required=True)
    listing_ids = _goods()


class AcceptAnswer(Schema):
    """Which answer helped."""

    answer_id = fields.UUID(required=True)


class EditPost(Schema):
    """The post as it reads from now on."""

    text = words(POST_LIMIT, required=True)
    title = words(NAME_LIMIT, load_default=None, allow_none=True)


class ReportPost(Schema):
    """What is wrong with it."""

    code = one_of(REPORT_CODES, required=True)
    text = words(TEXT_LIMIT, load_default=None, allow_none=True)


class RemovePost(Schema):
    """Why it is removed: a code for everybody to count, a reason for the author."""

    code = one_of(REPORT_CODES, required=True)
    reason = words(TEXT_LIMIT, required=True)


class Appeal(Schema):
    """Why it should be shown."""

    text = words(TEXT_LIMIT, required=True)


class DecideAppeal(Schema):
    """Whether it is shown again, and why."""

    restores = fields.Boolean(required=True)
    reason = words(TEXT_LIMIT, required=True)


class SharePost(Schema):
    """Into which group, where in it, and what is said with it."""

    group_id = fields.UUID(required=True)
    section_id = fields.UUID(load_default=None, allow_none=True)
    text = words(POST_LIMIT, least=0, load_default="")


class PostsPaging(Schema):
    """How many at once, and where to go on."""

    limit = _page_limit()
    cursor = Cursor(1)


class PostsWanted(Schema):
    """Which posts of a group."""

    section_id = fields.UUID()
    kind = one_of((POST, QUESTION, RECAP, SHARE))
    lane = one_of(LANES)
    is_advert = fields.Boolean()
    author_id = fields.UUID()
    limit = _page_limit()
    cursor = Cursor(2)


class WaitingPaging(Schema):
    """How many at once, and where to go on."""

    limit = _page_limit()
    cursor = Cursor(2)


class SharedWanted(PostsPaging):
    """What was shared out of the group, or into it."""

    direction = one_of(("out", "in"), load_default="out")
