"""Restarts every container in turn while the story plays: ``trial_restarts.py [URL]``. The platform must be up.

Says at the end whether every figure of every story was right; exit code 1 when one was not, or when a container did
not come back. It leaves an operator and the people of the stories behind: for a platform to try things on, and for
nothing else. Needs Docker with Compose (another command in COMPOSE), and nothing but Python.
"""

import os
import secrets
import shlex
import subprocess
import sys
import threading
import time

from wait_until_ready import waiting_for

END_AT_ONCE = {"secrets", "migrate", "console"}
READY_SECONDS, TOKEN_SECONDS, PAUSE_SECONDS = 300.0, 420.0, 1.0
INSIDE = "http://nginx:8080"
"""The platform's address among the containers."""


class Stories:
    """Plays one story after the other in a container of its own, until it is told to stop."""

    def __init__(self) -> None:
        self.mail, self._password = f"trial.{secrets.token_hex(4)}@example.com", secrets.token_urlsafe(16)
        self.right, self.wrong = 0, list[str]()
        self._token, self._signed_in_at = "", -TOKEN_SECONDS
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._play)

    def begin(self) -> None:
        """Make the operator and play."""
        made = self._console("operator", "create", "--mail", self.mail)
        if made.returncode:
            sys.exit(f"No operator could be made: {made.stderr}")
        self._thread.start()

    def end(self) -> None:
        """Play the story that has begun to its end."""
        self._stopping.set()
        self._thread.join()

    def _play(self) -> None:
        while not self._stopping.is_set():
            played = self._console("demo", "--once", "--url", INSIDE, "--token", self._fresh_token())
            if played.returncode:
                self.wrong.append((played.stdout + played.stderr).strip()[-2000:])
            else:
                self.right += 1

    def _fresh_token(self) -> str:
        """One that is good until the story is over; whoever gives it may be restarting at this moment."""
        while time.monotonic() - self._signed_in_at > TOKEN_SECONDS:
            asked = self._console("operator", "token", "--mail", self.mail, "--url", INSIDE)
            if asked.returncode == 0:
                self._token, self._signed_in_at = asked.stdout.strip(), time.monotonic()
            else:
                time.sleep(PAUSE_SECONDS)
        return self._token

    def _console(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return compose("run", "--rm", "-T", "-e", f"AGORA_OPERATOR_PASSWORD={self._password}", "console", *words)


def compose(*words: str) -> "subprocess.CompletedProcess[str]":
    """Docker Compose, in the directory of its file."""
    command = shlex.split(os.environ.get("COMPOSE", "docker compose"))
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    return subprocess.run([*command, *words], cwd=here, capture_output=True, text=True, check=False)


def restart(name: str, url: str) -> float | None:
    """Restart a container; after how many seconds everything is ready again, None when it is not."""
    since = time.monotonic()
    if compose("restart", name).returncode:
        return None
    while waiting_for(url):
        if time.monotonic() - since > READY_SECONDS:
            return None
        time.sleep(PAUSE_SECONDS)
    return time.monotonic() - since


def main() -> int:
    """Restart all of them, and say what came of it."""
    url = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8080"
    names = sorted(set(compose("config", "--services").stdout.split()) - END_AT_ONCE)
    if not names or waiting_for(url):
        print(f"There is no platform that is ready at {url}; start it with 'make up'.", file=sys.stderr)
        return 1
    stories, lost = Stories(), list[str]()
    stories.begin()
    for name in names:
        took = restart(name, url)
        print(f"  {name:<16} {'did NOT come back' if took is None else f'ready again after {took:3.0f} s'}", flush=True)
        lost += [name] if took is None else []
    stories.end()
    audited = compose("run", "--rm", "-T", "console", "audit")
    print("\n".join(stories.wrong))
    print(f"{len(names)} containers restarted, {len(lost)} of them did not come back.")
    print(f"{stories.right} stories with every figure right, {len(stories.wrong)} without.")
    print(f"The audit {'FINDS something: ' + audited.stdout if audited.returncode else 'holds.'}")
    return 1 if lost or stories.wrong or not stories.right or audited.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
