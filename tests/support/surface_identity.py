"""An accepted example of each operation of identity."""

from uuid import UUID, uuid4

from services.identity.tokens import TokenIssuer
from tests.support.everybody import LONG_AGO, PASSWORD, Everybody
from tests.support.surface import Call, Example


def submitted_claim(everybody: Everybody, person_id: UUID) -> str:
    """A claim that waits to be judged."""
    claimed = everybody.do(person_id, "/identity/claims", kind="position", value="Mountain guide", code="guide")
    return str(claimed["claim_id"])


def certified_claim(everybody: Everybody, person_id: UUID, issuer_id: UUID) -> str:
    """A claim that somebody confirmed elsewhere."""
    recorded = everybody.do(
        everybody.operator, "/identity/records/claims", claim_id=str(uuid4()), person_id=str(person_id),
        kind="education", value="Botany", level=2, issuer_id=str(issuer_id), happened_at=LONG_AGO,
    )  # fmt: skip
    return str(recorded["claim_id"])


def registered(everybody: Everybody) -> str:
    """The mail address of somebody who can sign in."""
    mail = f"person.{everybody.number()}@example.org"
    everybody.do(None, "/identity/people", name="Mei Lin", mail=mail, password=PASSWORD)
    return mail


def _register(everybody: Everybody, by: UUID) -> Call:
    mail = f"new.{everybody.number()}@example.org"
    body = {"name": "Mei Lin", "mail": mail, "password": PASSWORD}
    return Call(by=None, body=body, other_body=body | {"name": "Mei Wang"})


def _sign_in(everybody: Everybody, by: UUID) -> Call:
    return Call(by=None, body={"mail": registered(everybody), "password": PASSWORD})


def _with_a_tag(everybody: Everybody, by: UUID) -> Call:
    tag = {"kind": "city", "value": f"Hangzhou {everybody.number()}"}
    everybody.do(by, "/identity/people/me/tags", **tag)
    return Call(by=by, body=tag, other_body=tag | {"value": "Lisbon"})


def _judged(body: dict[str, object], other_body: dict[str, object]) -> Example:
    def example(everybody: Everybody, by: UUID) -> Call:
        person_id = everybody.person()
        path = {"claim_id": submitted_claim(everybody, person_id)}
        return Call(by=everybody.certifier, path=path, body=body, other_body=other_body, other=person_id)

    return example


def _claim(everybody: Everybody, by: UUID) -> Call:
    person_id, issuer_id = everybody.person(), everybody.person()
    return Call(by=person_id, path={"claim_id": certified_claim(everybody, person_id, issuer_id)}, other=issuer_id)


def _withdraw(everybody: Everybody, by: UUID) -> Call:
    person_id, issuer_id = everybody.person(), everybody.person()
    path = {"claim_id": certified_claim(everybody, person_id, issuer_id)}
    return Call(by=person_id, path=path, body={"reason": "moved on"}, other_body={"reason": "late"}, other=issuer_id)


def _role_of_somebody(everybody: Everybody, by: UUID) -> Call:
    person_id = everybody.person()
    everybody.do(everybody.operator, f"/identity/people/{person_id}/roles", role="certifier")
    path, body = {"person_id": person_id}, {"role": "certifier"}
    return Call(by=everybody.operator, path=path, body=body, other_body={"role": "operator"}, other=person_id)


def _record_person(everybody: Everybody, by: UUID) -> Call:
    body = {
        "person_id": str(uuid4()), "name": "José", "tags": [{"kind": "city", "value": "Lisbon"}],
        "happened_at": LONG_AGO,
    }  # fmt: skip
    return Call(by=everybody.operator, body=body, other_body=body | {"name": "Olena"})


def _record_claim(everybody: Everybody, by: UUID) -> Call:
    person_id, issuer_id = everybody.person(), everybody.person()
    body = {
        "claim_id": str(uuid4()), "person_id": str(person_id), "kind": "education", "value": "Botany",
        "code": "science", "level": 2, "valid_until": "2030-01-01T00:00:00Z", "issuer_id": str(issuer_id),
        "happened_at": LONG_AGO,
    }  # fmt: skip
    return Call(by=everybody.operator, body=body, other_body=body | {"level": 1}, other=person_id)


def _forget_me(everybody: Everybody, by: UUID) -> Call:
    person_id = everybody.person()
    return Call(by=person_id, body={"person_id": str(person_id)}, other_body={"person_id": str(by)})


def _forget_person(everybody: Everybody, by: UUID) -> Call:
    path = {"person_id": everybody.person()}
    return Call(by=everybody.operator, path=path, body={"reason": "asked"}, other_body={"reason": "minor"})


def _somebody(everybody: Everybody, by: UUID) -> Call:
    return Call(by=by, path={"person_id": everybody.person()})


def _who_asks(everybody: Everybody, by: UUID) -> Call:
    person_id = everybody.person()
    everybody.do(person_id, f"/identity/people/{by}/friend")
    return Call(by=by, path={"person_id": person_id})


def _ask_password_reset(everybody: Everybody, by: UUID) -> Call:
    body = {"mail": registered(everybody), "language": "zh"}
    return Call(by=None, body=body, other_body=body | {"language": "en"})


def _reset_password(everybody: Everybody, by: UUID) -> Call:
    mail = f"forgetful.{everybody.number()}@example.org"
    made = everybody.do(None, "/identity/people", name="Mei Lin", mail=mail, password=PASSWORD)
    everybody.do(None, "/identity/password/links", mail=mail)
    token = TokenIssuer(everybody.ground.token_key).reset_token(UUID(made["person_id"]), 1)
    return Call(by=None, body={"token": token, "password": f"{PASSWORD} again"})


EXAMPLES: dict[str, Example] = {
    "register": _register,
    "sign_in": _sign_in,
    "ask_password_reset": _ask_password_reset,
    "reset_password": _reset_password,
    "reset_page": lambda everybody, by: Call(by=by),
    "jwks": lambda everybody, by: Call(by=by),
    "me": lambda everybody, by: Call(by=by),
    "person_by_mail": lambda everybody, by: Call(by=everybody.operator, body={"mail": registered(everybody)}),
    "person": lambda everybody, by: Call(by=by, path={"person_id": everybody.person()}),
    "rename": lambda everybody, by: Call(by=by, body={"name": "Li Wei"}, other_body={"name": "Wei Li"}),
    "add_tag": lambda everybody, by: Call(
        by=by, body={"kind": "city", "value": "Hangzhou"}, other_body={"kind": "city", "value": "Porto"}
    ),
    "remove_tag": _with_a_tag,
    "set_visibility": lambda everybody, by: Call(
        by=by,
        body={"field": "tags", "audience": "groups", "group_ids": [str(uuid4())]},
        other_body={"field": "industry", "audience": "everyone"},
    ),
    "relationships": lambda everybody, by: Call(by=by, body={"kind": "friend", "limit": 10}),
    "follow": _somebody,
    "unfollow": _somebody,
    "ask_friend": _somebody,
    "accept_friend": _who_asks,
    "decline_friend": _who_asks,
    "end_friendship": _who_asks,
    "block": _somebody,
    "unblock": _somebody,
    "submit_claim": lambda everybody, by: Call(
        by=by,
        other_body={"kind": "education", "value": "Botany"},
        body={"kind": "industry", "value": "Rents out tents", "code": "outdoors", "evidence": "A trade licence"},
    ),
    "open_claims": lambda everybody, by: Call(
        by=everybody.certifier, body={"state": "submitted", "limit": 10}, other=everybody.person()
    ),
    "claim": _claim,
    "certify": _judged({"level": 2, "valid_until": "2999-01-01T00:00:00Z", "code": "guide"}, {"level": 1}),
    "refuse": _judged({"reason": "Not readable", "code": "unreadable"}, {"reason": "Not yours"}),
    "withdraw": _withdraw,
    "grant_role": _role_of_somebody,
    "withdraw_role": _role_of_somebody,
    "forget_me": _forget_me,
    "forget_person": _forget_person,
    "record_person": _record_person,
    "record_claim": _record_claim,
    "clock": lambda everybody, by: Call(by=by),
    "move_clock": lambda everybody, by: Call(by=everybody.operator, body={"seconds": 1}),
}
