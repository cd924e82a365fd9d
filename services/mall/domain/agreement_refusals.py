"""Why a seller and a community do not agree on something; import them from ``refusals``, where all of the mall are."""

from services.kernel.domain import Conflicting, Malformed, Missing


class AgreementEndsAlready(Conflicting):
    """The agreement ends no later than that by itself."""

    sentence = "This agreement ends at {ends_at} already."


class AgreementEndsFirst(Malformed):
    """An agreement that ends before it begins would never hold."""

    sentence = "An agreement ends after it begins; {ends_at} is not after {starts_at}."


class AgreementNotInForce(Conflicting):
    """Nothing was agreed, or it has ended: there is nothing to end."""

    sentence = "Nothing that was agreed here holds or is to hold, so there is nothing to end."


class CountryNotUsable(Malformed):
    """A country is not written as in ISO 3166-1."""

    sentence = "A country is two capital letters as in ISO 3166-1, for instance CN or DE."


class ExclusivityTooWide(Malformed):
    """What is promised to one community alone is asked for at every shelf, where listings are known and no country."""

    sentence = "What is promised to one community alone names its listings and has no territory."


class ListingExclusive(Conflicting):
    """The goods are promised to another community alone."""

    sentence = "By agreement with its seller listing {listing_id} is another community's alone; choose another one."


class NoSuchAgreement(Missing):
    """There is no such agreement, or the actor is on neither side of it."""

    sentence = "There is no such agreement here, or it is not yours to see."


class NoSuchCommunity(Missing):
    """Nobody has heard of the group with which somebody wants to agree."""

    sentence = "There is no such group to agree with."


class OfferIsTheirs(Conflicting):
    """What the other side has offered is not withdrawn by this one."""

    sentence = "The other side has made this offer; decline it, or accept it."


class OfferIsYours(Conflicting):
    """Nobody agrees with himself: one side offers, the other one answers."""

    sentence = "Your own side has made this offer; the other side answers it. You can withdraw it."


class OfferNotOpen(Conflicting):
    """The offer was answered, withdrawn or replaced by a later one, or there never was one."""

    sentence = "This offer is not open, or not any more; look at the agreement as it stands now."
