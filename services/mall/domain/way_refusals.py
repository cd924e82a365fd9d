"""Why a way to a listing cannot be taken or made; import them from ``refusals``, where all of the mall are."""

from services.kernel.domain import Conflicting, Malformed, Missing


class NoSuchShelf(Missing):
    """There is no such shelf, or it is not the actor's to see."""

    sentence = "There is no such shelf here, or it is not yours to see."


class AlreadyPicked(Conflicting):
    """The listing is on the shelf."""

    sentence = "Listing {listing_id} is already on this shelf."


class NotPicked(Missing):
    """The listing is not on the shelf."""

    sentence = "Listing {listing_id} is not on this shelf; pick it first, or buy without the shelf."


class OutOfSeason(Conflicting):
    """The shelf, or the listing on it, is closed at this time of the year."""

    sentence = "Listing {listing_id} is not in season on this shelf now; buy it without the shelf, or in its season."


class SeasonEndsFirst(Malformed):
    """A season that ends before it begins would never be open."""

    sentence = "A season closes after it opens; {closes_at} is not after {opens_at}."


class NoSuchLink(Missing):
    """There is no such share link, or it is somebody else's."""

    sentence = "There is no such share link here, or it is not yours."


class LinkEnded(Conflicting):
    """The share link was revoked or has expired, or its owner is no longer a member of the group it shares from."""

    sentence = "Share link {link_id} has ended ({how}); order without it."


class LinkElsewhere(Conflicting):
    """The share link leads to another listing."""

    sentence = "Share link {link_id} leads to listing {listing_id}; order that one, or leave the link out."


class LinkEndsInPast(Malformed):
    """A share link would end before it begins."""

    sentence = "A share link ends in the future; {expires_at} has passed."
