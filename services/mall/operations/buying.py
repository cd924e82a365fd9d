"""Checkouts, orders, payments and refunds."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.kernel.doors.operation import OPERATOR, PUBLIC, SIGNED_IN, Actor, Operation, command, only, query, raw
from services.mall.answers import commands as replies
from services.mall.answers import things
from services.mall.answers import ways as seen
from services.mall.application import Mall
from services.mall.application.stock import first_bucket
from services.mall.domain.marks import Marks
from services.mall.domain.trail import Trail
from services.mall.payments.acting import payment_action
from services.mall.payments.callbacks import payment_callback
from services.mall.queries import MallQueries
from services.mall.schemas import commands, questions
from services.mall.schemas import refunds as refunding

ITS_BUYER, ORDER_SELLER = only("the buyer"), only("the seller of the order")


def _looked_for(actor: Actor, fields: Mapping[str, Any]) -> frozenset[UUID]:
    kept = (Trail, Marks) if fields.get("device") else (Trail,)
    own = [kind.create_id(actor.person_id) for kind in kept]
    return frozenset({*own, *(line["listing_id"] for line in fields["lines"])})


operations: list[Operation] = [
    command("open_checkout", "/checkouts", Mall.open_checkout, policy=SIGNED_IN, status=201,
            takes=commands.OpenCheckout, gives=replies.CheckoutOpened,
            looks_for=_looked_for, leads_to=first_bucket, secrets=frozenset({"device"}),
            summary="Order from one or several sellers; the stock is kept, and the payment asked for."),
    query("checkout", "/checkouts/{checkout_id}", MallQueries.checkout, policy=ITS_BUYER, gives=things.CheckoutSeen,
          has_ended=MallQueries.ended_checkouts,
          summary="How a checkout, its payment and its refunds stand."),
    command("cancel_checkout", "/checkouts/{checkout_id}/cancel", Mall.cancel_checkout, policy=ITS_BUYER,
            gives=replies.CheckoutAnswer, summary="Give it up before it is paid."),
    raw("payment_action", "GET", "/checkouts/{checkout_id}/payment-action", payment_action, policy=ITS_BUYER,
        takes=questions.PaymentActionAsked, gives=things.PaymentActionSeen, rate="12/minute",
        summary="What its buyer still has to do to pay, as the provider says now."),
    raw("payment_callback", "POST", "/payments/callback", payment_callback, policy=PUBLIC, status=204, is_counted=False,
        summary="For the payment provider, signed as that provider signs: what became of what it was asked for."),
    query("orders", "/orders", MallQueries.orders, policy=SIGNED_IN, takes=questions.OrdersAsked,
          gives=things.OrdersSeen, summary="What you bought, or what was bought of you."),
    query("order", "/orders/{order_id}", MallQueries.order, policy=only("the buyer, the seller, or an operator"),
          gives=things.OrderSeen, summary="One order with its lines."),
    query("attribution", "/orders/{order_id}/lines/{line_id}/attribution", MallQueries.attribution,
          policy=only("the buyer, the seller, who earns by the line, or an operator"), gives=seen.AttributionSeen,
          summary="Why this commission: rule, touches and arithmetic, as they were when the order was placed."),
    command("deliver", "/orders/{order_id}/deliver", Mall.deliver, policy=ORDER_SELLER, gives=replies.OrderAnswer,
            summary="It was delivered; the return window begins."),
    command("request_return", "/orders/{order_id}/returns", Mall.request_return, policy=ITS_BUYER,
            takes=commands.RequestReturn, gives=replies.OrderAnswer, summary="Send goods back."),
    command("refund_line", "/orders/{order_id}/refunds", Mall.refund_line, takes=commands.RefundLine, status=201,
            policy=only("the seller of the order, or an operator"), gives=replies.RefundAnswer,
            summary="Pay a line back; every share of it is taken back."),
    command("retry_refund", "/checkouts/{checkout_id}/refunds/{refund_id}/retry", Mall.retry_refund, policy=OPERATOR,
            gives=replies.RetryAnswer, summary="Demand a refund that failed or came back once more."),
    command("settle_refund", "/checkouts/{checkout_id}/refunds/{refund_id}/settlement", Mall.settle_refund,
            policy=OPERATOR, takes=refunding.SettleRefund, gives=replies.RetryAnswer,
            summary="Say that its bank sent it back, or that the buyer got it another way; a second operator says so."),
]  # fmt: skip
