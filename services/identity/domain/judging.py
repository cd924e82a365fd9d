"""The guards of a claim, each a function of its own: when a claim may be judged, and by whom."""

from datetime import datetime
from uuid import UUID

from services.identity.domain.refusals import (
    ClaimNotCertified,
    ClaimNotSubmitted,
    ClaimNotYetExpired,
    LevelOutOfRange,
    SelfCertification,
    UnknownClaimKind,
    ValidityPassed,
)

CLAIM_KINDS = ("real_name", "position", "education", "industry")
LOWEST_LEVEL = 1
HIGHEST_LEVEL = 3


def ensure_kind(kind: str) -> None:
    """Raises UnknownClaimKind unless there is such a kind."""
    if kind not in CLAIM_KINDS:
        raise UnknownClaimKind(known=", ".join(CLAIM_KINDS))


def ensure_submitted(state: str) -> None:
    """Raises ClaimNotSubmitted unless the claim waits to be judged."""
    if state != "submitted":
        raise ClaimNotSubmitted(state=state)


def ensure_certified(state: str) -> None:
    """Raises ClaimNotCertified unless the claim is certified."""
    if state != "certified":
        raise ClaimNotCertified(state=state)


def ensure_not_own(person_id: UUID, issuer_id: UUID) -> None:
    """Raises SelfCertification when the issuer is the person of the claim."""
    if person_id == issuer_id:
        raise SelfCertification()


def ensure_level(level: int) -> None:
    """Raises LevelOutOfRange unless the level is 1, 2 or 3."""
    if not LOWEST_LEVEL <= level <= HIGHEST_LEVEL:
        raise LevelOutOfRange(least=LOWEST_LEVEL, most=HIGHEST_LEVEL)


def ensure_validity(valid_until: datetime | None, now: datetime) -> None:
    """Raises ValidityPassed unless the validity has no end or one in the future."""
    if valid_until is not None and valid_until <= now:
        raise ValidityPassed()


def ensure_over(valid_until: datetime | None, now: datetime) -> datetime:
    """When the validity ended. Raises ClaimNotYetExpired while it lasts, or when it has no end."""
    if valid_until is None or now < valid_until:
        raise ClaimNotYetExpired()
    return valid_until
