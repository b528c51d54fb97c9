"""`leadbell stage EMAIL STAGE`: the operator sets a contact's stage or owner; it is stored as a fact like all else."""

from typing import Annotated

import typer

from cli.context import Context, changes_stack
from cli.errors import CommandError
from cli.options import Who
from cli.refusals import sentence
from cli.service import not_found
from leadbell.contacts.view import own_facts
from leadbell.errors import IllegalMove
from leadbell.lifecycle.stages import Stage


@changes_stack
def stage(
    context: Context,
    who: Who,
    to: Annotated[Stage, typer.Argument(metavar="STAGE", help="The new stage, such as customer or recycled.")],
    owner: Annotated[str, typer.Option(help="Id of the rep who owns the contact from now on.")] = "",
    reason: Annotated[str, typer.Option(help="The reason, stored in the contact's log.")] = "",
) -> None:
    """Set the stage of a contact, and its owner if you name one.

    Stores the new stage as a fact with your reason, and records it in the audit log. Setting sql alerts sales.
    """
    service, operator = context.service, context.operator()
    contact = service.contact_id(who)
    if owner:
        service.reps.named(owner)
    if not own_facts(service.contacts, contact, operator.at):
        raise not_found(who)
    try:
        operator.set_stage(contact, to, owner=owner, reason=reason)
    except IllegalMove as error:
        fix = f"Choose one of the stages named above: leadbell stage {who} STAGE"
        raise CommandError(sentence(error), fix) from error
    after = service.refresher().refresh(contact, operator.at)
    typer.echo(f"{who} is now {after.stage}" + (f", owned by {after.owner}." if after.owner else "."))
