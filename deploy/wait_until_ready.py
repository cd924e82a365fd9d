"""Waits until a platform says that every process of it is ready: ``wait_until_ready.py URL [SECONDS]``.

Says every few seconds what it waits for; exit code 1 when the time is over. Needs nothing but Python.
"""

import json
import sys
import time
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

PAUSE_SECONDS, SAY_SECONDS = 1.0, 5.0


def waiting_for(url: str) -> str:
    """What is not ready yet; empty when all is."""
    try:
        with urlopen(f"{url}/readyz", timeout=10):
            return ""
    except HTTPError as refused:
        try:
            waiting = json.load(refused).get("waiting", {})
        except ValueError:
            waiting = {}
        return ", ".join(sorted(one.partition("//")[2] for one in waiting)) or "the entrance"
    except (URLError, OSError):
        return "the entrance"


def main() -> int:
    """Wait, and say for what."""
    url, seconds = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 180.0
    since = said_at = time.monotonic()
    while waiting := waiting_for(url):
        now = time.monotonic()
        if now - since > seconds:
            print(f"Not ready after {seconds:.0f} s: {waiting}. 'make logs' shows why.", file=sys.stderr)
            return 1
        if now - said_at > SAY_SECONDS:
            said_at = now
            print(f"  {now - since:3.0f} s, waiting for {waiting}", flush=True)
        time.sleep(PAUSE_SECONDS)
    print(f"Agora is ready at {url} (after {time.monotonic() - since:.0f} s).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
