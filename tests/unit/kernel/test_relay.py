"""From a service's log to its outlet: in order, never lost, the same ids when something is sent twice."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from eventsourcing.persistence import Tracking
from hypothesis import given, settings
from hypothesis import strategies as st

from services.kernel.flow.outbox import Page
from services.kernel.flow.relay import CURSOR, Relay
from services.kernel.store.clashes import PositionSeen
from services.kernel.store.recorder import Entry, Recorder
from services.kernel.store.sqlite import SQLiteRecorder
from tests.support.letterbox import SOURCE, Letterbox, LetterboxBroken, MemoryLog, ReaderByTheRules
from tests.support.neighbours import talking
from tests.support.services import counting, opened, opening

ALL = range(1, 10_000)


class Crash(Exception):
    """The process ends here."""


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    recorder = SQLiteRecorder(tmp_path / "facts.db")
    yield recorder
    recorder.close()


def relay_of(log: MemoryLog, recorder: Recorder, letterbox: Letterbox, batch: int = 3) -> Relay:
    return Relay(SOURCE, log, recorder, letterbox, batch=batch)


def run(relay: Relay) -> None:
    """Until nothing is left, and what is left to say is said."""
    while relay.step():
        pass


def crash_on_append(monkeypatch: pytest.MonkeyPatch, recorder: Recorder) -> None:
    def append(entries: object) -> list[int]:
        raise Crash

    monkeypatch.setattr(recorder, "append", append)


def test_sends_everything_in_order_and_says_what_came_before(recorder: Recorder) -> None:
    letterbox = Letterbox()
    run(relay_of(MemoryLog(8, {2, 3, 5, 8}), recorder, letterbox))
    assert letterbox.ids == ["mall:2", "mall:3", "mall:5", "mall:8"]
    assert [one.previous for one in letterbox.heard] == [0, 2, 3, 5]
    assert recorder.tracked(CURSOR) == 8


def test_sends_the_messages_of_a_real_service(tmp_path: Path) -> None:
    letterbox = Letterbox()
    with opened(tmp_path, talking) as service:
        tally_id = service.executor.execute_now(opening()).body["tally_id"]
        for _ in range(4):
            service.executor.execute_now(counting(tally_id))
        relay = Relay("tally", service.outbox, service.recorder, letterbox)
        assert relay.backlog == 5
        run(relay)
        assert (relay.position, relay.backlog) == (5, 0)
    assert letterbox.ids == ["tally:2", "tally:3", "tally:4", "tally:5"]


def test_goes_on_after_what_it_has_sent(recorder: Recorder) -> None:
    log, letterbox = MemoryLog(4, ALL), Letterbox()
    run(relay_of(log, recorder, letterbox))
    log.length = 6
    run(relay_of(log, recorder, letterbox))
    assert letterbox.ids == ["mall:1", "mall:2", "mall:3", "mall:4", "mall:5", "mall:6"]


def test_the_cursor_stays_when_not_all_was_confirmed_and_the_page_is_sent_again(recorder: Recorder) -> None:
    letterbox = Letterbox(breaks_at=2)
    relay = relay_of(MemoryLog(3, ALL), recorder, letterbox)
    with pytest.raises(LetterboxBroken):
        relay.step()
    assert (relay.position, relay.backlog, recorder.tracked(CURSOR)) == (0, 0, 0)
    run(relay)
    assert letterbox.ids == ["mall:1", "mall:2", "mall:1", "mall:2", "mall:3"]
    assert [one.previous for one in letterbox.heard] == [0, 1, 0, 1, 2]


def test_a_crash_before_the_cursor_is_saved_sends_again_under_the_same_ids(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, letterbox = MemoryLog(3, ALL), Letterbox()
    with monkeypatch.context() as patched:
        crash_on_append(patched, recorder)
        with pytest.raises(Crash):
            relay_of(log, recorder, letterbox).step()
    run(relay_of(log, recorder, letterbox))
    assert letterbox.ids == ["mall:1", "mall:2", "mall:3", "mall:1", "mall:2", "mall:3"]


def test_what_is_sent_again_after_the_store_failed_still_follows_what_it_followed(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    letterbox = Letterbox()
    relay = relay_of(MemoryLog(3, ALL), recorder, letterbox)
    with monkeypatch.context() as patched:
        crash_on_append(patched, recorder)
        with pytest.raises(Crash):
            relay.step()
    run(relay)
    assert [one.previous for one in letterbox.heard] == [0, 1, 2, 0, 1, 2]


class SavesFirst(Relay):
    """The guard off: the cursor is saved before anything is confirmed."""

    def _forward(self, page: Page) -> None:
        self._recorder.append([Entry(tracking=[Tracking(CURSOR, page.through)])])
        self._publisher.publish(self._wired(page.messages))
        self._moved(page)


def sent_through_a_crash(kind: type[Relay], recorder: Recorder) -> set[str]:
    log, letterbox = MemoryLog(6, ALL), Letterbox(breaks_at=1)
    with pytest.raises(LetterboxBroken):
        kind(SOURCE, log, recorder, letterbox).step()
    run(kind(SOURCE, log, recorder, letterbox))
    return {one for one in letterbox.ids if "through" not in one}


def test_a_crash_in_the_middle_of_sending_loses_nothing(recorder: Recorder) -> None:
    assert sent_through_a_crash(Relay, recorder) == {f"mall:{one}" for one in range(1, 7)}


def test_with_the_cursor_saved_first_a_crash_would_lose_messages(recorder: Recorder) -> None:
    assert sent_through_a_crash(SavesFirst, recorder) == {"mall:1"}


def test_facts_that_nobody_hears_of_are_told_by_one_watermark_at_the_end(recorder: Recorder) -> None:
    letterbox = Letterbox()
    relay = relay_of(MemoryLog(20, {2}), recorder, letterbox)
    run(relay)
    assert letterbox.ids == ["mall:2", "mall:through:20"]
    assert [(one.previous, one.position, one.envelope is None) for one in letterbox.heard][1] == (2, 20, True)
    run(relay)
    assert (len(letterbox.posted), letterbox.idled) == (2, 1)


def test_no_watermark_is_sent_when_a_message_follows_at_once(recorder: Recorder) -> None:
    letterbox = Letterbox()
    run(relay_of(MemoryLog(20, {2, 20}), recorder, letterbox))
    assert letterbox.ids == ["mall:2", "mall:20"]


def test_the_next_message_follows_the_watermark(recorder: Recorder) -> None:
    log, letterbox = MemoryLog(4, {2}), Letterbox()
    relay = relay_of(log, recorder, letterbox)
    run(relay)
    log.length, log.told = 6, {2, 6}
    run(relay)
    assert [(one.previous, one.position) for one in letterbox.heard] == [(0, 2), (2, 4), (4, 6)]


def test_nothing_is_said_of_an_empty_log(recorder: Recorder) -> None:
    letterbox = Letterbox()
    run(relay_of(MemoryLog(0, ()), recorder, letterbox))
    assert (letterbox.posted, letterbox.idled) == ([], 1)


def test_a_watermark_that_did_not_get_out_is_sent_again(recorder: Recorder) -> None:
    letterbox = Letterbox(breaks_at=0)
    relay = relay_of(MemoryLog(2, ()), recorder, letterbox)
    with pytest.raises(LetterboxBroken):
        run(relay)
    run(relay)
    assert letterbox.ids == ["mall:through:2"]


def test_after_a_restart_it_claims_nothing_about_what_lies_before_its_cursor(recorder: Recorder) -> None:
    log = MemoryLog(4, {2, 4})
    run(relay_of(log, recorder, Letterbox()))
    letterbox = Letterbox()
    relay = relay_of(log, recorder, letterbox)
    run(relay)
    log.length, log.told = 5, {2, 4, 5}
    run(relay)
    assert [(one.previous, one.position) for one in letterbox.heard] == [(4, 4), (4, 5)]


def test_a_second_relay_only_sends_some_twice_and_goes_on_where_the_first_is(recorder: Recorder) -> None:
    log, letterbox = MemoryLog(9, ALL), Letterbox()
    first, second = relay_of(log, recorder, letterbox), relay_of(log, recorder, letterbox)
    for relay in (first, first, second):
        relay.step()
    assert (first.position, second.position) == (6, 6)
    second.step()
    assert letterbox.ids == [f"mall:{one}" for one in [1, 2, 3, 4, 5, 6, 1, 2, 3, 7, 8, 9]]
    assert letterbox.heard[-3].previous == 6


def test_letting_go_closes_the_outlet(recorder: Recorder) -> None:
    letterbox = Letterbox()
    relay_of(MemoryLog(0, ()), recorder, letterbox).close()
    assert letterbox.is_closed


class OnlyTheCursor:
    """As much of a recorder as a relay uses, in memory, so that thousands of lives take a second."""

    def __init__(self) -> None:
        self.cursor = 0

    def tracked(self, name: str) -> int:
        """Where it is."""
        return self.cursor

    def append(self, entries: list[Entry]) -> None:
        """Save it. Raises PositionSeen."""
        through = entries[0].tracking[0].notification_id
        if through <= self.cursor:
            raise PositionSeen()
        self.cursor = through


def live(kind: type[Relay], told: set[int], deeds: list[tuple[str, int]], begins_at: int) -> ReaderByTheRules:
    """What a reader has, whose queue was made after so many messages were posted, once all has settled."""
    log, letterbox, recorder = MemoryLog(1, told), Letterbox(), OnlyTheCursor()
    relays = [kind(SOURCE, log, recorder, letterbox, batch=2) for _ in range(2)]
    for deed, which in deeds:
        if deed == "restart":
            relays[which] = kind(SOURCE, log, recorder, letterbox, batch=2)
        elif deed == "grow":
            log.length += 1 + which
        else:
            letterbox.breaks_at = which if deed == "break" else None
            with suppress(LetterboxBroken):
                relays[which].step()
    letterbox.breaks_at = None
    begins_at = min(begins_at, len(letterbox.posted))
    log.length += 1
    for relay in relays:
        run(relay)
    reader = ReaderByTheRules(log)
    for one in letterbox.heard[begins_at:]:
        reader.hear(one)
    return reader


DEEDS = st.lists(st.tuples(st.sampled_from(["step", "step", "grow", "grow", "break", "restart"]), st.integers(0, 1)))
LIVES = {"told": st.sets(st.integers(1, 30)), "deeds": DEEDS, "begins_at": st.integers(0, 60)}


@settings(max_examples=300)
@given(**LIVES)
def test_a_reader_hears_everything_once_and_in_order_whatever_happens_to_two_relays(
    told: set[int], deeds: list[tuple[str, int]], begins_at: int
) -> None:
    reader = live(Relay, told, deeds, begins_at)
    assert reader.position == reader.log.length
    assert reader.taken == sorted(one for one in told if one <= reader.log.length)


class ClaimsTooMuch(Relay):
    """The guard off: after a restart it speaks as if what it said last had been heard by everybody."""

    def _begin(self) -> None:
        super()._begin()
        self._previous = 0


def test_a_relay_that_claimed_to_follow_what_it_does_not_know_would_lose_messages() -> None:
    told, deeds = {1, 2, 3}, [("step", 0), ("restart", 0), ("grow", 1)]
    assert live(Relay, told, deeds, begins_at=1).taken == [1, 2, 3]
    assert live(ClaimsTooMuch, told, deeds, begins_at=1).taken != [1, 2, 3]
