"""Every way in which partners says no."""

from services.kernel.refusals import Conflicting, Forbidden, Malformed, Missing, TooMany, Unauthenticated, Unready


class NoSuchPartner(Missing):
    """No partner has this id."""

    sentence = "There is no such partner; GET /partners/partners lists them."


class PartnerWithoutName(Malformed):
    """A partner needs a name to be told apart by."""

    sentence = "A partner needs a name of letters; give one."


class PartnerNameTaken(Conflicting):
    """Another partner that is not closed has the name, but for upper and lower case."""

    sentence = "There is a partner of this name; choose another name, or close that partner first."


class NoScope(Malformed):
    """A partner that may know nothing is none."""

    sentence = "A partner needs at least one scope of {scopes}; to stop one for a while, suspend it."


class ScopeUnknown(Malformed):
    """There is no such scope."""

    sentence = "A scope is one of {scopes}; choose among them."


class OverlapNotUsable(Malformed):
    """An older key may be good for a while beside the new one, not for ever and not backwards."""

    sentence = "The older key can stay good for 0 to {most_hours} hours; 0 ends it at once."


class PartnerClosed(Conflicting):
    """A partner is closed for good."""

    sentence = "Partner {partner_id} is closed, which is for good; register it again as a new one."


class PartnerSuspendedAlready(Conflicting):
    """It is suspended, and cannot be suspended once more."""

    sentence = "Partner {partner_id} is suspended already; its keys open nothing until it is reinstated."


class ReasonUnknown(Malformed):
    """There is no such reason."""

    sentence = "A reason is one of {reasons}; choose among them."


class PartnerNotSuspended(Conflicting):
    """Only a suspended partner is reinstated."""

    sentence = "Partner {partner_id} is not suspended; there is nothing to reinstate."


class KeyNeeded(Unauthenticated):
    """The request carries no API key."""

    sentence = "This takes a partner's API key; send it as 'Authorization: Bearer agp_...'."


class KeyNotGood(Unauthenticated):
    """The key was never given, has ended, or is of a partner that was closed: all look the same."""

    sentence = "This API key is not good, or not any more; send the latest one, or ask an operator for a new one."


class PartnerSuspended(Forbidden):
    """The key is good, and the partner is suspended."""

    sentence = "Your access is suspended; ask an operator of this platform, and go on later from the same cursor."


class ScopeNeeded(Forbidden):
    """The key does not open this."""

    sentence = "Your key opens {opens}, and this takes {needs}; ask an operator for that scope."


class CursorNotGiven(Malformed):
    """The cursor was changed on its way, or was given to another partner."""

    sentence = (
        "This cursor was not given to you; send Agora-Cursor as the feed gave it, or none to read from the beginning."
    )


class CursorFromElsewhere(Conflicting):
    """The cursor is of a journal with another history: beyond this one, or before a restored backup."""

    sentence = (
        "This cursor is of another history than the journal has, as after a restored backup; drop what you made of "
        "it and read from the beginning, without a cursor."
    )


class BeyondJournal(Conflicting):
    """A position was asked about that the journal has not reached."""

    sentence = "The journal has only reached position {head}; ask about positions up to there."


class FeedAhead(Unready):
    """The journal goes on with a message of a type that this version does not know, and none is ever skipped."""

    sentence = (
        "The next message is of a type that this version of the platform cannot tell yet; the operator has to "
        "upgrade it. Nothing is lost: ask again later from the same cursor."
    )


class TooManyWait(TooMany):
    """A partner waits with several questions at once, more than it needs."""

    sentence = (
        "{most} of your questions wait for events already; wait with one, or ask without wait again in "
        "{retry_after_seconds} seconds."
    )
