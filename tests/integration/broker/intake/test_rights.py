"""At a broker that has our definitions everything works, and nobody hears, forges or deletes what is another's."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pika.exceptions
import pytest

from services import secreting
from services.kernel.flow.rpc_client import RpcClient
from tests.integration.rpc.doors import DoorProcess
from tests.support.at_broker import channel_at
from tests.support.broker_reader import Speaker, drive, everything, listening
from tests.support.servers.rabbitmq import RabbitServer
from tests.support.spoken import Listener, SpokenLog, reacted

PASSWORDS = {"tally": "of-tally", "echo": "of-echo"}


@pytest.fixture(scope="module")
def vhost(rabbitmq_server: RabbitServer) -> Iterator[str]:
    """A virtual host with the rights of two services, as the broker of a platform loads them."""
    vhost = rabbitmq_server.new_vhost()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secreting, "VHOST", vhost)
        text = json.dumps(secreting.definitions(PASSWORDS))
    command = f"{rabbitmq_server.control_line()} import_definitions"
    ended = subprocess.run(command, shell=True, input=text, capture_output=True, text=True, timeout=60, cwd="/")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    yield vhost
    for user in PASSWORDS:
        rabbitmq_server.ctl("delete_user", user)


@pytest.fixture(scope="module")
def tally(rabbitmq_server: RabbitServer, vhost: str) -> str:
    return rabbitmq_server.url(vhost, "tally", PASSWORDS["tally"])


@pytest.fixture(scope="module")
def echo(rabbitmq_server: RabbitServer, vhost: str) -> str:
    return rabbitmq_server.url(vhost, "echo", PASSWORDS["echo"])


def test_the_door_answers_calls(tally: str, echo: str, tmp_path: Path) -> None:
    with DoorProcess(tally, tmp_path) as door:
        client = RpcClient(echo, "echo")
        answer = client.call("tally", "messages", {"after": 0, "limit": 5})
        client.close()
        assert (answer["source"], answer["messages"], door.lives) == ("tally", [], True)


def test_a_reader_hears_what_is_said(tally: str, echo: str, tmp_path: Path) -> None:
    log = SpokenLog()
    speaker = Speaker(tally, log)
    with Listener().opened(tmp_path, log) as service, listening(service, echo) as intake:
        speaker.say("ann")
        drive(lambda: reacted(service) == everything(log), intake)
        asked = log.asked
        speaker.say("bo")
        drive(lambda: reacted(service) == everything(log), intake)
        assert log.asked == asked, "it came through the queue"
    speaker.close()


@pytest.mark.parametrize("key", ["#", "*", "*.*", "tally.*", "tally.messages"])
def test_nobody_is_delivered_calls_to_another_or_the_keys_of_its_answers(echo: str, key: str) -> None:
    with channel_at(echo) as channel:
        channel.queue_declare("rpc.reply-echo-spy", exclusive=True)
        channel.queue_bind("rpc.reply-echo-spy", "nameko-rpc", "echo.*")
        with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="ACCESS_REFUSED"):
            channel.queue_bind("rpc.reply-echo-spy", "nameko-rpc", key)


@pytest.mark.parametrize("exchange", ["tally.events", "nameko-rpc"])
def test_nobody_deletes_what_others_speak_through(echo: str, exchange: str) -> None:
    with channel_at(echo) as channel, pytest.raises(pika.exceptions.ChannelClosedByBroker, match="ACCESS_REFUSED"):
        channel.exchange_delete(exchange)


def test_nobody_speaks_in_anothers_name(echo: str) -> None:
    with channel_at(echo) as channel:
        channel.confirm_delivery()
        with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="ACCESS_REFUSED"):
            channel.basic_publish("tally.events", "watermark", b"{}")
