"""Every invariant of partners holds for what it does, and is seen broken."""

from collections.abc import Iterator
from copy import copy
from datetime import timedelta
from typing import Any
from unittest.mock import Mock
from uuid import UUID

import pytest

from services.kernel.domain import acting
from services.kernel.store.invariants import Invariant
from services.partners.domain import Partner
from services.partners.invariants import invariants
from services.partners.keys import owner_row
from tests.support.forging import judged
from tests.support.scenario import NOON, context

CLUB, GONE = UUID(int=0xC1), UUID(int=0xC2)
NAMES_KEPT = {"alpine club": str(CLUB).encode()}
KEYS_KEPT = {"one": owner_row(CLUB, 2), "other": owner_row(CLUB, 3)}


def story() -> list[Any]:
    """The club gets three keys, of which the first ends, and is suspended for a while; another partner is closed."""
    with acting(context()):
        club = Partner.register(CLUB, "Alpine Club", ["counts"], now=NOON)
        for _ in range(2):
            club.issue_key(now=NOON, overlap=timedelta(hours=1))
        club.end_key(1)
        club.suspend("terms")
        club.reinstate()
        gone = Partner.register(GONE, "Gone", ["counts"], now=NOON)
        gone.close("requested")
        return [fact for root in (club, gone) for fact in root.collect_events()]


def named(name: str, keys: dict[str, bytes] = KEYS_KEPT, names: dict[str, bytes] = NAMES_KEPT) -> Invariant:
    store: Any = Mock(sides={"key": keys, "name": names}.get)
    return next(one for one in invariants(store) if one.name == name)


NAMES = [one.name for one in invariants(Mock())]


def again(kind: type[Any], **fields: Any) -> Any:
    """One more fact of a kind that is there, with other fields."""
    copied = copy(next(fact for fact in story() if type(fact) is kind))
    copied.__dict__.update(fields)
    return copied


def without(kind: type[Any], **fields: Any) -> list[Any]:
    """The story without the facts of a kind that have these fields."""
    return [
        fact for fact in story()
        if type(fact) is not kind or any(getattr(fact, name) != value for name, value in fields.items())
    ]  # fmt: skip


def breaches() -> Iterator[tuple[str, str, list[Any]]]:
    """Name of an invariant, a word of what it says, and facts that break it."""
    yield "partners", "was closed", [*story(), again(Partner.KeyIssued, originator_id=GONE)]
    yield "partners", "became suspended", [*story(), again(Partner.Suspended), again(Partner.Suspended)]
    yield "partners", "became active", [*story(), again(Partner.Reinstated)]
    yield "partners", "became closed", [*story(), again(Partner.Closed)]
    yield "keys", "comes after key 1", without(Partner.KeyIssued, key_number=2)
    yield "keys", "was not good", [*story(), again(Partner.KeyEnded, originator_id=CLUB, key_number=1)]
    yield "keys", "did not end", without(Partner.KeyEnded, originator_id=GONE)
    yield "keys", "its digest is gone", without(Partner.KeyEnded, originator_id=CLUB)
    yield "keys", "names that are taken", [again(Partner.Registered, originator_id=UUID(int=0xC3)), *story()]


@pytest.mark.parametrize("name", NAMES)
def test_holds_for_what_partners_does(name: str) -> None:
    invariant = named(name)
    assert judged(invariant, story()) is None
    assert invariant.checked > 0


@pytest.mark.parametrize(("name", "said", "facts"), list(breaches()))
def test_finds_a_breach(name: str, said: str, facts: list[Any]) -> None:
    found = judged(named(name), facts)
    assert found is not None
    assert said in found


@pytest.mark.parametrize(
    ("said", "keys"),
    [
        ("never given", KEYS_KEPT | {"forged": owner_row(CLUB, 4)}),
        ("has ended", KEYS_KEPT | {"old": owner_row(CLUB, 1)}),
        ("kept twice", KEYS_KEPT | {"double": owner_row(CLUB, 2)}),
        ("never given", KEYS_KEPT | {"strange": owner_row(UUID(int=9), 1)}),
        ("key 3 is good, and its digest is gone", {"one": owner_row(CLUB, 2)}),
    ],
)
def test_finds_a_digest_that_opens_what_no_fact_says(said: str, keys: dict[str, bytes]) -> None:
    found = judged(named("keys", keys=keys), story())
    assert found is not None
    assert said in found


def test_finds_a_name_that_nobody_has() -> None:
    assert judged(named("keys", names={}), story())
    assert judged(named("keys", names=NAMES_KEPT | {"gone": str(GONE).encode()}), story())


def test_every_invariant_was_seen_broken() -> None:
    assert {name for name, _, _ in breaches()} == set(NAMES)
