"""What breaks a caller of an operation is seen, each kind of it on a surface that is made up."""

from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

import pytest
from marshmallow import Schema, fields, validate

from services.kernel.doors.openapi import document
from services.kernel.doors.operation import PUBLIC, SIGNED_IN, CommandAnswer, Operation, command, query

from .documents import OPENAPI, kept, operations_document
from .http_changes import ADVICE, broken_for_callers


class Seat(Schema):
    """Which seat."""

    row = fields.String(required=True, validate=[validate.Length(1, 10), validate.OneOf(["front", "back"])])
    number = fields.Integer(validate=validate.Range(1, 50), allow_none=True)


class Taken(CommandAnswer):
    """The seat."""

    seat_id = fields.UUID(required=True)
    row = fields.String(required=True, validate=validate.OneOf(["front", "back"]))


class Asked(Schema):
    """Which seats."""

    row = fields.String()


class Found(Schema):
    """Seats."""

    seats = fields.List(fields.Nested(Taken), required=True)


def nothing() -> None:
    """Does nothing."""


TAKE = command("take", "/halls/{hall_id}/seats", nothing, policy=PUBLIC, summary="Sit.", takes=Seat, gives=Taken)
SEATS = query("seats", "/seats", nothing, policy=PUBLIC, summary="Who sits.", takes=Asked, gives=Found)


@dataclass(frozen=True)
class Theatre:
    """A service with these rows."""

    operations: tuple[Operation, ...]
    name: str = "theatre"


def surface(*rows: Operation) -> dict[str, Any]:
    """Their document."""
    return document([Theatre(rows)], prefix=True)


def with_form(**changed: fields.Field[Any]) -> dict[str, Any]:
    """The surface where a command takes other fields than before."""
    return surface(replace(TAKE, takes=type("OtherSeat", (Seat,), changed)), SEATS)


def with_answer(**changed: fields.Field[Any]) -> dict[str, Any]:
    """The surface where a command answers other fields than before."""
    return surface(replace(TAKE, gives=type("OtherTaken", (Taken,), changed)), SEATS)


def broken(made: dict[str, Any]) -> list[str]:
    """What is broken where both rows were, as they are."""
    return broken_for_callers(surface(TAKE, SEATS), made)


TAKES, ANSWERS = "POST /theatre/halls/{}/seats", "GET /theatre/seats"


def test_every_operation_keeps_what_was_promised():
    assert broken_for_callers(kept(OPENAPI), operations_document()) == [], ADVICE


def test_a_surface_that_stays_breaks_nobody():
    assert broken(surface(TAKE, SEATS)) == []


def test_another_operation_breaks_nobody():
    assert broken(surface(TAKE, SEATS, replace(SEATS, name="more", path="/more"))) == []


def test_another_name_in_a_path_breaks_nobody():
    assert broken(surface(replace(TAKE, path="/halls/{house_id}/seats"), SEATS)) == []


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ((SEATS,), f"{TAKES}: it is gone."),
        ((replace(TAKE, path="/rooms/{hall_id}/seats"), SEATS), f"{TAKES}: it is gone."),
        ((replace(TAKE, method="PUT"), SEATS), f"{TAKES}: it is gone."),
        ((replace(TAKE, policy=SIGNED_IN), SEATS), f"{TAKES}: anybody could call it, and now it takes a token."),
        ((replace(TAKE, status=201), SEATS), f"{TAKES}: it no longer answers 200."),
        ((TAKE, replace(SEATS, media="text/csv")), f"{ANSWERS}: the answer is no longer application/json."),
    ],
)
def test_an_operation_that_changes_is_seen(rows, said):
    assert said in broken(surface(*rows))


@pytest.mark.parametrize(
    "changed",
    [
        {"colour": fields.String()},
        {"row": fields.String(validate=[validate.Length(1, 20), validate.OneOf(["front", "back", "side"])])},
        {"row": fields.String(required=True)},
        {"number": fields.Integer(allow_none=True)},
    ],
)
def test_to_take_more_breaks_nobody(changed):
    assert broken(with_form(**changed)) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"colour": fields.String(required=True)}, "colour in the body is new and cannot be left out"),
        ({"number": fields.Integer(required=True, allow_none=True)}, "number in the body could be left out"),
        ({"number": fields.Integer()}, "number in the body was integer or null, is integer"),
        ({"number": fields.String(allow_none=True)}, "number in the body was integer or null, is null or string"),
        ({"row": fields.UUID(required=True)}, "row in the body was of any form, is uuid"),
        (
            {"row": fields.String(required=True, validate=validate.OneOf(["front"]))},
            "row in the body no longer knows back",
        ),
        ({"number": fields.Integer(allow_none=True, validate=validate.Range(1, 40))}, "has maximum 40, had 50"),
        ({"number": fields.Integer(allow_none=True, validate=validate.Range(2, 50))}, "has minimum 2, had 1"),
        ({"row": fields.String(required=True, validate=validate.Length(1, 5))}, "has maxLength 5, had 10"),
        (
            {"row": fields.String(required=True, validate=validate.Regexp("^[a-z]+$"))},
            "row in the body has to look like ^[a-z]+$",
        ),
    ],
)
def test_to_take_less_is_seen(changed, said):
    assert any(one.startswith(TAKES) and said in one for one in broken(with_form(**changed)))


def test_a_field_that_is_no_longer_taken_is_seen():
    class Less(Schema):
        row = Seat._declared_fields["row"]

    assert broken(surface(replace(TAKE, takes=Less), SEATS)) == [f"{TAKES}: number in the body is gone."]


def test_a_body_that_was_not_asked_for_is_seen():
    before = surface(replace(SEATS, method="POST", takes=Schema))
    assert broken_for_callers(before, surface(replace(SEATS, method="POST"))) == []
    assert broken_for_callers(before, surface(replace(SEATS, method="POST", takes=Seat))) == [
        "POST /theatre/seats: row in the body is new and cannot be left out."
    ]


def test_to_answer_more_breaks_nobody():
    assert broken(with_answer(colour=fields.String())) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"row": fields.String()}, "row in the answer was always there and no longer is"),
        ({"seat_id": fields.UUID(required=True, allow_none=True)}, "seat_id in the answer was string, is null or"),
        ({"seat_id": fields.String(required=True)}, "seat_id in the answer was uuid, is of any form"),
        (
            {"row": fields.String(required=True, validate=validate.OneOf(["front", "back", "side"]))},
            "row in the answer may be side now",
        ),
    ],
)
def test_to_answer_otherwise_is_seen(changed, said):
    assert any(one.startswith(TAKES) and said in one for one in broken(with_answer(**changed)))


def test_an_answer_without_a_field_is_seen_however_deep():
    class Less(CommandAnswer):
        seat_id = fields.UUID(required=True)

    class Fewer(Schema):
        seats = fields.List(fields.Nested(Less), required=True)

    assert broken(surface(TAKE, replace(SEATS, gives=Fewer))) == [f"{ANSWERS}: seats[].row in the answer is gone."]


def test_a_parameter_that_changes_is_seen():
    class Otherwise(Schema):
        column = fields.String(required=True)

    assert broken(surface(TAKE, replace(SEATS, takes=Otherwise))) == [
        f"{ANSWERS}: the parameter row is gone.",
        f"{ANSWERS}: the parameter column is new and cannot be left out.",
    ]


def test_a_parameter_that_can_no_longer_be_left_out_or_takes_less_is_seen():
    class Otherwise(Schema):
        row = fields.UUID(required=True)

    assert broken(surface(TAKE, replace(SEATS, takes=Otherwise))) == [
        f"{ANSWERS}: the parameter row could be left out and no longer can.",
        f"{ANSWERS}: the parameter row was of any form, is uuid.",
    ]


def test_another_form_of_refusals_is_seen():
    made = surface(TAKE, SEATS)
    del made["components"]["schemas"]["Problem"]["properties"]["code"]
    assert f"{ANSWERS}: code in the answer is gone." in broken(made)


@pytest.mark.parametrize(
    ("was", "now", "counts"),
    [
        ("0.1.0", "0.1.7", True), ("0.1.0", "0.2.0", False), ("1.1.0", "1.2.0", True), ("1.1.0", "2.0.0", False),
    ],
)  # fmt: skip
def test_a_version_that_says_so_may_break_callers(was, now, counts):
    before, after = surface(TAKE, SEATS), surface(SEATS)
    before["info"]["version"], after["info"]["version"] = was, now
    assert bool(broken_for_callers(before, after)) is counts


def test_schemas_that_contain_themselves_are_compared_once():
    made = deepcopy(surface(TAKE, SEATS))
    seats = made["components"]["schemas"]
    name = next(name for name in seats if name.endswith("Taken"))
    seats[name]["properties"]["beside"] = {"$ref": f"#/components/schemas/{name}"}
    assert broken_for_callers(made, deepcopy(made)) == []
