"""The transport of the nameko door. What the stock one breaks on while it reads a message, comes through as it can.

Three kinds of messages end a stock nameko service before any of its code sees them, and again after each restart:
properties that cannot be decoded, a routing key that is not UTF-8, and a compressed body that unpacks to gigabytes.
Here the first arrive without properties, the second with its key made legible, the third packed as it came.
"""

from typing import Any

from .rpc_nameko import amqp_serialization, amqp_spec, pyamqp
from .rpc_reading import Delivery

_decode = amqp_serialization.decode_properties_basic
_BASIC = amqp_spec.Basic.CLASS_ID
_ARGUMENTS = 4
"""Where the arguments of a method begin, after its two numbers."""


def _decode_or_nothing(frame: Any, offset: int) -> tuple[dict[str, Any], int]:
    try:
        properties, end = _decode(frame, offset)
    except Exception:  # noqa: BLE001  whatever broke: a message without properties is no call, and is parked
        return {"undecoded": bytes(frame)}, len(frame)
    return properties, end


amqp_serialization.PROPERTY_CLASSES[_BASIC] = _decode_or_nothing


def legible(payload: bytes) -> bytes:
    """A basic.deliver whose exchange and routing key can be decoded: in one that cannot, what is not ASCII is "?"."""
    exchange = _ARGUMENTS + 1 + payload[_ARGUMENTS] + 8 + 1  # behind the consumer's tag, the delivery tag and one bit
    key = exchange + 1 + payload[exchange]
    parts = payload[: exchange + 1], payload[exchange + 1 : key], payload[key : key + 1], payload[key + 1 :]
    return parts[0] + _shown(parts[1]) + parts[2] + _shown(parts[3])


def _shown(text: bytes) -> bytes:
    try:
        text.decode()
    except UnicodeDecodeError:
        return bytes(sign if sign < 0x80 else ord("?") for sign in text)
    return text


class Delivered(pyamqp.Message):  # type: ignore[misc]
    """A message whose body is left as it came; the stock one unpacks what says that it is compressed."""

    def __init__(self, msg: Any, channel: Any = None, **more: Any) -> None:
        headers = msg.properties.get("application_headers") or {}
        msg.properties = {**msg.properties, "application_headers": {}}
        super().__init__(msg, channel, **more)
        self.headers = headers

    def delivery(self) -> Delivery:
        """What the door reads."""
        body = self.body.encode() if isinstance(self.body, str) else bytes(self.body)
        about = self.delivery_info
        return Delivery(about["routing_key"], self.properties, self.headers, body, bool(about.get("redelivered")))


class Channel(pyamqp.Channel):  # type: ignore[misc]
    """Hands over every delivery, also one that is hardly legible."""

    Message = Delivered

    def dispatch_method(self, method_sig: Any, payload: Any, content: Any) -> None:
        """As the stock one."""
        is_delivery = method_sig == amqp_spec.Basic.Deliver
        super().dispatch_method(method_sig, legible(bytes(payload)) if is_delivery else payload, content)


class WireConnection(pyamqp.Connection):  # type: ignore[misc]
    """Opens such channels."""

    Channel = Channel


class Transport(pyamqp.Transport):  # type: ignore[misc]
    """Opens such connections."""

    Connection = WireConnection
