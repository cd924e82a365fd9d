"""A RabbitMQ node of our own, from installed programs: own name, directories, cookie, ports, and port mapper."""

import os
import secrets
import signal
from pathlib import Path

from .custody import Custody, Running
from .ports import free_port
from .programs import epmd_program, unprivileged
from .rabbitmq import RabbitServer, wait_for_rabbit

CONFIGURATION = """
listeners.tcp.1 = 127.0.0.1:{port}
default_user = {user}
default_pass = {password}
raft.wal_max_size_bytes = 67108864
log.file = false
log.console = true
log.console.level = warning
"""


class PrivateRabbit(RabbitServer):
    """Listens on loopback alone. Its directory goes when its custody ends, its port mapper with it."""

    def __init__(self, custody: Custody, programs: Path) -> None:
        super().__init__("tests_admin", secrets.token_urlsafe(16), "127.0.0.1", free_port())
        self._custody, self._programs = custody, programs
        self._user = unprivileged("rabbitmq")
        self._room = custody.room("rabbitmq", self._user)
        self._settings = self._written()
        self._running: Running | None = None
        self._start_port_mapper()
        self.start()

    def start(self) -> None:
        # SIGKILL at the very end, since there is nothing to save: an orderly end takes seconds.
        self._running = self._custody.run(
            [str(self._programs / "rabbitmq-server")], self._log, self._settings, self._user, signal.SIGKILL
        )
        wait_for_rabbit(self.url(), self.refuse_ended)

    def stop(self) -> None:
        if self._running is not None:
            self.ctl("stop")
            self._running.end(signal.SIGKILL)
            self._running = None

    def kill(self) -> None:
        if self._running is not None:
            self.write_down_queues()
            self._running.end(signal.SIGKILL)
            self._running = None

    def refuse_ended(self) -> None:
        if self._running is not None:
            self._running.refuse_ended()

    @property
    def _log(self) -> Path:
        return self._custody.directory / "rabbitmq.log"

    def _control(self) -> list[str]:
        return [str(self._programs / "rabbitmqctl")]

    def _control_user(self) -> str | None:
        return self._user

    def _environment(self) -> dict[str, str]:
        return self._settings

    def _start_port_mapper(self) -> None:
        """In the foreground, so that it ends with us: the one that a node starts would stay behind."""
        program = epmd_program()
        if program is not None:
            self._custody.run([program], self._log, self._settings, self._user, signal.SIGKILL)

    def _written(self) -> dict[str, str]:
        """The configuration in files, and the environment that names all that could be somebody else's."""
        distribution, control = free_port(), free_port()
        configuration = CONFIGURATION.format(port=self.port, user=self.user, password=self.password)
        for name, content in (
            ("rabbitmq.conf", configuration), ("enabled_plugins", "[]."), ("no-environment", ""),
            (".erlang.cookie", secrets.token_hex(20)),
        ):  # fmt: skip
            self._custody.write(self._room / name, content, self._user).chmod(0o400)
        loopback = "-kernel inet_dist_use_interface {127,0,0,1}"
        return {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8", "HOME": str(self._room),
            "ERL_EPMD_PORT": str(free_port()), "ERL_EPMD_ADDRESS": "127.0.0.1", "ERL_CRASH_DUMP": "/dev/null",
            "RABBITMQ_NODENAME": f"agora-tests-{distribution}@localhost", "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_CTL_DIST_PORT_MIN": str(control), "RABBITMQ_CTL_DIST_PORT_MAX": str(control + 20),
            "RABBITMQ_CONFIG_FILE": str(self._room / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": str(self._room / "no-environment"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._room / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self._room / "mnesia"), "RABBITMQ_LOG_BASE": str(self._room / "log"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(self._room / "generated"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none {loopback}",
            "RABBITMQ_CTL_ERL_ARGS": f"+S 1:1 +sbwt none {loopback}",
        }  # fmt: skip
