"""A claim: submitted, then certified or refused, then perhaps withdrawn or expired."""

from datetime import timedelta
from typing import Any

import pytest

from services.identity.domain import claim as module
from services.identity.domain.claim import Claim
from services.identity.domain.refusals import (
    ClaimNotCertified,
    ClaimNotSubmitted,
    ClaimNotYetExpired,
    ClaimValueMalformed,
    CodeMalformed,
    EvidenceMalformed,
    LevelOutOfRange,
    ReasonMalformed,
    ReasonMissing,
    SelfCertification,
    UnknownClaimKind,
    ValidityPassed,
)
from services.kernel.domain import FORGOTTEN, Refusal, acting, derived_id
from tests.support.scenario import ANNA, BORIS, NOON, Scenario, context

CLAIM = derived_id("claim", ANNA)
A_YEAR_ON = NOON + timedelta(days=365)


def scenario() -> Scenario[Claim]:
    return Scenario(Claim)


def submitted() -> Claim:
    return Claim.submit(CLAIM, ANNA, "industry", "Mountain guide", "outdoors", "https://example.org/licence")


def certify(claim: Claim) -> None:
    claim.certify(BORIS, 2, A_YEAR_ON, NOON)


def test_submits() -> None:
    scenario().when(lambda _: Claim.submit(CLAIM, ANNA, "industry", " Guide ", "outdoors")).then(
        (
            Claim.Submitted,
            {"originator_id": CLAIM, "claim_id": CLAIM, "person_id": ANNA, "kind": "industry", "value": "Guide",
             "code": "outdoors", "evidence": None},
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"kind": "shoe_size"}, UnknownClaimKind),
        ({"value": "  "}, ClaimValueMalformed),
        ({"value": "x" * 201}, ClaimValueMalformed),
        ({"value": "two\nlines"}, ClaimValueMalformed),
        ({"code": "Out Doors"}, CodeMalformed),
        ({"code": ""}, CodeMalformed),
        ({"evidence": "x" * 2001}, EvidenceMalformed),
        ({"evidence": "\0"}, EvidenceMalformed),
    ],
)
def test_refuses_a_malformed_claim(fields: dict[str, str], refusal: type[Refusal]) -> None:
    form: dict[str, Any] = {"claim_id": CLAIM, "person_id": ANNA, "kind": "position", "value": "Buyer"}
    scenario().when(lambda _: Claim.submit(**(form | fields))).then_refused(refusal)


def test_evidence_may_have_lines() -> None:
    scenario().when(lambda _: Claim.submit(CLAIM, ANNA, "position", "Buyer", evidence="one\ntwo")).then(
        (Claim.Submitted, {"evidence": "one\ntwo"})
    )


def test_certifies_with_the_code_that_was_submitted() -> None:
    scenario().given(submitted).when(certify).then(
        (
            Claim.Certified,
            {"person_id": ANNA, "issuer_id": BORIS, "level": 2, "valid_until": A_YEAR_ON, "code": "outdoors"},
        )
    )


def test_certifies_with_a_code_of_the_certifier() -> None:
    scenario().given(submitted).when(lambda c: c.certify(BORIS, 1, None, NOON, code="tourism")).then(
        (Claim.Certified, {"code": "tourism", "valid_until": None})
    )


def test_refuses_a_malformed_code_of_the_certifier() -> None:
    scenario().given(submitted).when(lambda c: c.certify(BORIS, 1, None, NOON, code="?")).then_refused(CodeMalformed)


@pytest.mark.parametrize("recorded", [False, True])
def test_nobody_certifies_a_claim_of_her_own(recorded: bool) -> None:
    scenario().given(submitted).when(lambda c: c.certify(ANNA, 1, None, NOON, recorded=recorded)).then_refused(
        SelfCertification
    )


def test_with_the_guard_off_somebody_certifies_herself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ensure_not_own", lambda *_: None)
    scenario().given(submitted).when(lambda c: c.certify(ANNA, 1, None, NOON)).then(
        (Claim.Certified, {"person_id": ANNA, "issuer_id": ANNA})
    )


@pytest.mark.parametrize("level", [-1, 0, 4])
def test_refuses_a_level_that_there_is_not(level: int) -> None:
    scenario().given(submitted).when(lambda c: c.certify(BORIS, level, None, NOON)).then_refused(LevelOutOfRange)


def test_refuses_a_validity_that_is_over() -> None:
    scenario().given(submitted).when(lambda c: c.certify(BORIS, 1, NOON, NOON)).then_refused(ValidityPassed)


def test_records_a_validity_from_elsewhere_that_is_over() -> None:
    scenario().given(submitted).when(lambda c: c.certify(BORIS, 1, NOON, A_YEAR_ON, recorded=True)).then(
        (Claim.Certified, {"valid_until": NOON})
    )


def test_refuses_a_second_certification() -> None:
    scenario().given(submitted, certify).when(certify).then_refused(ClaimNotSubmitted)


def test_with_the_guard_off_a_refused_claim_is_certified(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = scenario().given(submitted, lambda c: c.refuse(BORIS, "unreadable"))
    monkeypatch.setattr(module, "ensure_submitted", lambda *_: None)
    refused.when(certify).then((Claim.Certified, {}))


def test_refuses_a_claim_with_a_reason() -> None:
    scenario().given(submitted).when(lambda c: c.refuse(BORIS, " Send a scan. ", "evidence_unreadable")).then(
        (
            Claim.Refused,
            {"person_id": ANNA, "issuer_id": BORIS, "reason": "Send a scan.", "code": "evidence_unreadable"},
        )
    )


@pytest.mark.parametrize(
    ("reason", "code", "refusal"),
    [(" ", "other", ReasonMissing), ("x" * 2001, "other", ReasonMalformed), ("why", "WHY", CodeMalformed)],
)
def test_refuses_no_claim_without_a_proper_reason(reason: str, code: str, refusal: type[Refusal]) -> None:
    scenario().given(submitted).when(lambda c: c.refuse(BORIS, reason, code)).then_refused(refusal)


def test_refuses_no_certified_claim() -> None:
    scenario().given(submitted, certify).when(lambda c: c.refuse(BORIS, "late")).then_refused(ClaimNotSubmitted)


def test_withdraws_a_certified_claim() -> None:
    scenario().given(submitted, certify).when(lambda c: c.withdraw(ANNA, "changed jobs")).then(
        (Claim.Withdrawn, {"person_id": ANNA, "withdrawn_by": ANNA, "reason": "changed jobs"})
    )


def test_withdraws_without_a_reason() -> None:
    scenario().given(submitted, certify).when(lambda c: c.withdraw(ANNA)).then((Claim.Withdrawn, {"reason": ""}))


def test_refuses_a_malformed_reason_for_a_withdrawal() -> None:
    scenario().given(submitted, certify).when(lambda c: c.withdraw(ANNA, "\0")).then_refused(ReasonMalformed)


def test_withdraws_nothing_that_is_not_certified() -> None:
    scenario().given(submitted).when(lambda c: c.withdraw(ANNA)).then_refused(ClaimNotCertified)


def test_expires_once_its_validity_is_over() -> None:
    scenario().given(submitted, certify).when(lambda c: c.expire(A_YEAR_ON + timedelta(days=9))).then(
        (Claim.Expired, {"person_id": ANNA, "expired_at": A_YEAR_ON})
    )


def test_expires_at_the_very_moment() -> None:
    scenario().given(submitted, certify).when(lambda c: c.expire(A_YEAR_ON)).then((Claim.Expired, {}))


def test_does_not_expire_before() -> None:
    almost = A_YEAR_ON - timedelta(microseconds=1)
    scenario().given(submitted, certify).when(lambda c: c.expire(almost)).then_refused(ClaimNotYetExpired)


def test_does_not_expire_when_valid_without_end() -> None:
    unending = scenario().given(submitted, lambda c: c.certify(BORIS, 1, None, NOON))
    unending.when(lambda c: c.expire(A_YEAR_ON)).then_refused(ClaimNotYetExpired)


def test_expires_once() -> None:
    over = scenario().given(submitted, certify, lambda c: c.expire(A_YEAR_ON))
    over.when(lambda c: c.expire(A_YEAR_ON)).then_nothing()


def test_a_withdrawn_claim_does_not_expire() -> None:
    withdrawn = scenario().given(submitted, certify, lambda c: c.withdraw(BORIS, "forged"))
    withdrawn.when(lambda c: c.expire(A_YEAR_ON)).then_refused(ClaimNotCertified)


def test_replays_when_everything_personal_is_forgotten() -> None:
    root: Any = None
    with acting(context()):
        claim = submitted()
        certify(claim)
        claim.withdraw(ANNA, "why")
        for fact in claim.collect_events():
            personal: dict[str, str] = getattr(fact, "personal", {})
            fact.__dict__.update(dict.fromkeys(personal, FORGOTTEN))
            root = fact.mutate(root)
    assert (root.state, root.level, root.issuer_id) == ("withdrawn", 2, BORIS)
    assert not root.value
