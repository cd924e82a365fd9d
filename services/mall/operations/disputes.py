"""What the banks of buyers take back."""

from services.kernel.doors.operation import OPERATOR, SIGNED_IN, Operation, command, query
from services.mall.answers import disputes as answers
from services.mall.application import Mall
from services.mall.queries import MallQueries
from services.mall.schemas import disputes as schemas
from services.mall.schemas import questions

operations: list[Operation] = [
    query("disputes", "/disputes", MallQueries.disputes, policy=OPERATOR, takes=questions.DisputesAsked,
          gives=answers.DisputesSeen, summary="What the banks of buyers dispute, and how that ended."),
    command("settle_dispute", "/disputes/{dispute_id}/settlement", Mall.settle_dispute, policy=OPERATOR,
            takes=schemas.SettleDispute, gives=answers.DisputeAnswer,
            summary="Say how it ends, where the provider contradicts itself; a second operator says the same."),
    query("my_disputes", "/disputes/mine", MallQueries.my_disputes, policy=SIGNED_IN,
          takes=questions.MyDisputesAsked, gives=answers.DisputesOfSeller,
          summary="What is disputed of the orders that you sold."),
]  # fmt: skip
