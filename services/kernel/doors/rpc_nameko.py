"""What the nameko door takes from nameko, eventlet and their transport: no other module of Agora loads them.

They are loaded without their warnings: eventlet says with every start that it is on its way out (nameko has no other).
None of them has types.
"""

import warnings
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import eventlet as _eventlet  # type: ignore[import-untyped]
    import kombu as _kombu
    import kombu.transport.pyamqp as _pyamqp
    import nameko as _nameko  # type: ignore[import-untyped]
    from nameko.amqp.consume import Consumer  # type: ignore[import-untyped]
    from nameko.extensions import DependencyProvider  # type: ignore[import-untyped]
    from nameko.rpc import Rpc, RpcConsumer, get_rpc_exchange  # type: ignore[import-untyped]
    from nameko.runners import ServiceRunner  # type: ignore[import-untyped]

eventlet: Any = _eventlet
kombu: Any = _kombu
pyamqp: Any = _pyamqp
config: Any = _nameko.config

__all__ = [
    "Consumer", "DependencyProvider", "Rpc", "RpcConsumer", "ServiceRunner", "config", "eventlet",
    "get_rpc_exchange", "kombu", "pyamqp",
]  # fmt: skip
