"""A person is forgotten in events: what she wrote of a gathering is gone, seats and counts stay."""

import pytest

from services.contracts.identity import PersonForgotten, PersonTagged
from services.events.application import registering
from services.kernel.flow.rebuild import rebuild
from services.kernel.forgetting import LET_GO_AFTER
from tests.support.stored import lying_at

from .hall import ANNA, BORIS, CHEN, NOON, Hall

CITY = "Zarskoje Selo"


def forget(hall: Hall) -> None:
    """Of whoever is forgotten identity does not tell a tag any more."""
    hall.identity.said = [one for one in hall.identity.said if one.data.get("value") != CITY]
    hall.identity.positions_each = 100
    hall.identity.say(PersonForgotten(person_id=ANNA), NOON)
    hall.settle()


def test_her_key_is_gone_and_others_stay(hall: Hall) -> None:
    hall.announced()
    for person_id in (ANNA, BORIS):
        hall.service.keys.key_or_new(str(person_id))
    forget(hall)
    assert hall.service.keys.key(str(ANNA)) is None
    assert hall.service.keys.key(str(BORIS)) is not None


def test_views_rebuilt_from_the_first_fact_are_equal_and_hold_nothing_of_her(hall: Hall) -> None:
    hall.announced()
    hall.identity.say(PersonTagged(person_id=ANNA, kind="city", value=CITY), NOON)
    hall.settle()
    assert any(CITY.encode() in content for content in lying_at(hall.folder).values())
    forget(hall)
    assert not any(CITY.encode() in content for content in lying_at(hall.folder).values())
    assert rebuild(hall.service).is_equal


def test_what_no_view_showed_yet_is_given_back_a_little_later(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    gathering_id = hall.announced(by=CHEN)
    registration_id = hall.do("register", ANNA, gathering_id=gathering_id, seats=1)["registration_id"]
    with monkeypatch.context() as patched:
        patched.setattr(registering, "open_of", lambda *_: [])
        forget(hall)
    assert hall.registration(registration_id).is_open, "the view was behind"
    hall.pass_time(seconds=LET_GO_AFTER.total_seconds() - 1)
    assert hall.registration(registration_id).is_open
    hall.pass_time(seconds=1)
    assert not hall.registration(registration_id).is_open


def test_it_is_not_looked_at_again_before_the_views_are_there(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    forget(hall)
    monkeypatch.setattr(type(hall.service), "shows_until", lambda *_: False)
    monkeypatch.setattr(registering, "open_of", lambda *_: pytest.fail("asked a view that is behind"))
    hall.clock.at += LET_GO_AFTER
    hall.service.clockwork.step()
