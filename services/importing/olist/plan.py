"""All that is to be recorded of a set, in the order in which one thing needs another."""

from collections.abc import Iterable

from ..caller import Command
from ..running import Phase
from . import paydays, people, sales
from .assembling import Assembled


def phases_of(assembled: Assembled) -> list[Phase]:
    """People, communities, members, sellers, listings, orders, payouts. Commands are made when it is their turn."""
    payouts = paydays.payouts_of(assembled.purchases, assembled.now)
    memberships = sum(len(buyer.states) for buyer in assembled.buyers)
    orders = (tuple(sales.commands_of(purchase)) for purchase in assembled.purchases)
    return [
        _phase("people", people.people(assembled), 1 + len(assembled.buyers) + len(assembled.sellers)),
        _phase("communities", people.communities(assembled), len(assembled.states)),
        _phase("members", people.members(assembled), memberships),
        _phase("sellers", people.sellers(assembled), len(assembled.sellers)),
        _phase("listings", people.listings(assembled), len(assembled.offers)),
        Phase("orders", orders, len(assembled.purchases)),
        _phase("payouts", paydays.commands(payouts), len(payouts)),
    ]


def _phase(name: str, commands: Iterable[Command], count: int) -> Phase:
    return Phase(name, ((command,) for command in commands), count)
