"""An invoice or a credit note as pages to print, in the language of whoever reads it."""

from .words import Answer, Wording, words

HEAD = ("goods", "quantity", "unit_price", "price", "freight", "amount")


def pdf_of_document(document: Answer, language: str) -> bytes:
    """Its number, by whom and for what it was issued, its lines and their sum."""
    from . import printing  # only who prints loads what prints

    wording = Wording(language)
    body = [
        printing.text(wording.title_of(document), 18), printing.gap(2),
        *(printing.text(line, 10) for line in wording.of_document(document)), printing.gap(),
        printing.table(
            [wording.say(name) for name in HEAD], document_rows(document, wording), (58, 18, 25, 25, 22, 26), right=5
        ),
        printing.gap(6), printing.text(wording.say("no_tax"), is_soft=True),
    ]  # fmt: skip
    return printing.document(wording.title_of(document), body, words(language)["page"])


def document_rows(document: Answer, wording: Wording) -> list[list[str]]:
    """Its lines as cells of a table, and a row for what they come to."""
    currency = document["currency"]
    amounts = ("unit_price_minor", "price_minor", "freight_minor", "amount_minor")
    rows = [
        [line["title"], str(line["quantity"]), *(wording.money(line[name], currency) for name in amounts)]
        for line in document["lines"]
    ]
    return [*rows, [wording.say("total"), "", "", "", "", wording.money(document["total_minor"], currency)]]
