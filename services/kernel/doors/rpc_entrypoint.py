"""nameko's RPC entrypoint, with a promise: a delivery is answered, parked or handed back; none ends the service."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog

from ..refusals import Refusal
from .rpc import RpcDoor
from .rpc_answers import Answer, refused, unexpected, unknown_method
from .rpc_consumer import SafeConsumer
from .rpc_nameko import DependencyProvider, Rpc, RpcConsumer
from .rpc_parking import park
from .rpc_reading import POISON, STACK, Call, Delivery, read
from .rpc_replies import Replies
from .rpc_wire import Delivered

PAUSE_SECONDS = 2.0
END_SECONDS = 3.0
CALL = "agora_call"
log = structlog.get_logger()


class SafeRpcConsumer(RpcConsumer):  # type: ignore[misc]
    """Reads deliveries of the queue ``rpc-SERVICE`` and finds the method of each."""

    consumer_cls = SafeConsumer

    def setup(self) -> None:
        """As nameko does, beside it the way back."""
        super().setup()
        self.door: RpcDoor = self.container.service_cls.agora_door
        self._replies = Replies(self.amqp_uri)
        self._methods: dict[str, SafeRpc] = {}

    def start(self) -> None:
        """As nameko does. The methods are kept apart from its list, which is empty as soon as it stops."""
        service = self.container.service_name
        self._methods = {f"{service}.{each.method_name}": each for each in self._providers}
        super().start()

    def stop(self) -> None:
        """Take nothing more. nameko says so once for each method, and again when the last handler is through."""
        super().stop()
        if not self._providers:
            self.consumer.ended.wait(END_SECONDS)
            self._replies.close()

    def handle_message(self, message: Delivered) -> None:
        """Hand a delivery to a green thread of its own: the consumer goes on at once, heartbeats with it."""
        self.container.spawn_managed_thread(partial(self._safely, self._handle, message), identifier="delivery")

    def _handle(self, message: Delivered) -> None:
        delivery = message.delivery()
        try:
            call = read(delivery)
        except POISON as cause:
            self._park(message, delivery, cause)
        except Refusal as refusal:
            self._finish(message, refused(refusal))
        else:
            method = self._methods.get(delivery.routing_key)
            if method is None:
                self._finish(message, unknown_method(call.method))
            else:
                method.carry_out(call, message)

    def _park(self, message: Delivered, delivery: Delivery, cause: Refusal) -> None:
        park(self.door.service, delivery, cause)
        log.warning("parked what is no call", cause=cause.detail)
        self._finish(message, refused(cause))

    def _finish(self, message: Delivered, answer: Answer) -> None:
        """The answer on its way, if anybody waits for it, then the delivery settled: in this order nothing is lost."""
        reply_to = message.properties.get("reply_to")
        if reply_to:
            self._replies.send(answer, reply_to, message.properties.get("correlation_id"))
        self.consumer.ack_message(message)

    def _safely(self, handle: Callable[..., None], message: Delivered, *more: Any) -> None:
        """Handle it, or hand it back after a pause: a store or a broker that is away is no fault of the message."""
        try:
            handle(message, *more)
        except Exception as failure:
            log.exception("a delivery goes back", cause=repr(failure))
            time.sleep(PAUSE_SECONDS)
            self.consumer.requeue_message(message)

    def handle_result(self, message: Delivered, result: Any, exc_info: Any) -> tuple[Any, Any]:
        """What a method came to, sent to whoever asked."""
        answer = result if exc_info is None else unexpected(exc_info[1], message.delivery().method)
        self._safely(self._finish, message, answer)
        return result, exc_info


class SafeRpc(Rpc):  # type: ignore[misc]
    """One method of the service."""

    rpc_consumer = SafeRpcConsumer()

    def carry_out(self, call: Call, message: Delivered) -> None:
        """Run the method in a worker of nameko's, as soon as one is free."""
        data = {STACK: call.stack, CALL: call}
        self.container.spawn_worker(
            self, (), call.fields, context_data=data, handle_result=partial(self.handle_result, message)
        )


class TheCall(DependencyProvider):  # type: ignore[misc]
    """Gives a method the call that it is to answer."""

    def get_dependency(self, worker_ctx: Any) -> Call:
        """The call."""
        call: Call = worker_ctx.data[CALL]
        return call


def service_class(door: RpcDoor) -> type:
    """What nameko runs: a class of the service's name with a method for each that can be called."""
    methods = {name: _method(name) for name in door.methods}
    return type("AgoraRpc", (), {**methods, "name": door.service.name, "agora_door": door, "agora_call": TheCall()})


def _method(name: str) -> Callable[..., Answer]:
    def method(self: Any, /, **_fields: Any) -> Answer:
        answer: Answer = self.agora_door.serve(self.agora_call)
        return answer

    method.__name__ = name
    decorated: Callable[..., Answer] = SafeRpc.decorator(method)
    return decorated
