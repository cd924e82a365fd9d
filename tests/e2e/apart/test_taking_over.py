"""A worker that is killed loses nothing and doubles nothing, whether another one stands by or it is started again."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.onlooker import Onlooker
from tests.support.platform_apart import PlatformApart
from tests.support.townspeople import Townspeople
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("everything_runs")

SOURCES = ("identity", "groups", "mall", "events")
EVERYTHING = [f"feed:{source}" for source in SOURCES]
KILLS = 3


def test_of_two_workers_one_stands_by_and_takes_over_when_the_other_is_killed(
    platform: PlatformApart, onlooker: Onlooker, people: Townspeople
) -> None:
    key = people.do("/partners/partners", {"name": f"Reader of {onlooker.head('partners')}", "scopes": EVERYTHING})[
        "key"
    ]
    with onlooker.another("partners.work") as second, ThreadPoolExecutor() as pool:
        people.see("partners", people.say(300))
        assert (_leads(onlooker, "partners.work"), _leads(onlooker, second)) == (1, 0)
        assert until(lambda: _lag(onlooker, second) == 0), "who stands by tells what the other has done"
        before, saying = people.feed_count(key), pool.submit(people.say, 3000)
        assert until(lambda: people.feed_count(key) > before)
        platform.kill("partners.work")
        people.see("partners", saying.result(), 90)
        assert _leads(onlooker, second) == 1
        platform.start("partners.work")
        assert _leads(onlooker, "partners.work") == 0
    assert until(lambda: _leads(onlooker, "partners.work") == 1), "it takes over from one that ends, too"
    people.see("partners", people.act("partners"))
    said = {source: [one.id for one in onlooker.spoken(source)] for source in SOURCES}
    kept = people.feed(key)
    assert {source: [one for one in kept if one.startswith(source)] for source in SOURCES} == said


def test_a_relay_that_is_killed_again_and_again_says_everything_in_order(
    platform: PlatformApart, onlooker: Onlooker, people: Townspeople
) -> None:
    """Duplicates are all that a reader has to bear: it never has to ask."""
    since = onlooker.head("identity")
    with onlooker.ear("identity") as ear, ThreadPoolExecutor() as pool:
        for _ in range(KILLS):
            before, saying = ear.position, pool.submit(people.say, 1500)
            assert until(lambda: ear.position > before)  # noqa: B023  looked at in this round
            platform.kill("identity.work")
            platform.start("identity.work")
            saying.result()
        assert until(lambda: ear.position == onlooker.head("identity"), 60)
        heard = ear.heard
    position, taken = since, list[str]()
    for one in heard:
        assert int(one["ce-previous"]) <= position, f"a gap before {one['ce-id']}"
        if int(one["ce-sequence"]) > position:
            position = int(one["ce-sequence"])
            taken += [one["ce-id"]] if "watermark" not in one["ce-type"] else []
    assert taken == [one.id for one in onlooker.spoken("identity") if one.position > since]
    print(f"{len(heard) - len(taken)} of {len(heard)} came twice or were watermarks")


def _lag(onlooker: Onlooker, process: str) -> float | None:
    return onlooker.figure(process, "agora_reader_lag_positions", reader="intake", source="identity")


def _leads(onlooker: Onlooker, process: str) -> float | None:
    return onlooker.figure(process, "agora_worker_leads")
