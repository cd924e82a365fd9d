"""Terms, sellers and what they offer."""

from services.kernel.doors.operation import OPERATOR, PUBLIC, SIGNED_IN, Operation, command, only, query
from services.mall.answers import commands as replies
from services.mall.answers import terms, things
from services.mall.application import Mall
from services.mall.queries import MallQueries
from services.mall.schemas import commands, questions

STANDING_SELLER, ITS_SELLER = only("a seller in good standing"), only("the seller of the listing")

operations: list[Operation] = [
    query("terms", "/terms", MallQueries.terms, policy=PUBLIC, takes=questions.TermsAsked, gives=terms.TermsSeen,
          summary="Fee, return window, reservation, and who may sell: what holds, and what is announced."),
    query("terms_versions", "/terms/versions", MallQueries.terms_versions, policy=PUBLIC,
          takes=questions.TermsVersionsAsked, gives=terms.TermsVersionsSeen,
          summary="All terms there ever were, and when each held."),
    command("set_terms", "/terms", Mall.set_terms, policy=OPERATOR, takes=commands.SetTerms, gives=terms.TermsAnnounced,
            summary="Announce the terms of orders to come."),
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
    command("spread_stock", "/listings/{listing_id}/buckets", Mall.spread_stock, policy=ITS_SELLER,
            takes=commands.SpreadStock, gives=replies.StockSpread,
            summary="Have the stock lie in so many buckets, so that many can buy at once; or in one again."),
    command("withdraw_listing", "/listings/{listing_id}/withdraw", Mall.withdraw_listing, policy=ITS_SELLER,
            takes=commands.WithReason, gives=replies.ListingAnswer, summary="Offer it no longer."),
]  # fmt: skip
