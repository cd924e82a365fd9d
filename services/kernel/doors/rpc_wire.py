"""The transport of the nameko door. What the stock one breaks on while it reads a message, comes through as it can.

Three kinds of messages end a stock nameko service before any of its code sees them, and again after each restart:
properties that cannot be decoded, a routing key that is not UTF-8, and a compressed body that unpacks to gigabytes.
Here the first two arrive as ``tolerant_frames`` makes them decodable, the third packed as it came.
"""

from typing import Any

from ..flow.tolerant_frames import tolerant_frames
from .rpc_nameko import pyamqp
from .rpc_reading import Delivery


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
    """Hands over such messages."""

    Message = Delivered


class WireConnection(pyamqp.Connection):  # type: ignore[misc]
    """Opens such channels, and reads what a stranger may have written."""

    Channel = Channel

    def __init__(self, *where: Any, **options: Any) -> None:
        super().__init__(*where, **{"frame_handler": tolerant_frames, **options})


class Transport(pyamqp.Transport):  # type: ignore[misc]
    """Opens such connections."""

    Connection = WireConnection
