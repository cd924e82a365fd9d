"""The way from post to gathering to order."""

from services.reporting.charts import Bar, bars
from services.reporting.desks import Answer
from services.reporting.markup import Markup
from services.reporting.voice import Voice

from .frame import card

STEPS = ("posts", "gatherings", "came", "orders", "orders_back")


def journey(told: Answer, voice: Voice) -> Markup:
    """How many of each step; people only as far as they may be told."""
    return card(
        voice.say("the_way"), bars([Bar(voice.say(f"way_{step}"), *_told(told[step], voice)) for step in STEPS])
    )


def _told(value: int | None, voice: Voice) -> tuple[int, str]:
    return (0, voice.say("too_few_short")) if value is None else (value, voice.number(value))
