"""Names and sizes. Every rule is shown to fail: ``test_finds_...`` hands it something that breaks it."""

from pathlib import Path
from uuid import UUID

import pytest

from services.composition import SERVICES
from services.kernel.domain import AggregateRoot, Begun, Fact, event
from services.kernel.refusals import Conflicting, Malformed, Refusal

from . import classes, sources

CODE = sources.sources("services", "simulators")
EVERYTHING = sources.sources("services", "simulators", "tests", "benchmarks", "examples")
DOMAIN = [path for name in SERVICES for path in sources.sources(f"services/{name}/domain")]


@pytest.fixture(scope="module", autouse=True)
def unloadable() -> dict[str, Exception]:
    return classes.load_everything()


def written(folder: Path, name: str, text: str) -> list[Path]:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return [path]


def test_every_module_can_be_imported(unloadable: dict[str, Exception]) -> None:
    assert unloadable == {}


def test_every_aggregate_and_fact_spells_out_its_stored_name() -> None:
    assert classes.wrong_topics([*classes.aggregates(), *classes.facts()]) == []


def test_there_are_aggregates_and_facts_to_look_at() -> None:
    assert len(classes.aggregates()) >= 3
    assert len(classes.facts()) >= 10


def test_personal_fields_name_fields_of_their_fact() -> None:
    assert classes.dangling_personal_fields(classes.facts()) == []


def test_every_refusal_has_a_docstring_and_a_sentence_of_its_own() -> None:
    assert classes.mute_refusals(classes.refusals()) == []


def test_every_refusal_has_a_code_of_its_own() -> None:
    assert classes.shared_codes(classes.descendants(Refusal)) == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert sources.empty_names(EVERYTHING) == []


def test_no_file_is_longer_than_one_thing() -> None:
    assert sources.overlong_files(CODE) == []


def test_no_function_is_longer_than_a_screen() -> None:
    assert sources.overlong_functions(CODE) == []


def test_nothing_is_left_for_later() -> None:
    assert sources.unfinished(EVERYTHING) == []


def test_the_domain_uses_values_alone() -> None:
    assert sources.impure(DOMAIN) == []


def test_finds_a_fact_with_another_name_than_its_class() -> None:
    class Thing(AggregateRoot):
        TOPIC = "architecture:Thing"

        class Started(Begun):
            TOPIC = "architecture:Thing.Begun"

        class Moved(Fact):
            TOPIC = "architecture:Thing.Went"
            personal = {"whither": "nobody_id"}
            place_id: UUID

        @event(Started)
        def __init__(self) -> None: ...

    assert len(classes.wrong_topics([Thing.Started, Thing.Moved])) == 2
    assert len(classes.dangling_personal_fields([Thing.Moved])) == 2


def test_finds_refusals_that_say_nothing_or_share_a_code() -> None:
    class Full(Conflicting):
        sentence = "It is full; come back tomorrow."

    class Empty(Malformed):
        """A docstring, and no sentence of its own."""

    class Hasty(Malformed):
        """A sentence that is none."""

        sentence = "too fast"

    Empty.code = Full.code
    assert len(classes.mute_refusals([Full, Empty, Hasty])) == 3
    assert len(classes.shared_codes([Full, Empty])) == 1


@pytest.mark.parametrize("name", ["utils.py", "helpers/order.py", "base.py", "manager.py"])
def test_finds_names_that_say_nothing(tmp_path: Path, name: str) -> None:
    assert sources.empty_names(written(tmp_path, name, "")) == [str(tmp_path / name)]


def test_finds_what_is_too_long(tmp_path: Path) -> None:
    long = "def long() -> None:\n" + "    print()\n" * 300
    files = written(tmp_path, "long.py", long)
    assert len(sources.overlong_files(files)) == 1
    assert len(sources.overlong_functions(files)) == 1


@pytest.mark.parametrize("mark", sources.UNFINISHED)
def test_finds_what_was_left_for_later(tmp_path: Path, mark: str) -> None:
    assert len(sources.unfinished(written(tmp_path, "later.py", f"# {mark} tomorrow\n"))) == 1


@pytest.mark.parametrize(
    "line",
    [
        "import time",
        "import sqlite3",
        "from random import choice",
        "from services.kernel.store import sqlite",
        "from services.kernel import clock",
        "from services.mall import application",
        "from ..application import Mall",
        "from services.groups.domain.group import Group",
        "moment = datetime.now(UTC)",
        "order_id = uuid4()",
    ],
)
def test_finds_a_domain_that_looks_around(tmp_path: Path, line: str) -> None:
    files = written(tmp_path, "services/mall/domain/order.py", line + "\n")
    assert len(sources.impure(files, top=tmp_path)) == 1
