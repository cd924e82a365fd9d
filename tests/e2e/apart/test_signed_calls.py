"""Calls over the broker in somebody's name: who signed in at identity is known at every door, and nobody else is."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.composition import SERVICES, operations_of
from tests.integration.rpc.calls import Caller, error_of
from tests.support.bad_tokens import BadTokens
from tests.support.onlooker import Onlooker
from tests.support.platform_apart import PlatformApart
from tests.support.townspeople import LONG_AGO, TERMS

pytestmark = pytest.mark.usefixtures("everything_runs")

MAIL, PASSWORD = "root@example.org", "a very quiet river"
PERSON = {"name": "Anna", "mail": "anna@example.org", "password": PASSWORD}
GATHERING = {
    "gathering_id": str(UUID(int=1)), "group_id": str(UUID(int=2)), "organiser_id": str(UUID(int=3)),
    "starts_at": LONG_AGO, "time_zone": "UTC", "happened_at": LONG_AGO, "title": "A morning at the lake",
}  # fmt: skip
COMMANDS: dict[str, tuple[str, dict[str, Any]]] = {
    "identity": ("rename", {"name": "Annette"}),
    "groups": ("found", {"name": "Quiet Trails"}),
    "mall": ("set_terms", TERMS),
    "events": ("record_gathering", GATHERING),
    "partners": ("register", {"name": "Alpine Club", "scopes": ["counts"]}),
}
"""One for each door, for somebody who is signed in."""
OF_OPERATORS = ("mall", "events", "partners")
"""Where it takes an operator."""
UNKNOWN, NO_CONTEXT = (401, "agora.unauthenticated"), (400, "agora.bad_context")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Two whom identity has given a token each."""

    operator_id: UUID
    operator: str
    person: str


@pytest.fixture(scope="module")
def signed_in(platform: PlatformApart, onlooker: Onlooker) -> SignedIn:
    """An operator, and somebody without a role: made and signed in as anybody is."""
    with pytest.MonkeyPatch.context() as told:
        told.setitem(platform.environment, "AGORA_OPERATOR_PASSWORD", PASSWORD)
        exit_code, said = onlooker.agora("operator", "create", "--mail", MAIL)
        assert exit_code == 0, said
        exit_code, operator = onlooker.agora("operator", "token", "--mail", MAIL, "--url", platform.url)
        assert exit_code == 0, operator
    operator, client = operator.strip(), platform.client()
    assert client.post("/identity/people", json=PERSON).is_success
    person = client.post("/identity/sessions", json={"mail": PERSON["mail"], "password": PASSWORD}).json()["token"]
    known = client.get("/identity/people/me", headers={"Authorization": f"Bearer {operator}"}).json()
    return SignedIn(UUID(known["person_id"]), operator, person)


@pytest.fixture(scope="module")
def caller(platform: PlatformApart) -> Iterator[Caller]:
    with Caller(platform.amqp_url, token=None) as made:
        yield made


def test_every_door_is_called_by_somebody() -> None:
    assert set(COMMANDS) == set(SERVICES)
    assert all(operations_of(name)[method].policy.signed_in for name, (method, _) in COMMANDS.items())


@pytest.mark.parametrize("service", SERVICES)
def test_who_signed_in_at_identity_is_known_at_the_door(caller: Caller, signed_in: SignedIn, service: str) -> None:
    answer = _called(caller, service, signed_in.operator)
    assert answer["error"] is None, answer
    assert answer["result"]["position"].startswith(f"{service}:")


@pytest.mark.parametrize("service", OF_OPERATORS)
def test_who_has_no_role_there_is_told_so(caller: Caller, signed_in: SignedIn, service: str) -> None:
    refusal = error_of(_called(caller, service, signed_in.person))
    assert (refusal["status"], refusal["code"]) == (403, "agora.forbidden")


@pytest.mark.parametrize("service", SERVICES)
def test_a_token_that_does_not_hold_is_refused_and_no_token_is(
    platform: PlatformApart, caller: Caller, signed_in: SignedIn, service: str, tmp_path: Path
) -> None:
    token_key = Path(platform.environment["AGORA_TOKEN_KEY"])
    tokens: dict[str, str | None] = {**BadTokens(signed_in.operator_id, token_key, tmp_path / "other.key").made()}
    for what, token in {**tokens, "none at all": None}.items():
        refusal = error_of(_called(caller, service, token))
        assert (refusal["status"], refusal["code"]) == (NO_CONTEXT if what == "very long" else UNKNOWN), what


def _called(caller: Caller, service: str, token: str | None) -> dict[str, Any]:
    """What the command of a door is answered."""
    method, fields = COMMANDS[service]
    context = {"authorization": f"Bearer {token}"} if token is not None else {}
    unique = fields | ({"gathering_id": str(uuid4())} if service == "events" else {})
    return caller.answers(caller.send(method, fields=unique, context=context, service=service))[0]
