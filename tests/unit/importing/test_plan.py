"""The plan: what is recorded of the set, under which times, in which order."""

from collections import defaultdict
from typing import Any

import pytest

from services.importing.caller import Command
from services.importing.olist import naming
from services.importing.olist.plan import phases_of
from services.importing.running import Chain

from .sets import mess


@pytest.fixture(scope="module")
def chains() -> dict[str, list[Chain]]:
    return {phase.name: list(phase.chains) for phase in phases_of(mess().assembled)}


@pytest.fixture(scope="module")
def by_order(chains: dict[str, list[Chain]]) -> dict[str, list[Command]]:
    return {chain[0].key.split(":")[2]: list(chain) for chain in chains["orders"]}


def steps(commands: list[Command]) -> list[tuple[str, str]]:
    return [(command.operation, command.fields["happened_at"][:13]) for command in commands]


def test_phases_come_in_the_order_in_which_they_need_one_another() -> None:
    phases = phases_of(mess().assembled)
    assert [phase.name for phase in phases] == [
        "people", "communities", "members", "sellers", "listings", "orders", "payouts",
    ]  # fmt: skip
    assert [phase.count for phase in phases] == [13, 5, 6, 5, 6, 21, 4]
    assert all(phase.count == len(list(phase.chains)) for phase in phases)


def test_no_two_commands_share_a_key_and_the_plan_is_always_the_same(chains: dict[str, list[Chain]]) -> None:
    commands = [command for phase in chains.values() for chain in phase for command in chain]
    assert len({(command.operation, command.key) for command in commands}) == len(commands)
    assert all(len(command.key) <= 200 for command in commands)
    assert commands == [command for phase in phases_of(mess().assembled) for chain in phase.chains for command in chain]


def test_a_delivered_order_is_sold_paid_booked_and_delivered_in_turn(by_order: dict[str, list[Command]]) -> None:
    assert steps(by_order["o-plain"]) == [
        ("record_sale", "2018-03-01T10"),
        ("record_payment", "2018-03-01T11"),
        ("record_payment", "2018-03-01T11"),
        ("record_settlement", "2018-03-01T11"),
        ("record_delivery", "2018-03-05T10"),
        ("record_review", "2018-03-07T09"),
    ]


def test_an_order_of_several_sellers_is_one_checkout_and_several_orders(by_order: dict[str, list[Command]]) -> None:
    sale, *_, north, south, first, second = by_order["o-sellers"]
    assert [(len(order["lines"]), order["seller_id"]) for order in sale.fields["orders"]] == [
        (1, str(naming.seller("s-north"))),
        (1, str(naming.seller("s-south"))),
    ]
    assert [north.fields["order_id"], south.fields["order_id"]] == [one["order_id"] for one in sale.fields["orders"]]
    line_id = sale.fields["orders"][0]["lines"][0]["line_id"]
    assert [(review.fields["line_id"], review.fields["rating"]) for review in (first, second)] == [
        (line_id, 2), (line_id, 4)
    ]  # fmt: skip


def test_without_lines_there_is_nothing_to_judge(by_order: dict[str, list[Command]]) -> None:
    assert "record_review" not in {command.operation for command in by_order["o-no-lines"]}


def test_what_was_cancelled_is_not_delivered_and_ends_at_its_last_known_moment(
    by_order: dict[str, list[Command]],
) -> None:
    assert steps(by_order["o-cancelled"])[2:] == [
        ("record_settlement", "2018-03-05T11"),
        ("record_refund", "2018-03-09T10"),
        ("record_review", "2018-03-11T12"),
    ]
    assert by_order["o-unavailable"][-1].fields["reason"] == "unavailable"


def test_what_is_given_back_later_does_not_go_to_suspense_meanwhile(by_order: dict[str, list[Command]]) -> None:
    settled = {
        name: next(one.fields for one in by_order[name] if one.operation == "record_settlement")
        for name in ("o-cancelled", "o-plain")
    }
    assert settled["o-cancelled"]["rest_to_suspense"] is False
    assert "rest_to_suspense" not in settled["o-plain"]


def test_money_without_lines_is_booked_or_given_back_and_nothing_else(by_order: dict[str, list[Command]]) -> None:
    assert by_order["o-no-lines-2"][0].fields["orders"] == []
    assert steps(by_order["o-no-lines-2"])[1:] == [
        ("record_payment", "2018-03-04T11"),
        ("record_refund", "2018-03-04T11"),
    ]
    assert [operation for operation, _ in steps(by_order["o-created"])] == [
        "record_sale",
        "record_payment",
        "record_settlement",
    ]


def test_sellers_are_paid_on_the_first_of_the_month_after_the_release(chains: dict[str, list[Chain]]) -> None:
    commands = [command for chain in chains["payouts"] for command in chain]
    assert {command.fields["happened_at"] for command in commands} == {"2018-04-01T00:00:00+00:00"}
    south = next(one for one in commands if one.fields["party_id"] == str(naming.seller("s-south")))
    bought = ("o-free", "o-over-cent", "o-sellers", "o-short-cents", "o-undated")
    assert south.fields["order_ids"] == [str(naming.order(order_id, "s-south")) for order_id in bought]


def test_how_long_buyers_could_return_is_told_with_every_sale(by_order: dict[str, list[Command]]) -> None:
    assert {commands[0].fields["return_window_days"] for commands in by_order.values()} == {7}


def test_what_never_was_paid_is_placed_alone_and_what_was_delivered_for_nothing_is_booked(
    by_order: dict[str, list[Command]],
) -> None:
    assert [operation for operation, _ in steps(by_order["o-never-paid"])] == ["record_sale"]
    assert [operation for operation, _ in steps(by_order["o-empty"])] == ["record_sale", "record_payment"]
    assert [operation for operation, _ in steps(by_order["o-free"])] == [
        "record_sale",
        "record_settlement",
        "record_delivery",
    ]


def test_without_a_date_the_last_known_moment_is_that_of_the_delivery(by_order: dict[str, list[Command]]) -> None:
    assert steps(by_order["o-undated"])[-1] == ("record_delivery", "2018-03-09T10")
    assert steps(by_order["o-undated-2"])[-1] == ("record_delivery", "2018-03-08T11")


def test_payments_come_in_the_order_of_their_numbers(by_order: dict[str, list[Command]]) -> None:
    assert [command.fields["amount_minor"] for command in by_order["o-gap"][1:3]] == [2_000, 1_300]


def test_lines_bear_the_community_of_the_state_they_were_bought_from(by_order: dict[str, list[Command]]) -> None:
    assert _groups(by_order["o-plain"][0]) == {str(naming.community("SP"))}
    assert _groups(by_order["o-short-cents"][0]) == {str(naming.community("RJ"))}
    assert _groups(by_order["o-stranger"][0]) == {None}


def test_a_person_is_a_member_since_the_first_purchase_from_a_state(chains: dict[str, list[Chain]]) -> None:
    since: dict[str, dict[str, str]] = defaultdict(dict)
    for (command,) in chains["members"]:
        since[command.fields["person_id"]][command.fields["group_id"]] = command.fields["happened_at"][:10]
    assert since[str(naming.person("ana"))] == {
        str(naming.community("SP")): "2018-03-01",
        str(naming.community("RJ")): "2018-03-03",
    }


def test_people_carry_their_cities_and_never_an_address(chains: dict[str, list[Chain]]) -> None:
    tags = {chain[0].key: chain[0].fields["tags"] for chain in chains["people"]}
    assert [tag["value"] for tag in tags["olist:person:ana"]] == ["sao paulo", "rio de janeiro"]
    assert tags["olist:seller:s-mail"] == [{"kind": "state", "value": "SP"}]
    assert tags["olist:person:unknown"] == []


def test_a_listing_has_the_price_of_its_first_sale_and_its_category(chains: dict[str, list[Chain]]) -> None:
    listed = {chain[0].key: _offer(chain[0].fields) for chain in chains["listings"]}
    assert listed["olist:listing:p-lamp:s-north"] == (9_990, ["moveis_decoracao"])
    assert listed["olist:listing:p-plain:s-mail"] == (3_000, ["uncategorised"])
    assert listed["olist:listing:p-gift:s-south"] == (1, ["brinquedos"])


def _groups(sale: Command) -> set[str | None]:
    return {line.get("group_id") for order in sale.fields["orders"] for line in order["lines"]}


def _offer(fields: dict[str, Any]) -> tuple[int, list[str]]:
    return fields["price_minor"], fields["tags"]
