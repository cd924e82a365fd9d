"""What processes say of themselves: that they live, whether they are ready, and figures that move when they should."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.composition import SERVICES
from services.kernel.flow.rpc_client import EXCHANGE
from tests.support import poison
from tests.support.onlooker import Onlooker
from tests.support.platform_apart import PlatformApart
from tests.support.townspeople import Townspeople
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("everything_runs")

RUNBOOK = (Path(__file__).parents[3] / "docs" / "runbook.md").read_text()
KINDS = ("serve", "work", "rpc")
PROCESSES = [f"{service}.{kind}" for service in SERVICES for kind in KINDS]
CONNECTED = [name for name in PROCESSES if not name.endswith(".serve")]
"""Who speaks with the broker. Whoever serves takes commands and answers questions without it."""
READERS = [(name, "views", name) for name in SERVICES] + [
    (name, "intake", source) for name, heard in poison.HEARS.items() for source in sorted(heard)
]
"""The service, which of its readers, and the log that is read."""
SOURCES = sorted(set().union(*poison.HEARS.values()))
"""Whoever is heard by anybody."""
MICROSECONDS = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
NO_ERRAND = "INSERT INTO facts.due VALUES ('nothing', 'nobody', 0, {wake_at}, 6)"
"""A row of a kind that nobody knows, and that was tried six times."""
DAY = 86_400_000_000

GOODS = {"title": "Rod", "price_minor": 2500, "currency": "EUR", "stock": 10}


@pytest.fixture(scope="module")
def seller(platform: PlatformApart, people: Townspeople) -> Townspeople:
    """Somebody who sells."""
    people.act("mall")  # anybody may
    made = Townspeople(platform, uuid4())
    made.do("/mall/sellers", {"name": "Rods and more"})
    return made


@pytest.fixture(scope="module")
def case(platform: PlatformApart, people: Townspeople, seller: Townspeople) -> str:
    """The id of a case that a buyer has opened about her order."""
    buyer = Townspeople(platform, uuid4())
    line = {"listing_id": seller.do("/mall/listings", GOODS)["listing_id"], "quantity": 1}
    opened = buyer.do("/mall/checkouts", {"lines": [line], "payment_method": "card"})
    order = f"/mall/orders/{opened['order_ids'][0]}"
    assert until(lambda: buyer.get(f"/mall/checkouts/{opened['checkout_id']}").get("state") == "paid")
    seller.do(f"{order}/deliver")
    done = buyer.do(f"{order}/cases", {"reason": "not_as_described", "text": "It does not turn."})
    people.see("mall", done["position"])
    return str(done["case_id"])


@pytest.fixture(scope="module")
def tried_often(onlooker: Onlooker) -> Iterator[None]:
    """Something that the mall has tried often, and will try again tomorrow."""
    onlooker.change("mall", NO_ERRAND.format(wake_at=f"{MICROSECONDS} + {DAY}"))
    yield
    onlooker.change("mall", "DELETE FROM facts.due WHERE kind = 'nothing'")


@pytest.mark.usefixtures("case", "tried_often")
def test_the_figures_of_the_runbook_are_those_that_are_told(onlooker: Onlooker) -> None:
    told = dict[str, set[str]]()
    for process in PROCESSES:
        for family in onlooker.figures(process):
            if family.name.startswith("agora_"):
                labels = {name for sample in family.samples for name in sample.labels}
                told.setdefault(family.name.removesuffix("_created"), set()).update(labels - {"service", "le"})
    chapter = RUNBOOK.partition("## Is all well?")[2].partition("\n## ")[0]
    table = re.findall(r"^\| (`agora_.*?) \|", chapter, re.MULTILINE)
    written = re.findall(r"`(agora_\w+)(?:\{([\w,]+)\})?`", " ".join(table))
    assert told == {name: set(filter(None, labels.split(","))) for name, labels in written}
    assert set(re.findall(r"agora_\w+", RUNBOOK)) == told.keys()


def test_without_the_broker_everybody_lives_and_who_needs_it_is_not_ready(
    platform: PlatformApart, onlooker: Onlooker, people: Townspeople, seller: Townspeople
) -> None:
    with onlooker.without_broker():
        for process in CONNECTED:
            assert until(lambda: _status(onlooker, process) == 503), process  # noqa: B023  called at once
            assert "broker" in " ".join(onlooker.page(process, "/readyz").json()["obstacles"])
        for process in (*PROCESSES, "entrance"):
            assert onlooker.page(process, "/healthz").status_code == 200, process
        for service in SERVICES:
            assert _status(onlooker, f"{service}.serve") == 200
            people.see(service, _speak(service, people, seller))
        for service in SOURCES:
            assert (_told(onlooker, f"{service}.work", "relay_backlog_positions") or 0) > 0, service
        waiting = platform.waiting()
        assert [name for name in CONNECTED if f":{platform.ports[name]}" not in waiting] == []
    assert until(lambda: not platform.waiting()), platform.waiting()
    for process in (*PROCESSES, "entrance"):
        assert _status(onlooker, process) == 200, process
    for service in SOURCES:
        assert until(lambda: _told(onlooker, f"{service}.work", "relay_backlog_positions") == 0), service  # noqa: B023
    assert onlooker.are_alive()


def test_the_lag_of_every_reader_grows_in_positions_and_seconds_while_it_stands_still(
    onlooker: Onlooker, people: Townspeople, seller: Townspeople
) -> None:
    assert until(lambda: set(_lags(onlooker).values()) == {(0, 0.0)}), _lags(onlooker)
    with ExitStack() as held:
        for service in SERVICES:
            held.enter_context(onlooker.holding(service, "views.view_tracking", "EXCLUSIVE"))
        before = {service: onlooker.head(service) for service in SERVICES}
        for service in SERVICES:
            _speak(service, people, seller)
        assert until(lambda: not _not_behind(onlooker)), _not_behind(onlooker)
        earlier = _lags(onlooker)
        for service in SERVICES:
            _speak(service, people, seller)
        assert until(lambda: _has_grown(earlier, _lags(onlooker))), (earlier, _lags(onlooker))
        for service, reader, source in READERS:
            position = _told(onlooker, f"{service}.serve", "reader_position", reader=reader, source=source)
            assert position == before[source], (service, reader, source)
            assert (_told(onlooker, f"{source}.serve", "log_position") or 0) > before[source]
    assert until(lambda: set(_lags(onlooker).values()) == {(0, 0.0)}), _lags(onlooker)


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_parked_is_counted_by_every_process_until_it_is_dropped(onlooker: Onlooker, service: str) -> None:
    processes = [f"{service}.{kind}" for kind in KINDS]
    before = len(onlooker.parked(service))
    with onlooker.channel() as channel:
        poison.at_doors()[0].publish(channel, EXCHANGE, f"{service}.messages")
    for process in processes:
        assert until(lambda: _told(onlooker, process, "parked_messages") == before + 1), process  # noqa: B023
    onlooker.change(service, "DELETE FROM facts.parked WHERE stage = 'rpc'")
    for process in processes:
        assert _told(onlooker, process, "parked_messages") == len(onlooker.parked(service))


@pytest.mark.parametrize("service", SERVICES)
def test_every_transaction_and_every_request_is_counted_with_its_time(
    onlooker: Onlooker, people: Townspeople, service: str
) -> None:
    serve, door = f"{service}.serve", f"{service}.rpc"
    asked: dict[str, Any] = {"door": "rpc", "operation": "messages", "status": "200"}
    before = _all_told(onlooker, serve), _told(onlooker, door, "request_seconds_count", **asked) or 0
    people.act(service)
    after = _all_told(onlooker, serve)
    assert {name: after[name] > before[0].get(name, 0) for name in after} == dict.fromkeys(after, True)
    onlooker.call(service, "messages", after=0, limit=1)
    assert (_told(onlooker, door, "request_seconds_count", **asked) or 0) > before[1]
    assert (_told(onlooker, door, "request_seconds_sum", **asked) or 0) > 0


def test_what_is_due_is_counted_and_what_was_tried_often(onlooker: Onlooker) -> None:
    assert _due(onlooker) == (0, None)
    onlooker.change("partners", NO_ERRAND.format(wake_at=f"{MICROSECONDS} + 1000000"))
    with onlooker.holding("partners", "facts.due", "EXCLUSIVE"):
        assert until(lambda: _due(onlooker) == (1, 1)), "nobody can put it off"
    onlooker.change("partners", "DELETE FROM facts.due WHERE kind = 'nothing'")
    assert _due(onlooker) == (0, None)


def test_cases_are_counted_and_those_that_are_overdue(onlooker: Onlooker, case: str) -> None:
    for process in ("mall.serve", "mall.work"):
        counted = [_told(onlooker, process, f"{which}_cases", state="awaiting_seller") for which in ("open", "overdue")]
        assert counted == [1, 0], process
    onlooker.change("mall", f"UPDATE views.cases_v1 SET overdue = 1 WHERE case_id = '{case}'")
    assert _told(onlooker, "mall.serve", "overdue_cases", state="awaiting_seller") == 1
    onlooker.change("mall", f"UPDATE views.cases_v1 SET overdue = 0 WHERE case_id = '{case}'")


def test_one_worker_of_each_service_leads(onlooker: Onlooker) -> None:
    assert [_told(onlooker, f"{service}.work", "worker_leads") for service in SERVICES] == [1] * len(SERVICES)


def _speak(service: str, people: Townspeople, seller: Townspeople) -> str:
    """Do something at a service of which it tells others, if it tells anything; its position."""
    return str(seller.do("/mall/listings", GOODS)["position"]) if service == "mall" else people.act(service)


def _status(onlooker: Onlooker, process: str) -> int:
    return onlooker.page(process, "/readyz").status_code


def _told(onlooker: Onlooker, process: str, name: str, **labels: str) -> float | None:
    return onlooker.figure(process, f"agora_{name}", **labels)


def _due(onlooker: Onlooker) -> tuple[float | None, float | None]:
    """How much is due at partners, and how much that nobody knows was tried often."""
    often = _told(onlooker, "partners.work", "due_tried_often", kind="nothing")
    return _told(onlooker, "partners.work", "due_rows"), often


def _lags(onlooker: Onlooker) -> dict[tuple[str, str, str], tuple[float, float]]:
    """Of every reader, in positions and in seconds, as its worker tells it."""
    found = dict[tuple[str, str, str], dict[str, float]]()
    for service in SERVICES:
        for family in onlooker.figures(f"{service}.work"):
            for sample in family.samples:
                if sample.name.startswith("agora_reader_lag_"):
                    reader = (service, sample.labels["reader"], sample.labels["source"])
                    found.setdefault(reader, {})[sample.name.rpartition("_")[2]] = sample.value
    assert found.keys() == set(READERS)
    return {reader: (lag["positions"], lag["seconds"]) for reader, lag in found.items()}


def _not_behind(onlooker: Onlooker) -> dict[tuple[str, str, str], tuple[float, float]]:
    """The lags of those readers that tell none in positions, or none in seconds."""
    return {reader: lag for reader, lag in _lags(onlooker).items() if min(lag) <= 0}


def _has_grown(
    earlier: dict[tuple[str, str, str], tuple[float, float]], now: dict[tuple[str, str, str], tuple[float, float]]
) -> bool:
    return all(now[reader][0] > lag[0] and now[reader][1] > lag[1] for reader, lag in earlier.items())


def _all_told(onlooker: Onlooker, process: str) -> dict[str, float]:
    """How many transactions, commands and requests were counted, and how long they took, in all."""
    found = dict[str, float]()
    for family in onlooker.figures(process):
        for sample in family.samples:
            if re.fullmatch(r"agora_(append|request)_\w+_(count|sum)", sample.name):
                found[sample.name] = found.get(sample.name, 0) + sample.value
    return found
