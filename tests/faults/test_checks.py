"""A journal and stores that agree are found to agree; every way in which one is forged is found."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from .checks import compare
from .hearing import compare as compare_heard
from .journal import ANSWERED, REFUSED, UNKNOWN, Journal, read
from .stored import TICKET, Store, StoredFact

PERSON = UUID(int=7)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """Goods are listed twice; one more is refused; a gathering that costs something is announced."""
    made = Journal(tmp_path / "journal")
    for number, position in enumerate((2, 5)):
        made.sent(f"rod {number}", "mall", "list_goods", PERSON)
        made.unknown(f"rod {number}", "nobody answered")
        made.answered(f"rod {number}", f"mall:{position}")
    made.sent("too many", "mall", "list_goods", PERSON)
    made.refused("too many", "mall.not_a_seller")
    made.sent("tea", "events", "announce", PERSON)
    made.answered("tea", "events:1")
    return made


@pytest.fixture
def stores(journal: Journal) -> dict[str, Store]:
    """What services hold that have done just this."""
    first, second, _, tea = (one.command_id for one in journal.asked())
    listed = "mall:Listing.Listed"
    facts = [
        StoredFact(2, listed, first),
        StoredFact(5, listed, second),
        StoredFact(6, listed, UUID(int=9), kind=TICKET),
    ]
    announced = StoredFact(1, "events:Gathering.Announced", tea, price_minor=990)
    return {
        "mall": Store("mall", facts, {first: 2, second: 5}),
        "events": Store("events", [announced], {tea: 1}),
    }


def test_what_agrees_is_found_to_agree(journal: Journal, stores: dict[str, Store]) -> None:
    assert not compare(journal.asked(), stores)


def _lose(stores: dict[str, Store]) -> None:
    mall = stores["mall"]
    del mall.facts[0]
    del mall.commands[next(iter(mall.commands))]


def _do_again(stores: dict[str, Store]) -> None:
    stores["mall"].facts.append(replace(stores["mall"].facts[0], position=7))


def _do_again_at_once(stores: dict[str, Store]) -> None:
    stores["mall"].facts.insert(1, replace(stores["mall"].facts[0], position=3))


def _react_again(stores: dict[str, Store]) -> None:
    stores["mall"].facts.append(replace(stores["mall"].facts[2], position=7))


def _never_react(stores: dict[str, Store]) -> None:
    del stores["mall"].facts[2]


def _make_up(stores: dict[str, Store]) -> None:
    stores["mall"].facts.append(StoredFact(9, "mall:Listing.Restocked", UUID(int=99), str(PERSON)))


def _carry_out_what_was_refused(stores: dict[str, Store]) -> None:
    stores["mall"].commands[_REFUSED] = 9


def _answer_otherwise(stores: dict[str, Store]) -> None:
    stores["events"].commands = dict.fromkeys(stores["events"].commands, 2)


def _park(stores: dict[str, Store]) -> None:
    stores["mall"].parked.append("events:1")


_REFUSED = read(
    [f'{{"word": "sent", "key": "too many", "service": "mall", "operation": "list_goods", "person": "{PERSON}"}}\n']
)[0].command_id
FORGED: dict[str, tuple[Callable[[dict[str, Store]], None], set[str]]] = {
    "an answer that left nothing": (_lose, {"lost"}),
    "a command done again": (_do_again, {"twice"}),
    "a command done twice in a row": (_do_again_at_once, {"twice"}),
    "a message reacted to again": (_react_again, {"twice"}),
    "a message that nobody reacted to": (_never_react, {"lost"}),
    "a command that nobody sent": (_make_up, {"broken"}),
    "a refused command carried out": (_carry_out_what_was_refused, {"broken"}),
    "another answer than the stored one": (_answer_otherwise, {"broken"}),
    "something parked": (_park, {"broken"}),
}


@pytest.mark.parametrize(("forge", "kinds"), FORGED.values(), ids=FORGED)
def test_a_forged_store_is_found(
    journal: Journal, stores: dict[str, Store], forge: Callable[[dict[str, Store]], None], kinds: set[str]
) -> None:
    forge(stores)
    assert compare(journal.asked(), stores).kinds() == kinds


def test_a_forged_answer_is_found(journal: Journal, stores: dict[str, Store]) -> None:
    journal.sent("never sent", "mall", "restock", PERSON)
    journal.answered("never sent", "mall:9")
    assert compare(journal.asked(), stores).kinds() == {"lost"}


def test_answers_out_of_order_are_found(journal: Journal, stores: dict[str, Store]) -> None:
    asked = journal.asked()
    asked[0].position, asked[1].position = 5, 2
    mall = stores["mall"]
    mall.commands = dict(zip(mall.commands, (5, 2), strict=True))
    assert compare(asked, stores).kinds() == {"out of order"}


def test_a_command_without_an_answer_is_found(journal: Journal, stores: dict[str, Store]) -> None:
    journal.sent("unanswered", "mall", "restock", PERSON)
    assert compare(journal.asked(), stores).kinds() == {"broken"}


def test_a_line_that_was_torn_by_a_kill_counts_for_nothing(journal: Journal) -> None:
    with journal.path.open("a") as torn:
        torn.write('{"word": "sent", "key": "to')
    assert [one.outcome for one in journal.asked()] == [ANSWERED, ANSWERED, REFUSED, ANSWERED]


def test_who_asks_again_knows_nothing_until_there_is_an_answer(journal: Journal) -> None:
    journal.sent("again", "mall", "restock", PERSON)
    journal.unknown("again", "502")
    (one,) = (each for each in journal.asked() if each.key == "again")
    assert (one.outcome, one.unknowns) == (UNKNOWN, 1)


@pytest.mark.parametrize(
    ("found", "kinds"),
    [([1, 2, 3], set()), ([1, 3], {"lost"}), ([1, 2, 2, 3], {"twice"}), ([2, 1, 3], {"out of order"})],
)
def test_a_reader_that_heard_otherwise_is_found(found: list[int], kinds: set[str]) -> None:
    assert compare_heard("the reader", found, [1, 2, 3]).kinds() == kinds
