"""A refund that its bank sends back days after it was given back: owed once more, and paid once more, never twice."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.mall.domain import refusals
from services.mall.projections.provider_bookings import bookings_until

from .crashes import Crashes, one_row_at_a_time
from .market import ANNA, BORIS, OPERATOR, Market
from .paying import FOR_EVER, OTHER_OPERATOR, ensure_sound
from .questioning import ask
from .test_payments_refunds import refunded, status

DUE = -12_000


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller()
        yield market
        market.settle()
        ensure_sound(market)
        assert market.account("provider") == market.provider.balance_minor


def given_back(market: Market) -> tuple[dict[str, Any], str]:
    """A rod is paid, and all of it given back."""
    opened = market.paid(market.listed())
    refund_id = refunded(market, opened)
    market.provider.end_refund(refund_id)
    market.told_of_refund(refund_id)
    assert market.books() == {}
    return opened, refund_id


def came_back(market: Market, refund_id: str, word: str = "returned", event_id: str = "evt_back") -> None:
    market.provider.end_refund(refund_id, word, "account_closed")
    assert market.told_of_refund(refund_id, event_id) == 204


def by_hand(market: Market, opened: dict[str, Any], refund_id: str, outcome: str, *by: UUID) -> None:
    for operator_id in by or (OPERATOR, OTHER_OPERATOR):
        said = {"checkout_id": opened["checkout_id"], "refund_id": refund_id, "outcome": outcome, "reason": "seen"}
        market.do("settle_refund", operator_id, **said)


def again(market: Market, opened: dict[str, Any], refund_id: str) -> str:
    done = market.do("retry_refund", OPERATOR, checkout_id=opened["checkout_id"], refund_id=refund_id)
    market.settle()
    return str(done["refund_id"])


@pytest.mark.parametrize("word", ["returned", "failed"])
def test_what_failed_after_it_had_succeeded_is_owed_again_and_demanded_again(market: Market, word: str) -> None:
    opened, refund_id = given_back(market)
    came_back(market, refund_id, word)
    assert status(market, opened, refund_id) == "returned"
    assert market.books() == {("provider", None): 12_000, ("refunds_due", opened["checkout_id"]): DUE}
    market.pass_time(days=2)
    assert market.account("refunds_due") == DUE
    market.provider.instantly = "captured"
    retried = again(market, opened, refund_id)
    assert again(market, opened, refund_id) == retried != refund_id
    assert (status(market, opened, retried), market.books()) == ("refunded", {})


def test_it_is_seen_in_the_order_and_in_the_months(market: Market) -> None:
    opened, refund_id = given_back(market)
    market.settle()
    before = ask(market, "months_sold", OPERATOR)["items"][0]["given_back_minor"]
    came_back(market, refund_id)
    market.settle()
    (order_id,) = opened["order_ids"]
    for person_id in (BORIS, ANNA):
        (seen,) = ask(market, "order", person_id, order_id=order_id)["refunds"]
        assert (seen["refund_id"], seen["state"], seen["amount_minor"]) == (refund_id, "returned", 12_000)
    assert ask(market, "order", BORIS, order_id=order_id)["refund_state"] == "full"
    assert ask(market, "checkout", BORIS, checkout_id=opened["checkout_id"])["refunds"][0]["state"] == "returned"
    month = ask(market, "months_sold", OPERATOR)["items"][0]
    assert (before, month["given_back_minor"]) == (12_000, 0)
    by_hand(market, opened, refund_id, "paid_elsewhere")
    market.settle()
    assert ask(market, "months_sold", OPERATOR)["items"][0]["given_back_minor"] == 12_000


def test_both_movements_are_there_to_be_matched_with_the_statement(market: Market) -> None:
    _, refund_id = given_back(market)
    came_back(market, refund_id)
    market.settle()
    with market.service.views.reading() as connection:
        booked = bookings_until(connection, 0, FOR_EVER.isoformat())
    assert [one.amount_minor for one in booked if one.subject_id == refund_id] == [-12_000, 12_000]


def test_the_same_told_again_or_late_changes_nothing(market: Market) -> None:
    opened, refund_id = given_back(market)
    came_back(market, refund_id)
    before = market.position
    came_back(market, refund_id)
    came_back(market, refund_id, event_id="evt_once_more")
    late = market.provider.refund_document(UUID(refund_id)) | {"status": "succeeded", "reason": ""}
    assert market.callback("evt_late", "refund.succeeded", late) == 204
    assert market.position == before
    assert status(market, opened, refund_id) == "returned"


def test_a_return_that_is_told_before_the_refund_is_booked_with_it(market: Market) -> None:
    opened = market.paid(market.listed())
    refund_id = refunded(market, opened)
    came_back(market, refund_id)
    assert status(market, opened, refund_id) == "returned"
    assert market.books() == {("provider", None): 12_000, ("refunds_due", opened["checkout_id"]): DUE}


def test_a_failure_that_is_told_before_the_success_stays_one(market: Market) -> None:
    opened = market.paid(market.listed())
    refund_id = refunded(market, opened)
    came_back(market, refund_id, "failed")
    late = market.provider.refund_document(UUID(refund_id)) | {"status": "succeeded", "reason": ""}
    assert market.callback("evt_late", "refund.succeeded", late) == 204
    assert (status(market, opened, refund_id), market.account("refunds_due")) == ("failed", DUE)


def test_what_the_provider_does_not_say_when_it_is_asked_is_to_be_told_again(market: Market) -> None:
    opened, refund_id = given_back(market)
    document = market.provider.refund_document(UUID(refund_id)) | {"status": "failed", "reason": "account_closed"}
    market.provider.end_refund(refund_id, "unknown")
    assert market.callback("evt_back", "refund.failed", document) == 503
    assert status(market, opened, refund_id) == "refunded"
    market.provider.end_refund(refund_id, "failed", "account_closed")
    assert market.told_of_refund(refund_id, "evt_back") == 204
    assert status(market, opened, refund_id) == "returned"


def test_what_the_provider_sends_another_way_under_the_same_id_is_paid_and_no_more_demanded(market: Market) -> None:
    opened, refund_id = given_back(market)
    came_back(market, refund_id)
    market.provider.end_refund(refund_id, "succeeded")
    assert market.told_of_refund(refund_id, "evt_again") == 204
    assert (status(market, opened, refund_id), market.books()) == ("refunded", {})
    with pytest.raises(refusals.RefundAlreadyConfirmed):
        again(market, opened, refund_id)


def test_what_was_demanded_again_is_not_paid_a_second_time(market: Market) -> None:
    opened, refund_id = given_back(market)
    came_back(market, refund_id)
    market.provider.instantly = "captured"
    again(market, opened, refund_id)
    market.provider.end_refund(refund_id, "succeeded")
    with pytest.raises(refusals.RefundDemandedAgain):
        market.told_of_refund(refund_id, "evt_again")
    market.provider.end_refund(refund_id, "returned", "account_closed")


def test_two_operators_say_that_the_buyer_got_it_another_way(market: Market) -> None:
    opened, refund_id = given_back(market)
    came_back(market, refund_id)
    by_hand(market, opened, refund_id, "paid_elsewhere", OPERATOR)
    assert market.account("refunds_due") == DUE
    by_hand(market, opened, refund_id, "paid_elsewhere", OTHER_OPERATOR)
    assert market.books() == {("provider", None): 12_000, ("platform_bank", None): DUE}
    with pytest.raises(refusals.RefundSentElsewhere):
        again(market, opened, refund_id)


def test_two_operators_say_that_it_came_back_where_nobody_told(market: Market) -> None:
    opened, refund_id = given_back(market)
    market.provider.end_refund(refund_id, "returned", "account_closed")
    by_hand(market, opened, refund_id, "returned")
    assert (status(market, opened, refund_id), market.account("refunds_due")) == ("returned", DUE)
    before = market.position
    assert market.told_of_refund(refund_id, "evt_back") == 204
    assert market.position == before


@pytest.mark.parametrize("party", [ANNA, BORIS])
def test_who_bought_or_sold_has_no_say(market: Market, party: UUID) -> None:
    opened, refund_id = given_back(market)
    came_back(market, refund_id)
    by_hand(market, opened, refund_id, "paid_elsewhere", OPERATOR)
    with pytest.raises(refusals.OwnRefund):
        by_hand(market, opened, refund_id, "paid_elsewhere", party)


def the_way(market: Market, opened: dict[str, Any]) -> list[Callable[[], object]]:
    """Given back, told, sent back, told, demanded again, told: each step may be taken again."""
    found: dict[str, str] = {}

    def refund() -> None:
        (line_id,) = market.orders(opened)[0].lines
        asked = {"order_id": opened["order_ids"][0], "line_id": line_id, "quantity": 1}
        found["refund_id"] = str(market.do("refund_line", ANNA, "refund", **asked)["refund_id"])

    def told(name: str, word: str) -> Callable[[], object]:
        def tell() -> None:
            market.provider.end_refund(found[name], word, "" if word == "succeeded" else "account_closed")
            market.told_of_refund(found[name], f"evt_{name}_{word}")

        return tell

    def retry() -> None:
        found["again"] = again(market, opened, found["refund_id"])

    def wait() -> None:
        market.pass_time(seconds=1)

    back = told("refund_id", "returned")
    return [refund, wait, told("refund_id", "succeeded"), back, wait, retry, wait, told("again", "succeeded"), back]


def walked(folder: Path, at: int | None, after: bool) -> tuple[Any, int]:
    """How the books stand at the end, and how many effects there were."""
    with Market(folder) as market, one_row_at_a_time():
        market.seller()
        opened = market.paid(market.listed())
        market.settle()
        crashes = Crashes(at, after)
        crashes.watch_provider(market)
        crashes.walk(market, the_way(market, opened))
        market.pass_time(hours=2)
        ensure_sound(market)
        assert market.account("provider") == market.provider.balance_minor
        return (market.books(), sorted(one["status"] for one in market.checkout(opened).refunds.values())), crashes.seen


EFFECTS = 10


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    outcome, effects = walked(tmp_path_factory.mktemp("undisturbed"), None, after=False)
    assert effects == EFFECTS, f"there are {effects} effects now: crash at each of them"
    return outcome


def test_undisturbed_it_is_given_back_once(undisturbed: Any) -> None:
    assert undisturbed == ({}, ["refunded", "returned"])


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(1, EFFECTS + 1))
def test_a_crash_at_any_effect_changes_nothing_in_the_end(
    tmp_path: Path, undisturbed: Any, at: int, after: bool
) -> None:
    outcome, _ = walked(tmp_path, at, after)
    assert outcome == undisturbed
