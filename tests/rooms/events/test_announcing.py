"""Gatherings are announced, changed and called off by who leads the group; who may come is asked at registration."""

from datetime import timedelta
from typing import Any

import pytest

from services.events.domain import refusals
from services.kernel.domain import Refusal
from services.kernel.flow.rebuild import rebuild

from .hall import ANNA, BORIS, CHEN, DORA, ELSE, GROUP, NOON, NOWHERE, Hall, crowd

REAL_NAME = {"claim": "real_name", "level": 1}


def test_a_gathering_is_shown_with_everything_but_where_to_join_it_online(hall: Hall) -> None:
    gathering_id = hall.announced(by=CHEN, tags=["fishing"], price_minor=2_000, currency="EUR")
    seen = hall.ask("gathering", BORIS, gathering_id=gathering_id)
    assert (seen["title"], seen["venue_name"], seen["is_online"]) == ("A morning at the lake", "Lake House", True)
    assert (seen["capacity"], seen["seats_left"], seen["state"], seen["price_minor"]) == (2, 2, "announced", 2_000)
    assert "meet.example.org" not in str(seen)


def test_the_online_address_is_for_those_with_a_ticket(hall: Hall) -> None:
    gathering_id = hall.announced()
    registration_id = hall.comes(gathering_id, BORIS)
    ticket = hall.ask("ticket", BORIS, registration_id=registration_id)
    assert ticket["online_url"] == "https://meet.example.org/lake"
    assert ticket["qr_svg"].startswith("<svg")
    with pytest.raises(refusals.NoSuchRegistration):
        hall.ask("ticket", ANNA, registration_id=registration_id)


def test_a_place_on_the_equator_has_both_its_numbers(hall: Hall) -> None:
    gathering_id = hall.announced(venue=NOWHERE | {"venue_name": "Lake Victoria", "latitude": 0.0, "longitude": 33.0})
    seen = hall.ask("gathering", BORIS, gathering_id=gathering_id)
    assert (seen["latitude"], seen["longitude"]) == (0.0, 33.0)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"title": " "}, refusals.TitleMissing),
        ({"venue": NOWHERE}, refusals.VenueMissing),
        ({"venue": NOWHERE | {"venue_name": "Lake", "latitude": 1.0}}, refusals.PlaceHalfSaid),
        ({"ends_at": NOON}, refusals.TimesNotUsable),
        ({"starts_at": NOON}, refusals.TimesNotUsable),
        ({"price_minor": 2_000}, refusals.PriceWithoutCurrency),
        ({"currency": "EUR"}, refusals.PriceWithoutCurrency),
        ({"threshold": {"claim": "height", "level": 1}}, refusals.ThresholdMalformed),
    ],
)
def test_refuses_what_has_no_usable_form(hall: Hall, wrong: dict[str, Any], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        hall.announced(**wrong)


def test_only_who_leads_the_group_decides(hall: Hall) -> None:
    gathering_id = hall.announced()
    later = {"starts_at": NOON + timedelta(days=3), "ends_at": NOON + timedelta(days=4)}
    asked: list[tuple[str, dict[str, Any]]] = [
        ("move_gathering", later), ("change_venue", {"venue": NOWHERE | {"venue_name": "Boat House"}}),
        ("change_capacity", {"capacity": 3}), ("cancel_gathering", {"reason": "Storm"}),
        ("name_door_staff", {"person_id": DORA}), ("write_recap", {"text": "Fine"}),
    ]  # fmt: skip
    for name, fields in asked:
        with pytest.raises(refusals.NotOrganiser):
            hall.do(name, BORIS, gathering_id=gathering_id, **fields)
    with pytest.raises(refusals.NotOrganiser):
        hall.announced(by=BORIS)


def test_gatherings_are_listed_by_group_tag_and_time_page_by_page(hall: Hall) -> None:
    ids = [
        hall.announced(starts_at=NOON + timedelta(days=day), ends_at=NOON + timedelta(days=day, hours=1), tags=[tag])
        for day, tag in ((3, "fishing"), (1, "birds"), (2, "fishing"))
    ]
    listed = hall.ask("gatherings", BORIS, group_id=GROUP, limit=2)
    assert [one["gathering_id"] for one in listed["items"]] == [ids[1], ids[2]]
    rest = hall.ask("gatherings", BORIS, group_id=GROUP, limit=2, cursor=listed["next"])
    assert ([one["gathering_id"] for one in rest["items"]], rest["next"]) == ([ids[0]], None)
    fishing = hall.ask("gatherings", BORIS, tag="fishing", starts_from=NOON + timedelta(days=2, hours=1))
    assert [one["gathering_id"] for one in fishing["items"]] == [ids[0]]


def test_who_may_come_is_decided_when_they_register_and_frozen_in_the_fact(hall: Hall) -> None:
    gathering_id = hall.announced(threshold={"all": [REAL_NAME, {"member": str(GROUP)}]})
    with pytest.raises(refusals.ThresholdNotMet) as refused:
        hall.comes(gathering_id, CHEN)
    assert refused.value.facts["missing"] == [REAL_NAME]
    hall.certify(CHEN)
    hall.comes(gathering_id, CHEN)
    (fact,) = [one for one in hall.facts if type(one).__name__ == "Registered"]
    assert [claim["kind"] for claim in fact.relied_on] == ["real_name"]  # type: ignore[attr-defined]
    hall.certify(BORIS)
    with pytest.raises(refusals.ThresholdNotMet, match="member"):
        hall.comes(gathering_id, BORIS)


def test_nobody_registers_for_what_was_cancelled_or_has_begun(hall: Hall) -> None:
    cancelled, begun = hall.announced(), hall.announced()
    with pytest.raises(refusals.PartyNotUsable, match="1 to 1"):
        hall.comes(begun, BORIS, 2)
    hall.do("cancel_gathering", ANNA, gathering_id=cancelled, reason="Storm")
    with pytest.raises(refusals.GatheringCancelled):
        hall.comes(cancelled, BORIS)
    hall.pass_time(days=1)
    with pytest.raises(refusals.GatheringBegun):
        hall.comes(begun, BORIS)


@pytest.mark.parametrize("at_once", [2, 200])
def test_a_cancelled_gathering_ends_every_registration_in_batches(
    hall: Hall, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.events.errands.ENDED_AT_ONCE", at_once)
    gathering_id = hall.paid_gathering(capacity=3)
    ids = [hall.comes(gathering_id, person) for person in crowd(5)]
    hall.pays(ids[0])
    given_back = hall.comes(gathering_id, ELSE)
    hall.do("give_back", ELSE, registration_id=given_back)
    hall.do("cancel_gathering", ANNA, gathering_id=gathering_id, reason="Storm")
    hall.settle()
    while hall.service.recorder.due(hall.clock.at + timedelta(seconds=10), 10):
        hall.pass_time(seconds=1)
    assert hall.states(*ids) == ["gathering_cancelled"] * 5
    assert hall.states(given_back) == ["given_back"]
    assert len(hall.said("registration_ended")) == 6
    seen = hall.ask("gathering", BORIS, gathering_id=gathering_id)
    assert (seen["state"], seen["reason"]) == ("cancelled", "Storm")
    late = hall.pays(ids[1], 2)
    assert [one.order_id for one in hall.said("ticket_refused")] == [late]  # type: ignore[attr-defined]


def test_views_rebuilt_from_the_first_fact_are_the_same(hall: Hall) -> None:
    gathering_id = hall.announced(capacity=1)
    first = hall.comes(gathering_id, BORIS)
    hall.comes(gathering_id, CHEN)
    hall.do("give_back", BORIS, registration_id=first)
    hall.settle()
    found = rebuild(hall.service, page=3)
    assert found.is_equal, [table for table in found.tables if not table.is_equal]
    assert {table.table for table in found.tables} >= {"gatherings_v1", "registrations_v1", "waitlist_steps_v1"}
