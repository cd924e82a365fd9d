"""The services in ``examples/nameko_listener`` run as their README says, and hear and ask a real broker."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.contracts.mall import OrderPaid
from services.kernel.flow import wire
from services.kernel.flow.publisher import Publisher
from tests.integration.rpc.calls import Caller
from tests.integration.rpc.doors import DoorProcess
from tests.support.other_service import envelope_of
from tests.support.waiting import until

EXAMPLE = Path(__file__).parents[3] / "examples" / "nameko_listener"
ORDER_ID = UUID(int=8)
LINES = [
    {"quantity": 2, "price_minor": 4990, "freight_minor": 750},
    {"quantity": 1, "price_minor": 10, "freight_minor": 0},
]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def example(broker_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What the two services say."""
    said = tmp_path_factory.mktemp("example") / "said"
    program = str(Path(sys.executable).with_name("nameko"))
    with said.open("wb") as output, subprocess.Popen(
        [program, "run", "--config", "config.yaml", "bookkeeping", "storefront"], cwd=EXAMPLE,
        env=os.environ | {"AMQP_URI": broker_url}, stdout=output, stderr=output,
    ) as process:  # fmt: skip
        with Caller(broker_url) as caller:
            for queue in ("rpc-storefront", "evt-mall-order_paid--bookkeeping.book"):
                assert until(lambda queue=queue: caller.queued(queue)[1]), f"nobody at {queue}"
        yield said
        process.terminate()
        process.wait(25)


def test_hears_what_is_paid(broker_url: str, example: Path) -> None:
    paid = OrderPaid(
        order_id=ORDER_ID,
        checkout_id=UUID(int=1),
        buyer_id=UUID(int=2),
        seller_id=UUID(int=3),
        currency="BRL",
        lines=LINES,
    )
    publisher = Publisher(broker_url, "mall")
    publisher.publish([wire.message(envelope_of(paid, 4), 0), wire.watermark("mall", 9, 4)])
    publisher.close()
    assert until(lambda: f"order {ORDER_ID}: 10740 BRL in minor units" in example.read_text()), "it was not heard"


@pytest.fixture(scope="module")
def mall(broker_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DoorProcess]:
    """A door that answers for the mall."""
    with DoorProcess(broker_url, tmp_path_factory.mktemp("mall"), AGORA_TEST_DOOR_NAME="mall") as door:
        yield door


@pytest.mark.parametrize(
    ("token", "answer"),
    [
        ("anna", {"order_id": str(ORDER_ID)}),
        (None, {"refused": "Unauthenticated", "because": "This needs a valid access token; sign in and send it as"}),
    ],
)
def test_asks_in_the_name_of_who_asks_it(
    broker_url: str, example: Path, mall: DoorProcess, token: str | None, answer: dict[str, Any]
) -> None:
    with Caller(broker_url, token) as caller:
        told = caller.answers(caller.send("order", fields={"order_id": str(ORDER_ID)}, service="storefront"))[0]
    assert told["error"] is None
    assert {name: value[: len(answer[name])] for name, value in told["result"].items()} == answer
