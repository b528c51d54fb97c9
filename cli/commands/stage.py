"""`leadbell stage EMAIL STAGE`: the operator sets a contact's stage or owner; it is stored as a fact like all else."""

from typing import Annotated

import typer

from cli.context import Context, changes_stack
from cli.errors import CommandError
from cli.options import Who
from leadbell.clock import new_id
from leadbell.errors import IllegalMove
from leadbell.events import Value
from leadbell.identity import read_email
from leadbell.lifecycle.stages import Stage
from leadbell.sales.corrections import set_stage


@changes_stack
def stage(
    context: Context,
    who: Who,
    to: Annotated[Stage, typer.Argument(metavar="STAGE", help="The stage to set, such as customer or recycled.")],
    owner: Annotated[str, typer.Option(help="Id of the rep who owns the contact from now on.")] = "",
    reason: Annotated[str, typer.Option(help="Why; kept in the contact's log.")] = "",
) -> None:
    """Set a contact's stage, and its owner if you name one. An unknown address becomes a contact."""
    service = context.service
    contact, at = service.contact_id(who), context.now()
    known: dict[str, Value] = {"email": read_email(who).original} if "@" in who else {"phone_e164": who}
    try:
        set_stage(service.contacts, contact, to, owner=owner, reason=reason, known=known, fact_id=new_id(), now=at)
    except IllegalMove as error:
        raise CommandError(f"{error}.") from error
    after = service.refresher().refresh(contact, at)
    typer.echo(f"{who} is now {after.stage}" + (f", owned by {after.owner}." if after.owner else "."))
