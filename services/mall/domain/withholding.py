"""What becomes of a share that is suspected when an order is released: withheld, let go, or forfeited to the seller."""

from typing import Any
from uuid import UUID

from . import refusals
from .lines import earners_of
from .postings import share_key
from .reversals import Reversible

__all__ = ["Withholding", "forfeit_from"]


class Withholding(Reversible):
    """``withheld`` maps a party's shares, as ``share_key`` has them, to the hold that they are under.

    They stay part of what is left of the lines: a refund or a lost dispute takes its part of them where they are.
    """

    _share_withheld: Any
    _share_let_go: Any
    _share_forfeited: Any

    def withhold(self, hold_id: UUID, role: str, party_id: UUID) -> None:
        """All that a community or a member would get by it stays behind when it is released; again records nothing.

        Raises ``AlreadyReleased``.
        """
        self._check_paid()
        if self._is_released:
            raise refusals.AlreadyReleased(order_id=self.id)
        if not self.withholds(role, party_id):
            amount_minor = self.earned_by(role, party_id)
            entries = self._postings.withhold(role, party_id, amount_minor)
            self._share_withheld(hold_id, role, party_id, amount_minor, self.currency, entries)

    def withholds(self, role: str, party_id: UUID) -> bool:
        """Whether what the party would get by it is withheld."""
        return share_key(role, party_id) in self.withheld

    def let_go(self, hold_id: UUID, role: str, party_id: UUID) -> int:
        """What is left of it becomes available; answers how much that is. Raises ``NoSuchHold``, ``OrderDisputed``."""
        amount_minor = self._withheld_under(hold_id, role, party_id)
        entries = self._postings.let_go(role, party_id, amount_minor)
        self._share_let_go(hold_id, role, party_id, self.seller_id, amount_minor, self.currency, entries)
        return amount_minor

    def forfeit(self, hold_id: UUID, role: str, party_id: UUID) -> int:
        """What is left of it is the seller's; answers how much that is. Raises ``NoSuchHold``, ``OrderDisputed``."""
        amount_minor = self._withheld_under(hold_id, role, party_id)
        lines = {
            line_id: self.left[line_id]["shares"].get(role, 0)
            for line_id, line in self.lines.items()
            if earners_of(line)[role] == str(party_id)
        }
        entries = self._postings.forfeited(role, party_id, amount_minor)
        self._share_forfeited(hold_id, role, party_id, self.seller_id, amount_minor, self.currency, lines, entries)
        return amount_minor

    def _withheld_under(self, hold_id: UUID, role: str, party_id: UUID) -> int:
        """Where a bank may still take of it, it stays where it is."""
        if self.withheld.get(share_key(role, party_id)) != str(hold_id):
            raise refusals.NoSuchHold()
        self._check_undisputed()
        return self.earned_by(role, party_id)


def forfeit_from(left: dict[str, dict[str, Any]], role: str, lines: dict[str, int]) -> None:
    """From now on that part of each line is the seller's."""
    for line_id, amount_minor in lines.items():
        left[line_id]["shares"][role] -= amount_minor
        left[line_id]["shares"]["seller"] += amount_minor
