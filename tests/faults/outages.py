"""F-03, F-04, F-05: the servers die, are restarted, or lose what services have made in them."""

import time
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from services.kernel.flow.reader_queue import queue_of
from services.kernel.flow.wire import exchange_of
from tests.support.at_broker import channel_at

from .outcome import Outcome
from .trials import Trials

BETWEEN_SECONDS = (0.3, 2.0)


def kill_broker(trials: Trials, times: int) -> None:
    """SIGKILL of all processes of RabbitMQ, and a start at once."""
    broker = trials.servers.rabbitmq()
    with trials.trial("F-03", "SIGKILL of RabbitMQ") as outcome:
        for _ in range(times):
            _during(trials, outcome, broker.kill, broker.start)


def disturb_broker(trials: Trials, times: int) -> None:
    """An orderly restart; a virtual host, a queue and an exchange that are gone."""
    broker, url = trials.servers.rabbitmq(), trials.ground.amqp_url
    vhost = unquote(urlsplit(url).path[1:])

    def remake_vhost() -> None:
        broker.ctl("delete_vhost", vhost)
        broker.ctl("add_vhost", vhost)
        broker.ctl("set_permissions", "-p", vhost, broker.user, ".*", ".*", ".*")

    def delete_queues() -> None:
        with channel_at(url) as channel:
            for service in ("groups", "mall", "partners"):
                channel.queue_delete(queue_of(service))

    def delete_exchanges() -> None:
        with channel_at(url) as channel:
            for service in ("identity", "mall"):
                channel.exchange_delete(exchange_of(service))

    with trials.trial("F-04", "RabbitMQ restarted; virtual host, queues, exchanges deleted") as outcome:
        for _ in range(times):
            for disturb in (broker.restart, remake_vhost, delete_queues, delete_exchanges):
                _during(trials, outcome, disturb)


def kill_database(trials: Trials, times: int) -> None:
    """SIGKILL of all processes of PostgreSQL, and a start at once."""
    postgres = trials.servers.postgres()
    with trials.trial("F-05", "SIGKILL of PostgreSQL") as outcome:
        for _ in range(times):
            _during(trials, outcome, postgres.kill, postgres.start)


def _during(trials: Trials, outcome: Outcome, *disturbing: Callable[[], None]) -> None:
    time.sleep(trials.chance.uniform(*BETWEEN_SECONDS))
    for disturb in disturbing:
        disturb()
    outcome.times += 1
    outcome.took(trials.ground.recovered())
