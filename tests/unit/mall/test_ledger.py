"""Entries that do not balance cannot be made."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.mall.domain.ledger import Account, Entries, Entry, Unbalanced, credit, debit, imbalance
from tests.unit.mall.samples import CHECKOUT, SELLER

PARTIES = {
    Account.PROVIDER: None, Account.UNALLOCATED: str(CHECKOUT), Account.SELLER_HELD: str(SELLER),
    Account.PLATFORM_HELD: None,
}  # fmt: skip
ANY_ENTRY = st.builds(
    lambda account, amount, currency: Entry(account, PARTIES[account], amount, currency),
    st.sampled_from(list(PARTIES)),
    st.integers(-3, 3),
    st.sampled_from(["EUR", "CNY"]),
)


def test_a_debit_and_its_credit_balance() -> None:
    entries = Entries(
        debit(Account.PROVIDER, None, 100, "EUR"), credit(Account.UNALLOCATED, CHECKOUT, 100, "EUR")
    ).stored
    assert entries == [
        {"account": "provider", "party_id": None, "amount_minor": 100, "currency": "EUR"},
        {"account": "unallocated", "party_id": str(CHECKOUT), "amount_minor": -100, "currency": "EUR"},
    ]


def test_entries_of_one_account_and_party_are_one_and_zeros_are_left_out() -> None:
    entries = Entries(
        debit(Account.PROVIDER, None, 70, "EUR"),
        debit(Account.PROVIDER, None, 30, "EUR"),
        credit(Account.UNALLOCATED, CHECKOUT, 100, "EUR"),
        credit(Account.PLATFORM_HELD, None, 0, "EUR"),
    ).stored
    assert [entry["amount_minor"] for entry in entries] == [100, -100]


def test_refuses_entries_that_are_off_by_a_cent() -> None:
    with pytest.raises(Unbalanced, match="off by"):
        Entries(debit(Account.PROVIDER, None, 100, "EUR"), credit(Account.UNALLOCATED, CHECKOUT, 99, "EUR"))


def test_refuses_to_balance_one_currency_with_another() -> None:
    with pytest.raises(Unbalanced):
        Entries(debit(Account.PROVIDER, None, 100, "EUR"), credit(Account.UNALLOCATED, CHECKOUT, 100, "CNY"))


@pytest.mark.parametrize(("account", "party_id"), [(Account.PROVIDER, "x"), (Account.SELLER_HELD, None)])
def test_refuses_a_party_that_does_not_fit_the_account(account: Account, party_id: str | None) -> None:
    with pytest.raises(ValueError, match="party"):
        debit(account, party_id, 1, "EUR")


def test_refuses_amounts_that_are_not_whole_minor_units() -> None:
    with pytest.raises(ValueError, match="whole"):
        debit(Account.PROVIDER, None, 1.0, "EUR")  # type: ignore[arg-type]


@settings(max_examples=60)
@given(st.lists(ANY_ENTRY, max_size=4))
def whatever_is_made_balances(entries: list[Entry]) -> None:
    try:
        made = Entries(*entries)
    except Unbalanced:
        return
    assert imbalance(made.stored) == {}


def test_whatever_is_made_balances() -> None:
    whatever_is_made_balances()


def test_without_the_guard_of_the_books_something_does_not_balance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Entries, "_balanced", lambda _: True)
    with pytest.raises(AssertionError):
        whatever_is_made_balances()
