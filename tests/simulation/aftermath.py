"""What people want once something was sold: to send it back, to complain, to be paid. Mixed into ``Town``."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from services.kernel.doors.operation import Actor
from services.mall.domain.order import Order
from services.mall.domain.seller import Seller

from .chance import Chance
from .wishes import OPERATOR, Wish

SECOND = Actor(UUID(int=2), frozenset({"operator"}))
PAYOUT_TERMS = {"schedule": "daily", "least_minor": 1, "approval_above_minor": 6_000, "account_rest_hours": 72}
Wisher = Callable[[], Wish | None]


class Aftermath:
    """Wishes of parties, buyers, sellers and operators. ``waiting`` tells which payouts wait for two of these."""

    people: list[Actor]
    sellers: list[Actor]
    groups: list[tuple[str, Actor]]
    _chance: Chance
    _now: Callable[[], datetime]
    _order: Callable[[], Order | None]
    _waiting: Callable[[], list[str]]
    _by: Callable[..., Wish]

    def __init__(self) -> None:
        self.payouts: list[tuple[str, Actor]] = []
        self.proposals: list[str] = []
        self.with_account: list[Actor] = []

    @property
    def _of_aftermath(self) -> list[Wisher]:
        return [
            self._account, self._account, self._request_payout, self._cancel_payout, self._look_at_payout,
            self._send_back, self._complain, self._go_on_with_case, self._go_on_with_case, self._payout_terms,
        ]  # fmt: skip

    def _party(self) -> tuple[str, Actor] | None:
        """A person as a seller or as a member, or a group of hers."""
        if not self.sellers:
            return None
        seller = self._chance.one_of(self.sellers)
        parties = [(str(Seller.create_id(seller.person_id)), seller)] * 2
        parties += [(group_id, owner) for group_id, owner in self.groups[-1:]]
        return self._chance.one_of([*parties, (str(seller.person_id), seller)])

    def _account(self) -> Wish | None:
        """Whoever sells has one soon, and another one rarely: what is drawn meanwhile waits until it has rested."""
        lacking = [one for one in self.sellers if one not in self.with_account]
        party = (str(Seller.create_id(lacking[0].person_id)), lacking[0]) if lacking else self._party()
        if party is None:
            return None
        name = "acct_second" if self._chance.once_in(12) else "acct_first"
        return self._by(
            party[1], "mall", "set_payout_account", lambda _answer: self.with_account.append(party[1]),
            party_id=party[0], destination=name, agrees=True,
        )  # fmt: skip

    def _request_payout(self) -> Wish | None:
        if (party := self._party()) is None:
            return None
        amount = {"amount_minor": self._chance.between(1, 999)} if self._chance.once_in(2) else {}
        return self._by(
            party[1], "mall", "request_payout",
            lambda answer: self.payouts.append((answer["payout_id"], party[1])),
            party_id=party[0], currency="EUR", **amount,
        )  # fmt: skip

    def _cancel_payout(self) -> Wish | None:
        if not self.payouts:
            return None
        payout_id, who = self._chance.one_of(self.payouts)
        return self._by(who, "mall", "cancel_payout", payout_id=payout_id)

    def _look_at_payout(self) -> Wish | None:
        waiting = self._waiting()
        if not waiting:
            return None
        who, payout_id = self._chance.one_of([OPERATOR, SECOND]), self._chance.one_of(waiting)
        if self._chance.once_in(8):
            return self._by(who, "mall", "reject_payout", payout_id=payout_id, reason="not_now")
        return self._by(who, "mall", "approve_payout", payout_id=payout_id)

    def approvals(self) -> list[Wish]:
        """In the end both operators approve what still waits for them."""
        return [
            self._by(who, "mall", "approve_payout", payout_id=payout_id)
            for payout_id in self._waiting() for who in (OPERATOR, SECOND)
        ]  # fmt: skip

    def _payout_terms(self) -> Wish | None:
        """What is looser is proposed by one, and holds when the other one confirms it."""
        if self.proposals:
            return self._by(SECOND, "mall", "confirm_payout_terms", proposal_id=self.proposals.pop())
        if not self._chance.once_in(4):
            return None
        schedule = self._chance.one_of(["daily", "weekly"])
        looser = {"account_rest_hours": self._chance.one_of([0, 24]), "schedule": schedule}

        def known(answer: dict[str, Any]) -> None:
            if answer["proposal_id"] is not None:
                self.proposals.append(answer["proposal_id"])

        return self._by(OPERATOR, "mall", "set_payout_terms", known, **(PAYOUT_TERMS | looser))

    def _send_back(self) -> Wish | None:
        if (order := self._order()) is None:
            return None
        line_id = self._chance.one_of(list(order.lines))
        return self._by(
            Actor(order.buyer_id), "mall", "request_return",
            order_id=str(order.id), line_id=line_id, quantity=1, reason="too_short",
        )  # fmt: skip

    def _complain(self) -> Wish | None:
        if (order := self._order()) is None:
            return None
        return self._by(
            Actor(order.buyer_id), "mall", "open_case", order_id=str(order.id), reason="other", text="It squeaks."
        )

    def _go_on_with_case(self) -> Wish | None:
        """Whoever it is the turn of, or anybody: whoever acts out of turn is refused."""
        order = self._order()
        if order is None or order.case_id is None:
            return None
        case_id, buyer, seller = str(order.case_id), Actor(order.buyer_id), Actor(order.seller_person_id)
        decision = self._chance.one_of(["reject", "refund_whole", "refund_part"])
        decided = {"decision": decision, "amount_minor": 1 if decision == "refund_part" else 0}
        asks: list[Wisher] = [
            lambda: self._by(seller, "mall", "answer_case", case_id=case_id, text="It does not."),
            lambda: self._by(buyer, "mall", "escalate_case", case_id=case_id, text="It does."),
            lambda: self._by(buyer, "mall", "settle_case", case_id=case_id),
            lambda: self._by(OPERATOR, "mall", "decide_case", case_id=case_id, reason="seen", text="Seen.", **decided),
        ]
        return self._chance.one_of([*asks, *asks[:2], asks[3]])()
