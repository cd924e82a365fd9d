"""What does not fit in this set; what has an amount says where it is booked."""

from .. import findings


class Cause(findings.Cause):
    """Why something is odd."""

    PAID_WITHOUT_LINES = (
        "paid_without_lines",
        "paid, and the set has no lines for it",
        "booked to suspense_paid_without_lines; given back where it was cancelled",
    )
    OVERPAID = ("overpaid", "paid more than the lines cost", "the rest booked to suspense_overpaid, or given back")
    OVERPAID_BY_CENTS = ("overpaid_by_cents", "paid under 0.10 too much", "the rest booked to suspense_overpaid")
    UNDERPAID = ("underpaid", "paid less than the lines cost", "the gap booked to suspense_underpaid, a debit")
    UNDERPAID_BY_CENTS = ("underpaid_by_cents", "paid under 0.10 too little", "the gap booked to suspense_underpaid")
    CANCELLED_PAID = (
        "cancelled_paid",
        "cancelled or unavailable after it was paid, and the set has no refunds",
        "all that was paid taken as given back at the last known moment",
    )
    NEVER_PAID = ("never_paid", "has lines and no payment", "recorded as placed, nothing is booked")
    EMPTY_ORDER = ("empty_order", "an order without lines and without money", "recorded, nothing is booked")
    UNFINISHED = (
        "unfinished",
        "its status ends in the middle",
        "recorded as far as it came: paid money stays held, nothing is delivered",
    )
    SEVERAL_SELLERS = ("several_sellers", "one order with several sellers", "one order for each seller, one checkout")
    PRICE_VARIES = ("price_varies", "a line costs other than the first sale", "the line keeps its own price")
    PRICE_ZERO = ("price_zero", "a product that was never sold for a price", "listed at 0.01, lines keep their price")
    EMPTY_PAYMENT = ("empty_payment", "a payment of 0.00", "recorded as it is")
    PAYMENT_GAP = ("payment_gap", "payments that do not count 1, 2, 3", "recorded in the order of their numbers")
    NO_CATEGORY = ("no_category", "a product without a usable category", "tagged 'uncategorised'")
    CITY_UNUSABLE = ("city_unusable", "a city that is none (a number, a mail address)", "recorded without this tag")
    SEVERAL_PLACES = ("several_places", "one person with several cities or states", "all tags, all communities")
    NO_STATE = ("no_state", "a customer without a state", "recorded without a community")
    DELIVERED_UNDATED = (
        "delivered_undated",
        "delivered, and nobody wrote down when",
        "taken at the last known moment: handed to the carrier, else paid",
    )
    CANCELLED_DELIVERED = (
        "cancelled_delivered",
        "cancelled, and has a date of delivery",
        "the status holds: cancelled, no delivery recorded",
    )
    DATE_UNEXPECTED = ("date_unexpected", "has a date of delivery and is not delivered", "the status holds")
    UNAPPROVED = ("unapproved", "paid, and nobody wrote down when", "payments taken at the time of purchase")
    APPROVED_EARLY = ("approved_early", "approved before it was ordered", "both times recorded as they are")
    CARRIER_EARLY = ("carrier_early", "with the carrier before it was approved", "the carrier's time is not recorded")
    DELIVERED_EARLY = (
        "delivered_early",
        "delivered before it was approved or with the carrier",
        "both times recorded as they are",
    )
    ORDER_UNKNOWN = ("order_unknown", "lines or payments of an order that is in no file", "bought by an unknown person")
    CUSTOMER_UNKNOWN = ("customer_unknown", "an order whose customer is in no file", "bought by an unknown person")
    PRODUCT_UNKNOWN = ("product_unknown", "a product that was sold and is in no file", "tagged 'uncategorised'")
    SELLER_UNKNOWN = ("seller_unknown", "a seller who sold and is in no file", "recorded without tags")
    CUSTOMER_IDLE = ("customer_idle", "a customer without an order", "recorded from the first day of the set")
    PRODUCT_IDLE = ("product_idle", "a product that nobody sold", "not listed: who offers it is not known")
    SELLER_IDLE = ("seller_idle", "a seller without a sale", "recorded from the first day of the set")
    REVIEWED_AGAIN = ("reviewed_again", "an order that was judged more than once", "the last one counts, all are kept")
    REVIEWED_WITHOUT_LINES = ("reviewed_without_lines", "a review of an order without lines", "not recorded")
    REVIEWED_EARLY = ("reviewed_early", "judged before it was ordered", "both times recorded as they are")
    REVIEWED_UNKNOWN = ("reviewed_unknown", "a review of an order that is in no file", "not recorded")
    CONTRARY_ROW = ("contrary_row", "a row that contradicts an earlier one", "not recorded: the earlier one holds")
