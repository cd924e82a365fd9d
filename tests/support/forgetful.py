"""A service that hears of people from identity, keeps what it hears, and has notes of its own about them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from services.contracts.identity import ClaimCertified, PersonForgotten, PersonRegistered, PersonTagged
from services.kernel.blueprint import Blueprint
from services.kernel.domain import FORGOTTEN
from services.kernel.forgetting import forget_subject
from services.kernel.service import Service
from services.known.people import KnownPeople
from tests.support import neighbours, tally
from tests.support.other_service import OtherService
from tests.support.scenario import ANNA, BORIS, NOON, OPERATOR
from tests.support.services import command, opened, opening

WORDS, NOTE = "Oblonskoje bei Tula", "takes her tea without sugar"
blueprint: Blueprint = replace(
    tally.blueprint, name="echo", projections=[KnownPeople, neighbours.EchoesView], operations=tally.operations,
    reactions={PersonForgotten: forget_subject}, keeps_messages=True,
)  # fmt: skip


def identity_says(*, and_forgets: bool = True) -> OtherService:
    """Two people with tags and claims, one of whom is forgotten."""
    identity = OtherService("identity")
    for person_id in (ANNA, BORIS):
        identity.say(PersonRegistered(person_id=person_id), NOON)
        identity.say(PersonTagged(person_id=person_id, kind="city", value=f"{WORDS} {person_id}"), NOON)
        identity.say(
            ClaimCertified(
                person_id=person_id, claim_id=UUID(int=person_id.int + 0xC0), kind="industry", level=1, code="samovars",
                valid_until=None, issuer_id=OPERATOR,
            ),
            NOON,
        )  # fmt: skip
    if and_forgets:
        identity.say(PersonForgotten(person_id=ANNA), NOON)
    return identity


@contextmanager
def hearing(directory: Path, identity: OtherService) -> Iterator[Service]:
    """The service, which hears identity; without workers."""
    with opened(directory, blueprint) as service:
        service.hear([identity])
        yield service


def note(service: Service, number: int = 1) -> None:
    """Anna's note about herself, sealed under her key."""
    opened_now = service.executor.execute_now(opening(f"tally {number}", UUID(int=0x100 + number)))
    tally_id = UUID(str(opened_now.body["tally_id"]))
    service.executor.execute_now(command(lambda tallies: tallies.count(tally_id, NOTE), UUID(int=0x200 + number)))


def notes(service: Service) -> list[object]:
    """All notes there are, as they read now."""
    facts = (recorded.fact for recorded in service.store.facts(0, 1_000))
    return [fact.note for fact in facts if isinstance(fact, tally.Tally.Counted)]


def is_forgotten(service: Service, person_id: UUID = ANNA) -> bool:
    """Whether there is no key, and nothing that was sealed under it can be read."""
    return service.keys.key(str(person_id)) is None and set(notes(service)) <= {FORGOTTEN}
