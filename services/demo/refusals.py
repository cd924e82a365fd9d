"""Every way in which the demo ends early; each is one sentence on standard error."""

from services.kernel.refusals import Conflicting, Malformed, Unready


class PlatformDidNotStart(Unready):
    """The platform that the demo starts for itself did not come up."""

    sentence = "The platform did not start; it last said '{why}'."


class PlatformEnded(Unready):
    """The platform that the demo started has ended by itself, or not well."""

    sentence = "The platform ended with exit code {exit_code}; it last said '{why}'."


class PlatformNotReached(Unready):
    """Nothing answers, or not with JSON."""

    sentence = "No platform answers at {url} ({why}); start one with 'agora up', or leave --url out."


class StepRefused(Conflicting):
    """The platform refused what the story needs."""

    sentence = (
        "The story cannot go on: {request} was refused with {status} {refusal_code}: {why} Mend that and play it again."
    )


class NotRefused(Conflicting):
    """The platform let something happen that it should refuse."""

    sentence = "The story cannot go on: {request} should have been refused with {refusal_code}, and was not."


class NeverCame(Unready):
    """Something that should happen by itself did not, in all the time that it was given."""

    sentence = "The story cannot go on: waited in vain until {wanted}; last seen: {seen}."


class FiguresDiffer(Conflicting):
    """The platform's figures are not the ones that the demo worked out."""

    sentence = "{wrong} of {compared} figures are not what they should be; they are listed above."


class TokenMissing(Malformed):
    """An address without the token of an operator."""

    sentence = "With --url the story needs an operator's token: give --token ('agora operator token' prints one)."
