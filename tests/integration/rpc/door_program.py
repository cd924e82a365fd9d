"""The tallies as they stand behind the door of ``door_process``, with operations that wait until a test lets them go.

In the directory, a file ``go-NAME`` lets an operation go on that waits for NAME (and says so with a file ``at-NAME``),
and while there is a file ``outage`` nothing can be stored.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from eventsourcing.persistence import OperationalError
from marshmallow import Schema, fields

from services.kernel import logs
from services.kernel.blueprint import Surroundings
from services.kernel.doors import rpc, rpc_consumer, rpc_reading, rpc_replies, rpc_running
from services.kernel.doors.limits import Rates
from services.kernel.doors.operation import OPERATOR, PUBLIC, SIGNED_IN, command, query, raw
from services.kernel.doors.rpc_running import run
from services.kernel.files import Files
from services.kernel.service import Service
from services.kernel.store.postgres.servers import Servers
from services.kernel.store.stores import Stores
from tests.support import neighbours
from tests.support.clocks import StillClock
from tests.support.http_client import Names
from tests.support.services import MASTER_KEY
from tests.support.tally import Count, Counted, Tallies

DIRECTORY = Path(sys.argv[2])
RATE = "1000/minute"


class Named(Schema):
    name = fields.String(required=True)


class Ordered(Schema):
    order_id = fields.UUID()


def wait_for(name: str) -> None:
    """Until the test lets it go."""
    (DIRECTORY / f"at-{name}").touch()
    while not (DIRECTORY / f"go-{name}").exists():
        time.sleep(0.01)


def count_when_told(app: Tallies, tally_id: UUID, note: str) -> dict[str, Any]:
    wait_for(note)
    return app.count(tally_id)


def waits(_queries: Any, _actor: Any, name: str) -> dict[str, Any]:
    wait_for(name)
    return {"name": name}


def breaks(*_: Any, **__: Any) -> Any:
    raise ValueError("the secret is hunter2")


def nothing(_app: Tallies) -> dict[str, Any]:
    return {}


def order(_queries: Any, _actor: Any, order_id: UUID) -> dict[str, Any]:
    return {"order_id": order_id}


def tell(_queries: Any, _actor: Any) -> dict[str, Any]:
    return {"name": "told", "version": 7}


OPERATIONS = [
    command("count_when_told", "/tallies/{tally_id}/later", count_when_told, policy=SIGNED_IN, summary="Waits.",
            takes=Count, gives=Counted),
    command("breaks", "/breaks", breaks, policy=PUBLIC, summary="Breaks."),
    command("operators", "/operators", nothing, policy=OPERATOR, summary="For operators."),
    command("rare", "/rare", nothing, policy=SIGNED_IN, summary="Rare.", rate="2/hour"),
    query("waits", "/waits", waits, policy=PUBLIC, summary="Waits.", takes=Named, gives=Named),
    query("versioned", "/versioned", tell, policy=PUBLIC, summary="Has a version.", gives=Named),
    query("order", "/orders/{order_id}", order, policy=SIGNED_IN, summary="An order.", gives=Ordered),
    raw("raw", "POST", "/raw", breaks, policy=PUBLIC, summary="Speaks HTTP."),
]  # fmt: skip


def without_grace() -> None:
    """nameko's own way: the connection is closed under what is being handled."""
    rpc_consumer.GRACE_SECONDS = 0.0


def without_own_key() -> None:
    """A command is another one whenever it comes."""
    rpc._own_key = lambda call: None


def without_reply_to() -> None:
    """A call that names no reply_to is read as if it did."""
    rpc_reading.Delivery.reply_to = property(lambda self: self.properties.get("reply_to") or "nobody")  # type: ignore[assignment,method-assign]


def without_patience() -> None:
    """Handlers and the broker get a moment, not seconds."""
    rpc_running.STOP_SECONDS = rpc_consumer.GRACE_SECONDS = rpc_replies.CONFIRM_SECONDS = 0.5


GUARDS = {each.__name__.removeprefix("without_"): each for each in list(globals().values()) if callable(each)}


def with_outages(service: Service) -> Service:
    """Let the store fail while a test says so."""
    append = service.recorder.append

    def append_unless_out(entries: Any) -> Any:
        if (DIRECTORY / "outage").exists():
            (DIRECTORY / "outage").open("a").write("tried\n")
            raise OperationalError("the database is away")
        return append(entries)

    service.recorder.append = append_unless_out  # type: ignore[method-assign]
    return service


@dataclass(frozen=True)
class Databases:
    """The addresses of one service."""

    facts: str
    keys: str

    def database_of(self, _service: str) -> str:
        return self.facts

    def keys_of(self, _service: str) -> str:
        return self.keys


def chosen_stores() -> Stores:
    """The databases that the environment names, or files."""
    named = os.environ.get("AGORA_TEST_DOOR_DATABASES")
    return Servers(Databases(**json.loads(named))) if named else Files(DIRECTORY)


def say_ready(hears: Callable[[], bool]) -> None:
    """Say it, and from then on each change."""
    print("READY" if hears() else "DEAF", flush=True)

    def watch() -> None:
        heard = True
        while True:
            if hears() != heard:
                heard = not heard
                print(f"HEARS {heard}", flush=True)
            time.sleep(0.01)

    threading.Thread(target=watch, daemon=True).start()


def main() -> None:
    """Until SIGTERM."""
    logs.set_up("warning")
    for guard in sys.argv[3:]:
        GUARDS[guard]()
    name = os.environ.get("AGORA_TEST_DOOR_NAME", "tally")
    blueprint = replace(neighbours.talking, name=name, operations=[*neighbours.talking.operations, *OPERATIONS])
    service = with_outages(Service(blueprint, Surroundings(chosen_stores(), MASTER_KEY, StillClock())))
    service.start()
    verifier: Any = Names()
    run(service, verifier, sys.argv[1], say_ready, rates=Rates(RATE))
    service.stop()
    print("ENDED", flush=True)
