"""The routes of the first page: the page itself in the reader's language, and the few files it is made of."""

from collections.abc import Awaitable, Callable
from html import escape
from string import Template

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from .languages import LANGUAGES, TAGS, file_named, language_of, words

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
"""Nothing runs and nothing is fetched that is not a file of ours; no text ever becomes a page."""
FILES = {
    "first.js": "text/javascript", "asking.js": "text/javascript", "drawing.js": "text/javascript",
    "questions.js": "text/javascript", "first.css": "text/css", "agora.svg": "image/svg+xml",
    **{f"words.{language}.json": "application/json" for language in LANGUAGES},
}  # fmt: skip


def page_routes() -> list[BaseRoute]:
    """The page at "/", its files under "/pages"."""
    page = Template(file_named("first.html").decode())
    files = [Route(f"/pages/{name}", _file(name, kind)) for name, kind in FILES.items()]
    return [Route("/", _page(page)), *files]


def _page(page: Template) -> Callable[[Request], Awaitable[Response]]:
    made = {language: _filled(page, language) for language in LANGUAGES}

    async def endpoint(request: Request) -> Response:
        language = language_of(request)
        headers = {
            "Content-Security-Policy": POLICY, "Content-Language": TAGS[language], "Vary": "Accept-Language",
            "Cache-Control": "no-cache",
        }  # fmt: skip
        return Response(made[language], media_type="text/html", headers=headers)

    return endpoint


def _filled(page: Template, language: str) -> str:
    told = {name: escape(text) for name, text in words(language).items()}
    return page.substitute(told, language=language, tag=TAGS[language])


def _file(name: str, kind: str) -> Callable[[Request], Awaitable[Response]]:
    content = file_named(name)

    async def endpoint(_request: Request) -> Response:
        return Response(content, media_type=kind, headers={"Cache-Control": "no-cache"})

    return endpoint
