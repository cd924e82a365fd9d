"""Every invariant of identity holds for what it does, and is seen broken."""

from collections.abc import Iterator
from copy import copy
from typing import Any
from unittest.mock import Mock
from uuid import UUID

import pytest

from services.identity.domain.claim import Claim
from services.identity.domain.person import Person
from services.identity.invariants import invariants
from services.kernel.domain import acting
from services.kernel.store.invariants import Invariant
from tests.support.forging import forged, judged
from tests.support.scenario import ANNA, BORIS, CHEN, NOON, context

CLAIM, REFUSED = UUID(int=0x51), UUID(int=0x52)
MAILS = {"a": str(ANNA).encode()}
PASSWORDS = {str(ANNA): b"hash"}


def story() -> list[Any]:
    """Anna registers, is certified by Boris until it expires, is refused once, and is an operator for a while."""
    with acting(context()):
        anna = Person.register(ANNA, "Anna", "anna@example.org")
        boris = Person.register(BORIS, "Boris", None, recorded=True)
        claim = Claim.submit(CLAIM, ANNA, "real_name", "Anna")
        refused = Claim.submit(REFUSED, ANNA, "position", "Captain")
        claim.certify(BORIS, 1, NOON.replace(hour=18), NOON)
        claim.expire(NOON.replace(hour=18))
        refused.refuse(BORIS, "No ship.")
        anna.grant_role("operator", ANNA)
        anna.withdraw_role("operator")
        return [fact for root in (anna, boris, claim, refused) for fact in root.collect_events()]


def named(name: str, mails: dict[str, bytes] = MAILS, passwords: dict[str, bytes] = PASSWORDS) -> Invariant:
    store: Any = Mock(sides={"mail": mails, "password": passwords}.get)
    return next(one for one in invariants(store) if one.name == name)


NAMES = [one.name for one in invariants(Mock())]


def again(kind: type[Any], **fields: Any) -> Any:
    """One more fact of a kind that is there, with other fields."""
    copied = copy(next(fact for fact in story() if type(fact) is kind))
    copied.__dict__.update(fields)
    return copied


def without(*kinds: type[Any]) -> list[Any]:
    return [fact for fact in story() if type(fact) not in kinds]


def breaches() -> Iterator[tuple[str, str, list[Any]]]:
    """Name of an invariant, a word of what it says, and facts that break it."""
    yield "claims", "certified", [*without(Claim.Expired), again(Claim.Certified)]
    yield "claims", "her own claim", [*without(Claim.Certified, Claim.Expired), again(Claim.Certified, issuer_id=ANNA)]
    yield "claims", "became expired", without(Claim.Certified)
    yield "claims", "another person", [*without(Claim.Refused), again(Claim.Refused, person_id=CHEN)]
    yield "claims", "became withdrawn", [
        *story(), forged(Claim.Withdrawn, REFUSED, person_id=ANNA, withdrawn_by=ANNA, reason="")
    ]  # fmt: skip
    yield "roles", "granted twice", [*without(Person.RoleWithdrawn), again(Person.RoleGranted)]
    yield "roles", "did not have it", without(Person.RoleGranted)
    yield "people", "never registered", without(Person.Registered)


@pytest.mark.parametrize("name", NAMES)
def test_holds_for_what_identity_does(name: str) -> None:
    invariant = named(name)
    assert judged(invariant, story()) is None
    assert invariant.checked > 0


@pytest.mark.parametrize(("name", "said", "facts"), list(breaches()))
def test_finds_a_breach(name: str, said: str, facts: list[Any]) -> None:
    found = judged(named(name), facts)
    assert found is not None
    assert said in found


def test_every_invariant_was_seen_broken() -> None:
    assert {name for name, _, _ in breaches()} == set(NAMES)


@pytest.mark.parametrize("person_id", [CHEN, BORIS], ids=["nobody", "who never gave one"])
def test_finds_a_mail_address_of(person_id: UUID) -> None:
    assert judged(named("people", mails={"a": str(person_id).encode()}), story())


def test_finds_two_mail_addresses_of_one_person() -> None:
    assert judged(named("people", mails=MAILS | {"b": MAILS["a"]}), story())


def test_finds_a_password_of_nobody() -> None:
    assert judged(named("people", passwords={str(CHEN): b"hash"}), story())
