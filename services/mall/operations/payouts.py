"""Paying out what is available to sellers, communities and members."""

from services.kernel.doors.operation import OPERATOR, PUBLIC, Operation, command, only, query
from services.mall.answers import payouts as answers
from services.mall.application import Mall
from services.mall.queries import MallQueries
from services.mall.schemas import commands
from services.mall.schemas import payouts as schemas

PARTY = only("the party itself")
PARTY_OR_OPERATOR = only("the party itself, or an operator")

operations: list[Operation] = [
    query("payout_terms", "/payout-terms", MallQueries.payout_terms, policy=PUBLIC, gives=answers.PayoutTermsSeen,
          summary="How is paid out, and when next."),
    command("set_payout_terms", "/payout-terms", Mall.set_payout_terms, policy=OPERATOR, takes=schemas.SetPayoutTerms,
            gives=answers.PayoutTermsAnswer,
            summary="Set how is paid out from the next payday on; looser terms need a second operator."),
    command("confirm_payout_terms", "/payout-terms/proposals/{proposal_id}/confirmation", Mall.confirm_payout_terms,
            policy=OPERATOR, gives=answers.PayoutTermsAnswer,
            summary="Let looser terms hold that another operator proposed."),
    query("payout_account", "/accounts/{party_id}/destination", MallQueries.payout_account, policy=PARTY,
          gives=answers.PayoutAccountSeen, summary="Where a party is paid, and whether it can be."),
    command("set_payout_account", "/accounts/{party_id}/destination", Mall.set_payout_account, policy=PARTY,
            takes=schemas.SetPayoutAccount, gives=answers.PartyAnswer, rate="10/minute", secrets=frozenset({"device"}),
            summary="Say where a party is paid; nothing is paid there before it has rested."),
    command("drop_payout_account", "/accounts/{party_id}/destination/removal", Mall.drop_payout_account, policy=PARTY,
            gives=answers.PartyAnswer, summary="Be paid nowhere any more."),
    command("request_payout", "/payouts", Mall.request_payout, policy=PARTY, takes=schemas.RequestPayout,
            rate="30/minute", gives=answers.PayoutAnswer, status=201,
            summary="Be paid now: so much, or all that is available."),
    query("payouts", "/payouts", MallQueries.payouts, policy=PARTY_OR_OPERATOR, takes=schemas.PayoutsAsked,
          gives=answers.PayoutsSeen, summary="The payouts of a party, the latest first."),
    query("payout", "/payouts/{payout_id}", MallQueries.payout, policy=PARTY_OR_OPERATOR, gives=answers.PayoutSeen,
          summary="How a payout stands."),
    command("cancel_payout", "/payouts/{payout_id}/cancel", Mall.cancel_payout, policy=PARTY,
            gives=answers.PayoutAnswer, summary="Give it up before it is sent."),
    command("approve_payout", "/payouts/{payout_id}/approval", Mall.approve_payout, policy=OPERATOR,
            gives=answers.PayoutAnswer, summary="Be one of the two operators who approve it."),
    command("reject_payout", "/payouts/{payout_id}/rejection", Mall.reject_payout, policy=OPERATOR,
            takes=commands.WithReason, gives=answers.PayoutAnswer, summary="Refuse it; it is available again."),
    command("settle_payout_by_hand", "/payouts/{payout_id}/settlement", Mall.settle_payout_by_hand, policy=OPERATOR,
            takes=schemas.SettlePayout, gives=answers.PayoutAnswer,
            summary="Say what became of it, where the provider contradicts itself; a second operator says the same."),
    query("payouts_to_settle", "/books/payouts", MallQueries.payouts_to_settle, policy=OPERATOR,
          takes=schemas.ToSettleAsked, gives=answers.PayoutsSeen, summary="What of the payouts waits for a person."),
]  # fmt: skip
