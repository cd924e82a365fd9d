"""The three pages of a process, on a port of their own, and its figures."""

import httpx
import pytest

from services.kernel.doors.health import Health
from services.kernel.doors.probes import Probes
from services.kernel.metrics import Metrics

LAG = "How far behind."


def pages(obstacles: list[str], metrics: Metrics, path: str) -> httpx.Response:
    with Probes(Health(lambda: obstacles, metrics.registry), "127.0.0.1", 0) as probes, httpx.Client() as client:
        return client.get(f"{probes.url}{path}")


def test_a_process_lives_and_is_ready() -> None:
    assert pages([], Metrics("mall"), "/healthz").json() == {"status": "alive"}
    answer = pages([], Metrics("mall"), "/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "obstacles": []})


def test_what_is_missing_is_said_and_does_not_kill_it() -> None:
    answer = pages(["the database does not answer"], Metrics("mall"), "/readyz")
    assert answer.status_code == 503
    assert answer.json()["obstacles"] == ["the database does not answer"]
    assert pages(["the database does not answer"], Metrics("mall"), "/healthz").status_code == 200


@pytest.mark.parametrize("path", ["/", "/metrics/../etc/passwd", "/readyz/x"])
def test_there_is_nothing_else(path: str) -> None:
    assert pages([], Metrics("mall"), path).status_code == 404


def test_figures_are_read_when_somebody_asks() -> None:
    metrics, lag = Metrics("mall"), [3.0]
    metrics.read(lambda: [("agora_reader_lag_positions", LAG, {"source": "groups"}, lag[0])])
    metrics.requests("http")("place_order", 200, 0.01)
    metrics.appended(0.002, 7)
    lag[0] = 4.0
    told = pages([], metrics, "/metrics").text
    assert 'agora_reader_lag_positions{service="mall",source="groups"} 4.0' in told
    assert 'agora_request_seconds_count{door="http",operation="place_order",service="mall",status="200"} 1.0' in told
    assert 'agora_append_entries_sum{service="mall"} 7.0' in told


def test_a_figure_that_cannot_be_read_keeps_none_of_the_others_back() -> None:
    def broken() -> list[tuple[str, str, dict[str, str], float]]:
        raise ConnectionError("the broker is away")

    metrics = Metrics("mall")
    metrics.read(broken)
    metrics.read(lambda: [("agora_parked_messages", LAG, {}, 0.0)])
    answer = pages([], metrics, "/metrics")
    assert answer.status_code == 200
    assert 'agora_parked_messages{service="mall"} 0.0' in answer.text
