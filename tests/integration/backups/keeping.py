"""The commands that keep and put back, as a person runs them, and what is seen of a directory."""

import json
import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

from services.auditing import audit_directory
from services.cli.commands import app
from services.kernel.refusals import Refusal

SECRET = "whsec_c2VjcmV0LW9mLWV2ZXJ5Ym9keS1hbmQtbm9ib2R5LWVsc2U="
LIMITED = (
    "import os, resource, sys; size = int(sys.argv[1]); resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)); "
    "os.execv(sys.argv[2], sys.argv[2:])"
)
PERSON = {"name": "林娜", "mail": "lin.na@example.com", "password": "a long enough secret"}


def done(*words: object) -> str:
    ended = CliRunner().invoke(app, [str(word) for word in words])
    assert ended.exit_code == 0, (ended.output, ended.exception)
    return ended.output


def refused(code: str, *words: object) -> str:
    """The sentence."""
    refusal = CliRunner().invoke(app, [str(word) for word in words]).exception
    assert isinstance(refusal, Refusal), refusal
    assert refusal.code == f"agora.{code}", refusal.detail
    return refusal.detail


def refused_as_program(code: str, *words: object, limit_bytes: int | None = None) -> None:
    """One sentence, and exit code 1; with a limit to how large a file may be, as on a disk that is full."""

    limit = [] if limit_bytes is None else [sys.executable, "-c", LIMITED, str(limit_bytes)]
    command = [*limit, sys.executable, "-m", "services", *map(str, words)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    lines = ended.stderr.strip().splitlines()
    assert (ended.returncode, len(lines)) == (1, 1), ended.stdout + ended.stderr
    assert lines[0].startswith(f"agora.{code} "), lines


def digest(directory: Path) -> str:
    """Of a directory in which nothing may be broken."""
    report = audit_directory(directory)
    assert not report.findings, report.findings
    assert report.digest
    return report.digest


def content(directory: Path) -> dict[str, bytes]:
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def ahead_seconds(directory: Path) -> float:
    return float(json.loads((directory / "clock.json").read_text())["ahead_seconds"])


def unwatched(_service: str, _done: int, _total: int) -> None:
    """Nobody looks."""
