"""Where the servers come from: named ones, else containers, else installed programs, else installed for this."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Lock

from .custody import Custody
from .docker import PostgresContainer, RabbitContainer, has_docker
from .installing import can_install, install
from .named import AMQP_SETTING, DATABASE_SETTING, named_postgres, named_rabbit
from .nursery import Nursery
from .postgres import PostgresServer, PrivatePostgres
from .programs import browser_program, nginx_program, postgres_programs, rabbitmq_programs
from .rabbitmq import RabbitServer
from .rabbitmq_node import PrivateRabbit
from .refusals import ProgramMissing, ServersMissing

POSTGRES, RABBITMQ, NGINX, BROWSER = "PostgreSQL 15 or newer", "RabbitMQ", "nginx", "Chromium"
_PACKAGES: Mapping[str, Sequence[str]] = {
    POSTGRES: ["postgresql"], RABBITMQ: ["rabbitmq-server"], NGINX: ["nginx-light"],
    BROWSER: ["chromium", "fonts-wqy-zenhei"],  # with letters to draw Chinese with
}  # fmt: skip
_SETTINGS: Mapping[str, str] = {POSTGRES: DATABASE_SETTING, RABBITMQ: AMQP_SETTING}
_PROGRAMS: Mapping[str, Callable[[], str | Path | None]] = {
    POSTGRES: postgres_programs, RABBITMQ: rabbitmq_programs, NGINX: nginx_program, BROWSER: browser_program,
}  # fmt: skip


class Servers:
    """The servers of one session. Each starts when it is first asked for; ``close`` ends what was started."""

    def __init__(self, say: Callable[[str], None] = print) -> None:
        self._say = say
        self._custody: Custody | None = None
        self._nursery: Nursery | None = None
        self._locks = {POSTGRES: Lock(), RABBITMQ: Lock(), "custody": Lock(), "install": Lock()}
        self._postgres: PostgresServer | None = None
        self._rabbitmq: RabbitServer | None = None

    def postgres(self) -> PostgresServer:
        """PostgreSQL. Raises ServersMissing, ServerFailed."""
        with self._locks[POSTGRES]:
            self._postgres = self._postgres or named_postgres() or self._own_postgres()
            return self._postgres

    def rabbitmq(self) -> RabbitServer:
        """RabbitMQ. Raises ServersMissing, ServerFailed."""
        with self._locks[RABBITMQ]:
            self._rabbitmq = self._rabbitmq or named_rabbit() or self._own_rabbitmq()
            return self._rabbitmq

    def browser(self) -> str:
        """The program of Chromium. Raises ProgramMissing, ServerFailed."""
        return self._program(BROWSER)

    def nginx(self) -> str:
        """The program of nginx. Raises ProgramMissing, ServerFailed."""
        return self._program(NGINX)

    def close(self) -> None:
        """End everything that was started here; returns once it is gone."""
        if self._rabbitmq is not None:
            self._rabbitmq.close()
        if self._custody is not None:
            self._custody.close()

    @property
    def custody(self) -> Custody:
        """Who ends what is started here."""
        with self._locks["custody"]:
            self._custody = self._custody or Custody()
            return self._custody

    @property
    def nursery(self) -> Nursery:
        """Who runs the programs of Agora."""
        custody = self.custody
        with self._locks["custody"]:
            self._nursery = self._nursery or Nursery(custody)
            return self._nursery

    def _own_postgres(self) -> PostgresServer:
        if has_docker():
            return PostgresContainer(self.custody)
        self._install_missing(POSTGRES)
        programs = postgres_programs()
        if programs is None:
            raise ServersMissing(missing=POSTGRES, setting=_SETTINGS[POSTGRES])
        return PrivatePostgres(self.custody, programs)

    def _own_rabbitmq(self) -> RabbitServer:
        if has_docker():
            return RabbitContainer(self.custody)
        self._install_missing(RABBITMQ)
        programs = rabbitmq_programs()
        if programs is None:
            raise ServersMissing(missing=RABBITMQ, setting=_SETTINGS[RABBITMQ])
        return PrivateRabbit(self.custody, programs)

    def _program(self, needed: str) -> str:
        self._install_missing(needed)
        found = _PROGRAMS[needed]()
        if found is None:
            raise ProgramMissing(missing=needed, package=_PACKAGES[needed][0])
        return str(found)

    def _install_missing(self, needed: str) -> None:
        with self._locks["install"]:
            if _PROGRAMS[needed]() is None and can_install():
                self._say(f"Installing {needed} with apt-get, once; this takes about half a minute.")
                install(self.custody, _PACKAGES[needed])
