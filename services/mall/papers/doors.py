"""Papers over HTTP as files: comma-separated for programs, PDF for people."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from services.kernel.doors import forms
from services.kernel.doors.operation import Actor
from services.kernel.service import Service
from services.pages.languages import language_of

from .documents import pdf_of_document
from .statements import pdf_of
from .tables import csv_of, csv_of_document, income_csv_of, operators_csv_of
from .whole import MOST_IN_CSV, MOST_IN_PDF, Ask, pages_of, whole
from .words import Answer

CSV, PDF = "text/csv", "application/pdf"


async def statement_csv(service: Service, request: Request, actor: Actor) -> Response:
    """The same in every language. Raises what the question itself raises, and StatementTooLong."""
    made = partial(_made, service, request, actor, "statement_csv", MOST_IN_CSV, csv_of)
    return _file(await asyncio.to_thread(made), CSV, "statement.csv")


async def statement_pdf(service: Service, request: Request, actor: Actor) -> Response:
    """In the language of the reader. Raises what the question itself raises, and StatementTooLong."""
    printed = partial(pdf_of, language=language_of(request))
    made = partial(_made, service, request, actor, "statement_pdf", MOST_IN_PDF, printed)
    return _file(await asyncio.to_thread(made), PDF, "statement.pdf")


async def income_csv(service: Service, request: Request, actor: Actor) -> Response:
    """The same bytes for the same quarter and moments. Raises what the question itself raises."""
    asked = _asked(service, request, "income_csv")
    pages = partial(pages_of, _asking(service, actor, "income"), **asked)
    return _file(await asyncio.to_thread(lambda: income_csv_of(pages())), CSV, f"income-{asked['quarter']}.csv")


async def operators_csv(service: Service, request: Request, actor: Actor) -> Response:
    """The same bytes for the same half-year and moments. Raises what the question itself raises."""
    asked = _asked(service, request, "operators_csv")
    pages = partial(pages_of, _asking(service, actor, "operators"), **asked)
    return _file(await asyncio.to_thread(lambda: operators_csv_of(pages())), CSV, f"operators-{asked['half']}.csv")


async def document_csv(service: Service, request: Request, actor: Actor) -> Response:
    """The same in every language. Raises what the question itself raises."""
    found = await asyncio.to_thread(_document, service, request, actor, "document_csv")
    return _file(csv_of_document(found), CSV, f"{found['number']}.csv")


async def document_pdf(service: Service, request: Request, actor: Actor) -> Response:
    """In the language of the reader. Raises what the question itself raises."""
    found = await asyncio.to_thread(_document, service, request, actor, "document_pdf")
    printed = await asyncio.to_thread(pdf_of_document, found, language_of(request))
    return _file(printed, PDF, f"{found['number']}.pdf")


def _document(service: Service, request: Request, actor: Actor, name: str) -> Answer:
    row = service.by_name["document"]
    forms.load(service.by_name[name], request.path_params, forms.asked(request.query_params))
    return dict(service.ask_now(row, actor, forms.load(row, request.path_params, {}))[0])


def _made(
    service: Service, request: Request, actor: Actor, name: str, most: int, write: Callable[[Answer], bytes]
) -> bytes:
    asked = _asked(service, request, name)
    asked.pop("language", None)
    return write(whole(_asking(service, actor, "statement"), most, **asked))


def _asked(service: Service, request: Request, name: str) -> dict[str, Any]:
    """The parameters as they came, which are those of the operation."""
    asked = forms.asked(request.query_params)
    forms.load(service.by_name[name], {}, asked)
    return asked


def _asking(service: Service, actor: Actor, name: str) -> Ask:
    row = service.by_name[name]

    def ask(**given: Any) -> dict[str, Any]:
        return dict(service.ask_now(row, actor, forms.load(row, {}, given))[0])

    return ask


def _file(content: bytes, media: str, name: str) -> Response:
    headers = {"Content-Type": media, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, headers=headers)
