"""``agora invoice``: the invoice of an order, and what was taken back of it."""

from typing import Annotated, Any
from uuid import UUID

import typer

from services.cli.asking import UrlOption, desk_at
from services.cli.options import DataOption, identifier
from services.cli.stating import Format, FormatOption, LanguageOption, OutOption, TokenOption, check_form, write
from services.mall.papers.documents import HEAD, document_rows, pdf_of_document
from services.mall.papers.tables import csv_of_document
from services.mall.papers.words import Wording
from services.speaking import console, table

OrderOption = Annotated[
    UUID, typer.Option("--order", metavar="ID", help="The order that was paid for.", parser=identifier)
]
NumberOption = Annotated[
    str, typer.Option("--number", metavar="NUMBER", help="This document alone, such as 5E3A9C01-000123.")
]  # fmt: skip


def invoice(
    order: OrderOption, number: NumberOption = "", form: FormatOption = Format.TABLE, out: OutOption = None,
    language: LanguageOption = "en", data: DataOption = None, url: UrlOption = "", token: TokenOption = "",
) -> None:  # fmt: skip
    """The invoice of an order and its credit notes, each with its number and its lines.

    The seller and the buyer ask a running platform with their own token;
    whoever has the directory may ask about every order. A table shows all of
    them, a file takes one: the invoice, unless a number is named.
    """
    check_form(form, out, language)
    with desk_at(data, url, token) as desk:
        issued = desk.ask("mall", "order_documents", order_id=order)["items"]
        if number and number not in {one["number"] for one in issued}:
            raise typer.BadParameter("The order has no document of this number.", param_hint="--number")
        wanted = [one for one in issued if number in ("", one["number"])]
        found = [desk.ask("mall", "document", document_id=one["document_id"]) for one in wanted]
    wording = Wording(language)
    if not found:
        console.print(wording.say("no_documents"), markup=False, soft_wrap=True)
    elif form is Format.TABLE:
        for document in found:
            _show(document, wording)
    else:
        write(csv_of_document(found[0]) if form is Format.CSV else pdf_of_document(found[0], language), out)


def _show(document: dict[str, Any], wording: Wording) -> None:
    for line in wording.of_document(document):
        console.print(line, markup=False, soft_wrap=True)
    amounts = range(1, len(HEAD))
    table(wording.title_of(document), [wording.say(name) for name in HEAD], document_rows(document, wording), amounts)
    console.print(wording.say("no_tax"), markup=False, soft_wrap=True)
