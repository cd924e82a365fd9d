"""A program for the green nursery: it waits for a pipe that has the number of its last argument, and tells what wakes
it: ``python -m tests.integration.servers.waiting_green rpc 150`` prints the numbers that its epoll knows."""

import os
import sys
from pathlib import Path

from eventlet import hubs, sleep  # type: ignore[import-untyped]


def main() -> None:
    """Print them, and wait for good."""
    number, (reading, _) = int(sys.argv[-1]), os.pipe()
    os.dup2(reading, number)
    hub = hubs.get_hub()
    hub.add(hub.READ, number, lambda _: None, lambda _: None, lambda: None)
    print(_known_to_the_system(hub) if sys.platform == "linux" else [*hub.listeners[hub.READ]], flush=True)
    sleep(1000)


def _known_to_the_system(hub: hubs.hub.BaseHub) -> list[int]:
    lines = Path(f"/proc/self/fdinfo/{hub.poll.fileno()}").read_text().splitlines()
    return [int(line.split()[1]) for line in lines if line.startswith("tfd:")]


if __name__ == "__main__":
    main()
