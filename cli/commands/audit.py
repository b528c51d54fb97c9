"""`leadbell audit`: the log of who exported, erased or changed personal data, or changed the service; for two years."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.context import Context, reads_stack
from cli.options import AsJson
from cli.printing import print_json
from leadbell.formats import short_time
from leadbell.privacy.audit import Audit
from leadbell.table import stamp


@reads_stack
def audit(
    context: Context,
    contact: Annotated[str, typer.Option(metavar="EMAIL", help="Only entries about this contact.")] = "",
    as_json: AsJson = False,
) -> None:
    """List who exported, erased or changed personal data, published or changed the team. Changes nothing.

    The newest entry is last. Each names the contact by its id, never by an address, and says whether the action was
    completed.
    """
    service = context.service
    about = service.contact_id(contact) if contact else ""
    lines = list(Audit(service.table).lines(context.now(), about))
    if as_json:
        told = [
            {**asdict(line), "at": stamp(line.at), "deed": str(line.deed), "outcome": str(line.outcome)}
            for line in lines
        ]
        print_json(told)
        return
    if not lines:
        typer.echo("The audit log has no entries.")
        return
    table = Table("when (UTC)", "who", "action", "outcome", "contact", box=None, pad_edge=False)
    for line in lines:
        did = f"{line.deed}: {line.what}" if line.what else str(line.deed)
        table.add_row(short_time(line.at, ""), escape(line.by), escape(did), line.outcome, line.contact_id)
    Console(highlight=False).print(table)
