"""Figures in answers: sums, numbers of buyers, sold or not. Amounts in minor units of their currency."""

from marshmallow import Schema, fields

from services.kernel.doors.fields import Cursor, Moment

from .accounts import Owed
from .positions import AsOf


class Sums(Schema):
    """``net_minor`` is what was paid, less what was refunded, less what was cancelled after payment; the parties'
    shares come to just that."""

    gross_minor = fields.Integer(required=True)
    refunded_minor = fields.Integer(required=True)
    cancelled_minor = fields.Integer(required=True)
    net_minor = fields.Integer(required=True)
    seller_minor = fields.Integer(required=True)
    community_minor = fields.Integer(required=True)
    member_minor = fields.Integer(required=True)
    platform_minor = fields.Integer(required=True)


class Amounts(Sums):
    """Sums in one currency."""

    currency = fields.String(required=True)


class Counts(Schema):
    """Orders and units that were paid for; ``returned`` and ``cancelled`` of the units."""

    orders = fields.Integer(required=True)
    units = fields.Integer(required=True)
    returned = fields.Integer(required=True)
    cancelled = fields.Integer(required=True)


class Figures(Sums, Counts):
    """Sums, and how many it were."""


class Cell(Schema):
    """How many buyers carry a value: of a certified claim, or of a tag that people give themselves."""

    kind = fields.String(required=True)
    value = fields.String(required=True)
    certified = fields.Boolean(required=True)
    buyers = fields.Integer(required=True)


class Buyers(Schema):
    """Who bought, as numbers of people. ``count`` is null, and a cell is left out, where fewer than five people, or
    the difference to the others, could be read off; ``suppressed`` is how many cells were left out. ``by`` is about the
    first ``told_of`` people who paid, whatever became of their orders; it is empty where ``withheld`` says why."""

    count = fields.Integer(required=True, allow_none=True)
    by = fields.List(fields.Nested(Cell), required=True)
    suppressed = fields.Integer(required=True, allow_none=True)
    told_of = fields.Integer(required=True, allow_none=True)
    withheld = fields.String(required=True, allow_none=True, metadata={"example": "too_alike"})
    known_at = fields.String(
        required=True, metadata={"description": "How far identity was heard.", "example": "identity:7"}
    )


class Headline(Schema):
    """The sums of everything, null where they are of several currencies."""

    gross_minor = fields.Integer(required=True, allow_none=True)
    refunded_minor = fields.Integer(required=True, allow_none=True)
    cancelled_minor = fields.Integer(required=True, allow_none=True)
    net_minor = fields.Integer(required=True, allow_none=True)
    seller_minor = fields.Integer(required=True, allow_none=True)
    community_minor = fields.Integer(required=True, allow_none=True)
    member_minor = fields.Integer(required=True, allow_none=True)
    platform_minor = fields.Integer(required=True, allow_none=True)


class SoldLine(Schema):
    """One line of one order, for the seller."""

    order_id = fields.UUID(required=True)
    line_id = fields.String(required=True)
    group_id = fields.UUID(required=True, allow_none=True)
    link_id = fields.UUID(required=True, allow_none=True)
    member_id = fields.UUID(required=True, allow_none=True)
    post_id = fields.UUID(required=True, allow_none=True)
    gathering_id = fields.UUID(required=True, allow_none=True)
    quantity = fields.Integer(required=True)
    returned = fields.Integer(required=True)
    state = fields.String(required=True)
    placed_at = Moment(required=True)


class SoldThrough(Figures):
    """What was sold through one shelf; null without any."""

    group_id = fields.UUID(required=True, allow_none=True)
    currency = fields.String(required=True)


class SoldByLink(Figures):
    """What was sold by one share link; null without any."""

    link_id = fields.UUID(required=True, allow_none=True)
    currency = fields.String(required=True)


class SoldByMember(Figures):
    """What was sold by the links and the shelf of one person; null without any."""

    member_id = fields.UUID(required=True, allow_none=True)
    currency = fields.String(required=True)


class SoldInPost(Figures):
    """What was sold to whom it met in one post; null for all else."""

    post_id = fields.UUID(required=True, allow_none=True)
    currency = fields.String(required=True)


class SoldAtGathering(Figures):
    """What was sold to whom it met at one gathering; null for all else."""

    gathering_id = fields.UUID(required=True, allow_none=True)
    currency = fields.String(required=True)


class ByWay(Schema):
    """The same sums by way; each list adds up to the whole. They count no people."""

    by_link = fields.List(fields.Nested(SoldByLink), required=True)
    by_member = fields.List(fields.Nested(SoldByMember), required=True)
    by_post = fields.List(fields.Nested(SoldInPost), required=True)
    by_gathering = fields.List(fields.Nested(SoldAtGathering), required=True)


class SoldOf(Figures):
    """What was sold of one listing."""

    listing_id = fields.UUID(required=True)
    title = fields.String(required=True)
    currency = fields.String(required=True)


class Sold(Headline, Counts, AsOf):
    """Sold or not. ``ledger`` are the same sums, taken from the entries of the books at this position.

    The figures at the top are in ``currency``, which is null when there are several: see ``amounts`` then."""

    sold = fields.Boolean(required=True)
    currency = fields.String(required=True, allow_none=True)
    amounts = fields.List(fields.Nested(Amounts), required=True)
    ledger = fields.List(fields.Nested(Amounts), required=True)
    equal = fields.Boolean(required=True, metadata={"description": "Always true: an answer that differs is an error."})


class Sales(Sold):
    """Sold or not, who bought."""

    buyers = fields.Nested(Buyers, required=True)


class ListingSales(Sales, ByWay):
    """For the seller of a listing. ``items`` is a page of its lines, the latest first."""

    listing_id = fields.UUID(required=True)
    by_community = fields.List(fields.Nested(SoldThrough), required=True)
    items = fields.List(fields.Nested(SoldLine), required=True)
    next = Cursor(2, required=True, allow_none=True)


class CommunitySales(Sales, ByWay):
    """For the owner and the leaders of a group. ``by_listing`` has the listings with the highest sums."""

    group_id = fields.UUID(required=True)
    by_listing = fields.List(fields.Nested(SoldOf), required=True)


class PoolEnding(Schema):
    """Goods on the shelf that were promised to another community alone, since ``announced_at``: from ``pool_ends_at``
    on at the latest they have no pool here, ``until`` that promise ends, null while that is open."""

    listing_id = fields.UUID(required=True)
    title = fields.String(required=True)
    announced_at = Moment(required=True, allow_none=True)
    pool_ends_at = Moment(required=True)
    until = Moment(required=True, allow_none=True)


class ShelfReport(AsOf):
    """For the owner of a group: her share in what is left of each listing, and what became of all her shares. What is
    as of a moment has no ``pools_ending``."""

    group_id = fields.UUID(required=True)
    balances = fields.List(fields.Nested(Owed), required=True)
    by_listing = fields.List(fields.Nested(SoldOf), required=True)
    pools_ending = fields.List(fields.Nested(PoolEnding), required=True)


class MySales(Sold, ByWay):
    """For whoever shares: what was sold by her links and from her shelf. Her own share is ``member_minor``; how many
    people bought is told to sellers and groups, where there are enough."""

    person_id = fields.UUID(required=True)
    by_community = fields.List(fields.Nested(SoldThrough), required=True)
    by_listing = fields.List(fields.Nested(SoldOf), required=True)


class ListingsSold(AsOf):
    """The listings with the highest sums."""

    items = fields.List(fields.Nested(SoldOf), required=True)


class CommunitiesSold(AsOf):
    """The communities through whose shelves the most was sold."""

    items = fields.List(fields.Nested(SoldThrough), required=True)
