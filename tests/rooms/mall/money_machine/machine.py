"""What every topic has at hand: the shop, the model, and the comparison after each step."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from hypothesis.stateful import RuleBasedStateMachine, invariant

from services.kernel.domain import Fact
from services.mall import due
from services.mall.application import Mall
from tests.support.scenario import OPERATOR

from .books import Key, NaiveBooks, Party
from .checking import Checker
from .furnishing import furnished
from .goods import Back, Cart, Dispute, Goods, Order
from .purses import OF_ROLE, Purse, PurseKey, ToldPurses, payday_after
from .shop import Shop
from .timetable import Terms, Timetable

Thing = TypeVar("Thing")
ANY = 5
Earned = Mapping[tuple[str, Party], int]
"""By role and party."""


class Base(RuleBasedStateMachine):
    """The real shop beside the model. A rule does the same to both; ``told`` are the facts of the step."""

    def __init__(self) -> None:
        super().__init__()
        self.shop = Shop(furnished().shop)
        self.books = NaiveBooks()
        self.goods: list[Goods] = furnished().copies()
        self.carts: list[Cart] = []
        self.disputes: list[Dispute] = []
        self.timetable = Timetable()
        self.schedule = "daily"
        self.purses: dict[PurseKey, Purse] = defaultdict(Purse)
        self.told_purses = ToldPurses()
        self.told: list[Fact] = []
        self.booked: dict[Key, int] = defaultdict(int)
        self.checker = Checker(self.shop)
        self._take_in(furnished().told)
        self.position = self.shop.recorder.position()

    @property
    def terms(self) -> Terms:
        """What an order is under that is placed now."""
        return self.timetable.at(self.shop.now)

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
        return the_one(cart for cart in self.carts if cart.checkout_id == thing.checkout_id)

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
        self.shop.carry(actor_id, decide)
        assert [type(fact).__qualname__ for _, fact in self.shop.facts(self.position)] == []

    def demanded(self, cart: Cart, *amounts: int) -> None:
        """These amounts go back: so many demands were recorded, and their ids are known from now on."""
        found = [vars(fact) for fact in self.told if type(fact).__name__ == "RefundDemanded"]
        assert sorted(one["amount_minor"] for one in found) == sorted(amount for amount in amounts if amount)
        cart.backs += [Back(one["refund_id"], cart.checkout_id, one["amount_minor"]) for one in found]

    def next_payday(self) -> datetime:
        """When what is there from now on is looked at."""
        return payday_after(self.schedule, self.shop.now)

    def purse(self, role: str, party: Party, currency: str) -> Purse:
        """What a party may be paid."""
        return self.purses[role, str(party), currency]

    def gives(self, order: Order, earned: Earned) -> None:
        """So much more of an order is available to everybody, or less; what was paid elsewhere is in no purse."""
        is_paid_here = self.cart_of(order).is_paid_here
        for (role, party), amount in earned.items():
            self.books.book(OF_ROLE.get(role, "platform_fees"), party, order.currency, -amount)
            if not is_paid_here or role not in OF_ROLE:
                continue
            if amount > 0:
                self.purse(role, party, order.currency).put(amount, self.next_payday())
            elif amount < 0:
                self.purse(role, party, order.currency).charge(order.order_id, -amount)

    def _read(self) -> None:
        """What was stored since: its entries are added up, and the independent checker sees it at its position."""
        self._take_in(self.shop.facts(self.position))

    def _take_in(self, new: Sequence[tuple[int, Fact]]) -> None:
        self.told = [fact for _, fact in new]
        for position, fact in new:
            self.position = position
            for entry in vars(fact).get("entries") or ():
                self._add(entry)
            self.told_purses.see(fact)
            self.checker.see(position, fact)

    def _add(self, entry: dict[str, Any]) -> None:
        key = (entry["account"], entry["party_id"], entry["currency"])
        self.booked[key] += entry["amount_minor"]
        if not self.booked[key]:
            del self.booked[key]

    @invariant()
    def every_account_is_what_the_model_says(self) -> None:
        assert self.booked == self.books.balances

    @invariant()
    def every_purse_is_what_the_model_says(self) -> None:
        assert _of(self.told_purses.purses) == _of(self.purses)

    @invariant()
    def the_checker_passes_at_this_prefix(self) -> None:
        self.checker.finish()

    def issue_documents(self) -> None:
        """All invoices and credit notes that are due, in the order in which they are."""
        for kind, subject in sorted(self.shop.due_rows(), key=lambda row: row[0] != due.ISSUE_INVOICE):
            if kind == due.ISSUE_INVOICE:
                self.carry(OPERATOR, partial(Mall.issue_invoice, order_id=UUID(subject)))
            elif kind == due.ISSUE_CREDIT_NOTE:
                order_id, cause_id = map(UUID, subject.split("/"))
                self.carry(OPERATOR, partial(Mall.issue_credit_note, order_id=order_id, cause_id=cause_id))

    def teardown(self) -> None:
        self.issue_documents()
        self.checker.finish()
        self.shop.close()


def _of(purses: Mapping[PurseKey, Purse]) -> dict[PurseKey, Any]:
    return {key: told for key, one in purses.items() if any(told := (one.money, one.debts, one.kept))}


def summed(*parts: Earned) -> Earned:
    """Everybody's together."""
    found = Counter[tuple[str, Party]]()
    for part in parts:
        found.update(part)
    return found


def pick(things: Sequence[Thing], which: int) -> Thing | None:
    """One of them, None when there is none; 0 is the latest."""
    return things[-1 - which % len(things)] if things else None


def fitting(things: Sequence[Thing], which: int, fits: Callable[[Thing], bool]) -> Thing | None:
    """One of those that something can be done with, mostly; now and then any."""
    able = [thing for thing in things if fits(thing)]
    return pick(able if able and which < ANY else things, which)


def the_one(found: Iterator[Thing]) -> Thing:
    """The first of them. AssertionError when there is none: the mall speaks of what the model has never heard of."""
    thing = next(found, None)
    assert thing is not None, "the mall has something that it cannot have"
    return thing
