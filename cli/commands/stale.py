"""`leadbell stale`: contacts who did nothing themselves for two years, to be deleted unless there is a reason."""

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.context import Context, reads_stack
from cli.options import AsJson
from cli.printing import print_json
from leadbell.contacts.silence import silent_contacts
from leadbell.formats import count_of, short_day
from leadbell.table import stamp


@reads_stack
def stale(context: Context, as_json: AsJson = False) -> None:
    """List contacts who did nothing themselves for 24 months, the longest silent first. Changes nothing.

    Their own acts are forms, downloads, signups, meetings, deals won and choices. Imports, and what you or sales
    recorded about them, are not. Delete a contact with leadbell erase, unless you have a reason to store its data.
    """
    found = sorted(silent_contacts(context.service.contacts, context.now()), key=lambda each: each.since)
    if as_json:
        print_json(
            [
                {
                    "contact": each.contact_id,
                    "email": each.email,
                    "stage": each.stage,
                    "silent_since": stamp(each.since),
                }
                for each in found
            ]
        )
        return
    if not found:
        typer.echo("Every contact did something in the last 24 months.")
        return
    table = Table("silent since", "stage", "contact", box=None, pad_edge=False)
    for each in found:
        table.add_row(short_day(each.since.date()), each.stage, escape(each.email or each.contact_id))
    console = Console(highlight=False)
    console.print(table)
    console.print(f"\n{count_of(len(found), 'contact')}. To delete one: leadbell erase EMAIL")
