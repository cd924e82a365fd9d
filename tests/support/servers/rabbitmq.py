"""A RabbitMQ broker for tests: a private node, a container, or one that somebody else runs."""

import shlex
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from urllib.parse import quote, urlsplit
from uuid import uuid4

import pika

from .caretaker import as_user
from .refusals import NotOursToBreak, ServerFailed

READY_SECONDS = 90.0
CONTROL_SECONDS = 60.0
VHOSTS_AT_ONCE = 6
GREETING = b"AMQP\x00\x00\x09\x01"
_ADD_VHOSTS = """
[begin
  case rabbit_vhost:exists(V) of
    true -> ok;
    false -> rabbit_vhost:add(V, <<"agora">>)
  end,
  rabbit_auth_backend_internal:set_permissions(U, V, <<".*">>, <<".*">>, <<".*">>, <<"agora">>)
end || U <- [<<"{user}">>], V <- [{names}]].
"""


class RabbitServer:
    """A broker in which tests have virtual hosts of their own."""

    def __init__(self, user: str, password: str, host: str, port: int) -> None:
        self.user, self.password, self.host, self.port = user, password, host, port
        self._vhosts: list[str] = []
        self._lock = threading.Lock()

    def url(self, vhost: str = "/", user: str | None = None, password: str | None = None) -> str:
        """amqp://user:password@host:port/vhost, for the administrator or for a user."""
        login = f"{quote(user or self.user, safe='')}:{quote(password or self.password, safe='')}"
        return f"amqp://{login}@{self.host}:{self.port}/{quote(vhost, safe='')}"

    def new_vhost(self) -> str:
        """An empty virtual host that nobody else uses; the administrator may do all in it."""
        with self._lock:
            if not self._vhosts:  # several at once, since every call of the control program takes a second
                self._vhosts = [f"agora-{uuid4().hex[:12]}" for _ in range(VHOSTS_AT_ONCE)]
                self._add(self._vhosts)
            return self._vhosts.pop()

    def new_url(self) -> str:
        """The administrator's address of an empty virtual host that nobody else uses."""
        return self.url(self.new_vhost())

    def add_user(self, name: str, password: str, vhost: str, configure: str, write: str, read: str) -> str:
        """A user who may do this much in one virtual host (patterns of names); returns the address to log in at."""
        self.ctl("add_user", name, password)
        self.ctl("set_permissions", "-p", vhost, name, configure, write, read)
        return self.url(vhost, name, password)

    def ctl(self, *words: str) -> str:
        """What the control program (rabbitmqctl) answers. Raises ServerFailed."""
        ended = subprocess.run(
            [*self._control(), *words], env=self._environment(), capture_output=True, text=True, check=False,
            stdin=subprocess.DEVNULL, timeout=CONTROL_SECONDS, cwd="/", **as_user(self._control_user()),
        )  # fmt: skip
        if ended.returncode != 0:
            raise ServerFailed(program=f"rabbitmqctl {words[0]}", said=(ended.stdout + ended.stderr)[-3000:])
        return ended.stdout

    def control_line(self) -> str:
        """The control program as a command for a shell."""
        user = self._control_user()
        become = [] if user is None else ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
        known = [f"{name}={value}" for name, value in (self._environment() or {}).items()]
        return shlex.join([*become, *(["env", *known] if known else []), *self._control()])

    def close_connections(self, reason: str = "a test wants it") -> None:
        """Throw everybody out; they may come back."""
        self.ctl("close_all_connections", reason)

    def alarm(self, is_raised: bool) -> None:
        """Raise the alarm of memory, on which the broker blocks whoever publishes; or lower it again."""
        self.ctl("set_vm_memory_high_watermark", "0.0000001" if is_raised else "0.4")

    def write_down_queues(self) -> None:
        """Have the broker write down which queues there are; messages are not touched.

        RabbitMQ 3.10 does so seconds late: a quorum queue declared just before a kill never elects a leader again.
        """
        self.ctl("eval", "mnesia:sync_log(), [dets:sync(Table) || Table <- dets:all()], ok.")

    def refuse_ended(self) -> None:
        """Raises ServerFailed when the broker has ended; nothing where that cannot be known."""

    def kill(self) -> None:
        """SIGKILL to all of its processes. Raises NotOursToBreak."""
        raise NotOursToBreak(setting="AGORA_TEST_AMQP_URL")

    def stop(self) -> None:
        """An orderly end. Raises NotOursToBreak."""
        raise NotOursToBreak(setting="AGORA_TEST_AMQP_URL")

    def start(self) -> None:
        """Start again what was killed or stopped; returns once it answers. Raises NotOursToBreak."""
        raise NotOursToBreak(setting="AGORA_TEST_AMQP_URL")

    def restart(self) -> None:
        """Stop and start; all connections are lost, what is durable stays."""
        self.stop()
        self.start()

    def close(self) -> None:
        """The session is over."""

    def _add(self, names: Sequence[str]) -> None:
        listed = ", ".join(f'<<"{name}">>' for name in names)
        self.ctl("eval", " ".join(_ADD_VHOSTS.format(user=self.user, names=listed).split()))

    def _control(self) -> list[str]:
        raise NotImplementedError

    def _environment(self) -> dict[str, str] | None:
        return None

    def _control_user(self) -> str | None:
        return None


def wait_for_rabbit(url: str, refuse_ended: Callable[[], None], seconds: float = READY_SECONDS) -> None:
    """Return once a client can log in and open a channel; the broker calls itself healthy before that.

    Raises ServerFailed when it has ended, or takes too long.
    """
    _, _, host, port = address(url)
    deadline = time.monotonic() + seconds
    while not _speaks_amqp(host, port):
        refuse_ended()
        if time.monotonic() > deadline:
            raise ServerFailed(program="rabbitmq-server", said=f"nothing at {host}:{port}")
        time.sleep(0.1)
    connection = pika.BlockingConnection(pika.URLParameters(url))
    connection.channel()
    connection.close()


def _speaks_amqp(host: str, port: int) -> bool:
    """Whether somebody answers the greeting of AMQP 0-9-1 with the first frame of its own."""
    try:
        with socket.create_connection((host, port), timeout=5) as trial:
            trial.sendall(GREETING)
            return trial.recv(1) == b"\x01"
    except OSError:
        return False


def address(url: str) -> tuple[str, str, str, int]:
    """User, password, host and port of a broker's URL."""
    parts = urlsplit(url)
    return parts.username or "guest", parts.password or "guest", parts.hostname or "127.0.0.1", parts.port or 5672
