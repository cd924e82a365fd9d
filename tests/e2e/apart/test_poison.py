"""Whatever lies on a queue: it is parked with its cause, nobody falls over it, and an operator can deal with it."""

from collections import Counter
from uuid import uuid4

import pytest

from services.composition import SERVICES
from services.kernel.flow.rpc_client import EXCHANGE
from services.kernel.flow.wire import exchange_of
from tests.support import poison
from tests.support.onlooker import Onlooker
from tests.support.platform_apart import PlatformApart
from tests.support.townspeople import Townspeople
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("everything_runs")

AWAY, UNREADY = (503, "agora.views_away"), (503, "agora.unready")
VIEW = "views.known_tags_v1"
WORDS = f"SELECT count(*) FROM {VIEW} WHERE value LIKE 'word %'"


def test_what_is_poisoned_here_is_every_queue_that_there_is(onlooker: Onlooker) -> None:
    assert onlooker.queues() == poison.QUEUES
    assert all(poison.comes_to(reader) for reader in poison.HEARS)


def test_poison_on_every_queue_is_parked_and_the_next_message_is_handled(
    onlooker: Onlooker, people: Townspeople
) -> None:
    _see_everywhere(people)
    before = {reader: onlooker.parked(reader) for reader in poison.HEARS}
    sent = {source: poison.at_queues(onlooker.spoken(source)[-1]) for source in poison.SOURCES}
    with onlooker.channel() as channel:
        for source, several in sent.items():
            for one in several:
                one.publish(channel, exchange_of(source), "person_tagged")
    _see_everywhere(people)
    for reader in poison.HEARS:
        came = [one for source in poison.comes_to(reader) for one in sent[source]]
        assert _new(onlooker, reader, before) == ["unreadable"] * len(came), reader
        assert _causes(onlooker, reader, before, came) == Counter(one.cause for one in came), reader
    listed = onlooker.dead("list")
    assert [one.cause for one in sent["identity"] if listed.count(one.cause) < len(poison.HEARS)] == []
    assert onlooker.are_alive()


def test_poison_at_every_door_is_parked_and_the_next_call_is_answered(onlooker: Onlooker) -> None:
    before, sent = {service: onlooker.parked(service) for service in SERVICES}, poison.at_doors()
    with onlooker.channel() as channel:
        for service in SERVICES:
            for one in sent:
                one.publish(channel, EXCHANGE, f"{service}.messages")
    for service in SERVICES:
        assert onlooker.call(service, "messages", after=0, limit=1)["source"] == service
        assert until(lambda: len(_new(onlooker, service, before)) >= len(sent)), service  # noqa: B023  called at once
        assert _new(onlooker, service, before) == ["rpc"] * len(sent)
        assert _causes(onlooker, service, before, sent) == Counter(one.cause for one in sent), service
    assert onlooker.are_alive()


def test_a_message_that_a_view_cannot_take_is_parked_and_later_ones_of_its_subject_wait_in_order(
    onlooker: Onlooker, people: Townspeople
) -> None:
    somebody, other = uuid4(), uuid4()
    people.see("groups", people.record(somebody))
    onlooker.change("groups", f"ALTER TABLE {VIEW} ADD CONSTRAINT broken CHECK (value <> 'too much')")
    first = people.tag("too much", somebody)
    behind = [people.tag("later", somebody), people.tag("too much", somebody, is_removed=True)]
    behind.append(people.tag("last", somebody))
    people.see("groups", people.record(other, "of somebody else"))
    assert _tags(onlooker, somebody) == []
    assert _tags(onlooker, other) == ["of somebody else"]
    assert _parked(onlooker, first, *behind) == ["views", "behind", "behind", "behind"]
    shown = onlooker.dead("show", first, "--service", "groups")
    assert "IntegrityError" in shown
    assert ", ".join(behind) in shown
    assert onlooker.figure("groups.work", "agora_parked_messages") == len(onlooker.parked("groups"))

    exit_code, said = onlooker.agora("dead", "retry", first, "--service", "groups")
    assert (exit_code, _tags(onlooker, somebody)) == (1, []), said
    onlooker.change("groups", f"ALTER TABLE {VIEW} DROP CONSTRAINT broken")
    assert "waits behind" in onlooker.agora("dead", "retry", behind[1], "--service", "groups")[1]
    said = onlooker.dead("retry", first, "--service", "groups")
    assert [line for line in said.splitlines() if "is handled" in line] == [
        f"{name} is handled." for name in (first, *behind)
    ]
    assert _tags(onlooker, somebody) == ["last", "later"]
    assert _parked(onlooker, first, *behind) == []
    assert onlooker.are_alive()


def test_a_database_that_is_away_parks_nothing_and_everybody_says_so(
    platform: PlatformApart, onlooker: Onlooker, people: Townspeople
) -> None:
    before, theirs = onlooker.parked("groups"), [f"groups.{what}" for what in ("serve", "work", "rpc")]
    with onlooker.without_database("groups"), people.going_on("identity", "mall", "partners"):
        said = people.say(300)
        for process in theirs:
            assert until(lambda: _is_waiting_for_its_database(onlooker, process)), process  # noqa: B023  called at once
            assert onlooker.page(process, "/healthz").status_code == 200
        for place in (f":{platform.ports[process]}" for process in theirs):
            assert place in platform.waiting()
        answers = [people.ask("groups"), people.try_to("groups")]
        assert [(one.status_code, one.json()["code"]) for one in answers] == [AWAY, UNREADY]
        with onlooker.channel() as channel:
            poison.at_queues(onlooker.spoken("identity")[-1])[0].publish(channel, exchange_of("identity"), "x")
        people.see("mall", said)
    people.see("groups", said)
    people.see("groups", people.act("groups"))
    people.see("groups", people.act("identity"))  # which comes behind the poison
    assert until(lambda: not platform.waiting()), platform.waiting()
    assert _new(onlooker, "groups", {"groups": before}) == ["unreadable"], "the poison, and nothing else"
    assert onlooker.are_alive()


def test_connections_that_break_again_and_again_park_nothing(onlooker: Onlooker, people: Townspeople) -> None:
    before = onlooker.parked("groups")
    for _ in range(15):
        said = people.say(200)
        onlooker.break_connections("groups", spares="agora-groups-leading")
    for reader in ("groups", "mall"):
        people.see(reader, said)
    assert onlooker.parked("groups") == before
    assert onlooker.rows("groups", WORDS) == onlooker.rows("mall", WORDS)
    assert onlooker.are_alive()


def _is_waiting_for_its_database(onlooker: Onlooker, process: str) -> bool:
    answer = onlooker.page(process, "/readyz")
    return answer.status_code == 503 and "the database does not answer" in answer.json()["obstacles"]


def _see_everywhere(people: Townspeople) -> None:
    """Something is done wherever poison is said, and every reader has heard of it."""
    said = {source: people.act(source) for source in poison.SOURCES}
    for reader in poison.HEARS:
        for source in poison.comes_to(reader):
            people.see(reader, said[source])


def _causes(
    onlooker: Onlooker, service: str, before: dict[str, dict[str, str]], came: list[poison.Poison]
) -> Counter[str]:
    """Why things were parked since then, in the words of what came."""
    told = [cause for name, cause in onlooker.causes(service).items() if name not in before[service]]
    return Counter(next((one.cause for one in came if one.cause in cause), cause) for cause in told)


def _new(onlooker: Onlooker, service: str, before: dict[str, dict[str, str]]) -> list[str]:
    """The stages of what was parked since then."""
    return [stage for name, stage in onlooker.parked(service).items() if name not in before[service]]


def _tags(onlooker: Onlooker, person_id: object) -> list[str]:
    found = onlooker.rows("groups", f"SELECT value FROM {VIEW} WHERE person_id = '{person_id}' ORDER BY value")
    return [row[0] for row in found]


def _parked(onlooker: Onlooker, *names: str) -> list[str]:
    rows = onlooker.parked("groups")
    return [rows[name] for name in names if name in rows]
