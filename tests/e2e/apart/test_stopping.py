"""Every kind of process ends as it should while it is busy: soon, with what it was asked answered, and exit code 0."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from uuid import uuid4

import pytest

from tests.integration.rpc.calls import Caller
from tests.support.load import Load
from tests.support.onlooker import Onlooker
from tests.support.platform_apart import PlatformApart
from tests.support.townspeople import Townspeople
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("everything_runs")

FAR = 10**9
AT_ONCE = 4
WORDS = "SELECT count(*) FROM views.known_tags_v1 WHERE value LIKE 'word %'"
GOODS = {"title": "Rod", "price_minor": 2500, "currency": "EUR", "stock": 10}


def test_a_serve_answers_what_it_was_asked_and_stores_everything_once(
    platform: PlatformApart, onlooker: Onlooker, people: Townspeople
) -> None:
    seller = _seller(platform, people)
    key = people.do("/partners/partners", {"name": f"Reader {uuid4()}", "scopes": ["feed:mall"]})["key"]
    before = _listed(onlooker)
    with (
        _held(platform, "mall.serve", f"/mall/terms?after=mall:{FAR}") as asked,
        _held(platform, "partners.serve", f"/partners/feed?cursor={people.feed_end(key)}&wait=30", key) as reading,
        Load(_address(platform, "mall.serve"), seller.token, "/mall/listings", GOODS) as load,
    ):
        assert until(lambda: len(load.answered) > 50)
        assert platform.stop("mall.serve", "partners.serve") == 0
        assert [one.getresponse().status for one in asked] == [504] * AT_ONCE
        answers = [one.getresponse() for one in reading]
        assert [one.status for one in answers] == [200] * AT_ONCE, [(one.status, one.read()) for one in answers]
    platform.start("mall.serve", "partners.serve")
    assert load.wrong == []
    for one in load.unanswered:
        load.repeat(one)
    assert _listed(onlooker) - before == len(load.answered) + len(load.unanswered)


def test_an_rpc_door_answers_what_it_was_asked(platform: PlatformApart, people: Townspeople) -> None:
    with Caller(platform.amqp_url, token=None) as caller:
        held = [caller.send("terms", service="mall", context={"after": f"mall:{FAR}"}) for _ in range(AT_ONCE)]
        assert until(lambda: caller.queued("rpc-mall")[0] == 0)
        assert platform.stop("mall.rpc") == 0
        answers = [caller.answers(one)[0] for one in held]
        assert {answer["error"]["exc_type"] for answer in answers} == {"Late"}
        waiting = [caller.send("terms", service="mall") for _ in range(AT_ONCE)]
        platform.start("mall.rpc")
        assert [caller.answers(one)[0]["result"]["platform_fee_bps"] for one in waiting]


def test_a_worker_ends_in_the_middle_of_its_work_and_another_goes_on_there(
    platform: PlatformApart, onlooker: Onlooker, people: Townspeople
) -> None:
    seller = _seller(platform, people)
    with Load(_address(platform, "mall.serve"), seller.token, "/mall/listings", GOODS) as load:
        said = people.say(1500)
        assert until(lambda: len(load.answered) > 50)
        assert platform.stop("mall.work") == 0
        assert (load.wrong, load.unanswered) == ([], [])
    platform.start("mall.work")
    people.see("groups", said)
    people.see("mall", said)
    people.see("mall", f"mall:{onlooker.head('mall')}")
    assert onlooker.rows("mall", WORDS) == onlooker.rows("groups", WORDS)


def test_the_entrance_ends_while_it_is_asked(platform: PlatformApart) -> None:
    with _held(platform, "entrance", "/readyz") as asked:
        assert platform.stop("entrance") == 0
        assert [one.getresponse().status for one in asked] == [200] * AT_ONCE
    platform.start("entrance")


@contextmanager
def _held(platform: PlatformApart, process: str, path: str, key: str = "") -> Iterator[list[HTTPConnection]]:
    """Requests that a process has read, and whose answers nobody has read."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    with ExitStack() as held:
        asked = []
        for _ in range(AT_ONCE):
            connection = HTTPConnection("127.0.0.1", platform.ports[process], timeout=30)
            asked.append(held.enter_context(closing(connection)))
            connection.request("GET", path, headers=headers)
        for _ in range(2):  # its one loop reads what came before first
            with closing(HTTPConnection("127.0.0.1", platform.ports[process], timeout=30)) as later:
                later.request("GET", "/healthz")
                assert later.getresponse().read()
        yield asked


def _seller(platform: PlatformApart, people: Townspeople) -> Townspeople:
    """Somebody who sells."""
    people.act("mall")  # anybody may
    seller = Townspeople(platform, uuid4())
    seller.do("/mall/sellers", {"name": "Rods and more"})
    return seller


def _address(platform: PlatformApart, process: str) -> str:
    return f"http://127.0.0.1:{platform.ports[process]}"


def _listed(onlooker: Onlooker) -> int:
    """How many listings were ever made."""
    return int(onlooker.rows("mall", "SELECT count(*) FROM facts.facts WHERE topic = 'mall:Listing.Listed'")[0][0])
