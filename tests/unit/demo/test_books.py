"""The books of a platform that others use too have more than one page."""

import asyncio

import httpx

from services.demo.client import Api, Speaker
from services.demo.steps.books import all_books


def test_reads_the_books_to_their_last_page() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        page = int(request.url.params.get("cursor", "0"))
        row = {"account": "seller_held", "party_id": str(page), "balance_minor": page}
        following = str(page + 1) if page < 2 else None
        return httpx.Response(200, json={"position": "mall:9", "accounts": [row], "sums": {}, "next": following})

    http = httpx.AsyncClient(base_url="http://agora", transport=httpx.MockTransport(answer))
    books = asyncio.run(all_books(Speaker(Api(http), "operator", token="a-token")))
    assert [row["balance_minor"] for row in books["accounts"]] == [0, 1, 2]
    assert books["position"] == "mall:9"
