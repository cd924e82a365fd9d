"""Flash sales, one a seed: hundreds of buyers under way at once, batches that fail, and a stock that is sold exactly.

Who is decided next, when what has gathered is stored, and which batch fails, is chance; whoever is told that the store
failed, or to try again because too much happened at once, asks again, as the same command.
"""

import hashlib
import traceback
from contextlib import ExitStack
from typing import Any
from uuid import UUID

from eventsourcing.persistence import OperationalError

from services.kernel.refusals import Unready
from services.kernel.store.command import Command
from services.kernel.store.unit import DecisionGaveUp
from services.mall.application import Mall
from services.mall.domain.refusals import SoldOut
from tests.rooms.mall.money_machine.checking import check
from tests.rooms.mall.money_machine.shop import Shop, prepared
from tests.support.scenario import ANNA, context
from tests.support.services import UnderWay

from .bugs import BUGS
from .chance import Chance
from .histories import History

BUYERS, AT_ONCE, MOST_STOCK, MOST_BUCKETS = 500, 40, 50, 8


class Sale:
    """One listing, whose stock lies in some buckets, and everybody who wants one of it."""

    def __init__(self, seed: int) -> None:
        self.chance, self.shop, self.failures = Chance(seed), Shop(prepared()), 0
        self.stock = self.chance.between(1, MOST_STOCK)
        made = self.shop.carry(ANNA, lambda mall: mall.list_goods("Rod", 1_999, "EUR", self.stock, "", [], 0, "goods"))
        assert made is not None
        self.shop.executor.live.process_id = UUID(int=seed)
        buckets = self.chance.between(1, MOST_BUCKETS)
        self.shop.carry(ANNA, lambda mall: mall.spread_stock(made["listing_id"], buckets))
        self.line = {"listing_id": made["listing_id"], "quantity": 1}
        self.won, self.lost = list[UUID](), list[UUID]()
        append = self.shop.recorder.append

        def failing(entries: Any) -> list[int]:
            if self.chance.once_in(5):
                self.failures += 1
                raise OperationalError("the disk is full")
            return append(entries)

        self.shop.recorder.append = failing  # type: ignore[method-assign]

    def run(self) -> None:
        """Until everybody has one, or was told that nothing is left."""
        waiting = [UUID(int=0xB000 + number) for number in range(BUYERS)]
        under_way: list[tuple[UUID, UnderWay]] = []
        while waiting or under_way:
            if waiting and len(under_way) < AT_ONCE and not self.chance.once_in(4):
                buyer = waiting.pop()
                under_way.append((buyer, UnderWay(self.shop.executor._steps(self._order(buyer)))))
            else:
                self.shop.executor.commits.step()
            for buyer, one in list(under_way):
                if one.go_on().outcome is not None:
                    under_way.remove((buyer, one))
                    self._ended(buyer, one, waiting)

    def wrongs(self) -> list[str]:
        """What is not as it must be."""
        facts = self.shop.facts(0)
        kinds = [type(fact).__name__ for _, fact in facts]
        check(facts)
        sold, asked = kinds.count("Reserved"), len(set(self.won + self.lost))
        return [
            said
            for said, is_wrong in (
                (f"{sold} were reserved of {self.stock}", sold != self.stock),
                (f"{len(self.won)} were told that they have one of {self.stock}", len(self.won) != self.stock),
                (f"{asked} of {BUYERS} were answered", asked != BUYERS or len(self.won + self.lost) != BUYERS),
            )
            if is_wrong
        ]

    def _order(self, buyer: UUID) -> Command:
        def decide(mall: Mall) -> dict[str, Any]:
            return mall.open_checkout([self.line], "card")

        about = context(buyer, command_id=UUID(int=buyer.int << 32))
        return Command(context=about, decide=lambda unit: decide(Mall(unit, self.shop.views)), digest=b"once")

    def _ended(self, buyer: UUID, one: UnderWay, waiting: list[UUID]) -> None:
        if isinstance(one.outcome, Unready | DecisionGaveUp):
            waiting.append(buyer)
        elif isinstance(one.outcome, SoldOut):
            self.lost.append(buyer)
        elif isinstance(one.outcome, Exception):
            raise one.outcome
        else:
            self.won.append(buyer)


def play_sale(seed: int, bug: str | None = None) -> History:
    """One sale; with a bug of BUGS put in, if one is named. Nothing is raised. Deaths are batches that failed."""
    sale = Sale(seed)
    with ExitStack() as held:
        if bug is not None:
            held.enter_context(BUGS[bug](sale.chance))
        try:
            sale.run()
            wrong = sale.wrongs()
        except Exception:  # noqa: BLE001  whatever it was, this seed has found it
            wrong = [traceback.format_exc()]
    told = [repr(fact) for _, fact in sale.shop.facts(0)]
    sale.shop.close()
    digest = hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]
    return History(seed, wrong, sale.failures, len(told), digest)
