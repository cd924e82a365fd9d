"""The surface of the mall: one row an operation, one file a topic."""

from services.kernel.doors.operation import Operation
from services.mall.operations import (
    agreements,
    asking,
    buying,
    cases,
    disputes,
    documents,
    figures,
    fraud_holds,
    payouts,
    reconciling,
    recording,
    reviews,
    selling,
    shelves,
    statements,
    tariffs,
)

operations: list[Operation] = [
    *selling.operations, *shelves.operations, *buying.operations, *disputes.operations, *reviews.operations,
    *recording.operations, *figures.operations, *asking.operations, *tariffs.operations, *statements.operations,
    *payouts.operations, *cases.operations,
    *reconciling.operations, *agreements.operations, *documents.operations,
    *fraud_holds.operations,
]  # fmt: skip
