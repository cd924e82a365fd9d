"""What a sale costs: rules that are announced before they hold, and what seller and community agree on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import partial
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule

from services.mall.application import Mall
from services.mall.domain.agreement import Agreement
from services.mall.domain.seller import Seller
from tests.support.scenario import CHEN, OPERATOR

from .books import share_of
from .buying import Buying
from .goods import Goods
from .machine import pick
from .selling import WHICH
from .shop import CURRENCIES, GROUP, SELLERS

FEE, POOL = "fee", "pool"
CAPS = {FEE: 3_000, POOL: 5_000}
SCOPES = ("listing_id", "seller_id", "group_id", "tag", "all")
LIMITS = st.sampled_from([(None, None), (None, None), (100, None), (None, 30), (7, 500)])
DAYS = st.sampled_from([None, None, 0, 1, 7, 9])
ASKED = st.one_of(*(st.tuples(st.just(name), st.fixed_dictionaries(told)) for name, told in (
    ("announce", {
        "kind": st.sampled_from([FEE, FEE, POOL]), "scope": st.sampled_from(SCOPES), "which": WHICH, "limits": LIMITS,
        "bps": st.tuples(st.sampled_from([0, 100, 500, 3_000]), st.sampled_from([0, 700, 2_000])),
        "in_currency": st.booleans(), "begins": DAYS, "lasts": st.sampled_from([None, None, 3, 30]),
    }),
    ("end_rule", {"which": WHICH, "days": DAYS}),
    ("agree", {
        "seller": st.integers(0, 2), "pool_bps": st.sampled_from([0, 250, 5_000]), "offers": st.booleans(),
        "territory": st.sampled_from([[], [], ["DE"]]), "floor": st.sampled_from([None, None, 2_000]),
        "begins": st.sampled_from([None, 0, 2]), "lasts": st.sampled_from([None, 1, 20]),
        "notice": st.sampled_from([0, 5]), "is_named": st.booleans(), "buys": st.booleans(),
    }),
    ("end_agreement", {"seller": st.integers(0, 2), "by_group": st.booleans()}),
)))  # fmt: skip
"""What may be asked of fees and commissions, and with what."""
Subject = UUID | str | None


@dataclass(eq=False)
class Rule:
    """One announcement; without an end at its announcement it ``replaces`` what was before it for good."""

    rule_id: UUID
    kind: str
    scope: str
    subject: Subject
    currency: str | None
    bps: tuple[int, int]
    limits: tuple[int | None, int | None]
    begins: datetime
    ends: datetime | None
    replaces: bool

    @property
    def about(self) -> tuple[str, str, Subject, str | None]:
        """Of the same the later one counts."""
        return self.kind, self.scope, self.subject, self.currency

    @property
    def ever_holds(self) -> bool:
        """One that was ended before it began never held."""
        return self.ends is None or self.ends > self.begins

    def takes(self, price: int, bps: int) -> Fraction:
        """Of a price, where so much would be taken without it."""
        least, most = self.bps
        bps = max(least, min(most, bps))
        return share_of(price, bps, CAPS[self.kind], *self.limits) if bps or self.kind == FEE else Fraction(0)


@dataclass
class Deal:
    """What a seller and the group agreed on, and when it holds."""

    begins: datetime
    ends: datetime | None
    pool_bps: int
    goods: Sequence[UUID]
    territory: Sequence[str]
    floor: int | None
    notice_days: int


class Charging(Buying):
    """Announced, ended, agreed on, ended again; an order keeps what stood when it was placed."""

    def __init__(self) -> None:
        super().__init__()
        self.tariff: list[Rule] = []
        self.deals: dict[UUID, list[Deal]] = {}

    @rule(asked=ASKED)
    def charge_otherwise(self, asked: tuple[str, dict[str, Any]]) -> None:
        """One of four: Hypothesis plays each history with some of its rules alone."""
        name, told = asked
        getattr(self, name)(**told)

    def announce(
        self, kind: str, scope: str, which: int, limits: tuple[int | None, int | None], bps: tuple[int, int],
        in_currency: bool, begins: int | None, lasts: int | None,
    ) -> None:  # fmt: skip
        """A rule to come, as early as can be or at a time of one's own."""
        goods, now = pick(self.goods, which), self.shop.now
        assert goods is not None
        subject: Subject = {
            "listing_id": goods.listing_id, "seller_id": goods.seller_id, "group_id": GROUP, "all": None,
            "tag": ("rods", "sea")[which % 2],
        }[scope]  # fmt: skip
        currency = goods.currency if in_currency or any(limits) else None
        parts = (bps[0], bps[0]) if kind == FEE else (min(bps), max(bps))
        wanted = now if begins is None else now + timedelta(days=begins)
        new = Rule(UUID(int=0), kind, scope, subject, currency, parts, limits, wanted, None, lasts is None)
        needed = timedelta(days=0 if self._is_lower([new], self._instead_of(new, wanted)) else self.terms.notice_days)
        new.begins = now + needed if begins is None else wanted
        new.ends = None if lasts is None else wanted + timedelta(days=lasts)
        accepts = new.begins >= now + needed and new.ever_holds
        made = self.carry(OPERATOR, partial(_announced, one=new, begins_at=None if begins is None else wanted), accepts)
        if accepts:
            new.rule_id = made["rule_id"]
            self.tariff.append(new)

    def end_rule(self, which: int, days: int | None) -> None:
        """As early as can be, or some time."""
        one, now = pick(self.tariff, which), self.shop.now
        if one is None:
            return
        wanted = now if days is None else now + timedelta(days=days)
        is_lower = self._is_lower(self._instead_of(one, wanted, one), [one])
        needed = timedelta(days=0 if is_lower else self.terms.notice_days)
        ends = now + needed if days is None else wanted
        over = self._over(one)
        accepts = ends >= now + needed and (over is None or over > ends)
        ends_at = None if days is None else wanted
        self.carry(OPERATOR, lambda mall: mall.end_rule(one.rule_id, ends_at), accepts)
        if accepts:
            one.ends = ends

    def agree(
        self, seller: int, pool_bps: int, offers: bool, territory: list[str], floor: int | None,
        begins: int | None, lasts: int | None, notice: int, is_named: bool, buys: bool,
    ) -> None:  # fmt: skip
        """One side offers, the other one accepts; what was agreed before gives way when it begins."""
        person_id, now = SELLERS[seller], self.shop.now
        seller_id, currency = Seller.create_id(person_id), CURRENCIES[person_id]
        named = [one.listing_id for one in self.goods if is_named and one.seller_id == seller_id][:1]
        starts_at = None if begins is None else now + timedelta(days=begins)
        ends_at = None if lasts is None else now + timedelta(days=(begins or 0) + lasts)
        sides = (person_id, CHEN) if offers else (CHEN, person_id)
        made = self.carry(sides[0], lambda mall: mall.offer_agreement(
            seller_id, GROUP, listing_ids=named, pool_bps=pool_bps, territory=territory, exclusive=False,
            notice_days=notice, floor_minor=floor, currency=currency if floor else None, starts_at=starts_at,
            ends_at=ends_at,
        ))  # fmt: skip
        self.carry(sides[0], lambda mall: mall.accept_agreement(made["agreement_id"], made["offer_id"]), False)
        self.carry(sides[1], lambda mall: mall.accept_agreement(made["agreement_id"], made["offer_id"]))
        starts = max(starts_at or now, now)
        before = self._ended(self.deals.get(seller_id, []), starts)
        self.deals[seller_id] = [*before, Deal(starts, ends_at, pool_bps, named, territory, floor, notice)]
        sold = [number for number, one in enumerate(reversed(self.goods)) if one.seller_id == seller_id]
        if buys and sold:
            self.buy_through_shelf(sold[0])

    def end_agreement(self, seller: int, by_group: bool) -> None:
        """By either side, after its notice."""
        person_id, now = SELLERS[seller], self.shop.now
        seller_id = Seller.create_id(person_id)
        if seller_id not in self.deals:
            return
        ahead = [one for one in self.deals[seller_id] if one.ends is None or one.ends > now]
        ends = now + timedelta(days=ahead[0].notice_days if ahead else 0)
        accepts = bool(ahead) and (ahead[-1].ends is None or ahead[-1].ends > ends)
        named = Agreement.create_id(seller_id, GROUP)
        self.carry(CHEN if by_group else person_id, lambda mall: mall.end_agreement(named), accepts)
        if accepts:
            self.deals[seller_id] = self._ended(self.deals[seller_id], ends)

    def fee_of(self, goods: Goods, price: int, through: UUID | None) -> Fraction:
        """By the rule that is most about it, or by the terms."""
        bps = self.terms.fee_bps
        holds = self._holds(FEE, goods, price, through, bps)
        return share_of(price, bps, CAPS[FEE]) if holds is None else holds.takes(price, bps)

    def pool_of(self, goods: Goods, price: int, through: UUID | None, is_brought: bool) -> Fraction:
        """As agreed on; or as offered, within the rules. Who offers nothing has none, whatever the rules say."""
        if not is_brought:
            return Fraction(0)
        begun = [one for one in self.deals.get(goods.seller_id, []) if one.begins <= self.shop.now]
        if through and begun and self._applies(begun[-1], goods):
            return share_of(price, begun[-1].pool_bps, CAPS[POOL])
        holds = self._holds(POOL, goods, price, through, goods.pool_bps) if goods.pool_bps else None
        return share_of(price, goods.pool_bps, CAPS[POOL]) if holds is None else holds.takes(price, goods.pool_bps)

    def _applies(self, deal: Deal, goods: Goods) -> bool:
        """In its time, for its goods, where it holds, and at its price."""
        in_time = deal.ends is None or self.shop.now < deal.ends
        is_meant = not deal.goods or goods.listing_id in deal.goods
        goes_there = not deal.territory or self.country in deal.territory
        return in_time and is_meant and goes_there and (deal.floor is None or goods.price >= deal.floor)

    def _holds(self, kind: str, goods: Goods, price: int, through: UUID | None, bps: int) -> Rule | None:
        """What is most about these goods; in their currency before any; of several tags the cheapest."""
        subjects: list[tuple[str, Sequence[Subject]]] = [
            ("listing_id", [goods.listing_id]), ("seller_id", [goods.seller_id]),
            ("group_id", [through] if through else []), ("tag", sorted(goods.tags)), ("all", [None]),
        ]  # fmt: skip
        for scope, named in subjects:
            found = []
            for one in named:
                stands = self._stands((kind, scope, one, goods.currency)) or self._stands((kind, scope, one, None))
                found += [stands] if stands else []
            if found:
                return min(found, key=lambda rule: rule.takes(price, bps))
        return None

    def _stands(self, about: tuple[str, str, Subject, str | None]) -> Rule | None:
        """The last one for good that has begun, unless a later one stands in for it."""
        now = self.shop.now
        begun = [one for one in self._in_order(about) if one.begins <= now and one.ever_holds]
        stands: Rule | None = None
        for one in begun:
            if one.replaces:
                stands = one
        later = begun[begun.index(stands) + 1:] if stands else begun  # fmt: skip
        running = [one for one in later if one.ends is None or one.ends > now]
        if running:
            return running[-1]
        return stands if stands and (stands.ends is None or stands.ends > now) else None

    def _in_order(self, about: tuple[str, str, Subject, str | None]) -> list[Rule]:
        """As they begin; those that begin together as they were announced."""
        return sorted((one for one in self.tariff if one.about == about), key=lambda one: one.begins)

    def _over(self, rule: Rule) -> datetime | None:
        """From when on it holds no more, by its own end or because another one replaces it."""
        same = self._in_order(rule.about)
        ends = [one.begins for one in same[same.index(rule) + 1 :] if one.replaces and one.ever_holds]
        ends += [] if rule.ends is None else [max(rule.begins, rule.ends)]
        return min(ends, default=None)

    def _instead_of(self, rule: Rule, at: datetime, but: Rule | None = None) -> Iterator[Rule]:
        """What may hold where a rule does not, from then on: as specific or less, and the terms of now and
        those announced unless a rule is for all of it for good."""
        there = [one for one in self.tariff if one.kind == rule.kind and one is not but]
        there = [one for one in there if (over := self._over(one)) is None or over > at]
        for one in there:
            may_meet = rule.currency is None or one.currency is None or rule.currency == one.currency
            is_wider = SCOPES.index(one.scope) > SCOPES.index(rule.scope)
            is_same = (one.scope, one.subject) == (rule.scope, rule.subject)
            is_beside = but is not None and one.scope == rule.scope == "tag"
            if (may_meet and (is_wider or is_same)) or is_beside:
                yield one
        for_all = [one for one in there if one.scope == "all" and one.currency is None and self._over(one) is None]
        if rule.kind == FEE and not any(one.begins <= at for one in for_all):
            for bps in [terms.fee_bps for terms in self.timetable.ahead(self.shop.now)]:
                yield Rule(UUID(int=0), FEE, "all", None, None, (bps, bps), (None, None), at, None, True)

    def _is_lower(self, rules: Any, others: Any) -> bool:
        """A fee that is plainly no higher; a commission is somebody's loss whichever way it changes."""
        rules, others = list(rules), list(others)
        return all(
            one.kind == FEE and one.bps[1] <= other.bps[1] and (one.limits[0] or 0) <= (other.limits[0] or 0)
            and (other.limits[1] is None or (one.limits[1] is not None and one.limits[1] <= other.limits[1]))
            for one in rules for other in others
        ) and all(one.kind == FEE for one in [*rules, *others])  # fmt: skip

    def _ended(self, deals: Sequence[Deal], at: datetime) -> list[Deal]:
        """None of them holds from then on."""
        kept = [one for one in deals if one.begins < at]
        for one in kept:
            one.ends = at if one.ends is None else min(one.ends, at)
        return kept


def _announced(mall: Mall, one: Rule, begins_at: datetime | None) -> dict[str, Any]:
    told: dict[str, Any] = {} if one.scope == "all" else {one.scope: one.subject}
    told |= {"currency": one.currency, "least_minor": one.limits[0], "most_minor": one.limits[1]}
    told |= {"begins_at": begins_at, "ends_at": one.ends}
    if one.kind == FEE:
        return mall.announce_fee(one.bps[0], **told)
    return mall.announce_commission(*one.bps, **told)
