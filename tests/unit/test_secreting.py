"""Secrets of services that run apart: made once, one folder a service, and rights that keep them apart."""

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest

from services.composition import SERVICES
from services.secreting import NotWritable, Secrets, definitions, rights, topic_rights

ADMIN = ["admin/postgres_password", "admin/database_url", "payments/secret"]


def contents(directory: Path) -> dict[str, str]:
    return {str(path.relative_to(directory)): path.read_text() for path in directory.rglob("*") if path.is_file()}


def test_makes_what_is_missing_and_changes_nothing_that_is_there(tmp_path: Path) -> None:
    made = Secrets(tmp_path, "db", "broker").make()
    own = [f"{service}/{name}" for service in SERVICES for name in ("master_key", "database_url", "amqp_url")]
    assert sorted(made) == sorted([*ADMIN, *own, "identity/token.key", "admin/definitions.json"])
    before = contents(tmp_path)
    assert Secrets(tmp_path, "elsewhere", "elsewhere").make() == []
    assert contents(tmp_path) == before


def test_each_service_has_a_master_key_of_its_own(tmp_path: Path) -> None:
    Secrets(tmp_path, "db", "broker").make()
    keys = {(tmp_path / service / "master_key").read_text() for service in SERVICES}
    assert len(keys) == len(SERVICES)


def test_every_password_is_another_one(tmp_path: Path) -> None:
    Secrets(tmp_path, "db", "broker").make()
    urls = [text for name, text in contents(tmp_path).items() if name.endswith("_url")]
    passwords = [re.search(":([^:@]+)@", url) for url in urls]
    assert len({found[1] for found in passwords if found}) == len(urls) == 2 * len(SERVICES) + 1


def test_the_broker_knows_the_passwords_by_their_hashes(tmp_path: Path) -> None:
    Secrets(tmp_path, "db", "broker").make()
    users = {user["name"]: user for user in json.loads((tmp_path / "admin/definitions.json").read_text())["users"]}
    for service in SERVICES:
        password = (tmp_path / service / "amqp_url").read_text().partition("@")[0].rpartition(":")[2]
        kept = base64.b64decode(users[service]["password_hash"])
        assert kept[4:] == hashlib.sha256(kept[:4] + password.encode()).digest()
        assert password not in json.dumps(users)


@pytest.mark.parametrize(
    ("right", "name", "may"),
    [
        ("write", "mall.events", True),
        ("write", "groups.events", False),
        ("write", "groups.intake", False),
        ("write", "nameko-rpc", True),
        ("read", "groups.events", True),
        ("read", "groups.intake", False),
        ("read", "rpc-groups", False),
        ("configure", "mall.intake", True),
        ("configure", "rpc-groups", False),
        ("configure", "mall.events", True),
        ("configure", "groups.events", False),
        ("configure", "nameko-rpc", False),
        ("write", "xmall.events", False),
        ("write", "mallXevents", False),
    ],
)
def test_a_service_speaks_in_its_own_name_and_hears_everybody(right: str, name: str, may: bool) -> None:
    assert bool(re.search(rights("mall")[right], name)) is may


@pytest.mark.parametrize(
    ("right", "key", "may"),
    [
        ("read", "mall.*", True),
        ("read", "5b7bd1c5-2b3c-4b5e-9d5a-6c1f0f6c7a11", True),
        ("read", "#", False),
        ("read", "*", False),
        ("read", "*.*", False),
        ("read", "groups.*", False),
        ("read", "mallx.messages", False),
        ("write", "groups.apply_for_groups", True),
        ("write", "5b7bd1c5-2b3c-4b5e-9d5a-6c1f0f6c7a11", True),
        ("write", "groups", False),
    ],
)
def test_a_service_is_delivered_calls_to_itself_alone(right: str, key: str, may: bool) -> None:
    assert bool(re.search(topic_rights("mall")[right], key)) is may


def test_what_nobody_but_its_owner_may_make_is_made_by_the_broker(tmp_path: Path) -> None:
    made = definitions({"mall": "a", "groups": "b"})
    assert [one["name"] for one in made["exchanges"]] == ["mall.events", "groups.events", "nameko-rpc"]
    assert {(one["type"], one["durable"]) for one in made["exchanges"]} == {("topic", True)}
    assert [one["user"] for one in made["topic_permissions"]] == ["mall", "groups"]


def test_says_where_it_cannot_write(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotWritable, match="file"):
        Secrets(tmp_path / "file", "db", "broker").make()
