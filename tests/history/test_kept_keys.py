"""What is stored beside the facts must also hold for ever: wrapped keys, what is found by a digest, ids that follow."""

import sqlite3
from pathlib import Path
from uuid import UUID

from services.groups.domain import Application
from services.kernel.domain import derived_id
from services.kernel.store.key_files import KeyFile
from services.kernel.store.keys import KeyStore
from services.mall.domain.seller import Seller
from services.mall.domain.shelf import Shelf
from services.mall.domain.terms import TERMS_ID
from tests.support.scenario import ANNA, BORIS

MASTER, NONCE = bytes(range(32)), bytes(12)
WRAPPED = (
    "8c77c711fd1458e925162cabaace8117b2976ef2e9105fa081b7ad01aaac2ea5eb65025a4ea36f07647ae53d8c0f65637abed16182e9e844"
    "16b4c017"
)
SEALED = "12c32de7827bff29c8f4e7f2a5833004b82354bf88d2b3772b807b10e1"
BLINDED = "9d5640c54a0cdd594b85ad8d5c416d5b0a9aedc015f5275236adb4be0a9e6102"


def test_a_key_that_was_kept_still_opens_what_was_sealed(tmp_path):
    KeyStore(KeyFile(tmp_path / "keys.db"), MASTER, "identity").close()
    rows = sqlite3.connect(tmp_path / "keys.db")
    with rows:
        rows.execute("INSERT INTO keys VALUES ('anna', 'identity', ?)", (bytes.fromhex(WRAPPED),))
    rows.close()
    keys = _opened(tmp_path)
    key = keys.key("anna")
    keys.close()
    assert key is not None
    assert key.decrypt(NONCE, bytes.fromhex(SEALED), b"name") == b"Anna Karenina"


def test_a_mail_address_is_still_found_by_its_digest(tmp_path):
    keys = _opened(tmp_path)
    assert keys.blinded("anna@example.org") == BLINDED
    keys.close()


def test_ids_that_follow_from_others_are_still_the_same():
    assert Seller.create_id(ANNA) == UUID("b61951e7-2717-5765-8331-82a7c5b11a7a")
    assert Shelf.create_id(ANNA) == UUID("d22f93fe-2336-5299-8d98-bb27a38c3736")
    assert UUID("3c9a5894-853e-5a63-9059-33f32c8b1c0a") == TERMS_ID
    assert Application.create_id(ANNA, BORIS, 1) == UUID("5c12ae06-e182-5d6c-aeea-299e66791f12")


def test_a_request_that_is_sent_again_years_later_has_the_same_command_id():
    assert derived_id(ANNA, "mall", "open_checkout", "once") == UUID("7d21bef4-afac-5bcb-b2cc-90e5eb08a7a3")


def _opened(folder: Path) -> KeyStore:
    return KeyStore(KeyFile(folder / "keys.db"), MASTER, "identity")
