"""What every topic has at hand: the shop, the model, and the comparison after each step."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar
from unittest.mock import Mock
from uuid import UUID

from hypothesis.stateful import RuleBasedStateMachine, invariant

from services.kernel.domain import Fact
from services.kernel.store.invariants import Invariant
from services.mall import due
from services.mall.application import Mall
from services.mall.invariants import invariants
from tests.support.scenario import OPERATOR

from .books import Key, NaiveBooks
from .goods import Back, Bears, Cart, Dispute, Goods, Order
from .shop import Shop, prepared

Thing = TypeVar("Thing")
EVERY_STEPS = 10
AHEAD = timedelta(days=4_000)
ANY = 5
NOTHING_DUE: Any = Mock(due_rows=dict)
ABOUT_DUE_ROWS = ("waiting", "cases", "documents", "returns")
"""The invariants that look at due rows; what falls due here is worked off by the clock of the machine."""


class Base(RuleBasedStateMachine):
    """The real shop beside the model. A rule does the same to both; ``told`` are the facts of the step."""

    def __init__(self) -> None:
        super().__init__()
        self.shop = Shop(prepared())
        self.books = NaiveBooks()
        self.goods: list[Goods] = []
        self.carts: list[Cart] = []
        self.disputes: list[Dispute] = []
        self.terms = {"platform_fee_bps": 500, "return_window_days": 7, "reservation_minutes": 15}
        self.member_share_bps, self.bears = 5_000, Bears()
        self.position, self.steps = 0, 0
        self.told: list[Fact] = []
        self.everything: list[tuple[int, Fact]] = []
        self.booked: dict[Key, int] = defaultdict(int)
        self.checking = checkers()
        self._read()

    @property
    def orders(self) -> list[Order]:
        """Of all carts."""
        return [order for cart in self.carts for order in cart.orders]

    @property
    def backs(self) -> list[Back]:
        """Of all carts."""
        return [back for cart in self.carts for back in cart.backs]

    def cart_of(self, thing: Order | Back | Dispute) -> Cart:
        """The cart that it belongs to."""
        return next(cart for cart in self.carts if cart.checkout_id == thing.checkout_id)

    def carry(self, actor_id: UUID, decide: Callable[[Mall], Any], accepts: bool = True, **more: Any) -> dict[str, Any]:
        """Has it decided; the model says whether it is accepted. What is refused leaves nothing."""
        before = self.shop.recorder.position()
        answer = self.shop.carry(actor_id, decide, **more)
        assert (answer is not None) == accepts, self.shop.refusal or "it was accepted"
        if answer is None:
            assert self.shop.recorder.position() == before
            return {}
        self._read()
        return answer

    def changes_nothing(self, actor_id: UUID, decide: Callable[[Mall], Any]) -> None:
        """Refused, or done before."""
        before = self.shop.recorder.position()
        self.shop.carry(actor_id, decide)
        assert self.shop.recorder.position() == before

    def demanded(self, cart: Cart, *amounts: int) -> None:
        """These amounts go back: so many demands were recorded, and their ids are known from now on."""
        found = [vars(fact) for fact in self.told if type(fact).__name__ == "RefundDemanded"]
        assert sorted(one["amount_minor"] for one in found) == sorted(amount for amount in amounts if amount)
        cart.backs += [Back(one["refund_id"], cart.checkout_id, one["amount_minor"]) for one in found]

    def _read(self) -> None:
        """What was stored since: its entries are added up, and the independent checker sees it at its position."""
        new = self.shop.facts(self.position)
        self.told = [fact for _, fact in new]
        self.everything += new
        for position, fact in new:
            self.position = position
            for entry in vars(fact).get("entries") or ():
                self._add(entry)
            for checker in self.checking:
                checker.see(position, fact)

    def _add(self, entry: dict[str, Any]) -> None:
        key = (entry["account"], entry["party_id"], entry["currency"])
        self.booked[key] += entry["amount_minor"]
        if not self.booked[key]:
            del self.booked[key]

    @invariant()
    def every_account_is_what_the_model_says(self) -> None:
        assert self.booked == self.books.balances

    @invariant()
    def the_checker_passes_at_this_prefix(self) -> None:
        self.steps += 1
        if self.steps % EVERY_STEPS == 0:
            check(self.everything)

    def issue_documents(self) -> None:
        """All invoices and credit notes that are due, in the order in which they are."""
        for row in self.shop.recorder.due(self.shop.now + AHEAD, 100_000):
            if row.kind == due.ISSUE_INVOICE:
                self.carry(OPERATOR, partial(Mall.issue_invoice, order_id=UUID(row.subject)))
            elif row.kind == due.ISSUE_CREDIT_NOTE:
                order_id, cause_id = map(UUID, row.subject.split("/"))
                self.carry(OPERATOR, partial(Mall.issue_credit_note, order_id=order_id, cause_id=cause_id))

    def teardown(self) -> None:
        self.issue_documents()
        check(self.everything, left_out=("waiting", "cases", "returns"))
        self.shop.close()


def pick(things: Sequence[Thing], which: int) -> Thing | None:
    """One of them, None when there is none; 0 is the latest."""
    return things[-1 - which % len(things)] if things else None


def fitting(things: Sequence[Thing], which: int, fits: Callable[[Thing], bool]) -> Thing | None:
    """One of those that something can be done with, mostly; now and then any."""
    able = [thing for thing in things if fits(thing)]
    return pick(able if able and which < ANY else things, which)


def checkers() -> list[Invariant]:
    """What ``agora audit`` brings for the mall."""
    return [one for one in invariants(NOTHING_DUE) if one.name not in ABOUT_DUE_ROWS]


def check(facts: Sequence[tuple[int, Fact]], left_out: Sequence[str] = ABOUT_DUE_ROWS) -> None:
    """The whole audit of these facts. Raises Broken."""
    for checker in (one for one in invariants(NOTHING_DUE) if one.name not in left_out):
        for position, fact in facts:
            checker.see(position, fact)
        checker.finish()
