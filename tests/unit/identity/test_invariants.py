"""Every invariant of identity holds for what it does, and is seen broken."""

from collections.abc import Iterator
from copy import copy
from typing import Any
from unittest.mock import Mock
from uuid import UUID

import pytest

from services.identity.domain.claim import Claim
from services.identity.domain.password_reset import PAUSES, VALIDITY, PasswordReset
from services.identity.domain.person import Person
from services.identity.domain.relationship import Relationship
from services.identity.invariants import invariants
from services.kernel.domain import acting
from services.kernel.store.invariants import Invariant
from services.kernel.store.unit import FORGOTTEN_SIDE, TO_FORGET
from tests.support.forging import forged, judged
from tests.support.scenario import ANNA, BORIS, CHEN, DORA, NOON, context

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
        roots = (anna, boris, claim, refused, _friends(), _reset(), _forgotten())
        return [fact for root in roots for fact in root.collect_events()]


def _forgotten() -> Person:
    person = Person.register(DORA, "Dora", "dora@example.org")
    person.forget("asked")
    return person


def _friends() -> Relationship:
    """They are friends, then no more; Boris blocks Anna for a while, who asks meanwhile."""
    between = Relationship.begin("request", ANNA, BORIS)
    between.accept_friend(BORIS)
    between.follow(ANNA)
    between.end_friendship(ANNA)
    between.block(BORIS)
    between.ask_friend(ANNA)
    between.unblock(BORIS)
    return between


def _reset() -> PasswordReset:
    reset = PasswordReset.ask(ANNA, "en", NOON - PAUSES[0])
    reset.ask_again("en", NOON)
    reset.use(2, NOON)
    return reset


def named(
    name: str, mails: dict[str, bytes] = MAILS, passwords: dict[str, bytes] = PASSWORDS, noted: UUID = DORA
) -> Invariant:
    sides = {"mail": mails, "password": passwords, FORGOTTEN_SIDE: {str(noted): b""}, TO_FORGET: {}}
    store: Any = Mock(sides=sides.get)
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
    yield "forgetting", "something happened", [*story(), again(Person.Forgotten)]
    yield "forgetting", "claims something", [*story(), again(Claim.Submitted, person_id=DORA, originator_id=CHEN)]
    yield from breaches_between_two()
    yield from breaches_of_links()


def breaches_between_two() -> Iterator[tuple[str, str, list[Any]]]:
    blocked = without(Relationship.Unblocked)
    yield "relationships", "to herself", [again(Relationship.Opened, other_id=ANNA)]
    yield "relationships", "nobody had asked", [again(Relationship.FriendshipBegun)]
    yield "relationships", "there was not", [again(Relationship.FriendshipEnded)]
    yield "relationships", "taken back", without(Relationship.Blocked)
    yield "relationships", "has blocked", [*blocked, again(Relationship.Followed, person_id=BORIS, other_id=ANNA)]
    yield "relationships", "across a block", [*blocked, again(Relationship.FriendshipBegun)]


def breaches_of_links() -> Iterator[tuple[str, str, list[Any]]]:
    unused = without(PasswordReset.Used)
    yield "password resets", "used or replaced", [*story(), again(PasswordReset.Used)]
    yield "password resets", "used or replaced", [*story(), again(PasswordReset.Used, number=1)]
    yield "password resets", "came after", [*story(), again(PasswordReset.AskedAgain)]
    yield "password resets", "run out", [*unused, again(PasswordReset.Used, effective_at=NOON + VALIDITY)]


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


def test_finds_somebody_forgotten_who_can_sign_in_or_is_not_noted_for_it() -> None:
    assert judged(named("forgetting", passwords={str(DORA): b"hash"}), story())
    assert judged(named("forgetting", mails={"d": str(DORA).encode()}), story())
    assert judged(named("forgetting", noted=CHEN), story())
