"""``agora report --as-partner``: all pages at one position, whose figures they are, and what they look like."""

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from typer.testing import CliRunner, Result

from services.cli.operating import CONSOLE
from services.cli.reporting import app
from services.embedded import Platform
from services.kernel.doors import forms
from services.partner_figures import FiguresMoving, KeyNeeded, PartnerNeeded, partner_figures
from services.partners.domain.refusals import NoSuchPartner, ScopeNeeded
from services.reporting import EitherDataOrUrl, NotAnswering
from services.settings import Settings

pytestmark = pytest.mark.in_files
NOWHERE = str(UUID(int=0x99))


def report(*words: str | Path, **environment: str) -> Result:
    known = {"COLUMNS": "200", "TERM": "dumb", "AGORA_PARTNER_KEY": ""} | environment
    return CliRunner().invoke(app, [str(word) for word in words], env=known)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A platform on which two partners were registered, the second without figures, and somebody founded a group."""
    folder = tmp_path_factory.mktemp("partnered") / "platform"
    with Platform(Settings(data=folder)) as platform:
        made = [
            _do(platform, "partners", "register", name=name, scopes=scopes)["partner_id"]
            for name, scopes in (("Alpine Club", ["counts"]), ("Blind Club", ["feed:mall"]))
        ]
        _do(platform, "groups", "found", name="Quiet Trails")
        platform.settle()
    return folder, dict(zip(("counting", "blind"), made, strict=True))


def _do(platform: Platform, service: str, name: str, /, **given: Any) -> dict[str, Any]:
    operation = platform.services[service].by_name[name]
    return asyncio.run(platform.services[service].do(operation, CONSOLE, forms.load(operation, {}, given)))


class Pages:
    """Figures of two pages for each breakdown; after so many readings the positions stand still."""

    def __init__(self, moves: int) -> None:
        self.moves, self.position = moves, 0

    def ask(self, by: str, limit: int, cursor: str | None = None) -> dict[str, Any]:
        self.moves -= 1
        self.position += self.moves > 0
        row = {f"{by}_id": "first" if cursor is None else "last"}
        return {
            "at": {"mall": self.position}, "totals": {"at": self.position}, "items": [row],
            "next": "more" if cursor is None else None,
        }  # fmt: skip


def test_all_pages_are_of_one_position() -> None:
    assert partner_figures(Pages(moves=6).ask) == {
        "at": {"mall": 5}, "totals": {"at": 5}, "groups": [{"group_id": "first"}, {"group_id": "last"}],
        "listings": [{"listing_id": "first"}, {"listing_id": "last"}],
    }  # fmt: skip


def test_figures_that_never_stand_still_are_not_reported() -> None:
    with pytest.raises(FiguresMoving):
        partner_figures(Pages(moves=1_000).ask)


def test_the_partner_of_a_directory_is_told_what_it_may_know(directory: tuple[Path, dict[str, str]]) -> None:
    folder, partners = directory
    result = report("--as-partner", "--data", folder, "--partner", partners["counting"], "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert list(told) == ["at", "totals", "groups", "listings"]
    assert told["totals"]["groups"] == len(told["groups"]) == 1
    assert told["groups"][0]["members"] == {"count": None, "withheld": True}


def test_it_is_shown_in_tables_with_a_word_on_what_is_withheld(directory: tuple[Path, dict[str, str]]) -> None:
    folder, partners = directory
    shown = report("--as-partner", "--data", folder, "--partner", partners["counting"]).output
    for wanted in (
        "What a partner can know",
        "members of a group: too few to tell",
        "Groups: 1.",
        "By group",
        "below five",
    ):
        assert wanted in shown, shown


def test_a_partner_without_the_scope_has_no_figures(directory: tuple[Path, dict[str, str]]) -> None:
    folder, partners = directory
    asked = report("--as-partner", "--data", folder, "--partner", partners["blind"])
    assert isinstance(asked.exception, ScopeNeeded)
    assert isinstance(report("--as-partner", "--data", folder, "--partner", NOWHERE).exception, NoSuchPartner)


def test_somebody_has_to_say_whose_figures(directory: tuple[Path, dict[str, str]]) -> None:
    folder, _ = directory
    assert isinstance(report("--as-partner", "--data", folder).exception, PartnerNeeded)
    assert isinstance(report("--as-partner", "--url", "http://127.0.0.1:9").exception, KeyNeeded)
    both = report("--as-partner", "--url", "http://127.0.0.1:9", "--data", folder, AGORA_PARTNER_KEY="agp_0")
    assert isinstance(both.exception, EitherDataOrUrl)
    alone = report("--as-partner", "--url", "http://127.0.0.1:9", AGORA_PARTNER_KEY="agp_0")
    assert isinstance(alone.exception, NotAnswering)


def test_options_without_as_partner_or_with_a_command_are_refused() -> None:
    for words in (["--json"], ["--as-partner", "books"]):
        refused = report(*words)
        assert refused.exit_code == 2
        assert "--as-partner or one of the commands" in " ".join(refused.output.split())


def test_without_anything_the_help_is_shown() -> None:
    shown = report().output
    assert "--as-partner" in shown
    assert "listings" in shown
