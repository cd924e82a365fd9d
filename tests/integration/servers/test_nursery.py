"""Who is forked from a process that has loaded Agora is as much alone as if it had been started by itself."""

import os
from pathlib import Path

from tests.support.servers.provisioning import Servers
from tests.support.waiting import until


def test_nobody_is_woken_by_what_another_waits_for(servers: Servers, tmp_path: Path) -> None:
    for number in (150, 151):
        log = tmp_path / f"{number}.log"
        running = servers.nursery.run("tests.integration.servers.waiting_green", ["rpc", str(number)], log, os.environ)
        assert until(lambda log=log: log.exists() and log.read_text(), 30.0), running.said()
        assert log.read_text() == f"[{number}]\n"
