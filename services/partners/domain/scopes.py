"""What a partner may be allowed to know."""

from collections.abc import Iterable

from .refusals import NoScope, ScopeUnknown

FEED = "feed:"
COUNTS = "counts"
SOURCES = ("identity", "groups", "mall", "events")
SCOPES = (*(f"{FEED}{source}" for source in SOURCES), COUNTS)
"""``feed:mall`` is every message of the mall, ``counts`` the figures of all services."""


def checked(scopes: Iterable[str]) -> list[str]:
    """These scopes in one order, none twice. Raises NoScope, ScopeUnknown."""
    wanted = set(scopes)
    if not wanted:
        raise NoScope(scopes=", ".join(SCOPES))
    if not wanted <= set(SCOPES):
        raise ScopeUnknown(scopes=", ".join(SCOPES))
    return [scope for scope in SCOPES if scope in wanted]


def sources_of(scopes: Iterable[str]) -> frozenset[str]:
    """The services whose messages these scopes open."""
    return frozenset(scope.removeprefix(FEED) for scope in scopes if scope.startswith(FEED))
