"""The report as one HTML page that needs nothing else: no script, no network, light and dark, also on a phone."""

from datetime import datetime

from services.pages.languages import file_named

from .cards import journey, mall, people, sales, suiting
from .desks import Answer
from .markup import Markup, element, together
from .voice import Voice

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
STYLE = """
svg { grid-column: 1 / -1; display: block; width: 100%; height: .55rem; border-radius: 99px; }
.leaf { fill: var(--leaf); background: var(--leaf); } .sand { fill: #d9a441; background: #d9a441; }
.sky { fill: #5b8fb9; background: #5b8fb9; } .plum { fill: #9a6fb0; background: #9a6fb0; }
svg.columns { height: 9rem; border-radius: 4px; margin-top: .8rem; }
.ends { display: flex; justify-content: space-between; font-size: .85rem; }
details { margin-top: .6rem; font-size: .92rem; } details ul { padding-left: 1.1rem; }
.ground { fill: var(--leaf-soft); }
.keys { list-style: none; padding: 0; margin: .6rem 0 0; display: grid; gap: .2rem; font-size: .92rem; }
.keys li { display: grid; grid-template-columns: auto 1fr auto; gap: .6rem; align-items: center; }
.key { width: .7rem; height: .7rem; border-radius: 3px; }
main { padding-block: 1.5rem 3rem; } .questions { display: block; columns: 24rem 2; margin-top: 1.2rem; }
.questions .card { break-inside: avoid; margin-bottom: 1rem; }
@media print { body { background: none; } .card { box-shadow: none; break-inside: avoid; } }
"""


def page(picture: Answer, language: str, made_at: datetime) -> str:
    """A whole document about one listing, one community or the mall."""
    voice = Voice(language)
    picture = {"title": voice.say("the_mall")} | picture
    head = element(
        "head", element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("title", f"{picture['title']} · Agora"),
        element("style", Markup(file_named("first.css").decode() + STYLE)),
    )  # fmt: skip
    body = element("body", element("main", _top(picture, voice, made_at), _cards(picture, voice)))
    return f"<!doctype html>\n{element('html', head, body, lang=voice.tag)}\n"


def _top(picture: Answer, voice: Voice, made_at: datetime) -> Markup:
    tags = [element("li", tag) for tag in picture.get("tags", [])]
    stand = voice.say("as_of", position=picture["position"], when=voice.moment(made_at))
    before = picture.get("as_of") and voice.moment(datetime.fromisoformat(picture["as_of"]))
    return together(
        element("p", voice.say(f"report_of_{picture['kind']}"), class_="soft"),
        element("h1", picture["title"]),
        element("p", picture["purpose"], class_="soft") if picture.get("purpose") else None,
        element("ul", *tags, class_="tags") if tags else None,
        element("p", voice.say("before", when=before)) if before else None,
        element("p", stand, class_="soft"),
    )


def _cards(picture: Answer, voice: Voice) -> Markup:
    of_mall = picture["kind"] == "mall"
    made = [*mall.months(picture, voice), *mall.most_sold(picture, voice)] if of_mall else _of_one(picture, voice)
    return element("div", *made, class_="questions")


def _of_one(picture: Answer, voice: Voice) -> list[Markup]:
    """Of one listing or community; what is told of now alone is not there as of an earlier moment."""
    return [
        *([people.audience(picture["audience"], voice)] if "audience" in picture else []),
        sales.sold(picture, voice),
        *sales.through(picture, voice),
        people.buyers(picture["buyers"], voice),
        *([people.health(picture["health"], voice)] if "health" in picture else []),
        *([journey.journey(picture["journey"], voice)] if "journey" in picture else []),
        *([suiting.suits(picture, voice)] if "suits" in picture else []),
        *([suiting.neighbours(picture["neighbours"], voice)] if "neighbours" in picture else []),
    ]
