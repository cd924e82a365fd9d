"""docs/statements.md: what it shows is run as it stands, by a seller, a community's owner and an auditor."""

import re
import shlex
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from typer.testing import CliRunner, Result

from services.cli.commands import app
from tests.support.everybody import SECRET, Everybody
from tests.support.ground import Embedded
from tests.support.surface_goods import Sale, bought

PAGE = (Path(__file__).parents[3] / "docs" / "statements.md").read_text()
PLATFORM, DIRECTORY = "https://agora.example.org", "/srv/agora"
SHOWN = re.findall(r"```\n(.+?)\n```", PAGE)
pytestmark = pytest.mark.in_files


class Readers:
    """A sale, and who asks about it."""

    def __init__(self, folder: Path, everybody: Everybody) -> None:
        self.folder, self.everybody = folder, everybody
        self.sale: Sale = bought(everybody)
        everybody.settle()

    def words(self, shown: str, reader: UUID) -> list[str]:
        """What somebody types, with her own token and ids."""
        offered = self.sale.offer
        known = {
            "$TOKEN": self.everybody.token(reader), "$SELLER": offered.seller_id, "$GROUP": offered.group.group_id,
            DIRECTORY: str(self.folder),
        }  # fmt: skip
        for name, value in known.items():
            shown = shown.replace(name, str(value))
        return shlex.split(shown)

    def run(self, shown: str, reader: UUID, monkeypatch: pytest.MonkeyPatch) -> Result:
        """The command, over HTTP where it names the platform."""
        named = httpx.MockTransport(self._answer)

        def client(**more: Any) -> httpx.Client:
            return httpx.Client(**more, transport=named)

        monkeypatch.setattr("services.reporting.desks.httpx", _With(client))
        command, *words = self.words(shown, reader)
        assert command == "agora"
        return CliRunner().invoke(app, words, env={"COLUMNS": "200", "TERM": "dumb"})

    def request(self, shown: str, reader: UUID) -> httpx.Response:
        """The request of a line that begins with curl."""
        command, flag, header, address = self.words(shown, reader)
        assert (command, flag) == ("curl", "-H")
        name, _, value = header.partition(": ")
        return self.everybody.ask("GET", address.removeprefix(PLATFORM), headers={name: value})

    def _answer(self, request: httpx.Request) -> httpx.Response:
        assert str(request.url).startswith(PLATFORM)
        headers = {"Authorization": request.headers["authorization"]}
        answer = self.everybody.ask("GET", request.url.raw_path.decode(), headers=headers)
        return httpx.Response(answer.status_code, json=answer.json())


class _With:
    """httpx with another client."""

    def __init__(self, client: Any) -> None:
        self.Client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(httpx, name)


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Readers]:
    folder = tmp_path_factory.mktemp("readers") / "platform"
    with closing(Embedded(folder, SECRET)) as ground:
        yield Readers(folder, Everybody(ground))


def test_the_page_shows_a_command_and_a_request_for_each_of_three() -> None:
    assert [line.split()[0] for line in SHOWN] == ["agora", "curl"] * 3


def test_a_seller_reads_her_statement(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    seller = readers.sale.offer.seller
    shown = readers.run(SHOWN[0], seller, monkeypatch)
    assert shown.exit_code == 0, shown.output
    assert readers.sale.order_id in shown.output, shown.output
    answer = readers.request(SHOWN[1], seller)
    assert [entry["order_id"] for entry in answer.json()["entries"]] == [readers.sale.order_id]
    assert readers.request(SHOWN[1], readers.sale.buyer).status_code == 404


def test_an_owner_reads_the_report_of_her_shelf(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = readers.sale.offer.group.owner
    shown = readers.run(SHOWN[2], owner, monkeypatch)
    assert shown.exit_code == 0, (shown.output, shown.exception)
    answer = readers.request(SHOWN[3], owner)
    assert answer.json()["group_id"] == readers.sale.offer.group.group_id
    assert answer.json()["sold"] is True


def test_an_auditor_reads_the_proof(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    operator = readers.everybody.operator
    shown = readers.run(SHOWN[4], operator, monkeypatch)
    assert shown.exit_code == 0, shown.output
    assert "BROKEN" not in shown.output
    answer = readers.request(SHOWN[5], operator)
    assert set(answer.json()["sums"].values()) == {0}
