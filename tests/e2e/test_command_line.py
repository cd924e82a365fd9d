"""How every ``agora`` command ends: a version, one sentence on one line, and Ctrl-C at whatever moment."""

import os
import signal
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from services.cli.main import INTERRUPTED, STOPPED, STOPPED_IMPORT

AGORA = [sys.executable, "-m", "services"]
PROJECT = Path(__file__).parents[2]
FIXTURE = PROJECT / "tests" / "fixtures" / "olist"
SECONDS = 60
IGNORING = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
SLOW = "import sys; from services.cli import importing, main; sys.argv[0] = 'agora'; import time; {} ; main.main()"
HANGING = "importing.sales.judge = lambda *_: (print('judging', flush=True), time.sleep(60))"


def agora(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*AGORA, *words], cwd=PROJECT, capture_output=True, text=True, timeout=SECONDS, check=False, env=without_width()
    )


def without_width() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "COLUMNS"}


def interrupted(command: list[str], after: str) -> tuple[int, str]:
    """Press Ctrl-C once the output has come to this; exit code and standard error."""
    running = subprocess.Popen(
        command, cwd=PROJECT, env=without_width(), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert running.stdout is not None
    assert any(after in line for line in running.stdout)
    running.send_signal(signal.SIGINT)
    _out, said = running.communicate(timeout=SECONDS)
    return running.returncode, said


def test_says_its_version() -> None:
    assert agora("--version").stdout == f"agora {version('agora')}\n"


@pytest.mark.parametrize("name", ["[/red]", "[bold]", ":smile:", "[link=x]", "a\\"])
def test_what_was_typed_comes_back_as_it_was_typed(name: str) -> None:
    ended = agora("audit", "--data", f"/nowhere/{name}")
    assert ended.returncode == 1
    assert f"/nowhere/{name};" in ended.stderr


def test_a_refusal_is_on_one_line_however_long() -> None:
    ended = agora("audit", "--data", f"/nowhere/{'long ' * 60}end")
    assert ended.stderr.count("\n") == 1


def test_an_import_that_is_stopped_says_that_it_can_be_run_again() -> None:
    command = [sys.executable, "-c", SLOW.format(HANGING), "import", "olist", str(FIXTURE)]
    assert interrupted(command, "judging") == (INTERRUPTED, f"{STOPPED_IMPORT}\n")


@pytest.mark.parametrize("beginning", [[], [sys.executable, "-c", IGNORING]])
def test_a_demo_is_stopped_in_the_middle_also_where_a_script_started_it(beginning: list[str]) -> None:
    assert interrupted([*beginning, *AGORA, "demo", "--once"], "1. ") == (INTERRUPTED, f"{STOPPED}\n")


def test_a_question_that_nobody_can_answer_is_said_so(tmp_path: Path) -> None:
    command = [*AGORA, "operator", "create", "--mail", "a@example.org", "--data", str(tmp_path)]
    ended = subprocess.run(
        command, cwd=PROJECT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert ended.returncode == 1
    assert "Nobody can be asked here; run it at a terminal" in ended.stderr
    assert "'agora operator create --help' tells how." in ended.stderr


def test_a_command_that_is_still_loading_is_stopped_in_a_sentence() -> None:
    waiting = "import sys, time; sys.argv = ['agora', 'config']; from services.cli.main import main; "
    find = "lambda *_: (print(1, flush=True), time.sleep(60))"
    slow = f"sys.meta_path.insert(0, type('Slow', (), {{'find_spec': {find}}})()); "
    assert interrupted([sys.executable, "-c", waiting + slow + "main()"], "1") == (INTERRUPTED, f"{STOPPED}\n")
