"""Sold or not, who bought; the books."""

from services.kernel.doors.operation import OPERATOR, SIGNED_IN, Operation, only, query
from services.mall.answers import accounts, figures, months
from services.mall.queries import MallQueries
from services.mall.schemas import questions

operations: list[Operation] = [
    query("listing_sales", "/listings/{listing_id}/sales", MallQueries.listing_sales, takes=questions.ListingSalesAsked,
          policy=only("the seller of the listing, or an operator"), gives=figures.ListingSales,
          summary="Was it sold, through whom, and who bought."),
    query("community_sales", "/shelves/{group_id}/sales", MallQueries.community_sales,
          takes=questions.CommunitySalesAsked, gives=figures.CommunitySales,
          policy=only("the owner or a leader of the group, or an operator"), summary="What a group sold, and to whom."),
    query("shelf_report", "/shelves/{group_id}/report", MallQueries.shelf_report,
          takes=questions.CommunitySalesAsked, gives=figures.ShelfReport,
          policy=only("the owner of the group, or an operator"),
          summary="What a group's shelf sold, listing by listing, and what became of its shares."),
    query("my_sales", "/sales/mine", MallQueries.my_sales, policy=SIGNED_IN, takes=questions.CommunitySalesAsked,
          gives=figures.MySales, summary="What was sold by your share links and from your own shelf."),
    query("listings_sold", "/sales/listings", MallQueries.listings_sold, policy=OPERATOR, takes=questions.SoldAsked,
          gives=figures.ListingsSold, summary="The listings that sold most."),
    query("communities_sold", "/sales/communities", MallQueries.communities_sold, policy=OPERATOR,
          takes=questions.SoldAsked, gives=figures.CommunitiesSold, summary="The groups that sold most."),
    query("months_sold", "/sales/months", MallQueries.months_sold, policy=OPERATOR, takes=questions.FiguresAsked,
          gives=months.MonthsSold, summary="What was sold month by month, and where the money lay at the end of it."),
    query("books", "/books", MallQueries.books, policy=OPERATOR, takes=questions.BooksAsked, gives=accounts.Books,
          summary="Every account with its balance; they sum to zero."),
    query("account", "/accounts/{party_id}", MallQueries.account, takes=questions.FiguresAsked,
          gives=accounts.AccountSeen,
          policy=only("the party itself, or an operator"), summary="What is held for a party, and what is available."),
]  # fmt: skip
