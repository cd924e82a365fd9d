"""A stranger's stock nameko service, in its own process, hears what the relay publishes."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.contracts.envelope import Envelope
from services.contracts.mall import OrderPaid
from services.kernel.flow import wire
from services.kernel.flow.publisher import Publisher
from services.kernel.flow.rpc_client import RpcClient
from tests.support.letterbox import envelope
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("stranger")


def test_a_stock_nameko_service_hears_what_was_paid_and_nothing_else(url: str, tmp_path: Path) -> None:
    paid = [wire.message(replaced(position), position - 1) for position in (1, 2, 4)]
    other = wire.message(envelope(3), 2)
    publisher, client = Publisher(url, "mall"), RpcClient(url, "tests")
    publisher.publish([*paid[:2], other, paid[2], wire.watermark("mall", 9, 4)])
    told = until(lambda: len(heard := client.call("stranger", "told")) == 3 and heard)
    assert told, "it has not heard three"
    assert sorted(told, key=lambda order: order["number"]) == [{"number": 1}, {"number": 2}, {"number": 4}]
    publisher.close()
    client.close()


def replaced(position: int) -> Envelope:
    return replace(envelope(position), type=OrderPaid.type_name(), data={"number": position})
