"""`leadbell audit`: who exported, erased or changed what about whom; kept for two years."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.context import Context, reads_stack
from cli.options import AsJson
from cli.printing import print_json
from leadbell.privacy.audit import Audit
from leadbell.table import stamp


@reads_stack
def audit(
    context: Context,
    contact: Annotated[str, typer.Option(metavar="EMAIL", help="Only what was done about this person.")] = "",
    as_json: AsJson = False,
) -> None:
    """List who did what with people's data, the latest last. People stand there by their ids."""
    service = context.service
    about = service.contact_id(contact) if contact else ""
    lines = list(Audit(service.table).lines(context.now(), about))
    if as_json:
        told = [{**asdict(line), "at": stamp(line.at), "deed": str(line.deed)} for line in lines]
        print_json(told)
        return
    if not lines:
        typer.echo("Nothing was done yet that is written down here.")
        return
    table = Table("when (UTC)", "who", "did", "contact", box=None, pad_edge=False)
    for line in lines:
        did = f"{line.deed}: {line.what}" if line.what else str(line.deed)
        table.add_row(f"{line.at:%Y-%m-%d %H:%M:%S}", escape(line.by), escape(did), line.contact_id)
    Console(highlight=False).print(table)
