"""The first page in a real browser, in both languages and both worlds: what it shows, what it runs, what it refuses."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.browser import Chromium, Tab
from tests.support.first_page import OWNER_MAIL, OWNER_PASSWORD, WICKED, Town, built
from tests.support.worlds import Platform, World

READY = "document.querySelector('main[data-ready]')"
MAIL, PASSWORD = "operator@example.org", "a very quiet river"
ENGLISH, CHINESE = "en-GB,en;q=0.9", "zh-CN,zh;q=0.9,en;q=0.5"


@pytest.fixture(scope="module")
def platform(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with world.platform_with_operator(tmp_path_factory.mktemp("page") / "data", MAIL, PASSWORD) as made:
        yield made


@pytest.fixture(scope="module")
def town(platform: Platform) -> Town:
    signed = platform.client().post("/identity/sessions", json={"mail": MAIL, "password": PASSWORD})
    return built(platform, signed.json()["token"])


@pytest.fixture(scope="module")
def browser(browser_program: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with Chromium(browser_program, tmp_path_factory.mktemp("browser")) as made:
        yield made


def opened(browser: Chromium, address: str, languages: str = ENGLISH, **more: object) -> Tab:
    tab = Tab(browser, languages, **more)
    tab.go(address)
    tab.until(READY)
    return tab


def sign_in(tab: Tab, mail: str = OWNER_MAIL, password: str = OWNER_PASSWORD) -> None:
    tab.click("#open-door")
    tab.type("input[name=mail]", mail)
    tab.type("input[name=password]", password)
    tab.press("Enter", 13)


@pytest.mark.parametrize(
    ("languages", "tag", "title", "shelf", "gatherings", "questions"),
    [
        (ENGLISH, "en", "Communities", "On the shelf", "Gatherings", "Sign in to ask"),
        (CHINESE, "zh-Hans", "社群", "货架", "线下活动", "请先登录"),
    ],
    ids=["english", "chinese"],
)
def test_anybody_sees_communities_a_shelf_and_a_gathering(
    browser: Chromium, platform: Platform, town: Town, tmp_path: Path,
    languages: str, tag: str, title: str, shelf: str, gatherings: str, questions: str,
) -> None:  # fmt: skip
    tab = opened(browser, f"{platform.url}/", languages)
    assert (tab.value("document.documentElement.lang"), tab.text("h1")) == (tag, title)
    assert "Quiet Trails 静径" in tab.texts("#communities h3")
    tab.click(f"a[href='#/group/{town.group_id}']")
    tab.until(f"{READY}?.dataset.ready.includes('group')")
    assert tab.text("h1") == "Quiet Trails 静径"
    assert tab.texts("h2")[:2] == [shelf, gatherings]
    assert sorted(tab.texts("#shelf h3")) == ["Reel", "River rod 溪流竿"]
    assert "120.50" in tab.text("#shelf")
    assert tab.texts("#gatherings h3") == ["A morning at the lake 湖边清晨"]
    assert "North landing 北码头" in tab.text("#gatherings")
    assert questions in tab.text()
    assert tab.trouble() == []
    assert tab.picture(tmp_path / "page.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("languages", "expected"),
    [
        (ENGLISH, ["25 people", "€1,687.00", "14 pieces in 14 orders", "15 or more", "Lure box"]),
        (CHINESE, ["25 人", "1,687.00", "14 个订单，共 14 件", "15 人以上", "Lure box"]),
    ],
    ids=["english", "chinese"],
)
def test_who_leads_the_community_asks_the_questions(
    browser: Chromium, platform: Platform, town: Town, languages: str, expected: list[str]
) -> None:
    tab = opened(browser, f"{platform.url}/#/group/{town.group_id}", languages, width=390, is_dark=True)
    sign_in(tab)
    tab.until("document.querySelectorAll('#questions .card').length === 6")
    for wanted in expected:
        assert wanted in tab.text("#questions"), tab.text("#questions")
    assert tab.text("#me") == "Chen 陈"
    assert tab.value("document.documentElement.scrollWidth <= innerWidth"), "wider than a phone"
    assert tab.trouble() == []
    tab.click("#leave")
    tab.until("!document.querySelector('#questions')")
    assert tab.value("sessionStorage.length") == 0


def test_who_may_not_ask_is_told_so_in_a_sentence(browser: Chromium, platform: Platform, town: Town) -> None:
    told = {"name": "Boris", "mail": "boris@example.org", "password": "another quiet river"}
    platform.client().post("/identity/people", json=told)
    tab = opened(browser, f"{platform.url}/#/group/{town.group_id}")
    sign_in(tab, "boris@example.org", "not this one at all")
    tab.until("!document.querySelector('#door .refusal').hidden")
    assert tab.text("#door .refusal").endswith(".")
    tab.click("#shut")
    tab.value("document.getElementById('sign-in').reset()")
    sign_in(tab, told["mail"], told["password"])
    tab.until("document.querySelector('#questions .refusal')")
    assert "an owner or a leader" in tab.text("#questions")


def test_what_people_wrote_is_text_and_nothing_else(browser: Chromium, platform: Platform, town: Town) -> None:
    tab = opened(browser, f"{platform.url}/")
    assert f"Gadgets {WICKED}" in tab.texts("#communities h3")
    assert tab.value("document.title") == "Agora"
    assert tab.value("document.querySelectorAll('main script').length") == 0


def test_the_policy_lets_nothing_run_that_is_not_ours(browser: Chromium, platform: Platform, town: Town) -> None:
    tab = opened(browser, f"{platform.url}/")
    for wicked in (
        "document.body.innerHTML = '<b>x</b>'",
        "document.body.setAttribute('onclick', 'document.title = 1')",
        "document.body.append(Object.assign(document.createElement('script'), { text: 'document.title = 1' }))",
    ):
        refused = f"(() => {{ try {{ {wicked}; return false }} catch {{ return true }} }})()"
        assert tab.value(refused), wicked
    assert tab.value("fetch('http://127.0.0.1:1/').then(() => false, () => true)")
    assert tab.value("document.title") == "Agora"
    said = [str(one) for one in tab.trouble()]
    assert any("connect-src" in one for one in said), said


def test_the_language_is_chosen_and_kept_where_one_is(browser: Chromium, platform: Platform, town: Town) -> None:
    tab = opened(browser, f"{platform.url}/?language=zh#/group/{town.group_id}")
    assert tab.text("#open-door") == "登录"
    tab.click("[data-switch=en]")
    tab.until(f"document.documentElement.lang === 'en' && {READY}?.dataset.ready.includes('group')")
    assert tab.text("h1") == "Quiet Trails 静径"
    assert tab.value("document.querySelector('[aria-current]').textContent") == "English"


def test_every_field_has_a_label_and_the_door_opens_by_keyboard(
    browser: Chromium, platform: Platform, town: Town
) -> None:
    tab = opened(browser, f"{platform.url}/")
    assert tab.value("[...document.querySelectorAll('input')].every(one => one.labels.length)")
    tab.value("document.getElementById('open-door').focus()")
    tab.press("Enter", 13)
    tab.until("document.getElementById('door').open && document.activeElement.name === 'mail'")
    tab.press("Escape", 27)
    tab.until("!document.getElementById('door').open")


def test_a_community_that_is_not_there_is_said_in_a_sentence(browser: Chromium, platform: Platform, town: Town) -> None:
    tab = opened(browser, f"{platform.url}/#/group/00000000-0000-0000-0000-000000000099")
    assert "There is no group" in tab.text()
