"""What the provider states against what we booked: the differences that are found are those that were put in."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.mall.domain.reconciling import Booking, difference_of, match
from services.mall.domain.statement import Statement, StatementLine

from .statements import DAY, NEXT_DAY, OTHER_SUBJECT, SUBJECT, a_booking, a_line

WRONG = ("", "", "missing", "double", "altered", "unknown", "fee", "kept")


@dataclass(frozen=True)
class Movement:
    """What moved, and what is wrong with its line."""

    kind: str
    amount_minor: int
    currency: str
    wrong: str


MOVEMENTS = st.lists(
    st.builds(
        Movement, st.sampled_from(["payment", "refund", "transfer"]),
        st.integers(-(10**6), 10**6).filter(bool), st.sampled_from(["EUR", "JPY"]), st.sampled_from(WRONG),
    ),
    max_size=12,
)  # fmt: skip


def booking_of(number: int, movement: Movement) -> Booking:
    subject_id = str(UUID(int=number + 1))
    return Booking(number + 1, movement.kind, subject_id, movement.amount_minor, movement.currency, DAY)


def lines_of(number: int, movement: Movement) -> list[StatementLine]:
    line = StatementLine(
        f"l{number}", movement.kind, UUID(int=number + 1), movement.amount_minor, 0, movement.currency,
        datetime(2026, 3, 2, tzinfo=UTC),
    )  # type: ignore[arg-type]  # fmt: skip
    made_up = replace(line, line_id=f"x{number}", subject_id=UUID(int=number + 1_000), amount_minor=77)
    match movement.wrong:
        case "missing":
            return []
        case "double":
            return [line, line]
        case "altered":
            return [replace(line, amount_minor=movement.amount_minor + 1)]
        case "unknown":
            return [line, made_up]
        case "fee":
            return [line, replace(line, line_id=f"f{number}", kind="fee", subject_id=None, amount_minor=-5)]
        case "kept":
            return [replace(line, fee_minor=3)]
    return [line]


def expected(number: int, movement: Movement) -> list[tuple[object, ...]]:
    """The discrepancy that this makes: kind, subject and difference."""
    subject_id = str(UUID(int=number + 1))
    match movement.wrong:
        case "missing":
            return [("ours", subject_id, -movement.amount_minor)]
        case "double":
            return [("theirs", subject_id, movement.amount_minor)]
        case "altered":
            return [("differing", subject_id, 1)]
        case "unknown":
            return [("theirs", str(UUID(int=number + 1_000)), 77)]
    return []


@given(MOVEMENTS, st.randoms(use_true_random=False))
def test_exactly_the_differences_that_were_put_in_are_found(movements: list[Movement], chance: object) -> None:
    bookings = [booking_of(number, movement) for number, movement in enumerate(movements)]
    lines = [line for number, movement in enumerate(movements) for line in lines_of(number, movement)]
    chance.shuffle(lines)  # type: ignore[attr-defined]
    statement = Statement.of(DAY, lines, {})
    came = match(DAY, 1, statement.lines, bookings, {})
    wanted = [one for number, movement in enumerate(movements) for one in expected(number, movement)]
    found = [(one["kind"], one["subject_id"], difference_of(one)) for one in came.found if one["kind"] != "fees"]
    assert Counter(found) == Counter(wanted)
    for currency in ("EUR", "JPY"):
        fees = {"fee": -5, "kept": -3}
        kept = sum(fees.get(one.wrong, 0) for one in movements if one.currency == currency)
        proposed = [one for one in came.found if one["kind"] == "fees" and one["currency"] == currency]
        assert [difference_of(one) for one in proposed] == ([kept] if kept else [])
        stated = sum(line.amount_minor - line.fee_minor for line in lines if line.currency == currency)
        booked = sum(one.amount_minor for one in bookings if one.currency == currency)
        explained = sum(difference_of(one) for one in came.found if one["currency"] == currency)
        assert came.stated.get(currency, 0) == stated
        assert stated - booked == explained


@given(MOVEMENTS)
def test_every_line_is_in_one_state(movements: list[Movement]) -> None:
    lines = Statement.of(DAY, [one for n, each in enumerate(movements) for one in lines_of(n, each)], {}).lines
    came = match(DAY, 1, lines, [booking_of(number, movement) for number, movement in enumerate(movements)], {})
    found = {one["discrepancy_id"]: one for one in came.found}
    assert [line["line_id"] for line in came.lines] == [line.line_id for line in lines]
    for line in came.lines:
        match line["state"]:
            case "matched":
                assert line["position"] is not None
                assert line["discrepancy_id"] is None
            case "differing":
                assert found[line["discrepancy_id"]]["position"] == line["position"]
            case "unmatched":
                assert found[line["discrepancy_id"]]["line_id"] == line["line_id"]
            case state:
                assert (state, line["discrepancy_id"], line["position"]) == ("fee", None, None)


def test_a_line_and_a_booking_of_the_same_match() -> None:
    came = match(DAY, 1, [a_line()], [a_booking()], {})
    assert (came.matched, came.found, came.closed) == (1, [], [])
    assert [(line["state"], line["position"]) for line in came.lines] == [("matched", 5)]


def test_another_kind_subject_or_currency_is_no_match() -> None:
    for changes in ({"kind": "refund"}, {"subject_id": OTHER_SUBJECT}, {"currency": "JPY"}, {"subject_id": None}):
        came = match(DAY, 1, [a_line(**changes)], [a_booking()], {})
        assert sorted(one["kind"] for one in came.found) == ["ours", "theirs"]


def test_a_line_with_the_right_amount_goes_before_one_that_differs() -> None:
    came = match(DAY, 1, [a_line(amount_minor=1), a_line(line_id="l2")], [a_booking()], {})
    assert [(line["line_id"], line["state"]) for line in came.lines] == [("l1", "unmatched"), ("l2", "matched")]


def known(*found: dict[str, object]) -> dict[str, dict[str, object]]:
    more = {"state": "open", "settled_by": None, "into": None, "account": None}
    return {str(one["discrepancy_id"]): {**one, **more} for one in found}


def test_a_late_line_settles_what_was_open_of_ours() -> None:
    before = match(DAY, 1, [], [a_booking()], {})
    came = match(NEXT_DAY, 1, [a_line()], [], known(*before.found))
    assert [(one["state"], one["settled_by"]) for one in came.closed] == [("settled", 5)]
    assert came.found == []
    assert came.lines[0]["state"] == "matched"


def test_a_late_booking_settles_what_was_open_of_theirs() -> None:
    before = match(DAY, 1, [a_line()], [], {})
    came = match(NEXT_DAY, 1, [], [a_booking(9)], known(*before.found))
    assert [(one["state"], one["settled_by"]) for one in came.closed] == [("settled", 9)]
    assert came.found == []


def test_a_late_line_of_another_amount_differs_since_the_booking() -> None:
    before = match(DAY, 1, [], [a_booking()], {})
    came = match(NEXT_DAY, 1, [a_line(amount_minor=11_999)], [], known(*before.found))
    (one,) = came.found
    assert (one["kind"], one["since"], difference_of(one)) == ("differing", DAY, -1)
    assert [(closed["state"], closed["into"]) for closed in came.closed] == [("joined", one["discrepancy_id"])]


def test_what_was_resolved_is_matched_with_nothing() -> None:
    resolved = known(*match(DAY, 1, [], [a_booking()], {}).found)
    next(iter(resolved.values()))["state"] = "resolved"
    came = match(NEXT_DAY, 1, [a_line()], [], resolved)
    assert [one["kind"] for one in came.found] == ["theirs"]
    assert came.closed == []


def test_a_statement_that_tells_a_line_twice_has_two_lines() -> None:
    statement = Statement.of(DAY, [a_line(), a_line()], {"EUR": 12_000})
    assert [line.line_id for line in statement.lines] == ["l1", "l1.2"]


def test_the_digest_is_of_what_is_said_in_whatever_order() -> None:
    one, other = a_line(), a_line(line_id="l2", subject_id=SUBJECT)
    digest = Statement.of(DAY, [one, other], {"EUR": 1}).digest
    assert digest == Statement.of(DAY, [other, one], {"EUR": 1}).digest
    assert digest != Statement.of(DAY, [one, other], {"EUR": 2}).digest
    assert digest != Statement.of(DAY, [one], {"EUR": 1}).digest
