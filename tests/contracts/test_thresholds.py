"""Thresholds by example: what is met, what is missing, what is relied on, what cannot be read."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.contracts.thresholds import OPEN, Claim, Evidence, MalformedThreshold, evaluate, parse
from tests.support.scenario import NOON

GROUP = UUID(int=0x100)
NAME = {"claim": "real_name", "level": 1}
OUTDOORS = {"claim": "industry", "level": 1, "code": "outdoors"}
INVITED = {"invitation": True}


def claim(kind="real_name", level=1, code=None, valid_until=None, number=1):
    return Claim(kind, level, code, valid_until, UUID(int=number))


def verdict(data: Any, *claims: Claim, **evidence: Any):
    return evaluate(parse(data), Evidence(claims=claims, **evidence), NOON)


@pytest.mark.parametrize("data", [None, {"all": []}])
def test_a_threshold_that_asks_for_nothing_is_open_to_everybody(data):
    assert parse(data) == OPEN
    assert verdict(data).satisfied


def test_says_in_a_sentence_exactly_what_is_missing():
    missing = verdict({"all": [NAME, {"any": [OUTDOORS, INVITED]}]})
    assert missing.missing == [NAME, {"any": [OUTDOORS, INVITED]}]
    assert missing.sentence() == (
        "a certified real name (level 1 or higher), "
        "and either a certified industry 'outdoors' (level 1 or higher) or an invitation"
    )


def test_lists_only_what_is_not_there():
    assert verdict({"all": [NAME, OUTDOORS]}, claim()).missing == [OUTDOORS]
    assert verdict({"any": [{"all": [NAME, OUTDOORS]}, INVITED]}, claim()).missing == [{"any": [OUTDOORS, INVITED]}]


def test_an_alternative_of_several_needs_is_said_as_one():
    missing = verdict({"any": [{"all": [NAME, OUTDOORS]}, INVITED, {"tag": "interest", "value": "fishing"}]})
    assert missing.missing == [{"any": [{"all": [NAME, OUTDOORS]}, INVITED, {"tag": "interest", "value": "fishing"}]}]
    assert missing.sentence() == (
        "either both a certified real name (level 1 or higher) and a certified industry 'outdoors' (level 1 or higher)"
        ", an invitation, or the interest tag 'fishing'"
    )


def test_a_level_that_is_too_low_is_missing():
    assert verdict({"claim": "education", "level": 2}, claim("education", 1)).sentence() == (
        "a certified education (level 2 or higher)"
    )


def test_a_claim_counts_until_the_moment_it_expires():
    assert verdict(NAME, claim(valid_until=NOON + timedelta(seconds=1))).satisfied
    expired = verdict(NAME, claim(valid_until=NOON))
    assert expired.missing == [NAME | {"expired_at": "2026-03-02T12:00:00+00:00"}]
    assert expired.sentence() == "a certified real name (level 1 or higher; the one held expired on 2026-03-02)"


def test_an_expired_claim_is_not_held_against_a_person():
    assert verdict({"not": NAME}, claim(valid_until=NOON)).satisfied


def test_says_what_must_not_be_there():
    forbidden = verdict({"not": {"any": [OUTDOORS, INVITED]}}, claim("industry", 1, "outdoors"))
    assert forbidden.missing == [{"not": OUTDOORS}]
    assert forbidden.sentence() == "to hold no certified industry 'outdoors' (of level 1 or higher)"
    both = verdict({"not": {"all": [{"member": str(GROUP)}, INVITED]}}, memberships={GROUP}, invitations=True)
    assert both.sentence() == f"either not to be a member of the group {GROUP} or to come without an invitation"


def test_a_threshold_that_nobody_meets_says_so():
    assert verdict({"not": {"all": []}}).sentence() == "what nobody can have (this is closed to everybody)"


def test_tags_memberships_and_invitations_count():
    tag, member = {"tag": "interest", "value": "fishing"}, {"member": str(GROUP)}
    assert verdict({"all": [tag, member, INVITED]}).missing == [tag, member, INVITED]
    assert verdict(
        {"all": [tag, member, INVITED]}, tags={"interest": {"fishing"}}, memberships={GROUP}, invitations=True
    ).satisfied


def test_relies_on_the_highest_level_then_on_the_longest_validity():
    soon, later = NOON + timedelta(days=1), NOON + timedelta(days=9)
    low, brief, long = claim(), claim(level=2, valid_until=soon, number=2), claim(level=2, valid_until=later, number=3)
    assert verdict(NAME, low, brief, long).relied_on == [
        {"claim_id": str(UUID(int=3)), "kind": "real_name", "level": 2, "code": None, "valid_until": later.isoformat()}
    ]


def test_relies_on_as_few_claims_as_the_shortest_alternative_needs():
    held = claim(), claim("industry", 1, "outdoors", number=2), claim("education", 1, number=3)
    met = verdict({"any": [{"all": [NAME, OUTDOORS]}, {"claim": "education", "level": 1}]}, *held)
    assert [entry["kind"] for entry in met.relied_on] == ["education"]
    assert verdict({"any": [NAME, INVITED]}, *held, invitations=True).relied_on == []


def nested(depth: int) -> dict[str, Any]:
    return INVITED if depth == 1 else {"not": nested(depth - 1)}


def test_takes_eight_levels_and_sixty_four_expressions_and_no_more():
    parse(nested(8))
    parse({"all": [INVITED] * 63})
    for too_large in (nested(9), {"all": [INVITED] * 64}):
        with pytest.raises(MalformedThreshold):
            parse(too_large)


@pytest.mark.parametrize(
    ("data", "path", "problem"),
    [
        ([], "threshold", "an expression is a JSON object"),
        ({}, "threshold", "this has nothing"),
        ({"level": 1}, "threshold", "this has 'level'"),
        ({"all": [], "any": []}, "threshold", "cannot stand in one expression"),
        ({"all": {}}, "threshold.all", "a list of expressions"),
        ({"all": [NAME, 7]}, "threshold.all[1]", "a JSON object"),
        ({"any": []}, "threshold.any", "nobody could meet this"),
        ({"not": None}, "threshold.not", "a JSON object"),
        ({"claim": "star_sign", "level": 1}, "threshold.claim", "one of real_name"),
        ({"claim": [], "level": 1}, "threshold.claim", "one of real_name"),
        ({"claim": "real_name"}, "threshold.level", "whole number"),
        ({"claim": "real_name", "level": 0}, "threshold.level", "whole number"),
        ({"claim": "real_name", "level": True}, "threshold.level", "whole number"),
        ({"claim": "real_name", "level": 1.5}, "threshold.level", "whole number"),
        ({"claim": "real_name", "level": 1, "cod": "x"}, "threshold", "no key 'cod' beside 'claim'"),
        ({"claim": "real_name", "level": 1, "code": 3}, "threshold.code", "a text"),
        ({"invitation": False}, "threshold.invitation", "must be true"),
        ({"tag": "", "value": "x"}, "threshold.tag", "a text"),
        ({"tag": "interest"}, "threshold.value", "a text"),
        ({"any": [{"not": {"member": "12"}}]}, "threshold.any[0].not.member", "a UUID"),
        ({"member": 12}, "threshold.member", "a text"),
    ],
)
def test_says_where_it_cannot_be_read_and_why(data, path, problem):
    with pytest.raises(MalformedThreshold) as refused:
        parse(data)
    assert refused.value.path == path
    assert problem in refused.value.problem
    assert str(refused.value) == f"At {path}: {refused.value.problem}."
