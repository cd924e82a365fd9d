"""``agora statement``: on the terminal, as values, as a page; from a directory and from a platform that runs."""

import asyncio
import json
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import typer
from typer.testing import CliRunner, Result

from services.cli.operating import CONSOLE
from services.cli.stating import statement
from services.embedded import Platform
from services.kernel.doors import forms
from services.mall.domain.seller import Seller
from services.reporting import EitherDataOrUrl, PageUnwritable
from services.settings import Settings

ANNA, BORIS, LISTING = (UUID(int=number) for number in (0xA, 0xB, 0x11))
SELLER = str(Seller.create_id(ANNA))
THEN = "2026-02-03T10:00:00+00:00"
app = typer.Typer()
app.command()(statement)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("statements") / "platform"
    with Platform(Settings(data=folder)) as platform:
        asyncio.run(_sell(platform))
        platform.settle()
    return folder


async def _sell(platform: Platform) -> None:
    """Somebody buys a rod, and pays too much."""
    do = partial(_do, platform)
    await do("record_seller", person_id=ANNA, name="Anna [rods]")
    rod = {"listing_id": LISTING, "title": "Rod", "price_minor": 12_000, "currency": "EUR", "tags": []}
    await do("record_listing", seller_id=SELLER, **rod, commission_bps=0)
    checkout_id = UUID(int=0xC0)
    sold = {"line_id": UUID(int=0x1), "listing_id": LISTING, "quantity": 1, "unit_price_minor": 12_000}
    orders = [{"order_id": UUID(int=0x2), "seller_id": SELLER, "lines": [sold]}]
    await do("record_sale", checkout_id=checkout_id, buyer_id=BORIS, currency="EUR", orders=orders)
    payment = {"payment_id": UUID(int=0x3), "method": "card", "amount_minor": 12_005}
    await do("record_payment", checkout_id=checkout_id, **payment)
    await do("record_settlement", checkout_id=checkout_id)


async def _do(platform: Platform, name: str, /, **fields: Any) -> dict[str, Any]:
    operation = platform.services["mall"].by_name[name]
    given = json.loads(json.dumps(fields | {"happened_at": THEN}, default=str))
    return await platform.services["mall"].do(operation, CONSOLE, forms.load(operation, {}, given))


def said(*words: str | Path) -> Result:
    given = [str(word) for word in ("--party", SELLER, *words)]
    return CliRunner().invoke(app, given, env={"COLUMNS": "200", "TERM": "dumb"})


def test_a_statement_is_shown_in_tables(data: Path) -> None:
    result = said("--data", data)
    assert result.exit_code == 0, result.output
    for wanted in ("Anna [rods]", SELLER, "Opening balance", "Sales, held", "€120.00", "03/02/2026", str(UUID(int=2))):
        assert wanted in result.output, result.output


def test_it_speaks_the_language_of_the_reader(data: Path) -> None:
    result = said("--data", data, "--language", "zh")
    assert "销售款，暂存" in result.output, result.output


def test_a_period_in_which_nothing_happened_says_so(data: Path) -> None:
    result = said("--data", data, "--from", "2026-03-01T00:00:00Z", "--to", "2026-04-01T00:00:00Z")
    assert "Nothing was booked in this period." in result.output, result.output
    assert result.output.count("€120.00") == 2
    assert said("--data", data, "--from", "2026-03-01", "--to", "2026-04-01").output == result.output
    assert said("--data", data, "--from", "yesterday").exit_code == 2


def test_what_was_recorded_later_is_left_out(data: Path) -> None:
    assert "€" not in said("--data", data, "--as-of", "2026-02-04T00:00:00Z").output


def test_values_go_to_the_output_or_to_a_file(data: Path, tmp_path: Path) -> None:
    printed = said("--data", data, "--format", "csv")
    assert printed.stdout.splitlines()[0].startswith("row,position,number")
    assert said("--data", data, "--format", "csv", "--out", tmp_path / "a.csv").exit_code == 0
    assert (tmp_path / "a.csv").read_text().splitlines() == printed.stdout.splitlines()


def test_a_page_to_print_goes_to_a_file(data: Path, tmp_path: Path) -> None:
    result = said("--data", data, "--format", "pdf", "--out", tmp_path / "a.pdf")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")
    assert said("--data", data, "--format", "pdf").exit_code == 2
    assert said("--data", data, "--out", tmp_path / "a.txt").exit_code == 2
    assert isinstance(said("--data", data, "--format", "pdf", "--out", tmp_path).exception, PageUnwritable)


def test_a_platform_that_runs_is_asked_with_the_token_of_the_party(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[httpx.Request] = []
    nothing = dict.fromkeys(("name", "from", "to", "as_of", "next"))
    answer: dict[str, Any] = {"position": "mall:1", "party": SELLER, **nothing, "accounts": [], "entries": []}

    def answers(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json=answer)

    client = partial(httpx.Client, transport=httpx.MockTransport(answers))
    monkeypatch.setattr("services.reporting.desks.httpx.Client", client)
    result = said("--url", "http://agora.test", "--token", "hers", "--from", THEN)
    assert result.exit_code == 0, result.output
    (request,) = asked
    assert (request.url.path, request.headers["authorization"]) == ("/mall/statements", "Bearer hers")
    assert dict(request.url.params) == {"party": SELLER, "from": THEN, "limit": "1000"}


def test_what_cannot_be_asked_is_said(data: Path) -> None:
    assert isinstance(said("--data", data, "--url", "http://agora.test").exception, EitherDataOrUrl)
    assert said("--data", data, "--language", "fr").exit_code == 2
