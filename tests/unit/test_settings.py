"""Settings: what can be understood is taken, all else is refused by the name of who said it, secrets untold."""

from pathlib import Path
from typing import Any

import pytest

from services.kept_secret import MasterKeyUnreadable
from services.settings import BadMasterKey, BadSetting, Settings, read

WRONG = [
    ("LOG_LEVEL", "loud", "critical"),
    ("LOG_LEVEL", "", "critical"),
    ("PORT", "abc", "65535"),
    ("PORT", "99999", "65535"),
    ("PORT", "-4", "65535"),
    ("PORT", "", "65535"),
    ("SANDBOX", "perhaps", "true or false"),
    ("SANDBOX", "", "true or false"),
    ("PAYOUTS", "", "on or off"),
    ("RATE", "often", "1200/minute"),
    ("RATE", "0/minute", "1200/minute"),
    ("DATA", "", "/srv/agora"),
    ("DATA", "  ", "/srv/agora"),
    ("HOST", "", "127.0.0.1"),
    ("HOST", "::1", "IPv4"),
    ("PAYMENTS_URL", "nonsense", "https://"),
    ("PAYMENTS_URL", "ftp://payments.test", "https://"),
    ("PAYMENTS_URL", "https://", "https://"),
    ("PAYMENTS_URL", "https://payments.test:notaport", "https://"),
    ("PAYMENTS_URL", "https://payments test", "https://"),
    ("PUBLIC_URL", "agora.test", "https://"),
    ("PAYMENTS", "cash", "stripe, wechat"),
    ("PAYMENTS_CAPTURE", "later", "automatic or manual"),
    ("PAYMENTS_SPLIT", "101", "from 1 to 100"),
    ("PAYMENTS_SPLIT", "a third", "from 1 to 100"),
    ("PAYMENTS_ACCOUNT", "1900000109 wx8888", "mchid, appid"),
]


@pytest.mark.parametrize(("variable", "told", "takes"), WRONG)
def test_a_variable_that_cannot_be_understood_is_named(
    variable: str, told: str, takes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"AGORA_{variable}", told)
    with pytest.raises(BadSetting) as refused:
        read()
    assert refused.value.detail.startswith(f"AGORA_{variable} is '{told}', and takes ")
    assert takes in refused.value.detail


@pytest.mark.parametrize("port", [-4, 65536, 99999])
def test_an_option_is_named_as_it_was_given(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGORA_PORT", "abc")  # the option wins, so this one is not looked at
    with pytest.raises(BadSetting, match=f"^--port is '{port}', and takes"):
        read(port=port)


def test_what_may_be_a_password_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGORA_PAYMENTS_URL", "name:hunter2@payments.test")
    with pytest.raises(BadSetting) as refused:
        read()
    assert "payments.test" in refused.value.detail
    assert "hunter2" not in refused.value.detail


@pytest.mark.parametrize(
    ("variable", "told", "understood"),
    [
        ("LOG_LEVEL", "WARNING", "warning"), ("PORT", "0", 0), ("PORT", "65535", 65535), ("SANDBOX", "Yes", True),
        ("SANDBOX", "0", False), ("PAYOUTS", "off", False),
        ("RATE", "", ""), ("RATE", "5 per 2 minute", "5 per 2 minute"),
        ("DATA", ".", Path(".")), ("HOST", "localhost", "localhost"), ("PAYMENTS_URL", "", ""),
        ("PAYMENTS_URL", "https://name:word@payments.test:8443/v1", "https://name:word@payments.test:8443/v1"),
        ("PUBLIC_URL", "http://[::1]:8080", "http://[::1]:8080"), ("PAYMENTS_SECRET", "whsec_x", "whsec_x"),
    ],
)  # fmt: skip
def test_what_can_be_understood_is_taken(
    variable: str, told: str, understood: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"AGORA_{variable}", told)
    assert getattr(read(), variable.lower()) == understood


def test_what_nobody_says_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings().shown():
        monkeypatch.delenv(f"AGORA_{name.upper()}", raising=False)
    assert read(port=None) == Settings()


@pytest.mark.parametrize("kept", ["", "ab", "no key", "ab" * 31, "\xff"])
def test_a_master_key_that_is_none_is_told_without_it(tmp_path: Path, kept: str) -> None:
    (tmp_path / "master.key").write_text(kept, encoding="latin-1")
    with pytest.raises(MasterKeyUnreadable):
        Settings(data=tmp_path).master()
    with pytest.raises(BadMasterKey):
        Settings(data=tmp_path, master_key=kept or "x").master()
