"""What others may know of partners: nothing. Who reads here is nobody else's matter."""

from functools import singledispatch

from services.contracts.message import Message
from services.kernel.domain import Fact


@singledispatch
def publish(fact: Fact) -> Message | None:  # noqa: ARG001 - partners and their keys stay here
    """No fact leaves as a message."""
    return None
