"""How many facts a second four writers store, beside pgbench calling the same SQL function with the same rows.

Each append is one fact with its command row, durable before it returns. Four processes write, as four processes that
serve would. A fifth tails the log meanwhile, in our rounds as in those of the yardstick: a position that it never
sees, or sees twice, is an error.
"""

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from _pgbench import Pgbench
from _results import Figure
from _servers import durability, servers
from _showing import Aim, alternating, show
from _sizes import SECONDS
from eventsourcing.persistence import StoredEvent

from services.kernel.store.postgres.recorder import DatabaseRecorder
from services.kernel.store.recorder import CommandRow, Entry
from tests.support.own_databases import OwnDatabases

WRITERS = 4
PAGE = 500
PAUSE_SECONDS = 0.01
TOPIC = "mall:Checkout.Opened"
STATE, DIGEST, ANSWER = b"x" * 600, b"d" * 32, '{"checkout_id": "%s"}' % ("0" * 36)
spawning = multiprocessing.get_context("spawn")

NAMED = TOPIC.replace(":", "\\x3a")  # pgbench would take what follows a colon for a variable
BYTES = "'\\x{}'::bytea"
SCRIPT = f"""
SELECT facts.append(
  ARRAY[gen_random_uuid()], ARRAY[1]::bigint[],
  ARRAY[E'{NAMED}'], ARRAY[{BYTES.format(STATE.hex())}], ARRAY[1]::bigint[],
  '{{}}', '{{}}',
  ARRAY[gen_random_uuid()], ARRAY[{BYTES.format(DIGEST.hex())}], ARRAY['{ANSWER}'], ARRAY[1]::bigint[],
  {", ".join(["'{}'"] * 23)});
""".replace("\n", " ")


def write(url: str, seconds: int, ready: Any, told: Any) -> None:
    """One writer: append after append for so many seconds."""
    recorder = DatabaseRecorder(url, "agora-bench-writing")
    recorder.append([_entry()])
    ready.wait()
    end, appended = time.perf_counter() + seconds, 0
    while time.perf_counter() < end:
        recorder.append([_entry()])
        appended += 1
    recorder.close()
    told.put(appended)


def tail(url: str, reads: Any, ending: Any, told: Any) -> None:
    """The reader: page after page from the end of the log on; tells how many facts it saw, and what it missed."""
    recorder = DatabaseRecorder(url, "agora-bench-reading")
    start = after = recorder.position()
    missed, is_last = 0, False
    reads.set()
    while True:
        is_last = is_last or ending.is_set()
        page = recorder.select_notifications(after, PAGE)
        positions = [one.id for one in page]
        missed += sum(now != before + 1 for before, now in zip([after, *positions], positions, strict=False))
        after = positions[-1] if positions else after
        if not page and is_last and after == recorder.position():
            break
        if len(page) < PAGE:
            time.sleep(PAUSE_SECONDS)
    recorder.close()
    told.put((after - start, missed))


@contextmanager
def tailed(url: str) -> Iterator[None]:
    """A reader reads on for as long as the block lasts. Raises SystemExit when it missed a fact."""
    reads, ending, told = spawning.Event(), spawning.Event(), spawning.Queue()
    reader = spawning.Process(target=tail, args=(url, reads, ending, told), daemon=True)
    reader.start()
    reads.wait(60)
    try:
        yield
    finally:
        ending.set()
    read, missed = told.get(timeout=60)
    reader.join()
    if missed or not read:
        raise SystemExit(f"the reader saw {read} facts and missed {missed}: a log that skips facts is worth nothing")


def ours(url: str) -> float:
    """Appends a second of all writers together."""
    ready, told = spawning.Barrier(WRITERS), spawning.Queue()
    writers = [
        spawning.Process(target=write, args=(url, SECONDS, ready, told), daemon=True) for _ in range(WRITERS)
    ]  # fmt: skip
    with tailed(url):
        for each in writers:
            each.start()
        total: int = sum(told.get(timeout=SECONDS + 120) for _ in writers)
        for each in writers:
            each.join()
    return total / SECONDS


def yardstick(url: str) -> float:
    """Calls a second of pgbench."""
    with tailed(url):
        return Pgbench(url).script(SCRIPT, WRITERS, SECONDS)


def main() -> None:
    """Measure and print."""
    with servers() as started:
        server = started.postgres()
        databases = OwnDatabases(server, ["mall"])
        databases.migrate()
        try:
            url = databases.database_of("mall")
            found = alternating("append", lambda: ours(url), lambda: yardstick(url))
            said = durability(server)
        finally:
            databases.drop()
    figure = Figure.of("append", "appends/s", found.ours, found.yardstick)
    aim = Aim(figure, 0.8, f"pgbench calling the same function with the same rows, {WRITERS} clients")
    show("Facts stored by four writers", [aim], "A reader tailed the log in all rounds: 0 facts missed.", said)


def _entry() -> Entry:
    fact = StoredEvent(uuid4(), 1, TOPIC, STATE)
    return Entry(facts=[fact], command=CommandRow(uuid4(), DIGEST, ANSWER))


if __name__ == "__main__":
    main()
