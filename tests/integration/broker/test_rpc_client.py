"""Asking a nameko service without nameko: stock nameko answers in another process."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pika
import pytest

from services.kernel.flow.broker_line import BrokerBlocks, BrokerLost, BrokerSilent, Line
from services.kernel.flow.remote_source import RemoteSource
from services.kernel.flow.rpc_client import (
    AnswerUnreadable,
    NobodyAnswers,
    NobodyServes,
    RefusedThere,
    RpcClient,
)
from tests.support.at_broker import channel_at
from tests.support.letterbox import envelope
from tests.support.nameko_process import NamekoProcess
from tests.support.servers.rabbitmq import RabbitServer
from tests.support.tcp_proxy import TcpProxy
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("stranger")


@pytest.fixture
def client(url: str) -> Iterator[RpcClient]:
    client = RpcClient(url, "tests")
    yield client
    client.close()


@pytest.fixture
def proxied(url: str) -> Iterator[tuple[TcpProxy, RpcClient]]:
    proxy, through = TcpProxy.before(url)
    client = RpcClient(through, "tests", call_seconds=2.0)
    with proxy:
        yield proxy, client
        client.close()


def test_asks_and_is_answered(client: RpcClient) -> None:
    assert client.call("stranger", "echo", {"a": [1, {"b": "ä"}], "c": None}) == {"a": [1, {"b": "ä"}], "c": None}
    assert client.call("stranger", "told") == []


def test_the_context_goes_along(client: RpcClient) -> None:
    context = {"authorization": "Bearer abc", "idempotency_key": "k-1", "correlation_id": "c-1"}
    asked_with = client.call("stranger", "asked_with", context=context)
    assert context.items() <= asked_with.items()
    assert asked_with["call_id_stack"][0].startswith("tests.")


def test_a_refusal_there_is_a_refusal_here_with_its_kind_and_members(client: RpcClient) -> None:
    with pytest.raises(RefusedThere) as refused:
        client.call("stranger", "refuse")
    assert (refused.value.kind, refused.value.members) == ("SoldOut", {"code": "stranger.sold_out", "left": "2"})
    assert "stranger refused refuse (SoldOut" in refused.value.detail


def test_a_method_that_is_not_there_and_fields_that_do_not_fit_are_refused(client: RpcClient) -> None:
    with pytest.raises(RefusedThere, match="MethodNotFound"):
        client.call("stranger", "nonsense")
    with pytest.raises(RefusedThere, match="IncorrectSignature"):
        client.call("stranger", "dawdle", {"minutes": 1})


def test_says_when_nobody_serves_and_works_on(client: RpcClient) -> None:
    with pytest.raises(NobodyServes, match="Nobody serves weather"):
        client.call("weather", "today")
    assert client.call("stranger", "echo", {"a": 1}) == {"a": 1}


def test_says_when_no_answer_comes_in_time_and_works_on(url: str) -> None:
    client = RpcClient(url, "tests", call_seconds=0.5)
    with pytest.raises(NobodyAnswers, match=r"stranger has not answered dawdle within 0\.5 seconds"):
        client.call("stranger", "dawdle", {"seconds": 2})
    assert client.call("stranger", "echo", {"a": 1}) == {"a": 1}
    client.close()


def test_an_answer_that_is_none_is_refused(url: str, client: RpcClient) -> None:
    """A door that answers nonsense: played by hand."""
    with channel_at(url) as channel, ThreadPoolExecutor() as pool:
        channel.queue_declare("rpc-mad", auto_delete=True)
        channel.queue_bind("rpc-mad", "nameko-rpc", "mad.*")
        asked = pool.submit(client.call, "mad", "question")
        _, properties, _ = next(channel.consume("rpc-mad", auto_ack=True, inactivity_timeout=10))
        answer = pika.BasicProperties(correlation_id=properties.correlation_id)
        another, to_another = pika.BasicProperties(correlation_id="other"), b'{"result": 1, "error": null}'
        for about, body in ((another, to_another), (answer, b"[1"), (pika.BasicProperties(), to_another)):
            channel.basic_publish("nameko-rpc", properties.reply_to, body, about)
        with pytest.raises(AnswerUnreadable, match="mad"):
            asked.result()


def test_a_connection_that_died_while_idle_is_not_noticed_by_the_caller(
    proxied: tuple[TcpProxy, RpcClient],
) -> None:
    proxy, client = proxied
    for _ in range(3):
        assert client.call("stranger", "echo", {"a": 1}) == {"a": 1}
        proxy.cut()


def test_a_repeatable_call_is_made_again_when_the_connection_breaks_under_it(
    proxied: tuple[TcpProxy, RpcClient],
) -> None:
    proxy, client = proxied
    client.call("stranger", "echo")
    proxy.cut_after(1)
    assert client.call("stranger", "echo", {"a": 1}, is_repeatable=True) == {"a": 1}


def test_a_call_that_may_do_harm_twice_is_made_once(proxied: tuple[TcpProxy, RpcClient]) -> None:
    proxy, client = proxied
    client.call("stranger", "echo")
    proxy.cut_after(1)
    with pytest.raises(BrokerLost):
        client.call("stranger", "echo", {"a": 1})
    assert client.call("stranger", "echo", {"a": 1}) == {"a": 1}


def test_a_connection_that_is_silent_for_ever_is_given_up(proxied: tuple[TcpProxy, RpcClient]) -> None:
    proxy, client = proxied
    client.call("stranger", "echo")
    proxy.lose()
    with pytest.raises(NobodyAnswers):
        client.call("stranger", "echo")
    assert client.call("stranger", "echo", {"a": 1}) == {"a": 1}


def test_a_broker_that_throws_everybody_out_is_asked_again(rabbitmq_server: RabbitServer, client: RpcClient) -> None:
    client.call("stranger", "echo")
    rabbitmq_server.close_connections()
    assert client.call("stranger", "echo", {"a": 1}) == {"a": 1}


def test_says_that_the_broker_is_not_there(url: str) -> None:
    proxy, through = TcpProxy.before(url)
    with proxy:
        pass
    client = RpcClient(through, "tests")
    with pytest.raises(BrokerLost, match="Connection refused"):
        client.call("stranger", "echo")
    with pytest.raises(BrokerLost, match="ACCESS_REFUSED"):
        RpcClient(url.replace("//", "//nobody"), "tests").call("stranger", "echo")


def test_a_broker_short_of_memory_is_reported_and_keeps_one_connection_of_ours(
    url: str, vhost: str, rabbitmq_server: RabbitServer
) -> None:
    client = RpcClient(url, "short", call_seconds=1.0)
    rabbitmq_server.alarm(True)
    try:
        with pytest.raises(BrokerBlocks, match="memory"):
            assert until(lambda: client.call("stranger", "dawdle", {"seconds": 0}) is None), "it is not blocked"
        for _ in range(3):
            with pytest.raises(BrokerBlocks, match="memory"):
                client.call("stranger", "count")
        listed = rabbitmq_server.ctl("-q", "list_connections", "vhost", "client_properties").splitlines()
        assert sum(vhost in line and "short calls" in line for line in listed) == 1
    finally:
        rabbitmq_server.alarm(False)
    assert until(lambda: answers(client)), "it is blocked still"
    assert client.call("stranger", "count") == 1  # what was refused is not done later
    client.close()


def answers(client: RpcClient) -> bool:
    try:
        return bool(client.call("stranger", "echo", {"a": 1}) == {"a": 1})
    except BrokerBlocks:
        return False


def test_a_broker_that_never_says_a_word_is_given_up(url: str) -> None:
    proxy, through = TcpProxy.before(url)
    with proxy:
        proxy.stall()
        with pytest.raises((BrokerLost, BrokerSilent)):
            Line(through, "tests", connect_seconds=0.5)


def test_threads_that_share_a_client_wait_for_each_other(client: RpcClient) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: client.call("stranger", "echo", {"n": n}), range(100)))
    assert answers == [{"n": n} for n in range(100)]


def test_the_messages_of_another_service_are_read_through_its_door(client: RpcClient) -> None:
    source = RemoteSource("mall", client)
    page = source.messages(0)
    assert (page.messages, page.through, page.head) == ([envelope(2), envelope(4)], 5, 5)
    page = source.messages(2, 2)
    assert (page.messages, page.through) == ([envelope(4)], 4)
    assert source.messages(5).messages == []


def test_asking_loads_neither_nameko_nor_eventlet(url: str, stranger: NamekoProcess) -> None:
    program = (
        "import sys; from services.kernel.flow.rpc_client import RpcClient\n"
        f"client = RpcClient({url!r}); print(client.call('stranger', 'echo', {{'a': 1}})); client.close()\n"
        "print({'nameko', 'eventlet', 'kombu'} & set(sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said == "{'a': 1}\nset()\n"
