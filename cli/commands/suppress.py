"""`leadbell suppress`: addresses never to mail. What their owners ask for still counts and is heard."""

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any

import typer

from cli.context import Context, changes_stack, reads_stack
from cli.errors import CommandError
from cli.options import AsJson
from cli.printing import print_json

app = typer.Typer(help="Addresses never to mail; kept as keyed hashes, also after an erasure.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="An e-mail address.")]


class Reason(StrEnum):
    """Why the operator suppresses an address."""

    ASKED = "asked"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    ERASED = "erased"


@app.command("add")
@changes_stack
def add(
    context: Context,
    email: Email,
    reason: Annotated[Reason, typer.Option(help="Why.")] = Reason.ASKED,
) -> None:
    """Never mail this address again, whoever signs it up."""
    is_new = context.operator().suppress(context.service.contact_id(email), reason)
    typer.echo(f"{email} is never mailed by us." if is_new else f"Nothing new: {email} was suppressed before.")


@app.command("remove")
@changes_stack
def remove(context: Context, email: Email) -> None:
    """Let this address be mailed again; confirmations that it never answered are forgotten too."""
    service = context.service
    contact, address = service.contact_id(email), email if "@" in email else ""
    if not context.operator().lift_suppression(contact, address, service.environment["CONTACT_SALT"]):
        raise CommandError(f"{email} is not suppressed.", "Check the spelling; every address counts by itself.")
    typer.echo(f"{email} may be mailed again.")


@app.command("show")
@reads_stack
def show(context: Context, email: Email, as_json: AsJson = False) -> None:
    """Say whether an address is suppressed, and why."""
    service = context.service
    because = service.suppressions.suppressed_because(service.contact_id(email))
    if as_json:
        print_json({"suppressed": because is not None, "reason": because})
        return
    typer.echo(f"{email} may be mailed." if because is None else f"{email} is never mailed: {because or 'imported'}.")


@app.command("count")
@reads_stack
def count(context: Context, as_json: AsJson = False) -> None:
    """Count them by reason. It reads the whole table."""
    service = context.service
    found = Counter(_reasons(service.stack.client("dynamodb"), service.stack.output("TableName")))
    if as_json:
        print_json(found)
        return
    for reason, number in sorted(found.items()):
        typer.echo(f"{number:7,}  {reason}")
    typer.echo(f"{found.total():7,}  in all")


def _reasons(client: Any, table_name: str) -> Iterator[str]:
    """The addresses themselves are nowhere: each is kept as a keyed hash."""
    pages = client.get_paginator("scan").paginate(
        TableName=table_name,
        FilterExpression="sk = :sk",
        ProjectionExpression="reason",
        ExpressionAttributeValues={":sk": {"S": "SUPPRESSED"}},
    )
    for page in pages:
        for item in page["Items"]:
            yield item.get("reason", {}).get("S", "imported")
