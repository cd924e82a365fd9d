"""A share link leads to one listing, until it is revoked or its time is over; only its owner takes it back."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from services.mall.domain.refusals import LinkElsewhere, LinkEnded, LinkEndsInPast, NoSuchLink
from services.mall.domain.share_link import ShareLink, code_of
from tests.support.scenario import BORIS, CHEN, NOON, Scenario
from tests.unit.mall.samples import GROUP, LINK, LISTING

TOMORROW = NOON + timedelta(days=1)


def link(expires_at: datetime | None = TOMORROW) -> ShareLink:
    return ShareLink.make(LINK, code_of(LINK), CHEN, LISTING, GROUP, expires_at, NOON)


def revoke(link: ShareLink) -> None:
    link.revoke(CHEN)


def test_is_made_with_a_code_that_follows_from_its_id() -> None:
    code = code_of(UUID("6f0b6c1e-7d0a-5a43-9c39-0d8b0f2d7a11"))
    assert code == "n4fwyht5"
    expected = {"owner_id": CHEN, "listing_id": LISTING, "group_id": GROUP, "code": code_of(LINK)}
    Scenario(ShareLink).when(lambda _: link()).then((ShareLink.Made, expected))


def test_refuses_to_end_in_the_past() -> None:
    Scenario(ShareLink).when(lambda _: link(NOON)).then_refused(LinkEndsInPast)


def test_its_owner_revokes_it_once() -> None:
    Scenario(ShareLink).given(link).when(revoke).then((ShareLink.Revoked, {}))
    Scenario(ShareLink).given(link, revoke).when(revoke).then_nothing()


def test_nobody_else_revokes_it() -> None:
    Scenario(ShareLink).given(link).when(lambda one: one.revoke(BORIS)).then_refused(NoSuchLink)


def test_leads_to_its_listing_while_it_stands() -> None:
    Scenario(ShareLink).given(link).when(lambda one: one.require_leads_to(LISTING, NOON)).then_nothing()
    elsewhere = Scenario(ShareLink).given(link).when(lambda one: one.require_leads_to(GROUP, NOON))
    elsewhere.then_refused(LinkElsewhere)


@pytest.mark.parametrize("at", [TOMORROW, TOMORROW + timedelta(days=1)])
def test_leads_nowhere_once_its_time_is_over(at: datetime) -> None:
    Scenario(ShareLink).given(link).when(lambda one: one.require_leads_to(LISTING, at)).then_refused(LinkEnded)


def test_leads_nowhere_once_it_is_revoked() -> None:
    revoked = Scenario(ShareLink).given(link, revoke).when(lambda one: one.require_leads_to(LISTING, NOON))
    revoked.then_refused(LinkEnded)
