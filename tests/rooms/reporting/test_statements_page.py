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
            "$ORDER": self.sale.order_id, DIRECTORY: str(self.folder),
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


def test_the_page_shows_a_command_and_a_request_for_each() -> None:
    assert [line.split()[0] for line in SHOWN] == ["agora", "curl"] * 7


def test_a_seller_reads_her_statement(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    seller = readers.sale.offer.seller
    shown = readers.run(SHOWN[0], seller, monkeypatch)
    assert shown.exit_code == 0, shown.output
    assert readers.sale.order_id in shown.output, shown.output
    answer = readers.request(SHOWN[1], seller)
    assert [entry["order_id"] for entry in answer.json()["entries"]] == [readers.sale.order_id]
    assert readers.request(SHOWN[1], readers.sale.buyer).status_code == 404


def test_seller_and_buyer_read_the_invoice(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    for reader in (readers.sale.offer.seller, readers.sale.buyer):
        (issued,) = readers.request(SHOWN[3], reader).json()["items"]
        shown = readers.run(SHOWN[2], reader, monkeypatch)
        assert shown.exit_code == 0, (shown.output, shown.exception)
        assert f"Invoice {issued['number']}" in shown.output, shown.output
    assert readers.request(SHOWN[3], readers.sale.offer.group.owner).status_code == 404


def test_an_owner_reads_the_report_of_her_shelf(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = readers.sale.offer.group.owner
    shown = readers.run(SHOWN[4], owner, monkeypatch)
    assert shown.exit_code == 0, (shown.output, shown.exception)
    answer = readers.request(SHOWN[5], owner)
    assert answer.json()["group_id"] == readers.sale.offer.group.group_id
    assert answer.json()["sold"] is True


def test_an_owner_reads_what_became_of_the_shares(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    group, listing_id = readers.sale.offer.group, readers.sale.offer.listing_id
    shown = readers.run(SHOWN[6], group.owner, monkeypatch)
    assert shown.exit_code == 0, (shown.output, shown.exception)
    assert listing_id in shown.output, shown.output
    answer = readers.request(SHOWN[7], group.owner).json()
    (row,), (balance,) = answer["by_listing"], answer["balances"]
    assert (row["listing_id"], row["community_minor"]) == (listing_id, balance["held_minor"])
    assert readers.request(SHOWN[7], group.leader).status_code == 404


def test_an_auditor_reads_the_proof(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    operator = readers.everybody.operator
    shown = readers.run(SHOWN[8], operator, monkeypatch)
    assert shown.exit_code == 0, shown.output
    assert "BROKEN" not in shown.output
    answer = readers.request(SHOWN[9], operator)
    assert set(answer.json()["sums"].values()) == {0}


def test_an_operator_reads_who_earned_what(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = readers.run(SHOWN[10], readers.everybody.operator, monkeypatch)
    assert (shown.exit_code, shown.output) == (0, "Nobody earned anything then.\n")
    answer = readers.request(SHOWN[11], readers.everybody.operator)
    assert (answer.json()["quarter"], answer.json()["items"]) == ("2025Q4", [])
    assert readers.request(SHOWN[11], readers.sale.buyer).status_code == 403


def test_an_operator_reads_who_operated(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = readers.run(SHOWN[12], readers.everybody.operator, monkeypatch)
    assert (shown.exit_code, shown.output) == (0, "Nobody operated then.\n")
    answer = readers.request(SHOWN[13], readers.everybody.operator)
    assert (answer.json()["half"], answer.json()["items"]) == ("2025H2", [])
