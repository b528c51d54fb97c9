"""`leadbell suppress`: addresses that get no mail. What their owners ask for still counts and reaches sales."""

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any

import typer

from cli.context import Context, changes_stack, reads_stack
from cli.errors import CommandError
from cli.options import AsJson
from cli.printing import print_json
from cli.service import Service
from leadbell.errors import NotFound

app = typer.Typer(
    help="Manage e-mail addresses that get no mail. They are stored as keyed hashes, also after an erasure.",
    no_args_is_help=True,
)

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The e-mail address.")]


class Reason(StrEnum):
    """Why the operator suppresses an address."""

    ASKED = "asked"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    ERASED = "erased"


def mailbox(service: Service, email: str) -> str:
    """The id behind an address; raises CommandError for a phone number, which gets no mail from us, and for an id."""
    contact = service.contact_id(email)
    if "@" not in email:
        fix = f"Name an e-mail address. To stop calls: leadbell consent {email} --withdraw sales_contact --how phone"
        if email == contact:
            raise CommandError(f"{email} is an id; only e-mail addresses can be suppressed.", "Name an e-mail address.")
        raise CommandError(f"{email} is a phone number; only e-mail addresses can be suppressed.", fix)
    return contact


@app.command("add")
@changes_stack
def add(
    context: Context,
    email: Email,
    reason: Annotated[Reason, typer.Option(help="Why the address is suppressed.")] = Reason.ASKED,
) -> None:
    """Suppress an address: it gets no mail, even if it is signed up again. Recorded in the audit log."""
    is_new = context.operator().suppress(mailbox(context.service, email), reason)
    typer.echo(f"Suppressed: {email} gets no more mail." if is_new else f"{email} is already suppressed.")


@app.command("remove")
@changes_stack
def remove(context: Context, email: Email) -> None:
    """Lift the suppression of an address: it can get mail again. Recorded in the audit log.

    Unanswered confirmation mails are forgotten too.
    """
    service = context.service
    contact, address = service.contact_id(email), email if "@" in email else ""
    try:
        context.operator().lift_suppression(contact, address, service.keys)
    except NotFound as error:
        raise CommandError(
            f"{email} is not suppressed.", f"Check the spelling: leadbell suppress show {email}"
        ) from error
    typer.echo(f"{email} can get mail again.")


@app.command("show")
@reads_stack
def show(context: Context, email: Email, as_json: AsJson = False) -> None:
    """Show whether an address is suppressed, and why. Changes nothing."""
    service = context.service
    because = service.suppressions.suppressed_because(service.contact_id(email))
    if as_json:
        print_json({"suppressed": because is not None, "reason": because})
        return
    typer.echo(f"{email} can get mail." if because is None else f"{email} is suppressed: {because or 'imported'}.")


@app.command("count")
@reads_stack
def count(context: Context, as_json: AsJson = False) -> None:
    """Count suppressed addresses by reason. Reads the whole table and changes nothing."""
    service = context.service
    found = Counter(_reasons(service.stack.client("dynamodb"), service.stack.output("TableName")))
    if as_json:
        print_json(found)
        return
    for reason, number in sorted(found.items()):
        typer.echo(f"{number:7,}  {reason}")
    typer.echo(f"{found.total():7,}  in total")


def _reasons(client: Any, table_name: str) -> Iterator[str]:
    """Of every suppressed address; the addresses themselves are not stored, only keyed hashes."""
    pages = client.get_paginator("scan").paginate(
        TableName=table_name,
        FilterExpression="sk = :sk",
        ProjectionExpression="reason",
        ExpressionAttributeValues={":sk": {"S": "SUPPRESSED"}},
    )
    for page in pages:
        for item in page["Items"]:
            yield item.get("reason", {}).get("S", "imported")
