"""A statement as pages to print, in the language of whoever reads it."""

from .words import Answer, Wording, words


def pdf_of(statement: Answer, language: str) -> bytes:
    """Whose it is, what was owed and is owed by account, and every entry between."""
    from . import printing  # only who prints loads what prints

    wording = Wording(language)
    body = [
        printing.text(wording.say("statement"), 18), printing.gap(2),
        printing.text(wording.whose(statement), 10),
        printing.text(wording.period(statement), is_soft=True),
        printing.text(wording.stand(statement), is_soft=True),
        printing.text(wording.say("how_to_read"), is_soft=True), printing.gap(),
        printing.text(wording.say("accounts"), 12), printing.gap(1),
        printing.table(
            [wording.say(name) for name in ("account", "opening", "added", "taken", "closing")],
            [account_row(account, wording) for account in statement["accounts"]], (58, 29, 29, 29, 29), right=4,
        ),
        printing.gap(6), printing.text(wording.say("entries"), 12), printing.gap(1),
        printing.table(
            [wording.say(name) for name in ("date", "cause", "of", "account", "amount")],
            [entry_row(entry, wording) for entry in statement["entries"]], (26, 27, 67, 30, 24), right=1,
        )
        if statement["entries"] else printing.text(wording.say("no_entries")),
    ]  # fmt: skip
    return printing.document(wording.say("statement"), body, words(language)["page"])


def account_row(account: Answer, wording: Wording) -> list[str]:
    """One account as cells of a table."""
    amounts = [
        wording.money(account[name], account["currency"])
        for name in ("opening_minor", "added_minor", "taken_minor", "closing_minor")
    ]
    return [wording.named("account", account["account"]), *amounts]


def entry_row(entry: Answer, wording: Wording) -> list[str]:
    """One entry as cells of a table."""
    return [
        wording.day(entry["effective_at"]), wording.named("cause", entry["cause"]), "\n".join(wording.about(entry)),
        wording.named("account", entry["account"]), wording.money(entry["amount_minor"], entry["currency"]),
    ]  # fmt: skip
