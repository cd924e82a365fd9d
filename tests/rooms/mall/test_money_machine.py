"""Whatever is sold, paid, sent back and released, in whatever order: every account is what a naive model says."""

import pytest
from hypothesis.stateful import run_state_machine_as_test

from .money_machine.money import SETTINGS, MoneyMachine

pytestmark = [pytest.mark.in_files, pytest.mark.timeout(0)]


def test_every_account_is_what_the_naive_model_says() -> None:
    run_state_machine_as_test(MoneyMachine, settings=SETTINGS)
