"""A platform of its own for a benchmark: ``agora up`` in a fresh directory, goods in the mall, people with tokens."""

import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID, uuid4

import httpx

from services.identity.tokens import TokenIssuer

STOCK = 1_000_000


class Asked(Protocol):
    """A platform, however it runs, as far as goods are put into its mall."""

    @property
    def url(self) -> str:
        """Where it listens."""

    def token(self, person_id: UUID, *roles: str) -> str:
        """A token of this person, as signing in would give it."""


@dataclass(frozen=True, slots=True)
class Running:
    """Where it listens, its process id, how long it took to be ready (seconds), and who signs its tokens."""

    url: str
    pid: int
    seconds_to_ready: float
    issuer: TokenIssuer

    def token(self, person_id: UUID, *roles: str) -> str:
        """A token of this person, as signing in would give it."""
        return self.issuer.issue(person_id, frozenset(roles), uuid4())[0]

    def resident_mb(self) -> float:
        """Resident memory of the process, in megabytes."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        raise RuntimeError("this system does not tell the memory of a process")


@contextmanager
def running(directory: Path) -> Iterator[Running]:
    """A platform over a directory, ended when the block ends."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "services", "up", "--data", str(directory), "--port", "0"]
    environment = os.environ | {"AGORA_RATE": "", "COLUMNS": "200"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        url = _address(process)
        while httpx.get(f"{url}/readyz").status_code != 200:
            pass
        yield Running(url, process.pid, time.perf_counter() - begun, TokenIssuer(directory / "identity" / "token.key"))
    finally:
        process.terminate()
        process.wait(30)


def _address(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    readable, _, _ = select.select([process.stdout], [], [], 60)
    line = process.stdout.readline() if readable else ""
    if "http://" not in line:
        raise RuntimeError("the platform did not start; run 'agora up' to see why")
    return "http://" + line.partition("http://")[2].split()[0]


def goods(platform: Asked, listings: int) -> list[str]:
    """That many listings of one seller, each with a large stock; their ids."""
    operator, seller = platform.token(uuid4(), "operator"), uuid4()
    now = datetime.now(UTC).isoformat()
    claim = {"claim_id": str(uuid4()), "kind": "real_name", "value": "Wang Wei", "level": 1}
    with httpx.Client(base_url=platform.url, timeout=30, trust_env=False) as client:
        _post(client, operator, "/identity/records/people", {"person_id": str(seller), "tags": [], "happened_at": now})
        known = _post(
            client, operator, "/identity/records/claims", {**claim, "person_id": str(seller), "happened_at": now}
        )["position"]
        token = platform.token(seller)
        client.get("/mall/terms", params={"after": known}).raise_for_status()
        _post(client, token, "/mall/sellers", {"name": "Wang Wei"})
        listing = {"title": "Fishing rod", "price_minor": 12990, "currency": "CNY", "stock": STOCK}
        return [_post(client, token, "/mall/listings", listing)["listing_id"] for _ in range(listings)]


def _post(client: httpx.Client, token: str, path: str, body: dict[str, object]) -> dict[str, str]:
    answer = client.post(path, json=body, headers={"Authorization": f"Bearer {token}"})
    if answer.is_error:
        raise RuntimeError(f"{path}: {answer.text}")
    found: dict[str, str] = answer.json()
    return found
