"""What happened in a mall: some thousands of facts that its own operations recorded, and copies of them.

A copy has the same facts under other ids: every id, wherever it stands, ends with the number of the copy. It is stored
by the recorder, so that chain, versions, command rows and side rows are as in life. Views are made from it like from
any other facts.
"""

import asyncio
import re
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Protocol
from uuid import UUID, uuid4

from _showing import doing
from _sizes import size
from eventsourcing.persistence import StoredEvent

from services.kernel.doors.operation import Actor
from services.kernel.service import Service
from services.kernel.store.at_rest import StoreAtRest
from services.kernel.store.recorder import CommandRow, DueRow, Entry, SideRow

SELLERS, LISTINGS, GROUPS = 20, 100, 10
SALES = size("SALES", 1_976, 200)
FACTS = 5 * SALES + SELLERS + LISTINGS
"""How many facts a block has: each sale is opened, placed, captured, paid and delivered."""
AT_ONCE = 200
PRICE_MINOR = 12_990
OPERATOR = Actor(uuid4(), frozenset({"operator"}))
_ID = re.compile(rb"([0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{4})[0-9a-f]{8}")
Fields = dict[str, Any]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Kept(Protocol):
    """A mall, wherever it keeps what it has."""

    @property
    def service(self) -> Service:
        """The service, and nobody who works for it."""

    @property
    def facts(self) -> int:
        """How many there are."""

    def at_rest(self) -> StoreAtRest:
        """The facts, as they lie there."""


@dataclass(frozen=True, slots=True)
class Names:
    """Somebody and something of a block to ask about; each listing and each group has as much to tell as any other."""

    seller_id: UUID
    listing_id: UUID
    group_id: UUID

    def copied(self, number: int) -> "Names":
        """Their like in a copy."""
        return Names(*(_id(one, number) for one in (self.seller_id, self.listing_id, self.group_id)))


def record_block(store: Kept) -> Names:
    """Record one block by the operations for what happened elsewhere."""
    with doing(f"recording {FACTS:,} facts by the mall's own operations") as tell:
        return asyncio.run(_record(store, tell))


def copy_block(store: Kept, copies: Sequence[int], *, of: Kept | None = None) -> None:
    """Store copies of the first block of a store: in the same, or in another one."""
    with (of or store).at_rest() as lying:
        entries = list(_entries(lying))
    with doing(f"storing {len(copies)} copies") as tell:
        for number in copies:
            store.service.recorder.append([_copied(entry, number) for entry in entries])
            tell(f"{store.facts:,} facts")


async def _record(store: Kept, tell: Callable[[str], None]) -> Names:
    happened_at = datetime.now(UTC) - timedelta(days=3)

    async def recorded(operation: str, bodies: Iterable[Fields]) -> list[Fields]:
        row, answers = store.service.by_name[operation], []
        waiting: list[Awaitable[Fields]] = []
        for body in bodies:
            waiting.append(store.service.do(row, OPERATOR, {**body, "happened_at": happened_at}))
            if len(waiting) == AT_ONCE:
                answers += await asyncio.gather(*waiting)
                waiting = []
                tell(f"{operation}, {len(answers):,}")
        return answers + list(await asyncio.gather(*waiting))

    people = [{"person_id": uuid4(), "name": "Wang Wei"} for _ in range(SELLERS)]
    sellers = [UUID(str(one["seller_id"])) for one in await recorded("record_seller", people)]
    groups = [uuid4() for _ in range(GROUPS)]
    listings = [_listing(sellers[number % SELLERS]) for number in range(LISTINGS)]
    await recorded("record_listing", listings)
    sales = [_sale(listings[number % LISTINGS], groups[number % GROUPS]) for number in range(SALES)]
    await recorded("record_sale", sales)
    of_sales = [{"checkout_id": sale["checkout_id"]} for sale in sales]
    amount = {"method": "card", "amount_minor": PRICE_MINOR}
    await recorded("record_payment", [{**one, **amount, "payment_id": uuid4()} for one in of_sales])
    await recorded("record_settlement", of_sales)
    await recorded("record_delivery", [{"order_id": sale["orders"][0]["order_id"]} for sale in sales])
    return Names(sellers[0], listings[0]["listing_id"], groups[0])


def _listing(seller_id: UUID) -> Fields:
    return {
        "listing_id": uuid4(), "seller_id": seller_id, "title": "Fishing rod", "price_minor": PRICE_MINOR,
        "currency": "CNY", "tags": ["fishing"], "commission_bps": 1_000, "stock": 1_000,
    }  # fmt: skip


def _sale(listing: Fields, group_id: UUID) -> Fields:
    line = {
        "line_id": uuid4(), "listing_id": listing["listing_id"], "quantity": 1, "unit_price_minor": PRICE_MINOR,
        "freight_minor": 0, "group_id": group_id, "commission_bps": 1_000, "platform_fee_bps": 500,
    }  # fmt: skip
    order = {"order_id": uuid4(), "seller_id": listing["seller_id"], "lines": [line]}
    return {"checkout_id": uuid4(), "buyer_id": uuid4(), "currency": "CNY", "orders": [order]}


def _entries(store: StoreAtRest) -> Iterator[Entry]:
    """The first block as it was handed in: a command and its facts at a time; side and due rows with the first."""
    facts = deque(islice(store.rows(), FACTS))
    commands = [row for row in store.commands() if row[-1] <= FACTS]
    if len(facts) != FACTS or commands[-1][-1] != FACTS:
        raise SystemExit(f"the first block has {len(facts)} facts and not {FACTS}: FACTS does not say what is recorded")
    sides, due = [SideRow(*row) for row in store.all_sides()], _due_rows(store)
    for command_id, digest, answer, end in commands:
        stored = []
        while facts and facts[0].position <= end:
            row = facts.popleft()
            stored.append(StoredEvent(row.originator_id, row.version, row.topic, row.state))
        command = CommandRow(UUID(bytes=bytes(command_id)), digest, answer)
        yield Entry(facts=stored, command=command, sides=sides, due=due)
        sides, due = [], []


def _due_rows(store: StoreAtRest) -> list[DueRow]:
    return [
        DueRow(kind, subject, _EPOCH + timedelta(microseconds=due_at))
        for (kind, subject), due_at in store.due_rows().items()
    ]


def _copied(entry: Entry, number: int) -> Entry:
    facts = [
        StoredEvent(_id(one.originator_id, number), one.originator_version, one.topic, _bytes(one.state, number))
        for one in entry.facts
    ]
    assert entry.command is not None
    answer = _bytes(entry.command.answer.encode(), number).decode()
    command = CommandRow(_id(entry.command.command_id, number), entry.command.digest, answer)
    sides = [
        SideRow(one.kind, _bytes(one.key.encode(), number).decode(), _bytes(one.value or b"", number))
        for one in entry.sides
    ]
    due = [replace(one, subject=_bytes(one.subject.encode(), number).decode()) for one in entry.due]
    return Entry(facts=facts, command=command, sides=sides, due=due)


def _id(known: UUID | str, number: int) -> UUID:
    return UUID(int=UUID(str(known)).int >> 32 << 32 | number)


def _bytes(content: bytes, number: int) -> bytes:
    return _ID.sub(rb"\g<1>%08x" % number, content)
