"""The README of the simulated payment provider names everything that can be asked of it."""

from pathlib import Path

import pytest

from simulators import payments, wechat
from simulators.payments.destinations import DESTINATIONS, UNKNOWN
from simulators.payments.script import (
    CALLBACK_FAULTS,
    INQUIRY_FAULTS,
    METHODS,
    REQUEST_FAULTS,
    SPLIT_FAULTS,
    STATEMENT_FAULTS,
)
from simulators.payments.statement import TOTALS

README = (Path(payments.__path__[0]) / "README.md").read_text()
OF_WECHAT = (Path(wechat.__path__[0]) / "README.md").read_text()
DESTINATION_NAMES = [f"acct_{word}" for word in (*DESTINATIONS, UNKNOWN)]


FAULTS = [*INQUIRY_FAULTS, *CALLBACK_FAULTS, *STATEMENT_FAULTS]


@pytest.mark.parametrize("name", [*METHODS, *DESTINATION_NAMES, *FAULTS, *TOTALS])
def test_the_readme_names_each_behaviour(name: str) -> None:
    assert f"`{name}`" in README


@pytest.mark.parametrize("name", REQUEST_FAULTS)
def test_the_readme_names_each_fault_of_a_request(name: str) -> None:
    assert f"`{name}`" in README or f"`{name}:SECONDS`" in README


@pytest.mark.parametrize("name", SPLIT_FAULTS)
def test_the_readme_of_wechat_pay_names_each_fault_of_a_split(name: str) -> None:
    assert f"`{name}`" in OF_WECHAT
