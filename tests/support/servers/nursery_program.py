"""A process that has loaded Agora once, and forks whoever is to run a module of it: loading takes each a second or two.

``python -m tests.support.servers.nursery_program SOCKET``: it reads one JSON object a connection and answers with one,
``{"pid": 17}``. What is forked runs as if it had been started by ``python -m MODULE ...``: in a session of its own,
with its own arguments, environment and output, and as the caretaker's child.
"""

import gc
import json
import os
import runpy
import socket
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

LOADED = [
    "services.cli.serving", "services.cli.working", "services.cli.commands", "services.embedded",
    "services.apart.telling", "services.apart.working", "services.identity.service", "services.groups.service",
    "services.mall.service", "services.events.service", "services.partners.service",
    "services.kernel.store.postgres.servers",
    "services.kernel.flow.postgres_views", "services.kernel.flow.rpc_client", "uvicorn", "httpcore", "kombu", "pika",
]  # fmt: skip
Request = dict[str, Any]
Wait = Callable[[int, int], object]


def main(modules: Sequence[str] = LOADED, socket: Any = socket, wait_for: Wait = os.waitpid) -> None:
    """Fork whoever is asked for, until it is killed; in each of them, run what was asked for.

    ``modules`` are loaded before. ``socket`` and ``wait_for`` block, whatever else is green here.
    """
    for module in modules:
        import_module(module)
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"{sys.argv[1]}.new")
        listening.listen()
        os.rename(f"{sys.argv[1]}.new", sys.argv[1])  # whoever sees it is heard
        asked = _forked(listening, wait_for)
    _become(asked)
    runpy.run_module(asked["module"], run_name="__main__", alter_sys=True)


def _forked(listening: socket.socket, wait_for: Wait) -> Request:
    """What to run, in a process that has nothing else to do: only there does this come back."""
    while True:
        connection, _ = listening.accept()
        with connection, connection.makefile() as lines:
            request: Request = json.loads(lines.readline())
            if (between := os.fork()) == 0:
                if (forked := os.fork()) == 0:
                    return request
                connection.sendall(json.dumps({"pid": forked}).encode() + b"\n")
                os._exit(0)  # so that whoever was forked is an orphan, which the caretaker takes
            wait_for(between, 0)


def _become(request: Request) -> None:
    os.setsid()
    os.chdir("/")
    output = os.open(request["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for kept, place in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(kept, place)
    os.close(output)
    os.close(nothing)
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = [request["module"], *request["arguments"]]


if __name__ == "__main__":
    main()
