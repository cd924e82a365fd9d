"""What was stored once must be readable for ever: every fact class against what it was stored as when it was new."""

from copy import deepcopy

import pytest
from cryptography.exceptions import InvalidTag

from services.kernel.domain import FORGOTTEN
from services.kernel.store.eventstore import kind_of
from services.kernel.store.sealing import SealingMapper
from tests.architecture.classes import facts, load_everything
from tests.history.goldens import (
    CHECKSUMS,
    Golden,
    checksum,
    described,
    fields_of,
    goldens,
    mapper,
    path_of,
    read,
    replayed,
)

assert load_everything() == {}
KINDS = {str(kind.TOPIC): kind for kind in facts()}
every_fact = pytest.mark.parametrize("topic", KINDS)
every_golden = pytest.mark.parametrize("path", goldens(), ids=lambda path: f"{path.parent.name}:{path.stem}")


def broken(golden: Golden) -> list[str]:
    """Each way in which a stored fact no longer reads as it did."""
    kind, keys = KINDS[golden["topic"]], mapper(golden["topic"].partition(":")[0])
    fact = replayed(golden, keys)[0][-1]
    unread = [f"{name} cannot be read" for name in sorted(fields_of(kind)) if name not in vars(fact)]
    told = {name: described(value) for name, value in vars(fact).items()}
    return unread + [
        f"{name} was {was!r}, is {told.get(name)!r}"
        for name, was in golden["fields"].items()
        if name in fields_of(kind) | {"meta", "effective_at", "timestamp"} and told.get(name) != was
    ]


@every_fact
def test_every_fact_has_a_golden_of_its_present_form(topic):
    path = path_of(KINDS[topic])
    assert path.exists(), "write it with: python -m tests.history.write_goldens"
    own = set(read(path)["fields"]) - {"meta", "effective_at", "timestamp"}
    assert own == fields_of(KINDS[topic]), "a changed fact gets a class_version, an upcast and a golden of that version"


@every_golden
def test_a_stored_fact_still_reads_as_it_did(path):
    assert broken(read(path)) == []


@every_golden
def test_a_stored_stream_still_makes_its_aggregate(path):
    golden = read(path)
    _, root = replayed(golden, mapper(golden["topic"].partition(":")[0]))
    assert isinstance(root, kind_of(golden["topic"]))
    assert (str(root.id), root.version) == (golden["originator_id"], golden["originator_version"])


@every_golden
def test_a_stored_stream_of_somebody_forgotten_still_makes_its_aggregate(path):
    golden = read(path)
    told, root = replayed(golden, SealingMapper(None))
    assert root.version == golden["originator_version"]
    for name in KINDS[golden["topic"]].personal:
        assert getattr(told[-1], name) in (FORGOTTEN, None)


def test_every_golden_is_of_a_fact_that_there_is():
    assert {read(path)["topic"] for path in goldens()} == set(KINDS)


def test_no_golden_was_ever_edited():
    lines = CHECKSUMS.read_text().splitlines()
    assert len(set(lines)) == len(lines)
    assert sorted(lines) == sorted(checksum(path) for path in goldens()), "a golden is added, never edited"


def test_personal_fields_lie_sealed():
    sealed = 0
    for path in goldens():
        golden = read(path)
        for name in KINDS[golden["topic"]].personal:
            value = golden["fields"].get(name)  # an older version may not have it
            if value is not None:
                assert golden["state"][name]["_type_"] == "sealed", f"{golden['topic']} {name}"
                assert str(value) not in path.read_text().partition('"fields"')[0]
                sealed += 1
    assert sealed > 10


def test_a_change_would_be_seen():
    golden = read(path_of(KINDS["mall:Listing.Repriced"]))
    assert broken(golden) == []
    without, other = deepcopy(golden), deepcopy(golden)
    del without["state"]["price_minor"]
    with pytest.raises(TypeError, match="price_minor"):
        broken(without)
    other["state"]["currency"] = "CNY"
    assert broken(other) == ["currency was 'EUR', is 'CNY'"]


def test_a_sealed_field_in_another_place_would_be_seen():
    golden = read(path_of(KINDS["identity:Person.Renamed"]))
    golden["state"]["name"], golden["before"][0]["state"]["name"] = (
        golden["before"][0]["state"]["name"], golden["state"]["name"],
    )  # fmt: skip
    with pytest.raises(InvalidTag):
        broken(golden)
