"""Every kind of refusal has its status, and every refusal its sentence."""

import pytest

from services.kernel import refusals
from services.kernel.doors import problems
from services.kernel.refusals import Conflicting, Malformed, Refusal

KINDS = [
    kind for kind in vars(refusals).values()
    if isinstance(kind, type) and issubclass(kind, Refusal) and kind is not Refusal
]  # fmt: skip


def test_every_kind_of_refusal_has_its_status() -> None:
    direct = [kind for kind in KINDS if kind.__base__ is Refusal]
    assert {kind: problems.STATUSES.get(kind) for kind in direct} == problems.STATUSES
    assert len(direct) >= 10


def test_a_kind_without_a_status_is_noticed() -> None:
    class Puzzling(Refusal):
        """Of no kind."""

    with pytest.raises(StopIteration):
        problems.status_of(Puzzling)


def test_a_refusal_has_the_status_of_its_kind_and_its_facts_beside_the_sentence() -> None:
    class Sold(Conflicting):
        """All of it."""

        sentence = "Only {left} left."

    response = problems.refused(Sold(left=3, status=1))
    assert response.status_code == 409
    assert b'"left":3' in response.body
    assert b"Only 3 left." in response.body
    assert b'"status":409' in response.body
    assert problems.refused(Malformed(errors={})).status_code == 422
