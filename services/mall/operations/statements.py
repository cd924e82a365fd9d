"""Statements of a party, and reports of who earned what: to read, to compute with, to print."""

from services.kernel.doors.operation import OPERATOR, Operation, command, only, query, raw
from services.mall.answers import incomes as earned
from services.mall.answers import statements as answers
from services.mall.application import Mall
from services.mall.papers.doors import CSV, PDF, income_csv, operators_csv, statement_csv, statement_pdf
from services.mall.queries import MallQueries
from services.mall.schemas import incomes, statements

THE_PARTY = only("the party itself, or an operator")

operations: list[Operation] = [
    query("statement", "/statements", MallQueries.statement, policy=THE_PARTY, takes=statements.StatementAsked,
          gives=answers.Statement, summary="Opening balance, entries and closing balance of a party over a period."),
    raw("statement_csv", "GET", "/statements/csv", statement_csv, policy=THE_PARTY, media=CSV,
        takes=statements.StatementFileAsked, summary="The same as one file of comma-separated values."),
    raw("statement_pdf", "GET", "/statements/pdf", statement_pdf, policy=THE_PARTY, media=PDF,
        takes=statements.StatementFileAsked, summary="The same as one file to print, in the reader's language."),
    query("income", "/reports/income", MallQueries.income, policy=OPERATOR, takes=incomes.IncomeAsked,
          gives=earned.Incomes,
          summary="Who earned what in a quarter, as recorded until a moment; or what has changed."),
    raw("income_csv", "GET", "/reports/income/csv", income_csv, policy=OPERATOR, media=CSV,
        takes=incomes.IncomeFileAsked, summary="The same as one file of comma-separated values."),
    query("operators", "/reports/operators", MallQueries.operators, policy=OPERATOR, takes=incomes.OperatorsAsked,
          gives=earned.Operators,
          summary="Who operated in a half-year, as recorded until a moment; or what has changed."),
    raw("operators_csv", "GET", "/reports/operators/csv", operators_csv, policy=OPERATOR, media=CSV,
        takes=incomes.OperatorsFileAsked, summary="The same as one file of comma-separated values."),
    command("record_filing", "/reports/filings", Mall.record_filing, policy=OPERATOR, status=201,
            takes=incomes.RecordFiling, gives=earned.FilingAnswer,
            summary="Record that a report was sent, with the digest of its file and the answer to it."),
    command("record_operators_filing", "/reports/operators/filings", Mall.record_operators_filing, policy=OPERATOR,
            status=201, takes=incomes.RecordOperatorsFiling, gives=earned.FilingAnswer,
            summary="The same of a list of operators."),
    query("filings", "/reports/filings", MallQueries.filings, policy=OPERATOR, takes=incomes.FilingsAsked,
          gives=earned.FilingsSeen, summary="Which reports were sent."),
]  # fmt: skip
