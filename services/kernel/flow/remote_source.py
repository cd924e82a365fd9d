"""Another service's messages, read through its door from any position: how a reader closes a gap, or starts from 0."""

from itertools import pairwise
from typing import Any

from services.contracts.envelope import Envelope
from services.contracts.message import UnreadableMessage

from ..refusals import Unready
from .outbox import Page
from .rpc_client import RpcClient
from .wire import service_of

MOST_AT_ONCE = 500
FARTHEST = 2**53
"""No log has more facts than a JSON number can count."""


class PageUnreadable(Unready):
    """What the source answered is no page of its own log after the position that was asked for."""

    sentence = "What {source} answered when asked for its messages after {after} cannot be used: {why}."


class RemoteSource:
    """The log of ``source`` ("mall", "mall/3") behind the door of its service."""

    def __init__(self, source: str, client: RpcClient) -> None:
        self.source, self._client = source, client

    def messages(self, after: int, limit: int = MOST_AT_ONCE) -> Page:
        """Messages after a position, as the source itself tells them; asking again does no harm.

        Raises PageUnreadable, and what a call raises (NobodyServes, NobodyAnswers, BrokerLost, ...).
        """
        fields = {"after": after, "limit": limit}
        answer = self._client.call(service_of(self.source), "messages", fields, is_repeatable=True)
        try:
            return self._page(answer, after)
        except (KeyError, TypeError, ValueError, AttributeError) as wrong:
            why = "it has a message that cannot be read" if isinstance(wrong, UnreadableMessage) else str(wrong)
            raise PageUnreadable(source=self.source, after=after, why=why) from wrong

    def _page(self, answer: Any, after: int) -> Page:
        if not isinstance(answer, dict) or answer["source"] != self.source:
            raise ValueError("it is of another log")
        messages, through = [Envelope.from_dict(one) for one in answer["messages"]], answer["through"]
        if type(through) is not int or not after <= through <= FARTHEST:
            raise ValueError("it does not say how far the log was looked at")
        if any(one.source != self.source for one in messages):
            raise ValueError("it has a message of another log")
        positions = [after, *(one.position for one in messages)]
        if any(earlier >= later for earlier, later in pairwise(positions)):
            raise ValueError("its messages are not in their order")
        if positions[-1] > through:
            raise ValueError("it has a message beyond the position it looked to")
        return Page(messages, through, _head(answer.get("head"), through, after))


def _head(head: object, through: int, after: int) -> int:
    """Where the log ended, as far as is said. One that ends before ``after`` was set back; its page is empty then."""
    if head is None:
        return through
    if type(head) is not int or not 0 <= head <= FARTHEST:
        raise ValueError("it does not say where the log ends")
    if through > max(head, after):
        raise ValueError("it was looked at beyond the end of the log")
    return head
