"""One seller a person, who can be suspended and reinstated."""

from services.kernel.domain import FORGOTTEN, acting, derived_id
from services.mall.domain.refusals import ReasonNotCode, SellerNotSuspended, SellerSuspended
from services.mall.domain.seller import Seller
from tests.support.scenario import ANNA, Scenario, context
from tests.unit.mall.samples import replayed

RELIED_ON = [{"kind": "real_name", "level": 1}]


def anna() -> Seller:
    return Seller(person_id=ANNA, name="Anna's Rods", relied_on=RELIED_ON)


def suspend(seller: Seller) -> None:
    seller.suspend("counterfeit")


def test_a_person_opens_as_seller_once_under_an_id_of_her_own() -> None:
    expected = {"originator_id": derived_id("seller", ANNA), "name": "Anna's Rods", "relied_on": RELIED_ON}
    Scenario(Seller).when(lambda _: anna()).then((Seller.Opened, expected))


def test_is_suspended_for_a_reason() -> None:
    Scenario(Seller).given(anna).when(suspend).then((Seller.Suspended, {"reason": "counterfeit"}))


def test_refuses_a_second_suspension() -> None:
    Scenario(Seller).given(anna, suspend).when(suspend).then_refused(SellerSuspended)


def test_refuses_a_reason_in_free_text() -> None:
    Scenario(Seller).given(anna).when(lambda seller: seller.suspend("She sold fakes")).then_refused(ReasonNotCode)


def test_is_reinstated() -> None:
    Scenario(Seller).given(anna, suspend).when(lambda seller: seller.reinstate()).then((Seller.Reinstated, {}))


def test_refuses_to_reinstate_who_is_not_suspended() -> None:
    Scenario(Seller).given(anna).when(lambda seller: seller.reinstate()).then_refused(SellerNotSuspended)


def test_replays_after_the_name_was_forgotten() -> None:
    with acting(context()):
        facts = list(anna().collect_events())
    facts[0].__dict__["name"] = FORGOTTEN
    assert not replayed(facts).name
