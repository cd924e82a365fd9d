"""Who somebody is: as she sees herself, and as others may see her; claims, and what time it is."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, or_, select

from services.identity.domain.claim import Claim
from services.identity.domain.person import Person
from services.identity.domain.refusals import MailMalformed, NoSuchClaim, NoSuchPerson
from services.identity.domain.roles import CERTIFIER, ensure_certifier
from services.identity.domain.values import normalised_mail
from services.identity.domain.visibility import FIELDS, TAGS
from services.identity.projections.claims import claims
from services.identity.projections.known_members import shared_groups
from services.identity.projections.people import people
from services.identity.projections.relationships import has_blocked
from services.identity.queries.asked import Asked
from services.kernel.clock import SandboxClock
from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import page_of
from services.kernel.service import Service

MOST_OWN_CLAIMS = 100


def person_with(service: Service, mail: str) -> UUID | None:
    """Who is registered with a mail address; None when nobody is, or it is none."""
    try:
        key = service.keys.blinded(normalised_mail(mail))
    except MailMalformed:
        return None
    known = service.recorder.side("mail", key)
    return UUID(known.decode()) if known else None


class PeopleQueries(Asked):
    """People and their claims."""

    def me(self, actor: Actor) -> dict[str, Any]:
        """The actor herself, with everything that is known of her. Raises NoSuchPerson."""
        person = self._person(actor.person_id)
        visibility = [{"field": field, **asdict(person.visibility_of(field))} for field in FIELDS]
        return {
            "person_id": person.id, "name": person.name, "mail": person.mail, "tags": _tags(person),
            "roles": person.roles, "claims": self._claims_of(person.id), "visibility": visibility,
        }  # fmt: skip

    def person(self, actor: Actor, person_id: UUID) -> dict[str, Any]:
        """A person as the actor may see her: of claims kind and highest level, no values. Whom she has blocked
        sees what a stranger sees. Raises NoSuchPerson."""
        with self._service.views.reading() as connection:
            row = connection.execute(select(people).where(people.c.person_id == str(person_id))).mappings().first()
            certified = self._certified(connection, person_id)
            shared = _shared(connection, person_id, actor.person_id)
        if row is None:
            raise NoSuchPerson()
        person = self._person(person_id)
        seen = {
            field for field in FIELDS if actor.person_id == person_id or person.visibility_of(field).reaches(shared)
        }
        claims_seen = [claim for claim in certified if claim["kind"] in seen]
        tags = _tags(person) if TAGS in seen else []
        return {**row, "name": person.name, "claims": claims_seen, "tags": tags, "version": person.version}

    def person_by_mail(self, actor: Actor, mail: str) -> dict[str, Any]:  # noqa: ARG002 - for operators, says the table
        """Who is registered with a mail address. Raises NoSuchPerson."""
        person_id = person_with(self._service, mail)
        if person_id is None:
            raise NoSuchPerson()
        return {"person_id": person_id}

    def claim(self, actor: Actor, claim_id: UUID) -> dict[str, Any]:
        """A claim in full, for its person and for certifiers. Raises NoSuchClaim."""
        claim = self._service.store.load(Claim, claim_id)
        if claim is None or (claim.person_id != actor.person_id and CERTIFIER not in actor.roles):
            raise NoSuchClaim()
        if self._is_forgotten(claim.person_id):
            raise NoSuchClaim()
        return _in_full(claim)

    def open_claims(self, actor: Actor, state: str, limit: int, cursor: list[str] | None = None) -> dict[str, Any]:
        """Claims in a state, the oldest first, for certifiers. Raises NotACertifier."""
        ensure_certifier(actor.roles)
        found, order = select(claims).where(claims.c.state == state), (claims.c.submitted_at, claims.c.claim_id)
        with self._service.views.glancing() as connection:
            page = page_of(connection, found, order, limit, cursor)
        return {"items": page.rows, "next": page.next}

    def clock(self, actor: Actor) -> dict[str, Any]:  # noqa: ARG002 - for everybody
        """What time it is here."""
        clock = self._service.clock
        return {"now": clock.now(), "is_sandbox": isinstance(clock, SandboxClock)}

    def _certified(self, connection: Connection, person_id: UUID) -> list[dict[str, Any]]:
        now = self._service.clock.now().isoformat()
        found = (
            select(claims.c.kind, func.max(claims.c.level).label("level"))
            .where(claims.c.person_id == str(person_id), claims.c.state == "certified")
            .where(or_(claims.c.valid_until.is_(None), claims.c.valid_until > now))
            .group_by(claims.c.kind)
            .order_by(claims.c.kind)
        )
        return [dict(row) for row in connection.execute(found).mappings()]

    def _claims_of(self, person_id: UUID) -> list[dict[str, Any]]:
        found = select(claims.c.claim_id).where(claims.c.person_id == str(person_id))
        newest = found.order_by(claims.c.submitted_at.desc(), claims.c.claim_id).limit(MOST_OWN_CLAIMS)
        with self._service.views.glancing() as connection:
            claim_ids = [UUID(claim_id) for claim_id in connection.execute(newest).scalars()]
        loaded = [self._service.store.load(Claim, claim_id) for claim_id in claim_ids]
        return [_in_full(claim) for claim in loaded if claim is not None]


def _shared(connection: Connection, person_id: UUID, viewer_id: UUID) -> set[str]:
    blocked = has_blocked(connection, person_id, viewer_id)
    return set() if blocked else shared_groups(connection, person_id, viewer_id)


def _tags(person: Person) -> list[dict[str, str]]:
    return [{"kind": kind, "value": value} for kind, values in person.tags.items() for value in values if value]


def _in_full(claim: Claim) -> dict[str, Any]:
    shown = ("person_id", "kind", "value", "code", "evidence", "state", "issuer_id", "level", "valid_until", "reason")
    return {"claim_id": claim.id, "version": claim.version, **{name: getattr(claim, name) for name in shown}}
