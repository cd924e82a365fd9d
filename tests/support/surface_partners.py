"""An accepted example of each operation of partners."""

from typing import Any
from uuid import UUID

from tests.support.everybody import Everybody
from tests.support.surface import Call, Example

SCOPES = ["feed:identity", "feed:groups", "feed:mall", "feed:events", "counts"]


def partner(everybody: Everybody) -> dict[str, Any]:
    """A partner that may know everything, with its key."""
    name = f"Partner {everybody.number()}"
    return everybody.do(everybody.operator, "/partners/partners", name=name, scopes=SCOPES)


def _register(everybody: Everybody, by: UUID) -> Call:
    body = {"name": f"Partner {everybody.number()}", "scopes": ["feed:mall", "counts"]}
    return Call(by=everybody.operator, body=body, other_body=body | {"scopes": ["counts"]})


def _of_a_partner(body: dict[str, Any] | None = None, other_body: dict[str, Any] | None = None) -> Example:
    def example(everybody: Everybody, by: UUID) -> Call:
        path = {"partner_id": partner(everybody)["partner_id"]}
        return Call(by=everybody.operator, path=path, body=body or {}, other_body=other_body)

    return example


def _reinstate(everybody: Everybody, by: UUID) -> Call:
    partner_id = partner(everybody)["partner_id"]
    everybody.do(everybody.operator, f"/partners/partners/{partner_id}/suspend", reason="terms")
    return Call(by=everybody.operator, path={"partner_id": partner_id})


def _by_key(body: dict[str, Any]) -> Example:
    def example(everybody: Everybody, by: UUID) -> Call:
        return Call(by=None, body=body, headers={"Authorization": f"Bearer {partner(everybody)['key']}"})

    return example


EXAMPLES: dict[str, Example] = {
    "register": _register,
    "partners": lambda everybody, by: Call(by=everybody.operator, body={"limit": 10}),
    "partner": _of_a_partner(),
    "counts_for": _of_a_partner({"by": "group", "limit": 10}),
    "change_scopes": _of_a_partner({"scopes": ["feed:mall"]}, {"scopes": ["feed:groups"]}),
    "issue_key": _of_a_partner({"overlap_hours": 2}, {"overlap_hours": 3}),
    "suspend": _of_a_partner({"reason": "terms"}, {"reason": "abuse"}),
    "reinstate": _reinstate,
    "close": _of_a_partner({"reason": "requested"}, {"reason": "abuse"}),
    "feed": _by_key({"types": "agora.identity.person_registered.v1", "limit": 10}),
    "feed_count": _by_key({"types": "agora.identity.person_registered.v1", "through": 0}),
    "counts": _by_key({"by": "listing", "limit": 10}),
}
