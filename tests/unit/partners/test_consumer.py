"""The example's books: a page and its cursor together or not at all, and nothing missed without being noticed."""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from examples.partner_consumer import books as ours
from examples.partner_consumer.books import GENESIS, Books, Missed
from examples.partner_consumer.feed import Feed, Refused
from examples.partner_consumer.figures import figures
from services.kernel.store.chain import kept_link


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    opened = Books(tmp_path / "club.db")
    yield opened
    opened.close()


def registered(journal: int) -> dict[str, Any]:
    """Somebody new."""
    return {
        "id": f"identity:{journal}", "source": "identity", "sequence": str(journal), "journal": str(journal),
        "type": "agora.identity.person_registered.v1", "data": {"person_id": f"person {journal}"},
    }  # fmt: skip


def digest_of(events: Sequence[dict[str, Any]]) -> str:
    """What the feed says after these, read from the beginning."""
    link = GENESIS
    for event in events:
        link = kept_link(link, event["id"])
    return link.hex()


def state(books: Books) -> tuple[int, int]:
    """How far it is, and how many people it knows."""
    return books.place().position, int(books.rows.execute("SELECT count(*) FROM people").fetchone()[0])


STORY = [registered(number) for number in range(1, 8)]


def test_a_page_and_its_cursor_are_kept_together(books: Books) -> None:
    books.take_in(STORY[:3], "after 3", 3, digest_of(STORY[:3]))
    assert state(books) == (3, 3)
    books.take_in(STORY[3:], "after 7", 7, digest_of(STORY))
    assert state(books) == (7, 7)
    assert books.place().cursor == "after 7"
    assert figures(books.rows)["at"] == {"identity": 7, "groups": 0, "mall": 0, "events": 0}


@pytest.mark.parametrize("dies_at", range(7))
def test_what_dies_in_the_middle_of_a_page_leaves_nothing_of_it(
    books: Books, monkeypatch: pytest.MonkeyPatch, dies_at: int
) -> None:
    effect = ours.EFFECTS["agora.identity.person_registered.v1"]

    def dying(rows: sqlite3.Cursor, data: Any) -> None:
        if data["person_id"] == f"person {dies_at + 1}":
            raise KeyboardInterrupt
        effect(rows, data)

    monkeypatch.setitem(ours.EFFECTS, "agora.identity.person_registered.v1", dying)
    with pytest.raises(KeyboardInterrupt):
        books.take_in(STORY, "after 7", 7, digest_of(STORY))
    assert state(books) == (0, 0)
    monkeypatch.undo()
    books.take_in(STORY, "after 7", 7, digest_of(STORY))
    assert state(books) == (7, 7)


@pytest.mark.parametrize(
    ("page", "through", "digest"),
    [
        ([*STORY[:2], *STORY[3:]], 7, digest_of([*STORY[:2], *STORY[3:]])),
        (STORY[1:], 7, digest_of(STORY[1:])),
        ([*STORY, STORY[-1]], 7, digest_of(STORY)),
        (STORY, 8, digest_of(STORY)),
        (STORY, 7, digest_of(STORY[:6])),
        ([STORY[0] | {"id": "identity:9"}, *STORY[1:]], 7, digest_of(STORY)),
        ([], 3, GENESIS.hex()),
    ],
    ids=[
        "a hole",
        "a missing start",
        "one twice",
        "an end cut off",
        "another digest",
        "another event",
        "an empty jump",
    ],
)
def test_what_was_missed_is_noticed_and_nothing_of_the_page_is_kept(
    books: Books, page: list[dict[str, Any]], through: int, digest: str
) -> None:
    with pytest.raises(Missed):
        books.take_in(page, "cursor", through, digest)
    assert state(books) == (0, 0)
    assert books.place().cursor is None


def test_a_type_that_means_nothing_counts_in_the_chain(books: Books) -> None:
    events = [STORY[0] | {"type": "agora.mall.listing_painted.v1"}, *STORY[1:]]
    books.take_in(events, "after 7", 7, digest_of(events))
    assert state(books) == (7, 6)


def asking(*answers: httpx.Response | Exception) -> tuple[Feed, list[float]]:
    """A feed that hears these answers one after the other, and the pauses that it makes."""
    waiting, pauses = iter(answers), list[float]()

    def answer(_request: httpx.Request) -> httpx.Response:
        said = next(waiting)
        if isinstance(said, Exception):
            raise said
        return said

    feed = Feed("http://platform.test", "agp_0", pauses.append)
    feed._client.close()
    feed._client = httpx.Client(base_url="http://platform.test/partners", transport=httpx.MockTransport(answer))
    return feed, pauses


def test_no_answer_and_not_yet_are_asked_again() -> None:
    feed, pauses = asking(
        httpx.ConnectError("refused"),
        httpx.Response(503, json={}),
        httpx.Response(429, headers={"Retry-After": "7"}),
        httpx.Response(200, json={"count": 3}),
    )
    assert feed.count(3) == 3
    assert pauses == [0.2, 0.4, 7.0]
    feed.close()


@pytest.mark.parametrize("status", [400, 401, 403, 409, 422])
def test_a_refusal_is_a_sentence_and_is_not_asked_again(status: int) -> None:
    feed, pauses = asking(httpx.Response(status, json={"code": "partners.no", "detail": "Ask an operator."}))
    with pytest.raises(Refused, match=r"partners\.no: Ask an operator\."):
        feed.page(None, 10, 0)
    assert pauses == []
    feed.close()
