"""Links for a new password: one of them opens, once, for thirty minutes; and so many are sent at most."""

from datetime import timedelta
from typing import Any

import pytest

from services.identity.domain import password_reset
from services.identity.domain.password_reset import DAY, PAUSES, VALIDITY, PasswordReset
from services.identity.domain.refusals import ResetLinkExpired, ResetLinkReplaced, ResetLinkUsed
from services.kernel.domain import acting
from tests.support.scenario import ANNA, NOON, Scenario, context

LATER = NOON + PAUSES[0]


def asked() -> PasswordReset:
    return PasswordReset.ask(ANNA, "en", NOON)


def given_that(*commands: Any) -> Scenario[PasswordReset]:
    return Scenario(PasswordReset).given(asked, *commands)


def using(number: int, at: Any = NOON) -> Any:
    return lambda reset: reset.use(number, at)


def again(at: Any) -> Any:
    return lambda reset: reset.ask_again("zh", at)


def test_it_is_asked_for_and_runs_out() -> None:
    Scenario(PasswordReset).when(lambda _: asked()).then(
        (PasswordReset.Asked, {"person_id": ANNA, "expires_at": NOON + VALIDITY, "language": "en"})
    )


def test_a_later_link_has_the_next_number() -> None:
    given_that().when(again(LATER)).then(
        (PasswordReset.AskedAgain, {"number": 2, "expires_at": LATER + VALIDITY, "language": "zh"})
    )


def test_asked_again_at_once_it_is_held_back() -> None:
    at_once = LATER - timedelta(seconds=1)
    given_that().when(again(at_once)).then((PasswordReset.HeldBack, {"number": 1}))
    given_that(again(at_once)).when(using(1)).then((PasswordReset.Used, {"number": 1}))
    given_that(using(1)).when(again(at_once)).then((PasswordReset.AskedAgain, {"number": 2}))


def test_it_opens_once() -> None:
    given_that().when(using(1)).then((PasswordReset.Used, {"number": 1}))
    given_that(using(1)).when(using(1)).then_refused(ResetLinkUsed)


def test_it_opens_in_time() -> None:
    given_that().when(using(1, NOON + VALIDITY - timedelta(seconds=1))).then((PasswordReset.Used, {"number": 1}))
    given_that().when(using(1, NOON + VALIDITY)).then_refused(ResetLinkExpired)


def test_a_newer_one_leaves_it_good_until_one_of_them_is_used() -> None:
    for number, other in ((1, 2), (2, 1)):
        given_that(again(LATER)).when(using(number, LATER)).then((PasswordReset.Used, {"number": number}))
        given_that(again(LATER), using(number, LATER)).when(using(other, LATER)).then_refused(ResetLinkReplaced)
    given_that(again(LATER)).when(using(1, NOON + VALIDITY)).then_refused(ResetLinkExpired)
    given_that(using(1), again(LATER)).when(using(1, LATER)).then_refused(ResetLinkReplaced)


def test_without_the_guard_it_opens_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PasswordReset, "ensure_opens", lambda *_: None)
    with acting(context()):
        reset = asked()
        reset.use(1, NOON)
        reset.use(1, NOON + 2 * VALIDITY)
    assert [type(fact) for fact in reset.collect_events()][1:] == [PasswordReset.Used] * 2


def mails_within(span: timedelta, every: timedelta) -> list[timedelta]:
    """When mails are sent, after the first, to whom somebody asks for so often."""
    with acting(context()):
        reset, at = asked(), NOON
        while (at := at + every) < NOON + span:
            reset.ask_again("en", at)
    facts = [fact for fact in reset.collect_events() if isinstance(fact, PasswordReset.AskedAgain)]
    return [fact.expires_at - VALIDITY - NOON for fact in facts]


def test_who_keeps_asking_waits_ever_longer_and_has_five_mails_a_day() -> None:
    minutes = [2, 12, 72, 132]
    day = [timedelta(minutes=one) for one in minutes]
    assert mails_within(DAY, every=timedelta(minutes=1)) == day
    assert mails_within(2 * DAY, every=timedelta(minutes=1))[:6] == [*day, DAY, DAY + timedelta(minutes=60)]


def test_in_no_twenty_four_hours_are_there_more_than_five() -> None:
    sent = [timedelta(0), *mails_within(5 * DAY, every=timedelta(minutes=7))]
    assert max(sum(one <= other < one + DAY for other in sent) for one in sent) == len(PAUSES) + 1


def test_without_the_growing_pauses_there_are_hundreds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(password_reset, "PAUSES", PAUSES[:1] * 1_000)
    assert len(mails_within(DAY, every=timedelta(minutes=1))) == 719
