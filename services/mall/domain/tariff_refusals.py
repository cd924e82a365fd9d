"""Why a rule of a tariff cannot be announced or ended; import them from ``refusals``, where all of the mall are."""

from services.kernel.domain import Conflicting, Malformed, Missing


class LimitsCrossed(Malformed):
    """The least that a rule takes is above the most."""

    sentence = "The least must not be above the most: '{least}' is, and '{most}' is lower."


class LimitsWithoutCurrency(Malformed):
    """A rule has limits in minor units, and nobody knows of which currency."""

    sentence = "Limits in minor units need the currency that they are in."


class NoSuchRule(Missing):
    """There is no such rule in any tariff."""

    sentence = "There is no such rule of fees or commissions."


class NoticeTooShort(Conflicting):
    """A change would hold before those whom it concerns have had the notice that they are owed."""

    sentence = "This cannot hold before {earliest}: such a change is announced {notice_days} days before."


class RuleEndsAlready(Conflicting):
    """The rule ends no later than that by itself: as announced, or because another one replaces it."""

    sentence = "Rule {rule_id} ends at {ends_at} already."


class RuleEndsFirst(Malformed):
    """A rule that ends before it begins would never hold."""

    sentence = "A rule ends after it begins; {ends_at} is not after {begins_at}."


class TariffOutOfBounds(Malformed):
    """A part of the price, or a limit, is outside what the mall may ever take."""

    sentence = "'{field}' must be {least} to {most}; {value} is not."
