"""What sellers and communities agree on."""

from services.kernel.doors.operation import Operation, command, only, query
from services.mall.answers import agreements as answers
from services.mall.application import Mall
from services.mall.queries import MallQueries
from services.mall.schemas import agreements as schemas

A_SIDE = only("the seller, or the owner of the group")
SIDE_OR_OPERATOR = only("the seller, the owner of the group, or an operator")
OTHER_SIDE = only("the side that was offered it")
OF_TALKS = "30/minute"
"""Of what two may send to and fro for ever: each offer is kept."""

operations: list[Operation] = [
    command("offer_agreement", "/agreements", Mall.offer_agreement, policy=A_SIDE, takes=schemas.OfferAgreement,
            rate=OF_TALKS, gives=answers.AgreementOffered, status=201,
            summary="Offer a community, or a seller, terms for what is sold through its shelf."),
    command("accept_agreement", "/agreements/{agreement_id}/offers/{offer_id}/acceptance", Mall.accept_agreement,
            policy=OTHER_SIDE, rate=OF_TALKS, gives=answers.AgreementAccepted,
            summary="Accept what the other side offers; it holds for orders from then on."),
    command("decline_agreement", "/agreements/{agreement_id}/offers/{offer_id}/decline", Mall.decline_agreement,
            policy=OTHER_SIDE, rate=OF_TALKS, gives=answers.OfferAnswer, summary="Decline what the other side offers."),
    command("withdraw_agreement", "/agreements/{agreement_id}/offers/{offer_id}/withdrawal", Mall.withdraw_agreement,
            policy=only("the side that has offered it"), rate=OF_TALKS, gives=answers.OfferAnswer,
            summary="Take an offer back before it is answered."),
    command("end_agreement", "/agreements/{agreement_id}/end", Mall.end_agreement, policy=A_SIDE, rate=OF_TALKS,
            gives=answers.AgreementEnded, summary="End what was agreed, after the notice that is part of it."),
    query("agreements", "/agreements", MallQueries.agreements, policy=SIDE_OR_OPERATOR, takes=schemas.AgreementsAsked,
          gives=answers.AgreementsSeen, summary="The agreements of a seller, or of a community."),
    query("agreement", "/agreements/{agreement_id}", MallQueries.agreement, policy=SIDE_OR_OPERATOR,
          gives=answers.AgreementSeen, summary="What holds, what is to come, and what waits for an answer."),
    query("agreement_history", "/agreements/{agreement_id}/history", MallQueries.agreement_history,
          policy=SIDE_OR_OPERATOR, takes=schemas.HistoryAsked, gives=answers.AgreementHistory,
          summary="Every offer and what became of it, the latest first."),
]  # fmt: skip
