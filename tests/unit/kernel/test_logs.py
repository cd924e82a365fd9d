"""What goes to the log: never a secret, also not by way of a stack of calls."""

import json

import pytest
import structlog

from services.kernel import logs


def sign_in(password: str) -> None:
    raise ValueError("no such person")


def logged(capsys: pytest.CaptureFixture[str]) -> str:
    try:
        sign_in("".join(["hunter", "2"]))
    except ValueError as failure:
        structlog.get_logger().error("unexpected error", error_id="7", exc_info=failure)
    return capsys.readouterr().err


def test_an_error_says_where_it_came_from_and_not_what_was_in_the_variables(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("info")
    line = logged(capsys)
    said = json.loads(line)
    assert (said["event"], said["error_id"], said["level"]) == ("unexpected error", "7", "error")
    assert said["exception"][0]["frames"][-1]["name"] == "sign_in"
    assert "hunter2" not in line


def test_rendered_as_the_library_does_by_itself_the_password_would_stand_there(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.set_up("info")
    processors = structlog.get_config()["processors"]
    structlog.configure(processors=[*processors[:-2], structlog.processors.dict_tracebacks, processors[-1]])
    assert "hunter2" in logged(capsys)


def test_what_is_below_the_level_is_not_said(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("warning")
    structlog.get_logger().info("all is well")
    assert capsys.readouterr().err == ""
