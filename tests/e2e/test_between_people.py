"""A new password by mail, who sees what of whom, and who is forgotten: over HTTP, whichever process hears of it."""

from email import message_from_bytes, policy

from tests.support.everybody import PASSWORD, Everybody

NEW = "the river has moved on"


def letters(everybody: Everybody) -> dict[str, str]:
    """What lies in files, by the address it is for."""
    folder = everybody.ground.token_key.parent.parent / "mail"
    read = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in folder.glob("*.eml")]
    return {message["To"]: message.get_content() for message in read}


def test_the_worker_sends_the_link_and_it_gives_a_new_password(everybody: Everybody) -> None:
    mail = f"forgetful.{everybody.number()}@example.org"
    person = everybody.do(None, "/identity/people", name="Mei Lin", mail=mail, password=PASSWORD)
    everybody.do(None, "/identity/password/links", mail=mail)
    everybody.do(None, "/identity/password/links", mail="nobody@example.org")
    everybody.settle()
    sent = letters(everybody)
    assert "nobody@example.org" not in sent
    (link,) = [line for line in sent[mail].split() if "#" in line]
    page, _, token = link.partition("#")
    assert page.endswith("/identity/password/page")
    taken = everybody.ask("POST", "/identity/password", json={"token": token, "password": NEW})
    assert taken.json() == {"person_id": person["person_id"]}
    for password, status in ((PASSWORD, 401), (NEW, 200)):
        answer = everybody.ask("POST", "/identity/sessions", json={"mail": mail, "password": password})
        assert answer.status_code == status


def test_fellow_members_see_more_than_strangers_until_it_is_hidden(everybody: Everybody) -> None:
    anna, boris, stranger = everybody.person(), everybody.person(), everybody.person()
    tag = {"kind": "city", "value": "Hangzhou"}
    everybody.do(anna, "/identity/people/me/tags", **tag)
    group = everybody.do(anna, "/groups/groups", name="Quiet Trails")["group_id"]
    member = {"group_id": group, "person_id": str(boris), "happened_at": everybody.now().isoformat()}
    everybody.do(everybody.operator, "/groups/records/members", **member)
    everybody.settle()

    def tags_seen(by: object) -> object:
        return everybody.ask("GET", f"/identity/people/{anna}", by).json()["tags"]  # type: ignore[arg-type]

    assert (tags_seen(boris), tags_seen(stranger)) == ([tag], [])
    everybody.do(anna, "/identity/people/me/visibility", field="tags", audience="nobody")
    assert tags_seen(boris) == []


def test_who_is_forgotten_is_a_member_nowhere_and_nobody_knows_her_name(everybody: Everybody) -> None:
    anna, boris = everybody.person(), everybody.person()
    group = everybody.do(anna, "/groups/groups", name="Quiet Trails")["group_id"]
    member = {"group_id": group, "person_id": str(boris), "happened_at": everybody.now().isoformat()}
    everybody.do(everybody.operator, "/groups/records/members", **member)
    everybody.settle()

    def members() -> list[str]:
        told = everybody.ask("GET", f"/groups/groups/{group}/members", anna).json()
        return sorted(one["person_id"] for one in told["items"])

    def name() -> object:
        return everybody.ask("GET", f"/identity/people/{boris}", anna).json().get("name")

    assert members() == sorted(map(str, (anna, boris)))
    assert name()
    everybody.do(boris, "/identity/people/me/forget", person_id=str(boris))
    everybody.settle()
    assert members() == [str(anna)]
    assert not name()
