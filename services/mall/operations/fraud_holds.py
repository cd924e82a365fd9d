"""Fraud holds: commissions that are suspected, withheld with evidence, appealed against and decided."""

from services.kernel.doors.operation import OPERATOR, PUBLIC, SIGNED_IN, Operation, command, only, query
from services.mall.answers import fraud_holds as answers
from services.mall.application import Mall
from services.mall.queries import MallQueries
from services.mall.schemas import fraud_holds as schemas

WHO_EARNS = only("who earns by it, or owns the group that does")
WHO_EARNS_OR_OPERATOR = only("who earns by it, or owns the group that does, or an operator")

operations: list[Operation] = [
    query("fraud_terms", "/fraud-terms", MallQueries.fraud_terms, policy=PUBLIC, gives=answers.FraudTermsSeen,
          summary="From what on a commission is suspected, and how long everybody has then."),
    command("set_fraud_terms", "/fraud-terms", Mall.set_fraud_terms, policy=OPERATOR, takes=schemas.SetFraudTerms,
            gives=answers.FraudTermsAnswer,
            summary="Announce from what on a commission is suspected; it holds once the notice is over."),
    query("fraud_holds", "/fraud-holds", MallQueries.fraud_holds, policy=SIGNED_IN, takes=schemas.FraudHoldsAsked,
          gives=answers.FraudHoldsSeen, summary="What is or was withheld of your commissions, or of your group's."),
    query("fraud_hold", "/fraud-holds/{hold_id}", MallQueries.fraud_hold, policy=WHO_EARNS_OR_OPERATOR,
          gives=answers.FraudHoldSeen, summary="One fraud hold with its evidence."),
    command("appeal_fraud_hold", "/fraud-holds/{hold_id}/appeal", Mall.appeal_fraud_hold, policy=WHO_EARNS,
            takes=schemas.AppealFraudHold, rate="10/minute", gives=answers.FraudHoldAnswer,
            summary="Say why your commission should be let go."),
    command("decide_fraud_hold", "/fraud-holds/{hold_id}/decision", Mall.decide_fraud_hold, policy=OPERATOR,
            takes=schemas.DecideFraudHold, gives=answers.FraudDecisionAnswer,
            summary="Let it go, or say that it is to be forfeited, which a second operator has to say as well."),
    query("fraud_holds_to_decide", "/books/fraud-holds", MallQueries.fraud_holds_to_decide, policy=OPERATOR,
          takes=schemas.FraudHoldsToDecideAsked, gives=answers.FraudHoldsToDecide,
          summary="Fraud holds that wait for a decision, what is let go first, first."),
]  # fmt: skip
