"""Why something cannot be paid out; import them from ``refusals``, where all of the mall are."""

from services.kernel.domain import Conflicting, Forbidden, Malformed, Missing


class DestinationNotUsable(Malformed):
    """A destination is the provider's own name of an account; anything else could be a bank number."""

    sentence = "A destination is what the payment provider calls an account, such as 'acct_1a2b', never a bank number."


class ScheduleNotUsable(Malformed):
    """There is no such rhythm of paydays."""

    sentence = "A schedule is daily, weekly, monthly or manual; '{schedule}' is none of them."


class NoSuchPayout(Missing):
    """There is no such payout, or it is somebody else's."""

    sentence = "There is no such payout here, or it is not yours to see."


class AccountNotSet(Conflicting):
    """Nobody has said where the money is to go."""

    sentence = "There is no account to which this could be paid; set one first."


class AccountResting(Conflicting):
    """The account was set a short time ago: whoever took over a sign-in is not paid at once."""

    sentence = "The account was set only recently; nothing is paid to it before {rests_until}."


class AccountRefused(Conflicting):
    """The provider could not pay to the account, or its bank sent the money back."""

    sentence = "The last payout to this account did not arrive ({reason}); set the account anew, or another one."


class BalanceTooLow(Conflicting):
    """More was asked for than there is; what is held, on its way or owed back does not count."""

    sentence = "{available_minor} {currency} in minor units may be paid out, and {wanted_minor} were asked for."


class PayoutTooSmall(Conflicting):
    """A payout costs, so there is a least amount."""

    sentence = "The least that is paid out is {least_minor} in minor units; {amount_minor} wait until there is more."


class PayoutAlreadySent(Conflicting):
    """The provider may have it already, or it has ended."""

    sentence = "Payout {payout_id} is {status} and cannot be taken back; ask for none, or wait for its end."


class PayoutNotAwaiting(Conflicting):
    """Only what waits for approval is approved or rejected."""

    sentence = "Payout {payout_id} is {status}; there is nothing to approve or to reject."


class PayoutNotApproved(Conflicting):
    """It is above the limit, and two operators have not approved it, or it has ended."""

    sentence = "Payout {payout_id} is {status} and is not sent."


class PayoutApprovedByYou(Conflicting):
    """Two different operators approve."""

    sentence = "You have approved payout {payout_id}; somebody else has to be the second."


class OwnPayout(Forbidden):
    """Nobody approves what comes to herself, what she asked for, or what goes to an account that she set."""

    sentence = "Payout {payout_id} is your own, or you asked for it or set its account; two other operators approve it."


class PayoutNotUnderWay(Conflicting):
    """The provider says of a payout what cannot be: it was never sent, or it has ended otherwise."""

    sentence = "Payout {payout_id} is {status}, and the provider says it is {told}; compare both and settle it by hand."


class PullBackTooLarge(Conflicting):
    """Only what a split has brought, and what did not come back, is asked back."""

    sentence = "At most {left_minor} in minor units of this payout can be asked back, and {wanted_minor} were."


class PayoutPulledBack(Conflicting):
    """What is pulled back in parts does not come back as a whole besides."""

    sentence = "Some of payout {payout_id} is pulled back, or will be; it cannot be returned as a whole."


class NotReleasedThen(Conflicting):
    """What was still held cannot have been paid out."""

    sentence = "Order {order_id} was not released by {at}; what was held then cannot have been paid out."


class PaidOutBefore(Conflicting):
    """A share is paid out once."""

    sentence = "What order {order_id} earned is in another payout already; leave it out of this one."


class NotEarnedThere(Conflicting):
    """The order owes the party nothing, or nothing any more."""

    sentence = "Nothing is left that {party_id} earned by order {order_id} as {role}; leave it out."


class NoSuchProposal(Missing):
    """Nothing is proposed under this id any more: it was confirmed, or something else was set since."""

    sentence = "No terms are proposed under this id; look at what is proposed now."


class TermsProposedByYou(Conflicting):
    """What two operators look at is loosened by two operators."""

    sentence = "You have proposed these terms; another operator has to confirm them."


class SettlementProposedByYou(Conflicting):
    """Where money is concerned, two different operators settle by hand."""

    sentence = "You have said so already; another operator has to say the same."
