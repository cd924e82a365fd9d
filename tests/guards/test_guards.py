"""The list of guards is whole. That each test in it notices its guard is shown by ``make guards``."""

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.sources import PROJECT

from . import listing, switch, trying
from .code import Code
from .listing import Listed, listed
from .switched import switched

REFUSALS = """
class Refusal(Exception): ...
class Conflicting(Refusal): ...
"""
INVARIANTS = """
class Invariant: ...
"""
MADE_UP = """
from . import kernel
from .kernel.refusals import Conflicting as Kind
from .kernel.store import invariants
class Eaten(Kind): ...
class Handed(Kind): ...
class LookedFor(Kind): ...
class Unused(Kind): ...
class Lie(ValueError): ...
class NothingIsEaten(invariants.Invariant): ...
def eat(cake, unit):
    unit.claim_side("cake", cake, Handed())
    try:
        if cake.is_eaten: raise Eaten()
        raise Lie()
    except LookedFor: ...
    if isinstance(cake, Unused): ...
class Cake:
    SLICES = 3
    def has(self): ...
"""


@pytest.fixture(scope="module")
def code() -> Code:
    return Code(PROJECT)


@pytest.fixture
def made_up(tmp_path: Path) -> Code:
    """A product with two refusals that are raised, one invariant, and things that look like them."""
    sources = {"kernel/refusals.py": REFUSALS, "kernel/store/invariants.py": INVARIANTS, "mall.py": MADE_UP}
    for name, source in sources.items():
        path = tmp_path / "services" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    (tmp_path / "services" / "store.sql").write_text("RAISE EXCEPTION USING ERRCODE = 'AG001', MESSAGE = 'eaten';")
    return Code(tmp_path)


def test_every_guard_is_listed(code: Code) -> None:
    assert listing.unlisted(listed(), code) == []


def test_nothing_is_listed_that_is_no_guard(code: Code) -> None:
    assert listing.unknown(listed(), code) == []


def test_every_listed_test_is_there() -> None:
    assert listing.missing_tests(listed().tests().values(), PROJECT) == []


def test_every_listed_case_is_there() -> None:
    assert listing.missing_cases(listed().tests().values(), PROJECT) == []


def test_whatever_a_test_takes_away_is_listed() -> None:
    assert listing.unlisted_controls(listed(), PROJECT) == []


def test_the_list_is_written_as_it_is_read() -> None:
    assert listing.text(listed()) == listing.LIST.read_text()


def test_each_piece_of_machinery_says_what_it_keeps() -> None:
    assert listing.unspoken(listed()) == []


def test_finds_a_guard_that_is_not_listed(made_up: Code) -> None:
    assert listing.unlisted(Listed({}, {}, {}), made_up) == [
        "services.mall:Eaten", "services.mall:Handed", "services.mall:NothingIsEaten", "store.sql:AG001",
    ]  # fmt: skip


def test_finds_what_is_listed_and_gone(made_up: Code) -> None:
    known = Listed(
        {"services.mall:Eaten": "", "services.mall:LookedFor": "", "services.mall:Lie": ""},
        {"services.mall:NothingIsEaten": "", "services.mall:Gone": ""},
        {
            "services.mall:Cake.has": {},
            "services.mall:Cake.SLICES": {},
            "services.mall:Cake.had": {},
            "services.x:y": {},
        },
        {"store.sql:AG001": "", "store.sql:AG002": ""},
    )
    assert listing.unknown(known, made_up) == [
        "services.mall:Cake.had", "services.mall:Gone", "services.mall:Lie", "services.mall:LookedFor", "services.x:y",
        "store.sql:AG002",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "test",
    [
        "test_gone.py::test_eats",
        "test_cake.py::test_gone",
        "test_cake.py::eat",
        "test_cake.py",
        "test_cake.py::C::test",
    ],
)
def test_finds_a_test_that_is_not_there(tmp_path: Path, test: str) -> None:
    (tmp_path / "test_cake.py").write_text("def test_eats(): ...\ndef eat(): ...\nclass C:\n  def test_in(self): ...\n")
    there = ["test_cake.py::test_eats", "test_cake.py::test_eats[files-1]", "test_cake.py::C::test_in"]
    assert listing.missing_tests([*there, test], tmp_path) == [test]


def test_finds_a_case_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "test_cake.py").write_text(
        "import pytest\n@pytest.mark.parametrize('cake', ['a', 'b'])\ndef test_eats(cake): ...\n"
    )
    there = ["test_cake.py::test_eats", "test_cake.py::test_eats[a]", "test_cake.py::test_eats[b]"]
    assert listing.missing_cases([*there, "test_cake.py::test_eats[c]"], tmp_path) == ["test_cake.py::test_eats[c]"]


def test_finds_a_test_that_takes_away_what_is_not_listed(tmp_path: Path) -> None:
    named = "def test_without_the_guard_{}(monkeypatch):\n  monkeypatch.setattr({})\n"
    tests = [
        ("a", 'Cake, "has", 1'),
        ("b", '"services.cakes.ensure_cake", 1'),
        ("c", "Cake, 'had', 1"),
        ("d", "x, 'y', 1"),
    ]
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_cake.py").write_text("".join(named.format(*test) for test in tests))
    known = {"services.c:Cake.has": {}, "services.c:ensure_cake": {}, "services.d:e": {
        "test": "tests/test_cake.py::test_without_the_guard_d[1]"}}  # fmt: skip
    assert listing.unlisted_controls(Listed({}, {}, known), tmp_path) == [
        "tests/test_cake.py::test_without_the_guard_c"
    ]


def test_finds_machinery_without_a_sentence() -> None:
    said = {"a:b": {"keeps": "Nothing is eaten.", "test": ""}, "c:d": {"keeps": "", "test": ""}, "e:f": {"test": ""}}
    assert listing.unspoken(Listed({}, {}, said)) == ["c:d", "e:f"]


@pytest.fixture
def eating(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A module with its switches, as it stands in a copy."""
    names: dict[str, Any] = {"__name__": "cakes"}
    monkeypatch.setitem(sys.modules, "guard_switch", switch)
    source = """
class Eaten(Exception): ...
class Hot(Exception): ...
class Broken(Exception): ...
class Invariant: ...
class CakeIsThere(Invariant):
    def see(self, eaten): _look(eaten)
class OvenIsOff(CakeIsThere): ...
def _look(eaten):
    if eaten: raise Broken("gone")
def eat(refusal):
    try: {}["cake"]
    except KeyError as why: raise refusal from why
    return "eaten twice"
"""
    exec(switched(source), names)
    return names


def test_a_guard_that_is_switched_off_lets_pass_and_no_other_does(eating, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(switch.OFF, "cakes:Eaten")
    assert eating["eat"](eating["Eaten"]()) == eating["eat"](eating["Eaten"]) == "eaten twice"
    with pytest.raises(eating["Hot"]) as raised:
        eating["eat"](eating["Hot"]("very"))
    assert isinstance(raised.value.__cause__, KeyError)
    monkeypatch.delenv(switch.OFF)
    with pytest.raises(eating["Eaten"]):
        eating["eat"](eating["Eaten"])


def test_what_a_guard_does_when_it_is_switched_off_may_be_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    source = """
class Cake:
    def has(self):
        "Whether there is any left."
        return False
    def had(self): return False
"""
    names: dict[str, Any] = {}
    monkeypatch.setitem(sys.modules, "guard_switch", switch)
    exec(switched(source, {"cakes:Cake.has": "return True", "pies:Cake.had": "return True"}, "cakes"), names)
    assert (names["Cake"]().has(), names["Cake"]().had()) == (False, False)
    monkeypatch.setenv(switch.OFF, "cakes:Cake.has")
    assert (names["Cake"]().has(), names["Cake"]().had()) == (True, False)


def test_an_invariant_that_is_switched_off_finds_nothing_and_the_others_do(
    eating, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(switch.OFF, "cakes:CakeIsThere")
    eating["CakeIsThere"]().see(True)
    with pytest.raises(eating["Broken"]):
        eating["OvenIsOff"]().see(True)


def test_it_is_noted_which_test_meets_a_guard(
    eating, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setenv(switch.SEEN, str(tmp_path / "seen"))
    with pytest.raises(eating["Hot"]):
        eating["eat"](eating["Hot"])
    assert (tmp_path / "seen").read_text() == f"{request.node.nodeid}\tcakes:Hot\n"


@pytest.mark.parametrize(
    ("phases", "outcome"),
    [
        ({"setup": ("passed", ""), "call": ("passed", ""), "teardown": ("passed", "")}, trying.PASSED),
        ({"setup": ("passed", ""), "call": ("failed", "AssertionError")}, trying.FAILED),
        ({"setup": ("passed", ""), "call": ("failed", "ImportError")}, "call ends with ImportError"),
        ({"setup": ("failed", "ValueError")}, "setup ends with ValueError"),
        (
            {"setup": ("passed", ""), "call": ("passed", ""), "teardown": ("failed", "OSError")},
            "teardown ends with OSError",
        ),
        ({"setup": ("skipped", "Skipped")}, "skipped"),
        ({}, "was not run"),
    ],
)
def test_only_what_a_test_itself_raises_is_its_failure(phases: dict[str, tuple[str, str]], outcome: str) -> None:
    watch = trying.Watch()
    watch.phases = phases
    assert watch.outcome() == outcome
