"""The import rules of pyproject.toml: they hold, and each of them was seen to fail."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from .sources import PROJECT

CONFIG = PROJECT / "pyproject.toml"
CONTRACTS = [contract["id"] for contract in tomllib.loads(CONFIG.read_text())["tool"]["importlinter"]["contracts"]]

# contract, the module that breaks it, what it imports
BREACHES = [
    ("independence", "services.mall.queries", "services.groups.application"),
    ("independence", "services.identity.domain", "services.mall.domain"),
    ("independence", "services.partners.queries", "services.mall.queries"),
    ("rooms", "services.mall.domain", "services.mall.application"),
    ("rooms", "services.partners.application", "services.partners.feed"),
    ("rooms", "services.partners.feed", "services.partners.visiting"),
    ("rooms", "services.mall.application", "services.mall.queries"),
    ("rooms", "services.groups.projections", "services.groups.reactions"),
    ("rooms", "services.groups.reactions", "services.groups.operations"),
    ("rooms", "services.identity.queries", "services.identity.operations"),
    ("rooms", "services.identity.operations", "services.identity.service"),
    ("kernel", "services.kernel.domain", "services.groups.domain"),
    ("kernel", "services.kernel.flow", "services.partners.domain"),
    ("kernel", "services.kernel.flow", "services.mall.domain"),
    ("contracts", "services.contracts", "services.identity.domain"),
    ("contracts", "services.contracts", "services.kernel.store"),
    ("known", "services.known", "services.events.projections"),
    ("domain", "services.mall.domain", "sqlalchemy"),
    ("domain", "services.partners.domain", "services.kernel.doors"),
    ("domain", "services.groups.domain", "services.kernel.store"),
    ("domain", "services.identity.domain", "sqlite3"),
    ("nameko", "services.kernel.doors", "nameko"),
    ("nameko", "services.kernel.flow", "eventlet"),
    ("broker", "services.mall.reactions", "pika"),
    ("broker", "services.kernel.store", "kombu"),
    ("postgres", "services.kernel.service", "psycopg"),
    ("pages", "services.pages", "services.mall.queries"),
    ("simulators", "simulators", "services.kernel"),
]


def lint(folder: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    """Check these contracts (all, if none is named) on the packages of a folder."""
    chosen = [part for contract in contracts for part in ("--contract", contract)]
    program = str(Path(sys.executable).with_name("lint-imports"))
    command = [program, "--config", str(CONFIG), "--no-cache", "--no-logo", *chosen]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages once more, to be broken."""
    folder = tmp_path_factory.mktemp("copy")
    for package in ("services", "simulators"):
        shutil.copytree(PROJECT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_the_import_rules_hold() -> None:
    answer = lint(PROJECT)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_every_import_rule_has_a_breach_below() -> None:
    assert {contract for contract, _, _ in BREACHES} == set(CONTRACTS)


def file_of(module: str, folder: Path) -> Path:
    """The file of a module; an empty one is made where there is none."""
    package = folder.joinpath(*module.split("."))
    path = package / "__init__.py" if package.is_dir() else package.with_suffix(".py")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


@pytest.mark.parametrize(("contract", "module", "imported"), BREACHES)
def test_a_breach_is_found(copy: Path, contract: str, module: str, imported: str) -> None:
    path = file_of(module, copy)
    if imported.startswith("services"):
        file_of(imported, copy)
    before = path.read_text()
    path.write_text(f"import {imported}\n" + before)
    try:
        answer = lint(copy, contract)
    finally:
        path.write_text(before)
    assert answer.returncode == 1, answer.stdout
    assert "1 broken" in answer.stdout
    assert f"{module} -> {imported}" in answer.stdout


def test_one_process_loads_neither_broker_nor_nameko_nor_postgresql() -> None:
    """What ``agora up`` and ``agora demo`` load is what they need: greenlets come with nameko alone."""
    heavy = ("amqp", "eventlet", "kombu", "nameko", "pika", "psycopg", "requests", "stripe", "wechatpayv3")
    program = (
        "import sys, services.serving; from services.cli.commands import app; from typer.main import get_command; "
        f"dict(get_command(app).commands); print([n for n in {heavy} if n in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
