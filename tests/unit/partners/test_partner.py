"""A partner: what it may know, which of its keys are good, and its end."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.partners.domain import Partner
from services.partners.domain.refusals import (
    NoScope,
    OverlapNotUsable,
    PartnerClosed,
    PartnerNotSuspended,
    PartnerSuspendedAlready,
    PartnerWithoutName,
    ReasonUnknown,
    ScopeUnknown,
)
from tests.support.scenario import NOON, Scenario

CLUB = UUID(int=0xC1)
DAY = timedelta(days=1)
SCOPES = ["feed:mall", "counts"]


def register(name: str = "Alpine Club", scopes: list[str] = SCOPES) -> Partner:
    return Partner.register(CLUB, name, scopes, now=NOON)


def another_key(overlap: timedelta = DAY, after: timedelta = timedelta()):
    return lambda partner: partner.issue_key(now=NOON + after, overlap=overlap)


def known(*commands) -> Scenario[Partner]:
    return Scenario(Partner).given(register, *commands)


def test_a_new_partner_has_its_first_key():
    Scenario(Partner).when(lambda _: register("  Alpine \t Club ", ["counts", "feed:mall", "counts"])).then(
        (Partner.Registered, {"partner_id": CLUB, "name": "Alpine Club", "scopes": SCOPES}),
        (Partner.KeyIssued, {"key_number": 1, "older_end_at": NOON}),
    )


@pytest.mark.parametrize("name", ["", "   ", "...", "\u200b"])
def test_refuses_a_partner_without_a_name(name):
    Scenario(Partner).when(lambda _: register(name)).then_refused(PartnerWithoutName)


def test_refuses_a_partner_that_may_know_nothing_or_something_unheard_of():
    Scenario(Partner).when(lambda _: register(scopes=[])).then_refused(NoScope)
    Scenario(Partner).when(lambda _: register(scopes=["feed:everything"])).then_refused(ScopeUnknown)


def test_scopes_change_and_the_same_ones_again_record_nothing():
    known().when(lambda partner: partner.change_scopes(["feed:groups"])).then(
        (Partner.ScopesChanged, {"scopes": ["feed:groups"]})
    )
    known().when(lambda partner: partner.change_scopes(list(reversed(SCOPES)))).then_nothing()
    known().when(lambda partner: partner.change_scopes([])).then_refused(NoScope)


def test_a_new_key_leaves_the_older_one_good_for_a_while():
    later = known().when(another_key()).then((Partner.KeyIssued, {"key_number": 2, "older_end_at": NOON + DAY}))
    partner = later.root
    assert partner is not None
    assert partner.opens(1, NOON)
    assert partner.opens(1, NOON + DAY - timedelta(seconds=1))
    assert not partner.opens(1, NOON + DAY)
    assert partner.opens(2, NOON + 1000 * DAY)
    assert not partner.opens(3, NOON)


def test_a_new_key_without_overlap_ends_every_older_one_at_once():
    known(another_key()).when(another_key(timedelta())).then(
        (Partner.KeyIssued, {"key_number": 3}), (Partner.KeyEnded, {"key_number": 1}),
        (Partner.KeyEnded, {"key_number": 2}),
    )  # fmt: skip


def test_an_older_key_never_gets_a_later_end():
    partner = known(another_key(DAY), another_key(7 * DAY)).root
    assert partner is not None
    assert [partner.opens(number, NOON + 2 * DAY) for number in (1, 2, 3)] == [False, True, True]


@pytest.mark.parametrize("overlap", [timedelta(hours=-1), timedelta(hours=721)])
def test_refuses_an_overlap_that_is_backwards_or_too_long(overlap):
    known().when(another_key(overlap)).then_refused(OverlapNotUsable)


def test_a_key_ends_once():
    known().when(lambda partner: partner.end_key(1)).then((Partner.KeyEnded, {"key_number": 1}))
    known(lambda partner: partner.end_key(1)).when(lambda partner: partner.end_key(1)).then_nothing()


def test_is_suspended_and_reinstated_in_turn():
    known().when(lambda partner: partner.suspend("abuse")).then((Partner.Suspended, {"reason": "abuse"}))
    suspended = (lambda partner: partner.suspend("abuse"),)
    known(*suspended).when(lambda partner: partner.suspend("abuse")).then_refused(PartnerSuspendedAlready)
    known(*suspended).when(lambda partner: partner.reinstate()).then((Partner.Reinstated, {}))
    known().when(lambda partner: partner.reinstate()).then_refused(PartnerNotSuspended)


def test_gets_a_new_key_also_while_it_is_suspended():
    known(lambda partner: partner.suspend("leaked_key")).when(another_key(timedelta())).then(
        (Partner.KeyIssued, {"key_number": 2}), (Partner.KeyEnded, {"key_number": 1})
    )


@pytest.mark.parametrize("end", [Partner.suspend, Partner.close])
def test_refuses_a_reason_that_is_none(end):
    known().when(lambda partner: end(partner, "we do not like them")).then_refused(ReasonUnknown)


def test_is_closed_for_good_with_all_of_its_keys():
    known(another_key()).when(lambda partner: partner.close("requested")).then(
        (Partner.KeyEnded, {"key_number": 1}), (Partner.KeyEnded, {"key_number": 2}),
        (Partner.Closed, {"reason": "requested"}),
    )  # fmt: skip
    for command in (
        lambda partner: partner.change_scopes(["counts"]),
        another_key(),
        lambda partner: partner.suspend("abuse"),
        lambda partner: partner.reinstate(),
        lambda partner: partner.close("other"),
    ):
        known(lambda partner: partner.close("requested")).when(command).then_refused(PartnerClosed)
