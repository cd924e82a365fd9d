"""The servers of the tests answer, can be broken and come back."""

import pika
import psycopg
import pytest

from tests.support.at_broker import channel_at
from tests.support.servers.postgres import PostgresServer
from tests.support.servers.rabbitmq import RabbitServer


def test_a_killed_database_server_comes_back_with_what_was_stored(postgres_server: PostgresServer) -> None:
    postgres_server.execute("DROP DATABASE IF EXISTS kept", "CREATE DATABASE kept")
    postgres_server.execute("CREATE TABLE things (name text)", "INSERT INTO things VALUES ('a')", database="kept")
    postgres_server.kill()
    with pytest.raises(psycopg.OperationalError):
        postgres_server.connect("kept")
    postgres_server.start()
    with postgres_server.connect("kept") as connection:
        assert connection.execute("SELECT name FROM things").fetchall() == [("a",)]
    postgres_server.execute("DROP DATABASE kept")


def test_a_killed_broker_comes_back_with_what_is_durable(rabbitmq_server: RabbitServer) -> None:
    url = rabbitmq_server.new_url()
    with channel_at(url) as channel:
        channel.confirm_delivery()
        channel.queue_declare("kept", durable=True, arguments={"x-queue-type": "quorum"})
        channel.basic_publish("", "kept", b"a", pika.BasicProperties(delivery_mode=2), mandatory=True)
    rabbitmq_server.kill()
    rabbitmq_server.start()
    with channel_at(url) as channel:
        _, _, body = channel.basic_get("kept", auto_ack=True)
    assert body == b"a"
