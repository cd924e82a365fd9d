"""What is read quickly is what the library reads, whatever stands where."""

from datetime import UTC, datetime
from typing import Any

import pytest
from eventsourcing.persistence import JSONTranscoder
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.domain import FORGOTTEN
from services.kernel.store.quick_reading import QuickTranscoder
from services.kernel.store.sealing import transcoder

PLAIN = transcoder(JSONTranscoder())
WHOLE = st.integers(-(2**63), 2**63 - 1)
TIMES = st.datetimes(timezones=st.just(UTC), min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30))
LEAVES = st.one_of(st.none(), st.booleans(), WHOLE, st.text(), st.uuids(), TIMES, st.just(FORGOTTEN))
NAMES = st.text().filter(lambda name: name not in ("_type_", "_data_"))
VALUES: st.SearchStrategy[Any] = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=12
)


@given(st.dictionaries(NAMES, VALUES, max_size=8))
def test_it_reads_what_the_library_reads(state):
    stored = PLAIN.encode(state)
    assert transcoder().encode(state) == stored
    read = transcoder().decode(stored)
    assert read == PLAIN.decode(stored) == state
    assert list(read) == list(state)


NO_STATES = [b"", b"{", b'{"a":NaN}', b'{"at":{"_type_":"nobody","_data_":"1"}}', b"\xff"]


@pytest.mark.parametrize("stored", NO_STATES)
def test_what_is_no_state_is_refused(stored):
    with pytest.raises(Exception):  # noqa: B017  which one is the library's; who reads says that it cannot be read
        transcoder().decode(stored)


def test_what_looks_like_a_type_and_is_none_is_left_as_it_is():
    stored = (
        b'{"a":{"_type_":"uuid_hex"},"b":{"_type_":"uuid_hex","_data_":"","c":1},"d":"\\"_type_\\"",'
        b'"e":{"_type_":"uuid_hex","x":1}}'
    )
    assert isinstance(transcoder(), QuickTranscoder)
    assert transcoder().decode(stored) == PLAIN.decode(stored)


@pytest.mark.parametrize("stored", [b"[]", b'""', b'[["a",1]]', b"1", b"null"])
def test_what_is_no_object_is_never_taken_for_one(stored):
    assert transcoder().decode(stored) == PLAIN.decode(stored)
