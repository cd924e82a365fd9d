"""Who is there, who bought, how a community does: numbers of people, as far as they may be told."""

from services.reporting.charts import Bar, bars
from services.reporting.desks import Answer
from services.reporting.markup import Markup, element
from services.reporting.voice import Voice

from .frame import card, facts, soft


def audience(told: Answer, voice: Voice) -> Markup:
    """Who is there, by certified claims and by tags."""
    note = soft(voice.say(told["withheld"] or "in_steps"))
    count = None if told["count"] is None else _count(told["count"], voice)
    return card(voice.say("who_is_there"), count, _cells(told["by"], "people", voice), note)


def buyers(told: Answer, voice: Voice) -> Markup:
    """Who bought."""
    title = voice.say("who_bought")
    if told["count"] is None:
        return card(title, soft(voice.say("too_few_buyers")))
    count = _count(told["count"], voice)
    if told["withheld"]:
        return card(title, count, soft(voice.say("too_alike_buyers")))
    of = soft(voice.say("first_buyers", count=voice.number(told["told_of"]))) if told["by"] else None
    return card(title, count, of, _cells(told["by"], "buyers", voice), soft(voice.say("in_steps")))


def health(told: Answer, voice: Voice) -> Markup:
    """How a community does."""
    days = str(told["days"])
    writers = told["writers"]
    ratio = told["advert_percent"]
    rows = [
        (voice.say("members"), voice.number(told["members"])),
        (voice.say("newcomers", days=days), voice.number(told["newcomers"])),
        (voice.say("gone", days=days), voice.number(told["gone"])),
        (voice.say("writers", days=days), voice.say("too_few_short") if writers is None else voice.number(writers)),
        (voice.say("posts_by_leaders"), voice.number(told["posts_by_leaders"])),
        (voice.say("posts_by_members"), voice.number(told["posts_by_members"])),
        (voice.say("adverts"), "–" if ratio is None else f"{voice.number(ratio)} %"),
    ]
    return card(voice.say("how_healthy"), facts(rows))


def _count(people: int, voice: Voice) -> Markup:
    return element("p", voice.say("so_many_people", count=voice.number(people)), class_="big")


def _cells(found: list[Answer], key: str, voice: Voice) -> Markup:
    return bars(
        [
            Bar(_label(cell, voice), cell[key], voice.say("at_least", count=voice.number(cell[key])))
            for cell in found
        ]
    )  # fmt: skip


def _label(cell: Answer, voice: Voice) -> str:
    certified = f" · {voice.say('certified')}" if cell["certified"] else ""
    return f"{voice.kind(cell['kind'])} · {cell['value']}{certified}"
