"""Settings of services that run apart: addresses with the service's name in them, secrets from files."""

from pathlib import Path

import pytest

from services.settings import (
    BadSetting,
    MasterKeyNotGiven,
    SettingMissing,
    SettingUnreadable,
    read,
)

DATABASE = "postgresql://agora_{service}:pw@db:5432/agora_{service}"


def test_each_service_has_an_address_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGORA_DATABASE_URL", DATABASE)
    monkeypatch.setenv("AGORA_AMQP_URL", "amqp://{service}:pw@broker/agora")
    settings = read()
    assert settings.is_apart
    assert settings.database_of("mall") == "postgresql://agora_mall:pw@db:5432/agora_mall"
    assert settings.keys_of("mall") == "postgresql://agora_mall:pw@db:5432/agora_mall_keys"
    assert settings.broker_of("groups") == "amqp://groups:pw@broker/agora"


def test_keys_may_lie_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGORA_DATABASE_URL", DATABASE)
    monkeypatch.setenv("AGORA_KEYS_URL", "postgresql://k_{service}:pw@vault/keys_{service}")
    assert read().keys_of("mall") == "postgresql://k_mall:pw@vault/keys_mall"


def test_a_secret_comes_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text("ab" * 32 + "\n")
    monkeypatch.setenv("AGORA_MASTER_KEY_FILE", str(tmp_path / "key"))
    assert read().master() == bytes.fromhex("ab" * 32)


def test_a_variable_goes_before_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "level").write_text("error")
    monkeypatch.setenv("AGORA_LOG_LEVEL_FILE", str(tmp_path / "level"))
    assert read().log_level == "error"
    monkeypatch.setenv("AGORA_LOG_LEVEL", "info")
    assert read().log_level == "info"


def test_a_variable_that_is_set_to_nothing_gives_way_to_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "url").write_text("smtp://agora:hunter2@mail.test:587\n")
    monkeypatch.setenv("AGORA_MAIL_URL", "")
    monkeypatch.setenv("AGORA_MAIL_URL_FILE", str(tmp_path / "url"))
    assert read().mail_url == "smtp://agora:hunter2@mail.test:587"
    assert "hunter2" not in str(read().shown())


def test_a_file_that_is_set_to_nothing_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGORA_MAIL_URL_FILE", "")
    assert read().mail_url == ""
    monkeypatch.setenv("AGORA_RATE", "")
    monkeypatch.setenv("AGORA_RATE_FILE", "")
    assert read().rate == "", "nothing is no limit"


def test_a_file_for_each_service_is_read_when_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mall").mkdir()
    (tmp_path / "mall" / "url").write_text("postgresql://agora_mall:pw@db/agora_mall\n")
    monkeypatch.setenv("AGORA_DATABASE_URL_FILE", str(tmp_path / "{service}" / "url"))
    settings = read()
    assert settings.database_of("mall") == "postgresql://agora_mall:pw@db/agora_mall"
    with pytest.raises(SettingUnreadable, match="AGORA_DATABASE_URL_FILE") as refused:
        settings.database_of("groups")
    assert "groups" in refused.value.detail


def test_a_file_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGORA_MASTER_KEY_FILE", str(tmp_path / "none"))
    with pytest.raises(SettingUnreadable, match="AGORA_MASTER_KEY_FILE"):
        read()


@pytest.mark.parametrize(
    ("variable", "told"),
    [
        ("DATABASE_URL", "mysql://db/agora"),
        ("DATABASE_URL", "postgresql://"),
        ("KEYS_URL", "agora"),
        ("ADMIN_DATABASE_URL", "sqlite:///x"),
        ("AMQP_URL", "http://broker"),
        ("JWKS_URL", "identity"),
        ("PROCESSES", "http://mall-serve:8000 groups-serve"),
    ],
)
def test_an_address_that_is_none_is_refused(variable: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"AGORA_{variable}", told)
    with pytest.raises(BadSetting, match=f"^AGORA_{variable} is "):
        read()


def test_no_password_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGORA_DATABASE_URL", DATABASE.replace("pw", "hunter2"))
    monkeypatch.setenv("AGORA_AMQP_URL", "amqp://mall:hunter2@broker/agora")
    shown = read().shown()
    assert "hunter2" not in str(shown)
    assert shown["database_url"] == "postgresql://db:5432/agora_{service}"


def test_services_apart_do_not_make_a_master_key_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGORA_DATABASE_URL", DATABASE)
    with pytest.raises(MasterKeyNotGiven):
        read().master()


def test_what_a_process_needs_is_named() -> None:
    with pytest.raises(SettingMissing, match="AGORA_AMQP_URL is not set, and mall needs it"):
        read().broker_of("mall")
    with pytest.raises(SettingMissing, match="AGORA_JWKS_URL"):
        read().needed("jwks_url", "groups")


def test_each_service_may_have_a_master_key_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for service, digits in (("mall", "ab"), ("groups", "cd")):
        (tmp_path / service).mkdir()
        (tmp_path / service / "key").write_text(digits * 32)
    monkeypatch.setenv("AGORA_DATABASE_URL", DATABASE)
    monkeypatch.setenv("AGORA_MASTER_KEY_FILE", str(tmp_path / "{service}" / "key"))
    assert read().master_of("mall") == bytes.fromhex("ab" * 32)
    assert read().master_of("groups") == bytes.fromhex("cd" * 32)
    monkeypatch.setenv("AGORA_MASTER_KEY", "ef" * 32)
    assert read().master_of("mall") == bytes.fromhex("ef" * 32)
