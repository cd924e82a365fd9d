"""The page of each service is true. Every rule is shown to fail: ``test_finds_...`` hands it a page that is not."""

import pytest

from services.composition import SERVICES, blueprint_of

from . import readmes
from .sources import PROJECT

PAGES = {name: (PROJECT / "services" / name / "README.md").read_text() for name in SERVICES}


@pytest.mark.parametrize("service", SERVICES)
def test_a_page_says_what_its_service_is_for_says_and_hears(service: str) -> None:
    assert readmes.unsaid(PAGES[service]) == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_page_tells_every_message_and_no_other(service: str) -> None:
    assert readmes.untold_messages(PAGES[service], service) == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_page_names_the_neighbours_that_are_heard(service: str) -> None:
    assert readmes.unheard_neighbours(PAGES[service], blueprint_of(service)) == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_page_names_only_what_there_is(service: str) -> None:
    assert readmes.unknown_names(PAGES[service], blueprint_of(service)) == []


def test_finds_a_page_that_leaves_something_out() -> None:
    assert readmes.unsaid("# mall\nSee `domain/`.\n## Says\n\n## Hears\nGroups.\n") == ["operations.py", "Says"]
    assert readmes.unsaid(PAGES["mall"] + "\n" * 60)[-1].endswith("lines")


def test_finds_a_message_that_is_not_told_or_not_there() -> None:
    page = PAGES["mall"].replace("`order_delivered`", "`order_eaten`")
    assert readmes.untold_messages(page, "mall") == ["order_delivered", "order_eaten"]


def test_finds_a_neighbour_that_is_not_named_or_not_heard() -> None:
    mall, identity = blueprint_of("mall"), blueprint_of("identity")
    assert readmes.unheard_neighbours(PAGES["mall"].replace("groups", "others"), mall) == ["groups"]
    heard = PAGES["identity"].replace("groups: who is a member", "the mall: who is a member")
    assert readmes.unheard_neighbours(heard, identity) == ["groups", "mall"]


@pytest.mark.parametrize("name", ["domain/gone.py", "gone.py", "/gone", "Mall.eat_it", "a_gone_thing"])
def test_finds_names_of_what_is_not_there(name: str) -> None:
    assert readmes.unknown_names(f"See `{name}`, `domain/` and `/records/...`.", blueprint_of("mall")) == [name]
