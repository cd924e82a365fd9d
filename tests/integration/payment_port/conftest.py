"""Every adapter of the payment port, each with the server of its provider; the same tests for all of them."""

from collections.abc import Iterator

import pytest

from tests.support.callback_receiver import CallbackReceiver
from tests.support.payment_rigs import RIGS, Rig, rig_of


@pytest.fixture(scope="module", params=sorted(RIGS))
def running(request: pytest.FixtureRequest) -> Iterator[Rig]:
    with rig_of(request.param) as rig:
        yield rig


@pytest.fixture
def rig(running: Rig) -> Iterator[Rig]:
    """Without faults left over from another test, and with callbacks of its own."""
    running.direct.delete("/script").raise_for_status()
    with CallbackReceiver() as receiver:
        running.hear(receiver)
        yield running


@pytest.fixture(params=sorted(RIGS))
def alone(request: pytest.FixtureRequest) -> Iterator[Rig]:
    """With a server that nothing was asked of: what befalls the next callback befalls none of before."""
    with rig_of(request.param) as rig, CallbackReceiver() as receiver:
        rig.hear(receiver)
        yield rig
