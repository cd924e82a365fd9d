"""Refusals of the programs around the services that are met nowhere else, before anything is started."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from services.apart import console, opening
from services.cli import announcing, importing, importing_meetup_report, importing_report, ports, running
from services.importing.meetup import taking_in as meetups
from services.importing.olist import taking_in as sales
from services.importing.refusals import NotReconciled
from services.importing.running import Tally
from services.kernel.doors import rpc_green
from services.settings import BadPaymentsSecret, Settings

APART = Settings(database_url="postgresql://nobody@127.0.0.1:1/{service}")


def test_what_is_for_services_apart_needs_their_databases() -> None:
    with pytest.raises(opening.NotApart):
        opening.ensure_apart(Settings())
    opening.ensure_apart(APART)


def test_a_service_is_one_of_those_there_are() -> None:
    with pytest.raises(opening.NoSuchService):
        opening.ensure_apart(APART, "bazaar")


def test_one_process_does_not_stand_in_for_services_apart() -> None:
    with pytest.raises(running.NotEmbedded):
        running._prepared(APART, None)


@pytest.mark.parametrize("pays", [running._payments, opening.EXTRAS["mall"]])
def test_a_provider_whose_callbacks_cannot_be_verified_is_not_used(pays: Any) -> None:
    told = Settings(payments_url="http://127.0.0.1:1", payments_secret="guess", public_url="http://127.0.0.1:2")
    with ExitStack() as held, pytest.raises(BadPaymentsSecret):
        pays(told, held)


def test_a_port_that_another_program_has_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(ports.PortTaken):
        ports.listen("127.0.0.1", other.getsockname()[1]).close()


def test_a_directory_is_no_file_to_announce_in(tmp_path: Path) -> None:
    with pytest.raises(announcing.AnnounceNotWritable):
        announcing.ensure_writable(tmp_path)


def test_what_was_loaded_before_is_not_made_green() -> None:
    with pytest.raises(rpc_green.TooLateToGoGreen):
        rpc_green.go_green()


def test_a_process_that_blocks_is_not_fit_for_the_nameko_door() -> None:
    with pytest.raises(rpc_green.NotGreen, match="standard library"):
        rpc_green.prove_green()


def test_without_a_provider_nothing_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def does_not_come_up(*_given: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(running, "Running", does_not_come_up)
    with ExitStack() as held, pytest.raises(running.ProviderNotStarted, match=r"payments\.jsonl"):
        running._payments(Settings(data=tmp_path), held)


class Waited(console.Console):
    """Of which a worker has stood still for a few looks."""

    def __init__(self) -> None:
        self._looks: Iterator[dict[str, list[int]]] = iter([{"mall": [1]}] * 4 + [{}])

    def _behind(self) -> dict[str, list[int]]:
        return next(self._looks)


def test_nobody_waits_for_ever_for_a_worker_that_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "PATIENCE_SECONDS", -1.0)
    monkeypatch.setattr(console, "LOOK_SECONDS", 0.0)
    with pytest.raises(console.WorkersBehind):
        Waited().settle()


@pytest.mark.parametrize("name", ["olist", "meetup"])
def test_an_import_that_does_not_add_up_is_not_called_done(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = SimpleNamespace(findings=[], assembled=SimpleNamespace(files=SimpleNamespace(unused=[])))
    closing = SimpleNamespace(tally=Tally(), unmet=["21 orders in the files, 20 recorded"])
    for judged, report in ((sales, importing_report), (meetups, importing_meetup_report)):
        monkeypatch.setattr(judged, "judge", lambda *_: nothing)
        monkeypatch.setattr(report, "show", lambda _: None)
    monkeypatch.setattr(importing, "_told", lambda *_: (closing, 0))
    with pytest.raises(NotReconciled, match="20 recorded"):
        getattr(importing, name)(tmp_path)
