"""The evaluator against a naive one, and what must hold whatever the threshold is."""

from datetime import timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.contracts.thresholds import Evidence, Not, evaluate, parse, to_data
from tests.support.scenario import NOON

from .threshold_cases import evidences, granted, naively, positive, thresholds

quick = settings(max_examples=200, deadline=None)
moments = st.sampled_from([NOON + timedelta(days=days) for days in (-3, 0, 1, 3)])


@quick
@given(thresholds, evidences, moments)
def test_decides_as_the_naive_evaluator_does(data, evidence, now):
    verdict = evaluate(parse(data), evidence, now)
    assert verdict.satisfied is naively(data, evidence, now)
    assert verdict.satisfied is not bool(verdict.missing)
    assert verdict.satisfied is not bool(verdict.sentence())


@quick
@given(thresholds, evidences)
def test_the_opposite_of_a_threshold_is_met_exactly_when_it_is_not(data, evidence):
    opposite = evaluate(Not(parse(data)), evidence, NOON)
    assert opposite.satisfied is not evaluate(parse(data), evidence, NOON).satisfied


@quick
@given(positive, evidences, st.integers(0, 5))
def test_whoever_gets_exactly_what_is_missing_meets_it(data, evidence, pick):
    verdict = evaluate(parse(data), evidence, NOON)
    assert evaluate(parse(data), granted(evidence, verdict.missing, pick), NOON).satisfied


@quick
@given(positive, evidences, evidences)
def test_more_evidence_never_hurts_where_nothing_is_forbidden(data, less, more):
    together = Evidence(
        claims=[*less.claims, *more.claims],
        tags={"interest": set(less.tags.get("interest", ())) | set(more.tags.get("interest", ()))},
        invitations=less.invitations or more.invitations,
        memberships=set(less.memberships) | set(more.memberships),
    )
    if evaluate(parse(data), less, NOON).satisfied:
        assert evaluate(parse(data), together, NOON).satisfied


@quick
@given(thresholds, evidences)
def test_the_claims_relied_on_are_enough_still_valid_and_named_once(data, evidence):
    verdict = evaluate(parse(data), evidence, NOON)
    relied_on = {UUID(claim["claim_id"]) for claim in verdict.relied_on}
    assert len(relied_on) == len(verdict.relied_on)
    kept = [claim for claim in evidence.claims if claim.claim_id in relied_on]
    assert all(claim.counts_at(NOON) for claim in kept)
    if verdict.satisfied:
        assert evaluate(parse(data), _with_claims(evidence, kept), NOON).satisfied


@quick
@given(thresholds, evidences)
def test_what_is_missing_at_the_top_is_really_not_there(data, evidence):
    for need in evaluate(parse(data), evidence, NOON).missing:
        expression = {key: value for key, value in need.items() if key != "expired_at"}
        if "any" not in expression:
            assert not naively(expression, evidence, NOON)


@quick
@given(thresholds)
def test_what_is_written_reads_the_same(data):
    assert parse(to_data(parse(data))) == parse(data)


def _with_claims(evidence, claims):
    return Evidence(
        claims=claims, tags=evidence.tags, invitations=evidence.invitations, memberships=evidence.memberships
    )
