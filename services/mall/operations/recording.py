"""What happened elsewhere, for operators."""

from services.kernel.doors.operation import OPERATOR, Operation, command
from services.mall.answers import commands as replies
from services.mall.answers.payouts import PayoutAnswer
from services.mall.answers.reviews import ReviewAnswer
from services.mall.application import Mall
from services.mall.schemas import records, reviews

operations: list[Operation] = [
    command("record_seller", "/records/sellers", Mall.record_seller, policy=OPERATOR, records=True, status=201,
            takes=records.RecordSeller, gives=replies.SellerAnswer, summary="Record who sold elsewhere."),
    command("record_listing", "/records/listings", Mall.record_listing, policy=OPERATOR, records=True, status=201,
            takes=records.RecordListing, gives=replies.ListingAnswer, summary="Record what was offered elsewhere."),
    command("record_sale", "/records/sales", Mall.record_sale, policy=OPERATOR, records=True, status=201,
            takes=records.RecordSale, gives=replies.SaleRecorded, summary="Record what was ordered elsewhere."),
    command("record_payment", "/records/payments", Mall.record_payment, policy=OPERATOR, records=True, status=201,
            takes=records.RecordPayment, gives=replies.PaymentRecorded, summary="Record what was paid elsewhere."),
    command("record_settlement", "/records/settlements", Mall.record_settlement, policy=OPERATOR, records=True,
            status=201, takes=records.RecordSettlement, gives=replies.CheckoutAnswer,
            summary="Book what was paid to the orders, and what is left to suspense."),
    command("record_delivery", "/records/deliveries", Mall.record_delivery, policy=OPERATOR, records=True, status=201,
            takes=records.RecordDelivery, gives=replies.OrderAnswer, summary="Record when an order arrived."),
    command("record_cancellation", "/records/cancellations", Mall.record_cancellation, policy=OPERATOR, records=True,
            status=201, takes=records.RecordCancellation, gives=replies.CheckoutAnswer,
            summary="Record that a sale was cancelled; what was paid waits in suspense."),
    command("record_refund", "/records/refunds", Mall.record_refund, policy=OPERATOR, records=True, status=201,
            takes=records.RecordRefund, gives=replies.CheckoutAnswer,
            summary="Record that a sale was cancelled and all that was paid for it went back."),
    command("record_payout", "/records/payouts", Mall.record_payout, policy=OPERATOR, records=True, status=201,
            takes=records.RecordPayout, gives=PayoutAnswer, looks_for=lambda _, fields: frozenset(fields["order_ids"]),
            summary="Record what a party was paid elsewhere for orders that were released."),
    command("record_review", "/records/reviews", Mall.record_review, policy=OPERATOR, records=True, status=201,
            takes=reviews.RecordReview, gives=ReviewAnswer, summary="Record how something was judged elsewhere."),
]  # fmt: skip
