"""How a run ends: with every figure right, or with a list of those that are not."""

import asyncio

import httpx
import pytest

from services.demo.checks import Checks
from services.demo.client import Api, Speaker
from services.demo.playing import Stage, conclude, play
from services.demo.refusals import FiguresDiffer, StepRefused
from services.demo.story import Story
from services.demo.telling import Telling


def a_story() -> Story:
    api = Api(httpx.AsyncClient(base_url="http://agora"))
    checks = Checks()
    checks.same("rods in stock", 5, 5)
    return Story(api, Telling(), checks, Speaker(api, "operator"), "1", "secret", is_alone=True)


def test_says_how_many_figures_were_right(capsys: pytest.CaptureFixture[str]) -> None:
    conclude(a_story())
    assert "All 1 figures are right" in capsys.readouterr().out


def test_lists_what_was_expected_and_what_was_seen(capsys: pytest.CaptureFixture[str]) -> None:
    story = a_story()
    story.checks.same("rods sold", 3, 4)
    with pytest.raises(FiguresDiffer, match="1 of 2 figures"):
        conclude(story)
    shown = capsys.readouterr().out
    assert "rods sold" in shown
    assert "Expected" in shown


def test_a_refusal_that_nobody_expected_ends_the_story_in_a_sentence() -> None:
    problem = {"code": "identity.wrong_credentials", "detail": "The mail address or the password is wrong."}
    transport = httpx.MockTransport(lambda _request: httpx.Response(401, json=problem))
    with pytest.raises(StepRefused, match=r"identity\.wrong_credentials"):
        asyncio.run(play(Stage("http://agora", is_own=False, mail="a@b.example", password="x"), transport))
