"""Was it sold, and through what: the sums of money, which are the ledger's."""

from services.reporting.charts import Bar, bars, split
from services.reporting.desks import Answer
from services.reporting.markup import Markup, element
from services.reporting.voice import Voice

from .frame import card, facts, soft

SHARES = (
    ("seller_minor", "to_seller"), ("community_minor", "to_community"), ("member_minor", "to_members"),
    ("platform_minor", "to_platform"),
)  # fmt: skip


def sold(told: Answer, voice: Voice) -> Markup:
    """What is left of what was paid, and whose it is."""
    title = voice.say("was_it_sold")
    if not told["sold"]:
        return card(title, element("p", voice.say("nothing_sold")))
    counted = voice.say("pieces_in_orders", units=voice.number(told["units"]), orders=voice.number(told["orders"]))
    sums = [part for row in told["amounts"] for part in _sums(row, voice)]
    return card(title, *sums, soft(counted), soft(voice.say("equals_ledger", position=told["position"])))


def through(told: Answer, voice: Voice) -> list[Markup]:
    """Through which communities a listing, or which listings of a community, were sold."""
    if told["kind"] == "community":
        rows = [(row["title"], row) for row in told["by_listing"]]
    else:
        rows = [(row["name"] or voice.say("no_shelf"), row) for row in told["by_community"]]
    drawn = bars([Bar(name, row["net_minor"], voice.money(row["net_minor"], row["currency"])) for name, row in rows])
    return [card(voice.say(f"through_of_{told['kind']}"), drawn)] if drawn else []


def _sums(row: Answer, voice: Voice) -> list[Markup]:
    currency = row["currency"]
    back = row["refunded_minor"] + row["cancelled_minor"]
    parts = [
        Bar(voice.say(word), row[name], voice.money(row[name], currency)) for name, word in SHARES if row.get(name)
    ]  # fmt: skip
    paid = [
        (voice.say("paid"), voice.money(row["gross_minor"], currency)),
        (voice.say("came_back"), voice.money(back, currency)),
    ]
    return [element("p", voice.money(row["net_minor"], currency), class_="big"), facts(paid), split(parts)]
