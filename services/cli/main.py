"""The ``agora`` command: how every one of its subcommands begins and ends."""

import os
import sys
from itertools import takewhile

INTERRUPTED = 130
"""The exit code of a program that Ctrl-C has ended."""
AT_A_CONSOLE = "warning"
"""What is logged where somebody reads a command's own words; what runs as a service sets its level by the settings."""
STOPPED = "Stopped."
UNANSWERED = "Nobody can be asked here; run it at a terminal, or say it beforehand: 'agora {words} --help' tells how."
STOPPED_IMPORT = "Stopped; run it again: what is recorded stays, and nothing is recorded twice."


def main() -> None:
    """Run the command; a refusal is one sentence on standard error and exit code 1, Ctrl-C one and 130."""
    os.umask(0o077)  # the files hold hashes of passwords, keys and what people bought: their owner's alone
    try:
        _run()
    except KeyboardInterrupt:
        print(STOPPED_IMPORT if sys.argv[1:2] == ["import"] else STOPPED, file=sys.stderr)
        sys.exit(INTERRUPTED)


def _run() -> None:
    if sys.argv[1:2] == ["rpc"]:
        from services.kernel.doors.rpc_green import go_green

        go_green()  # before anything that it has to replace is loaded
    # Loaded here, because that takes a second in which somebody may press Ctrl-C.
    from typer import Abort

    from services.cli.commands import app
    from services.kernel import garbage, logs
    from services.kernel.refusals import Refusal
    from services.speaking import refuse

    logs.set_up(AT_A_CONSOLE)
    garbage.look_seldom()
    try:
        app()
    except Refusal as refusal:
        refuse(refusal.code, refusal.detail)
        sys.exit(1)
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            raise KeyboardInterrupt from ended
        if isinstance(ended.__context__, Abort) and isinstance(ended.__context__.__context__, EOFError):
            refuse("agora.unanswered", UNANSWERED.format(words=_words(sys.argv)))
        raise


def _words(told: list[str]) -> str:
    """What was called, without its options."""
    return " ".join(takewhile(lambda word: not word.startswith("-"), told[1:]))
