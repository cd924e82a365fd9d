"""Runs the nameko door of one service until it is told to stop. ``rpc_green.go_green`` has to come first."""

import logging
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import structlog

from ..metrics import Observe
from .limits import Rates
from .rpc import RpcDoor
from .rpc_entrypoint import SafeRpcConsumer, service_class
from .rpc_green import prove_green
from .rpc_nameko import ServiceRunner, config, eventlet
from .tokens import Verifier

if TYPE_CHECKING:
    from ..service import Service

MAX_WORKERS = 10
HEARTBEAT_SECONDS = 20
STOP_SECONDS = 16.0
LOOK_SECONDS = 0.1
CHATTY = {"amqp": logging.CRITICAL, "kombu": logging.CRITICAL, "nameko": logging.ERROR}
"""Loggers of the libraries, and from which level on they say something that is not said here."""
Hears = Callable[[], bool]
"""Whether the door takes calls at this moment: False while the broker is away."""
log = structlog.get_logger()


def run(
    service: "Service", verifier: Verifier, amqp_url: str, on_ready: Callable[[Hears], None],
    max_workers: int = MAX_WORKERS, *, rates: Rates | None = None, observe: Observe | None = None,
    trial: Callable[[], object] | None = None,
) -> None:  # fmt: skip
    """Answer calls until SIGTERM or SIGINT, then finish what is being handled and return, within 20 seconds.

    ``on_ready`` is called once, when calls are taken for the first time; while there is no broker, that is waited for.
    Whoever made the service stops it. ``trial``: see ``prove_green``. Raises NotGreen, and whatever ends the door.
    """
    prove_green(trial)
    for name, level in CHATTY.items():
        logging.getLogger(name).setLevel(level)
    config.setup({
        "AMQP_URI": amqp_url, "HEARTBEAT": HEARTBEAT_SECONDS, "max_workers": max_workers, "PREFETCH_COUNT": max_workers,
    })  # fmt: skip
    runner = ServiceRunner()
    runner.add_service(service_class(RpcDoor(service, verifier, rates or Rates(""), observe)))
    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _frame: told.append(received))
    life = eventlet.spawn(_live, runner, on_ready)
    while not (told or life.dead):  # a signal does not wake eventlet's loop, so look
        eventlet.sleep(LOOK_SECONDS)
    _end(runner)
    if life.dead:
        life.wait()


def _live(runner: Any, on_ready: Callable[[Hears], None]) -> None:
    runner.start()
    (container,) = runner.containers
    (shared,) = [one for one in container.subextensions if isinstance(one, SafeRpcConsumer)]
    on_ready(lambda: bool(shared.consumer.hears))
    runner.wait()


def _end(runner: Any) -> None:
    """Let handlers finish; those that do not are given up, and their calls go back to the broker."""
    stopping = eventlet.spawn(runner.stop)
    with eventlet.Timeout(STOP_SECONDS, False):
        stopping.wait()
    if not stopping.dead:
        log.warning("handlers are still running and are given up", after_seconds=STOP_SECONDS)
        runner.kill()
