"""``agora report``: on a directory, on a platform that runs, and where neither answers."""

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from typer.testing import CliRunner, Result

from services.cli.operating import CONSOLE
from services.cli.reporting import app
from services.embedded import Platform
from services.kernel.clock import Clock
from services.kernel.doors import forms
from services.mall.queries.sums import FiguresApart
from services.reporting import (
    AtUrl,
    BooksMoving,
    EitherDataOrUrl,
    Failed,
    FiguresDiffer,
    NoPlatformThere,
    NotAnswering,
    PlatformRuns,
    SaidNo,
    TokenNeeded,
    TokenUnusable,
    all_books,
)
from services.settings import Settings

ANNA, CHEN, GROUP, LISTING = (UUID(int=number) for number in (0xA, 0xC, 0x60, 0x11))
NOWHERE = str(UUID(int=0x99))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reporting") / "platform"
    with Platform(Settings(data=folder)) as platform:
        asyncio.run(_sell(platform))
        platform.settle()
    return folder


async def _sell(platform: Platform) -> None:
    """Six people of Rome buy a rod through a community's shelf, one of them pays too much."""
    for number, person_id in enumerate((ANNA, CHEN, *_buyers())):
        tags = [{"kind": "city", "value": "[Rome]"}] if number > 1 else []
        await _do(platform, "identity", "record_person", person_id=person_id, tags=tags)
    await _do(
        platform, "groups", "record_group", group_id=GROUP, owner_id=CHEN, name="Outdoor Friends", purpose="Go out.",
        rules="Be kind.", tags=[], threshold=None,
    )  # fmt: skip
    seller = await _do(platform, "mall", "record_seller", person_id=ANNA, name="Anna")
    await _do(
        platform, "mall", "record_listing", listing_id=LISTING, seller_id=seller["seller_id"], title="Rod [long]",
        price_minor=12_000, currency="EUR", tags=[], commission_bps=1_000,
    )  # fmt: skip
    for number, buyer_id in enumerate(_buyers()):
        await _sale(platform, UUID(int=0xC000 + number), buyer_id, seller["seller_id"], 12_000 + 5 * (number == 0))


async def _sale(platform: Platform, checkout_id: UUID, buyer_id: UUID, seller_id: str, paid_minor: int) -> None:
    line = {"line_id": checkout_id, "listing_id": LISTING, "quantity": 1, "unit_price_minor": 12_000, "group_id": GROUP}
    orders = [{"order_id": UUID(int=checkout_id.int + 0x1000), "seller_id": seller_id, "lines": [line]}]
    await _do(
        platform, "mall", "record_sale", checkout_id=checkout_id, buyer_id=buyer_id, currency="EUR", orders=orders
    )
    payment = {"payment_id": UUID(int=checkout_id.int + 0x2000), "method": "card", "amount_minor": paid_minor}
    await _do(platform, "mall", "record_payment", checkout_id=checkout_id, **payment)
    await _do(platform, "mall", "record_settlement", checkout_id=checkout_id)


async def _do(platform: Platform, service: str, name: str, /, **fields: Any) -> dict[str, Any]:
    operation = platform.services[service].by_name[name]
    at = {"happened_at": Clock().now().isoformat()}
    given = json.loads(json.dumps(fields | at, default=str))
    return await platform.services[service].do(operation, CONSOLE, forms.load(operation, {}, given))


def _buyers() -> list[UUID]:
    return [UUID(int=0xB000 + number) for number in range(6)]


def report(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "200", "TERM": "dumb"})


def seen(*words: str | Path) -> dict[str, Any]:
    result = report(*words, "--json")
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout))


def test_the_help_says_where_to_begin() -> None:
    assert "agora report listings" in report("--help").output


def test_a_listing_is_reported_in_figures_that_the_ledger_confirms(data: Path) -> None:
    answer = seen("listing", str(LISTING), "--data", data)
    assert (answer["orders"], answer["gross_minor"], answer["equal"]) == (6, 72_000, True)
    assert answer["buyers"]["by"] == [{"kind": "city", "value": "[Rome]", "certified": False, "buyers": 5}]


def test_a_listing_is_shown_in_tables(data: Path) -> None:
    result = report("listing", str(LISTING), "--data", data)
    assert result.exit_code == 0, result.output
    for wanted in ("Rod [long]", "6 in 6 orders", "the ledger", "720.00", "6 people", "[Rome]"):
        assert wanted in result.output, result.output


def test_a_community_is_reported_with_what_it_sold(data: Path) -> None:
    answer = seen("community", str(GROUP), "--data", data)
    assert [(row["title"], row["units"]) for row in answer["by_listing"]] == [("Rod [long]", 6)]
    result = report("community", str(GROUP), "--data", data)
    assert "Rod [long]" in result.output, result.output


def test_listings_and_communities_show_what_to_ask_about(data: Path) -> None:
    assert [row["listing_id"] for row in seen("listings", "--data", data)["items"]] == [str(LISTING)]
    assert [row["group_id"] for row in seen("communities", "--data", data)["items"]] == [str(GROUP)]
    assert str(LISTING) in report("listings", "--data", data).output
    assert str(GROUP) in report("communities", "--data", data).output


def test_the_books_balance_and_say_so(data: Path) -> None:
    assert seen("books", "--data", data)["sums"] == {"EUR": 0}
    result = report("books", "--data", data)
    assert "come to 0.00: they balance" in result.output
    assert "suspense_overpaid" in result.output
    assert "0.05" in result.output
    assert "1 parties" not in report("books", "--parties", "--data", data).output


def test_a_listing_that_is_not_there_is_refused_in_a_sentence(data: Path) -> None:
    result = report("listing", NOWHERE, "--data", data)
    assert "There is no such listing" in str(result.exception)


def test_an_id_that_is_none_is_refused_by_the_command_line(data: Path) -> None:
    refused = report("listing", "rod", "--data", data)
    assert refused.exit_code == 2
    assert "An id looks like" in refused.output


def test_a_directory_without_a_platform_stays_as_it_was(tmp_path: Path) -> None:
    result = report("books", "--data", tmp_path / "nothing")
    assert isinstance(result.exception, NoPlatformThere)
    assert not (tmp_path / "nothing").exists()


def test_a_platform_that_runs_is_to_be_asked_with_url(data: Path) -> None:
    with Platform(Settings(data=data)):
        result = report("books", "--data", data)
    assert isinstance(result.exception, PlatformRuns)
    assert "--url" in str(result.exception)


def test_one_place_is_asked_and_over_http_with_a_token(data: Path) -> None:
    assert isinstance(report("books", "--data", data, "--url", "http://x").exception, EitherDataOrUrl)
    assert isinstance(report("books", "--url", "http://x", "--token", "").exception, TokenNeeded)
    assert isinstance(report("books", "--url", "http://x", "--token", "王").exception, TokenUnusable)


def at(answer: Any) -> AtUrl:
    return AtUrl(httpx.Client(base_url="http://platform.test", transport=httpx.MockTransport(answer)))


def test_over_http_ids_go_into_the_path_and_the_rest_into_the_query() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.raw_path.decode())
        return httpx.Response(200, json={"sold": True})

    assert at(answer).ask("mall", "community_sales", group_id=GROUP, limit=3) == {"sold": True}
    assert asked == [f"/mall/shelves/{GROUP}/sales?limit=3"]


def test_what_the_platform_says_is_passed_on() -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(403, json={"detail": "It takes an operator.", "code": "agora.forbidden"})

    with pytest.raises(SaidNo, match=r"agora.forbidden: It takes an operator\."):
        at(answer).ask("mall", "books")


def test_what_is_wrong_with_each_field_is_passed_on() -> None:
    errors = {"party": ["Give the id of a seller."], "lines": {"0": {"quantity": ["Give a number."]}}}
    answer = httpx.Response(422, json={"detail": "See 'errors'.", "code": "agora.malformed", "errors": errors})
    with pytest.raises(SaidNo, match=r"party: Give the id of a seller\. quantity: Give a number\."):
        at(lambda _request: answer).ask("mall", "statement", party="x")


def test_what_the_platform_could_not_answer_is_nothing_to_mend() -> None:
    answer = httpx.Response(500, json={"detail": "It failed.", "code": "agora.failed"})
    with pytest.raises(Failed, match=r"agora\.failed: It failed\. Ask again"):
        at(lambda _request: answer).ask("mall", "books")


def test_views_that_contradict_each_other_are_told_in_a_sentence(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def apart(*_: Any, **__: Any) -> None:
        raise FiguresApart("the sales come to {}, the ledger to {}")

    monkeypatch.setattr("services.mall.queries.sales.ensure_equal", apart)
    result = report("listing", str(LISTING), "--data", data)
    assert isinstance(result.exception, FiguresDiffer)
    assert "agora rebuild" in str(result.exception)


def test_books_whose_accounts_do_not_come_to_their_sums_are_not_reported() -> None:
    account = {"account": "provider", "party_id": None, "currency": "EUR", "balance_minor": 1}
    books = {"position": "mall:1", "sums": {"EUR": 0}, "accounts": [account], "next": None}
    with pytest.raises(FiguresDiffer):
        all_books(at(lambda _request: httpx.Response(200, json=books)))


def test_nobody_at_the_address_and_somebody_else_there_are_told() -> None:
    def silent(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    for answer in (silent, lambda _request: httpx.Response(200, text="<html>")):
        with pytest.raises(NotAnswering):
            at(answer).ask("mall", "books")


class Pages:
    """Books of two pages; after so many readings the position stands still."""

    def __init__(self, moves: int) -> None:
        self.moves, self.position = moves, 0

    def ask(self, service: str, operation: str, **fields: Any) -> dict[str, Any]:
        self.moves -= 1
        self.position += self.moves > 0
        last = "cursor" in fields
        row = {"account": "b" if last else "a", "party_id": None, "currency": "EUR", "balance_minor": 0}
        return {"position": f"mall:{self.position}", "accounts": [row], "sums": {}, "next": None if last else "more"}


def test_all_pages_of_the_books_are_of_one_position() -> None:
    assert [row["account"] for row in all_books(Pages(moves=3))["accounts"]] == ["a", "b"]


def test_books_that_never_stand_still_are_not_reported() -> None:
    with pytest.raises(BooksMoving):
        all_books(Pages(moves=1_000))


def test_a_platform_that_sold_nothing_says_so(tmp_path: Path) -> None:
    with Platform(Settings(data=tmp_path / "new")) as platform:
        platform.settle()
    for name in ("listings", "communities", "books"):
        result = report(name, "--data", tmp_path / "new")
        assert result.exit_code == 0, result.output
        assert "Nothing was sold yet." in result.output
        assert "┃" not in result.output
