"""What groups and people show, and the ways by which buyers come."""

from services.kernel.doors.operation import PUBLIC, SIGNED_IN, Operation, command, only, query
from services.mall.answers import commands as replies
from services.mall.answers import ways as seen
from services.mall.application import Mall
from services.mall.queries import MallQueries
from services.mall.schemas import commands, questions, ways

WHO_PICKS = only("the owner or a leader of the group")
OF_TOGGLES = "30/minute"
"""Of what one may change to and fro for ever: each change is kept, and read whenever the shelf is."""

operations: list[Operation] = [
    command("pick", "/shelves/{group_id}/picks", Mall.pick, policy=WHO_PICKS, takes=commands.PickListing,
            rate=OF_TOGGLES, gives=replies.PickAnswer, summary="Put a listing on the group's shelf."),
    command("drop", "/shelves/{group_id}/drops", Mall.drop, policy=WHO_PICKS, takes=commands.DropListing,
            rate=OF_TOGGLES, gives=replies.PickAnswer, summary="Take a listing off the group's shelf."),
    query("shelf", "/shelves/{group_id}", MallQueries.shelf, policy=PUBLIC, takes=questions.ShelfAsked,
          gives=seen.ShelfSeen, summary="What a group shows."),
    command("set_season", "/shelves/{group_id}/season", Mall.set_season, policy=WHO_PICKS, takes=ways.SetSeason,
            rate=OF_TOGGLES, gives=replies.ShelfAnswer,
            summary="Open the group's shelf, or one pick of it, between two times."),
    command("pick_mine", "/shelf/picks", Mall.pick_mine, policy=SIGNED_IN, takes=ways.PickMine,
            rate=OF_TOGGLES, gives=replies.MyPickAnswer, summary="Put a listing on your own shelf."),
    command("drop_mine", "/shelf/drops", Mall.drop_mine, policy=SIGNED_IN, takes=commands.DropListing,
            rate=OF_TOGGLES, gives=replies.MyPickAnswer, summary="Take a listing off your own shelf."),
    command("set_my_season", "/shelf/season", Mall.set_my_season, policy=SIGNED_IN, takes=ways.SetSeason,
            rate=OF_TOGGLES, gives=replies.MyShelfAnswer,
            summary="Open your own shelf, or one pick of it, between two times."),
    query("member_shelf", "/people/{person_id}/shelf", MallQueries.member_shelf, policy=PUBLIC,
          takes=questions.ShelfAsked, gives=seen.MemberShelfSeen, summary="What a person shows."),
    command("make_link", "/links", Mall.make_link, policy=SIGNED_IN, status=201, takes=ways.MakeLink,
            gives=replies.LinkAnswer, summary="Share a listing by a link of your own, from a group's shelf or none."),
    query("my_links", "/links", MallQueries.my_links, policy=SIGNED_IN, takes=questions.LinksAsked,
          gives=seen.LinksSeen, summary="Your share links."),
    command("revoke_link", "/links/{link_id}/revoke", Mall.revoke_link, policy=only("the owner of the link"),
            gives=replies.LinkAnswer, summary="Take a share link back; nothing is earned by it any more."),
    query("shared_listing", "/l/{link}", MallQueries.shared_listing, policy=PUBLIC, gives=seen.SharedListing,
          summary="The listing that a share link leads to. Opening it remembers nothing."),
    command("touch", "/touches", Mall.touch, policy=SIGNED_IN, takes=ways.TouchListing, gives=replies.ListingAnswer,
            summary="Remember by which way you came to a listing."),
    query("my_touches", "/touches", MallQueries.my_touches, policy=SIGNED_IN, gives=seen.TouchesSeen,
          summary="What is remembered of the ways by which you came, and until when it counts."),
    command("leave_ways", "/touches/leave", Mall.leave_ways, policy=SIGNED_IN, takes=ways.LeaveWays,
            summary="Have no way to a listing, or to any, count any more."),
]  # fmt: skip
