"""Who is there, how a community does, what suits whom, what is near: as tables, with what they mean."""

from rich.markup import escape

from services.reporting import Answer
from services.speaking import console, table


def show_audience(told: Answer) -> None:
    """Who is there, as far as numbers of people may be told."""
    rows = [
        [cell["kind"], cell["value"], "certified" if cell["certified"] else "own word", f"{cell['people']:,} or more"]
        for cell in told["by"]
    ]
    if rows:
        table(f"Who is there: {told['count']:,} people", ("Kind", "Value", "Known by", "Members"), rows, (3,))
    elif told["as_of"] is not None and told["count"] is not None:
        console.print(f"Who was there: {told['count']:,} people.")
    console.print(told["sentence"])


def show_health(told: Answer) -> None:
    """How the community did in the last days."""
    writers = "fewer than five" if told["writers"] is None else f"{told['writers']:,}"
    adverts = "-" if told["advert_percent"] is None else f"{told['advert_percent']} %"
    rows = [
        ["Members", f"{told['members']:,}"], ["Came", f"{told['newcomers']:,}"], ["Went", f"{told['gone']:,}"],
        ["Wrote", writers], ["Posts by leaders", f"{told['posts_by_leaders']:,}"],
        ["Posts by members", f"{told['posts_by_members']:,}"], ["Adverts among them", adverts],
        ["Questions answered", f"{told['questions_answered']:,} of {told['questions']:,}"],
    ]  # fmt: skip
    table(f"How it did in {told['days']} days", ("What", "How many"), rows, (1,))
    if told["is_quiet"]:
        console.print("[yellow]Nobody came and nobody wrote anything: it has gone quiet.[/yellow]")


def show_journey(told: Answer) -> None:
    """From post to gathering to order."""
    came = "fewer than five" if told["came"] is None else f"{told['came']:,} or more"
    rows = [
        ["Posts with goods", f"{told['posts']:,}"], ["Gatherings with goods", f"{told['gatherings']:,}"],
        ["People who came", came], ["Orders through posts", f"{told['orders_by_post']:,}"],
        ["Orders through gatherings", f"{told['orders_by_gathering']:,}"],
        ["Of these, with returns", f"{told['orders_back']:,}"],
    ]  # fmt: skip
    table("From post to gathering to order", ("Step", "How many"), rows, (1,))


def show_suits(picture: Answer) -> None:
    """What suits, the best first, each with its reasons."""
    title, name = (
        ("Which communities it suits", "name") if picture["kind"] == "listing" else ("Which goods would suit", "title")
    )
    items = [item for item in picture["suits"]["items"] if item["suits"]]
    if not items:
        console.print(f"{title}: none, by what is known of tags, people and sales.")
        return
    rows = [
        [item[name], f"{item['score']:.1f}", " ".join(reason["sentence"] for reason in item["reasons"])]
        for item in items
    ]
    table(f"{title} ({picture['suits']['formula']})", ("What", "Of 100", "Why"), rows, (1,))


def show_neighbours(told: Answer, name: str = "") -> None:
    """Which communities are near by topic."""
    if not told["items"]:
        console.print(f"{escape(name) or 'It'} has no neighbour by topic.")
        return
    rows = [[item["name"], f"{item['likeness']:.2f}", item["reason"]] for item in told["items"]]
    table(f"Nearest to {name}" if name else "Nearest by topic", ("Community", "Likeness", "Why"), rows, (1,))
