"""An admission as a front end sees it: over HTTP, with workers, waiting by position and never by sleeping."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.contracts.identity import ClaimCertified
from services.kernel.doors.openapi import document

from .rooms import APPLICANT, NAMED_AND_OUTDOORS, NEVER_HEARD_OF, OWNER, STRANGER, Rooms, client, run


async def sent(http: httpx.AsyncClient, path: str, **body: Any) -> dict[str, Any]:
    answer = await http.post(path, json=body)
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def seen(http: httpx.AsyncClient, path: str, after: str) -> dict[str, Any]:
    answer = await http.get(path, params={"after": after})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_an_admission_over_http(rooms: Rooms) -> None:
    rooms.service.start()
    run(_admission(rooms))


async def _admission(rooms: Rooms) -> None:
    async with client(rooms, OWNER) as owner, client(rooms, APPLICANT) as applicant:
        founded = await sent(owner, "/groups", name="Quiet Trails", threshold=NAMED_AND_OUTDOORS, rules="Be kind.")
        group = f"/groups/{founded['group_id']}"
        assert (await seen(applicant, f"{group}/missing", founded["position"]))["satisfied"] is False
        applied = await sent(applicant, f"{group}/applications", rules_version=1, statement="I walk.")
        application = f"/applications/{applied['application_id']}"
        refused = (await owner.post(f"{application}/admit", json={})).json()
        assert refused["code"] == "groups.threshold_not_met"
        assert refused["missing"][0] == {"claim": "real_name", "level": 1}
        assert refused["needed"] in refused["detail"]
        rooms.identity.say(_name(APPLICANT), rooms.clock.at)
        rooms.identity.say(_outdoors(APPLICANT), rooms.clock.at)
        after = f"identity:{len(rooms.identity.said)}"
        assert (await seen(applicant, f"{group}/missing", after))["sentence"] == "You meet what this group asks for."
        admitted = await sent(owner, f"{application}/admit")
        roster = await seen(applicant, f"{group}/members", admitted["position"])
        (mine,) = [row for row in roster["items"] if row["person_id"] == str(APPLICANT)]
        assert mine["claims"] == [
            {"kind": "industry", "level": 1, "code": "outdoors"}, {"kind": "real_name", "level": 2, "code": None}
        ]  # fmt: skip


def _name(person_id: UUID) -> Any:
    return _claim(person_id, kind="real_name", level=2, code=None)


def _outdoors(person_id: UUID) -> Any:
    return _claim(person_id, kind="industry", level=1, code="outdoors")


def _claim(person_id: UUID, **fields: Any) -> Any:

    return ClaimCertified(person_id=person_id, claim_id=uuid4(), valid_until=None, issuer_id=OWNER, **fields)


def test_a_change_on_an_older_version_of_the_group_is_refused(rooms: Rooms) -> None:
    group = f"/groups/{rooms.found()}"

    async def change_twice() -> list[httpx.Response]:
        async with client(rooms, OWNER) as owner:
            known = {"If-Match": (await owner.get(group)).headers["etag"]}
            return [
                await owner.post(f"{group}/rules", json={"rules": rules}, headers=known)
                for rules in ("First.", "Second.")
            ]

    first, second = run(change_twice())
    assert (first.status_code, second.status_code) == (200, 412)
    assert second.json()["code"] == "agora.stale"


GROUP = "30df745d-7f94-4cbb-842e-40d5131c092c"
NESTED: dict[str, Any] = {}
for _ in range(100):
    NESTED = {"all": [NESTED]}


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/groups", {}, 422, "agora.malformed"),
        ("/groups", {"name": 7}, 422, "agora.malformed"),
        ("/groups", {"name": "x" * 101}, 422, "agora.malformed"),
        ("/groups", {"name": "A\u202eB"}, 422, "agora.malformed"),
        ("/groups", {"name": "A\x07B"}, 422, "agora.malformed"),
        ("/groups", {"name": "   "}, 400, "groups.group_without_name"),
        ("/groups", {"name": "A", "owner_id": GROUP}, 422, "agora.malformed"),
        ("/groups", {"name": "A", "tags": ["t"] * 21}, 422, "agora.malformed"),
        ("/groups", {"name": "A", "threshold": []}, 422, "agora.malformed"),
        ("/groups", {"name": "A", "threshold": {"claim": "shoe_size", "level": 1}}, 400, "groups.threshold_malformed"),
        ("/groups", {"name": "A", "threshold": {"any": []}}, 400, "groups.threshold_malformed"),
        ("/groups", {"name": "A", "threshold": NESTED}, 400, "agora.too_deep"),
        ("/groups", {"name": "A", "threshold": {"not": {"not": {"not": {"not": {"not": {"not": {"not": {"not":
         {"invitation": True}}}}}}}}}}, 400, "groups.threshold_malformed"),
        (f"/groups/{GROUP}/applications", {"rules_version": 1}, 404, "groups.no_such_group"),
        (f"/groups/{GROUP}/applications", {"rules_version": "1"}, 422, "agora.malformed"),
        (f"/groups/{GROUP}/applications", {"rules_version": True}, 422, "agora.malformed"),
        (f"/applications/{GROUP}/admit", {}, 404, "groups.no_such_application"),
        (f"/applications/{GROUP}/refuse", {"reason": ""}, 422, "agora.malformed"),
        (f"/applications/{GROUP}/refuse", {"reason": "x", "code": "y"}, 422, "agora.malformed"),
        ("/applications/7/admit", {}, 422, "agora.malformed"),
        (f"/invitations/{GROUP}/revoke", {}, 404, "groups.no_such_invitation"),
        ("{group}/invitations", {"person_id": str(NEVER_HEARD_OF)}, 404, "groups.no_such_person"),
        ("{group}/invitations", {"person_id": str(STRANGER), "expires_at": "2020-01-01T00:00:00Z"}, 400,
         "groups.invitation_without_time"),
        ("{group}/invitations", {"person_id": str(STRANGER), "expires_at": "0001-01-01T00:00:00+14:00"}, 422,
         "agora.malformed"),
        (f"{{group}}/members/{STRANGER}/remove", {"reason": " "}, 400, "groups.removal_without_reason"),
        (f"{{group}}/members/{STRANGER}/remove", {"reason": "x"}, 409, "groups.not_a_member"),
        (f"{{group}}/members/{OWNER}/roles/take", {"role": "owner"}, 409, "groups.last_owner"),
        (f"{{group}}/members/{OWNER}/roles", {"role": "king"}, 422, "agora.malformed"),
    ],
)  # fmt: skip
def test_wrong_input_is_a_problem_with_a_sentence_and_changes_nothing(
    rooms: Rooms, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    group = f"/groups/{rooms.found()}"
    before = rooms.service.recorder.position()

    async def answered() -> httpx.Response:
        async with client(rooms, OWNER) as owner:
            return await owner.post(path.format(group=group), json=body)

    answer = run(answered())
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.json()["detail"].endswith(".")
    assert rooms.service.recorder.position() == before


def test_the_document_names_every_operation(rooms: Rooms) -> None:
    paths = document([rooms.service])["paths"]
    named = {row["operationId"] for methods in paths.values() for row in methods.values()}
    assert named == {f"groups_{name}" for name in rooms.service.by_name}
