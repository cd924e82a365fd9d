"""The books against what the payment provider states, for operators."""

from services.kernel.doors.operation import OPERATOR, Operation, command, query
from services.mall.answers import reconciliations as answers
from services.mall.application import Mall
from services.mall.queries import MallQueries
from services.mall.schemas import reconciliations as schemas

operations: list[Operation] = [
    command("demand_statement", "/reconciliations/{day}", Mall.demand_statement, policy=OPERATOR,
            gives=answers.DayAnswer, summary="Have the provider's statement of a day imported now, or once more."),
    query("reconciliations", "/reconciliations", MallQueries.reconciliations, policy=OPERATOR,
          takes=schemas.DaysAsked, gives=answers.DaysSeen,
          summary="Each day: what the provider states, what we booked, what is open."),
    query("statement_lines", "/reconciliations/{day}/lines", MallQueries.statement_lines, policy=OPERATOR,
          takes=schemas.LinesAsked, gives=answers.StatementLinesSeen,
          summary="The lines of a day's statement, in every version of it."),
    command("accept_fees", "/reconciliations/{day}/fees", Mall.accept_fees, policy=OPERATOR,
            gives=answers.DayAnswer, summary="Book what the provider kept on a day."),
    query("discrepancies", "/discrepancies", MallQueries.discrepancies, policy=OPERATOR,
          takes=schemas.DiscrepanciesAsked, gives=answers.DiscrepanciesSeen,
          summary="What the provider states and we have not booked, and the other way round, with its age."),
    query("discrepancy", "/discrepancies/{discrepancy_id}", MallQueries.discrepancy, policy=OPERATOR,
          gives=answers.DiscrepancySeen, summary="One of them: what they say, what we booked, what became of it."),
    command("resolve_discrepancy", "/discrepancies/{discrepancy_id}/resolution", Mall.resolve_discrepancy,
            policy=OPERATOR, takes=schemas.ResolveDiscrepancy, gives=answers.DiscrepancyAnswer,
            summary="Book it to the account that explains it, or strike it from what they state."),
]  # fmt: skip
