"""A person is forgotten in events: what she wrote of a gathering is gone, seats and counts stay."""

from services.contracts.identity import PersonForgotten, PersonTagged
from services.kernel.flow.rebuild import rebuild
from tests.support.stored import lying_at

from .hall import ANNA, BORIS, NOON, Hall

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
