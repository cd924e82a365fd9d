"""What must be true of a platform that has come to rest, whatever went wrong before."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from services.auditing import audit_directory
from services.events.domain import Registration
from services.kernel.domain import AggregateRoot, Fact, derived_id
from services.kernel.flow.rebuild import rebuild
from services.kernel.service import Service
from services.mall.domain.case import AWAITING_BANK, AWAITING_BUYER, AWAITING_SELLER, Case
from services.mall.domain.checkout import Checkout
from services.mall.domain.dispute import Dispute
from services.mall.domain.listing import TICKET
from services.mall.domain.order import Order
from services.mall.domain.payable import Payable
from services.mall.domain.payout import APPROVED, AWAITING, Payout

from .world import Answered, World

EVERYTHING = 1_000_000
Check = Callable[[World], Iterator[str]]


def wrongs(world: World) -> list[str]:
    """Everything that is not as it must be, in words; the platform is closed by it."""
    found = [what for check in CHECKS for what in check(world)]
    for house in world.houses.values():
        house.close()
    return found + [str(finding) for finding in audit_directory(world.directory).findings]


def unsound(world: World) -> list[str]:
    """What an audit finds while messages are on their way, people ask for more and services lie where they died."""
    with TemporaryDirectory(dir=world.directory.parent) as folder:
        copied = copytree(world.directory, Path(folder) / "copied")
        return [f"before it came right: {finding}" for finding in audit_directory(copied).findings]


def services(world: World) -> dict[str, Service]:
    """All of them, which are open."""
    return {name: house.service for name, house in world.houses.items() if house.service is not None}


def facts(service: Service) -> list[Fact]:
    """All of its facts, in order."""
    return [recorded.fact for recorded in service.store.facts(0, EVERYTHING)]


def _everybody_has_heard_everything(world: World) -> Iterator[str]:
    known = services(world)
    for name, service in known.items():
        if service.recorder.parked_count():
            rows = [(row.name, row.stage, row.cause) for row in service.recorder.parked(10)]
            yield f"{name} has parked what is no poison: {rows}"
        if not service.shows_until():
            yield f"the views of {name} are behind its log"
        for intake in service.intakes:
            head = known[intake.source.source].recorder.position()
            if intake.position != head:
                yield f"{name} is at {intake.position} of {intake.source.source}, which is at {head}"


def _what_was_answered_is_stored_once(world: World) -> Iterator[str]:
    known = services(world)
    for one in world.answered:
        service = known[one.wish.service]
        row = service.recorder.command(_command_id(one))
        if row is None:
            yield f"{one.wish.service}.{one.wish.operation} was answered, and is not stored"
        elif f"{one.wish.service}:{row.position}" != one.answer["position"]:
            yield f"{one.wish.operation} was answered as {one.answer['position']}, and is stored as {row.position}"


MADE = {"list_goods": "Listing.Listed", "open_checkout": "Checkout.Opened", "announce": "Gathering.Announced"}
"""What one command makes one of."""


def _there_is_as_much_as_was_answered(world: World) -> Iterator[str]:
    """What nobody was answered is not there: whoever got no answer has asked again since."""
    made = Counter(
        type(fact).__qualname__ for service in services(world).values() for fact in facts(service)
        if getattr(fact, "kind", None) != TICKET
    )  # fmt: skip
    answered = Counter(one.wish.operation for one in world.answered)
    for operation, fact in MADE.items():
        if made[fact] != answered[operation]:
            yield f"{operation} was answered {answered[operation]} times, and {fact} is there {made[fact]} times"


def _nothing_is_done_twice(world: World) -> Iterator[str]:
    """What one command, reaction or errand did to a thing stands there together: never again after something else.

    Messages that are taken in together are stored together, so facts of one may stand between those of another.
    """
    for name, service in services(world).items():
        latest, ended = dict[UUID, str](), set[tuple[UUID, str]]()
        for fact in facts(service):
            thing, command_id = fact.originator_id, fact.meta[2]
            if command_id != latest.get(thing):
                if (thing, command_id) in ended:
                    yield f"{name} has carried out {command_id} ({fact.meta[4]}) twice: {type(fact).__qualname__}"
                ended.add((thing, latest.get(thing, "")))
                latest[thing] = command_id


def _views_are_what_the_facts_say(world: World) -> Iterator[str]:
    for name, service in services(world).items():
        for table in rebuild(service).tables:
            if not table.is_equal:
                yield f"the view {table.view}.{table.table} of {name} is not what a rebuilt one is"


def _the_provider_has_what_the_books_say(world: World) -> Iterator[str]:
    booked = sum(
        entry["amount_minor"] for fact in facts(services(world)["mall"]) for entry in getattr(fact, "entries", [])
        if entry["account"] == "provider"
    )  # fmt: skip
    if booked != world.provider.balance_minor:
        yield f"the books say that the provider has {booked}, and it has {world.provider.balance_minor}"


def _nothing_hangs(world: World) -> Iterator[str]:
    """Whatever the clock or the provider had to end has ended; what waits for an operator may wait on."""
    mall, now = services(world)["mall"], world.clock.now()
    for kind, hangs in HANGS.items():
        born = {fact.originator_id for fact in facts(mall) if type(fact).__qualname__ in BORN[kind]}
        for root_id in sorted(born):
            root = mall.store.load(kind, root_id)
            assert root is not None
            if hangs(root, now):
                yield f"{kind.__name__} {root_id} hangs: {root.__dict__}"


def _order_hangs(order: Order, now: datetime) -> bool:
    is_over = order.return_window_ends_at is not None and order.return_window_ends_at <= now
    return order.is_disputed or (order.status == "delivered" and is_over and order.case_id is None)


HANGS: dict[type[AggregateRoot], Callable[[Any, datetime], bool]] = {
    Checkout: lambda one, _: one.is_open or any(back["status"] == "demanded" for back in one.refunds.values()),
    Order: _order_hangs,
    Dispute: lambda one, _: one.is_open,
    Payout: lambda one, _: one.is_under_way or one.status in (APPROVED, AWAITING),
    Payable: lambda one, _: one.free_minor > 0 and one.passed_as is None,
    Case: lambda one, now: one.stage in (AWAITING_SELLER, AWAITING_BUYER, AWAITING_BANK) and one.deadline <= now,
}
"""What is not at rest."""
BORN = {kind: [f"{kind.__name__}.{name}" for name in ("Opened", "Placed", "Requested")] for kind in HANGS}


def _who_paid_for_seats_has_them_or_her_money(world: World) -> Iterator[str]:
    known = services(world)
    for order_id in {fact.originator_id for fact in facts(known["mall"]) if type(fact).__qualname__ == "Order.Paid"}:
        order = known["mall"].store.load(Order, order_id)
        assert order is not None
        refunded = {one["line_id"] for one in order.refunds.values()}
        for line in (one for one in order.lines.values() if one.get("registration_id")):
            registration = known["events"].store.load(Registration, UUID(str(line["registration_id"])))
            has_it = registration is not None and registration.order_id == order_id
            if not has_it and line["line_id"] not in refunded:
                yield f"{line['registration_id']} is paid for, and has neither its ticket nor its money back"


def _partners_have_every_message(world: World) -> Iterator[str]:
    known = services(world)
    rows = known["partners"].recorder.kept(0, EVERYTHING)
    kept = Counter((row.message.source, row.message.source_position) for row in rows)
    said = Counter(
        (name, one.position) for name, service in known.items() if name != "partners"
        for one in service.messages(0, EVERYTHING).messages
    )  # fmt: skip
    if kept != said:
        lacking, surplus = (sorted(one.elements())[:5] for one in (said - kept, kept - said))
        yield f"partners lack {lacking} and have {surplus} too often"


def _command_id(one: Answered) -> object:
    return derived_id(one.wish.actor.person_id, one.wish.service, one.wish.operation, one.wish.key)


CHECKS: list[Check] = [
    _everybody_has_heard_everything, _there_is_as_much_as_was_answered, _what_was_answered_is_stored_once,
    _nothing_is_done_twice, _nothing_hangs, _views_are_what_the_facts_say, _the_provider_has_what_the_books_say,
    _who_paid_for_seats_has_them_or_her_money, _partners_have_every_message,
]  # fmt: skip
