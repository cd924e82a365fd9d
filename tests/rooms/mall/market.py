"""A mall in process: its service over real files, neighbours that say what they are told to, a clock that is moved."""

import asyncio
import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from services.contracts.groups import GroupFounded, MemberAdmitted, MemberLeft, MemberRoleGiven
from services.contracts.identity import ClaimCertified, ClaimWithdrawn
from services.kernel.blueprint import Surroundings
from services.kernel.domain import Fact, derived_id
from services.kernel.doors import forms
from services.kernel.doors.operation import Actor
from services.kernel.service import Service
from services.mall.domain.checkout import Checkout
from services.mall.domain.ledger import imbalance
from services.mall.domain.listing import Listing
from services.mall.domain.order import Order
from services.mall.service import blueprint
from tests.support.clocks import StillClock
from tests.support.other_service import OtherService
from tests.support.scenario import ANNA, BORIS, CHEN, DORA, NOON, OPERATOR
from tests.support.stored import stores_at
from tests.unit.mall.samples import balances

from .provider_double import SECRET, ProviderDouble, callback_request

__all__ = ["ANNA", "BORIS", "CHEN", "DORA", "GROUP", "NOON", "OPERATOR", "Market"]

GROUP = UUID(int=0x60)
MASTER = os.urandom(32)


class Market:
    """``with Market(tmp_path) as market: market.do("open_seller", ANNA, name="Anna")``."""

    def __init__(self, folder: Path, **extras: Any) -> None:
        self.folder, self.clock, self.provider = folder, StillClock(), ProviderDouble()
        self.identity, self.groups, self.events = (OtherService(name) for name in ("identity", "groups", "events"))
        told = {
            "provider": self.provider,
            "callback_url": "http://mall.test/payments/callback",
            "callback_secret": SECRET,
        }
        self.extras = told | extras
        self.runner = asyncio.Runner()
        self.open()

    def open(self) -> None:
        self.service = Service(blueprint, Surroundings(stores_at(self.folder), MASTER, self.clock, self.extras))
        self.service.hear([self.identity, self.groups, self.events])

    def reopen(self) -> None:
        """As after a crash: only what is on disk is still there."""
        self.service.stop()
        self.open()

    def __enter__(self) -> "Market":
        return self

    def __exit__(self, *_: object) -> None:
        self.service.stop()
        self.runner.close()

    async def doing(self, name: str, actor_id: UUID, key: str | None = None, /, **fields: Any) -> dict[str, Any]:
        """What the door does with a request: check the form, decide, answer."""
        operation = self.service.by_name[name]
        given = orjson.loads(orjson.dumps(fields))
        path = {one: given.pop(one) for one in operation.path_schema._declared_fields if one in given}
        roles = frozenset({"operator"} if actor_id == OPERATOR else ())
        return await self.service.do(operation, Actor(actor_id, roles), forms.load(operation, path, given), key)

    def do(self, name: str, actor_id: UUID, key: str | None = None, /, **fields: Any) -> dict[str, Any]:
        return self.runner.run(self.doing(name, actor_id, key, **fields))

    def callback(self, event_id: str, kind: str, document: dict[str, Any]) -> int:
        """A signed callback of the provider; the status of the answer."""
        operation = self.service.by_name["payment_callback"]
        request = callback_request(event_id, kind, document)
        response = self.runner.run(operation.does(self.service, request, Actor()))
        return int(response.status_code)

    def told(self, payment_id: object, event_id: str = "evt_1") -> int:
        """The callback about a payment as the provider has it."""
        payment = self.provider.document(UUID(str(payment_id)))
        return self.callback(event_id, f"payment.{payment['status']}", payment)

    def told_of_refund(self, refund_id: object, event_id: str = "evt_r") -> int:
        refund = self.provider.refund_document(UUID(str(refund_id)))
        return self.callback(event_id, f"refund.{refund['status']}", refund)

    def told_of_dispute(self, dispute_id: str, event_id: str | None = None) -> int:
        dispute = self.provider.disputed.document(dispute_id)
        kind = f"dispute.{dispute['status']}"
        return self.callback(event_id or f"evt_{dispute_id}_{kind}", kind, dispute)

    def settle(self) -> None:
        """Work until nothing is left to do at this moment."""
        while self.service.settle():
            pass

    def pass_time(self, **by: float) -> None:
        self.clock.at += timedelta(**by)
        self.settle()

    def certify(self, *people: UUID) -> None:
        for person_id in people:
            claim = {"kind": "real_name", "level": 2, "code": None, "valid_until": None, "issuer_id": OPERATOR}
            self.identity.say(
                ClaimCertified(person_id=person_id, claim_id=derived_id("claim", person_id), **claim), self.clock.at
            )
        self.settle()

    def withdraw_claim(self, person_id: UUID) -> None:
        claim_id = derived_id("claim", person_id)
        self.identity.say(ClaimWithdrawn(person_id=person_id, claim_id=claim_id, kind="real_name"), self.clock.at)
        self.settle()

    def found_group(self, owner_id: UUID, *leaders: UUID, group_id: UUID = GROUP) -> None:
        self.groups.say(GroupFounded(group_id=group_id, owner_id=owner_id, threshold=None), self.clock.at)
        for person_id in leaders:
            self.groups.say(MemberAdmitted(group_id=group_id, person_id=person_id), self.clock.at)
            self.groups.say(MemberRoleGiven(group_id=group_id, person_id=person_id, role="leader"), self.clock.at)
        self.settle()

    def join(self, person_id: UUID, group_id: UUID = GROUP) -> None:
        self.groups.say(MemberAdmitted(group_id=group_id, person_id=person_id), self.clock.at)
        self.settle()

    def leave(self, person_id: UUID, group_id: UUID = GROUP) -> None:
        self.groups.say(MemberLeft(group_id=group_id, person_id=person_id), self.clock.at)
        self.settle()

    def seller(self, person_id: UUID = ANNA) -> str:
        self.certify(person_id)
        return str(self.do("open_seller", person_id, name="Somebody")["seller_id"])

    def listed(self, person_id: UUID = ANNA, **changes: Any) -> str:
        """A rod for 120.00, of which three are on hand."""
        fields = {"title": "Rod", "price_minor": 12_000, "currency": "EUR", "stock": 3, "commission_bps": 1_000}
        return str(self.do("list_goods", person_id, **(fields | changes))["listing_id"])

    def bought(
        self, *listing_ids: str, buyer_id: UUID = BORIS, key: str | None = None, **changes: Any
    ) -> dict[str, Any]:
        """A checkout of one of each listing."""
        lines = [{"listing_id": listing_id, "quantity": 1} for listing_id in listing_ids]
        return self.do("open_checkout", buyer_id, key, **({"lines": lines, "payment_method": "card"} | changes))

    def paid(self, *listing_ids: str, **changes: Any) -> dict[str, Any]:
        """A checkout that is captured."""
        opened = self.bought(*listing_ids, **changes)
        self.settle()
        self.provider.capture(opened["payment_id"])
        assert self.told(opened["payment_id"], f"evt_{opened['payment_id']}") == 204
        self.settle()
        return opened

    def checkout(self, opened: dict[str, Any]) -> Checkout:
        found = self.service.store.load(Checkout, UUID(opened["checkout_id"]))
        assert found is not None
        return found

    def orders(self, opened: dict[str, Any]) -> list[Order]:
        found = [self.service.store.load(Order, UUID(one)) for one in opened["order_ids"]]
        return [one for one in found if one is not None]

    def listing(self, listing_id: str) -> Listing:
        found = self.service.store.load(Listing, UUID(listing_id))
        assert found is not None
        return found

    @property
    def facts(self) -> list[Fact]:
        return [recorded.fact for recorded in self.service.store.facts(0, 100_000)]

    @property
    def position(self) -> int:
        return self.service.recorder.position()

    def books(self) -> dict[tuple[str, str | None], int]:
        """By account and party; every fact was balanced by itself."""
        facts = self.facts
        assert not [fact for fact in facts if imbalance(getattr(fact, "entries", []))]
        return balances(facts)

    def account(self, name: str) -> int:
        """The sum of an account over all parties."""
        return sum(amount for (account, _), amount in self.books().items() if account == name)
