"""What the chapters of the story share: who is there, what was founded and listed, what was sold."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from services.demo.checks import Checks, Sale
from services.demo.client import Api, Speaker
from services.demo.reading import Reader
from services.demo.telling import Telling

CURRENCY = "CNY"


@dataclass(frozen=True, slots=True)
class Goods:
    """Something on offer: what it is, whose it is, what it costs, what a community gets for selling it."""

    title: str
    seller: str
    price_minor: int
    commission_bps: int
    stock: int
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A share link: whose it is, what it leads to, and from which community's shelf, if any."""

    owner: str
    goods: str
    group: str | None


FORGOTTEN = "olena"
"""Who asks to be forgotten at the end."""
TICKET = "ticket"
GOODS = {
    "rod": Goods("Fishing rod 鱼竿", "angler", 12_990, 1_200, 5, ("outdoors", "fishing")),
    "lamp": Goods("Head lamp", "lampmaker", 3_333, 750, 20, ("outdoors", "light")),
}
OFFERED = GOODS | {TICKET: Goods("A morning at the lake (ticket)", "owner", 8_800, 0, 2, ("outdoors",))}
"""All that is sold: goods, and the places of the gathering."""
LINKS = {"rod": Link("aylin", "rod", "outdoor"), "lamp": Link("aylin", "lamp", None)}


@dataclass(slots=True)
class Story:
    """One run. ``run`` makes its mails and names its own; ``people`` are called by their part in the story."""

    api: Api
    tell: Telling
    checks: Checks
    operator: Speaker
    run: str
    password: str = field(repr=False)
    is_alone: bool
    """Whether nobody else uses the platform, so that its own accounts can be compared too."""
    people: dict[str, Speaker] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    sellers: dict[str, str] = field(default_factory=dict)
    listings: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    posts: dict[str, str] = field(default_factory=dict)
    gathering_id: str = ""
    review_id: str = ""
    sales: list[Sale] = field(default_factory=list)
    reader: Reader = field(init=False)
    """The partner, once it has read."""
    forgotten: list[str] = field(default_factory=list)
    fee_bps: int = 0
    member_bps: int = 0
    """What a member gets of a pool that she shares with a community."""
    return_window_days: int = 0
    is_clock_movable: bool = False

    def __getitem__(self, part: str) -> Speaker:
        return self.people[part]

    def name(self, person_id: str) -> str:
        """Who that is."""
        return next((one.name for one in self.people.values() if one.person_id == person_id), "somebody else")

    def seller_of(self, goods: str) -> Speaker:
        """Who sells it."""
        return self.people[OFFERED[goods].seller]

    def goods_of(self, sale: Sale) -> str:
        """What was sold."""
        return next(goods for goods, listing_id in self.listings.items() if listing_id == sale.listing_id)

    def sold(self, goods: str, group: str | None = None) -> list[Sale]:
        """What was sold of it; through one group's shelf, where one is named."""
        chosen = [sale for sale in self.sales if sale.listing_id == self.listings[goods]]
        return [sale for sale in chosen if group is None or sale.group_id == self.groups[group]]

    def shared_by(self, part: str) -> list[Sale]:
        """What was sold by the links of somebody."""
        return [sale for sale in self.sales if sale.member_id == self[part].person_id]

    def through(self, group: str) -> list[Sale]:
        """What was sold through the shelf of a group."""
        return [sale for sale in self.sales if sale.group_id == self.groups[group]]

    def bought_by(self, part: str, goods: str) -> Sale:
        """The first sale of it to somebody."""
        return next(sale for sale in self.sold(goods) if sale.buyer == self[part].name)

    def is_owned(self, group: str, part: str) -> bool:
        """Whether the group is this person's own: nobody earns on his own purchase."""
        return (group, part) in {("outdoor", "owner"), ("gadget", "curator")}

    async def heard(self, services: Iterable[str] = ("groups", "mall", "events")) -> None:
        """Wait until these services have heard of everything done so far."""
        for service in services:
            await self.api.heard(service, self.operator.token)
