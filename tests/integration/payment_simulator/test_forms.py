"""What the simulated payment provider refuses for its form, in problem documents."""

from typing import Any
from uuid import uuid4

import httpx
import pytest


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_minor": 0}, {"amount_minor": "5"}, {"amount_minor": 1.5}, {"currency": "euro"}, {"method": "cash"},
        {"method": "card_slow:soon"}, {"method": "card:3"}, {"callback_url": "nowhere"}, {"payment_id": "a b"},
        {"more": 1},
    ],
)  # fmt: skip
def test_refuses_a_payment_of_another_form(direct: httpx.Client, wrong: dict[str, Any]) -> None:
    form = {"payment_id": "p-1", "amount_minor": 5, "currency": "EUR", "method": "card"}
    form |= {"callback_url": "http://localhost:9/"} | wrong
    answer = direct.post("/payments", json=form, headers={"Idempotency-Key": str(form["payment_id"])})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert list(answer.json()["errors"]) == list(wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_minor": 0}, {"amount_minor": True}, {"currency": "euro"}, {"destination": "maria"},
        {"destination": "acct_"}, {"destination": "acct_a-b"}, {"destination": "acct_silent_3s"},
        {"destination": "acct_slow_31d"}, {"destination": f"acct_{'a' * 65}"},
        {"callback_url": "nowhere"}, {"transfer_id": "a b"}, {"method": "card"},
    ],
)  # fmt: skip
def test_refuses_a_transfer_of_another_form(direct: httpx.Client, wrong: dict[str, Any]) -> None:
    form = {"transfer_id": "t-1", "amount_minor": 5, "currency": "EUR", "destination": "acct_maria"}
    form |= {"callback_url": "http://localhost:9/"} | wrong
    answer = direct.post("/transfers", json=form, headers={"Idempotency-Key": str(form["transfer_id"])})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_form")
    assert list(answer.json()["errors"]) == list(wrong)


def test_refuses_a_transfer_without_its_idempotency_key(direct: httpx.Client) -> None:
    form = {"transfer_id": "t-2", "amount_minor": 5, "currency": "EUR", "destination": "acct_maria"}
    answer = direct.post("/transfers", json=form | {"callback_url": "http://localhost:9/"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key")


def test_refuses_what_is_no_request_at_all(direct: httpx.Client) -> None:
    answers = [
        direct.post("/payments", content=b"{"),
        direct.post("/payments", json=[]),
        direct.post("/refunds", content=b"\xff"),
        direct.post("/transfers", content=b"{"),
        direct.get("/transfers/nobodys"),
        direct.post("/script", json={"faults": ["explode"]}),
        direct.get("/nowhere"),
        direct.put("/payments"),
    ]
    assert [answer.status_code for answer in answers] == [400, 400, 400, 400, 404, 400, 404, 405]
    assert all(answer.json()["code"] and answer.json()["detail"] for answer in answers)


def test_refuses_a_payment_without_its_idempotency_key(direct: httpx.Client) -> None:
    form = {"payment_id": "p-2", "amount_minor": 5, "currency": "EUR", "method": "card"}
    answer = direct.post("/payments", json=form | {"callback_url": "http://localhost:9/"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key")


def test_refuses_the_same_key_with_another_body(direct: httpx.Client) -> None:
    form = {"payment_id": str(uuid4()), "amount_minor": 5, "currency": "EUR", "method": "card_silent"}
    form["callback_url"] = "http://localhost:9/"
    headers = {"Idempotency-Key": str(form["payment_id"])}
    first, again = (direct.post("/payments", json=form, headers=headers) for _ in range(2))
    assert (again.status_code, again.json()) == (first.status_code, first.json()) == (201, first.json())
    other = direct.post("/payments", json=form | {"amount_minor": 6}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "key_reused")
