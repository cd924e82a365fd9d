"""Who may come in, and how often; and what comes beside the fields of a call. The same at every door."""

from ..refusals import Forbidden, Malformed, Unauthenticated
from .limits import Rates
from .operation import Actor, Operation, Policy
from .tokens import Verifier

MOST_BYTES = 1_000_000


class BadKey(Malformed):
    """The Idempotency-Key is not usable."""

    sentence = "An Idempotency-Key is 1 to 200 visible ASCII characters; a fresh UUID for each request serves well."


class BadIfMatch(Malformed):
    """The If-Match header is not a version that Agora gave."""

    sentence = 'If-Match takes one version as it was given in an ETag, such as "7".'


class Admission:
    """Tells who asks, counts, and refuses what the token alone can tell.

    ``place`` is where a call comes from, for the counting of those who are not signed in: an address.
    """

    def __init__(self, verifier: Verifier, rates: Rates) -> None:
        self._verifier, self._rates = verifier, rates

    def enter(self, operation: Operation, authorization: str | None, place: str) -> Actor:
        """Who asks for this. Raises Unauthenticated, TooMany or Forbidden."""
        actor = self._identify(authorization, operation.policy, place)
        self._count(operation, actor, place)
        admit(operation.policy, actor)
        return actor

    def _identify(self, authorization: str | None, policy: Policy, place: str) -> Actor:
        """Who asks. Where anybody may, a token that does not hold is nobody's: with it one can still sign in."""
        if authorization is None:
            return Actor()
        scheme, _, token = authorization.partition(" ")
        try:
            if scheme.lower() != "bearer":
                raise Unauthenticated()
            identified = self._verifier.verify(token.strip())
        except Unauthenticated:
            if policy.signed_in:
                self._rates.count(place)
                raise
            return Actor()
        return Actor(identified.person_id, identified.roles)

    def _count(self, operation: Operation, actor: Actor, place: str) -> None:
        """A stricter rate of what anybody may do is by place: to ask as several people gives no more tries.

        History that an operator records comes in as fast as it can, and so does what is not to be counted.
        """
        if not operation.is_counted or (operation.records and "operator" in actor.roles):
            return
        who = str(actor.person_id) if actor.is_known else place
        self._rates.count(who)
        if operation.rate is not None:
            self._rates.count_of(operation.name, operation.rate, who if operation.policy.signed_in else place)


def admit(policy: Policy, actor: Actor) -> None:
    """Refuse at the door what the token alone can tell."""
    if policy.signed_in and not actor.is_known:
        raise Unauthenticated()
    if policy.role is not None and policy.role not in actor.roles:
        raise Forbidden(needs=policy.who)


def usable_key(key: str | None) -> str | None:
    """The idempotency key that came with a command. Raises BadKey."""
    if key is not None and not (0 < len(key) <= 200 and key.isascii() and key.isprintable()):
        raise BadKey()
    return key


def expected_version(text: str | None) -> int | None:
    """The version that an If-Match asks for. Raises BadIfMatch."""
    if text is None:
        return None
    version = text.strip().removeprefix("W/").strip('"')
    if not version.isdecimal() or len(version) > 9:
        raise BadIfMatch()
    return int(version)
