"""Who may do what: every operation, asked by everybody. Expectations follow from the policy in the table of operations.

What is decided on the thing itself (``only("the owner of the group")``) stands in RELATIONS, one row a relation.
Somebody else's private thing must look like one that is not there.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.kernel.doors.operation import Kind, Policy
from tests.support.everybody import Everybody
from tests.support.surface import Call, Row, elsewhere, examples, rows, send
from tests.support.surface_wrong import assert_refused
from tests.support.worlds import EMBEDDED, World

ROWS = {row.name: row for row in rows()}
EXAMPLES = examples()
WHO = ("nobody", "stranger", "other", "operator", "certifier", "concerned")
"""Whom the thing concerns comes last: what was made for those who are refused is hers to do."""
WHO_APART = ("stranger", "other", "concerned")
"""Apart, the same code decides: what may differ is what a service knows of others, and whom it holds somebody for."""
ROLES = {"stranger": (), "operator": ("operator",), "certifier": ("certifier",)}
MAY, UNKNOWN, FORBIDDEN, MISSING = "may", 401, 403, 404


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What each of them meets: MAY, or the status of the refusal, or its code where another guard comes in between.

    ``concerned`` is the one of the example who may; ``other`` somebody else whom the thing concerns.
    """

    stranger: object
    other: object
    operator: object
    certifier: object
    nobody: object = UNKNOWN
    concerned: object = MAY


ANYBODY = Rights(nobody=MAY, stranger=MAY, other=MAY, operator=MAY, certifier=MAY)
SIGNED_IN = replace(ANYBODY, nobody=UNKNOWN)
OPERATOR = Rights(stranger=FORBIDDEN, other=FORBIDDEN, operator=MAY, certifier=FORBIDDEN)
BY_KEY = Rights(stranger=UNKNOWN, other=UNKNOWN, operator=UNKNOWN, certifier=UNKNOWN)
OF_A_GROUP = Rights(stranger=FORBIDDEN, other=MAY, operator=FORBIDDEN, certifier=FORBIDDEN)
PRIVATE = Rights(stranger=MISSING, other=MISSING, operator=MISSING, certifier=MISSING)

RELATIONS: dict[tuple[str, str], Rights] = {
    # identity; the other is the person of the claim, or its issuer
    ("a certifier", ""): Rights(stranger=FORBIDDEN, other=FORBIDDEN, operator=FORBIDDEN, certifier=MAY),
    ("a certifier", "claim_id"): Rights(stranger=FORBIDDEN, other=FORBIDDEN, operator=FORBIDDEN, certifier=MAY),
    ("the person of the claim, or a certifier", "claim_id"): replace(PRIVATE, certifier=MAY),
    ("the person of the claim, its issuer, or a certifier", "claim_id"): replace(PRIVATE, other=MAY, certifier=MAY),
    ("the person herself", ""): replace(
        ANYBODY,
        nobody=UNKNOWN,
        **dict.fromkeys(("stranger", "other", "operator", "certifier"), "identity.not_yourself"),
    ),
    # groups, which everybody sees; the other leads or reviews the group
    ("an owner of the group", "group_id"): replace(OF_A_GROUP, other=FORBIDDEN),
    ("an owner or a leader of the group", "group_id"): OF_A_GROUP,
    ("an owner, a leader or a reviewer of the group", "group_id"): OF_A_GROUP,
    ("an owner or a leader of the group, or an operator", "group_id"): replace(OF_A_GROUP, operator=MAY),
    ("a member of the group", "group_id"): OF_A_GROUP,
    # applications and invitations, which are private; the other is the person whom they are about
    ("an owner, a leader or a reviewer of the group", "application_id"): replace(PRIVATE, other=FORBIDDEN),
    ("an owner, a leader or a reviewer of the group", "invitation_id"): replace(PRIVATE, other=FORBIDDEN),
    ("the applicant, or an owner, a leader or a reviewer of the group", "application_id"): replace(PRIVATE, other=MAY),
    ("the applicant", "application_id"): PRIVATE,
    ("an owner of the group", "application_id"): replace(PRIVATE, other=FORBIDDEN),
    ("a member of the group", "introduction_id"): replace(PRIVATE, other=MAY),
    ("a member of the group, or who has an open application to it", "group_id"): Rights(
        stranger="groups.nothing_to_accept",
        other=MAY,
        operator="groups.nothing_to_accept",
        certifier="groups.nothing_to_accept",
    ),
    # posts, which are for the members of their group; the other is a fellow member
    ("a member of the group, or anybody where it lets everybody read", "group_id"): OF_A_GROUP,
    ("a member of the group, or anybody where it lets everybody read", "post_id"): replace(PRIVATE, other=MAY),
    ("a member of the group", "post_id"): replace(PRIVATE, other=MAY),
    ("a member of both groups", "post_id"): replace(PRIVATE, other=FORBIDDEN),
    ("the author of the post", "post_id"): replace(PRIVATE, other=FORBIDDEN),
    ("an owner or a leader of the group", "post_id"): replace(PRIVATE, other=FORBIDDEN),
    ("an owner, a leader or a reviewer of the group", "post_id"): replace(PRIVATE, other=FORBIDDEN),
    ("the author of the post, or an owner, a leader or a reviewer of the group", "post_id"): replace(
        PRIVATE, other=MAY
    ),
    (
        "an owner, a leader or a reviewer of the group who did not remove it, or an operator where there is none",
        "post_id",
    ): replace(PRIVATE, other=FORBIDDEN),
    # the mall: listings and shelves, which everybody sees
    ("a seller in good standing", ""): Rights(stranger=MISSING, other=MISSING, operator=MISSING, certifier=MISSING),
    ("the seller of the listing", "listing_id"): replace(OF_A_GROUP, other=FORBIDDEN),
    ("the owner or a leader of the group", "group_id"): OF_A_GROUP,
    # figures, checkouts, orders and accounts, which are private; the other leads the group, or is the opposite party
    ("the seller of the listing, or an operator", "listing_id"): replace(PRIVATE, operator=MAY),
    ("the owner or a leader of the group, or an operator", "group_id"): replace(PRIVATE, other=MAY, operator=MAY),
    ("the owner of the group, or an operator", "group_id"): replace(PRIVATE, operator=MAY),
    ("the buyer", "checkout_id"): PRIVATE,
    ("the buyer", "order_id"): replace(PRIVATE, other=FORBIDDEN, operator=FORBIDDEN),
    ("the seller of the order", "order_id"): replace(PRIVATE, other=FORBIDDEN, operator=FORBIDDEN),
    ("the seller of the order, or an operator", "order_id"): replace(PRIVATE, other=FORBIDDEN, operator=MAY),
    ("the buyer, the seller, or an operator", "order_id"): replace(PRIVATE, other=MAY, operator=MAY),
    ("the buyer, the seller, or an operator", "document_id"): replace(PRIVATE, other=MAY, operator=MAY),
    ("the buyer, the seller, who earns by the line, or an operator", "order_id"): replace(
        PRIVATE, other=MAY, operator=MAY
    ),
    ("the buyer", "case_id"): replace(PRIVATE, other=FORBIDDEN, operator=FORBIDDEN),
    ("the seller of the order", "case_id"): replace(PRIVATE, other=FORBIDDEN, operator=FORBIDDEN),
    ("the buyer, the seller, or an operator", "case_id"): replace(PRIVATE, other=MAY, operator=MAY),
    ("who earns by it, or owns the group that does", "hold_id"): PRIVATE,
    ("who earns by it, or owns the group that does, or an operator", "hold_id"): replace(PRIVATE, operator=MAY),
    ("the owner of the link", "link_id"): PRIVATE,
    ("the writer of the review", "review_id"): replace(OF_A_GROUP, other=FORBIDDEN),
    ("the seller of what is judged", "review_id"): replace(OF_A_GROUP, other=FORBIDDEN),
    ("the party itself, or an operator", "party_id"): replace(PRIVATE, operator=MAY),
    ("the party itself, or an operator", "payout_id"): replace(PRIVATE, operator=MAY),
    ("the party itself, or an operator", ""): replace(PRIVATE, operator=MAY),
    ("the party itself", "party_id"): PRIVATE,
    ("the party itself", "payout_id"): PRIVATE,
    ("the party itself", ""): PRIVATE,
    # agreements, which are for their two sides; the other leads the group and does not own it
    ("the seller, or the owner of the group", ""): replace(OF_A_GROUP, other=FORBIDDEN),
    ("the seller, or the owner of the group", "agreement_id"): PRIVATE,
    ("the side that was offered it", "agreement_id"): PRIVATE,
    ("the side that has offered it", "agreement_id"): PRIVATE,
    ("the seller, the owner of the group, or an operator", ""): replace(PRIVATE, operator=MAY),
    ("the seller, the owner of the group, or an operator", "agreement_id"): replace(PRIVATE, operator=MAY),
    # events: gatherings, which everybody sees, and registrations, which are private; the other leads the group
    ("an owner or a leader of the group", ""): OF_A_GROUP,
    ("an owner or a leader of the group", "gathering_id"): OF_A_GROUP,
    ("an owner or a leader of the group, or somebody they put at the door", "gathering_id"): OF_A_GROUP,
    ("a member of the group, who organised it, or an operator", "gathering_id"): replace(OF_A_GROUP, operator=MAY),
    ("whoever is or was on the waitlist, or an owner or a leader of the group", "gathering_id"): OF_A_GROUP,
    ("whoever registered", "registration_id"): PRIVATE,
}
EXCEPTIONS: dict[tuple[str, str], object] = {
    ("groups.leave", "stranger"): "groups.not_a_member",
    ("groups.leave", "operator"): "groups.not_a_member",
    ("groups.leave", "certifier"): "groups.not_a_member",
}
"""Where another guard says no first, and what it says."""


def rights_of(row: Row) -> Rights:
    """What the policy of an operation promises. KeyError for a relation that has no row."""
    policy: Policy = row.operation.policy
    if policy.relation is not None:
        return RELATIONS[policy.relation, next(iter(row.operation.path_schema._declared_fields), "")]
    if policy.role is not None:
        assert policy.role == "operator", "the matrix knows no other role at the door"
        return OPERATOR
    if policy.by_key:
        return BY_KEY
    return SIGNED_IN if policy.signed_in else ANYBODY


def expected_of(name: str, who: str) -> object:
    """What somebody must meet who asks for an operation."""
    return EXCEPTIONS.get((name, who), getattr(rights_of(ROWS[name]), who))


def missing_for(name: str) -> list[str]:
    """To whom the thing that an operation is about must look like one that is not there."""
    is_about_one = bool(ROWS[name].operation.path_schema._declared_fields)
    return [who for who in WHO if is_about_one and expected_of(name, who) == MISSING]


@dataclass(frozen=True, slots=True)
class Made:
    """An example, and for whom it was made."""

    example: Call
    usual: UUID


class Cast:
    """One operation and everybody who could ask for it. They are new, so that no operation helps another."""

    def __init__(self, everybody: Everybody, name: str) -> None:
        self.everybody, self.name, self.row = everybody, name, ROWS[name]
        self._people: dict[str, UUID] = {}
        self._shared: Made | None = None

    def expected(self, who: str) -> object:
        """What one of them must meet."""
        return expected_of(self.name, who)

    def call(self, who: str) -> Call:
        """The request as one of them makes it, about something new where it will be accepted and changes something."""
        made = self._of_her_own(who) if self._is_carried_out(who) else self._of_all()
        example = made.example
        concerned = {"concerned": example.by, "other": example.other or made.usual}
        if self.row.operation.policy.by_key and who != "concerned":
            example = replace(example, headers={})  # the key is the partner's alone, and no token takes its place
        return replace(example, by=concerned[who] if who in concerned else self._person(who))

    def _person(self, who: str) -> UUID | None:
        """One of those whom the thing does not concern; None for nobody, and for who is found in the example."""
        if who in ROLES and who not in self._people:
            self._people[who] = self.everybody.person(*ROLES[who])
        return self._people.get(who)

    def _is_carried_out(self, who: str) -> bool:
        return self.row.operation.kind is not Kind.QUERY and self.expected(who) == MAY

    def _of_her_own(self, who: str) -> Made:
        """What waits for nobody else any more, or something new. What is signed holds for some minutes only."""
        left = self._shared if who == "concerned" else None
        self._shared = None if left else self._shared
        return left if left and left.example.content is None else self._make(self._person(who))

    def _of_all(self) -> Made:
        self._shared = self._shared or self._make(None)
        return self._shared

    def _make(self, usual: UUID | None) -> Made:
        known = usual or self.everybody.person()
        return Made(EXAMPLES[self.name](self.everybody, known), known)


@pytest.fixture(scope="module")
def casts(everybody: Everybody) -> Callable[[str], Cast]:
    return cache(lambda name: Cast(everybody, name))


@pytest.fixture(scope="module")
def askers(world: World) -> tuple[str, ...]:
    return WHO if world.name == EMBEDDED else WHO_APART


def test_every_operation_has_its_row_and_every_row_an_operation():
    assert all(rights_of(row) for row in ROWS.values())
    used = {
        (row.operation.policy.relation, next(iter(row.operation.path_schema._declared_fields), ""))
        for row in ROWS.values()
    }
    assert set(RELATIONS) <= used
    assert {name for name, _ in EXCEPTIONS} <= set(ROWS)


@pytest.mark.parametrize("name", [name for name in ROWS if missing_for(name)])
def test_somebody_elses_thing_looks_like_one_that_is_not_there(casts, askers, name):
    cast = casts(name)
    for who in (one for one in missing_for(name) if one in askers):
        call = cast.call(who)
        place = next(iter(call.path))
        nothing = elsewhere(call, place, uuid4())
        theirs, none = (_seen(cast.everybody, cast.row, one, place) for one in (call, nothing))
        assert theirs == none, who


@pytest.mark.parametrize("name", ROWS)
def test_each_may_what_the_policy_says_and_nothing_else(casts, askers, name):
    for who in askers:
        try:
            _assert_right(casts(name), who)
        except AssertionError as failed:
            raise AssertionError(f"{who}: {failed}") from failed


def _assert_right(cast: Cast, who: str) -> None:
    everybody, expected, call = cast.everybody, cast.expected(who), cast.call(who)
    before = None if expected == MAY else everybody.last_written()
    answer = send(everybody, cast.row, call)
    if expected == MAY:
        assert answer.status_code == cast.row.operation.status, answer.text
        return
    problem = assert_refused(answer)
    assert expected in (problem["status"], problem["code"]), problem
    assert everybody.written() == before, "a refused request has changed something"


def _seen(everybody: Everybody, row: Row, call: Call, place: str) -> tuple[int, Any]:
    """Status and body; the id that was asked for may be repeated in it."""
    answer = send(everybody, row, call)
    return answer.status_code, answer.text.replace(str(call.path[place]), "ID")
