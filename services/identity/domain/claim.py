"""A claim: what a person says of herself, and who has confirmed it, how well and until when."""

from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from services.identity.domain.judging import (
    ensure_certified,
    ensure_kind,
    ensure_level,
    ensure_not_own,
    ensure_over,
    ensure_submitted,
    ensure_validity,
)
from services.identity.domain.refusals import (
    ClaimValueMalformed,
    EvidenceMalformed,
    ReasonMalformed,
    ReasonMissing,
)
from services.identity.domain.values import checked_code, normalised_text
from services.kernel.domain import AggregateRoot, Begun, Fact, event

VALUE_LIMIT = 200
TEXT_LIMIT = 2000


class Claim(AggregateRoot):
    """One claim about one person. ``state``: submitted, certified, refused, withdrawn, expired."""

    TOPIC = "identity:Claim"

    class Submitted(Begun):
        TOPIC = "identity:Claim.Submitted"
        personal: ClassVar[dict[str, str]] = {"value": "person_id", "code": "person_id", "evidence": "person_id"}
        claim_id: UUID
        person_id: UUID
        kind: str
        value: str
        code: str | None
        evidence: str | None

    class Certified(Fact):
        """``code`` is the one that now holds: the certifier's, or the one that was submitted."""

        TOPIC = "identity:Claim.Certified"
        personal: ClassVar[dict[str, str]] = {"code": "person_id"}
        person_id: UUID
        kind: str
        issuer_id: UUID
        level: int
        valid_until: datetime | None
        code: str | None

    class Refused(Fact):
        """``code`` sorts refusals for statistics; ``reason`` is for the person."""

        TOPIC = "identity:Claim.Refused"
        personal: ClassVar[dict[str, str]] = {"reason": "person_id"}
        person_id: UUID
        issuer_id: UUID
        reason: str
        code: str

    class Withdrawn(Fact):
        TOPIC = "identity:Claim.Withdrawn"
        personal: ClassVar[dict[str, str]] = {"reason": "person_id"}
        person_id: UUID
        kind: str
        withdrawn_by: UUID
        reason: str

    class Expired(Fact):
        """``expired_at`` is when its validity ended, not when that was noticed."""

        TOPIC = "identity:Claim.Expired"
        person_id: UUID
        kind: str
        expired_at: datetime

    @classmethod
    def submit(
        cls,
        claim_id: UUID,
        person_id: UUID,
        kind: str,
        value: str,
        code: str | None = None,
        evidence: str | None = None,
    ) -> Self:
        """A claim to be judged. ``code`` sorts it ("outdoors"), ``evidence`` is a text or a link.

        Raises UnknownClaimKind, ClaimValueMalformed, CodeMalformed, EvidenceMalformed.
        """
        ensure_kind(kind)
        return cls(
            claim_id=claim_id,
            person_id=person_id,
            kind=kind,
            value=_value(value),
            code=None if code is None else checked_code(code),
            evidence=None if evidence is None else _evidence(evidence),
        )

    @event(Submitted)
    def __init__(
        self, claim_id: UUID, person_id: UUID, kind: str, value: str, code: str | None, evidence: str | None
    ) -> None:
        self.person_id = person_id
        self.kind = kind
        self.value = value
        self.code = code
        self.evidence = evidence
        self.state = "submitted"
        self.issuer_id: UUID | None = None
        self.level: int | None = None
        self.valid_until: datetime | None = None
        self.reason: str | None = None

    @staticmethod
    def create_id(claim_id: UUID) -> UUID:
        """The application derives it from the command, so that a repeated one finds the same claim."""
        return claim_id

    def certify(
        self,
        issuer_id: UUID,
        level: int,
        valid_until: datetime | None,
        now: datetime,
        *,
        code: str | None = None,
        recorded: bool = False,
    ) -> None:
        """Confirmed by another person, at level 1 to 3; ``recorded`` is for what happened elsewhere and may be over.

        That the issuer is a certifier is the application's to check, with ``roles.ensure_certifier``.
        Raises ClaimNotSubmitted, SelfCertification, LevelOutOfRange, ValidityPassed, CodeMalformed.
        """
        ensure_submitted(self.state)
        ensure_not_own(self.person_id, issuer_id)
        ensure_level(level)
        if not recorded:
            ensure_validity(valid_until, now)
        kept = (self.code or None) if code is None else checked_code(code)
        self._certified(
            person_id=self.person_id,
            kind=self.kind,
            issuer_id=issuer_id,
            level=level,
            valid_until=valid_until,
            code=kept,
        )

    @event(Certified)
    def _certified(
        self, person_id: UUID, kind: str, issuer_id: UUID, level: int, valid_until: datetime | None, code: str | None
    ) -> None:
        self.state = "certified"
        self.issuer_id = issuer_id
        self.level = level
        self.valid_until = valid_until
        self.code = code

    def refuse(self, issuer_id: UUID, reason: str, code: str = "other") -> None:
        """Not confirmed, with a reason. Raises ClaimNotSubmitted, ReasonMissing, ReasonMalformed, CodeMalformed."""
        ensure_submitted(self.state)
        kept = _reason(reason)
        if not kept:
            raise ReasonMissing()
        self._refused(person_id=self.person_id, issuer_id=issuer_id, reason=kept, code=checked_code(code))

    @event(Refused)
    def _refused(self, person_id: UUID, issuer_id: UUID, reason: str, code: str) -> None:
        self.state = "refused"
        self.issuer_id = issuer_id
        self.reason = reason

    def withdraw(self, withdrawn_by: UUID, reason: str = "") -> None:
        """No longer confirmed, by the person herself or a certifier. Raises ClaimNotCertified, ReasonMalformed."""
        ensure_certified(self.state)
        self._withdrawn(person_id=self.person_id, kind=self.kind, withdrawn_by=withdrawn_by, reason=_reason(reason))

    @event(Withdrawn)
    def _withdrawn(self, person_id: UUID, kind: str, withdrawn_by: UUID, reason: str) -> None:
        self.state = "withdrawn"
        self.reason = reason

    def expire(self, now: datetime) -> None:
        """Its validity is over; once expired, it changes nothing. Raises ClaimNotCertified, ClaimNotYetExpired."""
        if self.state == "expired":
            return
        ensure_certified(self.state)
        self._expired(person_id=self.person_id, kind=self.kind, expired_at=ensure_over(self.valid_until, now))

    @event(Expired)
    def _expired(self, person_id: UUID, kind: str, expired_at: datetime) -> None:
        self.state = "expired"


def _value(value: str) -> str:
    kept = normalised_text(value)
    if not kept or len(kept) > VALUE_LIMIT:
        raise ClaimValueMalformed(limit=VALUE_LIMIT)
    return kept


def _evidence(evidence: str) -> str:
    kept = normalised_text(evidence, lines=True)
    if kept is None or len(kept) > TEXT_LIMIT:
        raise EvidenceMalformed(limit=TEXT_LIMIT)
    return kept


def _reason(reason: str) -> str:
    kept = normalised_text(reason, lines=True)
    if kept is None or len(kept) > TEXT_LIMIT:
        raise ReasonMalformed(limit=TEXT_LIMIT)
    return kept
