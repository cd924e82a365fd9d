"""Figures for partners: trade to the cent, and of people never fewer than five, nor as the rest of a sum."""

from typing import Any
from uuid import UUID

import pytest

from services.contracts import groups, mall
from services.contracts.message import Message
from services.partners.domain.refusals import NoSuchPartner, ScopeNeeded
from services.partners.queries import counting
from tests.support.http_client import shape

from .alliance import Alliance
from .story import BUYER, GROUP, LISTING, PEOPLE, SHOP, STORY, line, order, refund, registered

OTHER_GROUP, OTHER_LISTING = UUID(int=0x61), UUID(int=0x12)
NOT_TOLD = {"count": None, "withheld": True}
MANY = [UUID(int=0xB000 + number) for number in range(40)]


def told(count: int) -> dict[str, Any]:
    return {"count": count, "withheld": False}


def founded(group_id: UUID, owner_id: UUID, *members: UUID) -> list[Message]:
    """A group with its owner and so many more."""
    return [
        groups.GroupFounded(group_id=group_id, owner_id=owner_id, threshold=None),
        *(groups.MemberAdmitted(group_id=group_id, person_id=person_id) for person_id in members),
    ]


def listed(listing_id: UUID) -> Message:
    return mall.ListingListed(listing_id=listing_id, seller_id=SHOP, price_minor=1_000, currency="EUR", tags=[])


def counts(alliance: Alliance, **parameters: Any) -> dict[str, Any]:
    """What a partner with that scope alone is told."""
    name = f"Counting {alliance.service.recorder.position()}"
    answer = alliance.partner(name, ["counts"]).ask("/counts", **parameters)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def by(alliance: Alliance, breakdown: str) -> dict[str, dict[str, Any]]:
    """The rows of a breakdown by id."""
    items = counts(alliance, by=breakdown, limit=1000)["items"]
    return {row[f"{breakdown}_id"]: row for row in items}


def test_a_platform_on_which_nothing_happened_has_zeros_and_tells_of_nobody(alliance: Alliance) -> None:
    found = counts(alliance, by="group")
    assert found["at"] == {"identity": 0, "groups": 0, "mall": 0, "events": 0}
    assert (found["items"], found["next"]) == ([], None)
    totals = found["totals"]
    assert (totals["groups"], totals["listings"], totals["orders"]["placed"]) == (0, 0, 0)
    assert totals["people"] == totals["members"] == totals["buyers"] == NOT_TOLD
    assert totals["sold"] == {"orders": 0, "units": 0, "returned": 0, "cancelled": 0, "amounts": []}


def test_what_was_sold_is_summed_up_to_the_cent(alliance: Alliance) -> None:
    alliance.say(*STORY)
    totals = counts(alliance)["totals"]
    assert totals["orders"] == {"placed": 1, "paid": 1, "delivered": 0, "cancelled": 0, "refunded": 1}
    assert (totals["listings"], totals["offered"], totals["groups"]) == (1, 1, 1)
    assert totals["sold"] == {
        "orders": 1, "units": 2, "returned": 1, "cancelled": 0,
        "amounts": [
            {"currency": "EUR", "gross_minor": 2_150, "refunded_minor": 1_000, "cancelled_minor": 0, "net_minor": 1_150}
        ],
    }  # fmt: skip


def test_an_order_that_is_cancelled_leaves_nothing_and_one_that_was_never_paid_never_counted(
    alliance: Alliance,
) -> None:
    alliance.say(*STORY, *order(2)[:1])
    for number in (1, 2):
        alliance.say(mall.OrderCancelled(order_id=UUID(int=0x0DE0000 + number), was_paid=number == 1))
    totals = counts(alliance)["totals"]
    assert totals["orders"] == {"placed": 2, "paid": 1, "delivered": 0, "cancelled": 2, "refunded": 1}
    (amounts,) = totals["sold"]["amounts"]
    assert (amounts["cancelled_minor"], amounts["net_minor"]) == (1_150, 0)
    assert (totals["sold"]["units"], totals["sold"]["returned"], totals["sold"]["cancelled"]) == (2, 1, 1)


def test_currencies_are_never_added_up(alliance: Alliance) -> None:
    alliance.say(*STORY, *order(2, BUYER, line(2), currency="JPY"))
    totals = counts(alliance)["totals"]
    assert [row["currency"] for row in totals["sold"]["amounts"]] == ["EUR", "JPY"]
    assert totals["sold"]["orders"] == 2


def test_each_listing_and_each_group_has_its_own_figures(alliance: Alliance) -> None:
    lines = [line(2, listing_id=OTHER_LISTING), line(3, group_id=None), line(4, group_id=OTHER_GROUP, quantity=5)]
    alliance.say(*STORY, listed(OTHER_LISTING), *founded(OTHER_GROUP, PEOPLE[0]), *order(2, BUYER, *lines))
    alliance.say(mall.OrderDelivered(order_id=UUID(int=0x0DE0002)), mall.ListingWithdrawn(listing_id=OTHER_LISTING))
    listings, communities = by(alliance, "listing"), by(alliance, "group")
    assert {name: (row["offered"], row["sold"]["units"]) for name, row in listings.items()} == {
        str(LISTING): (True, 9), str(OTHER_LISTING): (False, 2),
    }  # fmt: skip
    assert {name: row["sold"]["amounts"][0]["gross_minor"] for name, row in communities.items()} == {
        str(GROUP): 2_150 + 2_150, str(OTHER_GROUP): 5_150,
    }  # fmt: skip
    assert counts(alliance)["totals"]["orders"]["delivered"] == 1


def test_rows_come_in_pages_that_miss_nothing(alliance: Alliance) -> None:
    alliance.say(*STORY, *(listed(UUID(int=0x1000 + number)) for number in range(5)))
    partner, ids, cursor = alliance.partner(), list[str](), dict[str, str]()
    while True:
        page = partner.ask("/counts", by="listing", limit=2, **cursor).json()
        ids += [row["listing_id"] for row in page["items"]]
        assert len(page["items"]) <= 2
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert ids == sorted(by(alliance, "listing"))


def test_of_people_fewer_than_five_are_not_told(alliance: Alliance) -> None:
    alliance.say(*registered(*MANY[:20]), *founded(GROUP, *MANY[:5]), *founded(OTHER_GROUP, *MANY[5:9]))
    found = by(alliance, "group")
    assert counts(alliance)["totals"]["people"] == told(20)
    assert found[str(OTHER_GROUP)]["members"] == NOT_TOLD


def test_a_group_is_not_the_rest_of_a_total(alliance: Alliance) -> None:
    """9 members are told, so that of the groups with 5 and 4 of them neither is: 9 - 5 would tell of four."""
    alliance.say(*registered(*MANY[:20]), *founded(GROUP, *MANY[:5]), *founded(OTHER_GROUP, *MANY[5:9]))
    assert counts(alliance)["totals"]["members"] == told(9)
    assert [row["members"] for row in by(alliance, "group").values()] == [NOT_TOLD, NOT_TOLD]


def test_a_total_is_not_told_when_few_are_left_outside(alliance: Alliance) -> None:
    alliance.say(*registered(*MANY[:10]), *founded(GROUP, *MANY[:7]))
    totals = counts(alliance)["totals"]
    assert (totals["people"], totals["members"]) == (told(10), NOT_TOLD), "10 - 7 would tell of the three who stay out"
    assert by(alliance, "group")[str(GROUP)]["members"] == NOT_TOLD


def test_a_group_of_everybody_may_be_told(alliance: Alliance) -> None:
    alliance.say(*registered(*MANY[:10]), *founded(GROUP, *MANY[:10]))
    assert by(alliance, "group")[str(GROUP)]["members"] == told(10)


def test_members_who_leave_are_counted_no_more(alliance: Alliance) -> None:
    alliance.say(*registered(*MANY[:12]), *founded(GROUP, *MANY[:7]))
    assert by(alliance, "group")[str(GROUP)]["members"] == told(7)
    alliance.say(groups.MemberLeft(group_id=GROUP, person_id=MANY[3]))
    assert by(alliance, "group")[str(GROUP)]["members"] == told(6)


def test_buyers_are_people_not_orders(alliance: Alliance) -> None:
    bought = [message for number in range(8) for message in order(number, MANY[number % 4], line(number))]
    alliance.say(*registered(*MANY[:20]), *founded(GROUP, MANY[0]), *bought)
    found = counts(alliance)["totals"]
    assert (found["orders"]["paid"], found["buyers"]) == (8, NOT_TOLD)
    alliance.say(*order(9, MANY[5], line(9)))
    assert counts(alliance)["totals"]["buyers"] == told(5)
    assert by(alliance, "group")[str(GROUP)]["buyers"] == told(5)
    alliance.say(mall.OrderCancelled(order_id=UUID(int=0x0DE0009), was_paid=True))
    assert counts(alliance)["totals"]["buyers"] == NOT_TOLD, "a purchase that does not stand has no buyer"


def test_buyers_come_in_one_breakdown_alone(alliance: Alliance) -> None:
    alliance.say(*STORY)
    assert "buyers" not in by(alliance, "listing")[str(LISTING)]


def test_the_same_question_gets_the_same_answer(alliance: Alliance) -> None:
    alliance.say(*STORY, *registered(*MANY), *founded(OTHER_GROUP, *MANY[:17]))
    partner = alliance.partner()
    assert len({partner.ask("/counts", by="group").text for _ in range(5)}) == 1
    assert partner.ask("/counts", by="group").json() == counts(alliance, by="group"), "and so does every partner"


def test_figures_say_up_to_which_messages_they_count(alliance: Alliance) -> None:
    said = alliance.say(*STORY)
    latest = {envelope.source: envelope.position for envelope in said}
    assert counts(alliance)["at"] == latest | {"events": 0}, "nothing was said of gatherings"
    alliance.say(refund(1, 1))
    assert counts(alliance)["at"]["mall"] == latest["mall"] + 2


def test_the_scope_is_asked_for(alliance: Alliance) -> None:
    partner = alliance.partner(scopes=["feed:identity", "feed:groups", "feed:mall"])
    assert shape(partner.ask("/counts")) == (403, "partners.scope_needed")
    assert partner.ask("/counts", by="person").status_code == 422


def test_an_operator_sees_what_a_partner_is_told(alliance: Alliance) -> None:
    alliance.say(*STORY)
    partner, blind = alliance.partner(), alliance.partner("Blind", ["feed:mall"])
    assert alliance.look("counts_for", partner_id=partner.partner_id, by="group", limit=5) == (
        partner.ask("/counts", by="group", limit=5).json()
    )
    with pytest.raises(ScopeNeeded):
        alliance.look("counts_for", partner_id=blind.partner_id)
    with pytest.raises(NoSuchPartner):
        alliance.look("counts_for", partner_id=UUID(int=9))


def test_people_are_gone_through_once_for_all_pages_and_again_when_something_is_heard(
    alliance: Alliance, monkeypatch: pytest.MonkeyPatch
) -> None:
    alliance.say(*STORY)
    partner, times = alliance.partner(), list[int]()
    count = counting._counted

    def counted(*given: Any) -> Any:
        times.append(1)
        return count(*given)

    monkeypatch.setattr(counting, "_counted", counted)
    for _ in range(3):
        first = partner.ask("/counts", by="group", limit=1).json()
        assert alliance.look("counts_for", partner_id=partner.partner_id, by="group", limit=1) == first
    assert len(times) == 1
    alliance.say(*founded(OTHER_GROUP, *MANY[:6]))
    assert partner.ask("/counts").json()["totals"]["groups"] == 2
    assert len(times) == 2
