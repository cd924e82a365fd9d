"""Two sellers open, two goods are listed, and communities put them on their shelves."""

from services.amounts import money
from services.demo.steps.people import Claimed, judge
from services.demo.story import CURRENCY, GOODS, LINKS, Story

REAL_NAME = Claimed("angler", "real_name", 1)
SHELVES = (("outdoor", "owner", "rod"), ("outdoor", "owner", "lamp"), ("gadget", "curator", "rod"))


async def offer(story: Story) -> None:
    """One seller is refused until the real name is certified; then both list, and shelves are filled."""
    story.tell.chapter("Verified sellers list goods, and communities put them on their shelves")
    await _read_terms(story)
    story.tell.say("Only who is known by a certified real name may sell:")
    refused = await story["angler"].is_refused("mall.seller_threshold_unmet", "/mall/sellers", name="王伟渔具")
    story.tell.refusal(story["angler"].name, refused.sentence)
    await judge(story, REAL_NAME)
    await story.heard(["mall"])
    await _open_and_list(story, "rod", "王伟渔具")
    await _open_and_list(story, "lamp", "Luces Núñez")
    for group, owner, goods in SHELVES:
        await story[owner].do(f"/mall/shelves/{story.groups[group]}/picks", listing_id=story.listings[goods])
    await _show(story)
    await _share(story)
    await story.heard(["groups"])


async def check_stock(story: Story, goods: str) -> None:
    """Hold what is left and what was sold of it against the story."""
    seen = await story.api.ask(f"/mall/listings/{story.listings[goods]}")
    sold = sum(sale.quantity for sale in story.sold(goods))
    wanted = {"available": GOODS[goods].stock - sold, "sold": sold, "price_minor": GOODS[goods].price_minor}
    story.checks.every(f"listing {GOODS[goods].title}", wanted, seen)


async def _read_terms(story: Story) -> None:
    terms = await story.api.ask("/mall/terms")
    story.fee_bps, story.return_window_days = terms["platform_fee_bps"], terms["return_window_days"]
    story.member_bps = terms["member_share_bps"]


async def _open_and_list(story: Story, goods: str, name: str) -> None:
    seller, wanted = story.seller_of(goods), GOODS[goods]
    opened = await seller.do("/mall/sellers", name=name)
    listed = await seller.do(
        "/mall/listings", title=wanted.title, price_minor=wanted.price_minor, currency=CURRENCY, stock=wanted.stock,
        tags=list(wanted.tags), commission_bps=wanted.commission_bps,
    )  # fmt: skip
    story.sellers[goods], story.listings[goods] = opened["seller_id"], listed["listing_id"]
    await check_stock(story, goods)


async def _share(story: Story) -> None:
    """A member has links of her own: one from the shelf of her community, one from none."""
    for name, link in LINKS.items():
        shelf = {"group_id": story.groups[link.group]} if link.group else {}
        made = await story[link.owner].do("/mall/links", listing_id=story.listings[link.goods], **shelf)
        story.links[name] = made["link_id"]
        shared = await story.api.ask(f"/mall/l/{made['code']}")
        wanted = {"listing_id": story.listings[link.goods], "link_state": "valid", "is_advert": True}
        story.checks.every(f"the link to the {name}", wanted, shared)
        owner = story[link.owner].name
    story.tell.say(
        f"{owner} shares the rod by a link of her own from the shelf of the outdoor community, and the lamp by one "
        "without a shelf. Whoever opens them sees that somebody may earn by it."
    )


async def _show(story: Story) -> None:
    rows = []
    for group, name in (("outdoor", "Outdoor Friends"), ("gadget", "Gadget Corner")):
        shelf = await story.api.ask(f"/mall/shelves/{story.groups[group]}")
        wanted = sorted(story.listings[goods] for of, _, goods in SHELVES if of == group)
        story.checks.same(f"shelf of {name}", wanted, sorted(pick["listing_id"] for pick in shelf["items"]))
        rows += [[name, *await _row(story, pick["listing_id"])] for pick in shelf["items"]]
    columns = ["Shelf of", "What", "Price", "In stock", "Community gets", "Seller"]
    story.tell.table("On the shelves", columns, rows, numbers=[2, 3, 4])


async def _row(story: Story, listing_id: str) -> list[object]:
    goods = next(goods for goods, known in story.listings.items() if known == listing_id)
    seen = await story.api.ask(f"/mall/listings/{listing_id}")
    rate = f"{GOODS[goods].commission_bps / 100:g} %"
    return [seen["title"], money(seen["price_minor"], CURRENCY), seen["available"], rate, story.seller_of(goods).name]
