"""Flash sales: five hundred people order 1 to 50 pieces at the same moment, and processes and servers die meanwhile."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID, uuid4

import httpx

from services.kernel.store.unit import DecisionGaveUp
from services.mall.domain.refusals import SoldOut
from tests.support.servers.postgres import PostgresServer
from tests.support.servers.rabbitmq import RabbitServer
from tests.support.waiting import until

from .asking import Answer, Caller, Wish
from .ground import EVERYTHING
from .journal import ANSWERED, REFUSED, Asked
from .outcome import Outcome
from .trials import Trials

BUYERS, AT_ONCE = 500, 50
MOST_PIECES, PRICE_MINOR = 50, 1_999
IN_BUCKETS = 4
"""Over so many, the pieces of every other sale are spread."""
SELL = ("mall.serve", "mall.work", "entrance")
"""Of these, one dies in each sale; of the rest of them, another."""
SERVER_ONE_IN = 4
"""In one sale of so many, a server dies as well."""
UNTIL_KILL_SECONDS, REST_SECONDS = (0.0, 1.5), 120.0
SOLD_OUT, ASK_AGAIN = SoldOut.code, DecisionGaveUp.code


@dataclass(frozen=True, slots=True)
class Sale:
    """So many pieces of one listing, and all who wanted one."""

    listing_id: str
    pieces: int
    buyers: list[UUID] = field(default_factory=lambda: [uuid4() for _ in range(BUYERS)])


def sell_out(trials: Trials, rounds: int) -> None:
    """Whoever is not answered asks again under the same key. Each sale must sell out, and nobody get a piece more."""
    with trials.trial("flash sales", "500 people order 1 to 50 pieces, processes and servers die") as outcome:
        seller, sales, killed = _seller(trials.caller), list[Sale](), 0
        with ThreadPoolExecutor(AT_ONCE) as crowd:
            for number in range(rounds):
                sales.append(_opened(trials, seller, number))
                rushing = [crowd.submit(_buys, trials.caller, sales[-1], buyer) for buyer in sales[-1].buyers]
                killed += _disturb(trials, outcome)
                for one in rushing:
                    one.result()
                outcome.times += 1
        outcome.said = f"{killed} kills, {sum(one.pieces for one in sales):,} pieces"
        _judge(trials, sales, outcome)


def wrongs_of(sale: Sale, asked: Sequence[Asked], sold: tuple[int, int]) -> Iterator[str]:
    """What is wrong with a sale, by what its buyers were answered and how many are ``sold`` and left in the end."""
    buyers = set(map(str, sale.buyers))
    mine = [one for one in asked if one.person in buyers]
    winners = [one for one in mine if one.outcome == ANSWERED]
    codes = {one.code for one in mine if one.outcome == REFUSED} - {SOLD_OUT, ASK_AGAIN}
    if len(winners) != sale.pieces:
        yield f"{len(winners)} people were told that they have one of {sale.pieces} pieces of {sale.listing_id}"
    if codes:
        yield f"in the sale of {sale.listing_id} people were told {sorted(codes)}"
    if sold != (sale.pieces, 0):
        yield f"of {sale.pieces} pieces of {sale.listing_id}, {sold[0]} are sold in the end, and {sold[1]} are left"


def _seller(caller: Caller) -> UUID:
    seller = uuid4()
    _asked(caller, "open_seller", "/sellers", seller, {"name": "Now or never"})
    return seller


def _opened(trials: Trials, seller: UUID, number: int) -> Sale:
    """A sale of few pieces first, of ever more later, and from the beginning again."""
    pieces = 1 + number * 7 % MOST_PIECES
    body = {"title": "Rod", "price_minor": PRICE_MINOR, "currency": "EUR", "stock": pieces}
    listed = _asked(trials.caller, "list_goods", "/listings", seller, body)
    listing_id = str(listed["listing_id"])
    if number % 2:
        _asked(trials.caller, "spread_stock", f"/listings/{listing_id}/buckets", seller, {"buckets": IN_BUCKETS})
    return Sale(listing_id, pieces)


def _asked(caller: Caller, operation: str, path: str, person: UUID, body: Answer) -> Answer:
    answer = _ask(caller, operation, path, person, body)
    assert answer is not None, caller.codes
    return answer


def _ask(
    caller: Caller, operation: str, path: str, person: UUID, body: Answer, **told: Callable[[str], object]
) -> Answer | None:
    return caller.ask(Wish(service="mall", operation=operation, path=path, person=person, body=body, **told))


def _buys(caller: Caller, sale: Sale, buyer: UUID) -> None:
    """Until there is a piece, or another reason than that others were in the way."""
    body = {"lines": [{"listing_id": sale.listing_id, "quantity": 1}], "payment_method": "card"}
    codes = [ASK_AGAIN]
    while codes == [ASK_AGAIN]:
        codes.clear()
        _ask(caller, "open_checkout", "/checkouts", buyer, body, refused=codes.append)


def _disturb(trials: Trials, outcome: Outcome) -> int:
    """Kill while they order, start again, and wait until all of it is ready; how many died."""
    chance, ground, servers = trials.chance, trials.ground, trials.servers
    seller = chance.choice(SELL)
    chosen = [seller, chance.choice([one for one in EVERYTHING if one != seller])]
    time.sleep(chance.uniform(*UNTIL_KILL_SECONDS))
    ground.kill(*chosen)
    died = len(chosen)
    if chance.randrange(SERVER_ONE_IN) == 0:
        candidates: list[PostgresServer | RabbitServer] = [servers.postgres(), servers.rabbitmq()]
        server = chance.choice(candidates)
        server.kill()
        server.start()
        died += 1
    since = time.monotonic()
    ground.start(*chosen)
    ground.recovered()
    outcome.took(time.monotonic() - since)
    return died


def _judge(trials: Trials, sales: Sequence[Sale], outcome: Outcome) -> None:
    """By the answers, and by what the listings say once all payments have come."""
    asked = trials.journal.asked()
    with httpx.Client(base_url=trials.ground.url, trust_env=False) as client:
        for sale in sales:
            until(partial(_is_over, client, sale), REST_SECONDS)
            outcome.wrongs.broken += wrongs_of(sale, asked, _sold_and_left(client, sale))


def _is_over(client: httpx.Client, sale: Sale) -> bool:
    return _sold_and_left(client, sale) == (sale.pieces, 0)


def _sold_and_left(client: httpx.Client, sale: Sale) -> tuple[int, int]:
    listing = client.get(f"/mall/listings/{sale.listing_id}").raise_for_status().json()
    return listing["sold"], listing["available"]
