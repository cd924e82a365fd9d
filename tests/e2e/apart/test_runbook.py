"""By the runbook alone: which reader lags, and what one order caused everywhere."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.support.onlooker import LogLine, Onlooker
from tests.support.platform_apart import PlatformApart
from tests.support.townspeople import Townspeople
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("everything_runs")

RUNBOOK = Path(__file__).parents[3] / "docs" / "runbook.md"
LOGS = "docker compose logs --no-log-prefix"
ADDRESS = "12 Quiet Lane, Lima"


def test_a_reader_whose_worker_is_not_there_is_found(
    platform: PlatformApart, onlooker: Onlooker, people: Townspeople
) -> None:
    people.see("groups", people.act("identity"))
    platform.stop("groups.work")
    said, acted = people.say(150), people.act("groups")
    assert f":{platform.ports['groups.work']}" in platform.waiting(), "the entrance names it"
    assert min(_lag(onlooker, "groups.serve", "views", "groups")) > 0
    assert _reached(onlooker) < _position_of(said) <= (onlooker.figure("identity.serve", "agora_log_position") or 0)
    platform.start("groups.work")
    people.see("groups", said)
    people.see("groups", acted)
    assert until(lambda: _reached(onlooker) >= _position_of(said)), "reactions follow the views"
    assert _lag(onlooker, "groups.serve", "views", "groups") == (0, 0.0)


def test_a_reader_that_does_not_get_on_is_found(onlooker: Onlooker, people: Townspeople) -> None:
    people.see("groups", people.act("identity"))
    with onlooker.holding("groups", "views.known_tags_v1"):
        said = people.say(150)
        assert until(lambda: _lag(onlooker, "groups.work", "intake", "identity")[0] > 100)
        people.see("mall", said)
        assert until(lambda: _lag(onlooker, "mall.work", "intake", "identity") == (0, 0.0))
        assert onlooker.figure("identity.work", "agora_relay_backlog_positions") == 0, "it is not the source"
    people.see("groups", said)
    assert until(lambda: _lag(onlooker, "groups.work", "intake", "identity") == (0, 0.0))


@pytest.fixture(scope="module")
def order(platform: PlatformApart, people: Townspeople) -> dict[str, Any]:
    """An order that was paid for: what its buyer was answered."""
    people.act("mall")  # anybody may sell
    seller, buyer = (Townspeople(platform, uuid4()) for _ in range(2))
    seller.do("/mall/sellers", {"name": "Rods and more"})
    goods = {"title": "Rod", "price_minor": 2500, "currency": "EUR", "stock": 10}
    listing_id = seller.do("/mall/listings", goods)["listing_id"]
    body = {"lines": [{"listing_id": listing_id, "quantity": 2}], "payment_method": "card", "delivery_address": ADDRESS}
    opened = buyer.do("/mall/checkouts", body)
    checkout = f"/mall/checkouts/{opened['checkout_id']}"
    assert until(lambda: buyer.get(checkout).get("state") == "paid"), buyer.get(checkout)
    return opened


def test_what_one_order_caused_is_found_in_every_service(platform: PlatformApart, order: dict[str, Any]) -> None:
    by_position, by_ids = _commands()
    (first,) = _found(platform, by_position, {"mall:4711": order["position"]})
    assert (first["operation"], first["ids"]["checkout_id"]) == ("open_checkout", order["checkout_id"])
    ids = {
        "CORRELATION_ID": first["correlation_id"], "CHECKOUT_ID": order["checkout_id"],
        "ORDER_ID": order["order_ids"][0],
    }  # fmt: skip
    expected = {
        ("mall", "carried out", ""), ("mall", "told", "order_placed"), ("mall", "told", "order_paid"),
        ("mall", "due and done", ""), ("partners", "kept", "order_placed"), ("partners", "kept", "order_paid"),
    }  # fmt: skip
    assert until(lambda: expected <= set(map(_said, _found(platform, by_ids, ids))))
    belongs = [line for line in _found(platform, by_ids, ids) if line["correlation_id"] == first["correlation_id"]]
    assert {_said(line) for line in belongs} >= {
        ("mall", "carried out", ""), ("mall", "told", "order_placed"), ("partners", "kept", "order_placed"),
    }  # fmt: skip


def test_nothing_personal_is_in_the_logs(platform: PlatformApart, order: dict[str, Any]) -> None:
    for process in platform.processes:
        assert ADDRESS not in platform.said(process)
        assert "Rods and more" not in platform.said(process)


def _commands() -> list[str]:
    """What the runbook says to type."""
    _, _, chapter = RUNBOOK.read_text().partition("## What did one order cause everywhere?")
    (block,) = re.findall(r"^```\n(.*?)^```", chapter.partition("\n## ")[0], re.MULTILINE | re.DOTALL)
    return [line.partition("   #")[0].rstrip() for line in block.splitlines()]


def _found(platform: PlatformApart, command: str, values: dict[str, str]) -> list[LogLine]:
    """The lines that a command of the runbook finds, with these values in the place of its examples."""
    assert LOGS in command
    for example, value in values.items():
        assert example in command
        command = command.replace(example, value)
    shell = command.replace(LOGS, f"cat {platform.data}/*.log")
    found = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=False)
    return list(_read(found.stdout))


def _read(printed: str) -> Iterator[LogLine]:
    for line in printed.splitlines():
        yield json.loads(line)


def _said(line: LogLine) -> tuple[str, str, str]:
    """Which service says what, about a message of which name."""
    type_name = line.get("type", "")
    return line["service"], line["event"], type_name.split(".")[2] if type_name else ""


def _lag(onlooker: Onlooker, process: str, reader: str, source: str) -> tuple[float, float]:
    """In positions and in seconds."""
    found = [
        onlooker.figure(process, f"agora_reader_lag_{unit}", reader=reader, source=source)
        for unit in ("positions", "seconds")
    ]
    return found[0] or 0.0, found[1] or 0.0


def _reached(onlooker: Onlooker) -> float:
    return onlooker.figure("groups.serve", "agora_reader_position", reader="intake", source="identity") or 0.0


def _position_of(place: str) -> int:
    return int(place.partition(":")[2])
