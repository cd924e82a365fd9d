"""How often one order asks PostgreSQL: every statement is a round trip under the lock of decisions."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.rooms.mall.market import ANNA, GROUP, Market
from tests.support.servers.databases import Databases
from tests.support.servers.postgres import PostgresServer
from tests.support.stored import InDatabases, kept

ASKED = [
    "FROM facts.commands",  # was it carried out before; what the buyer has seen, by whose links; the goods as of now
    "FROM known_members",  # what the buyer is in the community
    "FROM keys.keys",
    "keys.add",  # a new buyer's key, before anything is stored that is sealed under it; once for a batch
    "facts.append",
]


@pytest.fixture(scope="module")
def market(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    databases = Databases(postgres_server)
    with kept(InDatabases(databases)) as keeping:
        with Market(tmp_path_factory.mktemp("market")) as market:
            yield market
        keeping.give_back()
    databases.close()


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is sent to the server, transactions included."""
    sent: list[str] = []
    execute = psycopg.Cursor.execute

    def noted(self: Any, query: Any, *given: Any, **known: Any) -> Any:
        is_idle = self.connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        sent.extend(["BEGIN"] if is_idle and not self.connection.autocommit else [])
        sent.append(str(query))
        return execute(self, query, *given, **known)

    monkeypatch.setattr(psycopg.Cursor, "execute", noted)
    return sent


def bought(market: Market, listing_id: str, key: str | None = None) -> None:
    line = {"listing_id": listing_id, "quantity": 1, "group_id": str(GROUP)}
    market.do("open_checkout", uuid4(), key, lines=[line], payment_method="card", delivery_address="杭州市龙井路1号")


def test_an_order_of_a_new_buyer_asks_five_times(market: Market, statements: list[str]) -> None:
    market.found_group(ANNA)
    market.seller()
    listing_id = market.listed(stock=100)
    market.do("pick", ANNA, group_id=str(GROUP), listing_id=listing_id)
    market.settle()
    bought(market, listing_id)
    statements.clear()
    bought(market, listing_id, "once")
    assert len(statements) == len(ASKED), statements
    for wanted, sent in zip(ASKED, statements, strict=True):
        assert wanted in sent
    statements.clear()
    bought(market, listing_id)
    assert len(statements) == len(ASKED), "the goods are looked at also when nobody can have asked for it before"
