"""What a partner is told wrongly, it finds."""

import pytest

from services.kernel.store.chain import GENESIS, kept_link

from .partner import Event, Reader

IDS = ["mall:1", "events:4", "mall:3"]


def told(*ids: str) -> list[Event]:
    """Events as they stand in the feed."""
    parts = [one.partition(":") for one in ids]
    return [
        {"id": one, "source": part[0], "sequence": part[2], "journal": str(number)}
        for number, (one, part) in enumerate(zip(ids, parts, strict=True), start=1)
    ]


def digest_of(*ids: str) -> str:
    """What the platform says of the feed up to there."""
    link = GENESIS
    for one in ids:
        link = kept_link(link, one)
    return link.hex()


def test_what_is_right_is_right() -> None:
    reader = Reader()
    assert not reader.take_in(told(*IDS), 3, digest_of(*IDS))
    assert not reader.complete(set(IDS), set(IDS))


FORGED = {
    "one left out": (told(*IDS)[:1] + told(*IDS)[2:], {"lost", "broken"}),
    "the last left out": (told(*IDS)[:2], {"lost", "broken"}),
    "one told twice": (told(*IDS)[:2] + told(*IDS)[1:], {"twice", "broken"}),
    "a log told downwards": (told("mall:3", "events:4", "mall:1"), {"out of order", "broken"}),
    "another one than was kept": (told("mall:1", "events:5", "mall:3"), {"broken"}),
}


@pytest.mark.parametrize(("events", "kinds"), FORGED.values(), ids=FORGED)
def test_a_forged_feed_is_found(events: list[Event], kinds: set[str]) -> None:
    assert Reader().take_in(events, 3, digest_of(*IDS)).kinds() == kinds


def test_what_was_never_told_is_found_and_what_nobody_said() -> None:
    reader = Reader()
    reader.take_in(told(*IDS), 3, digest_of(*IDS))
    assert reader.complete({*IDS, "mall:9"}, {*IDS, "mall:9"}).kinds() == {"lost"}
    assert reader.complete({"mall:1", "events:4"}, {"mall:1", "events:4"}).kinds() == {"broken"}


def test_what_is_said_while_it_is_read_may_be_told_or_not() -> None:
    reader = Reader()
    reader.take_in(told(*IDS), 3, digest_of(*IDS))
    assert not reader.complete({"mall:1", "events:4"}, {*IDS, "mall:9"})
