"""What is personal in a message, sealed wherever the message is kept: in the journal, among what is parked.

It lies beside the message as one more attribute, ``sealedwords``: AES-256-GCM under the key of the person whom the
message is about, in this service. So it is gone with the key, and the bytes that are kept never change.
"""

import os
from collections.abc import Iterable
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag

from services.contracts import catalogue
from services.contracts.envelope import Envelope

from ..store.keys import NONCE_BYTES, KeyStore
from ..store.sealing import Sealed, SealedAsText

SEALED = "sealedwords"
_MARK = f',"{SEALED}":'.encode()
_text = SealedAsText()


def prepare(envelopes: Iterable[Envelope], keys: KeyStore | None) -> None:
    """Have the keys at hand under which these are to be sealed: one transaction for all who are new."""
    people = {one.subject for one in envelopes if personal_in(one.type)}
    if keys is not None and people:
        keys.prepare(people)


def sealed(envelope: Envelope, keys: KeyStore | None) -> bytes:
    """An envelope as JSON; words of somebody who is forgotten already are left out."""
    told = envelope.to_dict()
    words = {name: told["data"][name] for name in personal_in(envelope.type) if told["data"].get(name) is not None}
    if not words:
        return orjson.dumps(told)
    told["data"] = {name: value for name, value in told["data"].items() if name not in words}
    told[SEALED] = _sealed(envelope, words, keys)
    return orjson.dumps(told)


def opened(body: bytes, keys: KeyStore | None) -> dict[str, Any]:
    """The other way round: the attributes, in whose data there is what can be read."""
    told: dict[str, Any] = orjson.loads(body)
    found = told.pop(SEALED, None)
    if found is not None:
        told["data"] = told["data"] | _opened(told, found, keys)
    return told


def outline(body: bytes) -> bytes:
    """The bytes without what is sealed, which are the same whenever the same message is kept."""
    return body.rpartition(_MARK)[0] or body


def personal_in(type_name: str) -> frozenset[str]:
    """The fields of a type that are personal; of a version that is not known here, those of the others."""
    if (message := catalogue.MESSAGES.get(type_name)) is not None:
        return message.PERSONAL
    family = type_name.rpartition(".v")[0]
    known = (kind for name, kind in catalogue.MESSAGES.items() if name.rpartition(".v")[0] == family)
    return frozenset[str]().union(*(kind.PERSONAL for kind in known))


def _sealed(envelope: Envelope, words: dict[str, Any], keys: KeyStore | None) -> str:
    key = keys.key_or_new(envelope.subject) if keys else None
    if key is None:
        return ""
    nonce = os.urandom(NONCE_BYTES)
    blob = nonce + key.encrypt(nonce, orjson.dumps(words), _bound_to(envelope.id, keys))
    return _text.encode(Sealed(envelope.subject, blob))


def _opened(told: dict[str, Any], found: str, keys: KeyStore | None) -> dict[str, Any]:
    value = _text.decode(found)
    key = keys.key(value.person) if keys and found else None
    if key is None:
        return {}
    try:
        words = key.decrypt(value.blob[:NONCE_BYTES], value.blob[NONCE_BYTES:], _bound_to(told["id"], keys))
    except InvalidTag:
        return {}
    read: dict[str, Any] = orjson.loads(words)
    return read


def _bound_to(message_id: str, keys: KeyStore | None) -> bytes:
    return f"{keys.purpose if keys else ''}|kept|{message_id}".encode()
