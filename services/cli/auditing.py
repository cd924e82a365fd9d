"""``agora audit``: is everything that was ever stored as it must be."""

import typer
from rich.text import Text

from services.auditing import AuditReport, audit_directory, audit_servers
from services.cli.options import DataOption
from services.cli.waiting import Waiting
from services.kernel.store.audit import Examined, Finding
from services.settings import read
from services.speaking import console, table


def audit(data: DataOption = None) -> None:
    """Read every stored fact again, check every invariant, and print one digest of it all.

    It audits the databases of AGORA_DATABASE_URL where that is set and no
    directory is named, else the directory.

    It reads the stores alone: no lock, no key, nothing changed in them, and
    the platform may be running. Exit code 1 says that an invariant is broken;
    the finding names service, position, and what it is about: the order,
    the payout, or whatever else has that id.

    Two platforms in which the same happened have the same digest, whenever
    and in whatever order it was recorded, so an import that was killed and
    repeated can be compared with one that ran through.
    """
    settings = read(data=data)
    with Waiting() as waiting:
        if settings.is_apart:
            report = audit_servers(settings, waiting)
        else:
            report = audit_directory(settings.data, waiting)
    show(report)
    if report.findings:
        raise typer.Exit(1)


def show(report: AuditReport) -> None:
    """Print the table, the findings and the digests."""
    rows = [
        [store.service, one.name, one.sentence, f"{one.checked:,}", _result(one)]
        for store in report.stores
        for one in store.examined
    ]
    table("Audit", ["Service", "Invariant", "What must be true", "Checked", "Result"], rows, numbers=[3])
    for finding in report.findings:
        console.print(Text.assemble((_where(finding), "red"), " ", finding.what), soft_wrap=True)
    for store in report.stores:
        console.print(f"digest {store.service:<10} {store.digest or '-'}   {store.facts:,} facts", soft_wrap=True)
    console.print(f"digest {'all':<10} {report.digest or '-'}", soft_wrap=True)


def _result(one: Examined) -> Text:
    if one.finding is not None:
        return Text("BROKEN", "red")
    return Text("holds", "green") if one.is_finished else Text("not decided", "yellow")


def _where(finding: Finding) -> str:
    place = "" if finding.position is None else f", position {finding.position}"
    about = "" if finding.stream is None else f", {finding.about} {finding.stream}"
    return f"{finding.service}, {finding.invariant}{place}{about}:"
