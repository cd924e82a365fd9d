"""A front end waits for a payment: one question, answered as soon as it is there, in one process and in several."""

from uuid import UUID

from tests.support.everybody import Everybody
from tests.support.surface import examples


def test_who_waits_is_told_that_it_is_paid(everybody: Everybody) -> None:
    call = examples()["mall.checkout"](everybody, everybody.person())
    address = f"/mall/checkouts/{call.path['checkout_id']}"
    seen = everybody.ask("GET", address, call.by, params={"wait": 1})
    assert (seen.status_code, seen.json()["state"]) == (200, "open")
    everybody.settle()
    body, headers = everybody.captured(UUID(seen.json()["payment_id"]))
    told = everybody.ask("POST", "/mall/payments/callback", headers=headers, content=body)
    assert told.status_code == 204
    paid = everybody.ask("GET", address, call.by, params={"wait": 20})
    assert (paid.status_code, paid.json()["state"]) == (200, "paid")
