"""Why something that was sent has not the form that it needs; import them from ``refusals``."""

from services.kernel.domain import Malformed


class TitleNotUsable(Malformed):
    """A title is empty or too long."""

    sentence = "A title takes 1 to {most} characters; this one has {length}."


class DeviceNotUsable(Malformed):
    """What a client calls its device is blank, too long, or cannot be shown."""

    sentence = "A device is called by 1 to {most} characters that can be shown; leave it out where there is no name."


class PriceNotPositive(Malformed):
    """A price is zero or less."""

    sentence = "A price must be at least 1 in minor units; {price_minor} is not."


class AmountNotUsable(Malformed):
    """An amount of money has a sign or size that makes no sense here."""

    sentence = "The amount {amount_minor} cannot be used here; give a positive number of minor units."


class TotalTooHigh(Malformed):
    """All lines of a checkout together cost more than can be booked at once."""

    sentence = "The total of {total_minor} is more than {most_minor} in minor units; buy it in parts."


class CurrencyNotUsable(Malformed):
    """A currency is not written as in ISO 4217."""

    sentence = "A currency is three capital letters as in ISO 4217, for instance EUR or CNY."


class CommissionOutOfBounds(Malformed):
    """The commission offered to a community is negative or more than half the price."""

    sentence = "A commission is {least} to {most} basis points of the price; {commission_bps} is not."


class StockNegative(Malformed):
    """A listing cannot start with less than nothing."""

    sentence = "Stock cannot be negative; {stock} was given."


class BucketsOutOfBounds(Malformed):
    """The stock of a listing lies in a few dozen buckets at most: a sold-out answer looks at all of them."""

    sentence = "Stock lies in 1 to {most} buckets; {buckets} is not."


class QuantityNotPositive(Malformed):
    """A quantity is zero or less."""

    sentence = "A quantity must be at least 1; {quantity} is not."


class ReasonNotCode(Malformed):
    """A reason is free text: that could name a person, and facts are kept for ever."""

    sentence = "A reason is a code of 1 to 64 lower-case letters, digits and underscores, such as 'changed_mind'."


class TermsOutOfBounds(Malformed):
    """A value of the mall's terms is outside what the law or the mall allows."""

    sentence = "'{field}' must be {least} to {most}; {value} is not."


class BearingNotUsable(Malformed):
    """Who bears a fee is none of those whom terms may name."""

    sentence = "'{field}' must be {known}."


class ThresholdNotUsable(Malformed):
    """The condition for sellers is not a threshold expression."""

    sentence = "The condition for sellers cannot be read. At {path}: {problem}."


class CheckoutEmpty(Malformed):
    """A checkout without any order."""

    sentence = "There is nothing in this checkout; add at least one line."


class MixedCurrencies(Malformed):
    """One checkout is paid in one payment, so in one currency."""

    sentence = "One checkout is paid in one currency, and these listings have {currencies}; order them apart."
