"""The whole mall: what was sold month by month, and where the money of it lies."""

from itertools import groupby
from operator import itemgetter

from services.reporting.charts import Bar, Column, bars, columns, split
from services.reporting.desks import Answer
from services.reporting.markup import Markup, element
from services.reporting.voice import Voice

from .frame import card, facts, soft

LIES = (
    ("held_minor", "held"), ("available_minor", "available"), ("paying_minor", "on_its_way"),
    ("paid_out_minor", "paid_out"),
)  # fmt: skip
"""From what is held to what has left; the charts have a colour for each."""


def months(told: Answer, voice: Voice) -> list[Markup]:
    """A chart of what was paid and what of it was taken back, and one of where the money lay; for every currency."""
    if not told["months"]:
        return [card(voice.say("sold_by_month"), soft(voice.say("nothing_sold")))]
    by_currency = sorted(told["months"], key=itemgetter("currency", "month"))
    grouped = groupby(by_currency, key=itemgetter("currency"))
    return [made for currency, rows in grouped for made in _of_currency(currency, list(rows), voice)]


def most_sold(told: Answer, voice: Voice) -> list[Markup]:
    """Through which communities, and of which listings."""
    rows = {
        "through_of_listing": [(row["name"], row) for row in told["by_community"]],
        "through_of_community": [(row["title"], row) for row in told["by_listing"]],
    }
    drawn = {name: bars([_bar(label, row, voice) for label, row in found]) for name, found in rows.items()}
    return [card(voice.say(name), chart) for name, chart in drawn.items() if chart]


def _of_currency(currency: str, rows: list[Answer], voice: Voice) -> list[Markup]:
    last, gross_minor = rows[-1], sum(row["gross_minor"] for row in rows)
    back_minor = sum(_back(row) for row in rows)
    kept = [("net_minor", "kept"), ("back_minor", "came_back")]
    sold = [_column(row | {"back_minor": _back(row)}, kept, voice) for row in rows]
    sums = [
        (voice.say("paid"), voice.money(gross_minor, currency)),
        (voice.say("came_back"), voice.money(back_minor, currency)),
        (voice.say("given_back"), voice.money(last["given_back_minor"], currency)),
    ]
    lies = [Bar(voice.say(word), last[name], voice.money(last[name], currency)) for name, word in LIES]
    return [
        card(voice.say("sold_by_month"), _big(gross_minor - back_minor, currency, voice), facts(sums),
             columns(f"{voice.say('sold_by_month')} ({currency})", sold)),
        card(voice.say("where_it_lies"), split(lies),
             columns(f"{voice.say('where_it_lay')} ({currency})", [_column(row, LIES, voice) for row in rows])),
    ]  # fmt: skip


def _column(row: Answer, parts: tuple[tuple[str, str], ...] | list[tuple[str, str]], voice: Voice) -> Column:
    told = [Bar(voice.say(word), row[name], voice.money(row[name], row["currency"])) for name, word in parts]
    return Column(row["month"], told)


def _back(row: Answer) -> int:
    return int(row["refunded_minor"] + row["cancelled_minor"])


def _bar(label: str, row: Answer, voice: Voice) -> Bar:
    return Bar(label, row["net_minor"], voice.money(row["net_minor"], row["currency"]))


def _big(minor: int, currency: str, voice: Voice) -> Markup:
    return element("p", voice.money(minor, currency), class_="big")
