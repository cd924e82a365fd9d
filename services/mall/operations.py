"""The surface of the mall: one row an operation."""

from services.kernel.doors.operation import OPERATOR, PUBLIC, SIGNED_IN, Operation, command, only, query, raw
from services.mall.answers import commands as replies
from services.mall.answers import figures, things
from services.mall.application import Mall
from services.mall.payments.callbacks import payment_callback
from services.mall.queries import MallQueries
from services.mall.schemas import commands, questions, records

STANDING_SELLER, ITS_SELLER = only("a seller in good standing"), only("the seller of the listing")
WHO_PICKS = only("the owner or a leader of the group")
ITS_BUYER, ORDER_SELLER = only("the buyer"), only("the seller of the order")

_selling: list[Operation] = [
    query("terms", "/terms", MallQueries.terms, policy=PUBLIC, gives=things.TermsSeen,
          summary="Fee, return window, reservation, and who may sell."),
    command("set_terms", "/terms", Mall.set_terms, policy=OPERATOR, takes=commands.SetTerms,
            summary="Set the terms of orders to come."),
    command("open_seller", "/sellers", Mall.open_seller, policy=SIGNED_IN, status=201, takes=commands.OpenSeller,
            gives=replies.SellerAnswer, summary="Sell here, with the claims that the terms ask for."),
    query("seller", "/sellers/{seller_id}", MallQueries.seller, policy=PUBLIC, gives=things.SellerSeen,
          summary="Who sells, and what is certified of them."),
    command("list_goods", "/listings", Mall.list_goods, policy=STANDING_SELLER, status=201, takes=commands.ListGoods,
            gives=replies.ListingAnswer, summary="Offer goods or a service."),
    query("listings", "/listings", MallQueries.listings, policy=PUBLIC, takes=questions.ListingsAsked,
          gives=things.ListingsSeen, summary="What is offered, by tag or seller."),
    query("listing", "/listings/{listing_id}", MallQueries.listing, policy=PUBLIC, gives=things.ListingSeen,
          summary="One listing, and how many are available."),
    command("reprice", "/listings/{listing_id}/price", Mall.reprice, policy=ITS_SELLER, takes=commands.Reprice,
            gives=replies.ListingAnswer, summary="Ask another price for orders to come."),
    command("restock", "/listings/{listing_id}/stock", Mall.restock, policy=ITS_SELLER, takes=commands.Restock,
            gives=replies.ListingAnswer, summary="Have so many more."),
    command("withdraw_listing", "/listings/{listing_id}/withdraw", Mall.withdraw_listing, policy=ITS_SELLER,
            takes=commands.WithReason, gives=replies.ListingAnswer, summary="Offer it no longer."),
    command("pick", "/shelves/{group_id}/picks", Mall.pick, policy=WHO_PICKS, takes=commands.PickListing,
            gives=replies.PickAnswer, summary="Put a listing on the group's shelf."),
    command("drop", "/shelves/{group_id}/drops", Mall.drop, policy=WHO_PICKS, takes=commands.DropListing,
            gives=replies.PickAnswer, summary="Take a listing off the group's shelf."),
    query("shelf", "/shelves/{group_id}", MallQueries.shelf, policy=PUBLIC, takes=questions.ShelfAsked,
          gives=things.ShelfSeen, summary="What a group shows."),
]  # fmt: skip

_buying: list[Operation] = [
    command("open_checkout", "/checkouts", Mall.open_checkout, policy=SIGNED_IN, status=201,
            takes=commands.OpenCheckout, gives=replies.CheckoutOpened,
            summary="Order from one or several sellers; the stock is kept, and the payment asked for."),
    query("checkout", "/checkouts/{checkout_id}", MallQueries.checkout, policy=ITS_BUYER, gives=things.CheckoutSeen,
          summary="How a checkout, its payment and its refunds stand."),
    command("cancel_checkout", "/checkouts/{checkout_id}/cancel", Mall.cancel_checkout, policy=ITS_BUYER,
            gives=replies.CheckoutAnswer, summary="Give it up before it is paid."),
    raw("payment_callback", "POST", "/payments/callback", payment_callback, policy=PUBLIC, status=204, is_counted=False,
        summary="For the payment provider, signed by Standard Webhooks: the outcome of a payment or refund."),
    query("orders", "/orders", MallQueries.orders, policy=SIGNED_IN, takes=questions.OrdersAsked,
          gives=things.OrdersSeen, summary="What you bought, or what was bought of you."),
    query("order", "/orders/{order_id}", MallQueries.order, policy=only("the buyer, the seller, or an operator"),
          gives=things.OrderSeen, summary="One order with its lines."),
    command("deliver", "/orders/{order_id}/deliver", Mall.deliver, policy=ORDER_SELLER, gives=replies.OrderAnswer,
            summary="It was delivered; the return window begins."),
    command("request_return", "/orders/{order_id}/returns", Mall.request_return, policy=ITS_BUYER,
            takes=commands.RequestReturn, gives=replies.OrderAnswer, summary="Send goods back."),
    command("refund_line", "/orders/{order_id}/refunds", Mall.refund_line, takes=commands.RefundLine, status=201,
            policy=only("the seller of the order, or an operator"), gives=replies.RefundAnswer,
            summary="Pay a line back; every share of it is taken back."),
    command("retry_refund", "/checkouts/{checkout_id}/refunds/{refund_id}/retry", Mall.retry_refund, policy=OPERATOR,
            gives=replies.RetryAnswer, summary="Demand a refund that failed once more."),
]  # fmt: skip

_recording: list[Operation] = [
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
]  # fmt: skip

_figures: list[Operation] = [
    query("listing_sales", "/listings/{listing_id}/sales", MallQueries.listing_sales, takes=questions.ListingSalesAsked,
          policy=only("the seller of the listing, or an operator"), gives=figures.ListingSales,
          summary="Was it sold, through whom, and who bought."),
    query("community_sales", "/shelves/{group_id}/sales", MallQueries.community_sales,
          takes=questions.CommunitySalesAsked, gives=figures.CommunitySales,
          policy=only("the owner or a leader of the group, or an operator"), summary="What a group sold, and to whom."),
    query("listings_sold", "/sales/listings", MallQueries.listings_sold, policy=OPERATOR, takes=questions.SoldAsked,
          gives=figures.ListingsSold, summary="The listings that sold most."),
    query("communities_sold", "/sales/communities", MallQueries.communities_sold, policy=OPERATOR,
          takes=questions.SoldAsked, gives=figures.CommunitiesSold, summary="The groups that sold most."),
    query("books", "/books", MallQueries.books, policy=OPERATOR, takes=questions.BooksAsked, gives=figures.Books,
          summary="Every account with its balance; they sum to zero."),
    query("account", "/accounts/{party_id}", MallQueries.account, gives=figures.AccountSeen,
          policy=only("the party itself, or an operator"), summary="What is held for a party, and what is available."),
]  # fmt: skip

operations: list[Operation] = [*_selling, *_buying, *_recording, *_figures]
