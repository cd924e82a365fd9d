"""Cases: buyer and seller do not agree about an order."""

from services.kernel.doors.operation import OPERATOR, PUBLIC, SIGNED_IN, Operation, command, only, query
from services.mall.answers import cases as answers
from services.mall.application import Mall
from services.mall.queries import MallQueries
from services.mall.schemas import cases as schemas

ITS_BUYER, ITS_SELLER = only("the buyer"), only("the seller of the order")
WHO_TAKES_PART = only("the buyer, the seller, or an operator")

operations: list[Operation] = [
    query("case_terms", "/case-terms", MallQueries.case_terms, policy=PUBLIC, gives=answers.CaseTermsSeen,
          summary="How long everybody has in a case."),
    command("set_case_terms", "/case-terms", Mall.set_case_terms, policy=OPERATOR, takes=schemas.SetCaseTerms,
            summary="Set how long everybody has in cases that are opened from now on."),
    command("open_case", "/orders/{order_id}/cases", Mall.open_case, policy=ITS_BUYER, takes=schemas.OpenCase,
            rate="10/minute", status=201, gives=answers.CaseAnswer,
            summary="Say what is wrong with an order; nothing of it is released before that is settled."),
    query("cases", "/cases", MallQueries.cases, policy=SIGNED_IN, takes=schemas.CasesAsked, gives=answers.CasesSeen,
          summary="Cases about what you bought or sold."),
    query("case", "/cases/{case_id}", MallQueries.case, policy=WHO_TAKES_PART, takes=schemas.CaseAsked,
          gives=answers.CaseSeen, summary="One case, with all that happened to its order."),
    command("answer_case", "/cases/{case_id}/answer", Mall.answer_case, policy=ITS_SELLER, takes=schemas.AnswerCase,
            gives=answers.CaseAnswer, summary="Answer it; then it is the buyer's turn."),
    command("say_in_case", "/cases/{case_id}/words", Mall.say_in_case, policy=WHO_TAKES_PART, takes=schemas.SayInCase,
            rate="30/minute", gives=answers.CaseAnswer, summary="Add words, or what you can show, to it."),
    command("escalate_case", "/cases/{case_id}/escalation", Mall.escalate_case, policy=ITS_BUYER,
            takes=schemas.AnswerCase, gives=answers.CaseAnswer, summary="Have an operator decide."),
    command("settle_case", "/cases/{case_id}/settlement", Mall.settle_case, policy=ITS_BUYER,
            gives=answers.CaseAnswer, summary="Be content with how it stands; the case is closed."),
    command("decide_case", "/cases/{case_id}/decision", Mall.decide_case, policy=OPERATOR, takes=schemas.DecideCase,
            gives=answers.CaseAnswer, summary="Decide it; what goes back takes the way of every refund."),
    query("cases_to_settle", "/books/cases", MallQueries.cases_to_settle, policy=OPERATOR,
          takes=schemas.CasesToSettleAsked, gives=answers.CasesToSettle,
          summary="Cases that wait, overdue ones first."),
]  # fmt: skip
