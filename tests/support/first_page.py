"""A small town to look at in a browser: two communities, goods, sales, a gathering, and somebody who leads one."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

from tests.support.everybody import LONG_AGO
from tests.support.townspeople import TERMS
from tests.support.waiting import until
from tests.support.worlds import Platform

OWNER_MAIL, OWNER_PASSWORD = "chen@example.org", "a quiet river at noon"
WICKED = "<script>document.title='taken'</script>"
BUYERS = 24
ROD_MINOR = 12_050
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Town:
    """What there is to see."""

    group_id: str
    rod_id: str


def built(platform: Platform, operator: str) -> Town:
    """Everything through the public surface, told by an operator with this token."""
    return _Builder(platform, operator).build()


class _Builder:
    def __init__(self, platform: Platform, operator: str) -> None:
        self._platform, self._operator = platform, operator

    def build(self) -> Town:
        owner = self._owner()
        outdoor = self._found(
            owner, "Quiet Trails 静径", "Slow walks, still water, early mornings.", "fishing", "outdoors"
        )
        self._found(owner, f"Gadgets {WICKED}", WICKED, "gadgets", "electronics")
        rod, reel = self._goods()
        self._pick(owner, outdoor, rod, f"For calm water {WICKED}")
        people = [self._person(number) for number in range(BUYERS)]
        for number, person_id in enumerate(people):
            self._member(outdoor, person_id)
            if number < 14:
                self._bought(person_id, rod, outdoor)
        self._gather(owner, outdoor, rod[0])
        self._pick(owner, outdoor, reel, "")
        return Town(outdoor, rod[0])

    def _owner(self) -> str:
        """A token of somebody with a password."""
        told = {"name": "Chen 陈", "mail": OWNER_MAIL, "password": OWNER_PASSWORD}
        self._do("/identity/people", None, **told)
        signed = self._do("/identity/sessions", None, mail=OWNER_MAIL, password=OWNER_PASSWORD)
        return str(signed["token"])

    def _found(self, owner: str, name: str, purpose: str, *tags: str) -> str:
        founded = self._do(
            "/groups/groups", owner, name=name, purpose=purpose, tags=list(tags), rules="Leave no trace."
        )
        return str(founded["group_id"])

    def _person(self, number: int) -> str:
        person_id = str(uuid4())
        tags = [{"kind": "interest", "value": "fishing" if number < 16 else "birds"}]
        tags.append({"kind": "city", "value": "杭州" if number < 12 else "Rome"})
        self._record("/identity/records/people", person_id=person_id, name=f"Person {number}", tags=tags)
        return person_id

    def _member(self, group_id: str, person_id: str) -> None:
        self._record("/groups/records/members", group_id=group_id, person_id=person_id)

    def _goods(self) -> list[tuple[str, str]]:
        self._do("/mall/terms", self._operator, **TERMS)
        seller_person = str(uuid4())
        self._record("/identity/records/people", person_id=seller_person, name="Anna")
        seller = self._record("/mall/records/sellers", person_id=seller_person, name="Rods and more")["seller_id"]
        made = []
        for title, price_minor, tags in (
            ("River rod 溪流竿", ROD_MINOR, ["fishing", "outdoors"]), ("Reel", 4_500, ["fishing"]),
            ("Lure box", 1_999, ["fishing", "outdoors"]), ("Drone", 89_900, ["gadgets"]),
        ):  # fmt: skip
            listing_id = str(uuid4())
            self._record(
                "/mall/records/listings", listing_id=listing_id, seller_id=seller, title=title, price_minor=price_minor,
                currency="EUR", tags=tags, commission_bps=1_000,
            )  # fmt: skip
            made.append((listing_id, str(seller)))
        return made[:2]

    def _pick(self, owner: str, group_id: str, goods: tuple[str, str], note: str) -> None:
        self._do(f"/mall/shelves/{group_id}/picks", owner, listing_id=goods[0], note=note)

    def _bought(self, buyer_id: str, goods: tuple[str, str], group_id: str) -> None:
        line = {
            "line_id": str(uuid4()), "listing_id": goods[0], "quantity": 1, "unit_price_minor": ROD_MINOR,
            "group_id": group_id, "commission_bps": 1_000, "platform_fee_bps": 500,
        }  # fmt: skip
        order = {"order_id": str(uuid4()), "seller_id": goods[1], "lines": [line]}
        sale = {"checkout_id": str(uuid4()), "buyer_id": buyer_id, "currency": "EUR", "orders": [order]}
        self._record("/mall/records/sales", **sale)
        paid = {"payment_id": str(uuid4()), "method": "card", "amount_minor": ROD_MINOR}
        self._record("/mall/records/payments", checkout_id=sale["checkout_id"], **paid)
        self._record("/mall/records/settlements", checkout_id=sale["checkout_id"])

    def _gather(self, owner: str, group_id: str, listing_id: str) -> None:
        starts_at = datetime.now(UTC).replace(microsecond=0) + timedelta(days=9)
        venue = {"venue_name": "North landing 北码头", "address": "West Lake 西湖"}
        self._do(
            "/events/gatherings", owner, group_id=group_id, title="A morning at the lake 湖边清晨", venue=venue,
            time_zone="Asia/Shanghai", starts_at=starts_at.isoformat(), capacity=12,
            ends_at=(starts_at + timedelta(hours=3)).isoformat(), listing_ids=[listing_id], tags=["fishing"],
        )  # fmt: skip

    def _record(self, path: str, **fields: Any) -> Answer:
        return self._do(path, self._operator, happened_at=LONG_AGO, **fields)

    def _do(self, path: str, token: str | None, **fields: Any) -> Answer:
        """A command that succeeds, as soon as what it needs of another service has arrived there."""
        client = self._platform.client(token)
        answers: list[httpx.Response] = []

        def is_done() -> bool:
            answers.append(client.post(path, json=fields))
            return answers[-1].is_success or answers[-1].status_code not in (403, 404, 409, 425)

        assert until(is_done, 20), f"{path}: {answers[-1].text}"
        assert answers[-1].is_success, f"{path}: {answers[-1].status_code} {answers[-1].text}"
        done: Answer = answers[-1].json()
        return done
