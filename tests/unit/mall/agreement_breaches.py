"""Facts about agreements that should not be: what their invariant is seen to find."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from services.kernel.domain import acting
from services.mall.domain.agreement import Agreement
from services.mall.domain.agreement_terms import SELLER, Bought, Promise, agreed
from services.mall.domain.attribution import Candidate, Way, decide
from services.mall.domain.charges import charge
from services.mall.domain.lines import Line, order_line
from services.mall.domain.tariff import COMMISSION
from services.mall.domain.trail import Touch
from tests.support.scenario import CHEN, NOON, context

from .agreements import LONG_AGO, OTHER_GROUP, alone, an_agreement, terms
from .samples import GROUP, LINK, LISTING, a_checkout, a_line, a_listing, an_order
from .tariffs import SOLD, a_commission

Breach = tuple[str, str, list[Any]]


def agreed_line(agreement: Agreement, country: str | None = None, **changes: Any) -> Line:
    """Three of 33.33 by Chen's link from the shelf of the group, under what was agreed."""
    touch = Touch(touched_at=NOON - timedelta(days=1), link_id=LINK)
    found = decide([Candidate(touch, Way(GROUP, CHEN, LINK), 30)], NOON, 1_000, 5_000, lambda *_: None)
    bought = Bought(LISTING, 3_333, "EUR", country)
    holder = GROUP if agreement.group_id == GROUP else OTHER_GROUP
    version = agreement.at(NOON) if agreement.group_id == GROUP else None
    told = agreed(agreement.id, version, bought, Promise(holder) if agreement.promised else None, GROUP, NOON)
    assert told is not None
    charged = charge({}, SOLD, 9_999, 500, found, NOON, told)
    line = order_line(
        "1", LISTING, "Rod", 3, 3_333, 500, GROUP, charged.attributed.commission_bps, charged.platform_fee_bps,
        charged.attributed, None, charged.tariff, told.told,
    )  # fmt: skip
    return line | changes


def sold_under(agreement: Agreement, line: Line | None = None) -> list[Any]:
    """Boris orders it when that was agreed, with the checkout that awaits its payment."""
    with acting(context()):
        ordered = an_order(agreed_line(agreement) if line is None else line)
        roots = (a_checkout(), ordered)
    return [*agreement.collect_events(), *(fact for root in roots for fact in root.collect_events())]


def changed(facts: list[Any], kind: type[Any], **fields: Any) -> list[Any]:
    """The same with other fields in the facts of a kind."""
    for fact in facts:
        if type(fact) is kind:
            fact.__dict__.update(fields)
    return facts


def in_spite_of_a_promise() -> list[Any]:
    """The rod is the other group's alone, and is sold through this one as ever."""
    return sold_under(an_agreement(alone(), group_id=OTHER_GROUP), a_line())


def promised_twice() -> list[Any]:
    """Both communities have the rod alone."""
    theirs = an_agreement(alone(), group_id=OTHER_GROUP)
    return [*theirs.collect_events(), *sold_under(an_agreement(alone()))]


def bounded_in_spite() -> list[Any]:
    """The pool is what was agreed, and a rule is said to have bounded it."""
    agreement = an_agreement(terms())
    rule = charge({COMMISSION: a_commission()}, SOLD, 9_999, 500, _found(), NOON).tariff
    return sold_under(agreement, agreed_line(agreement, tariff=rule))


def _found() -> Any:
    touch = Touch(touched_at=NOON, link_id=LINK)
    return decide([Candidate(touch, Way(GROUP, CHEN, LINK), 30)], NOON, 1_000, 5_000, lambda *_: None)


def with_pool(**told: Any) -> list[Any]:
    """The line was decided otherwise than was agreed."""
    agreement = an_agreement(terms())
    line = agreed_line(agreement)
    return sold_under(agreement, line | {"attribution": line["attribution"] | told})


def earning() -> list[Any]:
    """The other community's goods, without a pool, of which somebody has a share all the same."""
    agreement = an_agreement(alone(), group_id=OTHER_GROUP)
    line = agreed_line(agreement)
    shares = line["shares"] | {"community": 1, "seller": line["shares"]["seller"] - 1}
    return sold_under(agreement, line | {"shares": shares})


def agreement_breaches() -> Iterator[Breach]:
    """Name of an invariant, a word of what it says, and facts that break it."""
    kept = "does not keep what was agreed"
    yield "agreements", kept, sold_under(an_agreement(terms()), a_line())
    yield "agreements", kept, sold_under(an_agreement(terms()))[3:]
    yield "agreements", kept, sold_under(an_agreement(terms(ends_at=NOON)), agreed_line(an_agreement(terms())))
    yield "agreements", kept, in_spite_of_a_promise()
    yield "agreements", "two communities", promised_twice()
    yield "agreements", "another pool", with_pool(pool_bps=1_999)
    yield "agreements", "bounded by a rule", bounded_in_spite()
    yield "agreements", "was to have no pool", earning()
    answered = changed(sold_under(an_agreement(terms())), Agreement.Accepted, accepted_by=SELLER)
    yield "agreements", "the side that had made it", answered
    early = changed(sold_under(an_agreement(terms())), Agreement.Accepted, starts_at=LONG_AGO - timedelta(days=1))
    yield "agreements", "before it was accepted", early
    twice = an_agreement(terms()).collect_events()
    yield "agreements", "did not wait", [*twice, twice[-1]]


def without_notice() -> list[Any]:
    """The rod is promised, and others lose their pools the day after."""
    times = {"starts_at": NOON.isoformat(), "ends_at": None}
    with acting(context()):
        listing = a_listing()
        listing.promise(OTHER_GROUP, OTHER_GROUP, [times], NOON, 1)
    return list(listing.collect_events())


def over_too_soon() -> list[Any]:
    """It is said to have come to its end a day before."""
    with acting(context()):
        agreement = an_agreement(terms(ends_at=NOON))
        agreement.lapse(NOON)
    return changed(list(agreement.collect_events()), Agreement.Lapsed, ends_at=NOON - timedelta(days=1))


def promise_breaches() -> Iterator[Breach]:
    """The same of what is promised to one community alone, and of what lapses."""
    yield "agreements", "have no notice of it", without_notice()
    yield "agreements", "is said to be over, and is not", over_too_soon()
