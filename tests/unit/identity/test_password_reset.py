"""A link for a new password: the latest one, once, for thirty minutes."""

from datetime import timedelta
from typing import Any

import pytest

from services.identity.domain.password_reset import PAUSE, VALIDITY, PasswordReset
from services.identity.domain.refusals import ResetLinkExpired, ResetLinkReplaced, ResetLinkUsed
from services.kernel.domain import acting
from tests.support.scenario import ANNA, NOON, Scenario, context

LATER = NOON + PAUSE


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


def test_a_newer_one_makes_it_useless() -> None:
    given_that(again(LATER)).when(using(1, LATER)).then_refused(ResetLinkReplaced)
    given_that(again(LATER)).when(using(2, LATER)).then((PasswordReset.Used, {"number": 2}))
    given_that(using(1), again(LATER)).when(using(1, LATER)).then_refused(ResetLinkReplaced)


def test_without_the_guard_it_opens_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PasswordReset, "ensure_opens", lambda *_: None)
    with acting(context()):
        reset = asked()
        reset.use(1, NOON)
        reset.use(1, NOON + 2 * VALIDITY)
    assert [type(fact) for fact in reset.collect_events()][1:] == [PasswordReset.Used] * 2
