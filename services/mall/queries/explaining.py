"""Why this commission: for those whom a line concerns."""

from typing import Any
from uuid import UUID

from services.kernel.doors.operation import Actor
from services.known.groups import OWNER, roles_of
from services.mall.domain.explaining import parts_of, recipients_of, rules_of, steps_of
from services.mall.domain.lines import Line, earners_of
from services.mall.domain.order import Order
from services.mall.domain.refusals import NoSuchLine, NoSuchOrder

from .fraud_holds import holds_of
from .reading import Reading, is_operator

IDS = ("link_id", "group_id", "member_id", "post_id", "gathering_id")


class ExplainingQueries(Reading):
    """Read from the order itself, as it was frozen when it was placed."""

    def attribution(self, actor: Actor, order_id: UUID, line_id: UUID) -> dict[str, Any]:
        """For the buyer, the seller, who earns by the line, and operators. Raises NoSuchOrder, NoSuchLine."""
        order = self._service.store.load(Order, order_id)
        if order is None:
            raise NoSuchOrder()
        takes_part = actor.person_id in (order.buyer_id, order.seller_person_id) or is_operator(actor)
        line = order.lines.get(str(line_id))
        if not takes_part and (line is None or not self._earns(actor, line)):
            raise NoSuchOrder()
        if line is None:
            raise NoSuchLine(order_id=order_id, line_id=line_id)
        shows_all = actor.person_id == order.buyer_id or is_operator(actor)
        with self._service.views.reading() as connection:
            holds = holds_of(connection, actor, order_id, {one for one in earners_of(line).values() if one})
        return {"order_id": order_id, "currency": order.currency, **_told(order, line, shows_all), "fraud_holds": holds}

    def _earns(self, actor: Actor, line: Line) -> bool:
        if line.get("member_id") == str(actor.person_id):
            return True
        if line["group_id"] is None:
            return False
        with self._service.views.glancing() as connection:
            return OWNER in roles_of(connection, UUID(line["group_id"]), actor.person_id)


def _told(order: Order, line: Line, shows_all: bool) -> dict[str, Any]:
    decided = line.get("attribution") or {}
    parts, rules = parts_of(line, str(order.seller_id)), rules_of(line)
    return {
        "line_id": line["line_id"], "listing_id": line["listing_id"], "terms_version": order.terms["version"],
        "rule_version": decided.get("rule_version", 0), "decided_at": decided.get("decided_at"),
        "touches": [_touch(one, shows_all) for one in decided.get("touches", [])],
        "recipients": recipients_of(line), "price_minor": line["price_minor"],
        "pool_bps": decided.get("pool_bps", line["commission_bps"]),
        "member_share_bps": decided.get("member_share_bps"), "platform_fee_bps": line["platform_fee_bps"],
        "platform_fee_rule": rules["platform_fee"], "commission_rule": rules["commission"],
        "agreement": line.get("agreement"), "parts": parts, "steps": steps_of(line, parts),
    }  # fmt: skip


def _touch(touch: dict[str, Any], shows_all: bool) -> dict[str, Any]:
    """Where else somebody looked is nobody's business but her own."""
    ids = dict.fromkeys((*IDS, "touched_at"))
    kept = {name: touch[name] for name in ("named", "window_days", "outcome")}
    if shows_all or touch["outcome"] == "won":
        return {**ids, **touch}
    return {**ids, **kept}
