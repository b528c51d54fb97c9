"""`leadbell stage EMAIL STAGE`: the operator sets a contact's stage or owner; it is stored as a fact like all else."""

from typing import Annotated

import typer

from cli.context import Context, changes_stack
from cli.errors import CommandError
from cli.options import Who
from cli.service import Service
from leadbell.clock import new_id
from leadbell.errors import IllegalMove
from leadbell.events import Fact, Trust, Value
from leadbell.identity import read_email
from leadbell.lifecycle.stages import Actor, Stage, check_move


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
    contact = service.contact_id(who)
    check_owner(service, owner)
    before = service.contacts.standing(contact)
    if to is not before.stage:
        try:
            check_move(before.stage, to, Actor.OPERATOR)
        except IllegalMove as error:
            raise CommandError(f"{error}.") from error
    at = context.now()
    known: dict[str, Value] = {"email": read_email(who).original} if "@" in who else {"phone_e164": who}
    fields: dict[str, Value] = {**known, "stage": str(to), "owner": owner, "reason": reason}
    fact = Fact(new_id(), "operator.stage_set", at, at, Trust.VERIFIED, {k: v for k, v in fields.items() if v})
    service.contacts.file(contact, fact, fact.day)
    after = service.refresher().refresh(contact, at)
    typer.echo(f"{who} is now {after.stage}" + (f", owned by {after.owner}." if after.owner else "."))


def check_owner(service: Service, owner: str) -> None:
    """Raises CommandError, with the reps there are, where nobody has this id."""
    known = sorted(rep.id for rep in service.reps.all())
    if owner and owner not in known:
        raise CommandError(
            f"There is no rep {owner}.", f"Reps: {', '.join(known) or 'none; add one with leadbell reps add'}."
        )
