"""A person: registered, renamed, tagged, given and deprived of roles."""

from typing import Any

import pytest

from services.identity.domain.forgetting_refusals import HoldsRole, NoReasonToForget
from services.identity.domain.person import TAGS_LIMIT, Person
from services.identity.domain.refusals import (
    MailMalformed,
    NameMalformed,
    NoSuchTag,
    NotACertifier,
    RoleNotHeld,
    TagMalformed,
    TooManyTags,
    UnknownRole,
)
from services.identity.domain.roles import ensure_certifier
from services.kernel.domain import FORGOTTEN, acting
from tests.support.scenario import ANNA, OPERATOR, Scenario, context


def anna() -> Person:
    return Person.register(ANNA, "Anna", "anna@example.org")


def scenario() -> Scenario[Person]:
    return Scenario(Person)


def test_registers_under_the_id_that_the_application_gives() -> None:
    scenario().when(lambda _: Person.register(ANNA, "  Anna ", "Anna@Example.ORG ")).then(
        (Person.Registered, {"originator_id": ANNA, "person_id": ANNA, "name": "Anna", "mail": "anna@example.org"})
    )


def test_refuses_to_register_a_name_that_cannot_be_shown() -> None:
    scenario().when(lambda _: Person.register(ANNA, "\u200b \n", "anna@example.org")).then_refused(NameMalformed)


def test_refuses_to_register_a_malformed_mail() -> None:
    scenario().when(lambda _: Person.register(ANNA, "Anna", "anna")).then_refused(MailMalformed)


def test_refuses_to_register_without_a_mail() -> None:
    scenario().when(lambda _: Person.register(ANNA, "Anna", None)).then_refused(MailMalformed)


def test_records_a_person_from_elsewhere_without_a_mail() -> None:
    scenario().when(lambda _: Person.register(ANNA, "Anna", None, recorded=True)).then(
        (Person.Registered, {"mail": None})
    )


def test_records_a_person_from_elsewhere_without_a_name() -> None:
    scenario().when(lambda _: Person.register(ANNA, None, None, recorded=True)).then(
        (Person.Registered, {"name": None})
    )


def test_refuses_to_register_without_a_name() -> None:
    scenario().when(lambda _: Person.register(ANNA, None, "anna@example.org")).then_refused(NameMalformed)


def test_still_refuses_a_malformed_mail_from_elsewhere() -> None:
    scenario().when(lambda _: Person.register(ANNA, "Anna", "@", recorded=True)).then_refused(MailMalformed)


def test_renames() -> None:
    scenario().given(anna).when(lambda p: p.rename("A\u0301nna")).then((Person.Renamed, {"name": "\u00c1nna"}))


def test_the_same_name_changes_nothing() -> None:
    scenario().given(anna).when(lambda p: p.rename(" Anna")).then_nothing()


def test_refuses_a_malformed_new_name() -> None:
    scenario().given(anna).when(lambda p: p.rename("")).then_refused(NameMalformed)


def test_adds_a_tag() -> None:
    scenario().given(anna).when(lambda p: p.add_tag("hobby", " fly fishing ")).then(
        (Person.TagAdded, {"kind": "hobby", "value": "fly fishing"})
    )


def test_a_tag_that_is_there_changes_nothing() -> None:
    scenario().given(anna, lambda p: p.add_tag("hobby", "chess")).when(
        lambda p: p.add_tag("hobby", "chess")
    ).then_nothing()


@pytest.mark.parametrize(
    ("kind", "value"), [("Hobby", "x"), ("", "x"), ("1a", "x"), ("a", ""), ("a", "x" * 101), ("a", "\0")]
)
def test_refuses_a_malformed_tag(kind: str, value: str) -> None:
    scenario().given(anna).when(lambda p: p.add_tag(kind, value)).then_refused(TagMalformed)


def test_refuses_more_tags_than_one_person_may_carry() -> None:
    tags: list[Any] = [lambda p, n=n: p.add_tag("hobby", f"number {n}") for n in range(TAGS_LIMIT)]
    scenario().given(anna, *tags).when(lambda p: p.add_tag("taste", "one more")).then_refused(TooManyTags)


def test_removes_a_tag() -> None:
    scenario().given(anna, lambda p: p.add_tag("hobby", "chess")).when(lambda p: p.remove_tag("hobby", "chess")).then(
        (Person.TagRemoved, {"kind": "hobby", "value": "chess"})
    )


def test_refuses_to_remove_a_tag_that_is_not_there() -> None:
    scenario().given(anna).when(lambda p: p.remove_tag("hobby", "chess")).then_refused(NoSuchTag)


def test_grants_a_role() -> None:
    scenario().given(anna).when(lambda p: p.grant_role("certifier", OPERATOR)).then(
        (Person.RoleGranted, {"role": "certifier", "granted_by": OPERATOR})
    )


def test_a_role_that_is_held_changes_nothing() -> None:
    granted = scenario().given(anna, lambda p: p.grant_role("certifier", OPERATOR))
    granted.when(lambda p: p.grant_role("certifier", OPERATOR)).then_nothing()


def test_refuses_an_unknown_role() -> None:
    scenario().given(anna).when(lambda p: p.grant_role("king", OPERATOR)).then_refused(UnknownRole)


def test_withdraws_a_role() -> None:
    granted = scenario().given(anna, lambda p: p.grant_role("certifier", OPERATOR))
    granted.when(lambda p: p.withdraw_role("certifier")).then((Person.RoleWithdrawn, {"role": "certifier"}))


def test_refuses_to_withdraw_a_role_that_is_not_held() -> None:
    scenario().given(anna).when(lambda p: p.withdraw_role("operator")).then_refused(RoleNotHeld)


def test_refuses_to_withdraw_an_unknown_role() -> None:
    scenario().given(anna).when(lambda p: p.withdraw_role("king")).then_refused(UnknownRole)


def test_only_certifiers_pass_their_guard() -> None:
    ensure_certifier({"certifier", "operator"})
    with pytest.raises(NotACertifier):
        ensure_certifier({"operator"})


def test_replays_when_everything_personal_is_forgotten() -> None:
    with acting(context()):
        person = anna()
        person.add_tag("hobby", "chess")
        person.add_tag("hobby", "go")
        person.remove_tag("hobby", "chess")
        person.grant_role("operator", OPERATOR)
        replayed = forgotten(list(person.collect_events()))
    assert not replayed.name
    assert replayed.roles == ["operator"]


def forgotten(facts: list[Any]) -> Any:
    """The aggregate as it replays without any person's key."""
    root: Any = None
    for fact in facts:
        fact.__dict__.update(dict.fromkeys(fact.personal, FORGOTTEN))
        root = fact.mutate(root)
    return root


def test_is_forgotten_with_everything_that_was_known_of_her() -> None:
    forgotten = scenario().given(anna, lambda p: p.add_tag("city", "Tula")).when(lambda p: p.forget("asked"))
    forgotten.then((Person.Forgotten, {"reason": "asked"}))
    assert forgotten.root is not None
    assert (forgotten.root.name, forgotten.root.mail, forgotten.root.tags) == (None, None, {})


def test_is_forgotten_once() -> None:
    scenario().given(anna, lambda p: p.forget("asked")).when(lambda p: p.forget("law")).then_nothing()


def test_refuses_to_forget_for_a_reason_that_is_none() -> None:
    scenario().given(anna).when(lambda p: p.forget("spite")).then_refused(NoReasonToForget)


def test_refuses_to_forget_whoever_runs_the_platform() -> None:
    operator = scenario().given(anna, lambda p: p.grant_role("operator", OPERATOR))
    operator.when(lambda p: p.forget("asked")).then_refused(HoldsRole)
