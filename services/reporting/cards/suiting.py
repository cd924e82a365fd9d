"""Which communities a listing suits, which listings a community, what is near it: each with its reasons."""

from services.reporting.charts import Bar, bars
from services.reporting.desks import Answer
from services.reporting.markup import Markup, element
from services.reporting.voice import Voice

from .frame import card, soft


def suits(told: Answer, voice: Voice) -> Markup:
    """What suits, the best first."""
    title, nothing, name = (
        ("whom_it_suits", "nobody_suits", "name")
        if told["kind"] == "listing"
        else ("what_suits", "nothing_suits", "title")
    )
    items = [item for item in told["suits"]["items"] if item["suits"]]
    made = [part for item in items for part in _verdict(item[name], item, voice)]
    return card(voice.say(title), *(made or [soft(voice.say(nothing))]))


def neighbours(told: Answer, voice: Voice) -> Markup:
    """Which communities are about the same things."""
    rows = [
        Bar(f"{item['name']} · {voice.say('comma').join(item['shared'])}", item["likeness"],
            voice.number(item["likeness"]))
        for item in told["items"]
    ]  # fmt: skip
    return card(voice.say("neighbours"), bars(rows, 1.0) or soft(voice.say("no_neighbours")))


def _verdict(name: str, item: Answer, voice: Voice) -> list[Markup]:
    reasons = [element("li", _why(reason, voice)) for reason in item["reasons"]]
    return [
        bars([Bar(name, item["score"], voice.number(item["score"]))], 100.0),
        element("ul", *reasons, class_="reasons"),
    ]


def _why(reason: Answer, voice: Voice) -> str:
    name = "why_no_topics" if reason["kind"] == "topics" and not reason["tags"] else f"why_{reason['kind']}"
    values = {"people": reason["people"], "of": reason["of_people"], "pieces": reason["pieces"]}
    told = {key: str(value) for key, value in values.items()} | {"back": str(reason["came_back"])}
    return voice.say(name, tags=voice.say("comma").join(reason["tags"]), **told)
