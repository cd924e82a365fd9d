"""Ids from text: what is written as one, and nothing else."""

from uuid import UUID

import pytest

from services.kernel.store.known_ids import id_of

ID = UUID("01234567-89ab-cdef-0123-456789abcdef")


def test_an_id_with_hyphens_or_without_is_one_object():
    assert id_of(str(ID)) == ID
    assert id_of(ID.hex) is id_of(str(ID))


@pytest.mark.parametrize("text", ["", "01234567 89abcdef 01234567 89abcdef", "0123 4567 89ab cdef 0123 456", "x" * 32])
def test_what_is_no_id_is_refused(text):
    with pytest.raises(ValueError, match=r"id|hex"):
        id_of(text)
