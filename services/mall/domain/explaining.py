"""Why this commission: the arithmetic of a line in steps, from what was frozen with it."""

from typing import Any

from .agreement_terms import APPLIES, PROMISED, WHY_NOT
from .lines import Line, earners_of, limits_of
from .shares import ALL_OF_IT, COMMISSION, MOST_BPS, PLATFORM_FEE, UNIT, WHOLE_BPS, limited, weights_of_line

__all__ = ["parts_of", "recipients_of", "rules_of", "steps_of"]


def recipients_of(line: Line) -> list[dict[str, Any]]:
    """Who stood to earn, and whether they did. A line without a rule says no more than who did."""
    told = line.get("attribution")
    standings = told["recipients"] if told else {"community": "earns"} if line["commission_bps"] else {}
    earners = earners_of(line)
    return [{"party": party, "party_id": earners[party], "standing": one} for party, one in standings.items()]


def parts_of(line: Line, seller_id: str) -> list[dict[str, Any]]:
    """For each party what it gets of the price: exactly, in whole minor units, and what rounding added."""
    price_minor, earners, limits = line["price_minor"], earners_of(line), limits_of(line)
    due = weights_of_line(price_minor, line["commission_bps"], line["platform_fee_bps"], _earned_bps(line), limits)
    found = []
    for party, exact in due.items():
        whole_minor, freight_minor = exact // UNIT, line["freight_minor"] if party == "seller" else 0
        share_minor = line["shares"][party]
        found.append({
            "party": party, "party_id": {"seller": seller_id, **earners}.get(party),
            "exact_minor": _exact(exact), "whole_minor": whole_minor, "freight_minor": freight_minor,
            "rounding_minor": share_minor - whole_minor - freight_minor, "share_minor": share_minor,
        })  # fmt: skip
    return found


def steps_of(line: Line, parts: list[dict[str, Any]]) -> list[str]:
    """The same in sentences: pool, split, rounding."""
    pool_bps, told, by_party = _pool_bps(line), line.get("attribution"), {one["party"]: one for one in parts}
    pool = f"The pool is {pool_bps} of {WHOLE_BPS} of the price of {line['price_minor']}"
    said = [f"{pool}: {_exact(line['price_minor'] * pool_bps * WHOLE_BPS)}.", *_by_rule(line, COMMISSION, pool_bps)]
    said += _by_agreement(line)
    said += [_of_recipient(line, one, by_party) for one in recipients_of(line)]
    if told and not told["recipients"]:
        said.append("No way counted, so the pool stays with the seller.")
    fee_bps = line["platform_fee_bps"]
    fee = _exact(line["price_minor"] * fee_bps * WHOLE_BPS)
    said += [f"The platform's fee is {fee_bps} of {WHOLE_BPS} of the price: {fee}."]
    said += _by_rule(line, PLATFORM_FEE, fee_bps)
    said.append(f"The seller has the rest of the price: {by_party['seller']['exact_minor']}.")
    rounded = [one["party"] for one in parts if one["rounding_minor"]]
    cents = f"{len(rounded)} go to the largest fractions: {', '.join(rounded)}" if rounded else "none is left over"
    said.append(f"Each has its whole minor units; {cents}.")
    return said


def rules_of(line: Line) -> dict[str, dict[str, Any] | None]:
    """By kind the rule that gave the fee, and the one that bounded the pool; None where there was none."""
    return {kind: line.get("tariff", {}).get(kind) for kind in (PLATFORM_FEE, COMMISSION)}


def _by_agreement(line: Line) -> list[str]:
    """What seller and community had agreed on, and whether that is why."""
    told = line.get("agreement")
    if told is None:
        return []
    if told["outcome"] == PROMISED:
        return ["By agreement with the seller the goods are another community's alone, so that there is no pool."]
    version = f"version {told['number']} of agreement {told['agreement_id']}"
    if told["outcome"] == APPLIES:
        return [f"That is by {version} of the seller and the community, in place of the listing's pool and rules."]
    why = WHY_NOT[told["outcome"]].format(**told | {"territory": ", ".join(told["territory"])})
    return [f"By {version} it would be {told['pool_bps']} of {WHOLE_BPS}; that does not hold here, because {why}."]


def _by_rule(line: Line, kind: str, bps: int) -> list[str]:
    """By which rule that is so, and what its limits made of it."""
    rule = rules_of(line)[kind]
    if rule is None:
        return []
    whom = rule["scope"] if rule["subject"] is None else f"{rule['scope']} {rule['subject']}"
    said = [f"That is by rule {rule['rule_id']} for {whom}, which holds since {rule['begins_at']}."]
    offered_bps = rule.get("offered_bps", bps)
    if offered_bps != bps:
        bounds = f"{rule['least_bps']} to {rule['most_bps']}"
        said.append(f"The seller offers {offered_bps} of {WHOLE_BPS}, and the rule has {bounds}.")
    within = limited(kind, line["price_minor"], bps, limits_of(line))
    if within != line["price_minor"] * bps * WHOLE_BPS:
        least, most, cap = rule["least_minor"], rule["most_minor"], MOST_BPS[kind]
        limits = f"at least {least or 0}, at most {'any amount' if most is None else most}"
        said.append(f"The limits of the rule make it {_exact(within)}: {limits}, a least up to {cap} of {WHOLE_BPS}.")
    return said


def _of_recipient(line: Line, recipient: dict[str, Any], parts: dict[str, dict[str, Any]]) -> str:
    party = recipient["party"]
    if recipient["standing"] != "earns":
        return f"The {party} earns nothing ({recipient['standing']}); its part of the pool is the seller's."
    earned_bps = _earned_bps(line).get(party)
    if earned_bps is None:
        return f"The {party} would earn, and the pool is empty."
    return f"The {party} earns {earned_bps} of {WHOLE_BPS} of the pool: {parts[party]['exact_minor']}."


def _pool_bps(line: Line) -> int:
    told = line.get("attribution")
    return int(told["pool_bps"] if told else line["commission_bps"])


def _earned_bps(line: Line) -> dict[str, int]:
    told = line.get("attribution")
    return dict(told["earned_bps"] if told else ALL_OF_IT)


def _exact(amount: int) -> str:
    """An amount times 100,000,000, as a decimal without trailing zeros."""
    whole, rest = divmod(amount, UNIT)
    return f"{whole}.{rest:08d}".rstrip("0").rstrip(".")
