"""The nursery of those who answer calls by nameko: it replaces what blocks before anything else is loaded, as they do.

``python -m tests.support.servers.nursery_green SOCKET``: see ``nursery_program``. Whoever is forked goes green again,
and finds it done; what it waits with is its own, since processes that share an epoll wake one another.
"""

import os

from services.kernel.doors import rpc_green

rpc_green.go_green()
rpc_green.TOO_EARLY = ()  # type: ignore[assignment]

from eventlet import hubs  # type: ignore[import-untyped]  # noqa: E402
from eventlet.patcher import original  # type: ignore[import-untyped]  # noqa: E402

from . import nursery_program  # noqa: E402

LOADED = [
    "services.cli.calling", "services.cli.commands", "services.identity.service", "services.groups.service",
    "services.mall.service", "services.events.service", "services.partners.service",
    "services.kernel.store.postgres.servers", "services.kernel.flow.postgres_views",
    "services.kernel.doors.rpc_running", "services.kernel.doors.rpc_nameko",
]  # fmt: skip

if __name__ == "__main__":
    os.register_at_fork(after_in_child=hubs.use_hub)
    nursery_program.main(LOADED, original("socket"), original("os").waitpid)
