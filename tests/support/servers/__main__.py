"""Run both servers until Ctrl-C, for many test runs in a row: prints the settings that name them."""

import signal
from shlex import quote

from .provisioning import Servers


def main() -> None:
    """Start, say where they are, wait, end."""
    servers = Servers(say=lambda line: print(f"# {line}", flush=True))
    try:
        print(f"export AGORA_TEST_DATABASE_URL={quote(servers.postgres().admin_url)}")
        rabbitmq = servers.rabbitmq()
        print(f"export AGORA_TEST_AMQP_URL={quote(rabbitmq.url())}")
        print(f"export AGORA_TEST_RABBITMQCTL={quote(rabbitmq.control_line())}", flush=True)
        signal.sigwait({signal.SIGINT, signal.SIGTERM})
    finally:
        servers.close()


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    main()
