"""What an append and a report cost with 1,000,000 facts in the store, over what they cost with 10,000.

Two stores stand side by side and are asked by turns. The large one holds a hundred copies of what is in the small one:
a hundred times as many communities, sellers, listings, orders and command rows. So a report about one of them has as
much to tell in both, and one about all of them does not. The figure of the reports is that of the worst.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any
from uuid import uuid4

from _history import FACTS, OPERATOR, Kept, Names, copy_block, record_block
from _mall_store import MallStore, mall_store
from _results import Figure
from _servers import durability, servers
from _showing import Aim, console, doing, show
from _sizes import IS_SMOKE, ROUNDS, size
from append import ANSWER, DIGEST, STATE, TOPIC
from eventsourcing.persistence import StoredEvent
from rich.table import Table

from services.kernel.store.recorder import CommandRow, Entry

TIMES = size("GROWTH_TIMES", 100, 3)
APPENDS = size("GROWTH_APPENDS", 500, 50)
ASKED = size("GROWTH_ASKED", 30, 3)
MOST_SECONDS = 10.0
"""So long one report is asked again and again, at most, in a round."""
MOST_TIMES_DEARER = 1.2
PAGE = 10
"""So many rows of what is about all of them: as long an answer from both stores."""


@dataclass(frozen=True, slots=True)
class Grown:
    """Milliseconds with few facts and with many, of each round."""

    few: list[float]
    many: list[float]

    def figure(self, name: str) -> Figure:
        """The medians; the yardstick is the small store."""
        return Figure.of(name, "ms", self.many, self.few)


def appending(store: Kept) -> Callable[[], object]:
    """One append: a fact of something new, with its command row."""

    def append() -> object:
        entry = Entry(facts=[StoredEvent(uuid4(), 1, TOPIC, STATE)], command=CommandRow(uuid4(), DIGEST, ANSWER))
        return store.service.recorder.append([entry])

    return append


def reports(store: Kept, names: Names) -> dict[str, Callable[[], object]]:
    """Every report of the mall, about somebody or something in this store."""
    about: dict[str, dict[str, Any]] = {
        "listing_sales": {"listing_id": names.listing_id}, "community_sales": {"group_id": names.group_id},
        "account": {"party_id": names.seller_id}, "books": {"limit": PAGE}, "listings_sold": {"limit": PAGE},
        "communities_sold": {"limit": PAGE}, "shelf_report": {"group_id": names.group_id}, "months_sold": {},
        "statement": {"party": str(names.seller_id), "limit": PAGE},
    }  # fmt: skip

    def asking(name: str, fields: dict[str, Any]) -> Callable[[], object]:
        return lambda: store.service.ask_now(store.service.by_name[name], OPERATOR, fields)

    return {name: asking(name, fields) for name, fields in about.items()}


def by_turns(few: Callable[[], object], many: Callable[[], object], times: int) -> Grown:
    """Some rounds; in each both are done by turns, and the median of each counts."""
    found = Grown([], [])
    for _ in range(ROUNDS):
        taken = Grown([], [])
        until = time.perf_counter() + MOST_SECONDS
        while len(taken.few) < times and (time.perf_counter() < until or not taken.few):
            taken.few.append(_milliseconds(few))
            taken.many.append(_milliseconds(many))
        found.few.append(median(taken.few))
        found.many.append(median(taken.many))
    return found


def measured(small: MallStore, large: MallStore, names: Names) -> tuple[Grown, dict[str, Grown]]:
    """Reports first: what is appended then has no views."""
    few, many = reports(small, names), reports(large, names.copied(TIMES // 2))
    found = {}
    for name in few:
        with doing(f"asking for {name}"):
            found[name] = by_turns(few[name], many[name], ASKED)
    with doing("appending"):
        return by_turns(appending(small), appending(large), APPENDS), found


def fill(small: MallStore, large: MallStore) -> Names:
    """One block here, its copies there; views of both; whoever owns the groups that are asked about is known."""
    names = record_block(small)
    copy_block(large, range(TIMES), of=small)
    for store, known in ((small, names), (large, names.copied(TIMES // 2))):
        store.show()
        store.know_owner(known.group_id, OPERATOR.person_id)
        store.rest()
    return names


def main() -> None:
    """Measure and print."""
    with servers() as started, mall_store(started.postgres()) as small, mall_store(started.postgres()) as large:
        names = fill(small, large)
        appends, asked = measured(small, large, names)
        said = durability(started.postgres())
    show_reports(asked)
    worst = max(asked.values(), key=lambda one: one.figure("").ratio)
    told = f"the same with {FACTS:,} facts"
    of_worst = f"{told}, of the report that grows most"
    show(
        f"Cost with {TIMES * FACTS:,} facts over cost with {FACTS:,}",
        [
            Aim(appends.figure("growth_append"), MOST_TIMES_DEARER, told, at_most=True),
            Aim(worst.figure("growth_report"), MOST_TIMES_DEARER, of_worst, at_most=True),
        ],
        said,
    )  # fmt: skip


def show_reports(asked: dict[str, Grown]) -> None:
    """Each report by itself."""
    table = Table(title="Reports" + (" (smoke run: no figures)" if IS_SMOKE else ""), title_justify="left")
    for column in ("Report", f"{FACTS:,} facts", f"{TIMES * FACTS:,} facts", "Ratio"):
        table.add_column(column, justify="left" if column == "Report" else "right")
    for name, grown in asked.items():
        figure = grown.figure(name)
        table.add_row(name, f"{figure.yardstick:.2f} ms", f"{figure.value:.2f} ms", f"{figure.ratio:.2f}")
    console.print(table)


def _milliseconds(action: Callable[[], object]) -> float:
    begun = time.perf_counter()
    action()
    return (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    main()
