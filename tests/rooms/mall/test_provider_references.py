"""What the provider calls a payment is kept with what is decided by its answer; a lost answer is asked for again."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.mall.application.payments import REFERENCE
from services.mall.payments.port import PaymentOutcome
from services.mall.payments.references import References

from .crashes import Crashes, one_row_at_a_time
from .market import OPERATOR, Market


class Naming:
    """The double of the provider, with a name of its own for each payment; ``again`` is what it was asked so."""

    def __init__(self, market: Market) -> None:
        self.again: list[bool] = []
        self.provider = market.provider
        for name in ("request_payment", "payment"):
            setattr(market.provider, name, self._naming(getattr(market.provider, name)))

    def _naming(self, ask: Callable[..., PaymentOutcome]) -> Callable[..., PaymentOutcome]:
        def asked(*args: Any, again: bool | None = None) -> PaymentOutcome:
            self.again += [] if again is None else [again]
            outcome = ask(*args)
            known = outcome.status not in ("unknown", "absent")
            return replace(outcome, reference=f"pi_{outcome.payment_id}") if known else outcome

        return asked


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path, references=References()) as market:
        market.seller()
        yield market


def kept(market: Market, opened: dict[str, Any]) -> str | None:
    found = market.service.recorder.side(REFERENCE, opened["payment_id"])
    return None if found is None else found.decode()


def ordered(market: Market) -> dict[str, Any]:
    opened = market.bought(market.listed())
    market.settle()
    return opened


def test_it_is_kept_when_the_payment_is_requested(market: Market) -> None:
    Naming(market)
    opened = ordered(market)
    assert kept(market, opened) == f"pi_{opened['payment_id']}"


def test_it_is_kept_with_the_outcome_that_is_asked_for(market: Market) -> None:
    naming = Naming(market)
    market.provider.faults.append("lost")
    opened = ordered(market)
    assert kept(market, opened) is None
    market.provider.capture(opened["payment_id"])
    market.pass_time(seconds=6)
    assert market.checkout(opened).status == "paid"
    assert kept(market, opened) == f"pi_{opened['payment_id']}"
    assert naming.again == [True]


def test_what_is_known_where_it_is_asked_is_what_is_stored(market: Market) -> None:
    Naming(market)
    opened = ordered(market)
    references: Any = market.extras["references"]
    assert references.of(market.checkout(opened).payment_id) == kept(market, opened)


def test_nobody_asks_again_for_what_has_ended(market: Market) -> None:
    naming = Naming(market)
    market.provider.faults.extend(["dropped"] * 3)
    opened = ordered(market)
    market.pass_time(minutes=20)
    market.pass_time(minutes=1)
    assert (naming.again[0], naming.again[-1]) == (True, False)
    assert (market.checkout(opened).status, market.checkout(opened).payment_status) == ("expired", "declined")


def test_a_day_later_a_payment_is_looked_for_before_it_is_requested(market: Market) -> None:
    naming = Naming(market)
    day = {"platform_fee_bps": 500, "return_window_days": 7, "reservation_minutes": 1_440, "seller_threshold": None}
    market.do("set_terms", OPERATOR, **day)
    market.bought(market.listed())
    market.clock.at += timedelta(hours=23, minutes=30)
    market.settle()
    assert naming.again[:1] == [False]
    assert len(market.provider.payments) == 1


def walked(folder: Path, at: int | None, after: bool) -> tuple[Any, int]:
    """A payment is requested and captured, and the process dies at an effect."""
    with Market(folder, references=References()) as market, one_row_at_a_time():
        market.seller()
        rod = market.listed()
        Naming(market)
        market.settle()
        crashes = Crashes(at, after)
        crashes.watch_provider(market)
        opened: dict[str, Any] = {}
        steps = (lambda: opened.update(market.bought(rod, key="buy")), lambda: market.pass_time(seconds=1))
        crashes.walk(market, steps)
        market.pass_time(minutes=1)
        return (kept(market, opened) == f"pi_{opened['payment_id']}", len(market.provider.payments)), crashes.seen


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_crash_at_any_effect_loses_no_name(tmp_path: Path, at: int, after: bool) -> None:
    outcome, effects = walked(tmp_path, at, after)
    assert outcome == (True, 1)
    assert effects >= 3
