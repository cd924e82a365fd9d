"""What a person may be on the whole platform; roles inside a group belong to the groups."""

from collections.abc import Collection

from services.identity.domain.refusals import NotACertifier, UnknownRole

OPERATOR = "operator"
CERTIFIER = "certifier"
ROLES = (OPERATOR, CERTIFIER)


def ensure_known(role: str) -> None:
    """Raises UnknownRole unless there is such a role."""
    if role not in ROLES:
        raise UnknownRole(known=", ".join(ROLES))


def ensure_certifier(roles: Collection[str]) -> None:
    """Raises NotACertifier unless the actor's roles hold ``certifier``."""
    if CERTIFIER not in roles:
        raise NotACertifier()
