"""The platform of the demo alone: what it is told of the settings of whoever plays it."""

import pytest

from services.demo.stage import _environment


@pytest.mark.parametrize(
    "variable",
    [
        "PAYMENTS",
        "PAYMENTS_URL",
        "PAYMENTS_KEY_FILE",
        "PAYMENTS_SECRET",
        "PAYMENTS_SPLIT",
        "SIMULATOR_URL",
        "PUBLIC_URL",
    ],
)
def test_no_payment_of_the_demo_goes_to_a_real_provider(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"AGORA_{variable}", "something")
    monkeypatch.setenv("AGORA_LOG_LEVEL", "info")
    told = _environment()
    assert f"AGORA_{variable}" not in told
    assert told["AGORA_LOG_LEVEL"] == "info"
