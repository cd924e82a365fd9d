"""Services come, go and catch up by themselves, and nobody else notices."""

import os
import time

import pytest

from services.kernel.flow.reader_queue import queue_of
from services.kernel.flow.stream import SILENCE_SECONDS
from services.kernel.flow.wire import exchange_of
from tests.support.onlooker import Onlooker
from tests.support.platform_apart import PlatformApart
from tests.support.townspeople import Townspeople
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("everything_runs")

MESSAGES = int(os.environ.get("AGORA_TEST_MESSAGES", "10000"))
"""How many messages a service misses."""
EVERYTHING = ["feed:identity", "feed:groups", "feed:mall", "feed:events", "counts"]
PATIENCE_SECONDS = 100.0
WORDS = "SELECT count(*) FROM views.known_tags_v1 WHERE value LIKE 'word %'"


def test_a_worker_that_was_away_catches_up_while_the_others_answer(
    platform: PlatformApart, onlooker: Onlooker, people: Townspeople
) -> None:
    assert platform.stop("mall.work") == 0
    with people.going_on("identity", "groups", "partners"):
        said = people.say(MESSAGES)
        assert people.ask("mall").status_code == 200
        assert people.act("mall"), "commands are still taken"
        assert not people.sees("mall", said)
        since = time.monotonic()
        platform.start("mall.work")
        _tell("the worker is ready", since)
        people.see("mall", said, PATIENCE_SECONDS)
        _tell(f"{MESSAGES} messages are taken in", since)
        people.see("groups", said)
    assert onlooker.rows("mall", WORDS) == onlooker.rows("groups", WORDS) > [(MESSAGES - 100,)]
    assert onlooker.parked("mall") == {}


def test_a_new_service_on_an_old_system_hears_everything(
    platform: PlatformApart, onlooker: Onlooker, people: Townspeople
) -> None:
    everybody = [f"partners.{what}" for what in ("serve", "work", "rpc")]
    assert platform.stop(*everybody) == 0
    _forget("partners", platform, onlooker)
    with people.going_on("identity", "groups", "mall"):
        assert onlooker.agora("migrate")[0] == 0
        since = time.monotonic()
        platform.start(*everybody)
        _tell("the new service is ready", since)
        key = people.do("/partners/partners", {"name": "Newcomer", "scopes": EVERYTHING})["key"]
        said = [one.id for service in ("identity", "groups", "mall") for one in onlooker.spoken(service)]
        assert until(lambda: people.feed_count(key) >= len(said), PATIENCE_SECONDS)
        _tell(f"{len(said)} messages are in the journal", since)
    told = people.feed(key)
    assert set(said) <= set(told)
    assert len(told) == len(set(told))


def test_a_queue_that_is_deleted_under_its_reader_costs_no_message(onlooker: Onlooker, people: Townspeople) -> None:
    with people.going_on("identity", "mall", "partners"):
        with onlooker.channel() as channel:
            channel.queue_delete(queue_of("groups"))
        said, since = people.say(200), time.monotonic()
        people.see("groups", said)
        _tell("the reader has heard everything", since)
        people.see("mall", said)
    assert onlooker.rows("mall", WORDS) == onlooker.rows("groups", WORDS)


def test_a_source_that_falls_silent_right_after_a_gap_is_asked(onlooker: Onlooker, people: Townspeople) -> None:
    """What groups says last is lost on its way to the mall, and groups says nothing more."""
    people.see("mall", people.act("groups"))
    queue, exchange = queue_of("mall"), exchange_of("groups")
    with onlooker.channel() as channel, onlooker.ear("groups") as ear:
        channel.queue_unbind(queue, exchange, "#")
        lost, since = people.act("groups"), time.monotonic()
        assert until(lambda: ear.position == onlooker.head("groups")), "groups has said all that it has to say"
        channel.queue_bind(queue, exchange, "#")
    with people.going_on("identity", "partners"):
        people.see("mall", people.act("mall"))
        assert not people.sees("mall", lost), "it was lost"
        people.see("mall", lost, SILENCE_SECONDS + PATIENCE_SECONDS)
    _tell("the silent source was asked", since)


def _forget(service: str, platform: PlatformApart, onlooker: Onlooker) -> None:
    """As if a service had never been: no database, no keys, no queue."""
    database = onlooker.database(service)
    for name in (database, f"{database}_keys"):
        platform.servers.postgres().execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    with onlooker.channel() as channel:
        for queue in (queue_of(service), f"rpc-{service}"):
            channel.queue_delete(queue)


def _tell(what: str, since: float) -> None:
    """For who runs it by hand: nothing is asserted of times."""
    print(f"{what} after {time.monotonic() - since:.1f} s")
