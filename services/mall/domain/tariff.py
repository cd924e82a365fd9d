"""What sales cost, by rules that are announced before they hold: one tariff for the mall's fee, one for commissions."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from services.kernel.domain import AggregateRoot, derived_id, event

from . import refusals
from . import tariff_facts as facts
from .form import HIGHEST_TOTAL_MINOR, check_currency
from .notice import AT_ONCE, not_before
from .shares import COMMISSION, MOST_BPS, PLATFORM_FEE
from .tariff_rules import ALL, Bounds, Rule, covers, is_no_dearer, over_at, slot_of, standing

__all__ = ["COMMISSION", "KINDS", "PLATFORM_FEE", "Tariff"]

KINDS = (PLATFORM_FEE, COMMISSION)


class Tariff(AggregateRoot):
    """All versions of all rules of one kind, for ever. Nothing of it is edited: a later version replaces an earlier.

    ``rules`` maps rule ids to rules in the order in which they were announced, ``slots`` the names of ``slot_of`` to
    the ids of the versions that stand together.
    """

    TOPIC = "mall:Tariff"
    Opened = facts.Opened
    RuleAnnounced = facts.RuleAnnounced
    RuleEnded = facts.RuleEnded

    @staticmethod
    def create_id(kind: str) -> UUID:
        """One of each kind."""
        return derived_id("mall", "tariff", kind)

    @event(Opened)
    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.rules: dict[str, Rule] = {}
        self.slots: dict[str, list[str]] = {}

    def announce(
        self, rule_id: UUID, bounds: Bounds, begins_at: datetime | None, ends_at: datetime | None, now: datetime,
        notice_days: int, defaults: Sequence[Bounds],
    ) -> datetime:  # fmt: skip
        """A rule to come; answers when it begins, as early as can be where no time is given.

        A fee that is for no sale dearer than what it stands in for may begin at once; all else ``notice_days`` from
        now. The ``defaults`` are the fee of the terms and the one that was announced to come. Raises
        ``TariffOutOfBounds``, ``LimitsCrossed``, ``LimitsWithoutCurrency``, ``CurrencyNotUsable``, ``NoticeTooShort``,
        ``RuleEndsFirst``.
        """
        _check_bounds(self.kind, bounds)
        instead_of = self._instead_of(bounds, begins_at or now, defaults)
        needed = AT_ONCE if self._only_lowers([bounds], instead_of) else notice_days
        begins_at = not_before(now, needed, begins_at)
        if ends_at is not None and ends_at <= begins_at:
            raise refusals.RuleEndsFirst(ends_at=ends_at.isoformat(), begins_at=begins_at.isoformat())
        self._rule_announced(rule_id, **bounds, announced_at=now, begins_at=begins_at, ends_at=ends_at,
                             notice_days=needed)  # fmt: skip
        return begins_at

    @event(RuleAnnounced)
    def _rule_announced(
        self, rule_id: UUID, scope: str, subject: str | None, currency: str | None, least_bps: int, most_bps: int,
        least_minor: int | None, most_minor: int | None, announced_at: datetime, begins_at: datetime,
        ends_at: datetime | None, notice_days: int,
    ) -> None:  # fmt: skip
        self.rules[str(rule_id)] = Rule(
            rule_id=str(rule_id), number=len(self.rules) + 1, scope=scope, subject=subject, currency=currency,
            least_bps=least_bps, most_bps=most_bps, least_minor=least_minor, most_minor=most_minor,
            announced_at=announced_at, begins_at=begins_at, ends_at=ends_at, is_lasting=ends_at is None,
        )  # fmt: skip
        self.slots.setdefault(slot_of(scope, subject, currency), []).append(str(rule_id))

    def end(
        self, rule_id: UUID, ends_at: datetime | None, now: datetime, notice_days: int, defaults: Sequence[Bounds]
    ) -> datetime:
        """A rule holds no longer; answers until when, as early as can be where no time is given.

        A fee ends at once where nothing that comes in its place is dearer. Raises ``NoSuchRule``,
        ``NoticeTooShort``, ``RuleEndsAlready``.
        """
        rule = self.rules.get(str(rule_id))
        if rule is None:
            raise refusals.NoSuchRule()
        in_its_place = self._instead_of(rule, ends_at or now, defaults, has_ended=rule)
        needed = AT_ONCE if self._only_lowers(in_its_place, [rule]) else notice_days
        ends_at = not_before(now, needed, ends_at)
        over = self.over_at(rule)
        if over is not None and over <= ends_at:
            raise refusals.RuleEndsAlready(rule_id=rule_id, ends_at=over.isoformat())
        self._rule_ended(rule_id, now, ends_at, needed)
        return ends_at

    @event(RuleEnded)
    def _rule_ended(self, rule_id: UUID, announced_at: datetime, ends_at: datetime, notice_days: int) -> None:
        self.rules[str(rule_id)]["ends_at"] = ends_at

    def standing(self, slot: str, at: datetime) -> Rule | None:
        """The version that stands at a moment, of the rule of this name; see ``slot_of``."""
        return standing((self.rules[one] for one in self.slots.get(slot, ())), at)

    def over_at(self, rule: Rule) -> datetime | None:
        """From when on a rule holds no more; None when that is open."""
        slot = slot_of(rule["scope"], rule["subject"], rule["currency"])
        return over_at(rule, [self.rules[one] for one in self.slots[slot]])

    def in_force(self, at: datetime) -> list[Rule]:
        """All that stand at a moment, in the order in which they were announced."""
        found = [rule for slot in self.slots if (rule := self.standing(slot, at)) is not None]
        return sorted(found, key=lambda rule: rule["number"])

    def _only_lowers(self, rules: Iterable[Bounds], instead_of: Iterable[Bounds]) -> bool:
        """The guard of notice; tests switch it off to see that they need it. A commission is what one side pays and
        another gets, so that every change of it is to somebody's cost."""
        return self.kind == PLATFORM_FEE and all(is_no_dearer(one, other) for one in rules for other in instead_of)

    def _instead_of(
        self, rule: Bounds, at: datetime, defaults: Sequence[Bounds], has_ended: Rule | None = None
    ) -> list[Bounds]:
        """What might hold from then on, now or some day, for a line that ``rule`` is for."""
        rules = [one for one in self.rules.values() if one is not has_ended and not self._is_over(one, at)]
        found: list[Bounds] = [one for one in rules if covers(rule, one) or _beside(has_ended, one)]
        for_all = [one for one in rules if (one["scope"], one["currency"], self.over_at(one)) == (ALL, None, None)]
        return found if any(one["begins_at"] <= at for one in for_all) else [*found, *defaults]

    def _is_over(self, rule: Rule, at: datetime) -> bool:
        over = self.over_at(rule)
        return over is not None and over <= at


def _beside(ended: Rule | None, other: Rule) -> bool:
    """Whether another category's rule may come in the place of one that ends."""
    return ended is not None and ended["scope"] == other["scope"] == "category"


def _check_bounds(kind: str, bounds: Bounds) -> None:
    for field, most in (("least_bps", MOST_BPS[kind]), ("most_bps", MOST_BPS[kind]),
                        ("least_minor", HIGHEST_TOTAL_MINOR), ("most_minor", HIGHEST_TOTAL_MINOR)):  # fmt: skip
        value = bounds[field]  # type: ignore[literal-required]
        if value is not None and not 0 <= value <= most:
            raise refusals.TariffOutOfBounds(field=field, value=value, least=0, most=most)
    least_minor, most_minor = bounds["least_minor"], bounds["most_minor"]
    if bounds["least_bps"] > bounds["most_bps"]:
        raise refusals.LimitsCrossed(least="least_bps", most="most_bps")
    if least_minor is not None and most_minor is not None and least_minor > most_minor:
        raise refusals.LimitsCrossed(least="least_minor", most="most_minor")
    if bounds["currency"] is not None:
        check_currency(bounds["currency"])
    elif least_minor is not None or most_minor is not None:
        raise refusals.LimitsWithoutCurrency()
