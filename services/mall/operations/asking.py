"""Which goods suit which community, and how an order comes about: one row an operation."""

from services.kernel.doors.operation import Operation, only, query
from services.mall.answers import journeys, suitability
from services.mall.queries import MallQueries
from services.mall.schemas import asking

ITS_SELLER = only("the seller of the listing, or an operator")
WHO_LEADS = only("the owner or a leader of the group, or an operator")

operations: list[Operation] = [
    query("listing_communities", "/listings/{listing_id}/communities", MallQueries.listing_communities,
          policy=ITS_SELLER, takes=asking.SuitabilityAsked, gives=suitability.CommunitiesThatSuit,
          summary="Which communities the listing suits, with the reasons."),
    query("shelf_suggestions", "/shelves/{group_id}/suggestions", MallQueries.shelf_suggestions,
          policy=WHO_LEADS, takes=asking.SuitabilityAsked, gives=suitability.ListingsThatSuit,
          summary="Which listings suit the group, with the reasons."),
    query("listing_journey", "/listings/{listing_id}/journey", MallQueries.listing_journey, policy=ITS_SELLER,
          gives=journeys.ListingJourney, summary="From the posts and gatherings that show it to its orders."),
    query("community_journey", "/shelves/{group_id}/journey", MallQueries.community_journey, policy=WHO_LEADS,
          gives=journeys.CommunityJourney, summary="From the group's posts and gatherings to orders."),
]  # fmt: skip
