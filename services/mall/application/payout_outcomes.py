"""What becomes of a payout that was sent, whoever says so: a callback, an answer, or an inquiry."""

from uuid import UUID

from services.mall.domain.payout import Payout

from .payouts import Payouts

NO_FAULT_OF_THE_ACCOUNT = frozenset(
    {"insufficient_balance", "currency_not_supported", "over_2000_yuan", "only_by_split"}
)  # fmt: skip
"""Why the provider pays nothing, although the account is right: refunds have taken what lay there, or it never pays in
such a currency, or so much at once, or to a merchant. What could not be split is tried by transfer."""


class PayoutOutcomes(Payouts):
    """Each outcome may be told any number of times; one that contradicts what is known is refused."""

    def doubt_payout(self, payout_id: UUID, reason: str) -> None:
        """The provider's answer was lost: it will be asked. Raises NoSuchPayout."""
        self.payout(payout_id).doubt(reason)

    def settle_payout(self, payout_id: UUID, amount_minor: int, currency: str) -> None:
        """It was paid. Raises NoSuchPayout, PayoutNotUnderWay, AmountDiffers, CurrencyDiffers."""
        payout = self.payout(payout_id)
        payout.settle(amount_minor, currency)
        self.ask_back_of(payout)

    def fail_payout(self, payout_id: UUID, reason: str) -> None:
        """The provider could not: it is the party's again, and the account waits to be set anew.

        Raises NoSuchPayout, PayoutNotUnderWay.
        """
        payout = self.payout(payout_id)
        payout.fail(reason)
        self._take_back(payout, reason)

    def return_payout(self, payout_id: UUID, amount_minor: int, currency: str, reason: str) -> None:
        """The bank sent back what was paid, however long after: likewise.

        Raises NoSuchPayout, PayoutNotUnderWay, AmountDiffers, CurrencyDiffers.
        """
        payout = self.payout(payout_id)
        payout.give_back(amount_minor, currency, reason)
        self._take_back(payout, reason)

    def _take_back(self, payout: Payout, reason: str) -> None:
        """Told again, the account is left alone: it may have been set anew since."""
        payable = self.payable(payout.role, payout.party_id, payout.currency)
        if payable is None or not payable.drawn.get(str(payout.id)):
            return
        account = self.payout_account_of(payout.role, payout.party_id)
        if account is not None and payout.split is None and reason not in NO_FAULT_OF_THE_ACCOUNT:
            account.refuse(payout.destination, reason)
        self.restore(payout)
